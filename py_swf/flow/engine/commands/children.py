"""Child executions: starting them, and requests to cancel them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, ClassVar

import attrs

from py_swf import decisions as de
from py_swf import events as ev
from py_swf.flow import errors
from py_swf.flow.engine.commands.command import WithInput
from py_swf.flow.engine.commands.external import RequestCancel
from py_swf.types import WorkflowType

__all__ = ["CancelChild", "StartChild"]


@attrs.define(eq=False)
class StartChild(WithInput):
    """A child execution; known by its ``control``, since its workflow id may hold a run id."""

    decision_type = de.StartChildWorkflowExecution
    identity = (("workflow_type", "type"),)

    #: gets the child's run when it has started
    started: asyncio.Future[Any]
    type: WorkflowType
    workflow_id: str
    #: whether the code chose the workflow id
    is_named: bool
    settings: dict[str, Any]

    def decision(self) -> de.StartChildWorkflowExecution:
        """Return the decision for it."""
        return de.StartChildWorkflowExecution(
            self.type, self.workflow_id, input=self.input, control=self.id, **self.settings
        )

    def differences(self, event: Any) -> Iterator[tuple[str, Any, Any, bool]]:
        """Yield what differs; a workflow id counts only if the code chose it."""
        yield from super().differences(event)
        if self.is_named and event.workflow_id != self.workflow_id:
            yield "workflow_id", event.workflow_id, self.workflow_id, True

    def close(self, event: Any) -> None:
        """Return its run or its result, or raise its failure, where it is awaited."""
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
        """Raise an error where its start or its end is awaited: it was not started."""
        error = errors.ChildNotStarted(
            workflow_id=self.workflow_id, workflow=self.type.name, cause=cause
        )
        if not self.started.done():
            self.started.set_exception(error)
            self.started.exception()  # whether anybody waits for it or not
        self.fail(error)


@attrs.define(eq=False)
class CancelChild(RequestCancel):
    """A cancel request to a child that nobody waits for any more."""

    # its workflow id may hold a run id, which a saved history lacks
    content: ClassVar[tuple[tuple[str, str], ...]] = ()

    def refuse(self, cause: str) -> None:
        """Do nothing: the child had ended."""
