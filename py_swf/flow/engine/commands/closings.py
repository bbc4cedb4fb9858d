"""The end of a run: completed, failed, canceled, continued as new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from py_swf import decisions as de
from py_swf.flow import errors
from py_swf.flow.engine.commands.command import Command, WithInput, same_json

__all__ = ["Close", "ContinueAsNew"]


@attrs.define(eq=False)
class Close(Command):
    """The end of the execution."""

    id: str = attrs.field(default="", init=False)
    _decision: de.Decision
    #: field of the event -> what it must be
    _content: dict[str, Any] = attrs.field(factory=dict)

    @property
    # An attribute of the classes of other commands; computed here.
    def decision_type(self) -> type[de.Decision]:  # type: ignore[override]
        """The type of its decision."""
        return type(self._decision)

    def __str__(self) -> str:
        return self.decision_type.__name__

    def decision(self) -> de.Decision:
        """Return the decision for it."""
        return self._decision

    def differences(self, event: Any) -> Iterator[tuple[str, Any, Any, bool]]:
        """Yield what differs in the result or the reason."""
        for field, here in self._content.items():
            there = getattr(event, field)
            if there != here and not same_json(there, here):
                yield field, there, here, False


@attrs.define(eq=False)
class ContinueAsNew(WithInput):
    """The end of this run, and the beginning of the next."""

    decision_type = de.ContinueAsNewWorkflowExecution

    id: str = attrs.field(default="", init=False)
    settings: dict[str, Any]

    def __str__(self) -> str:
        return self.decision_type.__name__

    def decision(self) -> de.ContinueAsNewWorkflowExecution:
        """Return the decision for it."""
        return de.ContinueAsNewWorkflowExecution(input=self.input, **self.settings)

    def refuse(self, cause: str) -> None:
        """Return from the wait if there are new events; otherwise raise the cause."""
        if cause == "UNHANDLED_DECISION":
            self.succeed(None)
        else:
            self.fail(errors.ContinueAsNewRefused(cause=cause))
