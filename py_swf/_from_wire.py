"""How answers of SWF become records: one table from the wire's member names to typed values.

A record class says by its field names what it reads. What a newer service adds is ignored, and a
value that cannot be read is kept as it came: a decider in production goes on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeVar

import attrs

from py_swf._to_wire import camel_case
from py_swf.types import ActivityType, WorkflowExecution, WorkflowType

__all__ = ["READ", "UNREADABLE", "read_record", "read_value", "utc"]

RecordT = TypeVar("RecordT")


def utc(value: datetime | float) -> datetime:
    """Read a timestamp, parsed by boto3 or still the number of the body: aware, in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc)
    return datetime.fromtimestamp(value, timezone.utc)


#: a history says the same few things very often: the last thousand of a kind are remembered
_remembered = lru_cache(maxsize=1024)
_one_activity_type = _remembered(ActivityType)
_one_workflow_type = _remembered(WorkflowType)


def _activity_type(value: Mapping[str, str]) -> ActivityType:
    return _one_activity_type(value["name"], value["version"])


def _workflow_type(value: Mapping[str, str]) -> WorkflowType:
    return _one_workflow_type(value["name"], value["version"])


@_remembered
def _duration(value: str) -> int | float:
    return math.inf if value == "NONE" else int(value)


def _execution(value: Mapping[str, str]) -> WorkflowExecution:
    return WorkflowExecution(value["workflowId"], value["runId"])


#: wire member -> how its value is read, wherever it stands; what is not here is taken as it comes
READ: dict[str, Callable[[Any], Any]] = {
    "activityType": _activity_type,
    "closeTimestamp": utc,
    "creationDate": utc,
    "defaultExecutionStartToCloseTimeout": _duration,
    "defaultTaskHeartbeatTimeout": _duration,
    "defaultTaskList": itemgetter("name"),
    "defaultTaskPriority": int,
    "defaultTaskScheduleToCloseTimeout": _duration,
    "defaultTaskScheduleToStartTimeout": _duration,
    "defaultTaskStartToCloseTimeout": _duration,
    "deprecationDate": utc,
    "eventTimestamp": utc,
    "execution": _execution,
    "executionStartToCloseTimeout": _duration,
    "externalWorkflowExecution": _execution,
    "heartbeatTimeout": _duration,
    "latestActivityTaskTimestamp": utc,
    "parent": _execution,
    "parentWorkflowExecution": _execution,
    "scheduleToCloseTimeout": _duration,
    "scheduleToStartTimeout": _duration,
    "startTimestamp": utc,
    "startToCloseTimeout": _duration,
    "startToFireTimeout": _duration,
    "tagList": tuple,
    "taskList": itemgetter("name"),
    "taskListScheduleToStartTimeout": _duration,
    "taskPriority": int,
    "taskStartToCloseTimeout": _duration,
    "workflowExecution": _execution,
    "workflowExecutionRetentionPeriodInDays": _duration,
    "workflowType": _workflow_type,
}

#: what reading a malformed value can raise
UNREADABLE = (TypeError, ValueError, LookupError, AttributeError, OverflowError, OSError)


def read_value(member: str, value: Any) -> Any:
    """Read one value by its wire member; what cannot be read stays as it came."""
    read = READ.get(member)
    if value is None or read is None:
        return value
    try:
        return read(value)
    except UNREADABLE:
        return value


def read_record(cls: type[RecordT], mapping: Mapping[str, Any], **given: Any) -> RecordT:
    """Read a record from the wire; what is missing is None, what is unreadable stays as it came.

    :param given: fields that do not come from the mapping.
    """
    values = {}
    for field in attrs.fields(cls):  # type: ignore[arg-type]  # an attrs class
        member = camel_case(field.name)
        values[field.name] = read_value(member, mapping.get(member))
    return cls(**{**values, **given})
