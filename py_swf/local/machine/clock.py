"""Where the local service reads the time.

Everything in the machine happens at the time of a clock, in seconds since the epoch with
millisecond resolution. A virtual clock moves only when it is turned. The clock for real clients
reads the system's time, so it is not part of the machine: see ``transport.system_clock``.
"""

from __future__ import annotations

import math
from typing import Protocol

__all__ = ["Clock", "VirtualClock", "turnable"]

#: 2026-01-01T00:00:00Z
DEFAULT_START = 1767225600.0


class Clock(Protocol):
    """Anything that tells the time."""

    def now(self) -> float:
        """Return the time in seconds since the epoch."""
        ...


class VirtualClock:
    """A clock that stands still until it is turned.

    :param start: the time it shows first, in seconds since the epoch; by default
        2026-01-01T00:00:00Z.
    """

    def __init__(self, start: float = DEFAULT_START) -> None:
        self._now = round(float(start), 3)

    def now(self) -> float:
        """Return the time in seconds since the epoch."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Turn the clock forward.

        :param seconds: how far, in seconds; 0 is allowed.
        :raises ValueError: when it is negative or infinite.
        """
        if not 0 <= seconds < math.inf:
            raise ValueError(f"seconds must be 0 or more, got {seconds!r}: a clock runs forward")
        self._now = round(self._now + seconds, 3)

    def set(self, when: float) -> None:
        """Turn the clock to a given time.

        :param when: the new time, in seconds since the epoch.
        :raises ValueError: when it is before the time shown.
        """
        if not self._now <= when < math.inf:
            raise ValueError(f"when must be finite, and not before {self._now!r}: {when!r}")
        self._now = round(float(when), 3)


def turnable(clock: Clock) -> VirtualClock:
    """Return a clock that can be turned.

    :raises TypeError: when it cannot.
    """
    if not isinstance(clock, VirtualClock):
        raise TypeError(f"clock {clock!r} cannot be turned: only a VirtualClock can")
    return clock
