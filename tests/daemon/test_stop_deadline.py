"""Once a stop is set: by when everything has to end, and the line that says what is going on."""

import logging
import math
import threading

import pytest

from py_swf import ActivityTask
from py_swf.daemon.stop_deadline import Ending, Progress, telling
from py_swf.daemon.stopping import SignalStop
from tests.daemon.scenes import Clock


def ending(within=None, stop=None, clock=None):
    """Return an ending on a clock that stands."""
    clock = clock or Clock()
    return Ending(stop, within, lambda: clock.now)


def test_without_a_stop_nothing_ends():
    """An ending without a stop is never set, and sets no time limit."""
    assert not ending().is_set()
    assert ending(10).left() == math.inf
    assert not ending(10).is_over()


def test_without_a_bound_there_is_all_the_time():
    """A stop alone says to start nothing new, not when to end."""
    stop = threading.Event()
    stop.set()

    assert ending(stop=stop).is_set()
    assert ending(stop=stop).left() == math.inf


def test_the_time_runs_from_the_stop():
    """It begins when the stop is first seen to be set, and is not begun again."""
    stop, clock = threading.Event(), Clock()
    bounded = ending(10, stop, clock)
    clock.now = 100
    assert bounded.left() == math.inf
    stop.set()

    assert bounded.left() == 10
    clock.now = 104
    assert bounded.left() == 6
    clock.now = 120
    assert bounded.left() == 0
    assert bounded.is_over()


def test_a_failure_ends_the_work_without_a_stop():
    """From then on it is set, and the time to end in runs."""
    bounded = ending(10)
    bounded.fail()

    assert bounded.is_set()
    assert bounded.left() == 10


def test_an_ending_is_handed_on_as_it_is():
    """All who share it end at the same moment."""
    bounded = ending(10)

    assert Ending.of(bounded, 99, lambda: 0.0) is bounded
    assert Ending.of(None, 99, lambda: 0.0).within == 99


def test_a_bounded_sleep_is_ended_by_the_stop():
    """If there is a moment to end by, a stop wakes sleepers; after that, they sleep as usual."""
    stop, clock = SignalStop(), Clock()
    stop.set()
    bounded = ending(10, SignalStop(), clock)

    bounded.sleep(0.001, clock.sleep)
    assert clock.slept == []
    ending(10, stop, clock).sleep(3, clock.sleep)
    ending(None, SignalStop(), clock).sleep(4, clock.sleep)

    assert clock.slept == [3, 4]


@pytest.mark.parametrize(
    ("polling", "tasks", "said"),
    [
        (True, [], "a poll, for up to 70 s"),
        (False, ["a", "b"], "a of w and b of w, for as long as it takes"),
        (True, ["a"], "a poll, for up to 70 s, and for a of w, for as long as it takes"),
        (False, ["a", "b", "c"], "a of w, b of w and c of w, for as long as it takes"),
        (False, list("abcde"), "a of w, b of w, c of w and 2 more, for as long as it takes"),
        (False, [], ""),
    ],
)
def test_what_is_waited_for(polling, tasks, said):
    """The poll under way, with its longest time, and the tasks in progress by name."""
    progress = Progress(70)
    progress.polling = polling
    for activity_id in tasks:
        progress.begin_task(activity_task(activity_id))

    assert str(progress) == said


def test_a_task_that_has_ended_is_not_waited_for():
    """Each task is named until it has ended, whichever ends first."""
    progress = Progress(70)
    first, second = activity_task("a"), activity_task("b")
    progress.begin_task(first)
    progress.begin_task(second)
    progress.end_task(first)

    assert progress.tasks() == "b of w"


def activity_task(activity_id):
    """Return an activity task of the execution w."""
    return ActivityTask(activity_id, "act", "1", None, f"token of {activity_id}", "w", "run")


class Told(logging.Handler):
    """Says when a line was logged."""

    def __init__(self):
        super().__init__()
        self.line = threading.Event()
        self.lines = []

    def emit(self, record):
        """Keep the line."""
        self.lines.append(record.getMessage())
        self.line.set()


@pytest.fixture
def told():
    """What is logged in the test, also in other threads."""
    handler, log = Told(), logging.getLogger("py_swf.daemon")
    log.addHandler(handler)
    yield handler
    log.removeHandler(handler)


@pytest.mark.parametrize(
    ("stop", "within", "line"),
    [
        (threading.Event(), None, ""),
        (threading.Event(), 30, ", but for no longer than 30 s"),
        (
            SignalStop(),
            30,
            ", but for no longer than 30 s; a second signal ends the process at once",
        ),
    ],
)
def test_one_line_on_a_stop(told, stop, within, line):
    """It says which list is polled, what for and for how long it waits, and how to end at once."""
    progress = Progress(60, "task list 'work'")
    progress.begin_task(activity_task("a"))
    with telling(ending(within, stop), progress):
        stop.set()
        assert told.line.wait(10)

    waiting = "told to stop polling task list 'work': waiting for a of w, for as long as it takes"
    assert told.lines == [f"{waiting}{line}"]


def test_no_line_when_nothing_is_waited_for(told):
    """A loop that is between two polls ends at once, and there is nothing to say."""
    stop = threading.Event()
    before = set(threading.enumerate())
    with telling(ending(None, stop), Progress(60)):
        (thread,) = set(threading.enumerate()) - before
        stop.set()
        thread.join(10)

    assert told.lines == []


def test_no_line_without_a_stop(told):
    """A block that ends by itself says nothing, and leaves no thread behind."""
    before = set(threading.enumerate())
    with telling(ending(None, threading.Event()), Progress(60)):
        (thread,) = set(threading.enumerate()) - before
    thread.join(10)

    assert not thread.is_alive()
    assert told.lines == []


def test_a_stop_of_somebody_elses_making_is_asked_by_the_loop_alone():
    """A user's own stop is not asked from another thread: it may count calls, or turn a clock."""

    class Own(threading.Event):
        """A stop of one's own."""

    before = set(threading.enumerate())
    with telling(ending(None, Own()), Progress(60)):
        assert set(threading.enumerate()) <= before
