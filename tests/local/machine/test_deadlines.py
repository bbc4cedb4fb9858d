"""Heaps whose entries can be canceled, and the deadlines in one of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py_swf.local.machine.deadlines import Deadlines, LazyHeap


def emptied(deadlines: Deadlines, now: float) -> list[Any]:
    """Take everything due and return the arguments, in order."""
    taken = []
    while (due := deadlines.take_due(now)) is not None:
        taken.append((due[0], *due[2]))
    return taken


def nothing(*arguments: Any) -> None:
    """Do nothing."""


def test_the_earliest_goes_first() -> None:
    """Due actions come in the order of their times, each with its own."""
    deadlines = Deadlines()
    for when in (3.0, 1.0, 2.0):
        deadlines.add(when, 0, nothing, f"at {when}")
    assert emptied(deadlines, 9) == [(1.0, "at 1.0"), (2.0, "at 2.0"), (3.0, "at 3.0")]


def test_at_one_moment_the_lowest_rank_goes_first_then_the_oldest() -> None:
    """Rank orders actions that are due at the same time; equal ranks go in order of adding."""
    deadlines = Deadlines()
    for rank, name in [(2, "c"), (0, "a"), (2, "d"), (0, "b")]:
        deadlines.add(1.0, rank, nothing, name)
    assert [name for _, name in emptied(deadlines, 1)] == ["a", "b", "c", "d"]


def test_only_what_is_due_is_taken() -> None:
    """An action due at the very moment is taken, a later one stays."""
    deadlines = Deadlines()
    deadlines.add(1.0, 0, nothing, "due")
    deadlines.add(1.001, 0, nothing, "later")
    assert emptied(deadlines, 1.0) == [(1.0, "due")]
    assert deadlines.next_time() == 1.001
    assert len(deadlines) == 1


def test_a_canceled_action_is_gone() -> None:
    """A canceled action is neither due nor next; canceling twice does no harm."""
    deadlines = Deadlines()
    entry = deadlines.add(1.0, 0, nothing, "first")
    deadlines.add(2.0, 0, nothing, "second")
    deadlines.cancel(entry)
    deadlines.cancel(entry)
    assert deadlines.next_time() == 2.0
    assert len(deadlines) == 1
    assert emptied(deadlines, 9) == [(2.0, "second")]
    assert deadlines.next_time() is None


def test_canceling_what_was_done_changes_nothing() -> None:
    """A later cancel ignores an entry that was already taken."""
    deadlines = Deadlines()
    entry = deadlines.add(1.0, 0, nothing, "first")
    emptied(deadlines, 1)
    deadlines.cancel(entry)
    assert len(deadlines) == 0


def test_the_dead_do_not_pile_up() -> None:
    """However often a far deadline is moved, the heap stays small."""
    heap = LazyHeap()
    entry = heap.push((0,), "heartbeat")
    for serial in range(1, 10_000):
        heap.discard(entry)
        entry = heap.push((serial,), "heartbeat")
    assert len(heap) == 1
    assert len(heap._entries) < 100


def test_an_empty_heap_gives_nothing() -> None:
    """Popping an empty heap is an error, even if canceled entries are left."""
    heap = LazyHeap()
    heap.discard(heap.push((1,), "x"))
    assert heap.first_key() is None
    with pytest.raises(IndexError):
        heap.pop()


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=200))
def test_it_is_a_sorted_list_without_the_discarded(items: list[tuple[int, bool]]) -> None:
    """Whatever is pushed and discarded, the rest comes out sorted."""
    heap = LazyHeap()
    entries = [heap.push((key, serial), (key, serial)) for serial, (key, _) in enumerate(items)]
    for entry, (_, dropped) in zip(entries, items, strict=True):
        if dropped:
            heap.discard(entry)
    kept = [(key, serial) for serial, (key, dropped) in enumerate(items) if not dropped]
    assert len(heap) == len(kept)
    assert [heap.pop() for _ in kept] == sorted(kept)
