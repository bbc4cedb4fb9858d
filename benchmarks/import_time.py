"""What importing the library costs, against importing what it depends on.

Each import is timed in a separate interpreter, in turns. All modules are compiled beforehand, as
they are when a package is installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping

import measuring

STATEMENTS = {
    "import attrs, botocore.exceptions": "import attrs, botocore.exceptions",
    "import py_swf": "import py_swf",
    "the workflow client": "from py_swf import WorkflowClient",
    "all four clients": (
        "from py_swf import ActivityTaskClient, DecisionClient, RegistrationClient, WorkflowClient"
    ),
    "import boto3": "import boto3",
    "import asyncio, py_swf": "import asyncio, py_swf",
    "the same and py_swf.flow": "import asyncio, py_swf, py_swf.flow",
}


def seconds(statement: str, environment: Mapping[str, str]) -> float:
    """Return the CPU time of one import, measured inside a separate interpreter."""
    program = (
        f"import time; began = time.process_time()\n{statement}\nprint(time.process_time() - began)"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    return float(printed.stdout)


def main() -> None:
    """Measure and print."""
    options = measuring.arguments(__doc__)
    measured: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    with tempfile.TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
        for statement in STATEMENTS.values():
            seconds(statement, environment)
        for _ in range(2 if options.small else 21):
            for name, statement in STATEMENTS.items():
                measured[name].append(seconds(statement, environment))
    baseline = next(iter(measured.values()))
    rows = [
        measuring.row(
            "import",
            name,
            values,
            [mine / base for mine, base in zip(values, baseline, strict=True)],
        )
        for name, values in measured.items()
    ]
    measuring.report(rows, as_json=options.json)


if __name__ == "__main__":
    main()
