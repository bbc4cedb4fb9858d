"""What a decider can decide: one record for each of the 13 decision types.

A class is named as its DecisionType, its fields as the members of the service in snake_case.
A decision is checked when it is made: a value that the service would refuse is a ``ValueError``
that names the field, the value and the rule.

A field of None is not sent. Timeouts are whole seconds, a ``timedelta``, or ``math.inf`` (or
"NONE") for no limit; a timeout that is not sent has the default registered with the type. Free
text (``input``, ``control``, ``result``, ``details``) is at most 32,768 characters, a ``reason``
at most 256; ``control`` comes back in the history and is never shown to a worker.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from py_swf._to_wire import Duration, members
from py_swf.types import ActivityType, WorkflowType

__all__ = [
    "CancelTimer",
    "CancelWorkflowExecution",
    "CompleteWorkflowExecution",
    "ContinueAsNewWorkflowExecution",
    "Decision",
    "FailWorkflowExecution",
    "RecordMarker",
    "RequestCancelActivityTask",
    "RequestCancelExternalWorkflowExecution",
    "ScheduleActivityTask",
    "ScheduleLambdaFunction",
    "SignalExternalWorkflowExecution",
    "StartChildWorkflowExecution",
    "StartTimer",
    "decisions_to_wire",
]


def _activity_type(value: ActivityType | tuple[str, str] | Mapping[str, str]) -> ActivityType:
    return ActivityType.of(value)


def _workflow_type(value: WorkflowType | tuple[str, str] | Mapping[str, str]) -> WorkflowType:
    return WorkflowType.of(value)


def _tags(value: Iterable[str] | None) -> Iterable[str] | None:
    return value if isinstance(value, str) or not isinstance(value, Iterable) else tuple(value)


class Decision:
    """What all decisions share."""

    __slots__ = ("_checked",)

    @property
    def decision_type(self) -> str:
        """The DecisionType as the service spells it: the name of the class.

        A class that a user derives from one of these makes decisions of the same type.
        """
        return self._decision_class().__name__

    def _decision_class(self) -> type[Any]:
        ancestors = type(self).__mro__
        return ancestors[ancestors.index(Decision) - 1]

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_checked", self._to_wire())

    def to_wire(self) -> dict[str, Any]:
        """Return the decision as boto3 sends it.

        It was checked when the decision was made; the mapping is not to be changed.
        """
        checked: dict[str, Any] = getattr(self, "_checked", None) or self._to_wire()
        return checked

    def _to_wire(self) -> dict[str, Any]:
        name = self.decision_type
        values = {}
        for field in attrs.fields(self._decision_class()):
            values[field.name] = getattr(self, field.name)
            if values[field.name] is None and field.default is attrs.NOTHING:
                raise TypeError(f"{name}.{field.name} is None, but the service requires it")
        attributes = members(name, **values)
        return {
            "decisionType": name,
            f"{name[0].lower()}{name[1:]}DecisionAttributes": attributes,
        }


@attrs.frozen
class ScheduleActivityTask(Decision):
    """Schedule an activity task for an activity worker.

    Accepted as ActivityTaskScheduled, else ScheduleActivityTaskFailed with the cause.

    :param activity_type: a registered activity type; a tuple (name, version) will do.
    :param activity_id: unique among the open activity tasks of the execution; up to 256
        characters without ``:``, ``/``, ``|`` or control characters.
    :param input: what the worker receives.
    :param control: what the decider wants to remember.
    :param task_list: where workers poll; None leaves the type's default.
    :param schedule_to_start_timeout: longest wait for a worker, in seconds.
    :param schedule_to_close_timeout: longest time from scheduling to the end, in seconds.
    :param start_to_close_timeout: longest time from start to end, in seconds.
    :param heartbeat_timeout: longest silence between heartbeats, in seconds.
    :param task_priority: larger is handed out first; None leaves the type's default, else 0.
    """

    activity_type: ActivityType = attrs.field(converter=_activity_type)
    activity_id: str
    input: str | None = None
    control: str | None = None
    task_list: str | None = None
    schedule_to_start_timeout: Duration | None = None
    schedule_to_close_timeout: Duration | None = None
    start_to_close_timeout: Duration | None = None
    heartbeat_timeout: Duration | None = None
    task_priority: int | None = None


@attrs.frozen
class RequestCancelActivityTask(Decision):
    """Ask for an activity task to be canceled.

    A task that no worker has yet is canceled by the service; a running one learns it by the
    answer to its next heartbeat. Accepted as ActivityTaskCancelRequested, else
    RequestCancelActivityTaskFailed.

    :param activity_id: id of an open activity task of the execution.
    """

    activity_id: str


@attrs.frozen
class CompleteWorkflowExecution(Decision):
    """Close the execution with a result. Must be the last decision of its list.

    Accepted as WorkflowExecutionCompleted, else CompleteWorkflowExecutionFailed: with the cause
    UNHANDLED_DECISION when something happened that this decision task did not see.

    :param result: the result.
    """

    result: str | None = None


@attrs.frozen
class FailWorkflowExecution(Decision):
    """Close the execution as failed. Must be the last decision of its list.

    Accepted as WorkflowExecutionFailed, else FailWorkflowExecutionFailed.

    :param reason: a short cause, up to 256 characters.
    :param details: more about it.
    """

    reason: str | None = None
    details: str | None = None


@attrs.frozen
class CancelWorkflowExecution(Decision):
    """Close the execution as canceled. Must be the last decision of its list.

    Accepted as WorkflowExecutionCanceled, else CancelWorkflowExecutionFailed.

    :param details: what is to be known about it.
    """

    details: str | None = None


@attrs.frozen
class ContinueAsNewWorkflowExecution(Decision):
    """Close this run and start a new one with an empty history. Must be the last of its list.

    What is not given is taken from the defaults of the workflow type, not from this run.
    Accepted as WorkflowExecutionContinuedAsNew, else ContinueAsNewWorkflowExecutionFailed.

    :param input: what the new run receives.
    :param execution_start_to_close_timeout: longest life of the new run, in seconds, up to a
        year; it must end.
    :param task_list: where its deciders poll.
    :param task_priority: larger is handed out first.
    :param task_start_to_close_timeout: longest time for one decision task, in seconds.
    :param child_policy: what becomes of the children that are open when it closes: "TERMINATE",
        "REQUEST_CANCEL" or "ABANDON".
    :param tag_list: up to 5 tags of up to 256 characters.
    :param workflow_type_version: version of the workflow type; None keeps this run's.
    :param lambda_role: ARN of the role that invokes Lambda functions.
    """

    input: str | None = None
    execution_start_to_close_timeout: Duration | None = None
    task_list: str | None = None
    task_priority: int | None = None
    task_start_to_close_timeout: Duration | None = None
    child_policy: str | None = None
    tag_list: Iterable[str] | None = attrs.field(default=None, converter=_tags)
    workflow_type_version: str | None = None
    lambda_role: str | None = None


@attrs.frozen
class RecordMarker(Decision):
    """Write a note into the history. Accepted as MarkerRecorded; starts no decision task.

    :param marker_name: up to 256 characters; need not be unique.
    :param details: the note.
    """

    marker_name: str
    details: str | None = None


@attrs.frozen
class StartTimer(Decision):
    """Start a timer. Accepted as TimerStarted, and later TimerFired; else StartTimerFailed.

    :param timer_id: unique among the running timers of the execution; up to 256 characters
        without ``:``, ``/``, ``|`` or control characters.
    :param start_to_fire_timeout: how long it runs, in seconds; 0 fires at once, in a decision task
        of its own.
    :param control: what the decider wants to remember.
    """

    timer_id: str
    start_to_fire_timeout: Duration
    control: str | None = None


@attrs.frozen
class CancelTimer(Decision):
    """End a running timer. Accepted as TimerCanceled, else CancelTimerFailed.

    :param timer_id: id of a running timer of the execution.
    """

    timer_id: str


@attrs.frozen
class SignalExternalWorkflowExecution(Decision):
    """Send a signal to another execution of the domain.

    Accepted as SignalExternalWorkflowExecutionInitiated; then ExternalWorkflowExecutionSignaled
    or SignalExternalWorkflowExecutionFailed.

    :param workflow_id: the other execution.
    :param signal_name: name of the signal, up to 256 characters.
    :param run_id: one run of it; None is the run that is open at delivery.
    :param input: what the signal carries.
    :param control: what the decider wants to remember.
    """

    workflow_id: str
    signal_name: str
    run_id: str | None = None
    input: str | None = None
    control: str | None = None


@attrs.frozen
class RequestCancelExternalWorkflowExecution(Decision):
    """Ask another execution of the domain to cancel itself.

    Accepted as RequestCancelExternalWorkflowExecutionInitiated; then
    ExternalWorkflowExecutionCancelRequested or RequestCancelExternalWorkflowExecutionFailed.

    :param workflow_id: the other execution.
    :param run_id: one run of it; None is the run that is open at delivery.
    :param control: what the decider wants to remember.
    """

    workflow_id: str
    run_id: str | None = None
    control: str | None = None


@attrs.frozen
class StartChildWorkflowExecution(Decision):
    """Start an execution whose parent is this one.

    What is not given is taken from the defaults of the child's type; nothing is inherited from
    the parent. Accepted as StartChildWorkflowExecutionInitiated, then
    ChildWorkflowExecutionStarted; else StartChildWorkflowExecutionFailed.

    :param workflow_type: a registered workflow type; a tuple (name, version) will do.
    :param workflow_id: unique among the open executions of the domain; up to 256 characters
        without ``:``, ``/``, ``|`` or control characters.
    :param input: what the child receives.
    :param control: what the decider wants to remember.
    :param execution_start_to_close_timeout: longest life of the child, in seconds, up to a
        year; it must end.
    :param task_list: where its deciders poll.
    :param task_priority: larger is handed out first.
    :param task_start_to_close_timeout: longest time for one decision task, in seconds.
    :param child_policy: what becomes of the child's own children that are open when it closes:
        "TERMINATE", "REQUEST_CANCEL" or "ABANDON".
    :param tag_list: up to 5 tags of up to 256 characters.
    :param lambda_role: ARN of the role that invokes Lambda functions.
    """

    workflow_type: WorkflowType = attrs.field(converter=_workflow_type)
    workflow_id: str
    input: str | None = None
    control: str | None = None
    execution_start_to_close_timeout: Duration | None = None
    task_list: str | None = None
    task_priority: int | None = None
    task_start_to_close_timeout: Duration | None = None
    child_policy: str | None = None
    tag_list: Iterable[str] | None = attrs.field(default=None, converter=_tags)
    lambda_role: str | None = None


@attrs.frozen
class ScheduleLambdaFunction(Decision):
    """Have the service invoke a Lambda function.

    Accepted as LambdaFunctionScheduled; then LambdaFunctionStarted and its end, or
    StartLambdaFunctionFailed. Else ScheduleLambdaFunctionFailed.

    :param id: unique among the open Lambda tasks of the execution; up to 256 characters.
    :param name: name or ARN of the function, up to 64 characters.
    :param input: what the function receives, a JSON text.
    :param control: what the decider wants to remember.
    :param start_to_close_timeout: longest run, from 1 to 900 seconds; None is 900 by the service.
    """

    id: str
    name: str
    input: str | None = None
    control: str | None = None
    start_to_close_timeout: Duration | None = None


CLOSING = (
    CompleteWorkflowExecution,
    FailWorkflowExecution,
    CancelWorkflowExecution,
    ContinueAsNewWorkflowExecution,
)


def decisions_to_wire(decisions: Iterable[Decision]) -> list[dict[str, Any]]:
    """Return a list of decisions as boto3 sends it.

    :raises ValueError: when a closing decision is not the last, or there are two of them.
    :raises TypeError: when one is not a :class:`Decision`, or a decision is given for a list.
    """
    if not isinstance(decisions, Iterable):
        raise TypeError(f"decisions must be a list of decisions, not {decisions!r:.100}")
    decisions = list(decisions)
    for index, decision in enumerate(decisions):
        if not isinstance(decision, Decision):
            raise TypeError(f"decisions[{index}] is no Decision: {decision!r:.100}")
        if isinstance(decision, CLOSING) and index < len(decisions) - 1:
            raise ValueError(
                f"decisions[{index}] is {decision.decision_type}, which closes the execution; "
                f"it must be the last and the only one of its kind, but "
                f"{decisions[index + 1].decision_type} follows"
            )
    return [decision.to_wire() for decision in decisions]
