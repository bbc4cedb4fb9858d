"""Work in several threads; the next task is fetched only when one of them is free."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from py_swf.daemon.stop_deadline import LOOK, Ending, Progress

__all__ = ["in_slots"]

T = TypeVar("T")
_log = logging.getLogger(__name__)


def in_slots(
    polled: Iterator[T],
    work: Callable[[T], object],
    max_workers: int,
    name: str,
    ending: Ending,
    progress: Progress,
) -> None:
    """Work on each task in a thread of its own, on at most ``max_workers`` at the same time.

    The next task is asked for when a slot is free, so none waits here while its timeouts run.
    When the tasks end, or an error ends the work, the tasks in progress are finished. Those that
    are not done when everything has to end are left to their timeouts.

    :param polled: the tasks, as :func:`py_swf.daemon.tasks` yields them.
    :param work: works on one task.
    :param max_workers: how many at the same time; 1 or more.
    :param name: name of the threads.
    :param ending: the stop, and by when everything has to have ended.
    :param progress: counts the tasks in progress.
    :raises BaseException: the first that ``work`` raises. A task that is polled for at that moment
        is still worked on.
    """
    free = threading.Semaphore(max_workers)
    errors: list[BaseException] = []
    threads: list[threading.Thread] = []

    def in_a_slot(task: T) -> None:
        try:
            work(task)
        except BaseException as error:
            errors.append(error)
            ending.fail()  # otherwise it would wait for a next task, which may never come
        finally:
            progress.end_task(task)
            free.release()

    try:
        while _acquired(free, ending) and not errors:
            task = next(polled, None)
            if task is None:
                break
            # unless all are waited for, the interpreter may end without them
            bounded = ending.within < math.inf
            thread = threading.Thread(target=in_a_slot, args=(task,), name=name, daemon=bounded)
            threads = [*(t for t in threads if t.is_alive()), thread]
            progress.begin_task(task)
            try:
                thread.start()
            except RuntimeError:
                # The system has no thread left, but this task has been handed out to us.
                threads.remove(thread)
                in_a_slot(task)
    finally:
        _join(threads, ending, progress)
    if errors:
        raise errors[0]


def _acquired(free: threading.Semaphore, ending: Ending) -> bool:
    """Wait for a free slot; return whether there was one before everything had to end."""
    if ending.within == math.inf:
        return free.acquire()
    while not free.acquire(timeout=min(LOOK, ending.left())):
        if ending.is_over():
            return False
    return True


def _join(threads: list[threading.Thread], ending: Ending, progress: Progress) -> None:
    for thread in threads:
        while thread.is_alive() and not ending.is_over():
            thread.join(None if ending.within == math.inf else min(LOOK, ending.left()))
    left = progress.tasks()
    if left:
        _log.warning("did not end in time, and is left to its timeouts: %s", left)
