"""Timers: starting them, and ending them early."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from py_swf import decisions as de
from py_swf.flow.engine.commands.command import Command

__all__ = ["CancelTimer", "RunTimer"]


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


@attrs.define(eq=False)
class CancelTimer(Command):
    """The end of a timer."""

    decision_type = de.CancelTimer
    droppable = True

    def decision(self) -> de.CancelTimer:
        """Return the decision for it."""
        return de.CancelTimer(self.id)

    def refuse(self, cause: str) -> None:
        """Do nothing: the timer had fired."""
