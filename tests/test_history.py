"""The index of a history: what it joins, what is open, what is new, and how it goes on."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, TypeAlias, get_args

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from py_swf import _attempts
from py_swf import events as ev
from py_swf import history as history_module
from py_swf.decisions import (
    CancelTimer,
    Decision,
    RequestCancelActivityTask,
    RequestCancelExternalWorkflowExecution,
)
from py_swf.events import EVENT_TYPES, Event, attributes_member, event_from_wire
from py_swf.history import Activity, FailedDecision, History, Joined, LambdaFunction, wind_up
from py_swf.types import ActivityType, WorkflowExecution, WorkflowType
from tests.model import HISTORIES

RECORDED = {name: [event_from_wire(raw) for raw in raws] for name, raws in HISTORIES.items()}
TAKE: dict[Any, Any] = history_module._TAKE

PACK = {
    "activityType": {"name": "pack", "version": "1"},
    "activityId": "pack",
    "taskList": {"name": "packers"},
    "decisionTaskCompletedEventId": 4,
}
CHILD = {
    "workflowId": "child",
    "workflowType": {"name": "ship", "version": "1"},
    "taskList": {"name": "ships"},
    "childPolicy": "TERMINATE",
    "decisionTaskCompletedEventId": 4,
}
RUN = {
    "workflowExecution": {"workflowId": "child", "runId": "run-1"},
    "workflowType": {"name": "ship", "version": "1"},
}
OTHER = {"workflowId": "other", "signalName": "go", "decisionTaskCompletedEventId": 4}
FUNCTION = {"id": "f", "name": "resize", "decisionTaskCompletedEventId": 4}
SENT = {"workflowExecution": {"workflowId": "other", "runId": "r"}}


def happened(*steps: tuple[str, dict[str, Any]], first: int = 1) -> list[Event]:
    """Events with ids in a row, of types and of attributes in the wire's spelling."""
    return [
        event_from_wire(
            {
                "eventId": event_id,
                "eventTimestamp": 1_600_000_000 + event_id,
                "eventType": event_type,
                attributes_member(event_type): attributes,
            }
        )
        for event_id, (event_type, attributes) in enumerate(steps, first)
    ]


def decided(started: int, **more: Any) -> tuple[str, dict[str, Any]]:
    """The completion of a decision task."""
    return "DecisionTaskCompleted", {
        "scheduledEventId": started - 1,
        "startedEventId": started,
        **more,
    }


def signal(name: str = "go") -> tuple[str, dict[str, Any]]:
    """A signal received."""
    return "WorkflowExecutionSignaled", {"signalName": name}


def anything(event_type: str) -> tuple[str, dict[str, Any]]:
    """An event that nothing in the history refers to."""
    return event_type, {}


#: how a child and a function end: event type, status, its attributes, fields after that
Ends: TypeAlias = list[tuple[str, str, dict[str, Any], dict[str, Any]]]
ENDS_OF_A_CHILD: Ends = [
    ("ChildWorkflowExecutionCompleted", "COMPLETED", {"result": "o"}, {"result": "o"}),
    ("ChildWorkflowExecutionFailed", "FAILED", {"reason": "why"}, {"reason": "why"}),
    (
        "ChildWorkflowExecutionTimedOut",
        "TIMED_OUT",
        {"timeoutType": "START_TO_CLOSE"},
        {"timeout_type": "START_TO_CLOSE"},
    ),
    ("ChildWorkflowExecutionCanceled", "CANCELED", {"details": "d"}, {"details": "d"}),
    ("ChildWorkflowExecutionTerminated", "TERMINATED", {}, {"result": None}),
]
ENDS_OF_A_FUNCTION: Ends = [
    ("LambdaFunctionCompleted", "COMPLETED", {"result": "o"}, {"result": "o"}),
    ("LambdaFunctionFailed", "FAILED", {"reason": "why"}, {"reason": "why"}),
    ("LambdaFunctionTimedOut", "TIMED_OUT", {}, {"timeout_type": None}),
]

#: the life of one thing: its events, each with the fields after it
LIVES: dict[str, tuple[str, list[tuple[str, dict[str, Any], dict[str, Any]]]]] = {
    "an activity completes": (
        "activities",
        [
            (
                "ActivityTaskScheduled",
                {**PACK, "input": "in", "control": "memo"},
                {
                    "status": "SCHEDULED",
                    "activity_id": "pack",
                    "activity_type": ActivityType("pack", "1"),
                    "input": "in",
                    "control": "memo",
                    "result": None,
                    "cancel_requested": None,
                },
            ),
            ("ActivityTaskStarted", {"scheduledEventId": 1}, {"status": "STARTED"}),
            (
                "ActivityTaskCompleted",
                {"scheduledEventId": 1, "startedEventId": 2, "result": "out"},
                {"status": "COMPLETED", "result": "out", "input": "in", "reason": None},
            ),
        ],
    ),
    "an activity fails": (
        "activities",
        [
            ("ActivityTaskScheduled", PACK, {"status": "SCHEDULED", "input": None}),
            ("ActivityTaskStarted", {"scheduledEventId": 1}, {"status": "STARTED"}),
            (
                "ActivityTaskFailed",
                {"scheduledEventId": 1, "startedEventId": 2, "reason": "why", "details": "more"},
                {"status": "FAILED", "reason": "why", "details": "more", "timeout_type": None},
            ),
        ],
    ),
    "an activity times out": (
        "activities",
        [
            ("ActivityTaskScheduled", PACK, {"status": "SCHEDULED"}),
            (
                "ActivityTaskTimedOut",
                {
                    "scheduledEventId": 1,
                    "startedEventId": 0,
                    "timeoutType": "SCHEDULE_TO_START",
                    "details": "beat",
                },
                {"status": "TIMED_OUT", "timeout_type": "SCHEDULE_TO_START", "details": "beat"},
            ),
        ],
    ),
    "an activity is canceled": (
        "activities",
        [
            ("ActivityTaskScheduled", PACK, {"status": "SCHEDULED"}),
            (
                "ActivityTaskCancelRequested",
                {"activityId": "pack", "decisionTaskCompletedEventId": 4},
                {"status": "SCHEDULED"},
            ),
            (
                "ActivityTaskCanceled",
                {"scheduledEventId": 1, "startedEventId": 0, "details": "gone"},
                {"status": "CANCELED", "details": "gone"},
            ),
        ],
    ),
    "a timer fires": (
        "timers",
        [
            (
                "TimerStarted",
                {
                    "timerId": "tick",
                    "startToFireTimeout": "5",
                    "control": "memo",
                    "decisionTaskCompletedEventId": 4,
                },
                {"status": "STARTED", "timer_id": "tick", "control": "memo", "started": None},
            ),
            ("TimerFired", {"timerId": "tick", "startedEventId": 1}, {"status": "FIRED"}),
        ],
    ),
    "a timer is canceled": (
        "timers",
        [
            (
                "TimerStarted",
                {"timerId": "t", "startToFireTimeout": "5", "decisionTaskCompletedEventId": 4},
                {"status": "STARTED"},
            ),
            ("TimerCanceled", {"timerId": "t", "startedEventId": 1}, {"status": "CANCELED"}),
        ],
    ),
    **{
        f"a child ends as {status}": (
            "child_workflows",
            [
                (
                    "StartChildWorkflowExecutionInitiated",
                    {**CHILD, "input": "in", "control": "memo"},
                    {
                        "status": "INITIATED",
                        "workflow_id": "child",
                        "workflow_type": WorkflowType("ship", "1"),
                        "workflow_execution": None,
                        "input": "in",
                        "control": "memo",
                    },
                ),
                (
                    "ChildWorkflowExecutionStarted",
                    {**RUN, "initiatedEventId": 1},
                    {
                        "status": "STARTED",
                        "workflow_execution": WorkflowExecution("child", "run-1"),
                    },
                ),
                (
                    event_type,
                    {
                        **RUN,
                        "workflowExecution": {"workflowId": "child", "runId": "run-2"},
                        "initiatedEventId": 1,
                        "startedEventId": 2,
                        **more,
                    },
                    {
                        "status": status,
                        "workflow_execution": WorkflowExecution("child", "run-2"),
                        **told,
                    },
                ),
            ],
        )
        for event_type, status, more, told in ENDS_OF_A_CHILD
    },
    "a child does not start": (
        "child_workflows",
        [
            ("StartChildWorkflowExecutionInitiated", CHILD, {"status": "INITIATED"}),
            (
                "StartChildWorkflowExecutionFailed",
                {**CHILD, "cause": "WORKFLOW_ALREADY_RUNNING", "initiatedEventId": 1},
                {
                    "status": "START_FAILED",
                    "cause": "WORKFLOW_ALREADY_RUNNING",
                    "workflow_execution": None,
                },
            ),
        ],
    ),
    **{
        f"a function ends as {status}": (
            "lambda_functions",
            [
                (
                    "LambdaFunctionScheduled",
                    {**FUNCTION, "input": "in", "control": "memo"},
                    {
                        "status": "SCHEDULED",
                        "id": "f",
                        "name": "resize",
                        "input": "in",
                        "control": "memo",
                    },
                ),
                ("LambdaFunctionStarted", {"scheduledEventId": 1}, {"status": "STARTED"}),
                (
                    event_type,
                    {"scheduledEventId": 1, "startedEventId": 2, **more},
                    {"status": status, **told},
                ),
            ],
        )
        for event_type, status, more, told in ENDS_OF_A_FUNCTION
    },
    "a function does not start": (
        "lambda_functions",
        [
            ("LambdaFunctionScheduled", FUNCTION, {"status": "SCHEDULED"}),
            (
                "StartLambdaFunctionFailed",
                {"scheduledEventId": 1, "cause": "ASSUME_ROLE_FAILED"},
                {"status": "START_FAILED", "cause": "ASSUME_ROLE_FAILED"},
            ),
        ],
    ),
    "a signal arrives elsewhere": (
        "external_signals",
        [
            (
                "SignalExternalWorkflowExecutionInitiated",
                {**OTHER, "input": "in", "control": "memo"},
                {
                    "status": "INITIATED",
                    "workflow_id": "other",
                    "signal_name": "go",
                    "input": "in",
                    "control": "memo",
                },
            ),
            (
                "ExternalWorkflowExecutionSignaled",
                {**SENT, "initiatedEventId": 1},
                {"status": "SIGNALED", "cause": None},
            ),
        ],
    ),
    "a signal does not arrive": (
        "external_signals",
        [
            ("SignalExternalWorkflowExecutionInitiated", OTHER, {"status": "INITIATED"}),
            (
                "SignalExternalWorkflowExecutionFailed",
                {**OTHER, "cause": "UNKNOWN", "initiatedEventId": 1},
                {"status": "FAILED", "cause": "UNKNOWN"},
            ),
        ],
    ),
    "a cancel request arrives elsewhere": (
        "external_cancels",
        [
            (
                "RequestCancelExternalWorkflowExecutionInitiated",
                {**OTHER, "control": "memo"},
                {"status": "INITIATED", "workflow_id": "other", "control": "memo", "input": None},
            ),
            (
                "ExternalWorkflowExecutionCancelRequested",
                {**SENT, "initiatedEventId": 1},
                {"status": "CANCEL_REQUESTED"},
            ),
        ],
    ),
    "a cancel request does not arrive": (
        "external_cancels",
        [
            ("RequestCancelExternalWorkflowExecutionInitiated", OTHER, {"status": "INITIATED"}),
            (
                "RequestCancelExternalWorkflowExecutionFailed",
                {**OTHER, "cause": "UNKNOWN", "initiatedEventId": 1},
                {"status": "FAILED", "cause": "UNKNOWN"},
            ),
        ],
    ),
}


def only(history: History, collection: str) -> Any:
    """The one thing that a collection of a history has."""
    things = getattr(history, collection)
    (thing,) = things.values() if isinstance(things, dict) else things
    return thing


def shown(value: Any) -> Any:
    """Everything in a history or a joined thing, for comparison."""
    if isinstance(value, History):
        return {name: shown(held) for name, held in vars(value).items()}
    if isinstance(value, Joined):
        steps = (value.opened, value.started, value.closed, value.attempt)
        siblings = [sibling.opened for sibling in value.attempts]
        return (type(value), *steps, siblings, getattr(value, "cancel_requested", None))
    if isinstance(value, dict):
        return [(key, shown(held)) for key, held in value.items()]
    return [shown(held) for held in value] if isinstance(value, list) else value


@pytest.mark.parametrize("life", LIVES)
def test_a_life(life: str) -> None:
    """Each step of each life sets status and fields; only the last one ends it."""
    collection, steps = LIVES[life]
    history = History()
    events = happened(*(step[:2] for step in steps))
    for number, (event, (_, _, told)) in enumerate(zip(events, steps, strict=True), 1):
        history.extend([event])
        thing = only(history, collection)
        assert {name: getattr(thing, name) for name in told} == told
        assert thing.is_open is (number < len(steps))
        assert list(history._open.values()) == [thing] * thing.is_open
    assert thing.opened is events[0]
    assert thing.closed is events[-1]
    assert (thing.attempt, thing.attempts, thing.previous) == (1, [thing], None)


@pytest.mark.parametrize("life", LIVES)
def test_every_event_of_a_life_is_about_it(life: str) -> None:
    """The thing that an event is about is found from each of its events."""
    collection, steps = LIVES[life]
    history = History(happened(*(step[:2] for step in steps)))
    about = [event for event in history.events if type(event) is not ev.ActivityTaskCancelRequested]

    assert {history.of(event) for event in about} == {only(history, collection)}


@pytest.mark.parametrize("life", LIVES)
def test_every_life_ends_as_something_new(life: str) -> None:
    """What ended since the last decision is listed, until the next decision."""
    collection, steps = LIVES[life]
    history = History(happened(*(step[:2] for step in steps[:-1])))
    assert history.newly_closed == []
    (end,) = happened(steps[-1][:2], first=len(steps))
    history.extend([end])
    assert history.newly_closed == [only(history, collection)]
    history.extend(happened(decided(len(steps) + 2), first=len(steps) + 1))

    assert history.newly_closed == []


def test_every_joining_event_has_a_life_here() -> None:
    """The lives above are complete: each event with a status is in one of them."""
    lived = {EVENT_TYPES[step[0]] for _, steps in LIVES.values() for step in steps}

    assert lived - {ev.ActivityTaskCancelRequested} == {
        event for cls in Joined.__subclasses__() for event in cls.statuses
    }


def test_things_are_named_in_their_repr() -> None:
    """A joined thing shows itself in one line."""
    shown_as = {
        life: repr(only(History(happened(*(step[:2] for step in steps))), collection))
        for life, (collection, steps) in LIVES.items()
    }

    assert shown_as["an activity fails"] == "<Activity 'pack', attempt 1: FAILED>"
    assert shown_as["a timer fires"] == "<Timer 'tick', attempt 1: FIRED>"
    assert shown_as["a child does not start"] == "<ChildWorkflow 'child', attempt 1: START_FAILED>"
    assert shown_as["a function ends as FAILED"] == "<LambdaFunction 'f', attempt 1: FAILED>"
    assert shown_as["a signal does not arrive"] == "<ExternalSignal 'other', attempt 1: FAILED>"
    assert shown_as["a cancel request does not arrive"] == (
        "<ExternalCancel 'other', attempt 1: FAILED>"
    )


def attempts(count: int) -> list[Event]:
    """An activity that fails again and again under one id."""
    steps: list[tuple[str, dict[str, Any]]] = []
    for number in range(count):
        steps += [
            ("ActivityTaskScheduled", {**PACK, "input": str(number)}),
            ("ActivityTaskFailed", {"scheduledEventId": 2 * number + 1, "startedEventId": 0}),
        ]
    return happened(*steps)


def test_attempts_under_one_id() -> None:
    """The id leads to the last attempt, which is numbered and knows the earlier ones."""
    history = History(attempts(3))
    last = history.activities["pack"]

    assert (last.attempt, last.input) == (3, "2")
    assert [attempt.input for attempt in last.attempts] == ["0", "1", "2"]
    assert [attempt.attempt for attempt in last.attempts] == [1, 2, 3]
    assert last.attempts[-1] is last
    assert last.previous is last.attempts[1]
    assert last.previous.previous is last.attempts[0]
    assert last.attempts[0].previous is None
    assert last.attempts[1].attempts == last.attempts[:2]


def test_attempts_are_counted_by_kind() -> None:
    """An activity, a timer and a function of the same id are attempts of different things."""
    history = History(
        happened(
            ("ActivityTaskScheduled", {**PACK, "activityId": "x"}),
            ("TimerStarted", {"timerId": "x", "startToFireTimeout": "5"}),
            ("LambdaFunctionScheduled", {**FUNCTION, "id": "x"}),
            ("StartChildWorkflowExecutionInitiated", {**CHILD, "workflowId": "x"}),
        )
    )

    assert history.activities["x"].attempt == history.timers["x"].attempt == 1
    assert history.lambda_functions["x"].attempt == history.child_workflows["x"].attempt == 1


def test_a_child_that_is_started_again_while_it_runs() -> None:
    """The second attempt does not start; the first one goes on and ends as itself."""
    refused = {**CHILD, "cause": "WORKFLOW_ALREADY_RUNNING", "initiatedEventId": 2}
    history = History(
        happened(
            ("StartChildWorkflowExecutionInitiated", CHILD),
            ("StartChildWorkflowExecutionInitiated", CHILD),
            ("StartChildWorkflowExecutionFailed", refused),
        )
    )
    second = history.child_workflows["child"]

    assert second.status == "START_FAILED"
    assert history.open_child_workflows == [second.previous]


def test_each_sending_stands_for_itself() -> None:
    """Signals to the same execution are not attempts of one another."""
    steps = [("SignalExternalWorkflowExecutionInitiated", OTHER)] * 2
    history = History(happened(*steps))

    assert [sending.attempt for sending in history.external_signals] == [1, 1]
    assert history.external_signals[0] is not history.external_signals[1]


def test_a_thing_made_by_hand() -> None:
    """A test of a decider can make one without a history."""
    (scheduled,) = happened(("ActivityTaskScheduled", PACK))
    assert isinstance(scheduled, ev.ActivityTaskScheduled)
    activity = Activity(scheduled)

    assert activity.status == "SCHEDULED"
    assert activity.attempts == [activity]


def test_thousands_of_attempts_can_be_copied_and_pickled() -> None:
    """A timer that repeats forever under one id does not build a deep chain."""
    history = History(attempts(2000))

    for again in (copy.deepcopy(history), pickle.loads(pickle.dumps(history))):
        assert again.activities["pack"].attempt == 2000
        assert shown(again.activities["pack"]) == shown(history.activities["pack"])


def test_a_request_to_cancel_an_activity() -> None:
    """The activity knows the request; an activity that is not in the history is ignored."""
    request = ("ActivityTaskCancelRequested", {"activityId": "pack"})
    history = History(happened(("ActivityTaskScheduled", PACK), request))

    assert history.activities["pack"].cancel_requested is history.events[1]
    assert History(happened(request)).activities == {}


def test_what_is_open() -> None:
    """Each kind lists what has not ended, in the order of its beginning."""
    history = History(
        happened(
            ("ActivityTaskScheduled", PACK),
            ("ActivityTaskScheduled", {**PACK, "activityId": "a2"}),
            ("TimerStarted", {"timerId": "t1", "startToFireTimeout": "5"}),
            ("TimerStarted", {"timerId": "t2", "startToFireTimeout": "5"}),
            ("StartChildWorkflowExecutionInitiated", CHILD),
            ("StartChildWorkflowExecutionInitiated", {**CHILD, "workflowId": "c2"}),
            ("LambdaFunctionScheduled", FUNCTION),
            ("LambdaFunctionScheduled", {**FUNCTION, "id": "f2"}),
            ("ActivityTaskScheduled", {**PACK, "activityId": "a0"}),
        )
    )
    assert [activity.activity_id for activity in history.open_activities] == ["pack", "a2", "a0"]
    assert [timer.timer_id for timer in history.open_timers] == ["t1", "t2"]
    assert [child.workflow_id for child in history.open_child_workflows] == ["child", "c2"]
    assert [function.id for function in history.open_lambda_functions] == ["f", "f2"]
    assert repr(history) == "<History of 9 events: 9 open>"

    history.extend(
        happened(
            ("ActivityTaskCompleted", {"scheduledEventId": 1, "startedEventId": 0}),
            ("TimerFired", {"timerId": "t1", "startedEventId": 3}),
            ("ChildWorkflowExecutionCompleted", {**RUN, "initiatedEventId": 5}),
            ("LambdaFunctionCompleted", {"scheduledEventId": 7, "startedEventId": 0}),
            first=10,
        )
    )
    assert [activity.activity_id for activity in history.open_activities] == ["a2", "a0"]
    assert [timer.timer_id for timer in history.open_timers] == ["t2"]
    assert [child.workflow_id for child in history.open_child_workflows] == ["c2"]
    assert [function.id for function in history.open_lambda_functions] == ["f2"]
    assert repr(history) == "<History of 13 events: 5 open>"


def failed(event_type: str) -> tuple[str, dict[str, Any]]:
    """A decision that was not accepted, with every field that one of them has."""
    attributes = {**PACK, **CHILD, **OTHER, **FUNCTION, "timerId": "t", "markerName": "m"}
    return event_type, {**attributes, "cause": "OPERATION_NOT_PERMITTED", "initiatedEventId": 0}


def test_failed_decisions_are_those_of_the_13_types() -> None:
    """For each decision there is an event that says that it failed."""
    names = {cls.__name__ for cls in get_args(FailedDecision)}

    assert names == {f"{cls.__name__}Failed" for cls in Decision.__subclasses__()}
    assert len(names) == 13


@pytest.mark.parametrize("cls", get_args(FailedDecision), ids=lambda cls: cls.__name__)
def test_a_failed_decision(cls: type[Event]) -> None:
    """A decision that was not accepted is listed with its cause, and is new until decided on."""
    history = History(happened(failed(cls.__name__)))

    assert history.failed_decisions == history.new_failed_decisions == history.events
    assert history.failed_decisions[0].cause == "OPERATION_NOT_PERMITTED"
    assert history.newly_closed == []
    history.extend(happened(decided(3), first=2))
    assert history.failed_decisions == history.events[:1]
    assert history.new_failed_decisions == []


def test_failed_decisions_keep_their_order() -> None:
    """Decisions that failed are in the order of the history, the new ones too."""
    history = History(
        happened(
            failed("CancelTimerFailed"),
            decided(1),
            failed("StartTimerFailed"),
            failed("RecordMarkerFailed"),
        )
    )

    assert [type(event).__name__ for event in history.failed_decisions] == [
        "CancelTimerFailed",
        "StartTimerFailed",
        "RecordMarkerFailed",
    ]
    assert history.new_failed_decisions == history.events[2:]


def test_the_start() -> None:
    """The execution's input is available; without its first event it is None."""
    started = {"input": "order 7", "taskList": {"name": "l"}, "childPolicy": "ABANDON"}
    started["workflowType"] = {"name": "order", "version": "1"}
    history = History(happened(("WorkflowExecutionStarted", started)))

    assert history.started is history.events[0]
    assert history.started.child_policy == "ABANDON"
    assert history.input == "order 7"
    assert (History().started, History().input) == (None, None)


@pytest.mark.parametrize(
    ("event_type", "status"),
    [
        ("WorkflowExecutionCompleted", "COMPLETED"),
        ("WorkflowExecutionFailed", "FAILED"),
        ("WorkflowExecutionCanceled", "CANCELED"),
        ("WorkflowExecutionTerminated", "TERMINATED"),
        ("WorkflowExecutionContinuedAsNew", "CONTINUED_AS_NEW"),
        ("WorkflowExecutionTimedOut", "TIMED_OUT"),
    ],
)
def test_the_close(event_type: str, status: str) -> None:
    """A closed history says how it closed; before that it is open."""
    history = History(happened(signal()))
    assert (history.is_open, history.closed, history.close_status) == (True, None, None)
    history.extend(happened(anything(event_type), first=2))

    assert (history.is_open, history.close_status) == (False, status)
    assert history.closed is history.events[1]
    assert repr(history) == f"<History of 2 events: {status}>"


def test_signals_markers_and_cancel_requests_are_in_order() -> None:
    """Signals, markers and the like are listed in order."""
    history = History(
        happened(
            signal("b"),
            ("MarkerRecorded", {"markerName": "y"}),
            anything("WorkflowExecutionCancelRequested"),
            signal("a"),
            ("MarkerRecorded", {"markerName": "x"}),
            anything("WorkflowExecutionCancelRequested"),
        )
    )

    assert history.signals == [history.events[0], history.events[3]]
    assert history.markers == [history.events[1], history.events[4]]
    assert history.cancel_requests == [history.events[2], history.events[5]]
    assert history.cancel_requested
    assert not History(happened(signal())).cancel_requested
    assert [history.of(event) for event in history.events] == [None] * 6


def test_the_execution_context_is_the_last_one_given() -> None:
    """An answer without a context keeps the previous one; an empty one replaces it."""
    history = History(happened(decided(1)))
    assert history.execution_context is None
    history.extend(happened(decided(2, executionContext="a"), decided(3), first=2))
    assert history.execution_context == "a"
    history.extend(happened(decided(4, executionContext=""), first=4))

    assert history.execution_context == ""


DECIDING = happened(
    anything("WorkflowExecutionStarted"),
    anything("DecisionTaskScheduled"),
    ("DecisionTaskStarted", {"scheduledEventId": 2}),
    signal("while it was decided"),
    anything("DecisionTaskScheduled"),
    decided(3),
    ("ActivityTaskScheduled", PACK),
    ("DecisionTaskStarted", {"scheduledEventId": 5}),
    ("DecisionTaskTimedOut", {"scheduledEventId": 5, "startedEventId": 8}),
    anything("DecisionTaskScheduled"),
    signal("after"),
    ("DecisionTaskStarted", {"scheduledEventId": 10}),
)


def test_what_is_new() -> None:
    """New events are those that the last decision did not see, also those during it."""
    history = History(DECIDING)

    assert history.previous_started_event_id == 3
    assert history.new_events == DECIDING[3:]
    assert [event.signal_name for event in history.new_signals] == ["while it was decided", "after"]
    assert history.is_new(DECIDING[3])
    assert not history.is_new(DECIDING[2])
    assert not history.is_new(None)


def test_all_is_new_before_the_first_decision() -> None:
    """Until a decision was completed, everything is new."""
    history = History(DECIDING[:5])

    assert history.previous_started_event_id == 0
    assert history.new_events == history.events
    assert History().new_events == []


def test_new_is_found_from_the_end() -> None:
    """Listing new events looks only at the new ones, however many old ones there are."""
    looked_at = []

    class Counted(History):
        def is_new(self, event: Event | None) -> bool:
            looked_at.append(event)
            return super().is_new(event)

    steps = [signal(), failed("StartTimerFailed")] * 500
    history = Counted(happened(*steps, decided(1000), signal("new"), failed("CancelTimerFailed")))

    assert [event.signal_name for event in history.new_signals] == ["new"]
    assert len(history.new_failed_decisions) == 1
    assert len(looked_at) == 4


@pytest.mark.parametrize("first", [3, 4])
def test_a_part_of_a_history(first: int) -> None:
    """A history from the previous started event on, or the next, is as good for what is new."""
    history = History(DECIDING[first - 1 :])

    assert history.new_events == DECIDING[3:]
    assert history.activities["pack"].is_open
    assert history.started is None
    assert history.event(first) is DECIDING[first - 1]
    with pytest.raises(LookupError, match=rf"^'?the history has no event {first - 1}'?$"):
        history.event(first - 1)


def test_an_end_without_its_beginning() -> None:
    """What ended is unknown where the part of the history begins later; the event is there."""
    history = History(
        happened(
            ("ActivityTaskStarted", {"scheduledEventId": 5}),
            ("ActivityTaskCompleted", {"scheduledEventId": 5, "startedEventId": 7}),
            first=7,
        )
    )

    assert history.activities == {}
    assert [history.of(event) for event in history.events] == [None, None]
    assert history.newly_closed == []
    assert history.new_events == history.events


def test_an_event_by_its_id() -> None:
    """The event that another refers to is found by its id."""
    history = History(DECIDING)

    assert [history.event(event_id) for event_id in range(1, 13)] == DECIDING
    for missing in (0, -1, 13):
        with pytest.raises(LookupError, match=rf"the history has no event {missing}"):
            history.event(missing)
    with pytest.raises(LookupError, match="the history has no event 0"):
        History().event(0)
    with pytest.raises(LookupError, match="the history has no event -1"):
        History().event(-1)


def test_unknown_events_stand_in_their_place() -> None:
    """An event of a type that is not known is among the events, and about nothing."""
    history = History(happened(signal(), ("TimerMelted", {"timerId": "t"}), signal()))

    assert [event.event_type for event in history.events][1] == "TimerMelted"
    assert history.of(history.events[1]) is None
    assert len(history.signals) == 2


def test_extending_by_what_it_has_changes_nothing() -> None:
    """Events that it has are ignored, so a whole history can be given again."""
    history = History(DECIDING)
    before = shown(history)
    history.extend(DECIDING)
    history.extend(DECIDING[4:8])
    history.extend([])

    assert shown(history) == before


def test_events_before_the_first_are_passed_over() -> None:
    """A part of a history stays that part."""
    history = History(DECIDING[6:8])
    history.extend(DECIDING)

    assert history.events == DECIDING[6:]


def test_missing_events_are_told() -> None:
    """A gap is refused by the id that is missing; what came before it is kept."""
    history = History(DECIDING[:4])
    with pytest.raises(ValueError, match="is missing") as error:
        history.extend(DECIDING[6:])
    assert str(error.value) == (
        "event 5 is missing: the history ends with event 4, and what is given, oldest first, "
        "goes on with event 7"
    )
    with pytest.raises(ValueError, match="event 6 is missing"):
        history.extend([DECIDING[4], DECIDING[6]])

    assert history.events == DECIDING[:5]


@pytest.mark.parametrize("wrong", [[2, 1], [1, 1], [1, 2, 2]])
def test_the_order_is_told(wrong: list[int]) -> None:
    """Events that come newest first, or twice, are refused."""
    with pytest.raises(ValueError, match=r"^event \d comes after event \d; events must be given o"):
        History([DECIDING[event_id - 1] for event_id in wrong])


def test_newest_first_is_refused_whatever_it_has() -> None:
    """The events of a decision task are newest first: they cannot be taken for the other order."""
    for known in (0, 4, len(DECIDING)):
        with pytest.raises(ValueError, match="oldest first"):
            History(DECIDING[:known]).extend(reversed(DECIDING))


def test_events_of_another_run_are_refused() -> None:
    """A history that is kept by workflow id refuses the events of a new run."""
    history = History(RECORDED["activity-failed"])
    before = shown(history)
    with pytest.raises(ValueError, match=r"^event 1 is not the one that the history has: ") as told:
        history.extend(RECORDED["markers-and-timers"])

    assert shown(history) == before
    assert "is of another run than WorkflowExecutionStarted(event_id=1" in str(told.value)
    assert len(str(told.value)) < 600


@pytest.mark.parametrize("event_id", [1, 2, 3])
def test_each_event_that_it_has_is_compared(event_id: int) -> None:
    """Any single event shows that it is another run, also the first and the last."""
    history = History(happened(signal(), signal(), signal()))
    (other,) = happened(signal("of another run"), first=event_id)
    with pytest.raises(ValueError, match=f"^event {event_id} is not the one that the history has"):
        history.extend([other])


def test_an_event_without_an_id_is_refused() -> None:
    """An event without an id, which reads as 0, is refused."""
    with pytest.raises(ValueError, match="event 0 comes after event 0"):
        History([event_from_wire({"eventType": "WorkflowExecutionSignaled"})])


def test_extending_costs_the_new_events_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Taking in 10 further events looks at 10 events, not at the 10,000 before."""
    history = History(happened(*[signal()] * 10_000))
    taken: list[Event] = []

    class Untouched(list[Event]):
        def __iter__(self) -> Iterator[Event]:
            raise AssertionError("the events that it has are gone through again")

    history.events = Untouched(history.events)
    take = TAKE[ev.WorkflowExecutionSignaled]

    def counted(history: History, event: Event) -> None:
        taken.append(event)
        take(history, event)

    monkeypatch.setitem(TAKE, ev.WorkflowExecutionSignaled, counted)
    new = happened(*[signal()] * 10, first=10_001)
    history.extend(new)

    assert taken == new
    assert len(history.signals) == 10_010


def test_events_are_gone_through_once() -> None:
    """Events may come from a generator, and each is asked for once."""
    history = History(event for event in DECIDING)

    assert shown(history) == shown(History(DECIDING))


@pytest.mark.parametrize("name", RECORDED)
def test_recorded_histories_built_event_by_event(name: str) -> None:
    """A history that grew event by event equals one that was built at once."""
    history = History()
    for event in RECORDED[name]:
        history.extend([event])

    assert shown(history) == shown(History(RECORDED[name]))
    assert history.close_status is not None


@given(st.sampled_from(sorted(RECORDED)), st.lists(st.integers(0, 30)), st.integers(0, 5))
def test_recorded_histories_built_in_parts(name: str, splits: list[int], overlap: int) -> None:
    """The history is the same wherever it is split, and however the parts overlap."""
    events = RECORDED[name]
    history = History()
    for begin, end in parts(len(events), splits):
        history.extend(events[max(0, begin - overlap) : end])

    assert shown(history) == shown(History(events))


def parts(length: int, splits: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The parts of a list that is split at some places."""
    ends = sorted({min(split, length) for split in splits} | {0, length})
    return pairwise(ends)


@given(st.sampled_from(sorted(RECORDED)), st.data())
def test_a_kept_history_is_extended_by_what_a_poll_gives(name: str, data: st.DataObject) -> None:
    """A decider that keeps its history and polls for the rest sees what a whole poll shows."""
    events = RECORDED[name]
    tasks = [event for event in events if type(event) is ev.DecisionTaskStarted]
    kept = History()
    for task in tasks:
        previous = kept.previous_started_event_id
        whole = History(events[: task.event_id])
        if data.draw(st.booleans()):
            previous = whole.previous_started_event_id
        kept.extend(events[max(0, previous - 1) : task.event_id])
        assert kept.new_events == whole.new_events
        assert kept.new_events[-1] is task
        assert shown(kept) == shown(whole)


def test_the_boilerplate_of_a_decider() -> None:
    """One recorded history answers the questions that every decider has."""
    events = RECORDED["signals-and-parallel-activities"]
    history = History(events)

    assert history.input == events[0].raw["workflowExecutionStartedEventAttributes"]["input"]  # type: ignore[index]
    assert len(history.activities) == sum(
        type(event) is ev.ActivityTaskScheduled for event in events
    )
    assert {activity.status for activity in history.activities.values()} == {"COMPLETED"}
    for event in events:
        if isinstance(event, ev.ActivityTaskCompleted):
            joined = history.of(event)
            assert isinstance(joined, Activity)
            assert joined.opened is history.event(event.scheduled_event_id)
            assert joined.started is history.event(event.started_event_id)
            assert joined.result == event.result
            assert history.activities[joined.activity_id] is joined
    assert [event.signal_name for event in history.signals] == [
        raw["workflowExecutionSignaledEventAttributes"]["signalName"]
        for raw in HISTORIES["signals-and-parallel-activities"]
        if raw["eventType"] == "WorkflowExecutionSignaled"
    ]


def test_match_on_what_has_newly_ended() -> None:
    """A decider can match what ended by kind and status."""
    history = History(
        happened(
            ("ActivityTaskScheduled", PACK),
            ("LambdaFunctionScheduled", FUNCTION),
            ("ActivityTaskFailed", {"scheduledEventId": 1, "startedEventId": 0, "reason": "why"}),
            ("LambdaFunctionCompleted", {"scheduledEventId": 2, "startedEventId": 0}),
        )
    )
    seen = []
    for ended in history.newly_closed:
        match ended:
            case Activity(status="FAILED", reason=reason, attempt=1):
                seen.append(reason)
            case LambdaFunction(name=name, result=None):
                seen.append(name)

    assert seen == ["why", "resize"]


def test_joined_things_are_told_apart_by_identity() -> None:
    """A thing is equal to itself only, so it can be kept in a set."""
    first, second = (History(DECIDING).activities["pack"] for _ in range(2))

    assert first != second
    assert len({first, second, first}) == 2


OUTCOMES = {
    "WorkflowExecutionCompleted": {"result": "the result"},
    "WorkflowExecutionFailed": {"reason": "the reason", "details": "the details"},
    "WorkflowExecutionCanceled": {"details": "the details"},
    "WorkflowExecutionTerminated": {"reason": "the reason", "details": "the details"},
    "WorkflowExecutionTimedOut": {},
}


@pytest.mark.parametrize("event_type", OUTCOMES)
def test_what_came_of_the_execution(event_type: str) -> None:
    """Result, reason and details are those of the event that closed the execution."""
    more = {"decisionTaskCompletedEventId": 4, "timeoutType": "START_TO_CLOSE"}
    said = OUTCOMES[event_type]
    history = History(happened((event_type, {**more, **said})))

    assert (history.result, history.reason, history.details) == tuple(
        said.get(name) for name in ("result", "reason", "details")
    )
    assert (History().result, History().reason, History().details) == (None, None, None)


def test_a_history_of_dicts() -> None:
    """boto3's dicts are refused, with a hint how to read them."""
    raw = HISTORIES["activity-failed"][0]
    with pytest.raises(TypeError, match=r"made of events, not of dict: \{.*event_from_wire\(\)"):
        History([raw])  # type: ignore[list-item]


def test_a_history_is_printed_as_a_table() -> None:
    """Printing a history shows a line for each event, with what it is about; repr is one line."""
    history = History(
        happened(
            ("WorkflowExecutionStarted", {"input": "two\ncups " + "x" * 60}),
            ("ActivityTaskScheduled", PACK),
            ("ActivityTaskStarted", {"scheduledEventId": 2}),
            ("ActivityTaskFailed", {"scheduledEventId": 2, "reason": "no \x1b[31mbox"}),
            ("WorkflowExecutionSignaled", {"signalName": "go", "input": "now"}),
        )
    )

    assert str(history).splitlines() == [
        "2020-09-13 12:26:41 UTC",
        f"  0:00:00     1  WorkflowExecutionStarted         two cups {'x' * 48}...",
        "  0:00:01     2  ActivityTaskScheduled            pack",
        "  0:00:02     3  ActivityTaskStarted              pack",
        "  0:00:03     4  ActivityTaskFailed               pack: no \ufffd[31mbox",
        "  0:00:04     5  WorkflowExecutionSignaled        go: now",
    ]
    assert repr(history) == "<History of 5 events: 0 open>"
    assert str(History()) == "no events"


REQUESTED = {"workflowId": "child", "decisionTaskCompletedEventId": 4}


@pytest.mark.parametrize(
    ("steps", "decided"),
    [
        ([], []),
        ([("ActivityTaskScheduled", PACK)], [RequestCancelActivityTask("pack")]),
        (
            [
                ("ActivityTaskScheduled", PACK),
                ("ActivityTaskCancelRequested", {"activityId": "pack"}),
            ],
            [],
        ),
        (
            [("TimerStarted", {"timerId": "t", "startToFireTimeout": "5"})],
            [CancelTimer("t")],
        ),
        ([("StartChildWorkflowExecutionInitiated", CHILD)], []),
        (
            [
                ("StartChildWorkflowExecutionInitiated", CHILD),
                ("ChildWorkflowExecutionStarted", {**RUN, "initiatedEventId": 1}),
            ],
            [RequestCancelExternalWorkflowExecution("child")],
        ),
        (
            [
                ("StartChildWorkflowExecutionInitiated", CHILD),
                ("ChildWorkflowExecutionStarted", {**RUN, "initiatedEventId": 1}),
                ("RequestCancelExternalWorkflowExecutionInitiated", REQUESTED),
            ],
            [],
        ),
        ([("LambdaFunctionScheduled", FUNCTION)], []),
    ],
)
def test_winding_up(steps: list[tuple[str, dict[str, Any]]], decided: list[Decision]) -> None:
    """What is open and can be canceled is canceled, once; a child when it has started."""
    assert wind_up(History(happened(*steps))) == decided


def test_exports() -> None:
    """The module gives History, what it joins, and the type of failed decisions."""
    kinds = {cls.__name__ for cls in Joined.__subclasses__()}

    assert set(history_module.__all__) == kinds | {"History", "Joined", "FailedDecision", "wind_up"}
    assert set(_attempts.__all__) == kinds | {"Joined"}
    assert all(attrs.has(cls) for cls in Joined.__subclasses__())
