"""Decide for kept runs, poll and answer included, against the two boto3 calls alone.

Activities run one after another, with one decision each; the calls are signed and the answers are
canned. SWF ends an execution at 25,000 events, about 4,100 such decisions: #10,000 shows that
nothing grows. Then come the CPU time of 1,000 activities, the memory of a kept run, and the cost of
a dead host.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Iterator
from random import Random
from typing import Any

import canned
import measuring
import peer_simpleflow
from flow_replay import in_a_row, row
from one_execution import OneExecution

from py_swf import flow
from py_swf.clients.decision import DecisionClient
from py_swf.clients.registration import RegistrationClient
from py_swf.clients.workflow import WorkflowClient
from py_swf.config_definitions import DecisionConfig, WorkflowClientConfig
from py_swf.decisions import Answer, ScheduleActivityTask
from py_swf.errors import NoTaskFound
from py_swf.local import LocalSWF
from py_swf.types import ActivityType

RUN_ID = canned.RUN["runId"].encode()
OWN = "decisions.host-1.4711.9f86d081"
POLL = {
    "domain": "d",
    "taskList": {"name": OWN},
    "reverseOrder": True,
    "startAtPreviousStartedEvent": True,
}
#: event 3 starts the first decision task of such a history; each further one starts 6 events later
FIRST, STEP = 3, 6


def started(number: int) -> int:
    """Return the id of the event that started a decision task, counted from 1."""
    return FIRST + STEP * (number - 1)


class Tasks:
    """The answers to the polls for one execution, as bytes.

    :param raw: its history, oldest event first.
    """

    def __init__(self, raw: list[dict[str, Any]]) -> None:
        self.raw = raw

    def whole(self, number: int) -> bytes:
        """Return a decision task with its whole history."""
        return self._task(number, 1, 0)

    def new(self, number: int) -> bytes:
        """Return a decision task with the events since the previous one."""
        previous = started(number - 1)
        return self._task(number, previous, previous)

    def _task(self, number: int, first: int, previous: int) -> bytes:
        kind = {"name": "row", "version": "1"}
        events = self.raw[first - 1 : started(number)]
        return canned.decision_task(events, previousStartedEventId=previous, workflowType=kind)


class Side:
    """One of the alternatives: it gets one body after another in answer to its polls."""

    def __init__(self) -> None:
        self.bodies: Iterator[bytes] = iter(())
        self.boto_client = canned.client(self._answer)

    def _answer(self, request: Any) -> bytes:
        is_poll = request.headers["X-Amz-Target"].endswith(b"PollForDecisionTask")
        return next(self.bodies) if is_poll else b""

    def one(self) -> None:
        """Take a task and answer it."""
        raise NotImplementedError

    def cpu(self, bodies: list[bytes]) -> float:
        """Return the CPU seconds per decision, over all bodies."""
        self.bodies = iter(bodies)
        gc.collect()
        began = time.process_time()
        for _ in bodies:
            self.one()
        return (time.process_time() - began) / len(bodies)


class Boto3(Side):
    """The two calls with boto3 alone, with the same answer each time."""

    activity = ScheduleActivityTask(
        ActivityType("add", "1"), "add-1", input='{"x":0}', start_to_close_timeout=300
    )
    answer = Answer([activity], None, OWN, 10).to_wire()

    def one(self) -> None:
        """Poll, and answer."""
        task = self.boto_client.poll_for_decision_task(**POLL)
        self.boto_client.respond_decision_task_completed(taskToken=task["taskToken"], **self.answer)


class Decider(Side):
    """A decider that keeps runs, and its client."""

    def __init__(self) -> None:
        super().__init__()
        self.client = DecisionClient(DecisionConfig("d", OWN, *[None] * 4), self.boto_client)
        self.decide = flow.Decider([row], keep=1000, own_task_list=OWN)
        self.decide._long = 0  # so that decision #10 is of a kept run, too

    def one(self) -> None:
        """Take a task, decide it and answer it."""
        task = self.client.poll(start_at_previous_started_event=True)
        self.client.respond(task.task_token, self.decide(task))


def decisions(tasks: Tasks, numbers: list[int], rounds: int, each: int) -> list[measuring.Row]:
    """Measure decisions starting at each of the numbers; all of them in every round."""
    boto3 = Boto3()
    kept: dict[int, list[float]] = {number: [] for number in numbers}
    calls: dict[int, list[float]] = {number: [] for number in numbers}
    for _ in range(rounds):
        for number in numbers:
            bodies = [tasks.new(number + n) for n in range(each)]
            decider = Decider()
            decider.cpu([tasks.whole(number - 1)])
            calls[number].append(boto3.cpu(bodies))
            kept[number].append(decider.cpu(bodies))
            decider.decide.close()
    rows = []
    for number in numbers:
        work = f"decision #{number:,}"
        mine, base, first = kept[number], calls[number], kept[numbers[0]]
        rows.append(measuring.row(work, "boto3 alone, two calls", base, [1.0] * rounds))
        rows.append(measuring.row(work, "of a kept run", mine, _ratios(mine, base)))
        rows.append(measuring.row(work, f"against #{numbers[0]:,}", mine, _ratios(mine, first)))
    return rows


def _ratios(mine: list[float], base: list[float]) -> list[float]:
    return [a / b for a, b in zip(mine, base, strict=True)]


def start_to_end(count: int) -> tuple[float, float, float]:
    """Decide for activities in a row; return CPU seconds, and requests and events per decision."""
    execution = OneExecution("row", f'{{"count":{count}}}')
    own, shared = (
        DecisionClient(DecisionConfig("d", name, *[None] * 4), execution.client)
        for name in (OWN, "list")
    )
    decide = flow.Decider([row], keep=1000, own_task_list=OWN)
    gc.collect()
    began = time.process_time()
    while execution.result is None:
        if execution.next_list["name"] == OWN:
            task = own.poll(start_at_previous_started_event=True)
        else:
            task = shared.poll(newest_first=False)
        shared.respond(task.task_token, decide(task))
    taken = time.process_time() - began - execution.seconds
    return taken, execution.requests / (count + 1), execution.read / (count + 1)


def memory(tasks: Tasks, number: int, runs: int) -> float:
    """Return how many KiB one kept run takes after a decision, measured by dropping it."""
    decider = Decider()
    bodies = (tasks.whole(number - 1), tasks.new(number))
    tracemalloc.start()
    for n in range(runs):
        decider.cpu([body.replace(RUN_ID, b"%d" % n) for body in bodies])
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    decider.decide.close()
    gc.collect()
    left, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (kept - left) / runs / 1024


word = flow.Signal("word", int)


@flow.workflow
async def listens() -> None:
    """Write a history that is long enough to be kept, and then receive words forever."""
    for n in range(99):
        flow.record_marker("page", str(n))
    while True:
        await word.receive()


class Host:
    """A process that decides for the executions of a local SWF.

    :param swf: the local SWF.
    :param name: name of its own task list.
    """

    def __init__(self, swf: LocalSWF, name: str) -> None:
        self.swf = swf
        boto = swf.client()
        self.own, self.shared = (
            DecisionClient(DecisionConfig("d", each, *[None] * 4), boto) for each in (name, "list")
        )
        self.decide = flow.Decider([listens], keep=1000, own_task_list=name)

    def one(self) -> str | None:
        """Decide for one task; return its workflow id, or None if there is no task.

        The clock advances by the CPU time that this took.
        """
        began = time.process_time()
        try:
            task = self.own.poll(start_at_previous_started_event=True)
        except NoTaskFound:
            try:
                task = self.shared.poll(newest_first=False)
            except NoTaskFound:
                return None
        answer = self.decide(task)
        self.swf.advance(time.process_time() - began)
        self.shared.respond(task.task_token, answer)
        return task.workflow_id


def delays(executions: int, seconds: float) -> dict[str, list[float]]:
    """Kill one of two hosts; return how long the tasks of each one's executions then waited.

    Each execution gets a signal at some time during the following seconds.
    """
    swf = LocalSWF()
    registration = RegistrationClient(swf.client())
    registration.register_domain("d", retention=1)
    flow.register(registration, "d", listens.options(task_list="list"))
    client = WorkflowClient(WorkflowClientConfig("d"), swf.client())
    hosts = [Host(swf, "dead"), Host(swf, "alive")]
    kept_by: dict[str, str] = {}
    for n in range(executions):
        listens.start(client, str(n))
        hosts[0].one()
        client.signal_workflow(str(n), "word", "1")
        kept_by[hosts[n % 2].one() or ""] = ("dead", "alive")[n % 2]
    alive, chance = hosts[1], Random(1)
    begin = swf.clock.now()
    moments = sorted((begin + chance.random() * seconds, each) for each in kept_by)
    while True:
        while alive.one() is not None:
            pass
        deadline = swf.service.next_deadline()
        now = swf.clock.now()
        if moments and (deadline is None or moments[0][0] <= max(deadline, now)):
            moment, workflow_id = moments.pop(0)
            swf.advance(max(0.0, moment - now))
            client.signal_workflow(workflow_id, "word", "2")
        elif deadline is not None and deadline < begin + 2 * seconds:
            swf.advance(max(0.0, deadline - now))
        else:
            break
    waited: dict[str, list[float]] = {"dead": [], "alive": []}
    for workflow_id, host in kept_by.items():
        waited[host].append(_wait(swf, workflow_id))
    return waited


def _wait(swf: LocalSWF, workflow_id: str) -> float:
    """Return the seconds from the last signal of an execution to the start of its task."""
    times = {event["eventType"]: event["eventTimestamp"] for event in swf.history(workflow_id)}
    return float(times["DecisionTaskStarted"] - times["WorkflowExecutionSignaled"])


def main() -> None:
    """Measure and print."""
    options = measuring.arguments(__doc__)
    rounds, each = (3, 10) if options.small else (15, 50)
    numbers = [10, 100] if options.small else [10, 1_000, 4_000, 10_000]
    count, executions = (100, 20) if options.small else (1_000, 1_000)
    tasks = Tasks(in_a_row(numbers[-1] + each))
    measuring.report(decisions(tasks, numbers, rounds, each), as_json=options.json)
    if options.json:
        return
    print_rows_of_activities(count, with_peers=not options.no_peers)
    takes = [
        f"{memory(tasks, n, 20 if n < 1_000 else 4):.1f} KiB after {n:,} decisions"
        for n in numbers[:3]
    ]
    print(f"a kept run takes {', '.join(takes)}")
    print("delay of the executions of two hosts, from the moment when one of them is killed:")
    for host, seconds in delays(executions, 60).items():
        seconds.sort()
        median, late = seconds[len(seconds) // 2], seconds[len(seconds) * 99 // 100]
        print(f"of the host that is {host}: {median:.2f} s, at the 99th percentile {late:.2f} s")


def print_rows_of_activities(count: int, *, with_peers: bool) -> None:
    """Print the cost of activities in a row, from start to end."""
    taken, requests, read = start_to_end(count)
    print(f"{count:,} activities in a row, from start to end: {taken:.2f} s of CPU time, with")
    print(f"{requests:.2f} requests and {read:.1f} events read per decision")
    if with_peers:
        fewer = count * 3 // 10
        peer, ours = peer_simpleflow.seconds(fewer), start_to_end(fewer)[0]
        print(f"{fewer} of them: {ours:.2f} s; by simpleflow {peer:.2f} s: {peer / ours:.0f} times")


if __name__ == "__main__":
    main()
