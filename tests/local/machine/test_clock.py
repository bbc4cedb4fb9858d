"""The clocks: a virtual one that only runs forward, and that of this machine."""

from __future__ import annotations

import time

import pytest

from py_swf.local.machine.clock import VirtualClock


def test_it_begins_at_a_fixed_date() -> None:
    """A virtual clock begins at 2026-01-01T00:00:00Z."""
    assert time.gmtime(VirtualClock().now())[:6] == (2026, 1, 1, 0, 0, 0)


def test_it_begins_where_told() -> None:
    """Another start can be given."""
    assert VirtualClock(start=12.5).now() == 12.5


def test_it_stands_still() -> None:
    """A virtual clock does not move by itself."""
    clock = VirtualClock()
    assert clock.now() == clock.now()


def test_it_is_turned_by_seconds() -> None:
    """Advancing adds the seconds."""
    clock = VirtualClock(start=100)
    clock.advance(1.5)
    clock.advance(0)
    assert clock.now() == 101.5


def test_it_is_set() -> None:
    """Setting turns it to a time, the present one too."""
    clock = VirtualClock(start=100)
    clock.set(100)
    clock.set(107.25)
    assert clock.now() == 107.25


def test_it_keeps_to_milliseconds() -> None:
    """Times are rounded to milliseconds."""
    clock = VirtualClock(start=0.0004)
    clock.advance(1.00061)
    assert clock.now() == 1.001
    clock.set(2.0004)
    assert clock.now() == 2.0


@pytest.mark.parametrize("seconds", [-1, -0.001, float("nan"), float("inf")])
def test_it_is_not_turned_back(seconds: float) -> None:
    """A negative or meaningless advance is refused and changes nothing."""
    clock = VirtualClock(start=5)
    with pytest.raises(ValueError, match="seconds must be 0 or more"):
        clock.advance(seconds)
    assert clock.now() == 5


@pytest.mark.parametrize("when", [4.999, float("nan"), float("inf")])
def test_it_is_not_set_back(when: float) -> None:
    """A time before the present one is refused and changes nothing."""
    clock = VirtualClock(start=5)
    with pytest.raises(ValueError, match="when must be finite, and not before"):
        clock.set(when)
    assert clock.now() == 5
