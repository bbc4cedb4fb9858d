"""The task list that only one process polls: decision tasks of the runs that it keeps."""

from __future__ import annotations

import re

from py_swf._to_wire import members

__all__ = ["LONG", "check_own_task_list", "own_task_list_name"]

#: from how many events on a run goes to the task list of its process: to replay a shorter one
#: takes less than a millisecond, and a dead process holds it up for seconds
LONG = 100
_NAME_LIMIT = 256
_NOT_IN_NAMES = re.compile(r"[:/|\x00-\x1f\x7f-\x9f]")


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
