"""The clock of this machine, for a service on real time."""

from __future__ import annotations

import time

__all__ = ["SystemClock"]

# The machine's two clocks may differ by less than this, in seconds.
_TOLERANCE = 0.1


class SystemClock:
    """The clock of this machine, which never runs backward.

    When the machine's clock is set back, this one continues from the time it has shown, at its
    usual pace, so that nothing that falls due is delayed. When the machine's clock is set forward,
    so is this one.

    :param since: a time before which nothing happens any more, in seconds since the epoch, as
        stored in a file of the service. If the machine's clock shows an earlier time, this clock
        starts from there
    """

    def __init__(self, since: float | None = None) -> None:
        self._shown = time.time() if since is None else max(time.time(), since)
        self._read_at = time.monotonic()

    def now(self) -> float:
        """Return the time in seconds since the epoch."""
        told, read_at = time.time(), time.monotonic()
        expected = self._shown + read_at - self._read_at
        was_set_back = told < expected - _TOLERANCE
        self._shown = expected if was_set_back else max(told, self._shown)
        self._read_at = read_at
        return round(self._shown, 3)
