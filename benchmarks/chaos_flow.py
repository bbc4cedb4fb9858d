"""The hosts of ``chaos.py --flow``: each run of this file is one ``flow.Worker``.

Each decides and works. Runs are kept after only a few events, so that the small histories here use
the hosts' own task lists, too. A journal notes the tasks that the loops inside get, and what their
answers return or raise, as in ``chaos_daemons.py``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from chaos_daemons import (
    ACTIVITY_SECONDS,
    DECISION_SECONDS,
    DOMAIN,
    HEARTBEAT_SECONDS,
    Journal,
    NotingActivityClient,
    boto_client,
    note_the_stop,
    too_late,
)
from chaos_sabotage import SABOTAGES

from py_swf import DecisionTask, flow
from py_swf.daemon import Calling, stop_on_signals
from py_swf.daemon.backoff import full_jitter
from py_swf.flow.hosting import worker as hosting

#: how many events a run must have before it is kept
LONG = 10


@flow.activity(
    task_list="activities",
    start_to_close_timeout=ACTIVITY_SECONDS,
    heartbeat_timeout=HEARTBEAT_SECONDS,
    retry=flow.Retry(100, longest=1, on=flow.ActivityTimedOut),
)
def step(name: str, text: str) -> str:
    """Do one step: most are short, and one in 40 is longer than the heartbeat timeout."""
    task = flow.activity_info()
    slow = hash((task.workflow_id, task.started_event_id)) % 40 == 0
    time.sleep(HEARTBEAT_SECONDS + 0.5 if slow else 0.02)
    flow.heartbeat("done")
    return f"{name}({text})"


@flow.workflow(
    execution_start_to_close_timeout=86_400,
    task_start_to_close_timeout=DECISION_SECONDS,
    task_list="decisions",
    child_policy="TERMINATE",
)
async def chaos() -> str:
    """Do steps side by side and in a row, with values and timers that hosts could disagree on."""
    text = flow.info().workflow_id
    for name in ("a", "b", "c"):
        left, right = await asyncio.gather(step(f"{name}l", text), step(f"{name}r", text))
        if flow.record(os.getpid) % 2 and flow.random().random() < 0.5:
            await asyncio.sleep(1)
            flow.record_marker("waited", name)
        text = await step(name, f"{left}+{right}")
    return text


def expected(workflow_id: str) -> str:
    """Return the result that an execution must have."""
    text = workflow_id
    for name in ("a", "b", "c"):
        text = f"{name}({name}l({text})+{name}r({text}))"
    return json.dumps(text)


def noting_the_unread(journal: Journal, task: Any, proceed: Callable[[], Any]) -> Any:
    """Note a task that could not be decided because its history could not be read for too long.

    The last note counts: an attempt that succeeds after all is followed by an answer.
    """
    try:
        return proceed()
    except Exception:
        if isinstance(task, DecisionTask):
            key = (task.workflow_id, task.workflow_run_id, task.started_event_id)
            journal.write(key=key, outcome="unread", at=time.time(), result=None)
        raise


def main() -> None:
    """Run one host until it is told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("role", choices=["host"])
    parser.add_argument("url")
    parser.add_argument("journal", type=Path)
    parser.add_argument("--plain", action="store_true", help="keep no run")
    parser.add_argument("--sabotage", choices=SABOTAGES)
    options = parser.parse_args()
    if options.sabotage:
        SABOTAGES[options.sabotage]()
    logging.getLogger("py_swf").setLevel(logging.CRITICAL)  # it would log to stderr
    journal = Journal(options.journal)
    journal.note_workers()
    NotingActivityClient.journal = journal
    hosting.ActivityTaskClient = NotingActivityClient  # type: ignore[misc]
    worker = flow.Worker(
        boto_client(options.url, mode="standard"),
        DOMAIN,
        task_list="decisions",
        workflows=[chaos],
        activities=[step],
        max_activity_tasks=8,
        keep=0 if options.plain else 100,
        own_task_list_timeout=2,
        identity=options.journal.stem,
        around=[partial(noting_the_unread, journal)],
        on_undelivered=too_late,
        calling=Calling(
            on_call=journal.called, backoff=partial(full_jitter, base=0.05, ceiling=2.0)
        ),
    )
    worker.decider._long = LONG
    with stop_on_signals() as stop:
        journal.write(ready=True)
        noting = threading.Thread(target=note_the_stop, args=(stop, journal), daemon=True)
        noting.start()
        worker.run(stop)
        noting.join()
    journal.write(outcomes=journal.outcomes)


if __name__ == "__main__":
    main()
