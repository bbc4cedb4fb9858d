"""Where a moment is on the axis."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from py_swf.timeline.axis import Axis


def test_time_is_drawn_to_scale():
    """Without long quiet stretches a place is the part of the time that has passed."""
    axis = Axis([100, 104, 107, 110])

    assert [axis.place(time) for time in (100, 105, 110)] == pytest.approx([0, 0.5, 1])
    assert axis.cuts == []


def test_a_long_quiet_stretch_is_cut_short():
    """Three quiet days do not squeeze the two seconds before them."""
    axis = Axis([0, 1, 2, 2 + 3 * 86_400])

    ((left, right, seconds),) = axis.cuts
    assert seconds == 3 * 86_400
    assert axis.place(2) == pytest.approx(left)
    assert left > 0.8
    assert axis.place(2 + 3 * 86_400) == pytest.approx(right) == pytest.approx(1)


def test_what_repeats_regularly_is_not_cut():
    """A month of nightly work is drawn to scale: no night is longer than the others."""
    assert Axis(day * 86_400 for day in range(30)).cuts == []


def test_an_axis_of_one_moment_has_one_tick():
    """A history on a clock that stood still is drawn, too."""
    axis = Axis([7, 7])

    assert axis.place(7) == 0
    assert [tick.text for tick in axis.ticks(5)] == ["0 s"]


@pytest.mark.parametrize("seconds", [0.004, 0.7, 2, 61, 4000, 90_000, 40 * 86_400, 400 * 86_400])
def test_ticks_are_as_many_as_asked_for(seconds):
    """About so many ticks are made, from the beginning on, at round numbers."""
    ticks = Axis([0, seconds / 2, seconds]).ticks(5)

    assert 2 <= len(ticks) <= 6
    assert ticks[0].text == "0 s"
    assert len({tick.text for tick in ticks}) == len(ticks)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(0, 10**12).map(lambda ms: ms / 1000), min_size=1, max_size=30))
def test_places_keep_the_order_of_time(times):
    """Whatever is cut, later moments are never further left, and all are in the picture."""
    axis = Axis(times)

    places = [axis.place(time) for time in sorted(times)]

    assert all(a <= b + 1e-9 for a, b in pairwise(places))
    assert all(0 <= place <= 1 for place in places)
    assert all(0 <= tick.place <= 1 for tick in axis.ticks(5))
