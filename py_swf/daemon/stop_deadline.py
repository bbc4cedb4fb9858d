"""What happens once a stop is set: until when everything has to end, and the line that says so."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from py_swf.daemon.stopping import SignalStop, Stop

__all__ = ["LOOK", "Ending", "Progress", "telling"]

_log = logging.getLogger(__name__)

#: seconds between two looks at a stop, by those who have to wait for something else, too
LOOK = 0.5


class Ending:
    """A stop, and the moment after it by which everything has to have ended. It is a Stop itself.

    :param stop: what is asked; None is one that is never set.
    :param within: seconds from the stop to that moment; None for no such moment.
    :param clock: tells seconds that never go backwards.
    """

    def __init__(self, stop: Stop | None, within: float | None, clock: Callable[[], float]) -> None:
        self.stop: Stop = stop or threading.Event()
        self.within = math.inf if within is None else within
        self._clock = clock
        self._deadline = math.inf
        self._has_failed = False

    @classmethod
    def of(cls, stop: Stop | None, within: float | None, clock: Callable[[], float]) -> Ending:
        """Return the stop where it is an ending already, so that all who have it end together."""
        return stop if isinstance(stop, Ending) else cls(stop, within, clock)

    def __str__(self) -> str:
        bound = "" if self.within == math.inf else f", but for no longer than {self.within:.0f} s"
        again = isinstance(self.stop, SignalStop)
        return bound + ("; a second signal ends the process at once" if again else "")

    def is_set(self) -> bool:
        """Tell whether to stop; from the first time that it is seen to be set, time runs."""
        return self._seen(self._has_failed or self.stop.is_set())

    def fail(self) -> None:
        """Have it set from now on, whatever the stop says: an error ends the work."""
        self._has_failed = True

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set or the timeout (in seconds) is over; tell whether it is set."""
        return self._seen(self.stop.wait(timeout))

    def _seen(self, is_set: bool) -> bool:
        if is_set and self._deadline == math.inf:
            self._deadline = self._clock() + self.within
        return is_set

    def left(self) -> float:
        """Return the seconds until everything has to have ended; math.inf where nothing has to."""
        return max(0.0, self._deadline - self._clock()) if self.is_set() else math.inf

    def is_over(self) -> bool:
        """Tell whether everything has to have ended."""
        return self.left() <= 0

    def pause(self, seconds: float) -> None:
        """Wait for so many seconds, or until the stop is set; 0 does not wait at all."""
        if seconds:
            self.wait(seconds)

    def sleep(self, seconds: float, sleep: Callable[[float], object]) -> None:
        """Let time pass; where there is a moment to end by, a stop wakes who sleeps.

        :param seconds: for how long.
        :param sleep: does it where nothing wakes.
        """
        if self.within == math.inf or self.is_set():
            sleep(seconds)
        else:
            self.wait(seconds)

    def wait_for(self, done: threading.Event) -> bool:
        """Wait until an event is set or everything has to have ended; tell whether it is set."""
        while not done.wait(min(LOOK, self.left())):
            if self.is_over():
                return done.is_set()
        return True


class Progress:
    """What a loop is doing, for the line that is logged on a stop.

    :param longest_poll: seconds after which a poll ends by itself.
    """

    def __init__(self, longest_poll: float) -> None:
        self.longest_poll = longest_poll
        self.polling = False
        self.tasks = 0
        self._lock = threading.Lock()

    def begin_task(self) -> None:
        """Note that a task is worked on from now on."""
        with self._lock:
            self.tasks += 1

    def end_task(self) -> None:
        """Note that a task has been worked on; its own thread may say so."""
        with self._lock:
            self.tasks -= 1

    def __str__(self) -> str:
        poll = f"a poll, for up to {self.longest_poll:.0f} s" if self.polling else ""
        task = ""
        if self.tasks:
            they = "1 task, for as long as it takes"
            task = they if self.tasks == 1 else f"{self.tasks} tasks, for as long as they take"
        return ", and ".join(filter(None, [poll, task])) or "nothing"


@contextmanager
def telling(ending: Ending, progress: Progress) -> Iterator[None]:
    """Log one line when the stop is set while the block runs: what is waited for.

    A stop of somebody else's making is not asked from a second thread; for it there is no line.
    """
    watched = isinstance(ending.stop, SignalStop) or type(ending.stop) is threading.Event
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            if ending.wait(LOOK):
                _log.warning("told to stop: waiting for %s%s", str(progress), ending)
                return

    if watched:
        threading.Thread(target=watch, name="py_swf-stop", daemon=True).start()
    try:
        yield
    finally:
        over.set()
