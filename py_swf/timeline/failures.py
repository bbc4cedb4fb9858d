"""What went wrong in an execution, and why, as workers, children and the service put it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from py_swf import events as ev
from py_swf._failure_texts import DECIDER_ERROR
from py_swf.history import History
from py_swf.timeline.lanes import Attempt, Lane

__all__ = ["Failure", "decider_errors", "failures"]


@attrs.frozen
class Failure:
    """Something that failed, timed out, was terminated, or was refused by the service."""

    #: a kind of :class:`~py_swf.timeline.Lane`, or "execution"
    kind: str
    #: the id that the decider gave it; for a refused decision, its type
    name: str
    #: name and version of the type; "" if there is none
    type_name: str
    #: FAILED, TIMED_OUT, TERMINATED, START_FAILED or REFUSED
    status: str
    when: datetime
    event_id: int
    #: which attempt it was; 1 for the first
    attempt: int
    #: the reason that was given, the timeout that was exceeded, or the cause; None if none was
    reason: str | None
    #: more about it: a traceback, or the details of the last heartbeat
    details: str | None


def failures(history: History, lanes: list[Lane]) -> list[Failure]:
    """Return what went wrong, the last first; a failure of the execution itself comes first.

    :param history: the history.
    :param lanes: its lanes, as :func:`~py_swf.timeline.lanes.lanes_of` returns them.
    """
    found = [
        _of_attempt(lane, number, attempt)
        for lane in lanes
        for number, attempt in enumerate(lane.attempts, 1)
        if attempt.is_bad
    ]
    errors = decider_errors(history)
    found += [_of_decider(error, len(errors)) for error in errors[:1]]
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


def decider_errors(history: History) -> list[ev.MarkerRecorded]:
    """Return the markers of what the decider raised at the last decision tasks, the last first.

    Errors before a task that was decided no longer count, and neither do those of a closed
    execution, which says itself how it ended.
    """
    if history.closed is not None:
        return []
    errors = {
        marker.decision_task_completed_event_id: marker
        for marker in history.markers
        if marker.marker_name == DECIDER_ERROR
    }
    row = []
    for event in reversed(history.events if errors else []):
        if isinstance(event, ev.DecisionTaskCompleted):
            if event.event_id not in errors:
                break
            row.append(errors[event.event_id])
    return row


def _of_decider(marker: ev.MarkerRecorded, attempt: int) -> Failure:
    reason, _, details = (marker.details or "").partition("\n")
    when, event_id = marker.event_timestamp, marker.event_id
    told = reason or None, details.strip("\n") or None
    return Failure("decision", "", "", "FAILED", when, event_id, attempt, *told)


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
