"""Loops that start together and end together."""

import threading

import pytest

from py_swf.daemon import stop_after
from py_swf.daemon.stopping import SignalStop
from py_swf.flow.hosting.threads import run_together

pytestmark = pytest.mark.timeout(30)


def waits(stop):
    """Run as a loop that ends when it is told to."""
    stop.wait()


def test_loops_end_when_the_stop_is_set():
    """Each loop is told, and run_together returns when all have ended."""
    run_together([waits, waits], stop_after(0.1))


def test_a_stop_that_is_set_already_is_heeded_at_once():
    """No loop sees it unset, so none begins anything."""
    stop, seen = threading.Event(), []
    stop.set()

    run_together([lambda inner: seen.append(inner.is_set())], stop)

    assert seen == [True]


def test_what_is_told_to_those_who_stop_comes_first():
    """``on_stop`` is called before the loops are told."""
    told = []

    def tells(stop):
        stop.wait()
        told.append("loop")

    run_together([tells], stop_after(0), on_stop=lambda: told.append("on_stop"))

    assert told[0] == "on_stop"
    assert "loop" in told


def test_an_error_ends_all_and_is_raised(caplog):
    """Each error is logged when it happens, and the first one is raised when all have ended."""
    both = threading.Barrier(2)

    def fails(stop):
        both.wait()
        raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        run_together([waits, fails, fails], None)

    line = "a loop failed, so the others are told to stop: enough"
    assert [record.message for record in caplog.records] == [line, line]
    assert all(record.exc_info for record in caplog.records)


def test_the_loops_hear_a_stop_of_the_same_kind():
    """A stop set by signals reaches the loops, which log what a second signal does."""
    stop, kinds = SignalStop(), []

    def sees(inner):
        kinds.append(type(inner))
        stop.set()

    run_together([sees], stop)

    assert kinds == [SignalStop]
