"""What happens later, in order: heaps whose entries can be canceled cheaply.

A canceled entry stays in the heap until it comes to the top, or until such entries are the
majority: then the heap is swept. So every operation costs O(log n), however often a heartbeat
moves its deadline.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

__all__ = ["Deadlines", "LazyHeap"]

_GONE = object()
_SWEEP_FROM = 64


class LazyHeap:
    """A heap of [key, item] entries; keys must differ from each other."""

    __slots__ = ("_entries", "_live")

    def __init__(self) -> None:
        self._entries: list[list[Any]] = []
        self._live = 0

    def __len__(self) -> int:
        """Return the number of items that were not canceled."""
        return self._live

    def push(self, key: tuple[Any, ...], item: Any) -> list[Any]:
        """Add an item and return its entry, which :meth:`discard` takes."""
        entry = [key, item]
        heapq.heappush(self._entries, entry)
        self._live += 1
        return entry

    def discard(self, entry: list[Any]) -> bool:
        """Cancel an item; return False if it was already canceled or popped."""
        if entry[1] is _GONE:
            return False
        entry[1] = _GONE
        self._live -= 1
        if len(self._entries) > _SWEEP_FROM + 2 * self._live:
            self._entries = [kept for kept in self._entries if kept[1] is not _GONE]
            heapq.heapify(self._entries)
        return True

    def first_key(self) -> tuple[Any, ...] | None:
        """Return the key of the first item, or None when the heap is empty."""
        entries = self._entries
        while entries and entries[0][1] is _GONE:
            heapq.heappop(entries)
        key: tuple[Any, ...] | None = entries[0][0] if entries else None
        return key

    def pop(self) -> Any:
        """Remove and return the first item.

        :raises IndexError: when the heap is empty.
        """
        self.first_key()
        entry = heapq.heappop(self._entries)
        item, entry[1] = entry[1], _GONE
        self._live -= 1
        return item


class Deadlines:
    """Actions that fall due, the earliest first.

    If several are due at one moment, the lowest rank goes first, then the one added first.

    :ivar serial: the number of the action added last.
    """

    __slots__ = ("_heap", "serial")

    def __init__(self) -> None:
        self._heap = LazyHeap()
        self.serial = 0

    def __len__(self) -> int:
        """Return the number of pending actions."""
        return len(self._heap)

    def add(
        self,
        when: float,
        rank: int,
        action: Callable[..., None],
        *arguments: Any,
        serial: int | None = None,
    ) -> list[Any]:
        """Have ``action(*arguments)`` done at ``when`` (seconds since the epoch).

        :param serial: its number, if it was added before; otherwise it gets the next one.
        :return: the entry, which :meth:`cancel` takes.
        """
        if serial is None:
            serial = self.serial = self.serial + 1
        return self._heap.push((when, rank, serial), (action, arguments))

    def cancel(self, entry: list[Any]) -> None:
        """Cancel an action; nothing happens if it was already done."""
        self._heap.discard(entry)

    def next_time(self) -> float | None:
        """Return when the earliest action falls due, or None when none is pending."""
        key = self._heap.first_key()
        return None if key is None else key[0]

    def take_due(self, now: float) -> tuple[float, Callable[..., None], tuple[Any, ...]] | None:
        """Remove and return the earliest action due by ``now``, with its own time, or None."""
        key = self._heap.first_key()
        if key is None or key[0] > now:
            return None
        action, arguments = self._heap.pop()
        return key[0], action, arguments
