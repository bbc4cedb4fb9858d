"""How long to wait before the next attempt."""

import pytest

from py_swf.daemon.backoff import full_jitter


def test_the_bound_doubles_up_to_the_ceiling():
    """The longest waits are 1, 2, 4 ... seconds, and 30 from then on."""
    bounds = [full_jitter(attempt, 1.0) for attempt in range(7)]

    assert bounds == [1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize("chance", [0.0, 0.25, 1.0])
def test_the_wait_is_drawn_evenly_from_nought_to_the_bound(chance):
    """Full jitter: the random number is the fraction of the bound to wait."""
    assert full_jitter(3, chance) == chance * 8


def test_base_and_ceiling_are_arguments():
    """Other bounds are given by keyword."""
    assert [full_jitter(n, 1.0, base=0.5, ceiling=3) for n in range(4)] == [0.5, 1, 2, 3]


def test_a_very_long_row_of_failures_is_no_overflow():
    """A daemon that has failed for years still waits for the ceiling."""
    assert full_jitter(10**9, 1.0) == 30
