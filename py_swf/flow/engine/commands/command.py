"""What all commands share: an id, a state, and how they are compared with the history."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any, ClassVar

import attrs

from py_swf import decisions as de
from py_swf.flow import errors

__all__ = ["ASKED", "ENDED", "OPEN", "REFUSED", "Awaited", "Command", "WithInput", "same_json"]

#: where a command is: with us, refused before the code knows it, with the service, over
ASKED, REFUSED, OPEN, ENDED = range(4)


@attrs.define(eq=False)
class Command:
    """One thing that the code asks for."""

    decision_type: ClassVar[type[de.Decision]]
    #: whether it does not matter if the execution closes before it is sent
    droppable: ClassVar[bool] = False
    #: field of the event -> attribute here: a difference is another command
    identity: ClassVar[tuple[tuple[str, str], ...]] = ()
    #: field of the event -> attribute here: a difference is another content
    content: ClassVar[tuple[tuple[str, str], ...]] = ()

    #: unique among those of its decision type
    id: str
    state: int = attrs.field(default=ASKED, init=False)
    #: the place among all that the code has asked for
    number: int = attrs.field(default=0, init=False)
    #: how often the service refused it
    refusals: int = attrs.field(default=0, init=False)
    #: whether its end is among the events that are being delivered
    gone: bool = attrs.field(default=False, init=False)

    def __str__(self) -> str:
        return f"{self.decision_type.__name__} {self.id}"

    def decision(self) -> de.Decision:
        """Return the decision for it."""
        raise NotImplementedError

    def agrees(self, event: Any) -> bool:
        """Check quickly whether an event is its echo; if not, the caller looks for differences."""
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
        """Return whether two unequal values of a field mean the same."""
        return same_json(there, here)

    def close(self, event: Any) -> None:
        """Handle the event of its end, or of its beginning."""

    def refuse(self, cause: str) -> None:
        """Raise an error where it is awaited: the service refused it, and it is not sent again."""
        raise errors.DecisionRefused(self.decision_type.__name__, self.id, cause)


def same_json(there: Any, here: Any) -> bool:
    """Return whether two texts are the same JSON."""
    try:
        return bool(json.loads(there) == json.loads(here))
    except (TypeError, ValueError):
        return False


@attrs.define(eq=False)
class Awaited(Command):
    """A command whose end is awaited."""

    future: asyncio.Future[Any]

    def succeed(self, value: Any) -> None:
        """Return a value from its await, if it is still awaited."""
        if not self.future.done():
            self.future.set_result(value)

    def fail(self, error: Exception) -> None:
        """Raise an error from its await, if it is still awaited."""
        if not self.future.done():
            self.future.set_exception(error)


@attrs.define(eq=False)
class WithInput(Awaited):
    """A command with an input, or with another text that its codec wrote."""

    content: ClassVar[tuple[tuple[str, str], ...]] = (("input", "input"),)

    input: str | None
    codec: Any

    def same(self, field: str, there: Any, here: Any) -> bool:
        """Return whether two texts mean the same to their codec."""
        if there is None or here is None:
            return False
        try:
            return bool(self.codec.decode(there, Any) == self.codec.decode(here, Any))
        except Exception:
            return False
