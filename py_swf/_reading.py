"""How answers of SWF become records: one table from the wire's member names to typed values.

A record class says by its field names what it reads. What a newer service adds is passed over, and
a value that cannot be read is kept as it came: a decider in production goes on.

History is read in thousands of events, so :func:`compile_reader` writes one function per event
class, which fills the record's slots straight from the mapping. :func:`read_record` does the same
field by field, and is what that function falls back to.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any, TypeVar

import attrs

from py_swf._wire import camel_case
from py_swf.types import ActivityType, WorkflowExecution, WorkflowType

__all__ = ["READ", "UNREADABLE", "compile_reader", "read_record", "read_value", "utc"]

RecordT = TypeVar("RecordT")


def utc(value: datetime | float) -> datetime:
    """Read a timestamp, parsed by boto3 or still the number of the body: aware, in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc)
    return datetime.fromtimestamp(value, timezone.utc)


@lru_cache(maxsize=1024)
def _duration(value: str) -> int | float:
    return math.inf if value == "NONE" else int(value)


def _name(value: Mapping[str, str]) -> str:
    return value["name"]


_activity_type = lru_cache(maxsize=1024)(ActivityType)
_workflow_type = lru_cache(maxsize=1024)(WorkflowType)


def _execution(value: Mapping[str, str]) -> WorkflowExecution:
    return WorkflowExecution(value["workflowId"], value["runId"])


#: wire member -> how its value is read, wherever it stands; what is not here is taken as it comes
READ: dict[str, Callable[[Any], Any]] = {
    "activityType": lambda value: _activity_type(value["name"], value["version"]),
    "closeTimestamp": utc,
    "creationDate": utc,
    "defaultExecutionStartToCloseTimeout": _duration,
    "defaultTaskHeartbeatTimeout": _duration,
    "defaultTaskList": _name,
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
    "taskList": _name,
    "taskListScheduleToStartTimeout": _duration,
    "taskPriority": int,
    "taskStartToCloseTimeout": _duration,
    "workflowExecution": _execution,
    "workflowExecutionRetentionPeriodInDays": _duration,
    "workflowType": lambda value: _workflow_type(value["name"], value["version"]),
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


def compile_reader(
    cls: type[RecordT], attributes_member: str
) -> Callable[[Mapping[str, Any]], RecordT]:
    """Write the function that reads one event class; it raises where the mapping is malformed."""
    lines = [
        "def read(raw):",
        f"    attributes = raw[{attributes_member!r}]",
        "    get = attributes.get",
        "    record = new(cls)",
        "    set_event_id(record, raw['eventId'])",
        "    set_event_timestamp(record, utc(raw['eventTimestamp']))",
        "    set_raw(record, raw)",
    ]
    scope: dict[str, Any] = {"cls": cls, "new": object.__new__, "utc": utc}
    for field in attrs.fields(cls):  # type: ignore[arg-type]  # an attrs class
        name, member = field.name, camel_case(field.name)
        read, required = READ.get(member), field.default is attrs.NOTHING
        scope[f"set_{name}"] = getattr(cls, name).__set__
        if name in ("event_id", "event_timestamp", "raw"):
            continue
        value = f"attributes[{member!r}]" if required else f"get({member!r})"
        if read is not None:
            scope[f"read_{name}"] = read
            value = (
                f"read_{name}({value})"
                if required
                else f"None if (value := {value}) is None else read_{name}(value)"
            )
        lines.append(f"    set_{name}(record, {value})")
    lines.append("    return record")
    exec("\n".join(lines), scope)
    reader: Callable[[Mapping[str, Any]], RecordT] = scope["read"]
    return reader
