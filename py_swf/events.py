"""The history of an execution as records: one class for each of the 54 event types.

A class is named after its EventType, its fields after the service's members, in snake_case. Fields
that the service leaves out are None. Ids of events are numbers. Timeouts are in seconds; the
service's "NONE" is math.inf. Timestamps are aware, in UTC. An event type that this version does not
know becomes an :class:`UnknownEvent`; a member that it does not know is in ``event.raw``.

An event is a view of the mapping that the service sent: a field is read on access. For a test it
can be made by keyword, ``TimerFired(event_id=7, ...)``, and ``event.field_names`` names its fields.
``{name: getattr(event, name) for name in event.field_names}`` makes a dict of it, and
``copy.replace(event, result="other")``, from Python 3.13, a changed copy.

Code written for 1.x can still use the wire's names: ``event.eventType``,
``event.activityTaskScheduledEventAttributes.activityType.name``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from py_swf import enums
from py_swf._event_view import EventView, attributes_member, spell_event, view
from py_swf._of_1x import NamesOf1x
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


class Event(NamesOf1x, EventView):
    """What all events share: a view of the mapping that the service sent, read on access."""

    #: 1, 2, 3, ... within a run, without gaps
    event_id: int
    #: when it was recorded; aware, in UTC, to the millisecond
    event_timestamp: datetime

    @property
    def event_type(self) -> str:
        """The EventType as the service spells it: the name of the class."""
        return type(self).__name__

    @property
    def raw(self) -> Mapping[str, Any]:
        """The mapping that it is a view of, in the wire's names, as boto3 returns it."""
        return self._raw

    def __reduce__(self) -> tuple[Any, ...]:
        return event_from_wire, (self._raw,)


class WorkflowExecutionStarted(Event):
    """The execution began, with the settings resolved from its start and the type's defaults."""

    child_policy: enums.ChildPolicy
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


class WorkflowExecutionCancelRequested(Event):
    """Somebody asked the execution to cancel itself; the decider decides what follows."""

    external_workflow_execution: WorkflowExecution | None = None
    external_initiated_event_id: int | None = None
    cause: enums.WorkflowExecutionCancelRequestedCause | None = None


class WorkflowExecutionCompleted(Event):
    """The execution closed with a result."""

    decision_task_completed_event_id: int
    result: str | None = None


class CompleteWorkflowExecutionFailed(Event):
    """A CompleteWorkflowExecution decision was not accepted; the execution is still open."""

    cause: enums.CompleteWorkflowExecutionFailedCause
    decision_task_completed_event_id: int


class WorkflowExecutionFailed(Event):
    """The execution closed as failed."""

    decision_task_completed_event_id: int
    reason: str | None = None
    details: str | None = None


class FailWorkflowExecutionFailed(Event):
    """A FailWorkflowExecution decision was not accepted; the execution is still open."""

    cause: enums.FailWorkflowExecutionFailedCause
    decision_task_completed_event_id: int


class WorkflowExecutionTimedOut(Event):
    """The execution was closed because it exceeded its start-to-close timeout."""

    timeout_type: enums.WorkflowExecutionTimeoutType
    child_policy: enums.ChildPolicy


class WorkflowExecutionCanceled(Event):
    """The execution closed as canceled."""

    decision_task_completed_event_id: int
    details: str | None = None


class CancelWorkflowExecutionFailed(Event):
    """A CancelWorkflowExecution decision was not accepted; the execution is still open."""

    cause: enums.CancelWorkflowExecutionFailedCause
    decision_task_completed_event_id: int


class WorkflowExecutionContinuedAsNew(Event):
    """The execution closed and a new run under the same workflow id took over."""

    decision_task_completed_event_id: int
    new_execution_run_id: str
    task_list: str
    child_policy: enums.ChildPolicy
    workflow_type: WorkflowType
    input: str | None = None
    execution_start_to_close_timeout: Seconds | None = None
    task_priority: int | None = None
    task_start_to_close_timeout: Seconds | None = None
    tag_list: tuple[str, ...] | None = None
    lambda_role: str | None = None


class ContinueAsNewWorkflowExecutionFailed(Event):
    """A ContinueAsNewWorkflowExecution decision was not accepted; the execution is still open."""

    cause: enums.ContinueAsNewWorkflowExecutionFailedCause
    decision_task_completed_event_id: int


class WorkflowExecutionTerminated(Event):
    """The execution was closed at once: by an operator, a child policy or the history limit."""

    child_policy: enums.ChildPolicy
    reason: str | None = None
    details: str | None = None
    cause: enums.WorkflowExecutionTerminatedCause | None = None


class DecisionTaskScheduled(Event):
    """A decision task waits for a decider."""

    task_list: str
    task_priority: int | None = None
    start_to_close_timeout: Seconds | None = None
    schedule_to_start_timeout: Seconds | None = None


class DecisionTaskStarted(Event):
    """A decider was handed the decision task; its view of the history ends with this event."""

    scheduled_event_id: int
    identity: str | None = None


class DecisionTaskCompleted(Event):
    """The decider answered; the events of its decisions follow."""

    scheduled_event_id: int
    started_event_id: int
    execution_context: str | None = None
    task_list: str | None = None
    task_list_schedule_to_start_timeout: Seconds | None = None


class DecisionTaskTimedOut(Event):
    """The decision task was not started or not answered in time; another one is scheduled."""

    timeout_type: enums.DecisionTaskTimeoutType
    scheduled_event_id: int
    started_event_id: int


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


class ScheduleActivityTaskFailed(Event):
    """A ScheduleActivityTask decision was not accepted."""

    activity_type: ActivityType
    activity_id: str
    cause: enums.ScheduleActivityTaskFailedCause
    decision_task_completed_event_id: int


class ActivityTaskStarted(Event):
    """An activity worker was handed the task."""

    scheduled_event_id: int
    identity: str | None = None


class ActivityTaskCompleted(Event):
    """The activity worker answered with a result."""

    scheduled_event_id: int
    started_event_id: int
    result: str | None = None


class ActivityTaskFailed(Event):
    """The activity worker answered that the task failed."""

    scheduled_event_id: int
    started_event_id: int
    reason: str | None = None
    details: str | None = None


class ActivityTaskTimedOut(Event):
    """The activity task exceeded one of its timeouts; details are those of the last heartbeat."""

    timeout_type: enums.ActivityTaskTimeoutType
    scheduled_event_id: int
    started_event_id: int
    details: str | None = None


class ActivityTaskCanceled(Event):
    """The activity task was canceled, by its worker, or before a worker had it."""

    scheduled_event_id: int
    started_event_id: int
    details: str | None = None
    latest_cancel_requested_event_id: int | None = None


class ActivityTaskCancelRequested(Event):
    """A RequestCancelActivityTask decision was accepted; a heartbeat tells the worker."""

    decision_task_completed_event_id: int
    activity_id: str


class RequestCancelActivityTaskFailed(Event):
    """A RequestCancelActivityTask decision was not accepted."""

    activity_id: str
    cause: enums.RequestCancelActivityTaskFailedCause
    decision_task_completed_event_id: int


class WorkflowExecutionSignaled(Event):
    """The execution received a signal."""

    signal_name: str
    input: str | None = None
    external_workflow_execution: WorkflowExecution | None = None
    external_initiated_event_id: int | None = None


class MarkerRecorded(Event):
    """A RecordMarker decision wrote its note into the history."""

    marker_name: str
    decision_task_completed_event_id: int
    details: str | None = None


class RecordMarkerFailed(Event):
    """A RecordMarker decision was not accepted."""

    marker_name: str
    cause: enums.RecordMarkerFailedCause
    decision_task_completed_event_id: int


class TimerStarted(Event):
    """A StartTimer decision was accepted; the timer starts with this event."""

    timer_id: str
    start_to_fire_timeout: Seconds
    decision_task_completed_event_id: int
    control: str | None = None


class StartTimerFailed(Event):
    """A StartTimer decision was not accepted."""

    timer_id: str
    cause: enums.StartTimerFailedCause
    decision_task_completed_event_id: int


class TimerFired(Event):
    """The timer ran out."""

    timer_id: str
    started_event_id: int


class TimerCanceled(Event):
    """A CancelTimer decision ended the timer before it fired."""

    timer_id: str
    started_event_id: int
    decision_task_completed_event_id: int


class CancelTimerFailed(Event):
    """A CancelTimer decision was not accepted."""

    timer_id: str
    cause: enums.CancelTimerFailedCause
    decision_task_completed_event_id: int


class StartChildWorkflowExecutionInitiated(Event):
    """A StartChildWorkflowExecution decision was accepted; the child is about to start."""

    workflow_id: str
    workflow_type: WorkflowType
    task_list: str
    decision_task_completed_event_id: int
    child_policy: enums.ChildPolicy
    control: str | None = None
    input: str | None = None
    execution_start_to_close_timeout: Seconds | None = None
    task_priority: int | None = None
    task_start_to_close_timeout: Seconds | None = None
    tag_list: tuple[str, ...] | None = None
    lambda_role: str | None = None


class StartChildWorkflowExecutionFailed(Event):
    """The child was not started; initiated_event_id is 0 if it was refused at once."""

    workflow_type: WorkflowType
    cause: enums.StartChildWorkflowExecutionFailedCause
    workflow_id: str
    initiated_event_id: int
    decision_task_completed_event_id: int
    control: str | None = None


class ChildWorkflowExecutionStarted(Event):
    """The child execution began."""

    workflow_execution: WorkflowExecution
    workflow_type: WorkflowType
    initiated_event_id: int


class ChildWorkflowExecutionCompleted(Event):
    """The child execution closed with a result."""

    workflow_execution: WorkflowExecution
    workflow_type: WorkflowType
    initiated_event_id: int
    started_event_id: int
    result: str | None = None


class ChildWorkflowExecutionFailed(Event):
    """The child execution closed as failed."""

    workflow_execution: WorkflowExecution
    workflow_type: WorkflowType
    initiated_event_id: int
    started_event_id: int
    reason: str | None = None
    details: str | None = None


class ChildWorkflowExecutionTimedOut(Event):
    """The child execution exceeded its start-to-close timeout."""

    workflow_execution: WorkflowExecution
    workflow_type: WorkflowType
    timeout_type: enums.WorkflowExecutionTimeoutType
    initiated_event_id: int
    started_event_id: int


class ChildWorkflowExecutionCanceled(Event):
    """The child execution closed as canceled."""

    workflow_execution: WorkflowExecution
    workflow_type: WorkflowType
    initiated_event_id: int
    started_event_id: int
    details: str | None = None


class ChildWorkflowExecutionTerminated(Event):
    """The child execution was terminated."""

    workflow_execution: WorkflowExecution
    workflow_type: WorkflowType
    initiated_event_id: int
    started_event_id: int


class SignalExternalWorkflowExecutionInitiated(Event):
    """A SignalExternalWorkflowExecution decision was accepted; delivery follows."""

    workflow_id: str
    signal_name: str
    decision_task_completed_event_id: int
    run_id: str | None = None
    input: str | None = None
    control: str | None = None


class SignalExternalWorkflowExecutionFailed(Event):
    """The signal could not be delivered to the other execution."""

    workflow_id: str
    cause: enums.SignalExternalWorkflowExecutionFailedCause
    initiated_event_id: int
    decision_task_completed_event_id: int
    run_id: str | None = None
    control: str | None = None


class ExternalWorkflowExecutionSignaled(Event):
    """The signal was delivered to the other execution."""

    workflow_execution: WorkflowExecution
    initiated_event_id: int


class RequestCancelExternalWorkflowExecutionInitiated(Event):
    """A RequestCancelExternalWorkflowExecution decision was accepted; delivery follows."""

    workflow_id: str
    decision_task_completed_event_id: int
    run_id: str | None = None
    control: str | None = None


class RequestCancelExternalWorkflowExecutionFailed(Event):
    """The cancel request could not be delivered to the other execution."""

    workflow_id: str
    cause: enums.RequestCancelExternalWorkflowExecutionFailedCause
    initiated_event_id: int
    decision_task_completed_event_id: int
    run_id: str | None = None
    control: str | None = None


class ExternalWorkflowExecutionCancelRequested(Event):
    """The cancel request was delivered to the other execution."""

    workflow_execution: WorkflowExecution
    initiated_event_id: int


class LambdaFunctionScheduled(Event):
    """A ScheduleLambdaFunction decision was accepted."""

    id: str
    name: str
    decision_task_completed_event_id: int
    control: str | None = None
    input: str | None = None
    start_to_close_timeout: Seconds | None = None


class LambdaFunctionStarted(Event):
    """The service invoked the function."""

    scheduled_event_id: int


class LambdaFunctionCompleted(Event):
    """The function returned."""

    scheduled_event_id: int
    started_event_id: int
    result: str | None = None


class LambdaFunctionFailed(Event):
    """The function raised an exception; details is JSON text with the error."""

    scheduled_event_id: int
    started_event_id: int
    reason: str | None = None
    details: str | None = None


class LambdaFunctionTimedOut(Event):
    """The function exceeded its start-to-close timeout."""

    scheduled_event_id: int
    started_event_id: int
    timeout_type: enums.LambdaFunctionTimeoutType | None = None


class ScheduleLambdaFunctionFailed(Event):
    """A ScheduleLambdaFunction decision was not accepted."""

    id: str
    name: str
    cause: enums.ScheduleLambdaFunctionFailedCause
    decision_task_completed_event_id: int


class StartLambdaFunctionFailed(Event):
    """The function could not be invoked, usually because a role is missing."""

    scheduled_event_id: int | None = None
    cause: enums.StartLambdaFunctionFailedCause | None = None
    message: str | None = None


class UnknownEvent(Event):
    """An event of a type that this version does not know."""

    field_names = (*Event.field_names, "event_type", "attributes")

    def __new__(
        cls,
        *,
        event_id: int,
        event_timestamp: datetime,
        event_type: str = "",
        attributes: Mapping[str, Any] | None = None,
    ) -> UnknownEvent:
        """Make one by keyword."""
        raw = spell_event(event_id, event_timestamp, event_type, attributes or {})
        return view(cls, raw, attributes)

    @property
    def event_type(self) -> str:
        """The EventType as the service sent it."""
        return str(self._raw.get("eventType") or "")

    @property
    def attributes(self) -> Mapping[str, Any]:
        """The attributes of the event in the wire's names; empty if there were none."""
        return self._attributes


#: event type -> its class
EVENT_TYPES: dict[str, type[Event]] = {
    cls.__name__: cls for cls in Event.__subclasses__() if cls is not UnknownEvent
}

#: event type -> its class, and the member that holds its attributes
_KNOWN = {name: (cls, attributes_member(name)) for name, cls in EVENT_TYPES.items()}


def event_from_wire(raw: Mapping[str, Any]) -> Event:
    """Read one event from the mapping that boto3, or the JSON of the service, gives for it.

    Nothing that the service may send makes it raise: an unknown type becomes an
    :class:`UnknownEvent`, a missing member None, and an unreadable value stays as it is.

    :param raw: kept as ``event.raw``; the fields of the event are read from it on access.
    """
    try:
        cls, member = _KNOWN[raw["eventType"]]
    except (LookupError, TypeError):
        cls, member = UnknownEvent, attributes_member(str(raw.get("eventType") or ""))
    return view(cls, raw, raw.get(member))
