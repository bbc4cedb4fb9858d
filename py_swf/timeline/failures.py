"""What went wrong in an execution, and why: in the words of workers, children and the service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from py_swf import events as ev
from py_swf.history import History
from py_swf.timeline.lanes import Attempt, Lane

__all__ = ["Failure", "failures"]


@attrs.frozen
class Failure:
    """Something that failed, timed out, was terminated, or was refused by the service."""

    #: a kind of :class:`~py_swf.timeline.Lane`, or "execution"
    kind: str
    #: the id that the decider gave it; of a refused decision its type
    name: str
    #: name and version of the type; "" where there is none
    type_name: str
    #: FAILED, TIMED_OUT, TERMINATED, START_FAILED or REFUSED
    status: str
    when: datetime
    event_id: int
    #: which attempt it was; 1 for the first
    attempt: int
    #: the reason that was given, the timeout that was outlived, or the cause; None if none was
    reason: str | None
    #: what more was told: a traceback, or the details of the last heartbeat
    details: str | None


def failures(history: History, lanes: list[Lane]) -> list[Failure]:
    """Tell what went wrong, the last first; how the execution itself failed comes before all.

    :param history: the history.
    :param lanes: its lanes, as :func:`~py_swf.timeline.lanes.lanes_of` returns them.
    """
    found = [
        _of_attempt(lane, number, attempt)
        for lane in lanes
        for number, attempt in enumerate(lane.attempts, 1)
        if attempt.is_bad
    ]
    found.sort(key=lambda failure: failure.event_id, reverse=True)
    closed = history.closed
    status = history.close_status
    if closed is not None and status in ("FAILED", "TIMED_OUT", "TERMINATED"):
        reason, details = _why(closed)
        began = history.started
        type_ = "" if began is None else f"{began.workflow_type.name} {began.workflow_type.version}"
        when, event_id = closed.event_timestamp, closed.event_id
        found.insert(0, Failure("execution", "", type_, status, when, event_id, 1, reason, details))
    return found


def _of_attempt(lane: Lane, number: int, attempt: Attempt) -> Failure:
    event = attempt.closed or attempt.opened
    reason, details = _why(event)
    name = lane.name.partition(": ")[0] if attempt.status == "REFUSED" else lane.name
    return Failure(
        lane.kind,
        name,
        lane.type_name,
        attempt.status,
        event.event_timestamp,
        event.event_id,
        number,
        reason,
        details,
    )


def _why(event: ev.Event) -> tuple[str | None, str | None]:
    told: Any = event
    reason = next(
        (
            value
            for value in (getattr(told, name, None) for name in ("reason", "timeout_type", "cause"))
            if value
        ),
        None,
    )
    return reason, getattr(told, "details", None) or getattr(told, "message", None)
