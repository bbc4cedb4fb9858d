"""A stop that lets a process work on what waits in the task list that only this process polls."""

from __future__ import annotations

from collections.abc import Callable

from py_swf.clients.decision import DecisionClient
from py_swf.daemon.error_verdicts import verdict_of
from py_swf.daemon.stopping import Stop

__all__ = ["DrainedStop"]


class DrainedStop:
    """A stop that is set once another one is set and no task waits in a task list any more.

    Nobody else polls the own list of a process, so what waits in it at the stop would have to time
    out first. The list is drained for as long as that would take, and no longer.

    :param stop: the other stop.
    :param client: counts what waits in its task list.
    :param longest: seconds after the stop after which the remaining tasks are left to time out.
    :param clock: returns seconds that never go backwards.
    """

    def __init__(
        self,
        stop: Stop,
        client: DecisionClient,
        longest: float,
        clock: Callable[[], float],
    ) -> None:
        self._stop = stop
        self._client = client
        self._longest = longest
        self._clock = clock
        self._deadline: float | None = None
        self._is_drained = False

    def is_set(self) -> bool:
        """Return whether to stop; once the other stop is set, this counts what waits.

        AWS operation: :swf:`CountPendingDecisionTasks`
        """
        if not self._is_drained and self._stop.is_set():
            self._is_drained = self._is_late() or self._is_empty()
        return self._is_drained

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the other stop, up to the timeout; return whether this one is set."""
        self._stop.wait(timeout)
        return self.is_set()

    def _is_late(self) -> bool:
        if self._deadline is None:
            self._deadline = self._clock() + self._longest
        return self._clock() >= self._deadline

    def _is_empty(self) -> bool:
        try:
            return self._client.count_pending_decision_tasks().count == 0
        except Exception as error:
            if verdict_of(error) == "raise":
                raise
            return True  # the count is unknown, so what waits is left to time out
