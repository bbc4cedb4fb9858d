"""Measure other libraries, in a virtual environment that this script makes for them.

py-swf 1.x has the same package name as this library, so it cannot be in the same process. Run as a
program inside that environment, this prints its rows as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PACKAGES = ["py-swf<2", "swf-typed", "boto3"]
HERE = Path(__file__).parent


@contextmanager
def environment(packages: list[str]) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Make a virtual environment, and yield what starts a program of this folder in it.

    :param packages: what is installed in it.
    """
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        subprocess.run([python, "-m", "pip", "install", "-qq", *packages], check=True)
        variables = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}

        def start(program: Path, *arguments: str) -> subprocess.Popen[str]:
            return subprocess.Popen(
                [python, "-P" if sys.version_info >= (3, 11) else "-B", program, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=variables,
            )

        yield start


def rows(counts: list[int], *, rounds: int) -> list[dict[str, Any]]:
    """Make the environment, run this file in it, and return what it measured."""
    with (
        environment(PACKAGES) as start,
        start(HERE / "peers.py", str(rounds), *map(str, counts)) as program,
    ):
        printed, _ = program.communicate()
    if program.returncode:
        raise subprocess.CalledProcessError(program.returncode, program.args)
    measured: list[dict[str, Any]] = json.loads(printed)
    return measured


def main() -> None:
    """Measure in this environment and print JSON."""
    sys.path.append(str(HERE))
    import canned
    import measuring
    from swf_typed import request_decision_task

    from py_swf.clients.decision import DecisionClient
    from py_swf.config_definitions import DecisionConfig

    rounds, *counts = map(int, sys.argv[1:])
    measured = []
    for count in counts:
        body = canned.decision_task(canned.history(count))
        boto_client = canned.client(lambda request, body=body: body)
        another_client = canned.client(lambda request, body=body: body)
        decider = DecisionClient(DecisionConfig("d", "t", "1", "1", "1", "1"), boto_client)
        measured += measuring.compare(
            f"poll {count:,} events",
            {
                "boto3 alone, for others": lambda c=boto_client: c.poll_for_decision_task(
                    domain="d", taskList={"name": "t"}, reverseOrder=True
                ),
                "py-swf 1.x": lambda d=decider: d.poll().events,
                "swf-typed": lambda c=another_client: list(
                    request_decision_task("t", "d", client=c).execution_history
                ),
            },
            rounds=max(3, rounds // 4),
        )
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
