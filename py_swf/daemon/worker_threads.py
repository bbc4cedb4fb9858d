"""Work in a number of threads, where the next task is fetched only when one of them is free."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from py_swf.daemon.given import check_count

__all__ = ["in_slots"]

T = TypeVar("T")


def in_slots(polled: Iterator[T], work: Callable[[T], object], max_workers: int, name: str) -> None:
    """Work on each task in a thread of its own, on at most ``max_workers`` at the same time.

    The next task is asked for when a slot is free, so none waits here while its timeouts run.
    When the tasks end, or an error ends the work, what has begun is let end.

    :param polled: the tasks, as :func:`py_swf.daemon.tasks` yields them.
    :param work: works on one task.
    :param max_workers: how many at the same time; 1 or more.
    :param name: name of the threads.
    :raises ValueError: when ``max_workers`` is less than 1.
    :raises BaseException: the first that ``work`` raises. A task that is polled for at that moment
        is still worked on.
    """
    check_count("max_workers", max_workers, 1)
    free = threading.Semaphore(max_workers)
    errors: list[BaseException] = []

    def in_a_slot(task: T) -> None:
        try:
            work(task)
        except BaseException as error:
            errors.append(error)
        finally:
            free.release()

    threads: list[threading.Thread] = []
    try:
        while free.acquire() and not errors:
            task = next(polled, None)
            if task is None:
                break
            thread = threading.Thread(target=in_a_slot, args=(task,), name=name)
            threads = [*(t for t in threads if t.is_alive()), thread]
            try:
                thread.start()
            except RuntimeError:
                # The system has no thread left, but this task has been handed out to us.
                threads.remove(thread)
                in_a_slot(task)
    finally:
        for thread in threads:
            thread.join()
    if errors:
        raise errors[0]
