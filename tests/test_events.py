"""The 54 events match botocore's model, and are read from JSON and from boto3's dicts."""

from __future__ import annotations

import copy
import json
import math
import pickle
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from py_swf import events as ev
from py_swf._to_wire import camel_case
from py_swf.events import EVENT_TYPES, Event, UnknownEvent, attributes_member, event_from_wire
from py_swf.types import ActivityType, WorkflowExecution, WorkflowType
from tests.generated import EVENT_TYPE_NAMES, damaged_events, events_of
from tests.model import HISTORIES, members_of, parsed, required_of, shape
from tests.wire_events import RECORDED, SCHEDULED, wire

QUIET = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def test_the_model_has_54_types() -> None:
    """There is a record for each event type in botocore's model."""
    assert set(EVENT_TYPES) == set(EVENT_TYPE_NAMES), "see 'A new event type' on Contribute"
    assert len(EVENT_TYPES) == 54, "say so here, and where 'grep -rnw 54' finds it in the docs"


def test_they_are_all_exported() -> None:
    """Each event class is a name of the module, under its EventType."""
    assert set(EVENT_TYPES) < set(ev.__all__)
    for name, cls in EVENT_TYPES.items():
        assert getattr(ev, name) is cls
        assert cls.__name__ == name


@pytest.mark.parametrize("name", EVENT_TYPE_NAMES)
def test_fields_are_those_of_the_model(name: str) -> None:
    """An event has the service's members, and needs the required ones."""
    cls = EVENT_TYPES[name]
    shared = set(Event.field_names)

    assert set(cls.field_names) - shared == members_of(f"{name}EventAttributes")
    assert cls._required - shared == required_of(f"{name}EventAttributes")
    assert shared == cls._required & shared == {"event_id", "event_timestamp"}


def test_the_member_of_attributes() -> None:
    """The member that holds the attributes of a type is the one of the model."""
    members = {attributes_member(name) for name in EVENT_TYPES}

    assert members == set(shape("HistoryEvent").members) - {
        "eventId",
        "eventTimestamp",
        "eventType",
    }
    assert attributes_member("") == "EventAttributes"


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
    """An event of the real service is the same from JSON and parsed by boto3."""
    for raw in HISTORIES[name]:
        event = event_from_wire(raw)
        assert event.event_type == raw["eventType"]
        assert not isinstance(event, UnknownEvent)
        assert event == event_from_wire(parsed(raw))


@pytest.mark.parametrize("name", EVENT_TYPE_NAMES)
@QUIET
@given(st.data())
def test_generated_events_are_read_alike(name: str, data: st.DataObject) -> None:
    """Each of the 54 types, with or without optional members, is the same on both paths."""
    raw = data.draw(events_of(name))
    event = event_from_wire(raw)

    assert type(event) is EVENT_TYPES[name]
    assert event == event_from_wire(parsed(raw))
    assert event.event_id == raw["eventId"]
    assert event.event_timestamp == datetime.fromtimestamp(raw["eventTimestamp"], timezone.utc)
    for field in set(event.field_names) - set(Event.field_names):
        present = camel_case(field) in raw[attributes_member(name)]
        assert present is (getattr(event, field) is not None)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(damaged_events())
def test_no_damage_stops_the_reader(raw: dict[str, Any]) -> None:
    """Whatever is missing, added, null or malformed, there is an event that can be read."""
    event = event_from_wire(raw)

    assert event.raw is raw
    assert isinstance(event.event_type, str)
    assert event == event_from_wire(copy.deepcopy(raw))
    assert hasattr(event, "nobody sends this") is False
    repr(event)


@pytest.mark.parametrize("raw", [*RECORDED[:3], {"eventType": "New"}, {}])
def test_unknown_members_are_passed_over(raw: dict[str, Any]) -> None:
    """Members that a newer service adds are only in ``raw``."""
    name = attributes_member(raw.get("eventType", ""))
    newer = {**raw, "reopenable": True, name: {**raw.get(name, {}), "class": 1}}
    event = event_from_wire(newer)

    assert type(event) is type(event_from_wire(raw))
    assert event.raw is newer
    assert event.reopenable is True  # type: ignore[attr-defined]


def test_missing_members_are_none() -> None:
    """A member may be missing even if the model requires it."""
    event = event_from_wire({"eventType": "TimerFired", "eventId": 3})

    assert event == ev.TimerFired(
        event_id=3,
        event_timestamp=None,  # type: ignore[arg-type]
        timer_id=None,  # type: ignore[arg-type]
        started_event_id=None,  # type: ignore[arg-type]
    )


def test_a_missing_id_is_0() -> None:
    """An event without an id gets an id that no event has."""
    assert event_from_wire({"eventType": "TimerFired"}).event_id == 0


@pytest.mark.parametrize("attributes", [None, [], [1], "text", 5])
def test_attributes_that_are_none(attributes: Any) -> None:
    """Attributes that are not a mapping count as absent, for known and unknown types."""
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
    """A malformed value stays as it is; the others are read."""
    raw = copy.deepcopy(SCHEDULED)
    raw["activityTaskScheduledEventAttributes"]["taskPriority"] = "high"
    event: Any = event_from_wire(raw)

    assert event.event_type == "ActivityTaskScheduled"
    assert event.task_priority == "high"
    assert event.task_list == "cards"
    assert event.heartbeat_timeout == math.inf


def test_an_unknown_type() -> None:
    """An event of an unknown type has its type and attributes."""
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
    """An event type that is not a text still makes an event."""
    event = event_from_wire({"eventId": 1, "eventTimestamp": 1.0, "eventType": event_type})

    assert isinstance(event, UnknownEvent)
    assert event.event_type == read
    assert event.attributes == {}


def test_classes_that_are_no_event_types() -> None:
    """Other names in the module are not taken for event types."""
    for name in ("Event", "UnknownEvent", "WorkflowType"):
        event = event_from_wire(wire(name))
        assert type(event) is UnknownEvent
        assert event.event_type == name


def test_match() -> None:
    """A decider can match events by class and field."""
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
    """The mapping of an event is complete: it can be written as JSON again."""
    raw = json.loads(json.dumps(SCHEDULED))

    assert event_from_wire(raw).raw == SCHEDULED
