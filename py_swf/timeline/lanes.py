"""The lanes of a timeline: one for each activity, timer, child and so on, with every attempt.

A lane belongs to something that the decider named: the activity id, the timer id. Decision tasks
share one lane, and so do signals, markers and cancel requests of the same name, and decisions
refused for the same cause. Lanes are in the order in which they begin.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs

from py_swf import events as ev
from py_swf._wording import one_line
from py_swf.history import History, Joined

__all__ = ["BAD", "Attempt", "Lane", "fold", "lanes_of"]

#: the statuses that somebody should look at
BAD = frozenset({"FAILED", "TIMED_OUT", "TERMINATED", "START_FAILED", "REFUSED"})

#: the statuses of things that have no length: they just happened
INSTANT = frozenset({"SIGNALED", "RECORDED", "CANCEL_REQUESTED", "REFUSED"})


@attrs.frozen(eq=False)
class Attempt:
    """One thing from its beginning to its end: an attempt of an activity, a timer, a signal."""

    #: the event that opened it; if it just happened, its only event
    opened: ev.Event
    #: the event by which somebody began to work on it; None before
    started: ev.Event | None
    #: the event that ended it; None while it is open
    closed: ev.Event | None
    #: its status, in the words of :attr:`py_swf.history.Joined.status`; if it just happened,
    #: SIGNALED, RECORDED, CANCEL_REQUESTED or REFUSED
    status: str
    #: when it was opened, in seconds since 1970, the unit of the drawing
    began: float = attrs.field(init=False)
    #: when somebody took it; None before
    taken: float | None = attrs.field(init=False)
    #: when it ended; None while it is open
    ended: float | None = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        # Once each, for there can be thousands, and an event reads its time on every access.
        began = self.opened.event_timestamp.timestamp()
        set_ = object.__setattr__
        set_(self, "began", began)
        set_(self, "taken", _seconds(self.started))
        set_(self, "ended", began if self.closed is self.opened else _seconds(self.closed))

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.closed is None

    @property
    def is_bad(self) -> bool:
        """Whether it ended in a way that somebody should look at."""
        return self.status in BAD


def _seconds(event: ev.Event | None) -> float | None:
    return None if event is None else event.event_timestamp.timestamp()


@attrs.frozen(eq=False)
class Lane:
    """Everything that is drawn in one line."""

    #: "decision", "activity", "timer", "child workflow", "Lambda function", "signal",
    #: "cancel request", "marker", "failed decision", "signal sent" or "cancel request sent"
    kind: str
    #: the id, or the name, that the decider or sender gave; for lanes folded into one, what they
    #: have in common
    name: str
    #: name and version of the type; "" if there is none
    type_name: str
    #: its attempts, in the order in which they began
    attempts: list[Attempt]
    #: how many lanes were folded into this one; 1 for a single lane
    folded: int = 1

    @property
    def is_open(self) -> bool:
        """Whether one of its attempts has not ended."""
        return any(attempt.is_open for attempt in self.attempts)

    @property
    def waits_in_vain(self) -> bool:
        """Whether one of its attempts waits, and nobody has taken it."""
        return self.kind in ("decision", "activity") and any(
            attempt.is_open and attempt.started is None for attempt in self.attempts
        )

    @property
    def statuses(self) -> Counter[str]:
        """How many of its attempts have each status."""
        return Counter(attempt.status for attempt in self.attempts)


def lanes_of(history: History) -> list[Lane]:
    """Put the events of a history into lanes.

    :param history: the history; if its beginning is missing, the lanes show what is known.
    :return: the lanes, in the order in which they begin.
    """
    lanes = [
        Lane(kind, one_line(name), type_of(last), [_attempt_of(one) for one in last.attempts])
        for kind, collection, type_of in _COLLECTIONS
        for name, last in getattr(history, collection).items()
    ]
    lanes += _decision_lanes(history.events)
    marks: dict[tuple[str, str], Lane] = {}
    for kind, name, attempt in _instants(history):
        lane = marks.setdefault((kind, name), Lane(kind, one_line(name), "", []))
        lane.attempts.append(attempt)
    lanes += marks.values()
    return sorted(lanes, key=lambda lane: lane.attempts[0].opened.event_id)


def _type_of(joined: Any) -> str:
    named = getattr(joined, "activity_type", None) or getattr(joined, "workflow_type", None)
    return "" if named is None else one_line(f"{named.name} {named.version}")


#: kind -> the attribute of History with the last attempt of each name, and the field of its type
_COLLECTIONS: list[tuple[str, str, Callable[[Any], str]]] = [
    ("activity", "activities", _type_of),
    ("timer", "timers", lambda _: ""),
    ("child workflow", "child_workflows", _type_of),
    ("Lambda function", "lambda_functions", lambda function: one_line(function.name)),
]


def _attempt_of(joined: Joined[Any]) -> Attempt:
    return Attempt(joined.opened, joined.started, joined.closed, joined.status)


def _decision_lanes(events: Iterable[ev.Event]) -> list[Lane]:
    """Join the decision tasks; the next one can be scheduled while somebody works on one."""
    scheduled: dict[int, ev.Event] = {}
    started: dict[int, ev.Event] = {}
    closed: dict[int, ev.Event] = {}
    for event in events:
        if isinstance(event, ev.DecisionTaskScheduled):
            scheduled[event.event_id] = event
        elif isinstance(event, ev.DecisionTaskStarted):
            started[event.scheduled_event_id] = event
        elif isinstance(event, ev.DecisionTaskCompleted | ev.DecisionTaskTimedOut):
            closed[event.scheduled_event_id] = event
    attempts = []
    for event_id, event in scheduled.items():
        start, end = started.get(event_id), closed.get(event_id)
        status = _DECISION_STATUS[type(end or start or event)]
        attempts.append(Attempt(event, start, end, status))
    return [Lane("decision", "decision tasks", "", attempts)] if attempts else []


_DECISION_STATUS: dict[type[ev.Event], str] = {
    ev.DecisionTaskScheduled: "SCHEDULED",
    ev.DecisionTaskStarted: "STARTED",
    ev.DecisionTaskCompleted: "COMPLETED",
    ev.DecisionTaskTimedOut: "TIMED_OUT",
}


def _instants(history: History) -> Iterator[tuple[str, str, Attempt]]:
    """Yield the kind and lane name of each thing that just happened."""
    for signal in history.signals:
        yield "signal", signal.signal_name, Attempt(signal, None, signal, "SIGNALED")
    for request in history.cancel_requests:
        yield "cancel request", "", Attempt(request, None, request, "CANCEL_REQUESTED")
    for marker in history.markers:
        yield "marker", marker.marker_name, Attempt(marker, None, marker, "RECORDED")
    for sent in history.external_signals:
        yield "signal sent", f"{sent.signal_name} to {sent.workflow_id}", _attempt_of(sent)
    for asked in history.external_cancels:
        yield "cancel request sent", f"to {asked.workflow_id}", _attempt_of(asked)
    for failed in history.failed_decisions:
        # Decisions that were sent but not carried out end the lane of what they began.
        if history.of(failed) is None:
            name = f"{failed.event_type.removesuffix('Failed')}: {failed.cause}"
            yield "failed decision", name, Attempt(failed, None, failed, "REFUSED")


def fold(lanes: list[Lane], most: int) -> list[Lane]:
    """Fold lanes that are alike into one, the most numerous first, until few enough are left.

    Lanes that are open or went wrong are folded separately, so that they are still seen. If that is
    not enough, all lanes of a kind are folded together.

    :param lanes: as :func:`lanes_of` returns them.
    :param most: how many lanes there should be at most; below 12 it may be one for each kind.
    :return: the lanes, in the order in which they begin.
    """
    for likeness in (_same_pattern, _same_type, _same_kind):
        if len(lanes) <= most:
            break
        lanes = _folded(lanes, most, likeness)
    return lanes


def _same_pattern(lane: Lane) -> tuple[object, ...]:
    return (*_same_type(lane), _pattern(lane.name) if not lane.type_name else "")


def _same_type(lane: Lane) -> tuple[object, ...]:
    return (lane.kind, lane.type_name, lane.is_open, lane.attempts[-1].is_bad)


def _same_kind(lane: Lane) -> tuple[object, ...]:
    return (lane.kind,)


def _folded(lanes: list[Lane], most: int, likeness: Callable[[Lane], object]) -> list[Lane]:
    groups: dict[object, list[Lane]] = {}
    for lane in lanes:
        groups.setdefault(likeness(lane), []).append(lane)
    surplus = len(lanes) - most
    folded: list[Lane] = []
    for group in sorted(groups.values(), key=len, reverse=True):
        if surplus > 0 and len(group) > 1:
            surplus -= len(group) - 1
            folded.append(_one_of(group))
        else:
            folded += group
    return sorted(folded, key=lambda lane: lane.attempts[0].opened.event_id)


def _one_of(group: list[Lane]) -> Lane:
    patterns = {_pattern(lane.name) for lane in group}
    types = {lane.type_name for lane in group}
    attempts = sorted(
        (attempt for lane in group for attempt in lane.attempts),
        key=lambda attempt: attempt.opened.event_id,
    )
    return Lane(
        group[0].kind,
        patterns.pop() if len(patterns) == 1 else "",
        types.pop() if len(types) == 1 else "",
        attempts,
        sum(lane.folded for lane in group),
    )


def _pattern(name: str) -> str:
    """Replace the numbers in a name by one sign: resize-1 and resize-2 are both resize-*."""
    return _NUMBERING.sub("*", name)


#: a UUID, or a number
_NUMBERING = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|\d+")
