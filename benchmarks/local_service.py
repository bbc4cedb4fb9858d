"""The local SWF service against moto, against bare boto3 and against a bare server.

All ratios come from one run in which the alternatives take turns. ``one activity`` is a workflow of
seven requests: start, poll, decide, poll, complete, poll, decide.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import truediv
from typing import Any

import boto3
import measuring
from botocore import UNSIGNED
from botocore.config import Config

from py_swf.local import LocalSWF, Service, VirtualClock
from py_swf.local.transport.boto3_client import make_client

Row = dict[str, Any]
Call = Callable[..., Any]
KIND = {"name": "k", "version": "1"}
TIMEOUTS = ("Heartbeat", "ScheduleToClose", "ScheduleToStart", "StartToClose")
UNSIGNED_CONFIG = Config(signature_version=UNSIGNED, read_timeout=70)
REQUESTS = 7
FRESH = itertools.count()

BARE_SERVER = r"""
import asyncio
BODY = b'{"domainInfos":[]}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n"
HEAD += b"x-amzn-RequestId: 1\r\nContent-Length: %d\r\n\r\n" % len(BODY)
async def answer(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:-2])
            await reader.readexactly(int(fields[b"content-length"]))
            writer.write(HEAD + BODY)
            await writer.drain()
    except asyncio.IncompleteReadError:
        writer.close()
async def main():
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print("http://127.0.0.1:%d" % server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


def boto_call(client: Any) -> Call:
    """Return ``call(operation, **request)`` of a boto3 client."""
    names = {client.meta.method_to_api_mapping[name]: name for name in dir_of(client)}
    return lambda operation, **request: getattr(client, names[operation])(**request)


def dir_of(client: Any) -> list[str]:
    """Return the client's methods that are operations."""
    return list(client.meta.method_to_api_mapping)


def machine_call(service: Service) -> Call:
    """Return ``call(operation, **request)`` of the machine, without boto3 in between."""
    return lambda operation, **request: service.call(operation, request)


def register(call: Call) -> None:
    """Register what the workflows need."""
    call("RegisterDomain", name="d", workflowExecutionRetentionPeriodInDays="1")
    call(
        "RegisterWorkflowType",
        domain="d",
        **KIND,
        defaultTaskList={"name": "work"},
        defaultChildPolicy="TERMINATE",
        defaultExecutionStartToCloseTimeout="3600",
        defaultTaskStartToCloseTimeout="600",
    )
    timeouts = {f"defaultTask{name}Timeout": "600" for name in TIMEOUTS}
    call("RegisterActivityType", domain="d", **KIND, defaultTaskList={"name": "work"}, **timeouts)


def decide(call: Call, kind: str, **attributes: Any) -> None:
    """Poll for a decision task and answer it."""
    task = call("PollForDecisionTask", domain="d", taskList={"name": "work"})
    member = f"{kind[0].lower()}{kind[1:]}DecisionAttributes"
    decisions = [{"decisionType": kind, member: attributes}]
    call("RespondDecisionTaskCompleted", taskToken=task["taskToken"], decisions=decisions)


def one_activity(call: Call) -> None:
    """Run one workflow of one activity."""
    call("StartWorkflowExecution", domain="d", workflowId=f"w{next(FRESH)}", workflowType=KIND)
    decide(call, "ScheduleActivityTask", activityId="a", activityType=KIND, input="x")
    task = call("PollForActivityTask", domain="d", taskList={"name": "work"})
    call("RespondActivityTaskCompleted", taskToken=task["taskToken"], result="y")
    decide(call, "CompleteWorkflowExecution", result="z")


def one_more_activity(call: Call) -> None:
    """Add one activity to the open execution, reading its history page by page."""
    page = {"domain": "d", "taskList": {"name": "work"}, "maximumPageSize": 10}
    call("SignalWorkflowExecution", domain="d", workflowId="long", signalName="s")
    task = call("PollForDecisionTask", **page, reverseOrder=True)
    attributes = {"activityId": "a", "activityType": KIND}
    decision = {
        "decisionType": "ScheduleActivityTask",
        "scheduleActivityTaskDecisionAttributes": attributes,
    }
    call("RespondDecisionTaskCompleted", taskToken=task["taskToken"], decisions=[decision])
    task = call("PollForActivityTask", domain="d", taskList={"name": "work"})
    call("RespondActivityTaskCompleted", taskToken=task["taskToken"], result="y")
    task = call("PollForDecisionTask", **page, reverseOrder=True)
    call("RespondDecisionTaskCompleted", taskToken=task["taskToken"], decisions=[])


def fresh_machine(open_executions: int) -> Service:
    """Make a machine with this many open executions, which nobody polls for."""
    service = Service(VirtualClock())
    call = machine_call(service)
    register(call)
    park(call, open_executions)
    return service


def park(call: Call, open_executions: int) -> None:
    """Open executions that nobody polls for."""
    for number in range(open_executions):
        parked = {"workflowId": f"parked{number}", "taskList": {"name": "parked"}}
        call("StartWorkflowExecution", domain="d", workflowType=KIND, **parked)


def long_machine(events: int) -> Service:
    """Make a machine with one open execution whose history has this many events."""
    service = Service(VirtualClock())
    call = machine_call(service)
    register(call)
    call("StartWorkflowExecution", domain="d", workflowId="long", workflowType=KIND)
    decide(call, "RecordMarker", markerName="m")
    for _ in range(events - 10):
        call("SignalWorkflowExecution", domain="d", workflowId="long", signalName="s")
    decide(call, "RecordMarker", markerName="m")
    return service


def rounds_of(
    alternatives: dict[str, Callable[[], Any]],
    rounds: int,
    per_round: int,
    per_run: int,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, list[float]]:
    """Return, for each alternative, the milliseconds of one request in each round.

    In process it is CPU time, which other programs do not affect; over HTTP it is real time.
    """
    found: dict[str, list[float]] = {name: [] for name in alternatives}
    for run in alternatives.values():
        run()
    for _ in range(rounds):
        for name, run in alternatives.items():
            began = clock()
            for _ in range(per_round):
                run()
            found[name].append((clock() - began) * 1e3 / per_round / per_run)
    return found


def rows_of(work: str, unit: str, found: dict[str, list[float]], aim: str = "") -> list[Row]:
    """Make the rows of one comparison; ratios are to its first alternative."""
    base, *others = found.values()
    ratios = [1.0, *(statistics.median(map(truediv, values, base)) for values in others)]
    return [
        {
            "work": work,
            "alternative": name,
            "unit": unit,
            "median": statistics.median(values),
            "min": min(values),
            "max": max(values),
            "ratio": ratios[number],
            "aim": aim if number == len(found) - 1 else "",
        }
        for number, (name, values) in enumerate(found.items())
    ]


def in_process(small: bool, peers: bool) -> Iterator[Row]:
    """Run one workflow in process, against moto, and with many executions open."""
    rounds, per_round = (2, 2) if small else (7, 30)
    ours = boto_call(local_client(0))
    if peers:
        with moto_client() as client:
            moto = boto_call(client)
            alternatives = {
                "LocalSWF": lambda: one_activity(ours),
                "moto": lambda: one_activity(moto),
            }
            found = rounds_of(alternatives, rounds, per_round, 1)
        yield from rows_of("one activity, in process", "ms", found, "moto at least 3")
    sizes = (10, 50, 100) if small else (10, 1_000, 10_000)
    calls = {f"{size:,} open": boto_call(local_client(size)) for size in sizes}
    runs = {name: (lambda call=call: one_activity(call)) for name, call in calls.items()}
    found = rounds_of(runs, rounds * 3, per_round, 1)
    yield from rows_of("one activity, many open", "ms", found, "at most 1.3")


def local_client(open_executions: int) -> Any:
    """Return a client of a fresh service with this many open executions."""
    swf = LocalSWF()
    call = machine_call(swf.service)
    register(call)
    park(call, open_executions)
    return swf.client()


@contextmanager
def moto_client() -> Iterator[Any]:
    """Yield a boto3 client of moto in this process."""
    import moto

    with moto.mock_aws():
        client = boto3.client("swf", region_name="us-east-1", config=UNSIGNED_CONFIG)
        register(boto_call(client))
        yield client


def against_canned(small: bool, peers: bool) -> Iterator[Row]:
    """Compare the boto3 calls of one workflow with the same calls answered by recorded bodies."""
    replies: list[Any] = []
    swf = LocalSWF()
    register(machine_call(swf.service))

    def record(*request: Any) -> Any:
        replies.append(swf._respond(*request))
        return replies[-1]

    one_activity(boto_call(make_client(record, region="us-east-1")))
    again = itertools.cycle(replies)
    canned = boto_call(make_client(lambda *_: next(again), region="us-east-1"))
    local = boto_call(swf.client())
    alternatives = {
        "boto3, canned body": lambda: one_activity(canned),
        "boto3, LocalSWF": lambda: one_activity(local),
    }
    rounds, per_round = (2, 2) if small else (15, 30)
    found = rounds_of(alternatives, rounds, per_round, REQUESTS)
    yield from rows_of("a call, in process", "ms", found, "at most 1.3")


def machine_alone(small: bool, peers: bool) -> Iterator[Row]:
    """Measure Service.call alone: few and many executions, a short and a long history."""
    rounds, per_round = (2, 2) if small else (15, 50)
    many, long = (100, 300) if small else (10_000, 22_000)
    services = {f"{size:,} open": fresh_machine(size) for size in (10, many)}
    calls = {name: machine_call(service) for name, service in services.items()}
    runs = {name: (lambda call=call: one_activity(call)) for name, call in calls.items()}
    found = rounds_of(runs, rounds, per_round, REQUESTS)
    yield from rows_of("Service.call, executions", "ms", found, "at most 0.03 ms, flat")
    calls = {f"{size:,} events": machine_call(long_machine(size)) for size in (100, long)}
    runs = {name: (lambda call=call: one_more_activity(call)) for name, call in calls.items()}
    found = rounds_of(runs, rounds, per_round // 5 + 1, REQUESTS)
    yield from rows_of("Service.call, history", "ms", found, "flat")


@contextmanager
def process(*command: str) -> Iterator[subprocess.Popen[str]]:
    """Run a Python program until the block ends."""
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen([sys.executable, *command], **quiet) as running:
        try:
            yield running
        finally:
            running.kill()


@contextmanager
def local_server() -> Iterator[tuple[str, int]]:
    """Run the service over HTTP: yield its address and process id."""
    with process("-m", "py_swf.local", "--port", "0") as running:
        yield running.stdout.readline().split()[-1], running.pid  # type: ignore[union-attr]


@contextmanager
def moto_server() -> Iterator[tuple[str, int]]:
    """Run moto's server: yield its address and process id."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    code = "import sys; from moto.server import main; main(sys.argv[1:])"
    with process("-c", code, "-H", "127.0.0.1", "-p", str(port)) as running:
        url = f"http://127.0.0.1:{port}"
        wait_for(url)
        yield url, running.pid


def wait_for(url: str) -> None:
    """Return when the server answers a request."""
    for _ in range(3_000):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                answer.read()
            return
        except OSError:
            time.sleep(0.005)
    raise TimeoutError(url)


def http_client(url: str) -> Any:
    """Return a boto3 client as a user makes it, which signs its requests."""
    return boto3.client(
        "swf",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(read_timeout=70),
    )


def over_http(small: bool, peers: bool) -> Iterator[Row]:
    """Compare one boto3 client over HTTP with a bare server and with moto's."""
    rounds, per_round = (2, 2) if small else (9, 200)
    with process("-c", BARE_SERVER) as running, local_server() as (url, _):
        bare = http_client(running.stdout.readline().strip())  # type: ignore[union-attr]
        ours = http_client(url)
        alternatives = {
            "bare asyncio": lambda: bare.list_domains(registrationStatus="REGISTERED"),
            "py_swf.local": lambda: ours.list_domains(registrationStatus="REGISTERED"),
        }
        found = rounds_of(alternatives, rounds, per_round, 1, time.perf_counter)
        yield from rows_of("a call, over HTTP", "ms", found, "at most 1.25")
    if not peers:
        return
    with local_server() as (url, _), moto_server() as (moto_url, _):
        calls = {
            "py_swf.local": boto_call(http_client(url)),
            "moto_server": boto_call(http_client(moto_url)),
        }
        for call in calls.values():
            register(call)
        runs = {name: (lambda call=call: one_activity(call)) for name, call in calls.items()}
        per_round = per_round // 20 + 1
        found = rounds_of(runs, rounds, per_round, REQUESTS, time.perf_counter)
        yield from rows_of("one activity, a call, HTTP", "ms", found, "moto at least 2.5")


def held_polls(small: bool, peers: bool) -> Iterator[Row]:
    """Measure what many held polls cost, and how soon each gets its task."""
    count, seconds = (20, 0.3) if small else (500, 10.0)
    with local_server() as (url, pid):
        register(boto_call(http_client(url)))
        latencies, share = asyncio.run(hold(url, pid, count, seconds))
    found = {"from start to answer": latencies}
    yield from rows_of(f"{count} polls held", "ms", found, "median at most 20 ms")
    yield from rows_of(f"{count} polls held", "% of a core", {"while idle": [share]}, "under 3")


async def hold(url: str, pid: int, count: int, seconds: float) -> tuple[list[float], float]:
    """Hold polls, measure the idle server, then start a workflow for each poll in turn."""
    host, port = url.removeprefix("http://").split(":")
    polls = [await asyncio.open_connection(host, int(port)) for _ in range(count)]
    for number, (_, writer) in enumerate(polls):
        task_list = {"name": f"held{number}"}
        writer.write(http_request("PollForDecisionTask", {"domain": "d", "taskList": task_list}))
    await asyncio.sleep(min(seconds, 1.0))
    before = cpu_seconds(pid)
    await asyncio.sleep(seconds)
    share = (cpu_seconds(pid) - before) / seconds * 100
    latencies = []
    starter, starts = await asyncio.open_connection(host, int(port))
    for number, (reader, _) in enumerate(polls):
        run = {"domain": "d", "workflowId": f"h{number}", "workflowType": KIND}
        request = http_request(
            "StartWorkflowExecution", {**run, "taskList": {"name": f"held{number}"}}
        )
        began = time.perf_counter()
        starts.write(request)
        await http_answer(reader)
        latencies.append((time.perf_counter() - began) * 1e3)
        await http_answer(starter)
    for _, writer in [*polls, (starter, starts)]:
        writer.close()
    return latencies, share


def http_request(operation: str, request: dict[str, Any]) -> bytes:
    """Return the bytes of one request."""
    body = json.dumps(request)
    head = [
        "POST / HTTP/1.1",
        "Host: localhost",
        f"X-Amz-Target: SimpleWorkflowService.{operation}",
        "Content-Type: application/x-amz-json-1.0",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*head, "", body]).encode()


async def http_answer(reader: asyncio.StreamReader) -> None:
    """Read one answer, which must be a success."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    assert head.startswith(b"http/1.1 200"), head
    await reader.readexactly(int(head.split(b"content-length:")[1].split()[0]))


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has used, as Linux counts it."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def readiness(small: bool, peers: bool) -> Iterator[Row]:
    """Measure the time from the start of the process to the first answer."""
    servers = {"moto_server": moto_server} if peers else {}
    found: dict[str, list[float]] = {name: [] for name in [*servers, "py_swf.local"]}
    for _ in range(1 if small else 5):
        for name, server in {**servers, "py_swf.local": local_server}.items():
            began = time.perf_counter()
            with server() as (url, _):
                wait_for(url)
                found[name].append((time.perf_counter() - began) * 1e3)
    yield from rows_of("ready after start", "ms", found, "at most 0.5")


def clients(small: bool, peers: bool) -> Iterator[Row]:
    """Measure how long it takes to make a client, after the first one."""
    swf = LocalSWF()
    session = boto3.session.Session()
    alternatives = {
        "boto3 session.client": lambda: session.client(
            "swf", region_name="us-east-1", config=UNSIGNED_CONFIG
        ),
        "LocalSWF.client": swf.client,
    }
    found = rounds_of(alternatives, 2 if small else 9, 5, 1)
    yield from rows_of("make a client", "ms", found, "a few ms")


PARTS = (in_process, against_canned, machine_alone, clients, over_http, held_polls, readiness)


def main() -> None:
    """Measure and print."""
    options = measuring.arguments(__doc__)
    rows = [row for part in PARTS for row in part(options.small, not options.no_peers)]
    if options.json:
        print(json.dumps({"machine": measuring.machine(), "rows": rows}, indent=1))
        return
    print(measuring.machine())
    print(f"{'work':<28}{'alternative':<22}{'median':>10}{'min':>9}{'max':>9}{'ratio':>8}  aim")
    for row in rows:
        numbers = f"{row['median']:>10.3f}{row['min']:>9.3f}{row['max']:>9.3f}{row['ratio']:>8.3f}"
        aim = f"{row['aim']}" if row["unit"] == "ms" else f"{row['aim']} {row['unit']}"
        print(f"{row['work']:<28}{row['alternative']:<22}{numbers}  {aim}")


if __name__ == "__main__":
    main()
