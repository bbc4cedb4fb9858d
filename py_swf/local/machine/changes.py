"""What has changed since it was last written to a file, so that only that is written again."""

from __future__ import annotations

from typing import Any

__all__ = ["Changes", "Touched"]


class Touched:
    """What has changed in one execution.

    :ivar events: how many events it had before.
    :ivar parts: the tasks, timers and so on that have changed.
    """

    __slots__ = ("events", "parts")

    def __init__(self, events: int) -> None:
        self.events = events
        self.parts: dict[Any, None] = {}


class Changes:
    """The changes of one service; they are noted only if somebody keeps them.

    :ivar kept: whether changes are noted.
    :ivar registrations: the domains, as (name,), and types, as (domain, kind, name, version).
    :ivar executions: execution -> what has changed in it.
    """

    __slots__ = ("executions", "kept", "registrations")

    def __init__(self) -> None:
        self.kept = False
        self.registrations: dict[tuple[str, ...], None] = {}
        self.executions: dict[Any, Touched] = {}

    def __bool__(self) -> bool:
        """Return whether anything has changed."""
        return bool(self.registrations or self.executions)

    def of_registration(self, key: tuple[str, ...]) -> None:
        """Note that a domain or a type was registered, changed or deleted."""
        if self.kept:
            self.registrations[key] = None

    def of_execution(self, execution: Any, part: Any) -> None:
        """Note that an execution, and a part of it, is about to change."""
        if not self.kept:
            return
        touched = self.executions.get(execution)
        if touched is None:
            touched = self.executions[execution] = Touched(len(execution.events))
        touched.parts[part] = None

    def clear(self) -> None:
        """Forget the changes: they have been written down."""
        self.registrations.clear()
        self.executions.clear()
