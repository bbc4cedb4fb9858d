"""The clock of this machine, which never runs backward."""

from __future__ import annotations

import time

import pytest

from py_swf.local import LocalSWF, SystemClock
from py_swf.local.transport import system_clock
from tests.local.scenes import decide, is_task, poll_decision, register, start, timer


def test_the_system_clock_tells_the_time() -> None:
    """The system clock shows this machine's time, in milliseconds."""
    before = time.time()
    now = SystemClock().now()
    assert before - 0.001 <= now <= time.time() + 0.001
    assert round(now, 3) == now


class Machine:
    """The two clocks of a machine, under a test's control."""

    def __init__(self) -> None:
        self.wall = 1_700_000_000.0
        self.up = 50.0

    def time(self) -> float:
        """Return the time of day."""
        return self.wall

    def monotonic(self) -> float:
        """Return the seconds since the start."""
        return self.up

    def wait(self, seconds: float, set_back: float = 0.0) -> None:
        """Let time pass, and set the time of day back meanwhile."""
        self.wall += seconds - set_back
        self.up += seconds


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine whose clocks the test turns."""
    machine = Machine()
    monkeypatch.setattr(system_clock, "time", machine)
    return machine


def test_it_does_not_go_back(machine: Machine) -> None:
    """Set back by an hour, it continues from where it was at its usual pace."""
    clock = SystemClock()
    began = clock.now()
    machine.wait(10, set_back=3600)
    assert clock.now() - began == 10
    machine.wait(5)
    assert clock.now() - began == 15


def test_it_goes_on_though_nobody_looked(machine: Machine) -> None:
    """A long time passes as such, also when the time of day was set back by less meanwhile."""
    clock = SystemClock()
    began = clock.now()
    machine.wait(7200, set_back=3600)
    assert clock.now() - began == 7200


def test_it_follows_the_time_of_day_forward(machine: Machine) -> None:
    """Set forward, and after what went back comes forward again, it shows the time of day."""
    clock = SystemClock()
    machine.wait(10, set_back=3600)
    clock.now()
    machine.wait(10, set_back=-3600)
    assert clock.now() == machine.wall
    machine.wait(1, set_back=-60)
    assert clock.now() == machine.wall


def test_small_differences_do_not_add_up(machine: Machine) -> None:
    """A time of day that runs a little slower is followed, and never backward."""
    clock = SystemClock()
    for _ in range(1000):
        machine.wait(10, set_back=0.01)
        clock.now()
    assert clock.now() == round(machine.wall, 3)
    machine.wait(0, set_back=0.05)
    assert clock.now() == round(machine.wall + 0.05, 3)


def test_a_timer_is_not_delayed_by_a_clock_that_is_set_back(machine: Machine) -> None:
    """A timer of one second fires after one second, though the clock was set back an hour."""
    client = LocalSWF(clock=SystemClock()).client()
    register(client)
    start(client)
    decide(client, timer("t", "1"))
    machine.wait(1, set_back=3600)
    assert is_task(poll_decision(client))


def test_it_goes_on_from_a_time_that_is_remembered(machine: Machine) -> None:
    """If the machine shows an earlier time than the file, it starts from the file's."""
    clock = SystemClock(since=machine.wall + 3600)
    began = clock.now()
    assert began == machine.wall + 3600
    machine.wait(10)
    assert clock.now() - began == 10


def test_a_remembered_time_that_is_past_changes_nothing(machine: Machine) -> None:
    """If the machine shows a later time than the file, it shows the machine's."""
    assert SystemClock(since=machine.wall - 3600).now() == machine.wall
