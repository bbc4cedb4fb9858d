"""A stop that waits until the own task list of a process is empty."""

import threading

import pytest

from py_swf.flow.hosting.drained_stop import DrainedStop
from py_swf.local import InjectedFault
from tests.daemon.scenes import Clock, world


@pytest.fixture
def clock():
    """A clock that stands."""
    return Clock()


def stop_of(scene, clock, *, is_set):
    """Return a stop that drains the list of a scene for up to ten seconds."""
    stop = threading.Event()
    if is_set:
        stop.set()
    return DrainedStop(stop, scene.decider, 10, lambda: clock.now)


def test_before_the_stop_it_is_not_set(clock):
    """Nor does it ask the service."""
    scene = world(InjectedFault("not-permitted", "CountPendingDecisionTasks"))

    assert not stop_of(scene, clock, is_set=False).is_set()


def test_what_waits_is_worked_on_first(clock):
    """It is set when nothing waits any more, and stays set."""
    scene = world()
    scene.start()
    stop = stop_of(scene, clock, is_set=True)

    assert not stop.is_set()
    scene.decider.poll()
    assert stop.wait(0)
    scene.start("another")
    assert stop.is_set()


def test_it_is_set_when_what_waits_would_time_out_anyway(clock):
    """No process waits longer than the tasks would."""
    scene = world()
    scene.start()
    stop = stop_of(scene, clock, is_set=True)
    assert not stop.is_set()

    clock.now = 10

    assert stop.is_set()


@pytest.mark.parametrize("kind", ["throttle", "not-permitted", "drop-before"])
def test_what_cannot_be_counted_is_left(clock, kind):
    """Who may not count, or cannot just now, ends at once."""
    scene = world(InjectedFault(kind, "CountPendingDecisionTasks"))
    scene.start()

    assert stop_of(scene, clock, is_set=True).is_set()


def test_an_error_of_our_own_is_raised(clock):
    """It is not mistaken for an empty list."""
    stop = threading.Event()
    stop.set()

    with pytest.raises(AttributeError):
        DrainedStop(stop, None, 10, lambda: 0.0).is_set()
