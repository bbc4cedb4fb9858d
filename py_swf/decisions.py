"""What a decider can decide: one record for each of the 13 decision types, and a whole answer.

A class is named after its DecisionType, its fields after the service's members, in snake_case.
A decision is checked when it is made: a value that the service would refuse is a ``ValueError``
that names the field, the value and the rule.

Each class says which event records that the decision was taken, and which one that it was not, with
the cause: ``StartTimer.taken_event`` is TimerStarted, ``StartTimer.failed_event`` StartTimerFailed.
A history lists the latter as ``history.failed_decisions``.

A field of None is not sent. Timeouts are whole seconds, a ``timedelta``, or ``math.inf`` (or
"NONE") for no limit; a timeout that is not sent gets the default registered with the type. Free
text (``input``, ``control``, ``result``, ``details``) is at most 32,768 characters, a ``reason``
at most 256; ``control`` comes back in the history and is never shown to a worker.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import attrs

from py_swf import events as ev
from py_swf._to_wire import Duration, members
from py_swf.enums import ChildPolicy
from py_swf.types import ActivityType, WorkflowType

__all__ = [
    "Answer",
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


def _shown(value: Any) -> str:
    shown = repr(tuple(value) if isinstance(value, (ActivityType, WorkflowType)) else value)
    return shown if len(shown) <= 40 else f"{shown[:37]}..."


class Decision:
    """What all decisions share. A subclass of one of the 13 keeps its decision type."""

    __slots__ = ()

    #: the DecisionType as the service spells it
    decision_type: ClassVar[str]
    #: class of the event that records that the decision was taken
    taken_event: ClassVar[type[ev.Event]]
    #: class of the event that records that it was not taken, with the cause
    failed_event: ClassVar[type[ev.Event]]

    def __attrs_post_init__(self) -> None:
        self.to_wire()

    def __str__(self) -> str:
        """Put the decision into one line: its type, and the fields that are set."""
        fields = ((field, getattr(self, field)) for field, _ in _FIELDS[self.decision_type])
        given = [f"{field}={_shown(value)}" for field, value in fields if value is not None]
        return f"{self.decision_type}({', '.join(given)})"

    def to_wire(self) -> dict[str, Any]:
        """Return the decision as boto3 sends it, in a new mapping each time."""
        name = self.decision_type
        attributes = {}
        for field, required in _FIELDS[name]:
            attributes[field] = getattr(self, field)
            if required and attributes[field] is None:
                raise TypeError(f"{name}.{field} is None, but the service requires it")
        return {
            "decisionType": name,
            f"{name[0].lower()}{name[1:]}DecisionAttributes": members(name, **attributes),
        }


@attrs.frozen
class ScheduleActivityTask(Decision):
    """Schedule an activity task for an activity worker.

    Accepted as ActivityTaskScheduled, else ScheduleActivityTaskFailed with the cause.

    :param activity_type: a registered activity type, or a tuple (name, version).
    :param activity_id: unique among the open activity tasks of the execution; up to 256
        characters without ``:``, ``/``, ``|`` or control characters.
    :param input: what the worker receives.
    :param control: what the decider wants to remember.
    :param task_list: where workers poll; None for the type's default.
    :param schedule_to_start_timeout: longest wait for a worker, in seconds.
    :param schedule_to_close_timeout: longest time from scheduling to the end, in seconds.
    :param start_to_close_timeout: longest time from start to end, in seconds.
    :param heartbeat_timeout: longest silence between heartbeats, in seconds.
    :param task_priority: larger numbers are handed out first; None for the type's default, or
        else 0.
    """

    decision_type = "ScheduleActivityTask"
    taken_event = ev.ActivityTaskScheduled
    failed_event = ev.ScheduleActivityTaskFailed

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

    If no worker has the task yet, the service cancels it; the worker of a running task learns of
    it from the answer to its next heartbeat. Accepted as ActivityTaskCancelRequested, else
    RequestCancelActivityTaskFailed.

    :param activity_id: id of an open activity task of the execution.
    """

    decision_type = "RequestCancelActivityTask"
    taken_event = ev.ActivityTaskCancelRequested
    failed_event = ev.RequestCancelActivityTaskFailed

    activity_id: str


@attrs.frozen
class CompleteWorkflowExecution(Decision):
    """Close the execution with a result. Must be the last decision of its list.

    Accepted as WorkflowExecutionCompleted, else CompleteWorkflowExecutionFailed: with the cause
    UNHANDLED_DECISION when something happened that this decision task did not see.

    :param result: the result.
    """

    decision_type = "CompleteWorkflowExecution"
    taken_event = ev.WorkflowExecutionCompleted
    failed_event = ev.CompleteWorkflowExecutionFailed

    result: str | None = None


@attrs.frozen
class FailWorkflowExecution(Decision):
    """Close the execution as failed. Must be the last decision of its list.

    Accepted as WorkflowExecutionFailed, else FailWorkflowExecutionFailed.

    :param reason: a short cause, up to 256 characters.
    :param details: more about it.
    """

    decision_type = "FailWorkflowExecution"
    taken_event = ev.WorkflowExecutionFailed
    failed_event = ev.FailWorkflowExecutionFailed

    reason: str | None = None
    details: str | None = None


@attrs.frozen
class CancelWorkflowExecution(Decision):
    """Close the execution as canceled. Must be the last decision of its list.

    Accepted as WorkflowExecutionCanceled, else CancelWorkflowExecutionFailed.

    :param details: more about it.
    """

    decision_type = "CancelWorkflowExecution"
    taken_event = ev.WorkflowExecutionCanceled
    failed_event = ev.CancelWorkflowExecutionFailed

    details: str | None = None


@attrs.frozen
class ContinueAsNewWorkflowExecution(Decision):
    """Close this run and start a new one with an empty history. Must be the last of its list.

    Settings that are not given get the defaults of the workflow type, not those of this run.
    Accepted as WorkflowExecutionContinuedAsNew, else ContinueAsNewWorkflowExecutionFailed.

    :param input: what the new run receives.
    :param execution_start_to_close_timeout: longest life of the new run, in seconds, up to a
        year; it cannot be unlimited.
    :param task_list: where its deciders poll.
    :param task_priority: larger numbers are handed out first.
    :param task_start_to_close_timeout: longest time for one decision task, in seconds.
    :param child_policy: what happens to the children that are open when it closes: "TERMINATE",
        "REQUEST_CANCEL" or "ABANDON".
    :param tag_list: up to 5 tags of up to 256 characters.
    :param workflow_type_version: version of the workflow type; None keeps this run's.
    :param lambda_role: ARN of the role that invokes Lambda functions.
    """

    decision_type = "ContinueAsNewWorkflowExecution"
    taken_event = ev.WorkflowExecutionContinuedAsNew
    failed_event = ev.ContinueAsNewWorkflowExecutionFailed

    input: str | None = None
    execution_start_to_close_timeout: Duration | None = None
    task_list: str | None = None
    task_priority: int | None = None
    task_start_to_close_timeout: Duration | None = None
    child_policy: ChildPolicy | None = None
    tag_list: Iterable[str] | None = attrs.field(default=None, converter=_tags)
    workflow_type_version: str | None = None
    lambda_role: str | None = None


@attrs.frozen
class RecordMarker(Decision):
    """Write a note into the history. Accepted as MarkerRecorded; starts no decision task.

    :param marker_name: up to 256 characters; need not be unique.
    :param details: the note.
    """

    decision_type = "RecordMarker"
    taken_event = ev.MarkerRecorded
    failed_event = ev.RecordMarkerFailed

    marker_name: str
    details: str | None = None


@attrs.frozen
class StartTimer(Decision):
    """Start a timer. Accepted as TimerStarted, and later TimerFired; else StartTimerFailed.

    :param timer_id: unique among the running timers of the execution; up to 256 characters
        without ``:``, ``/``, ``|`` or control characters.
    :param start_to_fire_timeout: how long it runs, in seconds; 0 fires at once, in a separate
        decision task.
    :param control: what the decider wants to remember.
    """

    decision_type = "StartTimer"
    taken_event = ev.TimerStarted
    failed_event = ev.StartTimerFailed

    timer_id: str
    start_to_fire_timeout: Duration
    control: str | None = None


@attrs.frozen
class CancelTimer(Decision):
    """End a running timer. Accepted as TimerCanceled, else CancelTimerFailed.

    :param timer_id: id of a running timer of the execution.
    """

    decision_type = "CancelTimer"
    taken_event = ev.TimerCanceled
    failed_event = ev.CancelTimerFailed

    timer_id: str


@attrs.frozen
class SignalExternalWorkflowExecution(Decision):
    """Send a signal to another execution of the domain.

    Accepted as SignalExternalWorkflowExecutionInitiated; then ExternalWorkflowExecutionSignaled
    or SignalExternalWorkflowExecutionFailed.

    :param workflow_id: the other execution.
    :param signal_name: name of the signal, up to 256 characters.
    :param run_id: one run of it; None for the run that is open at delivery.
    :param input: what the signal carries.
    :param control: what the decider wants to remember.
    """

    decision_type = "SignalExternalWorkflowExecution"
    taken_event = ev.SignalExternalWorkflowExecutionInitiated
    failed_event = ev.SignalExternalWorkflowExecutionFailed

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
    :param run_id: one run of it; None for the run that is open at delivery.
    :param control: what the decider wants to remember.
    """

    decision_type = "RequestCancelExternalWorkflowExecution"
    taken_event = ev.RequestCancelExternalWorkflowExecutionInitiated
    failed_event = ev.RequestCancelExternalWorkflowExecutionFailed

    workflow_id: str
    run_id: str | None = None
    control: str | None = None


@attrs.frozen
class StartChildWorkflowExecution(Decision):
    """Start an execution whose parent is this one.

    Settings that are not given get the defaults of the child's type; nothing is inherited from
    the parent. Accepted as StartChildWorkflowExecutionInitiated, then
    ChildWorkflowExecutionStarted; else StartChildWorkflowExecutionFailed.

    :param workflow_type: a registered workflow type, or a tuple (name, version).
    :param workflow_id: unique among the open executions of the domain; up to 256 characters
        without ``|`` or control characters. ``:`` and ``/`` are accepted, although the service's
        documentation forbids them: AWS's own Flow Framework sends such ids.
    :param input: what the child receives.
    :param control: what the decider wants to remember.
    :param execution_start_to_close_timeout: longest life of the child, in seconds, up to a
        year; it cannot be unlimited.
    :param task_list: where its deciders poll.
    :param task_priority: larger numbers are handed out first.
    :param task_start_to_close_timeout: longest time for one decision task, in seconds.
    :param child_policy: what happens to the child's own children that are open when it closes:
        "TERMINATE", "REQUEST_CANCEL" or "ABANDON".
    :param tag_list: up to 5 tags of up to 256 characters.
    :param lambda_role: ARN of the role that invokes Lambda functions.
    """

    decision_type = "StartChildWorkflowExecution"
    taken_event = ev.StartChildWorkflowExecutionInitiated
    failed_event = ev.StartChildWorkflowExecutionFailed

    workflow_type: WorkflowType = attrs.field(converter=_workflow_type)
    workflow_id: str
    input: str | None = None
    control: str | None = None
    execution_start_to_close_timeout: Duration | None = None
    task_list: str | None = None
    task_priority: int | None = None
    task_start_to_close_timeout: Duration | None = None
    child_policy: ChildPolicy | None = None
    tag_list: Iterable[str] | None = attrs.field(default=None, converter=_tags)
    lambda_role: str | None = None


@attrs.frozen
class ScheduleLambdaFunction(Decision):
    """Have the service invoke a Lambda function.

    Accepted as LambdaFunctionScheduled; then LambdaFunctionStarted and its end, or
    StartLambdaFunctionFailed. Else ScheduleLambdaFunctionFailed.

    :param id: unique among the open Lambda tasks of the execution; up to 256 characters.
    :param name: name or ARN of the function, up to 64 characters.
    :param input: what the function receives, as JSON text.
    :param control: what the decider wants to remember.
    :param start_to_close_timeout: longest run, from 1 to 900 seconds; None for the service's 900.
    """

    decision_type = "ScheduleLambdaFunction"
    taken_event = ev.LambdaFunctionScheduled
    failed_event = ev.ScheduleLambdaFunctionFailed

    id: str
    name: str
    input: str | None = None
    control: str | None = None
    start_to_close_timeout: Duration | None = None


#: the 13, in the order of the service's own list
DECISIONS: tuple[type[Decision], ...] = (
    ScheduleActivityTask,
    RequestCancelActivityTask,
    CompleteWorkflowExecution,
    FailWorkflowExecution,
    CancelWorkflowExecution,
    ContinueAsNewWorkflowExecution,
    RecordMarker,
    StartTimer,
    CancelTimer,
    SignalExternalWorkflowExecution,
    RequestCancelExternalWorkflowExecution,
    StartChildWorkflowExecution,
    ScheduleLambdaFunction,
)

#: decision type -> its fields, each with whether the service requires it
_FIELDS = {
    cls.decision_type: [
        (field.name, field.default is attrs.NOTHING)
        for field in attrs.fields(cls)  # type: ignore[arg-type]  # all are attrs classes
    ]
    for cls in DECISIONS
}

CLOSING = (
    CompleteWorkflowExecution,
    FailWorkflowExecution,
    CancelWorkflowExecution,
    ContinueAsNewWorkflowExecution,
)


def _in_order(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Return decisions, after checking that they are decisions, in a valid order."""
    if not isinstance(decisions, Iterable):
        raise TypeError(f"decisions must be a list of decisions, not {decisions!r:.100}")
    decisions = tuple(decisions)
    for index, decision in enumerate(decisions):
        if not isinstance(decision, Decision):
            raise TypeError(f"decisions[{index}] is not a Decision: {decision!r:.100}")
        if isinstance(decision, CLOSING) and index < len(decisions) - 1:
            raise ValueError(
                f"decisions[{index}] is {decision.decision_type}, which closes the execution; "
                f"it must be the last and the only one of its kind, but "
                f"{decisions[index + 1].decision_type} follows"
            )
    return decisions


@attrs.frozen
class Answer:
    """An answer to a decision task that holds more than decisions; checked when it is made.

    :param decisions: any number of them, applied in their order; one that closes the execution must
        be the last.
    :param execution_context: a text of up to 32,768 characters, shown when the execution is
        described; None leaves it unchanged.
    :param task_list: send the decision tasks of this execution to another list from now on; None
        for no change.
    :param task_list_schedule_to_start_timeout: seconds after which a decision task that nobody took
        from that list goes back to the first one; with None, never.
    :raises ValueError: when the service would refuse it.
    :raises TypeError: when something is not a decision.

    AWS operation: :swf:`RespondDecisionTaskCompleted`
    """

    decisions: tuple[Decision, ...] = attrs.field(default=(), converter=_in_order)
    execution_context: str | None = None
    task_list: str | None = None
    task_list_schedule_to_start_timeout: Duration | None = None

    def __attrs_post_init__(self) -> None:
        self._options()

    @classmethod
    def of(
        cls,
        answer: Answer | Iterable[Decision],
        execution_context: str | None = None,
        task_list: str | None = None,
        task_list_schedule_to_start_timeout: Duration | None = None,
    ) -> Answer:
        """Make an Answer of decisions, or of another Answer; the arguments override its values.

        :param answer: decisions, or an answer.
        :param execution_context: as for the class, like the next two.
        :param task_list: where the decision tasks of this execution go from now on.
        :param task_list_schedule_to_start_timeout: seconds after which such a task goes back to the
            first list.
        """
        given: dict[str, Any] = {
            "execution_context": execution_context,
            "task_list": task_list,
            "task_list_schedule_to_start_timeout": task_list_schedule_to_start_timeout,
        }
        given = {name: value for name, value in given.items() if value is not None}
        if not isinstance(answer, Answer):
            return cls(answer, **given)
        return attrs.evolve(answer, **given) if given else answer

    def to_wire(self) -> dict[str, Any]:
        """Return the members of the answer as boto3 sends them, without the task token."""
        decisions = [decision.to_wire() for decision in self.decisions]
        return {"decisions": decisions, **self._options()}

    def _options(self) -> dict[str, Any]:
        return members(
            "RespondDecisionTaskCompleted",
            execution_context=self.execution_context,
            task_list=self.task_list,
            task_list_schedule_to_start_timeout=self.task_list_schedule_to_start_timeout,
        )


def decisions_to_wire(decisions: Iterable[Decision]) -> list[dict[str, Any]]:
    """Return a list of decisions as boto3 sends it.

    :raises ValueError: when a closing decision is not the last, or there are two of them.
    :raises TypeError: when one is not a :class:`Decision`, or when a decision is given as a list.
    """
    return [decision.to_wire() for decision in _in_order(decisions)]
