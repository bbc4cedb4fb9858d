"""Events as views of their mapping: made by keyword, compared, shown, copied, and never stored."""

from __future__ import annotations

import copy
import inspect
import json
import math
import pickle
import sys
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from py_swf.events import (
    EVENT_TYPES,
    ActivityTaskCompleted,
    ActivityTaskScheduled,
    TimerFired,
    UnknownEvent,
    WorkflowExecutionStarted,
    event_from_wire,
)
from py_swf.types import ActivityType, WorkflowExecution, WorkflowType
from tests.clients.generated_events import plain_event
from tests.generated import EVENT_TYPE_NAMES
from tests.model import parsed
from tests.wire_events import RECORDED, SCHEDULED, wire

NOON = datetime(2023, 7, 21, 12, 0, tzinfo=timezone.utc)


def fields_of(event: Any) -> dict[str, Any]:
    """Return every field of an event."""
    return {name: getattr(event, name) for name in event.field_names}


@pytest.mark.parametrize("whole", [True, False], ids=["every member", "required members"])
@pytest.mark.parametrize("name", EVENT_TYPE_NAMES)
def test_each_can_be_made_by_keyword(name: str, whole: bool) -> None:
    """Made from its fields, an event equals the one from the service, mapping included."""
    raw = parsed(plain_event(7, name, whole=whole))
    event = event_from_wire(raw)
    made = EVENT_TYPES[name](**fields_of(event))

    assert made == event
    assert hash(made) == hash(event)
    assert made.raw == raw


@pytest.mark.parametrize("raw", RECORDED, ids=lambda raw: "")
def test_recorded_events_can_be_made_by_keyword(raw: dict[str, Any]) -> None:
    """So is every event of the real service."""
    event = event_from_wire(raw)
    made = type(event)(**fields_of(event))

    assert made == event
    assert made.raw == {**raw, "eventTimestamp": event.event_timestamp}


def test_what_may_be_given_by_keyword() -> None:
    """A timeout may be given in any form, and reads like the service's."""
    given = {"event_id": 1, "event_timestamp": NOON, "child_policy": "ABANDON"}
    given |= {"task_list": "list", "workflow_type": WorkflowType("n", "v")}
    event = WorkflowExecutionStarted(
        **given,
        execution_start_to_close_timeout=timedelta(hours=1),
        task_start_to_close_timeout="NONE",
        tag_list=("a", "b"),
        parent_workflow_execution=WorkflowExecution("w", "r"),
        input=None,
    )

    assert event.execution_start_to_close_timeout == 3600
    assert event.task_start_to_close_timeout == math.inf
    assert event == WorkflowExecutionStarted(
        **given,
        execution_start_to_close_timeout="3600",
        task_start_to_close_timeout=math.inf,
        tag_list=["a", "b"],
        parent_workflow_execution=WorkflowExecution("w", "r"),
    )
    assert "input" not in event.raw["workflowExecutionStartedEventAttributes"]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"timer_id": "t"}, "TimerFired needs the field event_id, started_event_id"),
        ({"timer": "t"}, "TimerFired has no field timer"),
    ],
)
def test_a_keyword_too_many_or_missing(given: dict[str, Any], problem: str) -> None:
    """An event cannot be made with a field missing, or with one that it does not have."""
    with pytest.raises(TypeError, match=f"^{problem}$"):
        TimerFired(event_timestamp=NOON, **given)


@pytest.mark.parametrize("name", EVENT_TYPE_NAMES)
def test_help_shows_the_fields(name: str) -> None:
    """The signature of a class is its fields, those with a default being the ones left out."""
    cls = EVENT_TYPES[name]
    parameters = inspect.signature(cls).parameters

    assert tuple(parameters) == cls.field_names
    assert {p.kind for p in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
    assert {p.name for p in parameters.values() if p.default is p.empty} == cls._required
    assert parameters["event_id"].annotation is int


def test_help_on_an_unknown_event() -> None:
    """An event of an unknown type has a constructor of its own."""
    assert tuple(inspect.signature(UnknownEvent).parameters) == UnknownEvent.field_names


def test_keywords_only() -> None:
    """Fields are given by keyword only."""
    with pytest.raises(TypeError):
        TimerFired(1, NOON, "t", 5)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("timer_id", 5, "TimerFired.timer_id must be a string"),
        ("timer_id", "", "TimerFired.timer_id is empty"),
    ],
)
def test_a_value_that_cannot_be(name: str, value: Any, problem: str) -> None:
    """A value that the service would not send is refused, with its name."""
    given = {"timer_id": "t", "started_event_id": 5, name: value}
    with pytest.raises((TypeError, ValueError), match=problem):
        TimerFired(event_id=1, event_timestamp=NOON, **given)


@pytest.mark.parametrize("value", [("charge", "2"), "charge"])
def test_a_type_that_is_no_record(value: Any) -> None:
    """A type or a run is a record; anything else is refused, with its name."""
    fields = {**fields_of(event_from_wire(SCHEDULED)), "activity_type": value}
    with pytest.raises(TypeError, match=r"ActivityTaskScheduled\.activity_type must be a record"):
        ActivityTaskScheduled(**fields)


def test_equality_is_by_type_and_fields() -> None:
    """Two events are equal when type and every field are; the raw mapping does not matter."""
    fired = wire("TimerFired", timerId="t", startedEventId=5)
    one = wire("CompleteWorkflowExecutionFailed", cause="c", decisionTaskCompletedEventId=4)
    other = wire("FailWorkflowExecutionFailed", cause="c", decisionTaskCompletedEventId=4)

    assert event_from_wire(fired) == event_from_wire({**fired, "new": 1})
    assert event_from_wire(fired) != event_from_wire({**fired, "eventId": 2})
    assert event_from_wire(fired) != event_from_wire(wire("TimerFired", timerId="t"))
    assert event_from_wire(one) != event_from_wire(other)
    assert event_from_wire(fired) != fired
    assert len({event_from_wire(fired), event_from_wire(dict(fired))}) == 1


@pytest.mark.parametrize("timeout", [60, "60", 60.0])
def test_a_number_and_its_text_are_equal(timeout: Any) -> None:
    """A timeout says the same in every spelling, and so does a missing member that is null."""
    raw = wire("DecisionTaskScheduled", taskList={"name": "l"}, startToCloseTimeout="60")
    same = wire(
        "DecisionTaskScheduled",
        taskList={"name": "l"},
        startToCloseTimeout=timeout,
        taskPriority=None,
    )

    assert event_from_wire(same) == event_from_wire(raw)


def test_events_cannot_be_changed() -> None:
    """An event cannot change: no field can be set, deleted or added."""
    event: Any = event_from_wire(SCHEDULED)
    for name in ("event_id", "event_timestamp", "activity_id", "raw", "new"):
        with pytest.raises(AttributeError):
            setattr(event, name, 6)
    with pytest.raises(AttributeError):
        del event.activity_id

    assert not hasattr(event, "__dict__")


def test_repr_shows_the_fields() -> None:
    """A repr shows the known fields, not the whole mapping."""
    shown = repr(event_from_wire(wire("TimerFired", timerId="t", startedEventId=5)))

    assert shown == (
        "TimerFired(event_id=1, event_timestamp=datetime.datetime(2023, 7, 21, 13, 42, 0, 477000, "
        "tzinfo=datetime.timezone.utc), timer_id='t', started_event_id=5)"
    )


def test_a_field_says_what_the_mapping_says() -> None:
    """An event is a view of its mapping, and stores nothing else."""
    raw = copy.deepcopy(SCHEDULED)
    event: Any = event_from_wire(raw)
    raw["activityTaskScheduledEventAttributes"]["input"] = "new"

    assert event.input == "new"


@pytest.mark.parametrize("cls", [TimerFired, UnknownEvent])
@pytest.mark.parametrize("name", ["raw", "event_id", "timer_id", "_raw", "eventType"])
def test_an_event_that_was_never_made(cls: type, name: str) -> None:
    """An object without a mapping has no attributes, and says so."""
    with pytest.raises(AttributeError):
        getattr(object.__new__(cls), name)


@pytest.mark.skipif(sys.version_info < (3, 13), reason="copy.replace is new in Python 3.13")
def test_copy_replace() -> None:  # pragma: no cover
    """copy.replace works on events."""
    event = event_from_wire(SCHEDULED)

    assert copy.replace(event, input="new").input == "new"  # type: ignore[attr-defined]


def test_an_event_that_differs() -> None:
    """An event can be made of another one; all other fields are the same."""
    event: Any = event_from_wire(SCHEDULED)
    other = event.__replace__(input="new", activity_type=ActivityType("charge", "3"))

    assert fields_of(other) == {
        **fields_of(event),
        "input": "new",
        "activity_type": ActivityType("charge", "3"),
    }
    assert event.input == "{}"


def test_an_unknown_event_that_differs() -> None:
    """So can one whose type is not known."""
    event: Any = event_from_wire(wire("TimerMelted", timerId="t"))
    other = event.__replace__(event_id=9)

    assert (other.event_id, other.event_type, other.attributes) == (
        9,
        "TimerMelted",
        {"timerId": "t"},
    )


@pytest.mark.parametrize(
    "event",
    [
        TimerFired(event_id=1, event_timestamp=NOON, timer_id="t", started_event_id=5),
        UnknownEvent(event_id=1, event_timestamp=NOON),
    ],
    ids=["known", "unknown"],
)
@pytest.mark.parametrize(
    "make", [copy.copy, copy.deepcopy, lambda event: pickle.loads(pickle.dumps(event))]
)
def test_copies_of_what_was_made_by_keyword(event: Any, make: Any) -> None:
    """An event made by keyword can be copied and pickled, as one from the service can."""
    assert make(event) == event
    assert make(event).raw == event.raw


def test_the_raw_mapping_makes_the_event_again() -> None:
    """The mapping of an event made by keyword can be written as JSON and read again."""
    event = ActivityTaskCompleted(
        event_id=7, event_timestamp=NOON, scheduled_event_id=5, started_event_id=6, result="done"
    )
    text = json.dumps({**event.raw, "eventTimestamp": event.event_timestamp.timestamp()})

    assert event_from_wire(json.loads(text)) == event
