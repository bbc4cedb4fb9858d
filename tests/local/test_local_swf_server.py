"""LocalSWFServer: a service over HTTP on a clock that the test turns."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import py_swf
from py_swf import DecisionClient, DecisionConfig
from py_swf.daemon import respond, tasks
from py_swf.decisions import CompleteWorkflowExecution, Decision, StartTimer
from py_swf.history import History
from py_swf.local import LocalSWFServer, SystemClock
from tests.local.scenes import (
    ACTIVITY_DEFAULTS,
    WORKFLOW_DEFAULTS,
    decide,
    poll_activity,
    poll_decision,
    register_activity,
    register_workflow,
    schedule,
    start,
    timer,
)

DAY = 86_400
DAYS = 30


@pytest.fixture
def server() -> Iterator[LocalSWFServer]:
    """A server whose domain has the types of the scenes."""
    with LocalSWFServer(domain="d") as running:
        register_workflow(running.client(), **WORKFLOW_DEFAULTS)
        register_activity(running.client(), **ACTIVITY_DEFAULTS)
        yield running


def a_timer_a_day(history: History) -> list[Decision]:
    """Start a timer for each day, one after the other."""
    if history.open_timers:
        return []
    if len(history.timers) == DAYS:
        return [CompleteWorkflowExecution("a month")]
    return [StartTimer(f"day {len(history.timers) + 1}", DAY)]


@contextmanager
def decider(server: LocalSWFServer) -> Iterator[None]:
    """Decide in a thread, over HTTP, until the block ends."""
    client = DecisionClient(DecisionConfig("d", "decisions"), server.client())
    stop = threading.Event()

    def loop() -> None:
        for task in tasks(client, stop=stop, stop_within=0):
            respond(client, task, a_timer_a_day(task.history))

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def times_of(events: list[dict[str, Any]], event_type: str) -> list[float]:
    """Return when events of a type happened, in seconds since the first event."""
    began = events[0]["eventTimestamp"]
    return [e["eventTimestamp"] - began for e in events if e["eventType"] == event_type]


def test_a_month_of_a_daemon_is_a_moment(server: LocalSWFServer) -> None:
    """A decider in another program does each day's work on that day, and misses none."""
    start(server.client(), "w", executionStartToCloseTimeout=str(40 * DAY))
    with decider(server):
        server.advance(timedelta(days=DAYS), patience=30)

    events = server.history("w")
    days = [DAY * number for number in range(1, DAYS + 1)]
    assert times_of(events, "TimerFired") == days
    assert times_of(events, "DecisionTaskCompleted") == [0, *days]
    assert times_of(events, "WorkflowExecutionCompleted") == [DAYS * DAY]


def test_a_program_in_another_process_finds_it(server: LocalSWFServer) -> None:
    """The environment is all that a program needs to talk to the service."""
    code = "import boto3; print(boto3.client('swf').list_domains(registrationStatus='REGISTERED'))"
    search = str(Path(py_swf.__file__).parents[1])
    environment = {**os.environ, **server.environment, "PYTHONPATH": search}
    printed = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    assert "'name': 'd'" in printed.stdout


def test_a_test_can_play_all_parts_itself(server: LocalSWFServer) -> None:
    """Without patience the clock waits for nobody, and a task that is held times out."""
    client = server.client()
    start(client, "w")
    decide(client, schedule("a"), timer("t", "3600"))
    poll_activity(client)
    server.advance(3600, patience=0)

    events = server.history("w")
    assert times_of(events, "ActivityTaskTimedOut") == [2000]
    assert times_of(events, "TimerFired") == [3600]
    assert poll_decision(client)["workflowExecution"]["workflowId"] == "w"


def test_two_servers_share_nothing() -> None:
    """Each has an address and a domain of its own."""
    with LocalSWFServer(domain="a") as first, LocalSWFServer(domain="b") as second:
        listed = [
            [
                info["name"]
                for info in each.client().list_domains(registrationStatus="REGISTERED")[
                    "domainInfos"
                ]
            ]
            for each in (first, second)
        ]

    assert listed == [["a"], ["b"]]


def test_its_domain_has_the_retention_that_was_given() -> None:
    """Closed executions are kept for seven days, or for as long as a test needs them."""
    with LocalSWFServer() as first, LocalSWFServer(retention=90) as second:
        days = [
            each.client().describe_domain(name="test")["configuration"][
                "workflowExecutionRetentionPeriodInDays"
            ]
            for each in (first, second)
        ]

    assert days == ["7", "90"]


def test_its_end_answers_a_poll_that_is_held() -> None:
    """A poll that waits when the block ends is answered without a task."""
    answers: list[Any] = []
    with LocalSWFServer(domain="d") as running:
        client = running.client()
        thread = threading.Thread(
            target=lambda: answers.append(
                client.poll_for_decision_task(domain="d", taskList={"name": "l"})
            )
        )
        thread.start()
        while not running._app._held:
            threading.Event().wait(0.01)
    thread.join()

    assert "taskToken" not in answers[0]


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"duration": -1}, ValueError, "seconds must be 0 or more, got -1"),
        ({"duration": float("inf")}, ValueError, "a clock runs forward"),
        ({"duration": 1, "patience": -1}, ValueError, "patience must be 0 or more, got -1"),
        ({"duration": 1, "patience": float("nan")}, ValueError, "patience must be 0 or more"),
    ],
)
def test_what_the_clock_cannot_do(
    server: LocalSWFServer, arguments: dict[str, Any], error: type[Exception], said: str
) -> None:
    """A duration or a patience that makes no sense is refused, and the clock stays."""
    before = server.clock.now()
    with pytest.raises(error, match=said):
        server.advance(**arguments)

    assert server.clock.now() == before


def test_the_clock_of_the_system_is_not_turned() -> None:
    """A server on real time says that its clock cannot be turned."""
    with (
        LocalSWFServer(clock=SystemClock()) as running,
        pytest.raises(TypeError, match="cannot be turned"),
    ):
        running.advance(1)


def test_a_history_that_is_not_there(server: LocalSWFServer) -> None:
    """An unknown workflow id is a LookupError that names it."""
    with pytest.raises(LookupError, match="nobody"):
        server.history("nobody")
