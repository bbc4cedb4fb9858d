"""Activities and small things that the tests of flow share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from py_swf import flow
from py_swf.events import Event, event_from_wire
from py_swf.local import LocalSWF


@flow.activity
def add(x: int, y: int = 1) -> int:
    """Add two numbers."""
    return x + y


@flow.activity("say", "2")
async def say(word: str) -> str:
    """Return the word."""
    return word


def history_of(swf: LocalSWF, workflow_id: str = "play") -> list[Event]:
    """Return the events of the latest run of an execution, oldest first."""
    return [event_from_wire(event) for event in swf.history(workflow_id)]


def of_type(events: list[Event], cls: type[Any]) -> list[Any]:
    """Return those of the events that are of one type."""
    return [event for event in events if type(event) is cls]


def failing(times: int, error: Exception) -> Callable[..., str]:
    """Return a function that raises so many times, and then returns how often it was called."""
    calls: list[int] = []

    def work() -> str:
        calls.append(1)
        if len(calls) <= times:
            raise error
        return f"attempt {len(calls)}"

    return work
