"""Stops set by signals, of which the second ends the process, or by a clock."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest

from py_swf.daemon import stop_after, stop_on_signals
from py_swf.daemon.stopping import SignalStop
from tests.daemon.scenes import Clock

SIGNALS = [signal.SIGTERM, signal.SIGINT]

WAITS = """
import sys
from py_swf.daemon import stop_after, stop_on_signals
with stop_on_signals() as stop:
    print("ready", flush=True)
    stop.wait()
    print("asked", flush=True)
    sys.stdin.read()
print("left")
"""


@pytest.fixture
def process():
    """A program that waits for its stop, says so, and then works on until its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", WAITS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout.readline() == "ready\n"
        yield running
        running.kill()


@pytest.mark.parametrize("signum", SIGNALS)
def test_a_first_signal_stops_and_the_program_ends_as_it_likes(process, signum):
    """The loop learns of the signal and goes on to its end; the exit status is that of success."""
    process.send_signal(signum)
    assert process.stdout.readline() == "asked\n"

    said, _ = process.communicate(timeout=10)

    assert said == "left\n"
    assert process.returncode == 0


@pytest.mark.parametrize("second", SIGNALS)
@pytest.mark.parametrize("first", SIGNALS)
def test_a_second_signal_ends_the_process_at_once(process, first, second):
    """Whichever came first, the next one ends the process as the system does by default."""
    process.send_signal(first)
    assert process.stdout.readline() == "asked\n"
    process.send_signal(second)

    assert process.wait(timeout=10) == -second


def test_the_handlers_from_before_are_put_back():
    """After the block, signals do what they did before it, even if one has arrived."""
    before = [signal.getsignal(signum) for signum in SIGNALS]

    with stop_on_signals() as stop:
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.wait(10)

    assert [signal.getsignal(signum) for signum in SIGNALS] == before


def test_the_handlers_are_put_back_after_an_error():
    """An exception in the block does not leave the handlers behind."""
    before = signal.getsignal(signal.SIGTERM)

    with pytest.raises(ZeroDivisionError), stop_on_signals():
        1 / 0  # noqa: B018

    assert signal.getsignal(signal.SIGTERM) == before


def test_other_signals_can_stop():
    """The signals are an argument."""
    with stop_on_signals([signal.SIGUSR1]) as stop:
        os.kill(os.getpid(), signal.SIGUSR1)

        assert stop.wait(10)


def test_a_handler_that_python_cannot_name_gives_way_to_the_default(monkeypatch):
    """If C code had set the handler, the system's default is restored."""
    really = signal.signal
    set_later = []

    def as_after_c_code(signum, handler):
        set_later.append(handler)
        really(signum, signal.SIG_IGN)

    before = signal.getsignal(signal.SIGUSR1)
    monkeypatch.setattr(signal, "signal", as_after_c_code)
    with stop_on_signals([signal.SIGUSR1]):
        pass
    really(signal.SIGUSR1, before)

    assert set_later[1] is signal.SIG_DFL


def test_outside_the_main_thread_the_error_says_what_to_do():
    """Python sets handlers only in the main thread; the message says so, and what to do."""
    said = []

    def enter():
        try:
            with stop_on_signals():
                pass
        except RuntimeError as error:
            said.append(str(error))

    thread = threading.Thread(target=enter, name="side")
    thread.start()
    thread.join(10)

    assert "thread 'side'" in said[0]
    assert "main thread" in said[0]


def test_a_stop_wakes_all_who_wait():
    """Every thread that waits on the stop is woken, and later ones do not wait at all."""
    stop, woken = SignalStop(), []
    threads = [threading.Thread(target=lambda: woken.append(stop.wait(10))) for _ in range(3)]
    for thread in threads:
        thread.start()
    stop.set()
    for thread in threads:
        thread.join(10)

    assert woken == [True] * 3
    assert stop.wait() is True
    assert stop.is_set()


def test_who_is_woken_wakes_the_next():
    """A single ``set`` wakes every waiter, each waking the next."""
    stop = SignalStop()
    stop._told.put(None)  # as set() does, for those who have found it not set

    assert [stop.wait(0) for _ in range(3)] == [True] * 3


def test_a_wait_that_is_over_says_that_it_is_not_set():
    """As threading.Event's: False after the timeout, however short."""
    assert SignalStop().wait(0) is False
    assert SignalStop().wait(-1) is False


def test_a_stop_may_be_set_from_a_handler_that_interrupts_its_wait():
    """A handler that runs in the thread which waits wakes it, again and again, without a lock."""
    for _ in range(50):
        with stop_on_signals() as stop:
            timer = threading.Timer(0.001, os.kill, (os.getpid(), signal.SIGTERM))
            timer.start()

            assert stop.wait(10)

            timer.join()


def test_a_stop_after_some_time_is_set_by_the_clock():
    """It is set when the time is over, and not before."""
    clock = Clock()
    stop = stop_after(60, clock=lambda: clock.now)

    clock.now = 59.9
    assert not stop.is_set()
    clock.now = 60.0
    assert stop.is_set()
    assert stop.wait()


def test_a_stop_after_some_time_can_be_set_before():
    """``set`` ends it early, and who waits is woken."""
    stop = stop_after(timedelta(hours=1))
    threading.Timer(0.05, stop.set).start()

    assert stop.wait()
    assert stop.is_set()


def test_a_stop_after_some_time_waits_no_longer_than_that():
    """A wait ends with the time of the stop, or with its own timeout."""
    assert stop_after(0.01).wait(3600)
    assert not stop_after(3600).wait(0.01)


@pytest.mark.parametrize("seconds", [-1, "soon"])
def test_a_time_that_is_none_is_refused(seconds):
    """A stop needs a number of seconds."""
    with pytest.raises(ValueError, match="seconds is"):
        stop_after(seconds)
