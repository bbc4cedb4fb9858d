"""The open and the closed executions of a domain, ready to be listed and counted.

Starting and closing an execution only notes that its place has changed. When a list or a count is
asked for, the noted executions are moved into sorted lists, one for each possible filter. So every
query is a range of one list, and executions that nobody lists cost nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from typing import Any

from py_swf.local.machine.execution.entity import Wire
from py_swf.local.machine.execution.execution import Execution

__all__ = ["Listing", "Listings", "filter_key"]

#: filter member of a request -> the members of the filter, and the name of its lists
_FILTERS: dict[str, tuple[str, ...]] = {
    "executionFilter": ("workflowId",),
    "typeFilter": ("name", "version"),
    "tagFilter": ("tag",),
    "closeStatusFilter": ("status",),
}

Key = tuple[str, ...]
Place = tuple[float, int]


def filter_key(request: Wire) -> Key:
    """Return the key of the list that a request filters for."""
    for name, members in _FILTERS.items():
        if name in request:
            return (name, *(request[name][m] for m in members if m in request[name]))
    return ()


def _keys(execution: Execution) -> Iterator[Key]:
    workflow_type = execution.attributes["workflowType"]
    name, version = workflow_type["name"], workflow_type["version"]
    yield ()
    yield ("executionFilter", execution.workflow_id)
    yield ("typeFilter", name)
    yield ("typeFilter", name, version)
    for tag in dict.fromkeys(execution.attributes.get("tagList", ())):
        yield ("tagFilter", tag)
    if execution.closed is not None:
        yield ("closeStatusFilter", execution.state)


class Listing:
    """Executions in the order of a time, then of their start."""

    __slots__ = ("_places",)

    def __init__(self) -> None:
        self._places: list[tuple[float, int, Any]] = []

    def add(self, when: float, execution: Execution) -> None:
        """Put an execution in its place."""
        insort(self._places, (when, execution.serial, execution))

    def discard(self, when: float, execution: Execution) -> None:
        """Take an execution out of its place."""
        del self._places[bisect_left(self._places, (when, execution.serial))]

    def __len__(self) -> int:
        """Return the number of executions listed."""
        return len(self._places)

    def span(self, oldest: float, latest: float | None) -> tuple[int, int]:
        """Return the first index in a range of times, both ends included, and that after it."""
        start = bisect_left(self._places, (oldest,))
        if latest is None:
            return start, len(self._places)
        return start, max(start, bisect_right(self._places, (latest, float("inf"))))

    def page(
        self, span: tuple[int, int], size: int, ascending: bool, after: Place | None
    ) -> tuple[list[Execution], Place | None]:
        """Return up to ``size`` executions of a span, and where the next page starts.

        :param after: this position, as returned with the page before; None for the first page.
        """
        start, end = span
        if after is not None and ascending:
            start = max(start, bisect_left(self._places, (after[0], after[1] + 1)))
        elif after is not None:
            end = min(end, bisect_left(self._places, after))
        if ascending:
            places = self._places[start : max(start, min(end, start + size))]
        else:
            places = self._places[max(start, end - size) : end][::-1]
        more = len(places) < end - start
        last = (places[-1][0], places[-1][1]) if more else None
        return [place[2] for place in places], last


class Listings:
    """All lists of one domain."""

    def __init__(self) -> None:
        self._changed: dict[int, Execution] = {}
        self._listed: dict[int, list[tuple[str, Key, float]]] = {}
        self._lists: dict[tuple[str, Key], Listing] = {}

    def changed(self, execution: Execution) -> None:
        """Remember that an execution was started, closed or removed."""
        if execution.removed and execution.serial not in self._listed:
            self._changed.pop(execution.serial, None)
        else:
            self._changed[execution.serial] = execution

    def listing(self, order: str, key: Key) -> Listing:
        """Return the list of the executions with a key, in an order.

        :param order: "open" (by start), "closed by start" or "closed by close".
        """
        self._settle()
        listing = self._lists.get((order, key))
        return Listing() if listing is None else listing

    def _settle(self) -> None:
        changed, self._changed = self._changed, {}
        for serial, execution in changed.items():
            for order, key, when in self._listed.pop(serial, ()):
                listing = self._lists[order, key]
                listing.discard(when, execution)
                if not listing:
                    del self._lists[order, key]
            if not execution.removed:
                self._listed[serial] = list(self._enter(execution))

    def _enter(self, execution: Execution) -> Iterator[tuple[str, Key, float]]:
        orders = [("open", execution.began)]
        if execution.closed is not None:
            orders = [("closed by start", execution.began), ("closed by close", execution.closed)]
        for key in _keys(execution):
            for order, when in orders:
                listing = self._lists.get((order, key))
                if listing is None:
                    listing = self._lists[order, key] = Listing()
                listing.add(when, execution)
                yield order, key, when
