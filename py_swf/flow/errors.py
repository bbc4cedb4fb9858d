"""The errors that a workflow can meet, and those that the engine finds in its code."""

from __future__ import annotations

from typing import Any

__all__ = [
    "ActivityCanceled",
    "ActivityFailed",
    "ActivityNotScheduled",
    "ActivityTimedOut",
    "CancelNotDelivered",
    "ChildCanceled",
    "ChildFailed",
    "ChildNotStarted",
    "ChildTerminated",
    "ChildTimedOut",
    "ContinueAsNewRefused",
    "DecisionRefused",
    "FailWorkflow",
    "Failure",
    "LambdaFailed",
    "LambdaNotStarted",
    "LambdaTimedOut",
    "MissingEvents",
    "NonDeterminismError",
    "NotForWorkflows",
    "NotInActivity",
    "NotInWorkflow",
    "NotTaken",
    "SignalNotDelivered",
    "WorkflowCanceled",
    "WorkflowFailed",
    "WorkflowNotCompleted",
    "WorkflowTerminated",
    "WorkflowTimedOut",
]


#: what a failure says about itself, in this order
_SAID = ("activity_id", "workflow_id", "id", "signal", "reason", "timeout_type", "cause")


class Failure(Exception):
    """Something that the workflow waited for did not succeed; the base class of such failures.

    :param fields: what is known about it: the attributes of its class, by name.
    """

    def __init__(self, **fields: Any) -> None:
        super().__init__()
        vars(self).update(fields)

    def __str__(self) -> str:
        """Say what failed and why: ``charge-1: ValueError: no money``.

        The reason of an execution begins with this. The details, usually a traceback, are left out.
        """
        values = (vars(self).get(name) for name in _SAID)
        return ": ".join(str(value) for value in values if value is not None)

    def __reduce__(self) -> Any:
        return _rebuilt, (type(self), self.__dict__.copy())


def _rebuilt(cls: type[Failure], fields: dict[str, Any]) -> Failure:
    error = cls.__new__(cls)
    error.__dict__.update(fields)
    return error


class ActivityFailed(Failure):
    """An activity failed: ActivityTaskFailed.

    :param activity_id: its id.
    :param activity: name of its type.
    :param reason: the reason from its worker; for an exception, its type and message.
    :param details: the details from its worker; for an exception, its traceback.
    """

    activity_id: str
    activity: str
    reason: str | None = None
    details: str | None = None


class ActivityTimedOut(Failure):
    """An activity timed out: ActivityTaskTimedOut.

    :param activity_id: its id.
    :param activity: name of its type.
    :param timeout_type: "SCHEDULE_TO_START", "SCHEDULE_TO_CLOSE", "START_TO_CLOSE", "HEARTBEAT".
    :param details: the details of its last heartbeat.
    """

    activity_id: str
    activity: str
    timeout_type: str
    details: str | None = None


class ActivityCanceled(Failure):
    """An activity ended as canceled although the workflow had not canceled it: its worker did.

    The event is ActivityTaskCanceled.

    :param activity_id: its id.
    :param activity: name of its type.
    :param details: what its worker gave as details.
    """

    activity_id: str
    activity: str
    details: str | None = None


class ActivityNotScheduled(Failure):
    """The service refused to schedule an activity: ScheduleActivityTaskFailed.

    :param activity_id: its id.
    :param activity: name of its type.
    :param cause: why, in the service's words.
    """

    activity_id: str
    activity: str
    cause: str


class ChildFailed(Failure):
    """A child execution failed: ChildWorkflowExecutionFailed.

    :param workflow_id: its workflow id.
    :param workflow: name of its type.
    :param reason: the reason that it gave.
    :param details: the details that it gave.
    """

    workflow_id: str
    workflow: str
    reason: str | None = None
    details: str | None = None


class ChildTimedOut(Failure):
    """A child execution timed out: ChildWorkflowExecutionTimedOut.

    :param workflow_id: its workflow id.
    :param workflow: name of its type.
    :param timeout_type: "START_TO_CLOSE".
    """

    workflow_id: str
    workflow: str
    timeout_type: str


class ChildCanceled(Failure):
    """A child execution ended as canceled: ChildWorkflowExecutionCanceled.

    :param workflow_id: its workflow id.
    :param workflow: name of its type.
    :param details: the details that it gave.
    """

    workflow_id: str
    workflow: str
    details: str | None = None


class ChildTerminated(Failure):
    """A child execution was terminated: ChildWorkflowExecutionTerminated.

    :param workflow_id: its workflow id.
    :param workflow: name of its type.
    """

    workflow_id: str
    workflow: str


class ChildNotStarted(Failure):
    """The service did not start a child execution: StartChildWorkflowExecutionFailed.

    :param workflow_id: the workflow id that it would have had.
    :param workflow: name of its type.
    :param cause: why, in the service's words.
    """

    workflow_id: str
    workflow: str
    cause: str


class LambdaFailed(Failure):
    """A Lambda function failed: LambdaFunctionFailed.

    :param id: id of the Lambda task.
    :param function: name of the function.
    :param reason: the reason, for example "UnhandledError".
    :param details: JSON text of the function's error.
    """

    id: str
    function: str
    reason: str | None = None
    details: str | None = None


class LambdaTimedOut(Failure):
    """A Lambda function took too long: LambdaFunctionTimedOut.

    :param id: id of the Lambda task.
    :param function: name of the function.
    :param timeout_type: "START_TO_CLOSE".
    """

    id: str
    function: str
    timeout_type: str | None = None


class LambdaNotStarted(Failure):
    """A Lambda function was not invoked: ScheduleLambdaFunctionFailed, StartLambdaFunctionFailed.

    :param id: id of the Lambda task.
    :param function: name of the function.
    :param cause: why, in the service's words.
    :param details: more about it.
    """

    id: str
    function: str
    cause: str | None = None
    details: str | None = None


class SignalNotDelivered(Failure):
    """A signal did not reach another execution: SignalExternalWorkflowExecutionFailed.

    :param workflow_id: the other execution.
    :param signal: name of the signal.
    :param cause: why, in the service's words.
    """

    workflow_id: str
    signal: str
    cause: str


class CancelNotDelivered(Failure):
    """A cancel request did not reach another execution: RequestCancelExternal...Failed.

    :param workflow_id: the other execution.
    :param cause: why, in the service's words.
    """

    workflow_id: str
    cause: str


class ContinueAsNewRefused(Failure):
    """The service refused to continue as new: ContinueAsNewWorkflowExecutionFailed.

    :param cause: why, in the service's words; not UNHANDLED_DECISION, after which
        ``continue_as_new`` returns.
    """

    cause: str


class FailWorkflow(Exception):
    """Raised by a workflow to fail its execution with its own reason and details.

    :param reason: a short cause, up to 256 characters.
    :param details: more about it, up to 32,768 characters.
    """

    def __init__(self, reason: str | None = None, details: str | None = None) -> None:
        super().__init__(reason, details)
        self.reason = reason
        self.details = details


class WorkflowNotCompleted(Exception):
    """An execution ended without a result; the base class of the ways in which it can."""


class WorkflowFailed(WorkflowNotCompleted):
    """An execution failed.

    :param reason: the reason of its end.
    :param details: the details of its end.
    """

    def __init__(self, reason: str | None = None, details: str | None = None) -> None:
        super().__init__(reason, details)
        self.reason = reason
        self.details = details


class WorkflowTimedOut(WorkflowNotCompleted):
    """An execution outlived its start-to-close timeout."""


class WorkflowCanceled(WorkflowNotCompleted):
    """An execution ended as canceled.

    :param details: the details of its end.
    """

    def __init__(self, details: str | None = None) -> None:
        super().__init__(details)
        self.details = details


class WorkflowTerminated(WorkflowNotCompleted):
    """An execution was terminated.

    :param reason: the reason that was given.
    :param details: the details that were given.
    :param cause: "OPERATOR_INITIATED", "CHILD_POLICY_APPLIED", "EVENT_LIMIT_EXCEEDED".
    """

    def __init__(
        self, reason: str | None = None, details: str | None = None, cause: str | None = None
    ) -> None:
        super().__init__(reason, details, cause)
        self.reason = reason
        self.details = details
        self.cause = cause


class NotInWorkflow(RuntimeError):
    """A function for workflow code was called outside of a workflow."""


class NotInActivity(RuntimeError):
    """A function for the code of activities was called outside of an activity."""


class NotForWorkflows(RuntimeError):
    """Workflow code asked for what cannot be replayed: a socket, a thread, a process, a signal."""


class NonDeterminismError(Exception):
    """The code does not do what the history says it did.

    :param message: what differs, in words.
    :param event_id: the event at which they differ; None if the history has no such event.
    :param event_type: type of that event.
    :param command: what the code asked for, its decision type and id.
    :param field: what differs in it.
    :param in_history: its value in the history.
    :param in_code: its value in the code.
    """

    def __init__(
        self,
        message: str,
        *,
        event_id: int | None = None,
        event_type: str | None = None,
        command: str | None = None,
        field: str | None = None,
        in_history: object = None,
        in_code: object = None,
    ) -> None:
        super().__init__(message)
        self.event_id = event_id
        self.event_type = event_type
        self.command = command
        self.field = field
        self.in_history = in_history
        self.in_code = in_code


class DecisionRefused(Exception):
    """The service refused a decision that the code does not wait for, so no await could raise it.

    :param decision_type: type of the decision.
    :param id: its id.
    :param cause: why, in the service's words.
    """

    def __init__(self, decision_type: str, id: str, cause: str) -> None:
        super().__init__(f"the service refused {decision_type} {id}: {cause}")
        self.decision_type = decision_type
        self.id = id
        self.cause = cause


class MissingEvents(ValueError):
    """Events are missing between what a run has and what it is given."""


class NotTaken(Exception):
    """The last decisions of a run are not those in its history: the run must be built again."""
