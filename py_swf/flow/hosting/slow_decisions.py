"""Where the code of a slow decision is: its stack, in one log line."""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import attrs

from py_swf.daemon.task_ids import ids_of, title_of
from py_swf.tasks import DecisionTask

__all__ = ["SlowDecisions"]

_log = logging.getLogger(__name__)

#: seconds between two looks
LOOK = 1.0


@attrs.define(eq=False)
class _Begun:
    task: DecisionTask
    at: float
    is_told: bool = False


class SlowDecisions:
    """Logs the stack of each decision that takes long, once.

    It goes around a decider, as the functions of ``around=`` do, and its own thread looks every
    second at what has begun. It only logs such a decision, which may be reading a long history, or
    waiting in a call that workflow code should not make. The stack shows which.

    :param seconds: how long a decision may take before it is logged.
    :param clock: returns seconds that never go backwards.
    """

    def __init__(self, seconds: float = 5.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        #: what is being decided, by the thread that does it
        self._begun: dict[int, _Begun] = {}

    def __call__(self, task: Any, proceed: Callable[[], Any]) -> Any:
        """Run the block, and remember that this thread is deciding in it.

        :param task: the decision task.
        :param proceed: decides it.
        """
        thread = threading.get_ident()
        self._begun[thread] = _Begun(task, self._clock())
        try:
            return proceed()
        finally:
            del self._begun[thread]

    def look(self) -> None:
        """Log what has taken too long since it began, unless it was logged before."""
        now = self._clock()
        for thread, begun in self._begun.copy().items():
            if begun.is_told or now - begun.at < self.seconds:
                continue
            frame = sys._current_frames().get(thread)
            if frame is None or self._begun.get(thread) is not begun:
                continue  # it has ended in the meantime
            begun.is_told = True
            text = "deciding for %s has taken %.0f s so far; it is here:\n%s"
            about = title_of(begun.task), now - begun.at, _stack_below(frame)
            _log.warning(text, *about, extra=ids_of(begun.task))

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look every second while the block runs."""
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(LOOK):
                self.look()

        thread = threading.Thread(target=watch, name="py_swf-slow-decisions", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def _stack_below(frame: FrameType) -> str:
    """Return the stack of a decision, without the frames of the loop that it is decided in."""
    frames = traceback.extract_stack(frame)
    begun = (__file__, SlowDecisions.__call__.__name__)
    here = [at for at, each in enumerate(frames) if (each.filename, each.name) == begun]
    return "".join(traceback.format_list(frames[here[-1] + 1 :] if here else frames))
