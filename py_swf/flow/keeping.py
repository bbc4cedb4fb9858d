"""Runs that are kept between their decision tasks, so that each is given only what is new.

A kept run is trusted as far as its history confirms it: see ``Run.take``. It is taken out while it
is decided for, so no two threads have the same one.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict

from py_swf._to_wire import members
from py_swf.flow.run import Run

__all__ = ["LONG", "KeptRuns", "check_own_task_list", "own_task_list_name"]

#: from how many events on a run goes to the task list of its process: to replay a shorter one
#: takes less than a millisecond, and a dead process holds it up for seconds
LONG = 100
_NAME_LIMIT = 256
_NOT_IN_NAMES = re.compile(r"[:/|\x00-\x1f\x7f-\x9f]")


class KeptRuns:
    """The runs that were decided for last, up to a number of them.

    :param most: how many are kept; 0 keeps none.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._runs)

    def take(self, run_id: str) -> Run | None:
        """Take a run out; None where it is not kept.

        :param run_id: its run id.
        """
        with self._lock:
            return self._runs.pop(run_id, None)

    def put(self, run_id: str, run: Run) -> None:
        """Put a run in; what has been there longest makes room for it.

        :param run_id: its run id.
        :param run: the run.
        """
        surplus: list[Run] = []
        with self._lock:
            if run_id in self._runs:  # another thread has built it as well
                surplus.append(self._runs.pop(run_id))
            self._runs[run_id] = run
            while len(self._runs) > self._most:
                surplus.append(self._runs.popitem(last=False)[1])
        for each in surplus:
            each.evict()

    def clear(self) -> None:
        """Give up all of them."""
        with self._lock:
            runs, self._runs = self._runs, OrderedDict()
        for run in runs.values():
            run.evict()


def check_own_task_list(name: str, timeout: int, keep: int) -> None:
    """Refuse an own task list that cannot work.

    :param name: its name.
    :param timeout: seconds after which a task goes back from it.
    :param keep: how many runs are kept.
    :raises ValueError: when the service would refuse the name, the timeout is no whole number of
        seconds, or nothing is kept.
    """
    if keep < 1:
        raise ValueError(f"own_task_list is {name!r}, but keep is {keep}: nothing would go there")
    if not isinstance(timeout, int) or timeout < 1:
        raise ValueError(
            f"own_task_list_timeout is {timeout!r}; it must be a whole number of seconds from 1 on"
        )
    try:
        members("PollForDecisionTask", task_list=name)
    except (ValueError, TypeError) as error:
        raise ValueError(f"own_task_list: {error}") from error


def own_task_list_name(task_list: str, host: str, pid: int, random: str) -> str:
    """Return a name for the task list of one process: ``decisions.host-1.4711.9f86d081``.

    :param task_list: the list that it shares with others.
    :param host: name of the machine; what may not be in a name is replaced.
    :param pid: its process id.
    :param random: sets it apart from a process that had this id before.
    """
    name = _NOT_IN_NAMES.sub("-", f"{task_list}.{host}.{pid}.{random}").strip()
    return name[-_NAME_LIMIT:].strip()
