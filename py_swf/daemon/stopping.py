"""Stops that are set by a signal, or after some time."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from py_swf.daemon.argument_checks import seconds_of

__all__ = ["SignalStop", "Stop", "stop_after", "stop_on_signals"]


class Stop(Protocol):
    """Tells a loop when to stop, and can be waited on; a :class:`threading.Event` is one."""

    def is_set(self) -> bool:
        """Return whether to stop."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set or the timeout (in seconds) is over; return whether it is set."""
        ...


class SignalStop:
    """An event that a signal handler may set, whatever the interrupted thread is doing.

    :class:`threading.Event` is not made for that: a handler that sets it while its own thread is
    just entering ``wait`` waits for a lock that this thread holds, and both are stuck forever. The
    ``put`` of a :class:`queue.SimpleQueue` may be interrupted by another one in the same thread.
    """

    def __init__(self) -> None:
        self._is_set = False
        self._told: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Set it, and wake all threads that wait. It stays set."""
        self._is_set = True
        self._told.put(None)

    def is_set(self) -> bool:
        """Return whether it is set."""
        return self._is_set

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set.

        :param timeout: the longest wait, in seconds; None waits forever.
        :return: whether it is set.
        """
        if not self._is_set:
            try:
                self._told.get(timeout=None if timeout is None else max(0.0, timeout))
            except Empty:
                return self._is_set
            self._told.put(None)  # for the next waiter
        return True


class StopAfter:
    """A stop that is set after some time; see :func:`stop_after`."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._deadline = clock() + seconds
        self._early = threading.Event()

    def set(self) -> None:
        """Set it before its time."""
        self._early.set()

    def is_set(self) -> bool:
        """Return whether it is set."""
        return self._early.is_set() or self._clock() >= self._deadline

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set.

        :param timeout: the longest wait, in seconds; None waits as long as it takes.
        :return: whether it is set.
        """
        left = max(0.0, self._deadline - self._clock())
        self._early.wait(left if timeout is None else min(left, timeout))
        return self.is_set()


def stop_after(
    seconds: float | timedelta, *, clock: Callable[[], float] = time.monotonic
) -> StopAfter:
    """Return a stop that is set some seconds from now, for tests and for programs started by cron::

        flow.Worker(boto_client, "shop", task_list="orders", workflows=[order]).run(stop_after(600))

    Work that has begun by then is finished, so the run itself takes longer: a poll that is under
    way ends within 60 seconds.

    :param seconds: how long from now. Call its ``set()`` to set it earlier.
    :param clock: returns seconds that never go backwards.
    :raises ValueError: when it is not a number of seconds, or is negative.
    """
    return StopAfter(seconds_of("seconds", seconds), clock)


@contextmanager
def stop_on_signals(
    signals: Sequence[signal.Signals] = (signal.SIGTERM, signal.SIGINT),
) -> Iterator[SignalStop]:
    """Have the first signal set the stop that the block is given.

    From then on the signals do what the system does by default: a second one, of either kind, ends
    the process at once. (Signals that arrive at the same moment, as when a terminal and a parent
    process both pass on one Ctrl-C, count as one.) When the block is left, the previous handlers
    are restored::

        with stop_on_signals() as stop:
            for task in tasks(client, stop=stop):
                ...

    :param signals: which signals stop.
    :raises RuntimeError: when entered outside the main thread, where Python sets no handlers.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError(
            "stop_on_signals() was entered in thread "
            f"{threading.current_thread().name!r}, but Python sets signal handlers in the main "
            "thread only: enter it there and hand its stop to this thread, or set a "
            "threading.Event of your own"
        )
    stop = SignalStop()
    before: dict[signal.Signals, Any] = {}

    def first(signum: int, frame: object) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_DFL)
        stop.set()

    try:
        for each in signals:
            before[each] = signal.signal(each, first)
        yield stop
    finally:
        for each, handler in before.items():
            # None: set by C code; Python has no name for it and cannot restore it
            signal.signal(each, signal.SIG_DFL if handler is None else handler)
