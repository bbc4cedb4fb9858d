"""The parts of an execution: things that events begin, move and end.

An execution, its decision tasks, activity tasks, timers and so on are entities. Each class is a
table: which event moves it from which state to which, and which timeouts run in which state. Every
event of a history moves exactly one entity, so the tables also say what may follow what.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

__all__ = [
    "TIMEOUT_ORDER",
    "Entity",
    "States",
    "Task",
    "Timeouts",
    "Wire",
    "event_attributes_member",
    "whole_seconds",
]

#: a request, an answer or a part of one, under the service's own names
Wire = dict[str, Any]

#: state -> event type -> next state; "" is the state before the first event; a state that is not a
#: key is final
States = Mapping[str, Mapping[str, str]]

#: state -> the timeouts that run in it -> the attribute with their length
Timeouts = Mapping[str, Mapping[str, str]]

#: timeout -> its rank among those that end at the same moment, the lowest first
TIMEOUT_ORDER: Mapping[str, int] = {
    "START_TO_FIRE": 0,
    "SCHEDULE_TO_START": 1,
    "START_TO_CLOSE": 2,
    "SCHEDULE_TO_CLOSE": 3,
    "HEARTBEAT": 4,
}


@cache
def event_attributes_member(event_type: str) -> str:
    """Return the member of an event that holds the attributes of its type."""
    return f"{event_type[0].lower()}{event_type[1:]}EventAttributes"


def whole_seconds(duration: str | None) -> int | None:
    """Return a duration as a number; None when it is absent or "NONE"."""
    return None if duration is None or duration == "NONE" else int(duration)


class Entity:
    """One thing that begins, changes and ends with events of a history.

    :cvar name: its name in words.
    :cvar states: which event leads from which state to which.
    :cvar timeouts: which timeouts run in which state.
    :cvar id_member: the attribute by which an open one is found; without one, it is found by the
        id of the event that began it.
    :ivar state: the present state.
    :ivar opened: id of the event that began it; 0 before that.
    :ivar attributes: the attributes of that event.
    :ivar deadlines: timeout -> the entry of its deadline, while it runs.
    """

    __slots__ = ("attributes", "deadlines", "opened", "state")

    name: ClassVar[str]
    states: ClassVar[States]
    timeouts: ClassVar[Timeouts] = {}
    id_member: ClassVar[str] = ""

    def __init__(self) -> None:
        self.state = ""
        self.opened = 0
        self.attributes: Wire = {}
        self.deadlines: dict[str, list[Any]] = {}

    def key(self) -> Any:
        """Return the key of an open one: its own id, or that of its first event."""
        return self.attributes[self.id_member] if self.id_member else self.opened

    def seconds(self, member: str) -> int | None:
        """Return the length of a timeout in the attributes; None if it is unlimited."""
        return whole_seconds(self.attributes.get(member))

    def timeout_event(self, timeout: str) -> tuple[str, Wire]:
        """Return the event at the end of a timeout: its type and its attributes."""
        raise NotImplementedError(f"{self.name} has no timeout {timeout}")


class Task(Entity):
    """A task that waits in a task list until it is polled.

    :cvar kind: "decision" or "activity".
    :ivar started: id of the event of its start, 0 before it.
    :ivar place: its entry in the task list while it waits there.
    """

    __slots__ = ("place", "priority", "serial", "started")

    kind: ClassVar[str]

    def __init__(self, serial: int, priority: int) -> None:
        super().__init__()
        self.serial = serial
        self.priority = priority
        self.started = 0
        self.place: list[Any] | None = None

    @property
    def task_list(self) -> str:
        """The name of the task list that it was scheduled for."""
        name: str = self.attributes["taskList"]["name"]
        return name

    def references(self) -> Wire:
        """Return the ids by which later events refer to this task."""
        return {"scheduledEventId": self.opened, "startedEventId": self.started}
