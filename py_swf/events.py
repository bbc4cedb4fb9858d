"""The history of an execution as records: one class for each of the 54 event types.

A class is named as its EventType, its fields as the members of the service in snake_case. Fields
that the service may leave out are None then. Ids of events are numbers; timeouts are seconds,
math.inf where the service says "NONE"; timestamps are aware, in UTC. An event type that this
version does not know becomes an :class:`UnknownEvent`; a member that it does not know stands in
``event.raw``.

Code written for 1.x reads the wire's names, and still can: ``event.eventType``,
``event.activityTaskScheduledEventAttributes.activityType.name``.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from py_swf._from_wire import UNREADABLE, compile_reader, read_record, read_value
from py_swf._to_wire import camel_case
from py_swf.types import ActivityType, WorkflowExecution, WorkflowType

__all__ = [
    "EVENT_TYPES",
    "ActivityTaskCancelRequested",
    "ActivityTaskCanceled",
    "ActivityTaskCompleted",
    "ActivityTaskFailed",
    "ActivityTaskScheduled",
    "ActivityTaskStarted",
    "ActivityTaskTimedOut",
    "CancelTimerFailed",
    "CancelWorkflowExecutionFailed",
    "ChildWorkflowExecutionCanceled",
    "ChildWorkflowExecutionCompleted",
    "ChildWorkflowExecutionFailed",
    "ChildWorkflowExecutionStarted",
    "ChildWorkflowExecutionTerminated",
    "ChildWorkflowExecutionTimedOut",
    "CompleteWorkflowExecutionFailed",
    "ContinueAsNewWorkflowExecutionFailed",
    "DecisionTaskCompleted",
    "DecisionTaskScheduled",
    "DecisionTaskStarted",
    "DecisionTaskTimedOut",
    "Event",
    "ExternalWorkflowExecutionCancelRequested",
    "ExternalWorkflowExecutionSignaled",
    "FailWorkflowExecutionFailed",
    "LambdaFunctionCompleted",
    "LambdaFunctionFailed",
    "LambdaFunctionScheduled",
    "LambdaFunctionStarted",
    "LambdaFunctionTimedOut",
    "MarkerRecorded",
    "RecordMarkerFailed",
    "RequestCancelActivityTaskFailed",
    "RequestCancelExternalWorkflowExecutionFailed",
    "RequestCancelExternalWorkflowExecutionInitiated",
    "ScheduleActivityTaskFailed",
    "ScheduleLambdaFunctionFailed",
    "Seconds",
    "SignalExternalWorkflowExecutionFailed",
    "SignalExternalWorkflowExecutionInitiated",
    "StartChildWorkflowExecutionFailed",
    "StartChildWorkflowExecutionInitiated",
    "StartLambdaFunctionFailed",
    "StartTimerFailed",
    "TimerCanceled",
    "TimerFired",
    "TimerStarted",
    "UnknownEvent",
    "WorkflowExecutionCancelRequested",
    "WorkflowExecutionCanceled",
    "WorkflowExecutionCompleted",
    "WorkflowExecutionContinuedAsNew",
    "WorkflowExecutionFailed",
    "WorkflowExecutionSignaled",
    "WorkflowExecutionStarted",
    "WorkflowExecutionTerminated",
    "WorkflowExecutionTimedOut",
    "attributes_member",
    "event_from_wire",
]

#: A timeout in the history: whole seconds, or math.inf for no limit.
Seconds: TypeAlias = int | float


@attrs.frozen(kw_only=True)
class Event:
    """What all events share."""

    #: 1, 2, 3, ... within a run, without gaps
    event_id: int
    #: when it was recorded; aware, in UTC, to the millisecond
    event_timestamp: datetime
    #: the mapping that this record was read from, in the wire's names; None if made by hand
    raw: Mapping[str, Any] | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def event_type(self) -> str:
        """The EventType as the service spells it: the name of the class."""
        return type(self).__name__

    if not TYPE_CHECKING:  # pragma: no branch (typed code sees the fields only)

        def __getattr__(self, name: str) -> Any:
            """Read what is not read yet, or by the wire's names, as 1.x did, from the mapping."""
            # a slot that is empty: a field that is seldom looked at
            if isinstance(getattr(type(self), name, None), MemberDescriptorType):
                mapping, member = self.raw, camel_case(name)
                if name != "event_timestamp":
                    mapping = mapping[attributes_member(self.event_type)]
                value = read_value(member, mapping.get(member))
                object.__setattr__(self, name, value)
                return value
            if not name.startswith("__") and self.raw is not None:
                moment = self.event_timestamp
                if isinstance(moment, datetime):
                    moment = moment.astimezone()  # boto3 shows local time
                shown = {**self.raw, "eventTimestamp": moment}
                with suppress(AttributeError):
                    return getattr(_as_namedtuples(shown), name)
            raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}")


@attrs.frozen(kw_only=True)
class WorkflowExecutionStarted(Event):
    """The execution began, with the settings resolved from its start and the type's defaults."""

    child_policy: str
    task_list: str
    workflow_type: WorkflowType
    input: str | None = None
    execution_start_to_close_timeout: Seconds | None = None
    task_start_to_close_timeout: Seconds | None = None
    task_priority: int | None = None
    tag_list: tuple[str, ...] | None = None
    continued_execution_run_id: str | None = None
    parent_workflow_execution: WorkflowExecution | None = None
    parent_initiated_event_id: int | None = None
    lambda_role: str | None = None


@attrs.frozen(kw_only=True)
class WorkflowExecutionCancelRequested(Event):
    """Somebody asked the execution to cancel itself; the decider decides what follows."""

    external_workflow_execution: WorkflowExecution | None = None
    external_initiated_event_id: int | None = None
    cause: str | None = None


@attrs.frozen(kw_only=True)
class WorkflowExecutionCompleted(Event):
    """The execution closed with a result."""

    decision_task_completed_event_id: int
    result: str | None = None


@attrs.frozen(kw_only=True)
class CompleteWorkflowExecutionFailed(Event):
    """A CompleteWorkflowExecution decision was not accepted; the execution is still open."""

    cause: str
    decision_task_completed_event_id: int


@attrs.frozen(kw_only=True)
class WorkflowExecutionFailed(Event):
    """The execution closed as failed."""

    decision_task_completed_event_id: int
    reason: str | None = None
    details: str | None = None


@attrs.frozen(kw_only=True)
class FailWorkflowExecutionFailed(Event):
    """A FailWorkflowExecution decision was not accepted; the execution is still open."""

    cause: str
    decision_task_completed_event_id: int


@attrs.frozen(kw_only=True)
class WorkflowExecutionTimedOut(Event):
    """The execution was closed because it outlived its start-to-close timeout."""

    timeout_type: str
    child_policy: str


@attrs.frozen(kw_only=True)
class WorkflowExecutionCanceled(Event):
    """The execution closed as canceled."""

    decision_task_completed_event_id: int
    details: str | None = None


@attrs.frozen(kw_only=True)
class CancelWorkflowExecutionFailed(Event):
    """A CancelWorkflowExecution decision was not accepted; the execution is still open."""

    cause: str
    decision_task_completed_event_id: int


@attrs.frozen(kw_only=True)
class WorkflowExecutionContinuedAsNew(Event):
    """The execution closed and a new run under the same workflow id took over."""

    decision_task_completed_event_id: int
    new_execution_run_id: str
    task_list: str
    child_policy: str
    workflow_type: WorkflowType
    input: str | None = None
    execution_start_to_close_timeout: Seconds | None = None
    task_priority: int | None = None
    task_start_to_close_timeout: Seconds | None = None
    tag_list: tuple[str, ...] | None = None
    lambda_role: str | None = None


@attrs.frozen(kw_only=True)
class ContinueAsNewWorkflowExecutionFailed(Event):
    """A ContinueAsNewWorkflowExecution decision was not accepted; the execution is still open."""

    cause: str
    decision_task_completed_event_id: int


@attrs.frozen(kw_only=True)
class WorkflowExecutionTerminated(Event):
    """The execution was closed at once: by an operator, a child policy or the history limit."""

    child_policy: str
    reason: str | None = None
    details: str | None = None
    cause: str | None = None


@attrs.frozen(kw_only=True)
class DecisionTaskScheduled(Event):
    """A decision task waits for a decider."""

    task_list: str
    task_priority: int | None = None
    start_to_close_timeout: Seconds | None = None
    schedule_to_start_timeout: Seconds | None = None


@attrs.frozen(kw_only=True)
class DecisionTaskStarted(Event):
    """A decider was handed the decision task; its view of the history ends with this event."""

    scheduled_event_id: int
    identity: str | None = None


@attrs.frozen(kw_only=True)
class DecisionTaskCompleted(Event):
    """The decider answered; the events of its decisions follow."""

    scheduled_event_id: int
    started_event_id: int
    execution_context: str | None = None
    task_list: str | None = None
    task_list_schedule_to_start_timeout: Seconds | None = None


@attrs.frozen(kw_only=True)
class DecisionTaskTimedOut(Event):
    """The decision task was not started or not answered in time; another one is scheduled."""

    timeout_type: str
    scheduled_event_id: int
    started_event_id: int


@attrs.frozen(kw_only=True)
class ActivityTaskScheduled(Event):
    """A ScheduleActivityTask decision was accepted; the task waits for an activity worker."""

    activity_type: ActivityType
    activity_id: str
    task_list: str
    decision_task_completed_event_id: int
    input: str | None = None
    control: str | None = None
    schedule_to_start_timeout: Seconds | None = None
    schedule_to_close_timeout: Seconds | None = None
    start_to_close_timeout: Seconds | None = None
    task_priority: int | None = None
    heartbeat_timeout: Seconds | None = None


@attrs.frozen(kw_only=True)
class ScheduleActivityTaskFailed(Event):
    """A ScheduleActivityTask decision was not accepted."""

    activity_type: ActivityType
    activity_id: str
    cause: str
    decision_task_completed_event_id: int


@attrs.frozen(kw_only=True)
class ActivityTaskStarted(Event):
    """An activity worker was handed the task."""

    scheduled_event_id: int
    identity: str | None = None


@attrs.frozen(kw_only=True)
class ActivityTaskCompleted(Event):
    """The activity worker answered with a result."""

    scheduled_event_id: int
    started_event_id: int
    result: str | None = None


@attrs.frozen(kw_only=True)
class ActivityTaskFailed(Event):
    """The activity worker answered that the task failed."""

    scheduled_event_id: int
    started_event_id: int
    reason: str | None = None
    details: str | None = None


@attrs.frozen(kw_only=True)
class ActivityTaskTimedOut(Event):
    """The activity task outlived one of its timeouts; details are those of the last heartbeat."""

    timeout_type: str
    scheduled_event_id: int
    started_event_id: int
    details: str | None = None


@attrs.frozen(kw_only=True)
class ActivityTaskCanceled(Event):
    """The activity task was canceled, by its worker or before any worker had it."""

    scheduled_event_id: int
    started_event_id: int
    details: str | None = None
    latest_cancel_requested_event_id: int | None = None


@attrs.frozen(kw_only=True)
class ActivityTaskCancelRequested(Event):
    """A RequestCancelActivityTask decision was accepted; the worker learns it by heartbeat."""

    decision_task_completed_event_id: int
    activity_id: str


@attrs.frozen(kw_only=True)
class RequestCancelActivityTaskFailed(Event):
    """A RequestCancelActivityTask decision was not accepted."""

    activity_id: str
    cause: str
    decision_task_completed_event_id: int


@attrs.frozen(kw_only=True)
class WorkflowExecutionSignaled(Event):
    """The execution received a signal."""

    signal_name: str
    input: str | None = None
    external_workflow_execution: WorkflowExecution | None = None
    external_initiated_event_id: int | None = None


@attrs.frozen(kw_only=True)
class MarkerRecorded(Event):
    """A RecordMarker decision wrote its note into the history."""

    marker_name: str
    decision_task_completed_event_id: int
    details: str | None = None


@attrs.frozen(kw_only=True)
class RecordMarkerFailed(Event):
    """A RecordMarker decision was not accepted."""

    marker_name: str
    cause: str
    decision_task_completed_event_id: int


@attrs.frozen(kw_only=True)
class TimerStarted(Event):
    """A StartTimer decision was accepted; the timer runs from this event."""

    timer_id: str
    start_to_fire_timeout: Seconds
    decision_task_completed_event_id: int
    control: str | None = None


@attrs.frozen(kw_only=True)
class StartTimerFailed(Event):
    """A StartTimer decision was not accepted."""

    timer_id: str
    cause: str
    decision_task_completed_event_id: int


@attrs.frozen(kw_only=True)
class TimerFired(Event):
    """The timer ran out."""

    timer_id: str
    started_event_id: int


@attrs.frozen(kw_only=True)
class TimerCanceled(Event):
    """A CancelTimer decision ended the timer before it fired."""

    timer_id: str
    started_event_id: int
    decision_task_completed_event_id: int


@attrs.frozen(kw_only=True)
class CancelTimerFailed(Event):
    """A CancelTimer decision was not accepted."""

    timer_id: str
    cause: str
    decision_task_completed_event_id: int


@attrs.frozen(kw_only=True)
class StartChildWorkflowExecutionInitiated(Event):
    """A StartChildWorkflowExecution decision was accepted; the child is about to start."""

    workflow_id: str
    workflow_type: WorkflowType
    task_list: str
    decision_task_completed_event_id: int
    child_policy: str
    control: str | None = None
    input: str | None = None
    execution_start_to_close_timeout: Seconds | None = None
    task_priority: int | None = None
    task_start_to_close_timeout: Seconds | None = None
    tag_list: tuple[str, ...] | None = None
    lambda_role: str | None = None


@attrs.frozen(kw_only=True)
class StartChildWorkflowExecutionFailed(Event):
    """The child was not started; initiated_event_id is 0 where it was refused at once."""

    workflow_type: WorkflowType
    cause: str
    workflow_id: str
    initiated_event_id: int
    decision_task_completed_event_id: int
    control: str | None = None


@attrs.frozen(kw_only=True)
class ChildWorkflowExecutionStarted(Event):
    """The child execution began."""

    workflow_execution: WorkflowExecution
    workflow_type: WorkflowType
    initiated_event_id: int


@attrs.frozen(kw_only=True)
class ChildWorkflowExecutionCompleted(Event):
    """The child execution closed with a result."""

    workflow_execution: WorkflowExecution
    workflow_type: WorkflowType
    initiated_event_id: int
    started_event_id: int
    result: str | None = None


@attrs.frozen(kw_only=True)
class ChildWorkflowExecutionFailed(Event):
    """The child execution closed as failed."""

    workflow_execution: WorkflowExecution
    workflow_type: WorkflowType
    initiated_event_id: int
    started_event_id: int
    reason: str | None = None
    details: str | None = None


@attrs.frozen(kw_only=True)
class ChildWorkflowExecutionTimedOut(Event):
    """The child execution outlived its start-to-close timeout."""

    workflow_execution: WorkflowExecution
    workflow_type: WorkflowType
    timeout_type: str
    initiated_event_id: int
    started_event_id: int


@attrs.frozen(kw_only=True)
class ChildWorkflowExecutionCanceled(Event):
    """The child execution closed as canceled."""

    workflow_execution: WorkflowExecution
    workflow_type: WorkflowType
    initiated_event_id: int
    started_event_id: int
    details: str | None = None


@attrs.frozen(kw_only=True)
class ChildWorkflowExecutionTerminated(Event):
    """The child execution was terminated."""

    workflow_execution: WorkflowExecution
    workflow_type: WorkflowType
    initiated_event_id: int
    started_event_id: int


@attrs.frozen(kw_only=True)
class SignalExternalWorkflowExecutionInitiated(Event):
    """A SignalExternalWorkflowExecution decision was accepted; delivery follows."""

    workflow_id: str
    signal_name: str
    decision_task_completed_event_id: int
    run_id: str | None = None
    input: str | None = None
    control: str | None = None


@attrs.frozen(kw_only=True)
class SignalExternalWorkflowExecutionFailed(Event):
    """The signal could not be delivered to the other execution."""

    workflow_id: str
    cause: str
    initiated_event_id: int
    decision_task_completed_event_id: int
    run_id: str | None = None
    control: str | None = None


@attrs.frozen(kw_only=True)
class ExternalWorkflowExecutionSignaled(Event):
    """The signal was delivered to the other execution."""

    workflow_execution: WorkflowExecution
    initiated_event_id: int


@attrs.frozen(kw_only=True)
class RequestCancelExternalWorkflowExecutionInitiated(Event):
    """A RequestCancelExternalWorkflowExecution decision was accepted; delivery follows."""

    workflow_id: str
    decision_task_completed_event_id: int
    run_id: str | None = None
    control: str | None = None


@attrs.frozen(kw_only=True)
class RequestCancelExternalWorkflowExecutionFailed(Event):
    """The cancel request could not be delivered to the other execution."""

    workflow_id: str
    cause: str
    initiated_event_id: int
    decision_task_completed_event_id: int
    run_id: str | None = None
    control: str | None = None


@attrs.frozen(kw_only=True)
class ExternalWorkflowExecutionCancelRequested(Event):
    """The cancel request was delivered to the other execution."""

    workflow_execution: WorkflowExecution
    initiated_event_id: int


@attrs.frozen(kw_only=True)
class LambdaFunctionScheduled(Event):
    """A ScheduleLambdaFunction decision was accepted."""

    id: str
    name: str
    decision_task_completed_event_id: int
    control: str | None = None
    input: str | None = None
    start_to_close_timeout: Seconds | None = None


@attrs.frozen(kw_only=True)
class LambdaFunctionStarted(Event):
    """The service invoked the function."""

    scheduled_event_id: int


@attrs.frozen(kw_only=True)
class LambdaFunctionCompleted(Event):
    """The function returned."""

    scheduled_event_id: int
    started_event_id: int
    result: str | None = None


@attrs.frozen(kw_only=True)
class LambdaFunctionFailed(Event):
    """The function raised; details is JSON text with the error."""

    scheduled_event_id: int
    started_event_id: int
    reason: str | None = None
    details: str | None = None


@attrs.frozen(kw_only=True)
class LambdaFunctionTimedOut(Event):
    """The function outlived its start-to-close timeout."""

    scheduled_event_id: int
    started_event_id: int
    timeout_type: str | None = None


@attrs.frozen(kw_only=True)
class ScheduleLambdaFunctionFailed(Event):
    """A ScheduleLambdaFunction decision was not accepted."""

    id: str
    name: str
    cause: str
    decision_task_completed_event_id: int


@attrs.frozen(kw_only=True)
class StartLambdaFunctionFailed(Event):
    """The function could not be invoked, mostly for want of a role."""

    scheduled_event_id: int | None = None
    cause: str | None = None
    message: str | None = None


@attrs.frozen(kw_only=True)
class UnknownEvent(Event):
    """An event of a type that this version does not know."""

    #: the EventType as the service sent it
    event_type: str = ""
    #: the attributes of the event in the wire's names; empty if there were none
    attributes: Mapping[str, Any] = attrs.field(factory=dict, hash=False)


#: event type -> its class
EVENT_TYPES: dict[str, type[Event]] = {
    name: thing
    for name, thing in list(globals().items())
    if isinstance(thing, type) and issubclass(thing, Event) and thing not in (Event, UnknownEvent)
}


@lru_cache(maxsize=1024)
def attributes_member(event_type: str) -> str:
    """Name the member that holds the attributes of an event type: ``timerFiredEventAttributes``."""
    return f"{event_type[:1].lower()}{event_type[1:]}EventAttributes"


def event_from_wire(raw: Mapping[str, Any]) -> Event:
    """Read one event from the mapping that boto3, or the JSON of the service, gives for it.

    Never raises for what the service may send: a type that is not known becomes an
    :class:`UnknownEvent`, a missing member None, an unreadable value stays as it came.
    """
    try:
        return _readers[raw["eventType"]](raw)
    except UNREADABLE:
        return _read_tolerantly(raw)


def read_page(page: Iterable[Mapping[str, Any]]) -> list[Event]:
    """Read the events of an answer; raise where one is malformed, or of an unknown type."""
    return [_readers[raw["eventType"]](raw) for raw in page]


class _Readers(dict[str, Callable[[Mapping[str, Any]], Event]]):
    """Event type -> the function that reads it, written when it is first needed."""

    def __missing__(self, event_type: str) -> Callable[[Mapping[str, Any]], Event]:
        reader = compile_reader(EVENT_TYPES[event_type], attributes_member(event_type))
        self[event_type] = reader
        return reader


_readers = _Readers()


def _read_tolerantly(raw: Mapping[str, Any]) -> Event:
    event_type = str(raw.get("eventType") or "")
    attributes = raw.get(attributes_member(event_type))
    if not isinstance(attributes, Mapping):
        attributes = {}
    given: dict[str, Any] = {
        "event_id": raw.get("eventId", 0),
        "event_timestamp": read_value("eventTimestamp", raw.get("eventTimestamp")),
        "raw": raw,
    }
    cls = EVENT_TYPES.get(event_type)
    if cls is None:
        return UnknownEvent(**given, event_type=event_type, attributes=attributes)
    return read_record(cls, attributes, **given)


@lru_cache(maxsize=1024)
def _namedtuple_class(names: tuple[str, ...]) -> Any:
    # "Dict" is what 1.x named them; a member that Python cannot name is renamed to its place
    return namedtuple("Dict", names, rename=True)


def _as_namedtuples(value: Any) -> Any:
    """Turn mappings into named tuples all the way down, as 1.x showed events."""
    if isinstance(value, Mapping):
        return _namedtuple_class(tuple(value))(*map(_as_namedtuples, value.values()))
    return [_as_namedtuples(item) for item in value] if isinstance(value, list) else value
