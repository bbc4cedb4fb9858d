"""Registered domains and types, each with a status: by key, and in order for the lists."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Generic, Protocol, TypeVar

from py_swf.local.machine.changes import Changes

__all__ = ["DEPRECATED", "REGISTERED", "Key", "Registrations"]

REGISTERED = "REGISTERED"
DEPRECATED = "DEPRECATED"

#: the name of a domain; the name and the version of a type
Key = tuple[str, ...]


class Registered(Protocol):
    """A domain or a type."""

    status: str

    @property
    def key(self) -> Key:
        """Its key."""
        ...


Item = TypeVar("Item", bound=Registered)


class Registrations(Generic[Item]):
    """Registered things by key, and their keys in order under each status.

    :param changes: where changes are noted.
    :param place: what they are registered in: nothing for domains, domain and kind for types.
    """

    def __init__(self, changes: Changes, *place: str) -> None:
        self._changes = changes
        self._place = place
        self.items: dict[Key, Item] = {}
        self.ordered: dict[str, list[Key]] = {REGISTERED: [], DEPRECATED: []}

    def add(self, item: Item) -> None:
        """Add something new."""
        self.items[item.key] = item
        insort(self.ordered[item.status], item.key)
        self.changed(item)

    def change_status(self, item: Item, status: str) -> None:
        """Give something another status."""
        self._take_out(item)
        item.status = status
        insort(self.ordered[status], item.key)
        self.changed(item)

    def remove(self, item: Item) -> None:
        """Remove something."""
        self._take_out(item)
        del self.items[item.key]
        self.changed(item)

    def changed(self, item: Item) -> None:
        """Note that something registered has changed."""
        self._changes.of_registration((*self._place, *item.key))

    def _take_out(self, item: Item) -> None:
        keys = self.ordered[item.status]
        del keys[bisect_left(keys, item.key)]
