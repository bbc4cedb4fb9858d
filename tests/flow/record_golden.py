"""Record the histories of ``golden/``; for a new feature, and never to make a red test green.

``python -m tests.flow.record_golden 0 30`` writes an order and what the seeds from 0 to 29 of the
game have left, unless they are there. They come from the local service, on the Python that runs
this and that their names end with. Delete those that another Python does not replay, and say why:
``asyncio.wait_for`` takes its steps in another order from Python 3.12 on, and on Python 3.10 the
programs of the game have no task groups.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from py_swf.local import LocalSWF
from py_swf.testing import play
from tests.flow.game import EVER, World
from tests.flow.shop import add, say
from tests.flow.test_replays import child, order

GOLDEN = Path(__file__).parent / "golden"
PYTHON = "py{}{}".format(*sys.version_info)


def write(name: str, workflow_id: str, run_id: str, events: list[dict[str, object]]) -> None:
    """Write one history, unless it is there."""
    path = GOLDEN / f"{name}-{PYTHON}.json"
    if not path.exists():
        execution = {"workflowId": workflow_id, "runId": run_id}
        saved = {"workflowExecution": execution, "events": events}
        text = json.dumps(saved, default=lambda moment: moment.timestamp(), separators=(",", ":"))
        path.write_text(text + "\n", encoding="utf-8")


def main(seeds: range) -> None:
    """Write one order, and what some seeds of the game have left."""
    swf = LocalSWF(lambda_functions={"f": lambda text: text})
    play(order, 1, on=swf, activities=[add, say], workflows=[child])
    write("order", "play", "", swf.history("play"))
    for seed in seeds:
        world = World(seed)
        world.play()
        for info in world.outside.list_closed_workflow_executions(EVER):
            run = info.execution
            events = world.swf.history(run.workflow_id, run.run_id)
            if info.workflow_type.name in ("game", "child") and 20 < len(events) < 250:
                name = f"{info.workflow_type.name}-{seed}-{run.run_id[2:8].replace('/', '-')}"
                write(name.replace("+", "-"), run.workflow_id, run.run_id, events)


if __name__ == "__main__":
    main(range(*map(int, sys.argv[1:])))
