"""A history as a table of text: when, which event, what about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from py_swf._wording import cut_end, moment, one_line
from py_swf.events import Event

__all__ = ["history_table"]

#: what an event is about, in this order: fields of the event, or of what it belongs to
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
    :param of: returns what an event belongs to: a later event of an activity does not hold its id.
    """
    if not events:
        return "no events"
    begin = events[0].event_timestamp
    lines = [moment(begin)]
    for event in events:
        since = str(event.event_timestamp - begin).partition(".")[0]
        subject = of(event) or event
        about = [getattr(subject, name, None) for name in _SUBJECT]
        about += [getattr(event, name, None) for name in _ABOUT]
        said = ": ".join(cut_end(one_line(text), _LONGEST, "...") for text in about if text)
        lines.append(f"{since:>9} {event.event_id:>5}  {event.event_type:<32} {said}".rstrip())
    return "\n".join(lines)
