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
from typing import Any, TypeVar

from py_swf.daemon.heartbeats import HandlerBeat, Heartbeat
from py_swf.tasks import ActivityTask

__all__ = ["HeartbeatElsewhere", "Line", "answer_calls", "connect", "work_elsewhere"]

T = TypeVar("T")


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
                heard = {"canceled": beat.cancel_requested, "gone": beat.task_gone}
                self._pipe.send((number, heard))

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


class HeartbeatElsewhere(HandlerBeat):
    """What a handler in another process gets as its ``beat``.

    :param number: the number of the task.
    :param task: the task.
    :param pipe: the end of the pipe to the worker.
    """

    def __init__(self, number: int, task: ActivityTask, pipe: Connection) -> None:
        super().__init__(task)
        self.number = number
        self._pipe = pipe

    def _pass_on(self, details: str | None) -> None:
        with _sending:
            self._pipe.send((self.number, details))


# the state of this module in the process that does the work
_sending = threading.Lock()
_here: dict[str, Any] = {"pipe": None, "beat": None, "said": None}


def connect(pipe: Connection) -> None:
    """Give the process that does the work its end of the pipe, before its first task.

    :param pipe: the end of the pipe to the worker.
    """
    _here["pipe"] = pipe


def answer_calls() -> None:
    """Read what the worker sends, in the process that does the work, until that should end."""
    with suppress(EOFError, OSError):
        while (said := _here["pipe"].recv()) is not None:
            _here["said"] = said
            _hear(said)


def _hear(said: tuple[int, dict[str, bool]] | None) -> None:
    beat: HeartbeatElsewhere | None = _here["beat"]
    if said is not None and beat is not None and said[0] == beat.number:
        beat._hear(**said[1])


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
