"""Events in the wire's spelling, for the tests to read."""

from __future__ import annotations

from typing import Any

from py_swf.events import attributes_member
from tests.model import HISTORIES

#: every event of the recorded histories
RECORDED = [event for history in HISTORIES.values() for event in history]


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
