"""What workflow code asks of the service: one command for each decision that it may become.

A command is known by its decision type and its id, which is how the events that echo it are
recognized. It tells what differs between the two, and what its end means to who waits for it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import attrs

from py_swf import decisions as de
from py_swf import events as ev
from py_swf.flow import errors
from py_swf.flow.trace_context import without_traceparent
from py_swf.types import ActivityType, WorkflowType

__all__ = [
    "CancelActivity",
    "CancelChild",
    "CancelTimer",
    "Close",
    "Command",
    "ContinueAsNew",
    "InvokeLambda",
    "Mark",
    "RequestCancel",
    "RunTimer",
    "ScheduleActivity",
    "SendSignal",
    "StartChild",
]

#: where a command is: with us, refused without the code knowing it yet, with the service, over
ASKED, REFUSED, OPEN, ENDED = range(4)


@attrs.define(eq=False)
class Command:
    """One thing that the code asks for."""

    decision_type: ClassVar[type[de.Decision]]
    #: whether nobody would miss it if the execution closed before it was sent
    droppable: ClassVar[bool] = False
    #: field of the event -> attribute here: a difference is another command
    identity: ClassVar[tuple[tuple[str, str], ...]] = ()
    #: field of the event -> attribute here: a difference is another content
    content: ClassVar[tuple[tuple[str, str], ...]] = ()

    #: unique among those of its decision type
    id: str
    state: int = attrs.field(default=ASKED, init=False)
    number: int = attrs.field(default=0, init=False)
    #: how often the service refused it
    refusals: int = attrs.field(default=0, init=False)
    #: whether its end is among the events that are being told
    gone: bool = attrs.field(default=False, init=False)

    def __str__(self) -> str:
        return f"{self.decision_type.__name__} {self.id}"

    def decision(self) -> de.Decision:
        """Return the decision for it."""
        raise NotImplementedError

    def agrees(self, event: Any) -> bool:
        """Tell at a glance whether an event is its echo; where not, the differences count."""
        return False

    def differences(self, event: Any) -> Iterator[tuple[str, Any, Any, bool]]:
        """Yield field, value in the history, value here, and whether it is another command."""
        for field, attribute in self.identity:
            there, here = getattr(event, field), getattr(self, attribute)
            if there != here:
                yield field, there, here, True
        for field, attribute in self.content:
            there, here = getattr(event, field), getattr(self, attribute)
            if there != here and not self.same(field, there, here):
                yield field, there, here, False

    def same(self, field: str, there: Any, here: Any) -> bool:
        """Tell whether two unequal values of a field mean the same."""
        return _same_json(there, here)

    def close(self, event: Any) -> None:
        """Take in the event of its end, or of its beginning."""

    def refuse(self, cause: str) -> None:
        """Tell who waits for it that it was refused for good."""
        raise errors.DecisionRefused(self.decision_type.__name__, self.id, cause)


def _same_json(there: Any, here: Any) -> bool:
    try:
        return bool(json.loads(there) == json.loads(here))
    except (TypeError, ValueError):
        return False


@attrs.define(eq=False)
class Awaited(Command):
    """A command whose end somebody waits for."""

    future: asyncio.Future[Any]

    def succeed(self, value: Any) -> None:
        """Give a value to who waits, if anybody still does."""
        if not self.future.done():
            self.future.set_result(value)

    def fail(self, error: Exception) -> None:
        """Raise an error where somebody waits, if anybody still does."""
        if not self.future.done():
            self.future.set_exception(error)


@attrs.define(eq=False)
class ScheduleActivity(Awaited):
    """An activity task."""

    decision_type = de.ScheduleActivityTask
    droppable = True
    identity = (("activity_type", "type"),)
    content = (("input", "input"),)

    type: ActivityType
    input: str | None
    settings: dict[str, Any]
    codec: Any

    def agrees(self, event: Any) -> bool:
        """Tell at a glance whether an event is its echo; where not, the differences count."""
        attributes = event.raw["activityTaskScheduledEventAttributes"]
        kind = attributes["activityType"]
        return bool(
            attributes.get("input") == self.input
            and kind["name"] == self.type.name
            and kind["version"] == self.type.version
        )

    def decision(self) -> de.ScheduleActivityTask:
        """Return the decision for it."""
        return de.ScheduleActivityTask(self.type, self.id, input=self.input, **self.settings)

    def same(self, field: str, there: Any, here: Any) -> bool:
        """Tell whether two inputs mean the same, whatever trace they carry: their codec says."""
        there = without_traceparent(there)
        return bool(there == here) or _same_text(self.codec, there, here)

    def close(self, event: Any) -> None:
        """Give its result, or raise its failure."""
        kind = type(event)
        if kind is ev.ActivityTaskCompleted:
            self.succeed(event.result)
            return
        told = {"activity_id": self.id, "activity": self.type.name, "details": event.details}
        if kind is ev.ActivityTaskFailed:
            self.fail(errors.ActivityFailed(reason=event.reason, **told))
        elif kind is ev.ActivityTaskTimedOut:
            self.fail(errors.ActivityTimedOut(timeout_type=event.timeout_type, **told))
        else:
            self.fail(errors.ActivityCanceled(**told))

    def refuse(self, cause: str) -> None:
        """Raise that it was not scheduled."""
        self.fail(
            errors.ActivityNotScheduled(activity_id=self.id, activity=self.type.name, cause=cause)
        )


def _same_text(codec: Any, there: Any, here: Any) -> bool:
    if there is None or here is None:
        return False
    try:
        return bool(codec.decode(there, Any) == codec.decode(here, Any))
    except Exception:
        return False


class CancelActivity(Command):
    """A request to cancel an activity task."""

    __slots__ = ()

    decision_type = de.RequestCancelActivityTask
    droppable = True

    def decision(self) -> de.RequestCancelActivityTask:
        """Return the decision for it."""
        return de.RequestCancelActivityTask(self.id)

    def refuse(self, cause: str) -> None:
        """Do nothing: the activity had ended."""


@attrs.define(eq=False)
class RunTimer(Command):
    """A timer."""

    decision_type = de.StartTimer
    droppable = True
    content = (("start_to_fire_timeout", "seconds"),)

    seconds: int
    #: called when it has fired
    fired: Callable[[], None]
    #: called to end it early
    on_cancel: Callable[[RunTimer], None]

    def decision(self) -> de.StartTimer:
        """Return the decision for it."""
        return de.StartTimer(self.id, self.seconds)

    def cancel(self) -> None:
        """End it early."""
        self.on_cancel(self)

    def close(self, event: Any) -> None:
        """Call what waits for it."""
        self.fired()


class CancelTimer(Command):
    """The end of a timer."""

    __slots__ = ()

    decision_type = de.CancelTimer
    droppable = True

    def decision(self) -> de.CancelTimer:
        """Return the decision for it."""
        return de.CancelTimer(self.id)

    def refuse(self, cause: str) -> None:
        """Do nothing: the timer had fired."""


@attrs.define(eq=False)
class StartChild(Awaited):
    """A child execution; known by its ``control``, since its workflow id may hold a run id."""

    decision_type = de.StartChildWorkflowExecution
    identity = (("workflow_type", "type"),)
    content = (("input", "input"),)

    #: is given the child's run when it has started
    started: asyncio.Future[Any]
    type: WorkflowType
    workflow_id: str
    #: whether the code has given that id
    is_named: bool
    input: str | None
    settings: dict[str, Any]
    codec: Any

    def decision(self) -> de.StartChildWorkflowExecution:
        """Return the decision for it."""
        return de.StartChildWorkflowExecution(
            self.type, self.workflow_id, input=self.input, control=self.id, **self.settings
        )

    def differences(self, event: Any) -> Iterator[tuple[str, Any, Any, bool]]:
        """Yield what differs; a workflow id only where the code has given one."""
        yield from super().differences(event)
        if self.is_named and event.workflow_id != self.workflow_id:
            yield "workflow_id", event.workflow_id, self.workflow_id, True

    def same(self, field: str, there: Any, here: Any) -> bool:
        """Tell whether two texts mean the same: that is for their codec to say."""
        return _same_text(self.codec, there, here)

    def close(self, event: Any) -> None:
        """Give its run, its result, or raise its failure."""
        kind = type(event)
        if kind is ev.ChildWorkflowExecutionStarted:
            if not self.started.done():
                self.started.set_result(event.workflow_execution)
            return
        told = {"workflow_id": self.workflow_id, "workflow": self.type.name}
        if kind is ev.ChildWorkflowExecutionCompleted:
            self.succeed(event.result)
        elif kind is ev.ChildWorkflowExecutionFailed:
            self.fail(errors.ChildFailed(reason=event.reason, details=event.details, **told))
        elif kind is ev.ChildWorkflowExecutionTimedOut:
            self.fail(errors.ChildTimedOut(timeout_type=event.timeout_type, **told))
        elif kind is ev.ChildWorkflowExecutionCanceled:
            self.fail(errors.ChildCanceled(details=event.details, **told))
        else:
            self.fail(errors.ChildTerminated(**told))

    def refuse(self, cause: str) -> None:
        """Raise that it was not started, to who waits for its start and for its end."""
        error = errors.ChildNotStarted(
            workflow_id=self.workflow_id, workflow=self.type.name, cause=cause
        )
        if not self.started.done():
            self.started.set_exception(error)
            self.started.exception()  # whether anybody waits for it or not
        self.fail(error)


@attrs.define(eq=False)
class InvokeLambda(Awaited):
    """A Lambda task."""

    decision_type = de.ScheduleLambdaFunction
    droppable = True
    identity = (("name", "name"),)
    content = (("input", "input"),)

    name: str
    input: str | None
    timeout: Any
    codec: Any

    def decision(self) -> de.ScheduleLambdaFunction:
        """Return the decision for it."""
        return de.ScheduleLambdaFunction(
            self.id, self.name, input=self.input, start_to_close_timeout=self.timeout
        )

    def same(self, field: str, there: Any, here: Any) -> bool:
        """Tell whether two texts mean the same: that is for their codec to say."""
        return _same_text(self.codec, there, here)

    def close(self, event: Any) -> None:
        """Give its result, or raise its failure."""
        kind = type(event)
        told = {"id": self.id, "function": self.name}
        if kind is ev.LambdaFunctionCompleted:
            self.succeed(event.result)
        elif kind is ev.LambdaFunctionFailed:
            self.fail(errors.LambdaFailed(reason=event.reason, details=event.details, **told))
        elif kind is ev.LambdaFunctionTimedOut:
            self.fail(errors.LambdaTimedOut(timeout_type=event.timeout_type, **told))
        else:
            self.fail(errors.LambdaNotStarted(cause=event.cause, details=event.message, **told))

    def refuse(self, cause: str) -> None:
        """Raise that it was not started."""
        self.fail(errors.LambdaNotStarted(id=self.id, function=self.name, cause=cause))


@attrs.define(eq=False)
class SendSignal(Awaited):
    """A signal to another execution; known by its ``control``."""

    decision_type = de.SignalExternalWorkflowExecution
    identity = (("signal_name", "signal_name"),)
    content = (("workflow_id", "workflow_id"), ("input", "input"))

    workflow_id: str
    run_id: str | None
    signal_name: str
    input: str | None
    codec: Any

    def decision(self) -> de.SignalExternalWorkflowExecution:
        """Return the decision for it."""
        return de.SignalExternalWorkflowExecution(
            self.workflow_id, self.signal_name, self.run_id, self.input, control=self.id
        )

    def same(self, field: str, there: Any, here: Any) -> bool:
        """Tell whether two texts mean the same: that is for their codec to say."""
        return field == "input" and _same_text(self.codec, there, here)

    def close(self, event: Any) -> None:
        """Tell that it was delivered."""
        self.succeed(None)

    def refuse(self, cause: str) -> None:
        """Raise that it was not delivered."""
        self.fail(
            errors.SignalNotDelivered(
                workflow_id=self.workflow_id, signal=self.signal_name, cause=cause
            )
        )


@attrs.define(eq=False)
class RequestCancel(Awaited):
    """A cancel request to another execution; known by its ``control``."""

    decision_type = de.RequestCancelExternalWorkflowExecution
    content: ClassVar[tuple[tuple[str, str], ...]] = (("workflow_id", "workflow_id"),)

    workflow_id: str
    run_id: str | None

    def decision(self) -> de.RequestCancelExternalWorkflowExecution:
        """Return the decision for it."""
        return de.RequestCancelExternalWorkflowExecution(
            self.workflow_id, self.run_id, control=self.id
        )

    def close(self, event: Any) -> None:
        """Tell that it was delivered."""
        self.succeed(None)

    def refuse(self, cause: str) -> None:
        """Raise that it was not delivered."""
        self.fail(errors.CancelNotDelivered(workflow_id=self.workflow_id, cause=cause))


class CancelChild(RequestCancel):
    """A cancel request to a child that nobody waits for any more."""

    __slots__ = ()

    # its workflow id may hold a run id, which a saved history lacks
    content: ClassVar[tuple[tuple[str, str], ...]] = ()

    def refuse(self, cause: str) -> None:
        """Do nothing: the child had ended."""


@attrs.define(eq=False)
class Mark(Command):
    """A marker."""

    decision_type = de.RecordMarker

    name: str
    details: str | None
    #: whether the code has used what is in it: then it must be in the very next answer
    is_value: bool = attrs.field(kw_only=True)

    @property
    # An attribute of the other commands; computed here.
    def content(self) -> tuple[tuple[str, str], ...]:  # type: ignore[override]
        """The details, unless they are a value: then those of the history are the value."""
        return () if self.is_value else (("details", "details"),)

    def decision(self) -> de.RecordMarker:
        """Return the decision for it."""
        return de.RecordMarker(self.name, self.details)


class Close(Command):
    """The end of the execution.

    :param decision: the decision.
    :param content: field of the event -> what it has to be.
    """

    __slots__ = ("_content", "_decision", "decision_type")

    def __init__(self, decision: de.Decision, content: dict[str, Any] | None = None) -> None:
        super().__init__("")
        # The same for all commands of a class, but not for this one.
        self.decision_type = type(decision)  # type: ignore[misc]
        self._decision = decision
        self._content = content or {}

    def __str__(self) -> str:
        return self.decision_type.__name__

    def decision(self) -> de.Decision:
        """Return the decision for it."""
        return self._decision

    def differences(self, event: Any) -> Iterator[tuple[str, Any, Any, bool]]:
        """Yield what differs in the result or the reason."""
        for field, here in self._content.items():
            there = getattr(event, field)
            if there != here and not _same_json(there, here):
                yield field, there, here, False


class ContinueAsNew(Awaited):
    """The end of this run, and the beginning of the next."""

    __slots__ = ("codec", "input", "settings")

    decision_type = de.ContinueAsNewWorkflowExecution
    content = (("input", "input"),)

    def __init__(
        self, future: asyncio.Future[Any], input: str | None, settings: dict[str, Any], codec: Any
    ) -> None:
        super().__init__("", future)
        self.input = input
        self.settings = settings
        self.codec = codec

    def __str__(self) -> str:
        return self.decision_type.__name__

    def decision(self) -> de.ContinueAsNewWorkflowExecution:
        """Return the decision for it."""
        return de.ContinueAsNewWorkflowExecution(input=self.input, **self.settings)

    def same(self, field: str, there: Any, here: Any) -> bool:
        """Tell whether two texts mean the same: that is for their codec to say."""
        return _same_text(self.codec, there, here)

    def refuse(self, cause: str) -> None:
        """Return from the wait when there is news; else raise why."""
        if cause == "UNHANDLED_DECISION":
            self.succeed(None)
        else:
            self.fail(errors.ContinueAsNewRefused(cause=cause))
