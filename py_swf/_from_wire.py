"""Turn answers of SWF into records: one table from the wire's member names to typed values.

The field names of a record class say what it reads. Members that a newer service adds are ignored,
and a value that cannot be read is kept as it is: a decider in production goes on.
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
    """Read a timestamp, parsed by boto3 or still a number as in the body: aware, in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc)
    return datetime.fromtimestamp(value, timezone.utc)


#: a history repeats the same few values, so the last thousand of a kind are remembered
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


#: wire member -> how its value is read, wherever it occurs; all others are taken as they are
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
    """Read one value by its wire member; keep what cannot be read as it is."""
    read = READ.get(member)
    if value is None or read is None:
        return value
    try:
        return read(value)
    except UNREADABLE:
        return value


def read_record(cls: type[RecordT], mapping: Mapping[str, Any], **given: Any) -> RecordT:
    """Read a record from the wire; missing values are None, unreadable ones stay as they are.

    :param given: fields that do not come from the mapping.
    """
    values = {}
    for field in attrs.fields(cls):  # type: ignore[arg-type]  # an attrs class
        member = camel_case(field.name)
        values[field.name] = read_value(member, mapping.get(member))
    return cls(**{**values, **given})
