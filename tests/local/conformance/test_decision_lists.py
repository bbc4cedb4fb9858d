"""Lists of decisions: the service takes all of a list or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.scenes import (
    FIRST_DECISION,
    after_first_decision,
    attributes,
    attributes_name,
    cancel,
    cancel_activity,
    cancel_timer,
    child,
    complete,
    continue_as_new,
    decide,
    decision,
    describe,
    events,
    fail,
    is_task,
    marker,
    moment,
    of,
    poll_decision,
    refused,
    respond,
    schedule,
    shape,
    signal,
    start,
    timer,
    types,
)

CLOSES = {
    "CompleteWorkflowExecution": complete(),
    "FailWorkflowExecution": fail(),
    "CancelWorkflowExecution": cancel(),
    "ContinueAsNewWorkflowExecution": continue_as_new(),
}
CLOSE_LAST = "Close must be last decision in list"
ENUM = (
    "CompleteWorkflowExecution, StartTimer, RequestCancelExternalWorkflowExecution, "
    "SignalExternalWorkflowExecution, CancelTimer, RecordMarker, ScheduleActivityTask, "
    "ContinueAsNewWorkflowExecution, ScheduleLambdaFunction, FailWorkflowExecution, "
    "RequestCancelActivityTask, StartChildWorkflowExecution, CancelWorkflowExecution"
)
WITH_MANDATORY_MEMBERS = [
    "ScheduleActivityTask",
    "RequestCancelActivityTask",
    "RecordMarker",
    "StartTimer",
    "CancelTimer",
    "SignalExternalWorkflowExecution",
    "RequestCancelExternalWorkflowExecution",
    "StartChildWorkflowExecution",
    "ScheduleLambdaFunction",
]
FAILING: dict[str, dict[str, Any]] = {
    "ScheduleActivityTaskFailed": schedule(activityType={"name": "none", "version": "1"}),
    "RequestCancelActivityTaskFailed": cancel_activity("none"),
    "CancelTimerFailed": cancel_timer("none"),
    "StartChildWorkflowExecutionFailed": child(workflowType={"name": "none", "version": "1"}),
}


def untouched(client: Any, execution: dict[str, str], task: dict[str, Any]) -> bool:
    """Return whether a refused answer left no trace, and the token of the task still good."""
    before = shape(events(client, execution)) == FIRST_DECISION[:3]
    respond(client, task)
    return before and shape(events(client, execution)) == FIRST_DECISION


@pytest.mark.parametrize("kind", CLOSES)
def test_close_not_last(ready: Any, kind: str) -> None:
    """A closing decision that is not the last refuses the list; none of it is recorded."""
    execution = start(ready)
    task = poll_decision(ready)
    with refused("ValidationException", CLOSE_LAST):
        respond(ready, task, timer(), CLOSES[kind], marker())
    assert untouched(ready, execution, task)


@pytest.mark.parametrize("last", CLOSES)
@pytest.mark.parametrize("first", CLOSES)
def test_two_closes(ready: Any, first: str, last: str) -> None:
    """Two closing decisions refuse the list."""
    execution = start(ready)
    task = poll_decision(ready)
    with refused("ValidationException", CLOSE_LAST):
        respond(ready, task, CLOSES[first], CLOSES[last])
    assert untouched(ready, execution, task)


def test_unknown_decision_type(ready: Any) -> None:
    """An unknown decision type is refused with the list of the known ones."""
    execution = start(ready)
    task = poll_decision(ready)
    with refused(
        "ValidationException",
        "1 validation error detected: Value 'MakeTea' at 'decisions.2.member.decisionType' failed "
        f"to satisfy constraint: Member must satisfy enum value set: [{ENUM}]",
    ):
        respond(ready, task, timer(), {"decisionType": "MakeTea"})
    assert untouched(ready, execution, task)


def test_missing_member(ready: Any, lax: Any) -> None:
    """A missing mandatory member is named by the decision's place in the list, from 1."""
    execution = start(ready)
    task = poll_decision(ready)
    with refused(
        "ValidationException",
        "1 validation error detected: Value null at "
        "'decisions.2.member.startTimerDecisionAttributes.timerId' failed to satisfy constraint: "
        "Member must not be null",
    ):
        respond(lax, task, timer(), decision("StartTimer", startToFireTimeout="1"))
    assert untouched(ready, execution, task)


def test_too_long_member(ready: Any) -> None:
    """A member that is too long is named in the same way."""
    execution = start(ready)
    task = poll_decision(ready)
    with refused(
        "ValidationException",
        part="at 'decisions.1.member.recordMarkerDecisionAttributes.details' failed to satisfy",
    ):
        respond(ready, task, marker(details="x" * 32769))
    assert untouched(ready, execution, task)


def test_attributes_of_another_type(ready: Any, lax: Any) -> None:
    """Attributes that do not belong to the decision's type are checked as well."""
    execution = start(ready)
    task = poll_decision(ready)
    with refused("ValidationException", part="startTimerDecisionAttributes.timerId"):
        respond(lax, task, {**marker(), "startTimerDecisionAttributes": {}})
    assert untouched(ready, execution, task)


@pytest.mark.parametrize("kind", WITH_MANDATORY_MEMBERS)
def test_missing_attributes(ready: Any, kind: str) -> None:
    """A decision without its attributes is refused, if its type has a mandatory member."""
    execution = start(ready)
    task = poll_decision(ready)
    name = attributes_name(kind)
    with refused(
        "ValidationException",
        f"{name[0].upper()}{name[1:]} must be specified for decision of type {kind}",
    ):
        respond(ready, task, timer(), {"decisionType": kind})
    assert untouched(ready, execution, task)


@pytest.mark.parametrize("kind", CLOSES)
def test_closes_need_no_attributes(ready: Any, kind: str) -> None:
    """A closing decision has no mandatory members and may come without attributes."""
    execution = start(ready)
    decide(ready, {"decisionType": kind})
    assert describe(ready, execution)["executionInfo"]["executionStatus"] == "CLOSED"


def test_in_order(swf: Any, ready: Any) -> None:
    """Decisions are applied in their order, at one time, with one completed event id."""
    execution = start(ready)
    swf.advance(1)
    decide(ready, marker("m1"), schedule(), timer(), marker("m2"), cancel_timer())
    history = events(ready, execution)
    assert after_first_decision(history) == [
        "5 MarkerRecorded(dtc 4)",
        "6 ActivityTaskScheduled(dtc 4)",
        "7 TimerStarted(dtc 4)",
        "8 MarkerRecorded(dtc 4)",
        "9 TimerCanceled(7, dtc 4)",
    ]
    assert len({moment(event) for event in history[2:]}) == 1


@pytest.mark.parametrize("failed", FAILING)
def test_failure_does_not_stop_the_rest(ready: Any, failed: str) -> None:
    """The decisions after a failing one are applied, and a new task is scheduled last."""
    execution = start(ready)
    decide(ready, marker(), FAILING[failed], marker())
    assert types(events(ready, execution))[4:] == [
        "MarkerRecorded",
        failed,
        "MarkerRecorded",
        "DecisionTaskScheduled",
    ]


def test_close_after_a_failure(ready: Any) -> None:
    """A failed decision does not keep a closing one of the same list from closing."""
    execution = start(ready)
    decide(ready, cancel_timer("none"), complete())
    assert after_first_decision(events(ready, execution)) == [
        "5 CancelTimerFailed(TIMER_ID_UNKNOWN, dtc 4)",
        "6 WorkflowExecutionCompleted(dtc 4)",
    ]


def test_one_task_for_all_failures(ready: Any) -> None:
    """Several failing decisions lead to one new decision task, after the last event."""
    execution = start(ready)
    decide(ready, *FAILING.values(), marker())
    assert types(events(ready, execution))[4:] == [
        *FAILING,
        "MarkerRecorded",
        "DecisionTaskScheduled",
    ]


def test_unhandled_decision(ready: Any) -> None:
    """Complete is refused when something happened during the task; the rest is applied."""
    execution = start(ready)
    task = poll_decision(ready)
    signal(ready)
    respond(ready, task, marker(), complete())
    second = poll_decision(ready)
    assert second["previousStartedEventId"] == 3
    respond(ready, second, complete())
    assert shape(events(ready, execution)) == [
        "1 WES",
        "2 DTS",
        "3 DTStarted(2)",
        "4 WorkflowExecutionSignaled",
        "5 DTS",
        "6 DTC(2,3)",
        "7 MarkerRecorded(dtc 6)",
        "8 CompleteWorkflowExecutionFailed(UNHANDLED_DECISION, dtc 6)",
        "9 DTStarted(5)",
        "10 DTC(5,9)",
        "11 WorkflowExecutionCompleted(dtc 10)",
    ]


def test_earlier_events_are_handled(ready: Any) -> None:
    """Events from before the task started never keep it from closing."""
    execution = start(ready)
    signal(ready)
    decide(ready, complete())
    assert describe(ready, execution)["executionInfo"]["closeStatus"] == "COMPLETED"


@pytest.mark.parametrize("kind", CLOSES)
def test_every_close_can_be_unhandled(ready: Any, kind: str) -> None:
    """All four closing decisions are refused alike, and the execution stays open."""
    execution = start(ready)
    task = poll_decision(ready)
    signal(ready)
    respond(ready, task, CLOSES[kind])
    *_, last = events(ready, execution)
    assert last["eventType"] == f"{kind}Failed"
    assert attributes(last) == {"cause": "UNHANDLED_DECISION", "decisionTaskCompletedEventId": 6}
    assert describe(ready, execution)["executionInfo"]["executionStatus"] == "OPEN"
    assert is_task(poll_decision(ready))


def test_close_over_open_items(ready: Any) -> None:
    """Open activities, timers and children do not keep an execution from completing."""
    execution = start(ready)
    decide(ready, schedule(), timer(), child("c", taskList={"name": "aside"}))
    decide(ready, complete())
    history = events(ready, execution)
    assert types(history)[-1] == "WorkflowExecutionCompleted"
    assert describe(ready, execution)["openCounts"] == {
        "openActivityTasks": 1,
        "openTimers": 1,
        "openChildWorkflowExecutions": 1,
        "openDecisionTasks": 0,
        "openLambdaFunctions": 0,
    }


@pytest.mark.parametrize(
    ("kind", "given", "event", "status"),
    [
        ("Complete", {"result": "r"}, "WorkflowExecutionCompleted", "COMPLETED"),
        ("Fail", {"reason": "r", "details": ""}, "WorkflowExecutionFailed", "FAILED"),
        ("Cancel", {"details": "x"}, "WorkflowExecutionCanceled", "CANCELED"),
    ],
)
@pytest.mark.parametrize("full", [True, False])
def test_ways_to_close(
    ready: Any, kind: str, given: dict[str, str], event: str, status: str, full: bool
) -> None:
    """Complete, Fail and Cancel give their event with just the data given, and their status."""
    data = given if full else {}
    execution = start(ready)
    decide(ready, decision(f"{kind}WorkflowExecution", **data))
    *_, last = events(ready, execution)
    assert last["eventType"] == event
    assert attributes(last) == {**data, "decisionTaskCompletedEventId": 4}
    assert describe(ready, execution)["executionInfo"]["closeStatus"] == status


def test_markers(ready: Any) -> None:
    """Markers hold name and details, and a name may be used again."""
    execution = start(ready)
    decide(ready, marker("m: 1", details="d"), marker("m: 1"))
    assert of(events(ready, execution), "MarkerRecorded") == [
        {"markerName": "m: 1", "details": "d", "decisionTaskCompletedEventId": 4},
        {"markerName": "m: 1", "decisionTaskCompletedEventId": 4},
    ]


@pytest.mark.parametrize(
    ("make", "failed", "cause"),
    [
        (timer, "StartTimerFailed", "OPEN_TIMERS_LIMIT_EXCEEDED"),
        (schedule, "ScheduleActivityTaskFailed", "OPEN_ACTIVITIES_LIMIT_EXCEEDED"),
        (child, "StartChildWorkflowExecutionFailed", "OPEN_CHILDREN_LIMIT_EXCEEDED"),
    ],
)
def test_open_limits(ready: Any, make: Any, failed: str, cause: str) -> None:
    """The 1,001st open timer, activity or child fails with its cause; the others exist."""
    execution = start(ready)
    decide(ready, *(make(f"x{number}") for number in range(1001)))
    history = events(ready, execution)
    (failure,) = of(history, failed)
    assert failure["cause"] == cause
    assert history[4 + 1000]["eventType"] == failed


def test_room_again(ready: Any) -> None:
    """A timer that is canceled makes room in the same list."""
    execution = start(ready)
    timers = [timer(f"t{number}") for number in range(1000)]
    decide(ready, *timers, cancel_timer("t7"), timer("new"))
    assert of(events(ready, execution), "StartTimerFailed") == []


def test_a_long_list_of_decisions_is_taken(ready: Any) -> None:
    """There is no limit to the number of decisions in one answer."""
    execution = start(ready)
    decide(ready, *[marker(f"m{number}") for number in range(2000)])
    assert len(of(events(ready, execution), "MarkerRecorded")) == 2000
