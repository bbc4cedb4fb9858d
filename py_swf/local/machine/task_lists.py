"""The task lists: what waits in each to be polled, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from py_swf.local.machine.deadlines import LazyHeap

__all__ = ["TaskLists"]

#: "decision" or "activity", the domain, the name of the list
ListKey = tuple[str, str, str]


class TaskLists:
    """All task lists of one service; a list exists while something waits in it.

    :ivar on_task: called as (kind, domain, task list) each time a task can be polled.
    """

    def __init__(self) -> None:
        self.on_task: Callable[[str, str, str], None] | None = None
        self._lists: dict[ListKey, LazyHeap] = {}

    def offer(self, key: ListKey, order: tuple[int, int], item: Any) -> list[Any]:
        """Let something be polled.

        :param order: its place in the list, the lowest first.
        :return: the entry, which :meth:`withdraw` takes.
        """
        heap = self._lists.get(key)
        if heap is None:
            heap = self._lists[key] = LazyHeap()
        entry = heap.push(order, item)
        if self.on_task is not None:
            self.on_task(*key)
        return entry

    def withdraw(self, key: ListKey, entry: list[Any]) -> None:
        """Remove something that waits."""
        self._lists[key].discard(entry)
        self._forget_empty(key)

    def take(self, key: ListKey) -> Any:
        """Remove and return the first item of a list, or None if nothing waits."""
        if key not in self._lists:
            return None
        item = self._lists[key].pop()
        self._forget_empty(key)
        return item

    def count(self, key: ListKey) -> int:
        """Return how many items wait in a list."""
        return len(self._lists.get(key, ()))

    def keys(self) -> Collection[ListKey]:
        """Return the lists in which something waits."""
        return self._lists.keys()

    def _forget_empty(self, key: ListKey) -> None:
        if not self._lists[key]:
            del self._lists[key]
