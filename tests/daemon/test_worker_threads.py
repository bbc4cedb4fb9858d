"""No task is fetched before a thread is free, and no fetched task is dropped."""

import subprocess
import sys
import threading
import time

import pytest

from py_swf.daemon import worker_threads
from py_swf.daemon.stop_deadline import Ending, Progress

LATE = """
import threading
from tests.daemon.test_worker_threads import in_slots

def polled():
    threading.main_thread().join()
    yield "a task that came when the interpreter was ending"

threading.Thread(target=in_slots, args=(polled(), print, 1, "t")).start()
"""


def in_slots(polled, work, max_workers, name, ending=None, progress=None):
    """Work on tasks in threads, until they end unless an ending is given."""
    ending = ending or Ending(None, None, time.monotonic)
    progress = progress or Progress(60)
    worker_threads.in_slots(polled, work, max_workers, name, ending, progress)


def wait_until(condition):
    """Look again and again until something is so, for 10 seconds at most."""
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)


def test_each_task_is_worked_on():
    """All tasks are worked on, in threads of that name."""
    worked = {}

    in_slots(iter("abc"), lambda t: worked.update({t: threading.current_thread().name}), 2, "me")

    assert set(worked) == set("abc")
    assert set(worked.values()) == {"me"}


def test_what_has_begun_is_let_end():
    """When the tasks end, the last ones are waited for."""
    returned, saw = threading.Event(), []

    in_slots(iter("a"), lambda name: saw.append(returned.wait(0.2)), 2, "t")
    returned.set()

    assert saw == [False]


def test_a_task_is_asked_for_only_when_a_slot_is_free():
    """With two slots, the third task is fetched after one of the first two has ended."""
    asked, may_end = [], {name: threading.Event() for name in "abc"}
    both = threading.Barrier(3, timeout=10)
    ended = []

    def polled():
        for name in "abc":
            asked.append((name, list(ended)))
            yield name

    def work(name):
        if name in "ab":
            both.wait()
        may_end[name].wait(10)
        ended.append(name)

    thread = threading.Thread(target=in_slots, args=(polled(), work, 2, "t"))
    thread.start()
    both.wait()
    assert [name for name, _ in asked] == ["a", "b"]
    may_end["b"].set()
    may_end["c"].set()
    may_end["a"].set()
    thread.join(10)

    assert [name for name, _ in asked] == ["a", "b", "c"]
    assert asked[2][1] != []


def test_a_task_that_has_ended_is_no_longer_in_progress():
    """While the next task is waited for, only those count that are still being worked on."""
    progress, counted = Progress(60), []
    done = {name: threading.Event() for name in "ab"}

    def polled():
        yield "a"
        yield "b"
        done["a"].set()
        wait_until(lambda: progress.tasks() == "a task")
        counted.append(str(progress))
        done["b"].set()
        wait_until(lambda: not progress.tasks())
        counted.append(str(progress))

    in_slots(polled(), lambda name: done[name].wait(10), 3, "t", progress=progress)

    assert counted == ["a task, for as long as it takes", ""]


def test_an_error_ends_the_work_and_is_raised():
    """The first error of a task is raised, and no further task is asked for."""
    asked = []

    def polled():
        for number in range(100):
            asked.append(number)
            yield number

    with pytest.raises(ZeroDivisionError):
        in_slots(polled(), lambda number: 1 / 0, 1, "t")

    assert asked == [0]


def test_a_task_that_comes_after_an_error_is_still_worked_on():
    """A task that was being polled for when another failed is not dropped."""
    polling, failed, worked = threading.Event(), threading.Event(), []

    def polled():
        yield "fails"
        polling.set()
        assert failed.wait(10)
        yield "comes late"

    def work(name):
        if name == "fails":
            polling.wait(10)
            failed.set()
            raise ConnectionResetError
        worked.append(name)

    with pytest.raises(ConnectionResetError):
        in_slots(polled(), work, 2, "t")

    assert worked == ["comes late"]


def test_an_interrupted_poll_lets_the_work_end():
    """What breaks out of a poll passes on after the tasks in progress have ended."""
    started, worked = threading.Event(), []

    def polled():
        yield "slow"
        started.wait(10)
        raise KeyboardInterrupt

    def work(name):
        started.set()
        worked.append(name)

    with pytest.raises(KeyboardInterrupt):
        in_slots(polled(), work, 2, "t")

    assert worked == ["slow"]


def test_a_task_that_comes_at_the_interpreters_end_is_worked_on():
    """When the main thread has ended, what was handed out is still worked on."""
    ran = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True, check=False)

    assert ran.stdout == "a task that came when the interpreter was ending\n"
    assert ran.returncode == 0


def test_a_task_for_which_there_is_no_thread_is_worked_on_here(monkeypatch):
    """If the system has no thread left, the polling thread does the work, once."""
    worked = []

    def start(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    in_slots(iter("ab"), worked.append, 1, "t")

    assert worked == ["a", "b"]


def bounded(within):
    """Return an ending whose stop is set, and that is over after so many seconds."""
    stop = threading.Event()
    stop.set()
    return Ending(stop, within, time.monotonic)


def test_what_does_not_end_in_time_is_left(caplog):
    """With a moment to end by, a task that is still running is left alone; a log line says so."""
    begun, never = threading.Event(), threading.Event()

    def work(name):
        begun.set()
        never.wait(30)

    def polled():
        yield "slow"
        begun.wait(10)

    in_slots(polled(), work, 2, "t", bounded(0.05))
    never.set()

    assert "did not end in time, and is left to its timeouts: a task" in caplog.text


def test_no_task_is_asked_for_when_the_time_is_over():
    """If the end comes while the only slot is taken, no further poll is sent."""
    never, asked = threading.Event(), []

    def polled():
        for name in "ab":
            asked.append(name)
            yield name

    in_slots(polled(), lambda name: never.wait(30), 1, "t", bounded(0.05))
    never.set()

    assert asked == ["a"]


def test_what_ends_in_time_is_waited_for(caplog):
    """A moment to end by does not affect quicker tasks."""
    worked = []

    in_slots(iter("ab"), worked.append, 1, "t", bounded(30))

    assert worked == ["a", "b"]
    assert caplog.text == ""


def test_threads_are_joined_after_an_error():
    """An error is raised when the other tasks have ended, and not before."""
    returned, saw = threading.Event(), []

    def work(name):
        if name == "fails":
            raise ConnectionResetError
        saw.append(returned.wait(0.2))

    with pytest.raises(ConnectionResetError):
        in_slots(iter(["slow", "fails"]), work, 2, "t")
    returned.set()

    assert saw == [False]
