"""Events read by the names of the wire, as code of 1.x reads them."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from py_swf import _of_1x
from py_swf.events import ActivityTaskScheduled, TimerFired, event_from_wire
from py_swf.history import History
from py_swf.types import ActivityType
from tests.generated import events
from tests.model import HISTORIES, parsed
from tests.wire_events import SCHEDULED, wire

NOON = datetime(2023, 7, 21, 12, 0, tzinfo=timezone.utc)


def same(shown: Any, value: Any) -> bool:
    """Whether 1.x code reads what is on the wire, at every level."""
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
    """Attribute chains in 1.x code work at every level, also through lists."""
    event: Any = event_from_wire(SCHEDULED)
    started: Any = event_from_wire(wire("WorkflowExecutionStarted", tagList=["a", "b"]))

    assert event.activityTaskScheduledEventAttributes.activityType.name == "charge"
    assert event.activityTaskScheduledEventAttributes.startToCloseTimeout == "30"
    assert (event.eventId, event.eventType) == (5, "ActivityTaskScheduled")
    assert started.workflowExecutionStartedEventAttributes.tagList == ["a", "b"]
    assert type(event.activityTaskScheduledEventAttributes).__name__ == "Dict"


def test_an_event_is_listed_as_the_named_tuple_of_1x() -> None:
    """``_fields`` and ``_asdict()`` have the members of the wire, in depth as named tuples."""
    event: Any = event_from_wire(SCHEDULED)

    assert event._fields == tuple(SCHEDULED)
    assert list(event._asdict()) == list(SCHEDULED)
    assert event._asdict()["eventTimestamp"] == event.event_timestamp
    attributes = event._asdict()["activityTaskScheduledEventAttributes"]
    assert attributes._asdict()["activityType"]._asdict() == {"name": "charge", "version": "2"}


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
        AttributeError, match=r"^'ActivityTaskScheduled' object has no attribute 'resutl'$"
    ):
        _ = event.resutl
    with pytest.raises(AttributeError, match="__nope__"):
        _ = event.__nope__


def test_an_event_made_by_keyword() -> None:
    """An event made by keyword is read by the names of the wire, as one from the service is."""
    event: Any = ActivityTaskScheduled(
        event_id=5,
        event_timestamp=NOON,
        activity_type=ActivityType("charge", "2"),
        activity_id="charge-1",
        task_list="cards",
        decision_task_completed_event_id=4,
        heartbeat_timeout=math.inf,
    )

    assert (event.eventId, event.eventType) == (5, "ActivityTaskScheduled")
    assert event.eventTimestamp == NOON
    assert event.activityTaskScheduledEventAttributes.activityType.name == "charge"
    assert event.activityTaskScheduledEventAttributes.heartbeatTimeout == "NONE"


@pytest.mark.parametrize("value", [None, "soon", [1]])
def test_a_timestamp_that_is_none(value: Any) -> None:
    """A timestamp that cannot be read stays as it came."""
    event: Any = event_from_wire({**SCHEDULED, "eventTimestamp": value})

    assert event.eventTimestamp == value


@pytest.mark.parametrize("member", ["class", "_private", "two words", "1st"])
def test_members_that_python_cannot_name(member: str) -> None:
    """A member whose name is invalid in Python does not hide the others."""
    event: Any = event_from_wire({**SCHEDULED, member: 1})

    assert event.eventType == "ActivityTaskScheduled"
    assert not hasattr(event, "timerFiredEventAttributes")


def test_fields_never_build_the_names_of_1x(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading fields, even those that an event does not have, does not pay for 1.x."""
    made: list[Any] = []
    monkeypatch.setattr(_of_1x, "nametuplefy", made.append)
    history = History(map(event_from_wire, HISTORIES["activity-failed"]))
    (activity,) = history.activities.values()

    assert (activity.status, activity.result) == ("FAILED", None)
    assert repr(history.events)
    assert len(set(history.events)) == len(history.events)
    assert made == []


@pytest.mark.parametrize(
    "event",
    [
        TimerFired(
            event_id=1, event_timestamp=datetime.now(timezone.utc), timer_id="t", started_event_id=1
        ),
        event_from_wire(SCHEDULED),
        event_from_wire({"eventType": "TimerFired", "eventId": 1}),
        event_from_wire({"eventType": "TimerMelted", "eventId": 1}),
    ],
    ids=["made by hand", "whole", "without attributes", "unknown"],
)
def test_what_only_classes_have_is_absent(event: Any) -> None:
    """For tools that inspect objects (dir, debuggers, pytest), the names do not exist."""
    assert "event_id" in dir(event)
    for name in ("__dict__", "__name__", "mro"):
        assert not hasattr(event, name)
