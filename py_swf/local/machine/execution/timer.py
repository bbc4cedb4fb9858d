"""A timer: its states, and the event of its firing."""

from __future__ import annotations

from typing import ClassVar

from py_swf.local.machine.execution.entity import Entity, States, Timeouts, Wire

__all__ = ["Timer"]


class Timer(Entity):
    """A timer."""

    __slots__ = ()

    name = "timer"
    id_member = "timerId"
    states: ClassVar[States] = {
        "": {"TimerStarted": "started"},
        "started": {"TimerFired": "fired", "TimerCanceled": "canceled"},
    }
    timeouts: ClassVar[Timeouts] = {"started": {"START_TO_FIRE": "startToFireTimeout"}}

    def timeout_event(self, timeout: str) -> tuple[str, Wire]:
        """Return a TimerFired."""
        return "TimerFired", {"timerId": self.key(), "startedEventId": self.opened}
