"""Run workflows of ten activities in a row with flow.Worker processes over the HTTP local service.

One process decides, one works, one is the service. The table has the CPU time per workflow in each
of them, and the wall time per workflow, which is what an idle machine with three cores would show.
1,000 divided by the largest is how many there can be per second. (Linux: it reads the CPU times of
other processes from /proc.)
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import boto3.session
import measuring
from botocore import UNSIGNED
from botocore.config import Config

from py_swf import RegistrationClient, WorkflowClient, WorkflowClientConfig, flow
from py_swf.daemon import stop_on_signals

HERE = Path(__file__)
DOMAIN = "bench"
LENGTH = 10


@flow.activity(start_to_close_timeout=300)
def add(x: int) -> int:
    """Add one."""
    return x + 1


@flow.workflow(child_policy="TERMINATE")
async def row(count: int) -> int:
    """Await activities one after the other."""
    value = 0
    for _ in range(count):
        value = await add(value)
    return value


def boto_client(url: str) -> Any:
    """Return a boto3 client of the service at this address."""
    config = Config(signature_version=UNSIGNED, read_timeout=70, max_pool_connections=50)
    session = boto3.session.Session()
    return session.client("swf", endpoint_url=url, region_name="us-east-1", config=config)


def host(role: str, url: str) -> None:
    """Run one of the two processes."""
    types: dict[str, Any] = {"decider": {"workflows": [row]}, "worker": {"activities": [add]}}[role]
    worker = flow.Worker(boto_client(url), DOMAIN, task_list="list", max_activity_tasks=8, **types)
    with stop_on_signals() as stop:
        worker.run(stop)


@contextmanager
def process(*command: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a Python program while the block runs."""
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1])}
    with subprocess.Popen(
        [sys.executable, *command], env=environment, text=True, **options
    ) as running:
        try:
            yield running
        finally:
            running.kill()  # no need to wait for its last poll


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run_all(url: str, count: int) -> None:
    """Start executions, and wait until all have ended."""
    client = WorkflowClient(WorkflowClientConfig(DOMAIN), boto_client(url))
    open_ones = [row.start(client, None, LENGTH) for _ in range(count)]
    results = [each.result(600) for each in open_ones]
    assert results == [LENGTH] * count


def measured(count: int) -> list[measuring.Row]:
    """Run that many workflows after a few to warm up, and return the rows of the table."""
    with ExitStack() as block:
        serve = ("-m", "py_swf.local", "--port", "0", "--domain", DOMAIN)
        service = block.enter_context(process(*serve, stdout=subprocess.PIPE))
        assert service.stdout is not None
        url = re.findall(r"http://\S+", service.stdout.readline())[0]
        flow.register(RegistrationClient(boto_client(url)), DOMAIN, add, row, task_list="list")
        pids = {"the service": service.pid}
        for role in ("decider", "worker"):
            running = block.enter_context(process(str(HERE), "--host", role, url))
            pids[f"the {role}"] = running.pid
        run_all(url, 5)
        before = {name: cpu_seconds(pid) for name, pid in pids.items()}
        began = time.monotonic()
        run_all(url, count)
        wall = (time.monotonic() - began) / count
        used = {name: (cpu_seconds(pid) - before[name]) / count for name, pid in pids.items()}
    return [
        measuring.row("a workflow of 10 activities", name, [value], [value / wall])
        for name, value in {"wall time": wall, **used}.items()
    ]


def main() -> None:
    """Measure, and print the table; or be one of the processes."""
    if "--host" in sys.argv:
        host(*sys.argv[2:])
        return
    options = measuring.arguments(__doc__)
    measuring.report(measured(10 if options.small else 200), as_json=options.json)


if __name__ == "__main__":
    main()
