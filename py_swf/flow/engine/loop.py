"""An asyncio event loop whose clock is a history, and whose delays are SWF timers.

It runs what is ready and returns; it never waits. The parts of asyncio (gather, TaskGroup,
timeout, Event, Queue ...) work on it unchanged. It refuses all that reaches out of the workflow.
"""

from __future__ import annotations

import asyncio
import math
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import suppress
from contextvars import Context, copy_context
from datetime import datetime, timezone
from functools import cached_property
from threading import local
from typing import Any, Protocol, TypeVar
from weakref import WeakSet

from py_swf.flow.errors import NotForWorkflows

__all__ = ["Evicted", "HistoryLoop", "Timer", "make_loop", "running_loop"]

T = TypeVar("T")
#: longest life of an execution, in seconds: no timer needs to be longer
LONGEST = 31_536_000
#: what the service takes as a timer, in seconds
MOST = 99_999_999
_BEFORE_ALL = datetime.fromtimestamp(0, timezone.utc)
_set_running_loop = asyncio._set_running_loop
_get_running_loop = asyncio._get_running_loop


class Evicted(BaseException):
    """Raised in code whose run is dropped: where it waits, and wherever it then asks for something.

    GeneratorExit, which ``close`` would raise, does not reach what an async generator waits for.
    """


class Timer(Protocol):
    """A timer that stands for a delay; canceling it too late does nothing."""

    def cancel(self) -> None:
        """End the timer."""


class Moment(Protocol):
    """The source of the time: an event."""

    @property
    def event_timestamp(self) -> datetime:
        """The time; aware."""
        ...


class _Never:
    """A timer that never fires, because it is due after the end of the execution."""

    def cancel(self) -> None:
        """Do nothing."""


class _Ready:
    """A callback that waits for its turn."""

    __slots__ = ("args", "callback", "context")

    def __init__(
        self, callback: Callable[..., object] | None, args: tuple[Any, ...], context: Context
    ) -> None:
        self.callback = callback
        self.args = args
        self.context = context

    def cancel(self) -> None:
        """Make sure that it is never called."""
        self.callback, self.args = None, ()

    def cancelled(self) -> bool:
        """Return whether it was canceled."""
        return self.callback is None


class _Delayed(_Ready):
    """A callback that waits for a timer first."""

    __slots__ = ("_when", "timer")

    timer: Timer
    _when: float

    def cancel(self) -> None:
        """Make sure that it is never called, and end the timer."""
        if self.callback is not None:
            super().cancel()
            self.timer.cancel()

    def when(self) -> float:
        """Return when it will be called, on the clock of the loop."""
        return self._when


class _Task(asyncio.Task[T]):
    """A task that is hashed alike in every replay, so that sets of tasks are iterated alike."""

    __slots__ = ("_hash",)

    def __init__(
        self, coro: Coroutine[Any, Any, T], loop: HistoryLoop, name: Any, **kwargs: Any
    ) -> None:
        loop.tasks_made += 1
        self._hash = loop.hash_seed + loop.tasks_made
        super().__init__(coro, loop=loop, name=name or f"Task-{loop.tasks_made}", **kwargs)

    def __hash__(self) -> int:
        return self._hash


class _Running(local):
    """The loop that runs the code of a workflow in this thread, if any."""

    loop: HistoryLoop | None = None


_running = _Running()


def running_loop() -> HistoryLoop | None:
    """Return the loop that runs the code of a workflow in this thread, if any.

    asyncio knows it too, but up to Python 3.11 it asks the system for the process id every time.
    """
    return _running.loop


class HistoryLoop(asyncio.AbstractEventLoop):
    """The event loop of one run.

    :param run: the run, for code that finds the loop running.
    :param start_timer: starts a timer of so many whole seconds, after which the handle is due.
    :param complain: called with what asyncio would log: failed callbacks, and tasks whose errors
        nobody retrieved.
    """

    def __init__(
        self,
        run: Any,
        start_timer: Callable[[int, Callable[[], None]], Timer],
        complain: Callable[[dict[str, Any]], object],
    ) -> None:
        self.run = run
        #: the event whose time is the current time
        self.moment: Moment | None = None
        self.stopped = False
        #: sets the hashes of tasks apart from those of other runs: asyncio keeps all in one set
        self.hash_seed = 0
        self.tasks_made = 0
        self._start_timer = start_timer
        self._complain = complain
        self._ready: list[_Ready] = []
        self._tasks: list[asyncio.Task[Any]] = []
        self._prune_at = 32
        self._before: tuple[Any, ...] = ()

    # what asyncio needs from a loop

    @property
    def now(self) -> datetime:
        """The time of the decision task; aware."""
        return _BEFORE_ALL if self.moment is None else self.moment.event_timestamp

    def time(self) -> float:
        """Return the time of the decision task, in seconds since the epoch."""
        return self.now.timestamp()

    # These three do not return an asyncio.Handle, only an object with the methods that are used.
    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Any:
        """Call something after everything that is ready now has run."""
        handle = _Ready(callback, args, copy_context() if context is None else context)
        self._ready.append(handle)
        return handle

    def call_later(  # type: ignore[override]
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> Any:
        """Call something after a delay in seconds, which becomes a timer of whole ones.

        :raises ValueError: when the service would not accept such a long timer; math.inf starts no
            timer, and waits until the execution ends.
        """
        delay = round(delay, 3)  # smaller parts come from adding and subtracting times
        if delay <= 0:
            return self.call_soon(callback, *args, context=context)
        if MOST < delay < math.inf:
            raise ValueError(
                f"a delay of {delay} seconds is too long: SWF takes timers of up to {MOST}. "
                "math.inf waits until the execution ends"
            )
        handle = _Delayed(callback, args, copy_context() if context is None else context)
        handle._when = self.time() + delay
        if delay > LONGEST:
            handle.timer = _Never()
            return handle
        handle.timer = self._start_timer(math.ceil(delay), lambda: self._ready.append(handle))
        return handle

    def call_at(  # type: ignore[override]
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> Any:
        """Call something at a time of this loop's clock."""
        return self.call_later(when - self.time(), callback, *args, context=context)

    def create_future(self) -> asyncio.Future[Any]:
        """Return a future of this loop."""
        return asyncio.Future(loop=self)

    def create_task(
        self,
        coro: Generator[Any, None, T] | Coroutine[Any, Any, T],
        *,
        name: object = None,
        context: Context | None = None,
        **kwargs: Any,
    ) -> asyncio.Task[T]:
        """Return a task of this loop, to run after everything that is ready now."""
        if context is not None:
            kwargs["context"] = context  # from Python 3.11 on
        # The abstract loop allows awaitables that are not coroutines; asyncio passes none.
        task: asyncio.Task[T] = _Task(coro, self, name, **kwargs)  # type: ignore[arg-type]
        if len(self._tasks) >= self._prune_at:
            self._tasks = [each for each in self._tasks if not each.done() or _is_unseen(each)]
            self._prune_at = 2 * len(self._tasks) + 32
        self._tasks.append(task)
        return task

    def get_debug(self) -> bool:
        """Return False: there is no debug mode."""
        return False

    def set_debug(self, enabled: bool) -> None:
        """Do nothing: there is no debug mode."""

    def is_running(self) -> bool:
        """Return True: it is only seen by code that runs on it."""
        return True

    def is_closed(self) -> bool:
        """Return False: it is only seen by code that runs on it."""
        return False

    def get_task_factory(self) -> None:
        """Return None: tasks are made by the loop."""

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Keep what asyncio would log."""
        self._complain(context)

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        """Keep what asyncio would log."""
        self._complain(context)

    def get_exception_handler(self) -> None:
        """Return None: there is no handler but the loop's."""

    async def shutdown_asyncgens(self) -> None:
        """Do nothing: generators are closed with the run."""

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Do nothing: there is no executor."""

    # what its run needs from it

    def enter(self) -> None:
        """Become the running loop of this thread; the previous one is put aside."""
        self._before = _running.loop, _get_running_loop(), sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(firstiter=self._note_generator, finalizer=None)
        _set_running_loop(self)
        _running.loop = self

    def leave(self) -> None:
        """Put back the loop that was running."""
        _running.loop, loop, hooks = self._before
        _set_running_loop(loop)
        sys.set_asyncgen_hooks(*hooks)

    def _note_generator(self, generator: AsyncGenerator[Any, Any]) -> None:
        self._generators.add(generator)

    @cached_property
    def _generators(self) -> WeakSet[AsyncGenerator[Any, Any]]:
        """The asynchronous generators that were started and may be open; few workflows have any."""
        return WeakSet()

    def run_ready(self) -> None:
        """Run what is ready, and what that makes ready, until nothing is left or it is stopped."""
        while self._ready:
            ready, self._ready = self._ready, []
            for handle in ready:
                callback = handle.callback
                if callback is None:
                    continue
                if self.stopped:
                    return
                try:
                    handle.context.run(callback, *handle.args)
                except (SystemExit, KeyboardInterrupt):
                    raise
                except BaseException as error:
                    text = f"Exception in callback {callback}"
                    self._complain({"message": text, "exception": error})

    def complain_of_tasks(self) -> None:
        """Report the tasks that failed and whose errors nobody retrieved, once each."""
        for task in self._tasks:
            if task.done() and _is_unseen(task):
                message = f"the error of {task.get_name()} was never retrieved"
                self._complain({"message": message, "exception": task.exception()})

    def close_tasks(self) -> None:
        """Close every coroutine that waits, the newest first, until it ends.

        Their ``finally`` blocks run, here and now; a coroutine that waits in one is closed again.
        """
        self._ready.clear()
        # Held, so that Python does not close one, with a warning, when its coroutine drops it.
        generators = [*self._generators]
        sys.set_asyncgen_hooks(firstiter=generators.append)
        while self._tasks or generators:  # cleanup may make more of them
            task = self._tasks.pop() if self._tasks else None
            if task is None:
                closing = _aclose(generators.pop())
                with suppress(BaseException):
                    closing.send(None)
                _close(closing)
            elif task.done():
                task._log_traceback = False
            else:
                # asyncio itself reads this attribute; its annotations lack it.
                task._log_destroy_pending = False  # type: ignore[attr-defined]
                _close(task.get_coro())
        self._ready.clear()


async def _aclose(generator: AsyncGenerator[Any, Any]) -> None:
    await generator.aclose()


def _is_unseen(task: asyncio.Task[Any]) -> bool:
    """Return whether a task has an error that nobody has retrieved: then asyncio would log it."""
    return bool(task._log_traceback)


def _close(coro: Any) -> None:
    for _ in range(100):
        try:
            coro.throw(Evicted())
        except BaseException:  # it is over; nobody is left to catch what its cleanup raises
            return


def _refusal(name: str, instead: str) -> Callable[..., Any]:
    def refuse(self: HistoryLoop, *args: Any, **kwargs: Any) -> Any:
        raise NotForWorkflows(f"loop.{name}() cannot be replayed in a workflow: {instead}")

    refuse.__name__ = name
    refuse.__doc__ = f"Refuse: {instead}."
    return refuse


_IN_ACTIVITY = "do it in an activity and await that"
_NETWORK = f"no sockets or pipes here; {_IN_ACTIVITY}"
_ENDED_BY_RUN = "the loop is run by its history; return from the workflow to end it"

#: method -> what to do instead
_REFUSED = {
    **dict.fromkeys(
        ["run_forever", "run_until_complete", "stop", "close", "set_task_factory"], _ENDED_BY_RUN
    ),
    **dict.fromkeys(
        ["run_in_executor", "set_default_executor"],
        f"no threads or executors here (asyncio.to_thread is one); {_IN_ACTIVITY}",
    ),
    "call_soon_threadsafe": "other threads cannot reach a workflow; send a signal",
    **dict.fromkeys(["subprocess_exec", "subprocess_shell"], f"no processes; {_IN_ACTIVITY}"),
    **dict.fromkeys(
        ["add_signal_handler", "remove_signal_handler"],
        "no operating system signals; wait for a flow.Signal, or for CancelledError",
    ),
    "set_exception_handler": "catch the error where the task is awaited",
    **dict.fromkeys(
        [
            *("getaddrinfo", "getnameinfo", "create_connection", "create_server", "sendfile"),
            *("start_tls", "create_unix_connection", "create_unix_server"),
            *("connect_accepted_socket", "create_datagram_endpoint"),
            *("connect_read_pipe", "connect_write_pipe"),
            *("add_reader", "remove_reader", "add_writer", "remove_writer"),
            *("sock_recv", "sock_recv_into", "sock_recvfrom", "sock_recvfrom_into"),
            *("sock_sendall", "sock_sendto", "sock_connect", "sock_accept", "sock_sendfile"),
        ],
        _NETWORK,
    ),
}

_Loop: Any = type(
    HistoryLoop.__name__,
    (HistoryLoop,),
    {name: _refusal(name, instead) for name, instead in _REFUSED.items()},
)


def make_loop(
    run: Any,
    start_timer: Callable[[int, Callable[[], None]], Timer],
    complain: Callable[[dict[str, Any]], object],
) -> HistoryLoop:
    """Return a loop for a run, which refuses all that it cannot do; see :class:`HistoryLoop`."""
    loop: HistoryLoop = _Loop(run, start_timer, complain)
    return loop
