"""The judge of histories notices each breach of a law, and only breaches."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.lawfulness import assert_lawful
from tests.local.replay_recorded import HISTORIES, recorded
from tests.local.scenes import WORKFLOW_TYPE


def event(number: int, kind: str, **found: Any) -> dict[str, Any]:
    """Write an event, one second after the one before."""
    name = f"{kind[0].lower()}{kind[1:]}EventAttributes"
    return {"eventId": number, "eventTimestamp": float(number), "eventType": kind, name: found}


def begun() -> list[dict[str, Any]]:
    """Write a lawful history up to its first completed decision."""
    task = {"taskList": {"name": "l"}}
    started = {**task, "childPolicy": "TERMINATE", "workflowType": WORKFLOW_TYPE}
    return [
        event(1, "WorkflowExecutionStarted", **started),
        {**event(2, "DecisionTaskScheduled", **task), "eventTimestamp": 1.0},
        event(3, "DecisionTaskStarted", scheduledEventId=2),
        event(4, "DecisionTaskCompleted", scheduledEventId=2, startedEventId=3),
    ]


def called(number: int) -> list[dict[str, Any]]:
    """Write a signal and the decision task it calls for."""
    signaled = event(number, "WorkflowExecutionSignaled", signalName="s")
    scheduled = event(number + 1, "DecisionTaskScheduled", taskList={"name": "l"})
    return [signaled, {**scheduled, "eventTimestamp": float(number)}]


def ended(number: int, completed: int = 4) -> dict[str, Any]:
    """Write a completion."""
    return event(number, "WorkflowExecutionCompleted", decisionTaskCompletedEventId=completed)


FIRED = {"timerId": "t", "startedEventId": 5}
STARTED = {"timerId": "t", "startToFireTimeout": "1"}


@pytest.mark.parametrize("more", [[], called(5), [ended(5)]])
def test_the_judge_accepts(more: list[dict[str, Any]]) -> None:
    """The laws hold over lawful histories."""
    assert_lawful(begun() + more)


UNLAWFUL = {
    "a gap in the ids": [ended(6)],
    "time goes back": [{**ended(5), "eventTimestamp": 3.0}],
    "two closes": [ended(5), ended(6)],
    "an event after the close": [ended(5), *called(6)],
    "a required member is missing": [event(5, "WorkflowExecutionCompleted")],
    "an unknown member": [event(5, "WorkflowExecutionSignaled", signalName="s", colour="red")],
    "a reference to nothing": [ended(5, completed=0)],
    "a reference forwards": [ended(5, completed=6)],
    "a reference to the wrong type": [ended(5, completed=3)],
    "no decision task after a trigger": called(5)[:1],
    "a decision task nobody called for": [
        event(5, "DecisionTaskScheduled", taskList={"name": "l"})
    ],
    "a decision task later than its trigger": [
        called(5)[0],
        event(6, "DecisionTaskScheduled", taskList={"name": "l"}),
    ],
    "two waiting decision tasks": [*called(5), *called(7)],
    "a started task that was not waiting": [event(5, "DecisionTaskStarted", scheduledEventId=2)],
    "a task that ends twice": [
        event(5, "DecisionTaskCompleted", scheduledEventId=2, startedEventId=3)
    ],
    "a timer that fires twice": [
        event(5, "TimerStarted", decisionTaskCompletedEventId=4, **STARTED),
        event(6, "TimerFired", **FIRED),
        {**called(6)[1], "eventTimestamp": 6.0},
        event(8, "TimerFired", **FIRED),
    ],
    "an unhandled close without a reason": [
        event(
            5,
            "CompleteWorkflowExecutionFailed",
            cause="UNHANDLED_DECISION",
            decisionTaskCompletedEventId=4,
        ),
        {**event(6, "DecisionTaskScheduled", taskList={"name": "l"}), "eventTimestamp": 5.0},
    ],
}


@pytest.mark.parametrize("damage", UNLAWFUL)
def test_the_judge_rejects(damage: str) -> None:
    """Each breach of a law is noticed."""
    with pytest.raises(AssertionError):
        assert_lawful(begun() + UNLAWFUL[damage])


def test_the_judge_rejects_a_close_over_a_waiting_task() -> None:
    """A decision may not close what was signaled meanwhile."""
    completed = event(6, "DecisionTaskCompleted", scheduledEventId=2, startedEventId=3)
    history = [*begun()[:3], *called(4), completed, ended(7, completed=6)]
    assert_lawful(history[:-1])
    with pytest.raises(AssertionError):
        assert_lawful(history)


@pytest.mark.parametrize("name", HISTORIES)
def test_the_laws_hold_over_recordings(name: str) -> None:
    """The laws hold over what the real service wrote."""
    assert_lawful(recorded(name))
