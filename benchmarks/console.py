"""What a page of the console costs the process that serves it: ``py-swf serve``, over HTTP.

A server is filled before it starts to serve. Then its pages are requested, and the CPU time of its
process is read: for the page, for the calls that it makes over HTTP to the same process, and for
the service that answers them. Needs Linux, for the CPU time of another process.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import measuring

from py_swf.cli.connection import Session
from py_swf.cli.serving import _Both, _pages
from py_swf.console.settings import Settings
from py_swf.local.transport.command_line import main as serve_until_told

Call = Callable[..., Any]
KIND = {"name": "order", "version": "1"}
WORK = {"name": "work"}
#: activities that run at the same time
WIDTH = 10


def register(call: Call) -> None:
    """Register what the executions need."""
    call("RegisterDomain", name="shop", workflowExecutionRetentionPeriodInDays="1")
    call(
        "RegisterWorkflowType",
        domain="shop",
        **KIND,
        defaultTaskList=WORK,
        defaultChildPolicy="TERMINATE",
        defaultExecutionStartToCloseTimeout="86400",
        defaultTaskStartToCloseTimeout="600",
    )
    timeouts = ("Heartbeat", "ScheduleToClose", "ScheduleToStart", "StartToClose")
    call(
        "RegisterActivityType",
        domain="shop",
        **KIND,
        defaultTaskList=WORK,
        **{f"defaultTask{name}Timeout": "3600" for name in timeouts},
    )


def fill_with_executions(call: Call, count: int) -> None:
    """Open this many executions."""
    for number in range(count):
        parked = {"workflowId": f"order-{number}", "tagList": ["gift"], "taskList": {"name": "x"}}
        call("StartWorkflowExecution", domain="shop", workflowType=KIND, **parked)


def fill_with_events(call: Call, count: int, executions: int) -> None:
    """Open executions that have run activities, ten at a time, and have this many events each."""
    for execution in range(executions):
        workflow_id = f"long-{execution}"
        call("StartWorkflowExecution", domain="shop", workflowId=workflow_id, workflowType=KIND)
        events, number = 2, 0
        while events < count - 60:
            poll = {"domain": "shop", "taskList": WORK}
            task = call("PollForDecisionTask", **poll, maximumPageSize=1, reverseOrder=True)
            decisions = []
            for _ in range(WIDTH):
                number += 1
                scheduled = {"activityId": f"pack-{number}", "activityType": KIND, "input": "cup"}
                member = "scheduleActivityTaskDecisionAttributes"
                decisions.append({"decisionType": "ScheduleActivityTask", member: scheduled})
            call("RespondDecisionTaskCompleted", taskToken=task["taskToken"], decisions=decisions)
            for _ in range(WIDTH):
                activity = call("PollForActivityTask", **poll)
                call("RespondActivityTaskCompleted", taskToken=activity["taskToken"], result="ok")
            events = task["startedEventId"] + 3 * WIDTH + 2
        task = call("PollForDecisionTask", **poll, maximumPageSize=1, reverseOrder=True)
        call("RespondDecisionTaskCompleted", taskToken=task["taskToken"])


FILLS: dict[str, Callable[..., None]] = {
    "executions": fill_with_executions,
    "events": fill_with_events,
}


def serve(fill: str, *sizes: int) -> None:
    """Serve the same as ``py-swf serve``, filled beforehand."""
    gc.set_threshold(100_000)  # as the command does at its start

    def front(app: Any, url: str) -> Any:
        def call(operation: str, **request: Any) -> Any:
            return app.service.call(operation, request)

        register(call)
        FILLS[fill](call, *sizes)
        session = Session()
        return _Both(app, _pages(session.make_client(None, None, url), session, Settings()))

    serve_until_told(["--port", "0"], front=front)


@contextmanager
def served(*arguments: object) -> Iterator[tuple[str, int]]:
    """Run a server in a separate process: yield its address and its process id."""
    command = [sys.executable, __file__, "serve", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[-1], process.pid
        finally:
            process.kill()


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cost(url: str, pid: int, page: str, times: int) -> float:
    """Return the CPU seconds of the server for one page."""
    before = cpu_seconds(pid)
    for _ in range(times):
        with urllib.request.urlopen(f"{url}{page}", timeout=120) as answer:
            assert b"</html>" in answer.read()
    return (cpu_seconds(pid) - before) / times


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], *map(int, sys.argv[3:]))
        return
    options = measuring.arguments(__doc__)
    count, events, long_ones = (100, 300, 2) if options.small else (10_000, 25_000, 5)
    rows = []
    with served("executions", count) as (url, pid):
        cost(url, pid, "/", 1)
        # the system counts CPU time in hundredths of a second
        seconds = [cost(url, pid, "/", 10) for _ in range(2 if options.small else 7)]
        work = f"executions, {count:,} open"
        rows.append(measuring.row(work, "a page, at most 50 ms", seconds, [1.0]))
    with served("events", events, long_ones) as (url, pid):
        cost(url, pid, "/", 1)
        pages = [
            f"/execution?{urlencode({'domain': 'shop', 'id': f'long-{number}'})}"
            for number in range(long_ones)
        ]
        seconds = [cost(url, pid, page, 1) for page in pages]
        work = f"an execution of {events:,} events"
        rows.append(measuring.row(work, "first page, at most 500 ms", seconds, [1.0]))
        seconds = [cost(url, pid, page, 3) for page in pages]
        rows.append(measuring.row(work, "its next page", seconds, [1.0]))
    measuring.report(rows, as_json=options.json)


if __name__ == "__main__":
    main()
