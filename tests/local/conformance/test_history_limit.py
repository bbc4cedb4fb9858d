"""The longest history: the last event that fits is a termination."""

from __future__ import annotations

import pytest

from py_swf.local import LocalSWF
from py_swf.local.machine.limits import Limits
from tests.local.scenes import (
    after_first_decision,
    attributes,
    decide,
    describe,
    events,
    marker,
    register,
    signal,
    start,
    timer,
    types,
)


@pytest.mark.parametrize("limit", [20, 21])
def test_history_limit(limit: int) -> None:
    """The last event a history has room for is its termination, in the middle of a list or not."""
    client = LocalSWF(seed=0, limits=Limits(events=limit)).client()
    register(client)
    execution = start(client)
    decide(client, *(marker(f"m{number}") for number in range(40)))
    history = events(client, execution)
    assert len(history) == limit
    assert history[-1]["eventType"] == "WorkflowExecutionTerminated"
    ended = attributes(history[-1])
    assert (ended["cause"], ended["childPolicy"]) == ("EVENT_LIMIT_EXCEEDED", "TERMINATE")
    assert describe(client, execution)["executionInfo"]["closeStatus"] == "TERMINATED"


def test_history_limit_by_signals() -> None:
    """A call from outside may fill the history."""
    client = LocalSWF(seed=0, limits=Limits(events=8)).client()
    register(client)
    execution = start(client)
    while describe(client, execution)["executionInfo"]["executionStatus"] == "OPEN":
        signal(client)
    assert types(events(client, execution))[2:] == [
        *["WorkflowExecutionSignaled"] * 5,
        "WorkflowExecutionTerminated",
    ]


def test_no_room_for_a_time_out() -> None:
    """If there is no room for a decision task's timeout, the task is open at the termination."""
    swf = LocalSWF(seed=0, limits=Limits(events=8))
    client = swf.client()
    register(client)
    execution = start(client)
    override = {"taskList": {"name": "other"}, "taskListScheduleToStartTimeout": "10"}
    decide(client, timer("t", "0"), **override)
    swf.advance(10)
    assert after_first_decision(events(client, execution)) == [
        "5 TimerStarted(dtc 4)",
        "6 TimerFired(5)",
        "7 DTS",
        "8 WorkflowExecutionTerminated(EVENT_LIMIT_EXCEEDED)",
    ]
    assert describe(client, execution)["openCounts"]["openDecisionTasks"] == 1


def test_the_real_limit() -> None:
    """The service's own limit is 25,000 events."""
    assert Limits().events == 25_000
