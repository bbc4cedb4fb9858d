"""How a daemon's calls are made: clock, random numbers, sleep, and the report on each call.

Nothing else in this package reads a clock, draws a random number or sleeps; tests, and users who
want something else, pass another :class:`Calling`.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from typing import TypeAlias, TypeVar

import attrs

from py_swf.daemon.backoff import Backoff, full_jitter
from py_swf.daemon.error_verdicts import name_of
from py_swf.errors import NoTaskFound, PollNotAnswered

__all__ = ["Calling", "OnCall"]

T = TypeVar("T")
_log = logging.getLogger(__name__)

#: called after each call with (operation, seconds it took, outcome)
OnCall: TypeAlias = Callable[[str, float, str], object]


@attrs.frozen
class Calling:
    """How calls are timed, reported and tried again.

    :param on_call: called after each call with the name of the AWS operation, its duration in
        seconds and its outcome: "ok", "empty" for a poll without a task, "unanswered" for a poll
        that ran into the read timeout, or else the code of the fault or the class of the exception.
        It is called in the thread of the call; an exception in it is logged and goes no further,
        since a metric must not cost a task.
    :param backoff: from (failed attempts so far, minus one; random number) to seconds to wait.
    :param chance: returns random numbers from 0 to 1.
    :param clock: returns seconds that never go backwards.
    :param sleep: waits for a number of seconds.
    """

    on_call: OnCall | None = None
    backoff: Backoff = full_jitter
    chance: Callable[[], float] = random.random
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep

    def pause(self, attempt: int) -> float:
        """Return how long to wait after a failure, in seconds.

        :param attempt: 0 after the first failure in a row, 1 after the second, and so on.
        """
        return self.backoff(attempt, self.chance())

    def timed(self, operation: str, call: Callable[[], T]) -> T:
        """Make one call, and report it.

        :param operation: its name for ``on_call``.
        :param call: makes the call.
        :return: what it returns; what it raises is raised.
        """
        began = self.clock()
        try:
            result = call()
        except BaseException as error:
            self._tell(operation, began, _outcome_of(error))
            raise
        self._tell(operation, began, "ok")
        return result

    def _tell(self, operation: str, began: float, outcome: str) -> None:
        if self.on_call is None:
            return
        try:
            self.on_call(operation, self.clock() - began, outcome)
        except Exception:
            _log.exception("on_call(%r, ..., %r) failed", operation, outcome)


def _outcome_of(error: BaseException) -> str:
    if isinstance(error, PollNotAnswered):
        return "unanswered"
    return "empty" if isinstance(error, NoTaskFound) else name_of(error)
