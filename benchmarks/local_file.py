"""The local service over HTTP with ``--file`` against the same without: calls, and the start.

The servers take turns. ``calls a second`` is how many a bare client makes, one after the other on
one connection, with workflows of one activity. ``server CPU a call`` leaves out the client and the
other programs on the machine. The start is from the start of the process to its first answer, on a
file of 10,000 executions of 20 events, half of them open.
"""

from __future__ import annotations

import http.client
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import truediv
from pathlib import Path
from typing import Any

import local_service
import measuring

from py_swf.local import VirtualClock
from py_swf.local.storage import StateFile, StoredService

Row = dict[str, Any]


@contextmanager
def server(*flags: str) -> Iterator[tuple[http.client.HTTPConnection, int]]:
    """A server that answers: a connection to it, and its process id."""
    command = [sys.executable, "-m", "py_swf.local", "--port", "0", "--poll-seconds", "0", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().split("//")[1].strip()
            connection = http.client.HTTPConnection(address, timeout=60)
            connection.request("GET", "/")
            connection.getresponse().read()
            yield connection, process.pid
            connection.close()
        finally:
            process.kill()


def caller(connection: http.client.HTTPConnection) -> Callable[..., Any]:
    """Return ``call(operation, **request)`` on a connection."""

    def call(operation: str, **request: Any) -> Any:
        headers = {"X-Amz-Target": f"SimpleWorkflowService.{operation}"}
        connection.request("POST", "/", json.dumps(request), headers)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        return json.loads(body or b"{}")

    return call


def calls(small: bool, folder: Path) -> Iterator[Row]:
    """Measure how many calls per second there are, and what one costs the server."""
    rounds, per_round = (2, 3) if small else (9, 150)
    rates: dict[str, list[float]] = {"without": [], "with --file": []}
    costs: dict[str, list[float]] = {name: [] for name in rates}
    with server() as bare, server("--file", str(folder / "calls.swf")) as stored:
        servers = dict(zip(rates, (bare, stored), strict=True))
        for connection, _ in servers.values():
            local_service.register(caller(connection))
            local_service.one_activity(caller(connection))
        before = {name: local_service.cpu_seconds(pid) for name, (_, pid) in servers.items()}
        count = per_round * local_service.REQUESTS
        for _ in range(rounds):
            for name, (connection, _) in servers.items():
                call, began = caller(connection), time.perf_counter()
                for _ in range(per_round):
                    local_service.one_activity(call)
                rates[name].append(count / (time.perf_counter() - began))
        for name, (_, pid) in servers.items():
            spent = local_service.cpu_seconds(pid) - before[name]
            costs[name].append(
                max(spent, 0.01) * 1e3 / count / rounds
            )  # the system counts in 0.01 s
    yield from rows("calls a second", "1/s", rates, "at least 0.6")
    yield from rows("server CPU a call", "ms", costs)


def starts(small: bool, folder: Path) -> Iterator[Row]:
    """Measure the time from the start of the process to its first answer."""
    executions, rounds = (100, 1) if small else (10_000, 5)
    file = folder / "large.swf"
    fill(file, executions)
    flags = {"without": (), f"{executions:,} in the file": ("--file", str(file))}
    found: dict[str, list[float]] = {name: [] for name in flags}
    for _ in range(rounds):
        for name, given in flags.items():
            began = time.perf_counter()
            with server(*given):
                found[name].append((time.perf_counter() - began) * 1e3)
    yield from rows("ready after start", "ms", found, "at most 10, and 5,000 ms")
    megabytes = {"size": [file.stat().st_size / 1e6]}
    yield from rows("the file", "MB", megabytes)


def fill(path: Path, executions: int) -> None:
    """Make a file with this many executions of 20 events; every second one is closed."""
    file = StateFile(path)
    service = StoredService(file, VirtualClock(time.time() - 60))
    call = local_service.machine_call(service)
    local_service.register(call)
    names: Row = {"domain": "d", "workflowType": local_service.KIND}
    for number in range(executions):
        call("StartWorkflowExecution", **names, workflowId=f"w{number}", input="x" * 50)
        for _ in range(2):
            scheduled = {"activityId": "a", "activityType": local_service.KIND, "input": "x" * 50}
            local_service.decide(call, "ScheduleActivityTask", **scheduled)
            task = call("PollForActivityTask", domain="d", taskList={"name": "work"})
            call("RespondActivityTaskCompleted", taskToken=task["taskToken"], result="y" * 50)
        for signal in ("s", "t", "u"):
            call("SignalWorkflowExecution", domain="d", workflowId=f"w{number}", signalName=signal)
        if number % 2:
            local_service.decide(call, "CompleteWorkflowExecution", result="z")
        else:
            local_service.decide(call, "RecordMarker", markerName="m")
    events = len(service.history("w0"))
    assert events == 20, events
    file.close()


def rows(work: str, unit: str, found: dict[str, list[float]], aim: str = "") -> Iterator[Row]:
    """Make the rows of one comparison; ratios are to its first alternative."""
    base = next(iter(found.values()))
    for number, (name, values) in enumerate(found.items()):
        yield {
            "work": work,
            "alternative": name,
            "unit": unit,
            "median": statistics.median(values),
            "ratio": statistics.median(map(truediv, values, base)),
            "aim": aim if number else "",
        }


def main() -> None:
    """Measure and print."""
    options = measuring.arguments(__doc__)
    folder = Path(tempfile.mkdtemp())
    try:
        found = [row for part in (calls, starts) for row in part(options.small, folder)]
    finally:
        shutil.rmtree(folder)
    if options.json:
        print(json.dumps({"machine": measuring.machine(), "rows": found}, indent=1))
        return
    print(measuring.machine())
    print(f"{'work':<22}{'alternative':<22}{'median':>10} {'unit':<5}{'ratio':>8}  aim")
    for row in found:
        numbers = f"{row['median']:>10.3f} {row['unit']:<5}{row['ratio']:>8.3f}"
        print(f"{row['work']:<22}{row['alternative']:<22}{numbers}  {row['aim']}")


if __name__ == "__main__":
    main()
