"""What happens once a stop is set: by when everything has to end, and the line that says so."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from py_swf.daemon.stopping import SignalStop, Stop
from py_swf.daemon.task_ids import title_of

__all__ = ["LOOK", "Ending", "Progress", "telling"]

_log = logging.getLogger(__name__)

#: seconds between two looks at a stop, while waiting for something else as well
LOOK = 0.5

#: how many tasks a log line names at most
_NAMED = 3


class Ending:
    """A stop, and the moment after it by which everything has to have ended. It is a Stop itself.

    :param stop: what is asked; None is one that is never set.
    :param within: seconds from the stop to that moment; None for no such moment.
    :param clock: returns seconds that never go backwards.
    """

    def __init__(self, stop: Stop | None, within: float | None, clock: Callable[[], float]) -> None:
        self.stop: Stop = stop or threading.Event()
        self.within = math.inf if within is None else within
        self._clock = clock
        self._deadline = math.inf
        self._has_failed = False

    @classmethod
    def of(cls, stop: Stop | None, within: float | None, clock: Callable[[], float]) -> Ending:
        """Return the stop itself if it is an Ending, so that all who share it end together."""
        return stop if isinstance(stop, Ending) else cls(stop, within, clock)

    def __str__(self) -> str:
        bound = "" if self.within == math.inf else f", but for no longer than {self.within:.0f} s"
        again = isinstance(self.stop, SignalStop)
        return bound + ("; a second signal ends the process at once" if again else "")

    def is_set(self) -> bool:
        """Return whether to stop; time runs from the first call that finds it set."""
        return self._seen(self._has_failed or self.stop.is_set())

    def fail(self) -> None:
        """Count as set from now on, whatever the stop says: an error ends the work."""
        self._has_failed = True

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set or the timeout (in seconds) is over; return whether it is set."""
        return self._seen(self.stop.wait(timeout))

    def _seen(self, is_set: bool) -> bool:
        if is_set and self._deadline == math.inf:
            self._deadline = self._clock() + self.within
        return is_set

    def left(self) -> float:
        """Return the seconds until everything has to have ended; math.inf for no such moment."""
        return max(0.0, self._deadline - self._clock()) if self.is_set() else math.inf

    def is_over(self) -> bool:
        """Return whether everything has to have ended."""
        return self.left() <= 0

    def pause(self, seconds: float) -> None:
        """Wait this many seconds, or until the stop is set; 0 does not wait at all."""
        if seconds:
            self.wait(seconds)

    def sleep(self, seconds: float, sleep: Callable[[float], object]) -> None:
        """Sleep; if there is a moment to end by, a stop ends the sleep.

        :param seconds: for how long.
        :param sleep: sleeps when there is no such moment.
        """
        if self.within == math.inf or self.is_set():
            sleep(seconds)
        else:
            self.wait(seconds)

    def wait_for(self, done: threading.Event) -> bool:
        """Wait until an event is set or everything has to have ended; return whether it is set."""
        while not done.wait(min(LOOK, self.left())):
            if self.is_over():
                return done.is_set()
        return True


class Progress:
    """What a loop is doing, for the lines that are logged on a stop.

    :param longest_poll: seconds after which a poll ends by itself.
    :param where: what a log line calls the task list.
    """

    def __init__(self, longest_poll: float, where: str = "a task list") -> None:
        self.longest_poll = longest_poll
        self.where = where
        self.polling = False
        self._tasks: list[object] = []
        self._lock = threading.Lock()

    def begin_task(self, task: object) -> None:
        """Note that a task is being worked on from now on."""
        with self._lock:
            self._tasks.append(task)

    def end_task(self, task: object) -> None:
        """Note that a task has been worked on; may be called from the task's own thread."""
        with self._lock:
            self._tasks.remove(task)

    def tasks(self) -> str:
        """Name the tasks in progress, or the first few of them; "" if there are none."""
        with self._lock:
            titles = list(map(title_of, self._tasks))
        more = len(titles) - _NAMED
        named = titles if more <= 0 else [*titles[:_NAMED], f"{more} more"]
        return " and ".join(filter(None, [", ".join(named[:-1]), *named[-1:]]))

    def __str__(self) -> str:
        poll = f"a poll, for up to {self.longest_poll:.0f} s" if self.polling else ""
        tasks = self.tasks()
        task = f"{tasks}, for as long as it takes" if tasks else ""
        return ", and for ".join(filter(None, [poll, task]))


@contextmanager
def telling(ending: Ending, progress: Progress) -> Iterator[None]:
    """Log one line when the stop is set while the block runs, if something is waited for.

    A stop that the user wrote may not like to be asked from a second thread; it gets no line.
    """
    watched = isinstance(ending.stop, SignalStop) or type(ending.stop) is threading.Event
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            if ending.wait(LOOK):
                waited_for = str(progress)
                if waited_for:
                    text = "told to stop polling %s: waiting for %s%s"
                    _log.warning(text, progress.where, waited_for, ending)
                return

    if watched:
        threading.Thread(target=watch, name="py_swf-stop", daemon=True).start()
    try:
        yield
    finally:
        over.set()
