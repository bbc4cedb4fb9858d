"""The heartbeat of a task that is worked on in another process.

The worker's process sends the beats. The other process tells it how far the work is, and is told
when the work is no longer wanted. They talk through a pipe. Each message names the task by a
number, since a late one may be about an earlier task.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from multiprocessing.connection import Connection
from typing import Any, Literal, TypeVar

from py_swf._to_wire import members
from py_swf.daemon.errors import CancelRequested, TaskGone
from py_swf.daemon.heartbeats import Heartbeat
from py_swf.tasks import ActivityTask

__all__ = ["HeartbeatElsewhere", "Line", "answer_calls", "work_elsewhere"]

T = TypeVar("T")
_OPERATION = "RecordActivityTaskHeartbeat"


class Line:
    """The worker's end of the pipe to one process; a thread reads what that process sends.

    :param pipe: the end.
    """

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._numbers = count(1)
        self._beats: dict[int, Heartbeat] = {}
        threading.Thread(target=self._listen, name="py_swf-process", daemon=True).start()

    def begin(self, beat: Heartbeat) -> int:
        """Tell a task's process when its work is no longer wanted; return the task's number.

        :param beat: the heartbeat of the task.
        """
        number = next(self._numbers)
        self._beats = {number: beat}  # a process works on one task at a time

        def tell() -> None:
            with suppress(OSError):  # the process has ended
                self._pipe.send((number, "gone" if beat.task_gone else "canceled"))

        beat.when_unwanted(tell)
        return number

    def end(self) -> None:
        """End the process, if it has not ended yet."""
        with suppress(OSError):
            self._pipe.send(None)

    def _listen(self) -> None:
        with suppress(EOFError, OSError):
            while True:
                number, details = self._pipe.recv()
                beat = self._beats.get(number)
                if beat is not None:
                    beat.details = details
        self._pipe.close()  # here, where nobody reads from it any more


class HeartbeatElsewhere:
    """What a handler in another process gets as its ``beat``.

    :param number: the number of the task.
    :param task: the task.
    :param pipe: the end of the pipe to the worker; None where there is none.
    """

    def __init__(self, number: int, task: ActivityTask, pipe: Connection | None) -> None:
        #: whether the decider asked for the task to be canceled
        self.cancel_requested = False
        #: whether the task is no longer open
        self.task_gone = False
        self.number = number
        self._task = task
        self._pipe = pipe
        self._details: str | None = None
        self._when_unwanted: list[Callable[[], object]] = []

    @property
    def details(self) -> str | None:
        """How far the work is, up to 2,048 characters; carried by the next beat.

        :raises ValueError: when a text is set that the service would refuse.
        """
        return self._details

    @details.setter
    def details(self, details: str | None) -> None:
        """Set what the next beat carries."""
        members(_OPERATION, details=details)
        self._details = details
        if self._pipe is not None:
            with _sending:
                self._pipe.send((self.number, details))

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
        """Have a function called when the work is no longer wanted, as in :class:`Heartbeat`.

        :param call: called without arguments, once.
        """
        self._when_unwanted.append(call)
        self._tell()

    def hear(self, kind: Literal["canceled", "gone"]) -> None:
        """Take in a message from the worker.

        :param kind: why the work is no longer wanted.
        """
        self.task_gone = self.task_gone or kind == "gone"
        self.cancel_requested = self.cancel_requested or kind == "canceled"
        self._tell()

    def _tell(self) -> None:
        if self.cancel_requested or self.task_gone:
            with suppress(IndexError):
                while True:
                    self._when_unwanted.pop()()


# the state of this module in the process that does the work
_sending = threading.Lock()
_here: dict[str, Any] = {"pipe": None, "beat": None, "said": None}


def answer_calls(pipe: Connection) -> None:
    """Read what the worker sends, in the process that does the work, until that should end.

    :param pipe: the end of the pipe to the worker.
    """
    _here["pipe"] = pipe
    with suppress(EOFError, OSError):
        while (said := pipe.recv()) is not None:
            _here["said"] = said
            _hear(said)


def _hear(said: tuple[int, Any] | None) -> None:
    beat: HeartbeatElsewhere | None = _here["beat"]
    if said is not None and beat is not None and said[0] == beat.number:
        beat.hear(said[1])


def work_elsewhere(number: int, handler: Callable[..., T], task: ActivityTask) -> T:
    """Call a handler with a beat of its own, in the process that does the work.

    :param number: the number of the task.
    :param handler: called with the task and the beat.
    :param task: the task.
    """
    _here["beat"] = beat = HeartbeatElsewhere(number, task, _here["pipe"])
    _hear(_here["said"])  # the message may have come first
    try:
        return handler(task, beat)
    finally:
        _here["beat"] = None
