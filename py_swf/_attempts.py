"""Attempts at activities, timers, children and the like: each joins the events about one of them.

Attempts under the same id are joined here: each knows the earlier ones. Each class says which
events are about it, and which status each of them leads to, in the service's own words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeAlias, TypeVar

import attrs

from py_swf import enums
from py_swf import events as ev
from py_swf.types import ActivityType, WorkflowExecution, WorkflowType

__all__ = [
    "Activity",
    "ChildWorkflow",
    "ExternalCancel",
    "ExternalSignal",
    "Joined",
    "LambdaFunction",
    "Timer",
]

ActivityStatus: TypeAlias = Literal[
    "SCHEDULED", "STARTED", "COMPLETED", "FAILED", "TIMED_OUT", "CANCELED"
]
TimerStatus: TypeAlias = Literal["STARTED", "FIRED", "CANCELED"]
ChildStatus: TypeAlias = Literal[
    "INITIATED",
    "START_FAILED",
    "STARTED",
    "COMPLETED",
    "FAILED",
    "TIMED_OUT",
    "CANCELED",
    "TERMINATED",
]
LambdaStatus: TypeAlias = Literal[
    "SCHEDULED", "START_FAILED", "STARTED", "COMPLETED", "FAILED", "TIMED_OUT"
]
ExternalSignalStatus: TypeAlias = Literal["INITIATED", "SIGNALED", "FAILED"]
ExternalCancelStatus: TypeAlias = Literal["INITIATED", "CANCEL_REQUESTED", "FAILED"]

OpenedT = TypeVar("OpenedT", bound=ev.Event)
JoinedT = TypeVar("JoinedT", bound="Joined[Any]")


@attrs.define(eq=False)
class Joined(Generic[OpenedT]):
    """What the events about one thing say together."""

    #: the event that opened it: ...Scheduled, TimerStarted or ...Initiated
    opened: OpenedT
    #: the event that a worker, a child or a function started; None before, and for timers
    started: ev.Event | None = None
    #: the event that ended it; None while it is open
    closed: ev.Event | None = None
    #: which attempt under its id this is: 1 for the first
    attempt: int = 1
    #: all attempts under its id, in one list that later ones join
    _siblings: list[Any] = attrs.field(factory=list, alias="siblings")

    #: the field of the opening event that names it
    named_by: ClassVar[str]
    # for History alone, so not in the reference: the field by which later events name that event
    opened_by: ClassVar[str]
    # and the events about it, starting with the one that opens it -> the status after each
    statuses: ClassVar[dict[type[ev.Event], str]]

    def __repr__(self) -> str:
        name = getattr(self.opened, self.named_by)
        return f"<{type(self).__name__} {name!r}, attempt {self.attempt}: {self.status}>"

    @classmethod
    def following(cls: type[JoinedT], previous: JoinedT | None, opened: ev.Event) -> JoinedT:
        """Make what an event opened, after the one before under the same id."""
        siblings = [] if previous is None else previous._siblings
        joined = cls(opened, attempt=len(siblings) + 1, siblings=siblings)
        siblings.append(joined)
        return joined

    @property
    def status(self) -> str:
        """Its status, in the service's words."""
        return self.statuses[type(self.closed or self.started or self.opened)]

    @property
    def is_open(self) -> bool:
        """Whether it has not ended yet."""
        return self.closed is None

    @property
    def attempts(self: JoinedT) -> list[JoinedT]:
        """Every attempt under its id, the first one first and this one last."""
        return [*self._siblings[: self.attempt - 1], self]

    @property
    def previous(self: JoinedT) -> JoinedT | None:
        """The attempt before this one under the same id; None for the first.

        It has ended; only a child may still run, and then this one is START_FAILED.
        """
        before: JoinedT | None = self._siblings[self.attempt - 2] if self.attempt > 1 else None
        return before

    @property
    def input(self) -> str | None:
        """What it was given."""
        return _told(self.opened, "input")

    @property
    def control(self) -> str | None:
        """What the decider noted when it opened this."""
        return _told(self.opened, "control")

    @property
    def result(self) -> str | None:
        """What it returned; None until it has completed, and if it returned nothing."""
        return _told(self.closed, "result")

    @property
    def reason(self) -> str | None:
        """Why it failed, according to its worker or child."""
        return _told(self.closed, "reason")

    @property
    def details(self) -> str | None:
        """More about its end; for a timed-out activity, the last heartbeat's details."""
        return _told(self.closed, "details")

    @property
    def timeout_type(self) -> str | None:
        """Which of its timeouts it exceeded."""
        return _told(self.closed, "timeout_type")

    @property
    def cause(self) -> str | None:
        """Why the service could not start or deliver it."""
        return _told(self.closed, "cause")


def _told(event: ev.Event | None, name: str) -> str | None:
    value: str | None = getattr(event, name, None)
    return value


@attrs.define(eq=False, repr=False)
class Activity(Joined[ev.ActivityTaskScheduled]):
    """An activity task: one attempt under its activity id.

    Its status is SCHEDULED, STARTED, COMPLETED, FAILED, TIMED_OUT or CANCELED.
    """

    named_by = "activity_id"
    opened_by = "scheduled_event_id"
    statuses: ClassVar = {
        ev.ActivityTaskScheduled: "SCHEDULED",
        ev.ActivityTaskStarted: "STARTED",
        ev.ActivityTaskCompleted: "COMPLETED",
        ev.ActivityTaskFailed: "FAILED",
        ev.ActivityTaskTimedOut: "TIMED_OUT",
        ev.ActivityTaskCanceled: "CANCELED",
    }

    #: the event of the last accepted request to cancel it; None if there is none
    cancel_requested: ev.ActivityTaskCancelRequested | None = None

    if TYPE_CHECKING:  # the possible words

        @property
        def status(self) -> ActivityStatus: ...
        @property
        def timeout_type(self) -> enums.ActivityTaskTimeoutType | None: ...

    @property
    def activity_id(self) -> str:
        """The id that the decider gave it."""
        return self.opened.activity_id

    @property
    def activity_type(self) -> ActivityType:
        """Its type: name and version."""
        return self.opened.activity_type


@attrs.define(eq=False, repr=False)
class Timer(Joined[ev.TimerStarted]):
    """A timer: one under its timer id. Its status is STARTED, FIRED or CANCELED."""

    named_by = "timer_id"
    opened_by = "started_event_id"
    statuses: ClassVar = {
        ev.TimerStarted: "STARTED",
        ev.TimerFired: "FIRED",
        ev.TimerCanceled: "CANCELED",
    }

    if TYPE_CHECKING:  # the possible words

        @property
        def status(self) -> TimerStatus: ...

    @property
    def timer_id(self) -> str:
        """The id that the decider gave it."""
        return self.opened.timer_id


@attrs.define(eq=False, repr=False)
class ChildWorkflow(Joined[ev.StartChildWorkflowExecutionInitiated]):
    """A child execution: one under its workflow id.

    Its status is INITIATED, START_FAILED, STARTED, COMPLETED, FAILED, TIMED_OUT, CANCELED or
    TERMINATED.
    """

    named_by = "workflow_id"
    opened_by = "initiated_event_id"
    statuses: ClassVar = {
        ev.StartChildWorkflowExecutionInitiated: "INITIATED",
        ev.ChildWorkflowExecutionStarted: "STARTED",
        ev.StartChildWorkflowExecutionFailed: "START_FAILED",
        ev.ChildWorkflowExecutionCompleted: "COMPLETED",
        ev.ChildWorkflowExecutionFailed: "FAILED",
        ev.ChildWorkflowExecutionTimedOut: "TIMED_OUT",
        ev.ChildWorkflowExecutionCanceled: "CANCELED",
        ev.ChildWorkflowExecutionTerminated: "TERMINATED",
    }

    if TYPE_CHECKING:  # the possible words

        @property
        def status(self) -> ChildStatus: ...
        @property
        def timeout_type(self) -> enums.WorkflowExecutionTimeoutType | None: ...
        @property
        def cause(self) -> enums.StartChildWorkflowExecutionFailedCause | None: ...

    @property
    def workflow_id(self) -> str:
        """The workflow id that the decider gave it."""
        return self.opened.workflow_id

    @property
    def workflow_type(self) -> WorkflowType:
        """Its type: name and version."""
        return self.opened.workflow_type

    @property
    def workflow_execution(self) -> WorkflowExecution | None:
        """The run, the last one if it continued as new; None before it started."""
        run: WorkflowExecution | None = None
        for event in (self.closed, self.started):
            run = run or getattr(event, "workflow_execution", None)
        return run


@attrs.define(eq=False, repr=False)
class LambdaFunction(Joined[ev.LambdaFunctionScheduled]):
    """A Lambda task: one under its id.

    Its status is SCHEDULED, START_FAILED, STARTED, COMPLETED, FAILED or TIMED_OUT.
    """

    named_by = "id"
    opened_by = "scheduled_event_id"
    statuses: ClassVar = {
        ev.LambdaFunctionScheduled: "SCHEDULED",
        ev.LambdaFunctionStarted: "STARTED",
        ev.StartLambdaFunctionFailed: "START_FAILED",
        ev.LambdaFunctionCompleted: "COMPLETED",
        ev.LambdaFunctionFailed: "FAILED",
        ev.LambdaFunctionTimedOut: "TIMED_OUT",
    }

    if TYPE_CHECKING:  # the possible words

        @property
        def status(self) -> LambdaStatus: ...
        @property
        def timeout_type(self) -> enums.LambdaFunctionTimeoutType | None: ...
        @property
        def cause(self) -> enums.StartLambdaFunctionFailedCause | None: ...

    @property
    def id(self) -> str:
        """The id that the decider gave it."""
        return self.opened.id

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.opened.name


@attrs.define(eq=False, repr=False)
class ExternalSignal(Joined[ev.SignalExternalWorkflowExecutionInitiated]):
    """A signal sent to another execution. Its status is INITIATED, SIGNALED or FAILED."""

    named_by = "workflow_id"
    opened_by = "initiated_event_id"
    statuses: ClassVar = {
        ev.SignalExternalWorkflowExecutionInitiated: "INITIATED",
        ev.ExternalWorkflowExecutionSignaled: "SIGNALED",
        ev.SignalExternalWorkflowExecutionFailed: "FAILED",
    }

    if TYPE_CHECKING:  # the possible words

        @property
        def status(self) -> ExternalSignalStatus: ...
        @property
        def cause(self) -> enums.SignalExternalWorkflowExecutionFailedCause | None: ...

    @property
    def workflow_id(self) -> str:
        """The execution that it was sent to."""
        return self.opened.workflow_id

    @property
    def signal_name(self) -> str:
        """The name of the signal."""
        return self.opened.signal_name


@attrs.define(eq=False, repr=False)
class ExternalCancel(Joined[ev.RequestCancelExternalWorkflowExecutionInitiated]):
    """A cancel request sent to another execution.

    Its status is INITIATED, CANCEL_REQUESTED or FAILED.
    """

    named_by = "workflow_id"
    opened_by = "initiated_event_id"
    statuses: ClassVar = {
        ev.RequestCancelExternalWorkflowExecutionInitiated: "INITIATED",
        ev.ExternalWorkflowExecutionCancelRequested: "CANCEL_REQUESTED",
        ev.RequestCancelExternalWorkflowExecutionFailed: "FAILED",
    }

    if TYPE_CHECKING:  # the possible words

        @property
        def status(self) -> ExternalCancelStatus: ...
        @property
        def cause(self) -> enums.RequestCancelExternalWorkflowExecutionFailedCause | None: ...

    @property
    def workflow_id(self) -> str:
        """The execution that it was sent to."""
        return self.opened.workflow_id
