"""Lambda tasks."""

from __future__ import annotations

from typing import Any

import attrs

from py_swf import decisions as de
from py_swf import events as ev
from py_swf.flow import errors
from py_swf.flow.engine.commands.command import WithInput

__all__ = ["InvokeLambda"]


@attrs.define(eq=False)
class InvokeLambda(WithInput):
    """A Lambda task."""

    decision_type = de.ScheduleLambdaFunction
    droppable = True
    identity = (("name", "name"),)

    name: str
    timeout: Any

    def decision(self) -> de.ScheduleLambdaFunction:
        """Return the decision for it."""
        return de.ScheduleLambdaFunction(
            self.id, self.name, input=self.input, start_to_close_timeout=self.timeout
        )

    def close(self, event: Any) -> None:
        """Return its result, or raise its failure, where it is awaited."""
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
        """Raise an error that says that it was not started."""
        self.fail(errors.LambdaNotStarted(id=self.id, function=self.name, cause=cause))
