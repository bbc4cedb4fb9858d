"""What is sent to other executions: signals and cancel requests."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

from py_swf import decisions as de
from py_swf.flow import errors
from py_swf.flow.engine.commands.command import Awaited, WithInput

__all__ = ["RequestCancel", "SendSignal"]


@attrs.define(eq=False)
class SendSignal(WithInput):
    """A signal to another execution; identified by its ``control``."""

    decision_type = de.SignalExternalWorkflowExecution
    identity = (("signal_name", "signal_name"),)
    content = (("workflow_id", "workflow_id"), ("input", "input"))

    workflow_id: str
    run_id: str | None
    signal_name: str

    def decision(self) -> de.SignalExternalWorkflowExecution:
        """Return the decision for it."""
        return de.SignalExternalWorkflowExecution(
            self.workflow_id, self.signal_name, self.run_id, self.input, control=self.id
        )

    def same(self, field: str, there: Any, here: Any) -> bool:
        """Return whether two texts mean the same to their codec."""
        return field == "input" and super().same(field, there, here)

    def close(self, event: Any) -> None:
        """Return from its await: it was delivered."""
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
    """A cancel request to another execution; identified by its ``control``."""

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
        """Return from its await: it was delivered."""
        self.succeed(None)

    def refuse(self, cause: str) -> None:
        """Raise that it was not delivered."""
        self.fail(errors.CancelNotDelivered(workflow_id=self.workflow_id, cause=cause))
