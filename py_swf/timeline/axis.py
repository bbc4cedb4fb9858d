"""The time axis: where in a picture a moment is, with long quiet stretches cut short.

Time is drawn to scale between 0.0 and 1.0, except for a few stretches in which nothing happened for
far longer than everything else took. Otherwise an order that took two seconds and then waits for
three days would be a dot and a line.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import pairwise

import attrs

from py_swf._wording import duration

__all__ = ["Axis", "Tick"]

#: A stretch is cut if it is this many times as long as all shorter ones together.
_QUIET = 10
_MOST_CUTS = 4
#: the part of the picture that a stretch gets when it is cut
_CUT_WIDTH = 0.12
_STEPS = [
    *(step / 1000 for step in (1, 2, 5, 10, 20, 50, 100, 200, 500)),
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800),
    *(hours * 3600 for hours in (1, 2, 3, 6, 12)),
    *(days * 86_400 for days in (1, 2, 7, 14, 30, 60, 180, 365)),
]


@attrs.frozen
class Tick:
    """A place on the axis, and the text at it."""

    #: 0.0 at the left end, 1.0 at the right end
    place: float
    text: str


class Axis:
    """Maps seconds to places between 0.0 and 1.0.

    :param moments: seconds at which something happened, in any order; the axis spans all of them.
    """

    def __init__(self, moments: Iterable[float]) -> None:
        times = sorted(set(moments)) or [0.0]
        self.first, self.last = times[0], times[-1]
        #: the stretches that are cut short: where each begins and ends, and its seconds
        self.cuts: list[tuple[float, float, float]] = []
        quiet = _quiet_stretches(times)
        shown = self.last - self.first - sum(end - begin for begin, end in quiet)
        scale = (1 - _CUT_WIDTH * len(quiet)) / shown if shown else 0.0
        self._times, self._places, self._slopes = [self.first], [0.0], [scale]
        for begin, end in quiet:
            left = self._places[-1] + (begin - self._times[-1]) * scale
            self._knot(begin, left, _CUT_WIDTH / (end - begin))
            self._knot(end, left + _CUT_WIDTH, scale)
            self.cuts.append((self._places[-2], self._places[-1], end - begin))

    def _knot(self, time: float, place: float, slope: float) -> None:
        self._times.append(time)
        self._places.append(min(place, 1.0))
        self._slopes.append(slope)

    def place(self, time: float) -> float:
        """Return where a moment is, from 0.0 to 1.0; those outside are at the nearer end."""
        index = max(bisect_right(self._times, time) - 1, 0)
        place = self._places[index] + (time - self._times[index]) * self._slopes[index]
        return min(max(place, 0.0), 1.0)

    def ticks(self, about: int) -> list[Tick]:
        """Return about this many ticks, each with how long after the beginning it is."""
        if self.last == self.first:
            return [Tick(0.0, "0 s")]
        if self.cuts:
            ends = [place for left, right, _ in self.cuts for place in (left, right)]
            times = [self.first, *self._times[1:], self.last]
            places = [0.0, *ends, 1.0]
            told = dict(zip(places, times, strict=True))
            return [Tick(place, duration(told[place] - self.first)) for place in sorted(told)]
        total = self.last - self.first
        step = next((step for step in _STEPS if total / step <= about), total / about)
        count = int(total / step + 1e-9)
        return [
            Tick(self.place(self.first + number * step), duration(number * step))
            for number in range(count + 1)
        ]


def _quiet_stretches(times: list[float]) -> list[tuple[float, float]]:
    """Choose the stretches to cut: each far longer than all shorter ones together."""
    gaps = sorted((end - begin, begin, end) for begin, end in pairwise(times))
    shorter = 0.0
    for index, (length, _, _) in enumerate(gaps):
        if len(gaps) - index <= _MOST_CUTS and 0 < shorter * _QUIET < length:
            return sorted((begin, end) for _, begin, end in gaps[index:])
        shorter += length
    return []
