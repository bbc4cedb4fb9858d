"""Measure other libraries, in virtual environments made for them.

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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PACKAGES = ["py-swf<2", "swf-typed", "boto3"]
HERE = Path(__file__).parent


@contextmanager
def environment(packages: list[str]) -> Iterator[Path]:
    """Make a virtual environment, and yield the folder of its programs.

    :param packages: what is installed in it.
    """
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        programs = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin")
        subprocess.run([programs / "python", "-m", "pip", "install", "-qq", *packages], check=True)
        yield programs


def start(programs: Path, program: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a program of this folder in an environment.

    :param programs: what :func:`environment` yielded.
    """
    return subprocess.Popen(
        [programs / "python", HERE / program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
    )


def printed(packages: list[str], program: str, *arguments: str) -> str:
    """Run a program of this folder in a separate environment, and return what it prints."""
    with environment(packages) as programs, start(programs, program, *arguments) as process:
        output, _ = process.communicate()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return output


def rows(counts: list[int], *, rounds: int) -> list[dict[str, Any]]:
    """Run this file in an environment with the other libraries, and return what it measured."""
    output = printed(PACKAGES, "peers.py", str(rounds), *map(str, counts))
    measured: list[dict[str, Any]] = json.loads(output)
    return measured


def main() -> None:
    """Measure in this environment and print JSON."""
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
