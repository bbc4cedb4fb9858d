"""A history as a table of text: when, which event, what about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timezone
from typing import Any

from py_swf.events import Event

__all__ = ["history_table"]

#: what an event is about, in this order, where it or what it belongs to has such a field
_SUBJECT = ("activity_id", "timer_id", "workflow_id", "id")
_ABOUT = (
    "signal_name",
    "marker_name",
    "cause",
    "timeout_type",
    "reason",
    "result",
    "details",
    "execution_context",
    "input",
)
_LONGEST = 60


def history_table(events: Sequence[Event], of: Callable[[Event], Any]) -> str:
    """Return a line for each event, below one that says when the first of them was recorded.

    :param events: oldest first.
    :param of: tells what an event belongs to: a later event of an activity does not hold its id.
    """
    if not events:
        return "no events"
    begin = events[0].event_timestamp
    lines = [f"{begin.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S} UTC"]
    for event in events:
        since = str(event.event_timestamp - begin).partition(".")[0]
        subject = of(event) or event
        about = [getattr(subject, name, None) for name in _SUBJECT]
        about += [getattr(event, name, None) for name in _ABOUT]
        said = ": ".join(_one_line(text) for text in about if text)
        lines.append(f"{since:>9} {event.event_id:>5}  {event.event_type:<32} {said}".rstrip())
    return "\n".join(lines)


def _one_line(text: str) -> str:
    """Put a text into one line that a terminal can show, cut to what one reads at a glance."""
    line = " ".join(text.split())
    line = line if line.isprintable() else repr(line)[1:-1]
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."
