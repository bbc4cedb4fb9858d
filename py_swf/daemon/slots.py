"""Work in a number of threads, where the next task is fetched only when one of them is free."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["in_slots"]

T = TypeVar("T")


def in_slots(polled: Iterator[T], work: Callable[[T], object], slots: int, name: str) -> None:
    """Work on each task in a thread of its own, on at most ``slots`` at the same time.

    The next task is asked for when a slot is free, so none waits here while its time-outs run.
    When the tasks end, or an error ends the work, what has begun is let end.

    :param polled: the tasks, as :func:`py_swf.daemon.tasks` yields them.
    :param work: works on one task.
    :param slots: how many at the same time; 1 or more.
    :param name: how the names of the threads begin.
    :raises ValueError: when ``slots`` is less than 1.
    :raises BaseException: the first that ``work`` raises. A task that is polled for at that moment
        is still worked on.
    """
    if slots < 1:
        raise ValueError(f"slots is {slots}; it must be 1 or more")
    free = threading.Semaphore(slots)
    errors: list[BaseException] = []

    def in_a_slot(task: T) -> None:
        try:
            work(task)
        except BaseException as error:
            errors.append(error)
        finally:
            free.release()

    with ThreadPoolExecutor(slots, thread_name_prefix=name) as threads:
        while free.acquire() and not errors:
            task = next(polled, None)
            if task is None:
                break
            try:
                threads.submit(in_a_slot, task)
            except RuntimeError:
                # The interpreter ends and takes no new work, but this task has been handed out.
                in_a_slot(task)
                break
    if errors:
        raise errors[0]
