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
from functools import partial
from typing import Any, TypeVar

import attrs

from py_swf._to_wire import camel_case
from py_swf.types import ActivityType, WorkflowExecution, WorkflowType

__all__ = ["READ", "UNREADABLE", "compile_reader", "read_record", "read_value", "utc"]

RecordT = TypeVar("RecordT")


def utc(value: datetime | float) -> datetime:
    """Read a timestamp, parsed by boto3 or still the number of the body: aware, in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc)
    return datetime.fromtimestamp(value, timezone.utc)


#: the end of the year 9999, the last that a datetime can hold: a float, as it is compared to one
_LATEST = 253_402_300_799.0


class _Memo(dict[Any, Any]):
    """Remembers what a function made of a key: a history says the same few things very often."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Any) -> Any:
        if len(self) >= 1024:
            self.clear()
        value = self[key] = self._make(key)
        return value


#: name -> version -> the type
_activity_types = _Memo(lambda name: _Memo(partial(ActivityType, name)))
_workflow_types = _Memo(lambda name: _Memo(partial(WorkflowType, name)))


def _duration(value: str) -> int | float:
    return math.inf if value == "NONE" else int(value)


def _activity_type(value: Mapping[str, str]) -> ActivityType:
    activity_type: ActivityType = _activity_types[value["name"]][value["version"]]
    return activity_type


def _workflow_type(value: Mapping[str, str]) -> WorkflowType:
    workflow_type: WorkflowType = _workflow_types[value["name"]][value["version"]]
    return workflow_type


def _name(value: Mapping[str, str]) -> str:
    return value["name"]


def _execution(value: Mapping[str, str]) -> WorkflowExecution:
    return WorkflowExecution(value["workflowId"], value["runId"])


#: wire member -> how its value is read, wherever it stands; what is not here is taken as it comes
READ: dict[str, Callable[[Any], Any]] = {
    "activityType": _activity_type,
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
    "workflowType": _workflow_type,
}

#: function of READ -> the same as an expression, for the readers that are written below
_INLINE: dict[Callable[[Any], Any], str] = {
    _activity_type: "activity_types[(pair := {})['name']][pair['version']]",
    _name: "{}['name']",
    _workflow_type: "workflow_types[(pair := {})['name']][pair['version']]",
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
    """Write the function that reads one event class; it raises where the mapping is malformed.

    What is seldom looked at is left for the record to read when it is: timeouts, and a timestamp
    that is still a number, once that is known to be one. The other slots are filled while the
    record is of a class that is not frozen, and so can be written to at the price of an
    assignment; there is no cheaper way into a frozen one.
    """
    lines = [
        "def read(raw):",
        f"    attributes = raw[{attributes_member!r}]",
        "    record = unfrozen()",
        "    record.raw = raw",
        "    record.event_id = raw['eventId']",
        "    timestamp = raw['eventTimestamp']",
        f"    if type(timestamp) is not float or not 0.0 <= timestamp <= {_LATEST}:",
        "        record.event_timestamp = utc(timestamp)",
    ]
    scope: dict[str, Any] = {
        "activity_types": _activity_types,
        "cls": cls,
        "unfrozen": _unfrozen(cls),
        "utc": utc,
        "workflow_types": _workflow_types,
    }
    for field in attrs.fields(cls):  # type: ignore[arg-type]  # an attrs class
        name, member = field.name, camel_case(field.name)
        if name in ("event_id", "event_timestamp", "raw"):
            continue
        read = READ.get(member)
        if read is _duration:
            continue
        scope[f"read_{name}"] = read
        form = "{}" if read is None else _INLINE.get(read, f"read_{name}({{}})")
        value = form.format(f"attributes[{member!r}]")
        if field.default is not attrs.NOTHING:
            value = f"{value} if {member!r} in attributes else None"
        lines.append(f"    record.{name} = {value}")
    lines += ["    record.__class__ = cls", "    return record"]
    exec("\n".join(lines), scope)
    reader: Callable[[Mapping[str, Any]], RecordT] = scope["read"]
    return reader


def _unfrozen(cls: type) -> type:
    """Make a class of the same slots whose instances can be written to."""
    return type(
        cls.__name__,
        cls.__bases__,
        {
            "__slots__": vars(cls)["__slots__"],
            "__init__": object.__init__,
            "__setattr__": object.__setattr__,
            "__delattr__": object.__delattr__,
        },
    )
