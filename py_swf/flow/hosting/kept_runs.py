"""Runs that are kept between their decision tasks, so that each needs only what is new.

A kept run is trusted only if its history confirms it: see ``Run.take``. It is taken out while a
thread decides for it, so no two threads have the same one.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from py_swf.flow.engine.run import Run

__all__ = ["KeptRuns"]


class KeptRuns:
    """The most recently decided runs, up to a number of them.

    :param most: how many are kept; 0 keeps none.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._runs)

    def take(self, run_id: str) -> Run | None:
        """Take a run out; return None if it is not kept.

        :param run_id: its run id.
        """
        with self._lock:
            return self._runs.pop(run_id, None)

    def put(self, run_id: str, run: Run) -> None:
        """Put a run in; the one that has been there longest makes room for it.

        :param run_id: its run id.
        :param run: the run.
        """
        surplus: list[Run] = []
        with self._lock:
            if run_id in self._runs:  # another thread has built it too
                surplus.append(self._runs.pop(run_id))
            self._runs[run_id] = run
            while len(self._runs) > self._most:
                surplus.append(self._runs.popitem(last=False)[1])
        for each in surplus:
            each.evict()

    def clear(self) -> None:
        """Evict all of them."""
        with self._lock:
            runs, self._runs = self._runs, OrderedDict()
        for run in runs.values():
            run.evict()
