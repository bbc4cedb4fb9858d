"""The decision to record a marker."""

from __future__ import annotations

from py_swf.local.machine.decisions.completion import Completion
from py_swf.local.machine.execution.entity import Wire

__all__ = ["record_marker"]


def record_marker(completion: Completion, attributes: Wire) -> None:
    """Record a marker; several may have the same name."""
    content = {**attributes, "decisionTaskCompletedEventId": completion.completed}
    completion.execution.record("MarkerRecorded", **content)
