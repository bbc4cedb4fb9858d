"""The clock of this machine, for a service on real time."""

from __future__ import annotations

import time

__all__ = ["SystemClock"]


class SystemClock:
    """The clock of this machine."""

    def now(self) -> float:
        """Return the time in seconds since the epoch."""
        return round(time.time(), 3)
