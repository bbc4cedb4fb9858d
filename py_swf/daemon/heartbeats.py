"""Heartbeats in the background while an activity task is worked on, and what they report back.

From a heartbeat the service learns that a worker is alive, and from its answer the worker learns
whether cancellation was requested or the task is no longer open. One small thread for each task
sends them; only the end of the task, or of the block, ends it.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial

from py_swf._to_wire import Duration, members
from py_swf.clients.activity_task import ActivityTaskClient
from py_swf.daemon.argument_checks import seconds_of
from py_swf.daemon.calling import Calling
from py_swf.daemon.error_verdicts import name_of, verdict_of
from py_swf.daemon.errors import CancelRequested, TaskGone
from py_swf.daemon.task_ids import AnyTask, ids_of, title_of
from py_swf.tasks import ActivityTask

__all__ = [
    "EVERY",
    "HandlerBeat",
    "Heartbeat",
    "end_beats",
    "heartbeating",
    "holding_beats",
    "interval",
]

_log = logging.getLogger(__name__)
_OPERATION = "RecordActivityTaskHeartbeat"

#: seconds between beats if the caller gives neither an interval nor a heartbeat timeout
EVERY = 30.0

# A beat that is stuck in the network must not hold back the answer for as long as it is stuck, nor
# an answer the beats.
_PATIENCE = 5.0

# The heartbeats now running. A token names a task only to the service of its own client.
_beating: dict[tuple[int, str], Heartbeat] = {}


def _key(client: object, task: AnyTask) -> tuple[int, str]:
    return id(client), task.task_token


def interval(
    every: float | timedelta | None = None, heartbeat_timeout: Duration | None = None
) -> float:
    """Return the seconds between beats: ``every``, else a third of the timeout, else 30.

    :param every: seconds between beats.
    :param heartbeat_timeout: the heartbeat timeout of the task, in seconds; math.inf or "NONE"
        for no limit.
    :raises ValueError: when the interval is infinite, or 0 or less.
    """
    value: Duration
    if every is not None:
        name, value, share = "every", every, 1
    elif heartbeat_timeout is None or heartbeat_timeout in ("NONE", math.inf):
        return EVERY
    else:
        name, value, share = "heartbeat_timeout", heartbeat_timeout, 3
    seconds = seconds_of(name, value, least=-math.inf)
    if not 0 < seconds < math.inf:
        raise ValueError(f"{name} is {value!r}; it must be more than 0 seconds, and finite")
    return seconds / share


class HandlerBeat:
    """What a handler gets as its ``beat``, in whichever process it works.

    :param task: the task that is worked on.
    """

    def __init__(self, task: ActivityTask) -> None:
        #: whether the decider asked for the task to be canceled, according to the last beat
        self.cancel_requested = False
        #: whether the task is no longer open: an answer would come too late
        self.task_gone = False
        self._task = task
        self._details: str | None = None
        self._when_unwanted: list[Callable[[], object]] = []

    @property
    def details(self) -> str | None:
        """How far the work is, up to 2,048 characters; sent with every beat from the next one on.

        :raises ValueError: when a text is set that the service would refuse.
        """
        return self._details

    @details.setter
    def details(self, details: str | None) -> None:
        """Set what the next beat carries."""
        members(_OPERATION, details=details)
        self._details = details
        self._pass_on(details)

    def _pass_on(self, details: str | None) -> None:
        """Pass the details on to the sender of the beats, if that is somebody else."""

    def raise_if_canceled(self) -> None:
        """Return if the work is still wanted.

        :raises CancelRequested: when the decider asked for the task to be canceled.
        :raises TaskGone: when the task is no longer open.
        """
        if self.task_gone:
            raise TaskGone(_OPERATION, self._task, "the task is no longer open")
        if self.cancel_requested:
            raise CancelRequested

    def when_unwanted(self, call: Callable[[], object]) -> None:
        """Have a function called when a beat hears that the work is no longer wanted.

        :param call: called once, without arguments, in the thread that hears it, or at once if such
            a beat has already been sent. It must be quick and raise nothing.
        """
        self._when_unwanted.append(call)
        self._tell()

    def _hear(self, *, canceled: bool = False, gone: bool = False) -> None:
        """Note what the service said about the work.

        :param canceled: whether the decider asked for the task to be canceled.
        :param gone: whether the task is no longer open.
        """
        if canceled:
            self.cancel_requested = True
        if gone:
            self.task_gone = True
        self._tell()

    def _tell(self) -> None:
        if self.cancel_requested or self.task_gone:
            with suppress(IndexError):
                while True:
                    self._when_unwanted.pop()()  # each by one thread only


class Heartbeat(HandlerBeat):
    """What :func:`heartbeating` gives to its block; its thread uses the same object."""

    def __init__(
        self,
        client: ActivityTaskClient,
        task: ActivityTask,
        every: float,
        details: str | None,
        calling: Calling,
        ended: threading.Event,
    ) -> None:
        super().__init__(task)
        #: seconds between beats
        self.every = every
        #: why the last beat failed; None when it arrived
        self.last_error: Exception | None = None
        self.details = details
        self._client = client
        self._calling = calling
        self._failures = 0
        self._ended = ended  # set when no more beats should be sent
        self._sending = threading.Lock()  # held while one is sent
        self._answering = False  # while the task's answer is being sent

    def run(self) -> None:
        """Beat until the task or the block ends: what the thread does."""
        pause = self.every
        while not self._ended.wait(pause):
            held = self._sending.acquire(timeout=min(self.every, _PATIENCE))
            try:
                if not self._ended.is_set():
                    pause = self._beat()
            finally:
                if held:
                    self._sending.release()

    def _beat(self) -> float:
        """Send one beat, and return the seconds until the next."""
        send = partial(self._client.heartbeat, self._task.task_token, self.details)
        try:
            asked = self._calling.timed(_OPERATION, send)
        except Exception as error:
            return self._failed(error)
        self.last_error, self._failures = None, 0
        self._hear(canceled=asked)
        return self.every

    def _failed(self, error: Exception) -> float:
        verdict, ids, title = verdict_of(error), ids_of(self._task), title_of(self._task)
        if verdict == "gone":
            answered = self._answering or self._ended.is_set()
            self._ended.set()
            if answered:
                return 0.0  # the answer overtook this beat, or is about to hear the same
            self._hear(gone=True)
            text = "%s is no longer open, for example after a timeout, but work on it goes on: %s"
            _log.warning(text, title, error, extra=ids)
            return 0.0
        self.last_error = error
        if verdict != "wait":
            # Nobody could catch it, and if the beats ended in silence, the task would time out.
            text = "heartbeat of %s failed (%s); beats go on"
            _log.error(text, title, error, exc_info=error, extra=ids)
            return self.every
        pause = min(self.every, self._calling.pause(self._failures))
        self._failures += 1
        text = "heartbeat of %s failed (%s); trying again in %.1f s"
        _log.warning(text, title, name_of(error), pause, extra=ids)
        return pause


@contextmanager
def heartbeating(
    client: ActivityTaskClient,
    task: ActivityTask,
    every: float | timedelta | None = None,
    *,
    heartbeat_timeout: Duration | None = None,
    details: str | None = None,
    calling: Calling | None = None,
) -> Iterator[Heartbeat]:
    """Send heartbeats of a task while the block runs::

        with heartbeating(client, task, heartbeat_timeout=60) as beat:
            for number, part in enumerate(parts):
                beat.raise_if_canceled()
                beat.details = f"part {number}"
                work(part)
            finish(client, task, "done")

    Heartbeats survive throttling, server errors and lost connections. They end when the block is
    left, when the service says that the task is no longer open, and when the task is answered by a
    function of :mod:`py_swf.daemon`. Answer inside the block, as above, so that the task does not
    time out while the answer is tried again. After that no heartbeat is sent; if one is stuck in
    the network at that moment, it is waited for up to 5 seconds.

    :param client: sends the beats.
    :param task: the task that is worked on.
    :param every: seconds between beats; the first is sent after that time. None is a third of
        ``heartbeat_timeout``, or 30 if that is None or without limit.
    :param heartbeat_timeout: the heartbeat timeout of the task, in seconds, as its decider gave it
        or as it is registered with the type; the service does not tell it to a worker.
    :param details: how far the work is, up to 2,048 characters; ``beat.details = ...`` changes it.
    :param calling: how calls are timed, reported and tried again; None is ``Calling()``.
    :raises ValueError: when the interval is 0 or less, or the details are too long.

    AWS operation: :swf:`RecordActivityTaskHeartbeat`
    """
    seconds = interval(every, heartbeat_timeout)
    beat = Heartbeat(client, task, seconds, details, calling or Calling(), threading.Event())
    # A daemon thread: whatever happens to the block, it does not keep the interpreter alive.
    thread = threading.Thread(target=beat.run, name=f"beat {task.activity_id}", daemon=True)
    key = _key(client, task)
    _beating[key] = beat
    try:
        thread.start()
        yield beat
    finally:
        beat._ended.set()
        _beating.pop(key, None)
        if thread.ident is not None:  # else it was never started
            thread.join(_PATIENCE)


@contextmanager
def holding_beats(client: object, task: AnyTask) -> Iterator[None]:
    """Send no beat of a task while the block runs.

    An answer is sent in such a block, so that no beat of the task overtakes or follows it. If the
    answer takes longer than the interval between beats, or than 5 seconds, the beats go on:
    otherwise the task would time out.

    :param client: the client that sends the beats.
    :param task: a task; one without beats is ignored.
    """
    beat = _beating.get(_key(client, task))
    if beat is None:
        yield
        return
    held = beat._sending.acquire(timeout=_PATIENCE)
    beat._answering = True
    try:
        yield
    finally:
        beat._answering = False
        if held:
            beat._sending.release()


def end_beats(client: object, task: AnyTask) -> None:
    """Send no further beat of a task: it is answered.

    :param client: the client that sends the beats.
    :param task: a task; one without beats is ignored.
    """
    beat = _beating.get(_key(client, task))
    if beat is not None:
        beat._ended.set()
