"""What is drawn where in a lane: bars for waiting and working, marks, and how much at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

import attrs

from py_swf.timeline.axis import Axis
from py_swf.timeline.lanes import INSTANT, Attempt, Lane

__all__ = ["Bar", "bars_of", "load_of"]

#: kinds that do not begin by waiting for somebody to take them
_RUNS_AT_ONCE = frozenset({"timer"})


@attrs.define(eq=False)
class Bar:
    """A stretch of a lane in which one state lasted, or several too short to tell apart."""

    #: places on the axis, from 0.0 to 1.0
    begin: float
    end: float
    #: "waiting" for somebody to take it, "working", or "mark" for something without length
    phase: str
    #: the attempt's status; for a wait that ended well, "TAKEN"
    status: str
    #: the first attempt that it shows, and its number in the lane
    attempt: Attempt
    number: int
    #: how many it shows
    count: int = 1
    #: whether it goes on at the right end of the picture
    is_open: bool = False


def bars_of(lane: Lane, axis: Axis, resolution: float) -> list[Bar]:
    """Return the bars of a lane, from left to right.

    :param lane: the lane.
    :param axis: where moments are; open attempts go to its end.
    :param resolution: bars that look the same and are closer than this, from 0.0 to 1.0, are one.
    """
    last: dict[tuple[str, str], Bar] = {}
    bars: list[Bar] = []
    for number, attempt in enumerate(lane.attempts, 1):
        for bar in _bars_of_attempt(lane.kind, number, attempt, axis):
            before = last.get((bar.phase, bar.status))
            if before is not None and 0 <= bar.begin - before.end <= resolution:
                before.end = max(before.end, bar.end)
                before.count += 1
                before.is_open = before.is_open or bar.is_open
            else:
                last[bar.phase, bar.status] = bar
                bars.append(bar)
    return bars


def _bars_of_attempt(kind: str, number: int, attempt: Attempt, axis: Axis) -> Iterator[Bar]:
    begin = axis.place(attempt.began)
    if attempt.status in INSTANT:
        yield Bar(begin, begin, "mark", attempt.status, attempt, number)
        return
    is_open = attempt.is_open
    end = 1.0 if attempt.ended is None else axis.place(attempt.ended)
    if kind in _RUNS_AT_ONCE:
        yield Bar(begin, end, "working", attempt.status, attempt, number, is_open=is_open)
    elif attempt.taken is None:
        yield Bar(begin, end, "waiting", attempt.status, attempt, number, is_open=is_open)
    else:
        taken = axis.place(attempt.taken)
        yield Bar(begin, taken, "waiting", "TAKEN", attempt, number)
        yield Bar(taken, end, "working", attempt.status, attempt, number, is_open=is_open)


def load_of(lane: Lane, axis: Axis, columns: int) -> list[int]:
    """Count how many attempts of a lane are open in each column of a picture."""
    changes = [0] * (columns + 1)
    for attempt in lane.attempts:
        begin = axis.place(attempt.began)
        end = 1.0 if attempt.ended is None else axis.place(attempt.ended)
        changes[min(int(begin * columns), columns - 1)] += 1
        changes[min(int(end * columns), columns - 1) + 1] -= 1
    return list(accumulate(changes[:columns]))
