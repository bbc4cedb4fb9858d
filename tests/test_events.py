"""The 54 events: held to botocore's model, read in three ways, matched, and read as 1.x did."""

from __future__ import annotations

import copy
import json
import math
import pickle
import time
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from py_swf import events as ev
from py_swf._to_wire import camel_case
from py_swf.events import EVENT_TYPES, Event, UnknownEvent, attributes_member, event_from_wire
from py_swf.types import ActivityType, WorkflowExecution, WorkflowType
from tests.generated import EVENT_TYPE_NAMES, damaged_events, events, events_of
from tests.model import HISTORIES, members_of, parsed, required_of, shape

RECORDED = [event for history in HISTORIES.values() for event in history]
SHARED = {field.name for field in attrs.fields(Event)}
QUIET = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def wire(event_type: str, event_id: int = 1, **attributes: Any) -> dict[str, Any]:
    """An event in the wire's spelling."""
    return {
        "eventId": event_id,
        "eventTimestamp": 1_689_946_920.477,
        "eventType": event_type,
        attributes_member(event_type): attributes,
    }


SCHEDULED = wire(
    "ActivityTaskScheduled",
    5,
    activityType={"name": "charge", "version": "2"},
    activityId="charge-1",
    taskList={"name": "cards"},
    decisionTaskCompletedEventId=4,
    input="{}",
    heartbeatTimeout="NONE",
    startToCloseTimeout="30",
    taskPriority="-3",
)


def test_the_model_has_54_types() -> None:
    """A new event type in botocore is the day to add a record."""
    assert set(EVENT_TYPES) == set(EVENT_TYPE_NAMES)
    assert len(EVENT_TYPES) == 54


def test_they_are_all_exported() -> None:
    """Each event class is a name of the module, under its EventType."""
    assert set(EVENT_TYPES) < set(ev.__all__)
    for name, cls in EVENT_TYPES.items():
        assert getattr(ev, name) is cls
        assert cls.__name__ == name


@pytest.mark.parametrize("name", EVENT_TYPE_NAMES)
def test_fields_are_those_of_the_model(name: str) -> None:
    """A record has the members of the service, those that are always there without a default."""
    own = [field for field in attrs.fields(EVENT_TYPES[name]) if field.name not in SHARED]

    assert {field.name for field in own} == members_of(f"{name}EventAttributes")
    assert {field.name for field in own if field.default is attrs.NOTHING} == required_of(
        f"{name}EventAttributes"
    )
    assert all(field.default is None for field in own if field.default is not attrs.NOTHING)


def test_the_member_of_attributes() -> None:
    """The member that holds the attributes of a type is the one of the model."""
    members = {attributes_member(name) for name in EVENT_TYPES}

    assert members == set(shape("HistoryEvent").members) - {
        "eventId",
        "eventTimestamp",
        "eventType",
    }
    assert attributes_member("") == "EventAttributes"


@pytest.mark.parametrize("name", EVENT_TYPE_NAMES)
def test_each_can_be_made_by_hand(name: str) -> None:
    """A record is made by keywords only, and knows its type."""
    cls = EVENT_TYPES[name]
    values: dict[str, Any] = dict.fromkeys(required_of(f"{name}EventAttributes"), 1)
    event = cls(event_id=1, event_timestamp=datetime.now(timezone.utc), **values)

    assert event.event_type == name
    assert event.raw is None
    with pytest.raises(TypeError):
        cls(1, datetime.now(timezone.utc), **values)  # type: ignore[call-arg]


def test_every_value_is_typed() -> None:
    """Numbers are numbers, lists their names, types and runs are records, "NONE" is inf."""
    event = event_from_wire(SCHEDULED)

    assert event == ev.ActivityTaskScheduled(
        event_id=5,
        event_timestamp=datetime(2023, 7, 21, 13, 42, 0, 477_000, tzinfo=timezone.utc),
        activity_type=ActivityType("charge", "2"),
        activity_id="charge-1",
        task_list="cards",
        decision_task_completed_event_id=4,
        input="{}",
        heartbeat_timeout=math.inf,
        start_to_close_timeout=30,
        task_priority=-3,
    )
    assert event.raw is SCHEDULED


def test_the_recorded_events_are_those_of_seven_histories() -> None:
    """The recorded histories are all there."""
    assert len(HISTORIES) == 7
    assert len(RECORDED) > 80


@pytest.mark.parametrize("name", HISTORIES)
def test_recorded_events_are_read_alike(name: str) -> None:
    """An event of the real service is the same from JSON, tolerantly, and parsed by boto3."""
    for raw in HISTORIES[name]:
        event = event_from_wire(raw)
        assert event.event_type == raw["eventType"]
        assert event == ev._readers[raw["eventType"]](raw)
        assert event == ev._read_tolerantly(raw)
        assert event == event_from_wire(parsed(raw))


@pytest.mark.parametrize("name", EVENT_TYPE_NAMES)
@QUIET
@given(st.data())
def test_generated_events_are_read_alike(name: str, data: st.DataObject) -> None:
    """Each of the 54 types, optional members present or absent, is the same in all three ways."""
    raw = data.draw(events_of(name))
    event = ev._readers[name](raw)

    assert type(event) is EVENT_TYPES[name]
    assert event == event_from_wire(raw) == ev._read_tolerantly(raw)
    assert event == event_from_wire(parsed(raw))
    assert event.event_id == raw["eventId"]
    assert event.event_timestamp == datetime.fromtimestamp(raw["eventTimestamp"], timezone.utc)
    for field in attrs.fields(type(event)):
        present = camel_case(field.name) in raw[attributes_member(name)]
        assert field.name in SHARED or present is (getattr(event, field.name) is not None)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(damaged_events())
def test_no_damage_stops_the_reader(raw: dict[str, Any]) -> None:
    """Whatever is missing, added, null or malformed: there is an event, the same both ways."""
    event = event_from_wire(raw)

    assert event == ev._read_tolerantly(raw)
    assert event.raw is raw
    assert isinstance(event.event_type, str)
    assert hasattr(event, "nobody sends this") is False
    repr(event)


@pytest.mark.parametrize("raw", [*RECORDED[:3], {"eventType": "New"}, {}])
def test_unknown_members_are_passed_over(raw: dict[str, Any]) -> None:
    """What a newer service adds changes nothing but what raw holds."""
    name = attributes_member(raw.get("eventType", ""))
    newer = {**raw, "reopenable": True, name: {**raw.get(name, {}), "class": 1}}
    event = event_from_wire(newer)

    assert type(event) is type(event_from_wire(raw))
    assert event.raw is newer
    assert event.reopenable is True  # type: ignore[attr-defined]


def test_missing_members_are_none() -> None:
    """A member that the model calls required may be missing all the same."""
    event = event_from_wire({"eventType": "TimerFired", "eventId": 3})

    assert event == ev.TimerFired(
        event_id=3,
        event_timestamp=None,  # type: ignore[arg-type]
        timer_id=None,  # type: ignore[arg-type]
        started_event_id=None,  # type: ignore[arg-type]
    )


def test_a_missing_id_is_0() -> None:
    """An event without an id has one that no event has."""
    assert event_from_wire({"eventType": "TimerFired"}).event_id == 0


@pytest.mark.parametrize("attributes", [None, [], [1], "text", 5])
def test_attributes_that_are_none(attributes: Any) -> None:
    """Attributes that are no mapping are as if absent, of a known type and of an unknown one."""
    known = {**wire("TimerFired"), "timerFiredEventAttributes": attributes}
    unknown = {**wire("TimerMelted"), "timerMeltedEventAttributes": attributes}

    assert event_from_wire(known).timer_id is None  # type: ignore[attr-defined]
    assert event_from_wire(unknown).attributes == {}  # type: ignore[attr-defined]


def test_null_tags() -> None:
    """A list of tags that is null is None, and an empty one is empty."""
    started = dict(RECORDED[0]["workflowExecutionStartedEventAttributes"])
    for given_, expected in ((None, None), ([], ()), (["a", None], ("a", None))):
        event = event_from_wire(wire("WorkflowExecutionStarted", **{**started, "tagList": given_}))
        assert event.tag_list == expected  # type: ignore[attr-defined]


def test_one_unreadable_value_spoils_no_other() -> None:
    """A malformed value stays as it came, between values that are read."""
    raw = copy.deepcopy(SCHEDULED)
    raw["activityTaskScheduledEventAttributes"]["taskPriority"] = "high"
    event: Any = event_from_wire(raw)

    assert event.event_type == "ActivityTaskScheduled"
    assert event.task_priority == "high"
    assert event.task_list == "cards"
    assert event.heartbeat_timeout == math.inf


def test_an_unknown_type() -> None:
    """An event of a type that is not known says its type and its attributes."""
    raw = wire("TimerMelted", 9, timerId="t")
    event = event_from_wire(raw)

    assert event == UnknownEvent(
        event_id=9,
        event_timestamp=datetime.fromtimestamp(1_689_946_920.477, timezone.utc),
        event_type="TimerMelted",
        attributes={"timerId": "t"},
    )
    assert event != event_from_wire(wire("TimerMelted", 9, timerId="u"))
    assert hash(event) == hash(event_from_wire(copy.deepcopy(raw)))
    assert event.timerMeltedEventAttributes.timerId == "t"  # type: ignore[attr-defined]


@pytest.mark.parametrize(("event_type", "read"), [(None, ""), ("", ""), (5, "5"), ([], "")])
def test_a_type_that_is_no_name(event_type: Any, read: str) -> None:
    """An event type that is no text still makes an event."""
    event = event_from_wire({"eventId": 1, "eventTimestamp": 1.0, "eventType": event_type})

    assert isinstance(event, UnknownEvent)
    assert event.event_type == read
    assert event.attributes == {}


def test_classes_that_are_no_event_types() -> None:
    """Names of this module that no event has are not taken for types."""
    for name in ("Event", "UnknownEvent", "WorkflowType"):
        event = event_from_wire(wire(name))
        assert type(event) is UnknownEvent
        assert event.event_type == name


def test_match() -> None:
    """A decider takes events apart by class and by field."""
    seen: list[Any] = []
    for raw in (SCHEDULED, wire("TimerFired", timerId="t", startedEventId=5), wire("New")):
        match event_from_wire(raw):
            case ev.ActivityTaskScheduled(activity_type=ActivityType("charge", version)):
                seen.append(version)
            case ev.TimerFired(timer_id="t", started_event_id=started):
                seen.append(started)
            case UnknownEvent(event_type=name):
                seen.append(name)

    assert seen == ["2", 5, "New"]


@pytest.mark.parametrize(
    "make", [copy.copy, copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))]
)
@pytest.mark.parametrize("raw", [*RECORDED, wire("New", tags=["x"])], ids=lambda raw: "")
def test_copies(make: Any, raw: dict[str, Any]) -> None:
    """A copy and a pickled event are equal, of the same class, with the same raw mapping."""
    event: Any = event_from_wire(raw)
    again: Any = make(event)

    assert again == event
    assert type(again) is type(event)
    assert hash(again) == hash(event)
    assert again.raw == raw
    assert again.eventType == raw["eventType"]


def test_equality_is_by_type_and_fields() -> None:
    """Two events are equal when type and every field are; the raw mapping does not matter."""
    fired = wire("TimerFired", timerId="t", startedEventId=5)
    canceled = wire("CompleteWorkflowExecutionFailed", cause="c", decisionTaskCompletedEventId=4)
    other = wire("FailWorkflowExecutionFailed", cause="c", decisionTaskCompletedEventId=4)

    assert event_from_wire(fired) == event_from_wire({**fired, "new": 1})
    assert event_from_wire(fired) != event_from_wire({**fired, "eventId": 2})
    assert event_from_wire(canceled) != event_from_wire(other)
    assert len({event_from_wire(fired), event_from_wire(dict(fired))}) == 1


def test_events_are_frozen() -> None:
    """What happened does not change."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        event_from_wire(SCHEDULED).event_id = 6  # type: ignore[misc]


def test_repr_shows_the_fields() -> None:
    """A repr shows what is known, and not the whole mapping again."""
    shown = repr(event_from_wire(SCHEDULED))

    assert shown.startswith("ActivityTaskScheduled(event_id=5, event_timestamp=")
    assert "activity_id='charge-1'" in shown
    assert "raw" not in shown


def same(shown: Any, value: Any) -> bool:
    """Whether what 1.x code reads is what the wire holds, all the way down."""
    if isinstance(value, Mapping):
        return all(same(getattr(shown, name), inner) for name, inner in value.items())
    if isinstance(value, list):
        return len(shown) == len(value) and all(map(same, shown, value))
    return bool(shown == value)


@given(events)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_names_of_1x(raw: dict[str, Any]) -> None:
    """Every name of the wire is an attribute, from JSON and from what boto3 parses."""
    for mapping in (raw, parsed(raw)):
        event: Any = event_from_wire(mapping)
        assert event.eventTimestamp == event.event_timestamp
        assert same(event, {**mapping, "eventTimestamp": event.event_timestamp})


def test_the_names_of_1x_in_depth() -> None:
    """The chain that code of 1.x writes goes all the way down, through lists too."""
    event: Any = event_from_wire(SCHEDULED)
    started: Any = event_from_wire(wire("WorkflowExecutionStarted", tagList=["a", "b"]))

    assert event.activityTaskScheduledEventAttributes.activityType.name == "charge"
    assert event.activityTaskScheduledEventAttributes.startToCloseTimeout == "30"
    assert (event.eventId, event.eventType) == (5, "ActivityTaskScheduled")
    assert started.workflowExecutionStartedEventAttributes.tagList == ["a", "b"]
    assert type(event.activityTaskScheduledEventAttributes).__name__ == "Dict"


def test_the_names_of_1x_go_through_lists() -> None:
    """Mappings within a list, which a newer service may send, are read by attribute too."""
    event: Any = event_from_wire(wire("TimersMelted", timers=[{"timerId": "a"}, {"timerId": "b"}]))

    assert [timer.timerId for timer in event.timersMeltedEventAttributes.timers] == ["a", "b"]


def test_the_timestamp_of_1x_is_in_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Code of 1.x finds the wall clock that boto3 shows; the field of the record is in UTC."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    event: Any = event_from_wire(SCHEDULED)
    wire_name, field = event.eventTimestamp, event.event_timestamp
    by_boto3 = parsed(SCHEDULED)["eventTimestamp"]
    monkeypatch.undo()
    time.tzset()

    assert wire_name.utcoffset() == by_boto3.utcoffset() == timedelta(hours=9)
    assert wire_name.replace(tzinfo=None) == by_boto3.replace(tzinfo=None)
    assert field.tzinfo is timezone.utc


def test_absent_attributes_are_absent() -> None:
    """hasattr tells what kind of event it is, as it did in 1.x."""
    event: Any = event_from_wire(SCHEDULED)

    assert hasattr(event, "activityTaskScheduledEventAttributes")
    assert not hasattr(event, "timerFiredEventAttributes")
    assert not hasattr(event.activityTaskScheduledEventAttributes, "control")
    with pytest.raises(
        AttributeError, match=r"^'ActivityTaskScheduled' has no attribute 'resutl'$"
    ):
        _ = event.resutl
    with pytest.raises(AttributeError, match="__nope__"):
        _ = event.__nope__


def test_an_event_made_by_hand_has_no_names_of_1x() -> None:
    """Without a mapping that it came from, an event has its fields only."""
    event: Any = ev.TimerFired(
        event_id=1, event_timestamp=datetime.now(timezone.utc), timer_id="t", started_event_id=1
    )

    with pytest.raises(AttributeError, match=r"^'TimerFired' has no attribute 'eventType'$"):
        _ = event.eventType


@pytest.mark.parametrize(
    "event",
    [
        ev.TimerFired(
            event_id=1, event_timestamp=datetime.now(timezone.utc), timer_id="t", started_event_id=1
        ),
        event_from_wire(SCHEDULED),
        event_from_wire({"eventType": "TimerFired", "eventId": 1}),
        event_from_wire({"eventType": "TimerMelted", "eventId": 1}),
    ],
    ids=["made by hand", "whole", "without attributes", "unknown"],
)
def test_what_only_classes_have_is_absent(event: Any) -> None:
    """Tools that look an object over (dir, debuggers, pytest) find that there is no such name."""
    assert "event_id" in dir(event)
    for name in ("__dict__", "__name__", "mro"):
        assert not hasattr(event, name)


@pytest.mark.parametrize("member", ["class", "_private", "two words", "1st"])
def test_members_that_python_cannot_name(member: str) -> None:
    """A member whose name is no name in Python hides none of the others."""
    event: Any = event_from_wire({**SCHEDULED, member: 1})

    assert event.eventType == "ActivityTaskScheduled"
    assert not hasattr(event, "timerFiredEventAttributes")


def test_typed_reading_never_builds_the_names_of_1x(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mapping of 1.x is made on demand: who reads fields does not pay for it."""
    made: list[Any] = []
    monkeypatch.setattr(ev, "_as_namedtuples", made.append)
    event = event_from_wire(SCHEDULED)
    assert event.event_type == "ActivityTaskScheduled"
    repr(event)
    hash(event)

    assert made == []


def test_a_timestamp_is_read_once() -> None:
    """A timestamp that came as a number is made a datetime when it is first looked at, and kept."""
    event = event_from_wire(wire("TimerFired", timerId="t", startedEventId=5))

    assert isinstance(event.event_timestamp, datetime)
    assert event.event_timestamp is event.event_timestamp


def test_readers_are_made_once() -> None:
    """A class is compiled on its first event and kept."""
    assert ev._readers["TimerFired"] is ev._readers["TimerFired"]


def test_runs_and_types_are_records() -> None:
    """Runs and workflow types of events are the records of py_swf.types."""
    event = event_from_wire(
        wire(
            "ChildWorkflowExecutionStarted",
            workflowExecution={"workflowId": "w", "runId": "r"},
            workflowType={"name": "n", "version": "v"},
            initiatedEventId=5,
        )
    )

    assert isinstance(event, ev.ChildWorkflowExecutionStarted)
    assert event.workflow_execution == WorkflowExecution("w", "r")
    assert event.workflow_type == WorkflowType("n", "v")


def test_json_of_the_raw_mapping() -> None:
    """The mapping that an event came from is whole: it can be written down again."""
    raw = json.loads(json.dumps(SCHEDULED))

    assert event_from_wire(raw).raw == SCHEDULED
