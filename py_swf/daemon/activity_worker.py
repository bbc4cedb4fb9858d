"""A worker for activity tasks, made of the pieces beside it; read it and write your own.

Poll when a slot is free, send heartbeats while the handler runs, answer with what it returns or
raises.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, TypeAlias, overload

from py_swf._to_wire import Duration
from py_swf.clients.activity_task import ActivityTaskClient
from py_swf.daemon.answers import GIVE_UP_AFTER, cancel, fail, finish
from py_swf.daemon.argument_checks import check_call, seconds_of
from py_swf.daemon.calling import Calling
from py_swf.daemon.errors import AnswerNotDelivered, AnswerRefused, CancelRequested
from py_swf.daemon.heartbeats import Heartbeat, heartbeating, interval
from py_swf.daemon.processes import Processes
from py_swf.daemon.task_ids import ids_of, title_of
from py_swf.daemon.worker import Worker
from py_swf.tasks import ActivityTask

__all__ = ["ActivityWorker"]

_log = logging.getLogger(__name__)

Handler: TypeAlias = Callable[..., str | None]
#: one for all tasks, or a function from a task to its own
TimeoutOfTask: TypeAlias = Duration | Callable[[ActivityTask], Duration | None]


class ActivityWorker(Worker[ActivityTask]):
    """Polls one task list and works on its tasks in threads.

    The handler is called as ``handler(task, beat)``; it returns the result, text or None. If it
    raises :class:`CancelRequested` (``beat.raise_if_canceled()`` does after a cancel request), the
    task is answered as canceled; after any other exception it is answered as failed, with the
    traceback. A handler that returns despite a cancel request completes its task. SystemExit,
    KeyboardInterrupt and the like fail the task and then end the worker. So does an executor that
    is broken or shut down, and a system with no thread left for heartbeats.

    :param client: polls, sends heartbeats and answers; its boto3 client is used from several
        threads.
    :param handler: does the work of one task.
    :param max_workers: how many tasks are worked on at the same time.
    :param heartbeat_timeout: the heartbeat timeout of the tasks, in seconds: a heartbeat is sent
        after each third of it. Or a function from a task to the timeout of its type.
    :param heartbeat_every: seconds between beats, instead of a third of the timeout.
    :param start_to_close_timeout: the start-to-close timeout of the tasks, in seconds, or a
        function as above: once it is over, no answer is sent again. With None, or no limit, each
        answer is tried for 300 seconds.
    :param executor: runs the handler elsewhere, for example in a process pool. It is then called as
        ``handler(task)`` and gets no beat; heartbeats are sent from here. In the processes of
        :func:`py_swf.daemon.processes` a handler that takes a beat gets one.
    :param identity: who polls, for the history; None is ``host:process id``.
    :param on_undelivered: called, in the worker's thread, with the error of an answer that did not
        arrive. None lets such an error end the worker, except for :class:`TaskGone`, which is
        logged.
    :param stop_within: ``run`` returns at most this many seconds after the stop is set. Tasks that
        are still in progress are left to their timeouts, and their threads run until the process
        ends. No answer is tried for longer. None waits for everything.
    :param calling: how calls are timed, reported and tried again; None is ``Calling()``.
        ``on_call`` is also called for handlers, as operation "handler".
    :raises ValueError: when a value is out of range, or a TypeError when it cannot be used.
    """

    thread_name = "py_swf-activity"

    @overload
    def __init__(
        self,
        client: ActivityTaskClient,
        handler: Callable[[ActivityTask, Heartbeat], str | None],
        *,
        max_workers: int = 1,
        heartbeat_timeout: TimeoutOfTask | None = None,
        heartbeat_every: float | timedelta | None = None,
        start_to_close_timeout: TimeoutOfTask | None = None,
        executor: Processes | None = None,
        identity: str | None = None,
        on_undelivered: Callable[[AnswerNotDelivered], object] | None = None,
        stop_within: float | None = None,
        calling: Calling | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self,
        client: ActivityTaskClient,
        handler: Callable[[ActivityTask], str | None],
        *,
        max_workers: int = 1,
        heartbeat_timeout: TimeoutOfTask | None = None,
        heartbeat_every: float | timedelta | None = None,
        start_to_close_timeout: TimeoutOfTask | None = None,
        executor: Executor,
        identity: str | None = None,
        on_undelivered: Callable[[AnswerNotDelivered], object] | None = None,
        stop_within: float | None = None,
        calling: Calling | None = None,
    ) -> None: ...
    def __init__(
        self,
        client: ActivityTaskClient,
        handler: Handler,
        *,
        max_workers: int = 1,
        heartbeat_timeout: TimeoutOfTask | None = None,
        heartbeat_every: float | timedelta | None = None,
        start_to_close_timeout: TimeoutOfTask | None = None,
        executor: Executor | None = None,
        identity: str | None = None,
        on_undelivered: Callable[[AnswerNotDelivered], object] | None = None,
        stop_within: float | None = None,
        calling: Calling | None = None,
    ) -> None:
        #: whether the handler is called with a beat
        self.gives_beat = executor is None or (
            isinstance(executor, Processes) and _takes_a_beat(handler)
        )
        check_call("handler", handler, "task", *(["beat"] if self.gives_beat else []))
        super().__init__(
            client,
            max_workers=max_workers,
            identity=identity,
            on_undelivered=on_undelivered,
            stop_within=stop_within,
            calling=calling,
            poll_options={},
        )
        self.client = client
        self.handler = handler
        interval(heartbeat_every, None if callable(heartbeat_timeout) else heartbeat_timeout)
        if start_to_close_timeout is not None and not callable(start_to_close_timeout):
            seconds_of("start_to_close_timeout", start_to_close_timeout)
        self.heartbeat_every = heartbeat_every
        self._heartbeat_of = _of_each("heartbeat_timeout", heartbeat_timeout)
        self._start_to_close_of = _of_each("start_to_close_timeout", start_to_close_timeout)
        self.executor = executor

    def _answer_to(self, task: ActivityTask) -> None:
        began = self.calling.clock()
        with ExitStack() as block:
            every = interval(self.heartbeat_every, self._heartbeat_of(task))
            beats = heartbeating(self.client, task, every, calling=self.calling)
            try:
                beat = block.enter_context(beats)
            except RuntimeError as error:
                # The system has no thread left for beats, but this task is ours to answer.
                self._deliver(fail, task, error, began)
                raise
            self._answer(task, beat, began)

    def _answer(self, task: ActivityTask, beat: Heartbeat, began: float) -> None:
        try:
            try:
                result = self.calling.timed("handler", lambda: self._handle(task, beat))
                self._deliver(finish, task, result, began)
            except CancelRequested as request:
                self._deliver(cancel, task, request.details, began)
        except BaseException as error:
            if isinstance(error, AnswerNotDelivered) and type(error) is not AnswerRefused:
                raise  # no other answer would arrive, or be accepted
            text = "%s failed: %r"
            _log.warning(text, title_of(task), error, exc_info=error, extra=ids_of(task))
            self._deliver(fail, task, error, began)
            if not isinstance(error, Exception) or isinstance(error, BrokenExecutor):
                raise

    def _handle(self, task: ActivityTask, beat: Heartbeat) -> str | None:
        if self.executor is None:
            return self.handler(task, beat)
        try:
            future: Future[str | None]
            if self.gives_beat and isinstance(self.executor, Processes):
                future = self.executor.submit_with_beat(self.handler, task, beat)
            else:
                future = self.executor.submit(self.handler, task)
        except BrokenExecutor:
            raise
        except RuntimeError as error:  # it has been shut down, and takes no other task either
            raise BrokenExecutor(str(error)) from error
        return future.result()

    def _deliver(
        self, answer: Callable[..., bool], task: ActivityTask, content: Any, began: float
    ) -> None:
        """Send an answer, for as long as the task can be answered."""
        left = GIVE_UP_AFTER
        timeout = self._start_to_close_of(task)
        seconds = math.inf if timeout is None else seconds_of("start_to_close_timeout", timeout)
        if seconds < math.inf:
            left = max(0.0, began + seconds - self.calling.clock())
        answer(
            self.client,
            task,
            content,
            give_up_after=left,
            calling=self.calling,
            stop=self._ending,
        )


def _of_each(name: str, timeout: TimeoutOfTask | None) -> Callable[[ActivityTask], Duration | None]:
    """Return a timeout as a function of the task."""
    if not callable(timeout):
        return lambda task: timeout
    check_call(name, timeout, "task")
    return timeout


def _takes_a_beat(handler: Handler) -> bool:
    try:
        check_call("handler", handler, "task", "beat")
    except TypeError:
        return False
    return True
