"""The task list that only one process polls, for decision tasks of the runs that it keeps."""

from __future__ import annotations

import re

from py_swf._to_wire import members

__all__ = ["LONG", "check_own_task_list", "own_task_list_name"]

#: number of events from which a run goes to the task list of its process: replaying a shorter
#: one takes less than a millisecond, and a dead process would hold it up for seconds
LONG = 100
_NAME_LIMIT = 256
_NOT_IN_NAMES = re.compile(r"[:/|\x00-\x1f\x7f-\x9f]")


def check_own_task_list(name: str, timeout: int, keep: int) -> None:
    """Refuse an own task list that cannot work.

    :param name: its name.
    :param timeout: seconds after which a task goes back from it.
    :param keep: how many runs are kept.
    :raises ValueError: when the service would refuse the name, the timeout is not a whole number
        of seconds, or nothing is kept.
    """
    if keep < 1:
        raise ValueError(f"own_task_list is {name!r}, but keep is {keep}: nothing would go there")
    if not isinstance(timeout, int) or timeout < 1:
        raise ValueError(
            f"own_task_list_timeout is {timeout!r}; it must be a whole number of seconds, 1 or more"
        )
    try:
        members("PollForDecisionTask", task_list=name)
    except (ValueError, TypeError) as error:
        raise ValueError(f"own_task_list: {error}") from error


def own_task_list_name(task_list: str, host: str, pid: int, random: str) -> str:
    """Return a name for the task list of one process: ``decisions.host-1.4711.9f86d081``.

    :param task_list: the list that it shares with others.
    :param host: name of the machine; characters that a name must not have are replaced.
    :param pid: its process id.
    :param random: distinguishes it from an earlier process with the same id.
    """
    name = _NOT_IN_NAMES.sub("-", f"{task_list}.{host}.{pid}.{random}").strip()
    return name[-_NAME_LIMIT:].strip()
