"""Work in processes, one for each slot: an error in one fails only the task of that process.

A :class:`concurrent.futures.ProcessPoolExecutor` is broken as a whole when one of its processes
dies, and every task in progress fails with it.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from typing import Any, TypeVar

from py_swf.daemon.argument_checks import check_count
from py_swf.daemon.heartbeats import Heartbeat
from py_swf.daemon.process_beats import Line, answer_calls, connect, work_elsewhere
from py_swf.tasks import ActivityTask

__all__ = ["ProcessDied", "processes"]

T = TypeVar("T")


class ProcessDied(Exception):
    """The process that worked on a task has died, or its exception cannot be read here."""


def processes(count: int) -> Processes:
    """Return an executor for :class:`ActivityWorker` that runs each handler in another process.

    Each of its processes works on one task at a time. One that dies, or whose exception cannot be
    pickled, fails its task with :class:`ProcessDied`, and another is started in its place; the
    other tasks go on. The processes ignore SIGTERM and SIGINT, which a terminal or a supervisor
    sends to a whole group: the worker that started them stops, and they finish their work. When the
    worker's process is gone, however it ended, they end too. They are started by "spawn", so the
    handler must be a function in a module that can be imported. A handler that takes a beat gets
    one, which reports how far the work is and learns of cancel requests, as :class:`Heartbeat` does
    here::

        with processes(4) as executor:
            ActivityWorker(client, handler, max_workers=4, executor=executor).run(stop)

    :param count: how many processes; as many as the worker's ``max_workers``.
    :raises ValueError: when ``count`` is less than 1.
    """
    check_count("count", count, 1)
    return Processes(count)


class Processes(Executor):
    """Processes, one for each slot: what :func:`processes` returns."""

    def __init__(self, count: int) -> None:
        self._free: SimpleQueue[ProcessPoolExecutor | None] = SimpleQueue()
        #: pool -> the line to its process
        self._pools: dict[ProcessPoolExecutor, Line] = {}
        self._broken: list[ProcessPoolExecutor] = []
        self._lock = threading.Lock()
        self._is_shut = False
        for _ in range(count):
            self._free.put(None)  # a slot; its process is started for its first task

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Call a function in a free process; wait until there is one."""
        return self._submit(lambda pool: pool.submit(fn, *args, **kwargs))

    def submit_with_beat(
        self, handler: Callable[..., T], task: ActivityTask, beat: Heartbeat
    ) -> Future[T]:
        """Call a handler in a free process, with a beat of its own.

        :param handler: called with the task and the beat.
        :param task: the task.
        :param beat: the heartbeat of the task in this process.
        """
        return self._submit(
            lambda pool: pool.submit(work_elsewhere, self._pools[pool].begin(beat), handler, task)
        )

    def _submit(self, submit: Callable[[ProcessPoolExecutor], Future[T]]) -> Future[T]:
        pool = self._free.get()
        self._end_broken()
        try:
            with self._lock:
                if self._is_shut:
                    raise RuntimeError("cannot schedule new futures after shutdown")
                pool = pool or self._start()
            inner = submit(pool)
        except BrokenExecutor:  # it died while it had nothing to do
            self._drop(pool)
            self._free.put(None)
            return self._submit(submit)
        except BaseException:
            self._free.put(pool)
            raise
        outer: Future[T] = Future()
        outer.set_running_or_notify_cancel()
        inner.add_done_callback(lambda done: self._done(pool, done, outer))
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more tasks; wait for those in progress, and end the processes."""
        with self._lock:
            self._is_shut = True
            pools = list(self._pools)
        for pool in pools:
            pool.shutdown(wait, cancel_futures=cancel_futures)
        self._end_broken()

    def _start(self) -> ProcessPoolExecutor:
        context = get_context("spawn")
        open_end, held_end = context.Pipe()
        pool = ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(open_end,))
        self._pools[pool] = Line(held_end)
        return pool

    def _drop(self, pool: ProcessPoolExecutor | None) -> None:
        """Put a broken pool aside.

        Python 3.12 and later call back while they hold the lock of the pool, so shutting it down
        here, or dropping it, would wait forever. The next caller of this executor does that.
        """
        with self._lock:
            if pool is not None:
                self._pools.pop(pool).end()  # a living process would ignore SIGTERM
                self._broken.append(pool)

    def _end_broken(self) -> None:
        with self._lock:
            broken, self._broken = self._broken, []
        for pool in broken:
            pool.shutdown(wait=False)

    def _done(self, pool: ProcessPoolExecutor | None, done: Future[T], outer: Future[T]) -> None:
        """Pass the outcome on; the slot is free before that, without the process if it died."""
        error = done.exception()
        if isinstance(error, BrokenExecutor):
            self._drop(pool)
            pool, error = None, ProcessDied(f"the process of the task has died: {error}")
        self._free.put(pool)
        if error is None:
            outer.set_result(done.result())
        else:
            outer.set_exception(error)


def _begin(open_end: Connection) -> None:
    """Leave the signals to the parent, and end with it: what each process does first."""
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, signal.SIG_IGN)
    connect(open_end)
    parent = parent_process()
    if parent is not None:
        for end in (partial(wait, [parent.sentinel]), answer_calls):
            threading.Thread(target=_end_after, args=(end,), daemon=True).start()


def _end_after(wait: Callable[[], object]) -> None:
    wait()
    os._exit(1)
