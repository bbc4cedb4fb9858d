"""The stack of a decision that takes long, logged once."""

from __future__ import annotations

import logging
import threading

import pytest

from py_swf import flow
from py_swf.flow.hosting.slow_decisions import SlowDecisions
from tests.flow.scenes import Scene

clock = [0.0]
watch = SlowDecisions(5.0, lambda: clock[0])
WAIT = 30


@flow.workflow
async def computing(seconds: float) -> None:
    """Take some time by the clock, with a look after each half of it."""
    for _ in range(2):
        clock[0] += seconds / 2
        watch.look()


def warnings_of(caplog, seconds):
    """Decide for an execution that computes for so long, and return what was logged."""
    scene = Scene([computing]).start(seconds)
    task = scene.poll()
    with caplog.at_level(logging.WARNING, "py_swf.flow"):
        watch(task, lambda: flow.Decider([computing])(task))
        clock[0] += 60
        watch.look()
    return task, caplog.records


def test_the_stack_of_a_slow_decision_is_logged_once(caplog):
    """The line names the execution, with the stack from the decider to the code of the workflow."""
    task, (line,) = warnings_of(caplog, 20.0)

    assert "deciding for scene has taken 10 s so far" in line.message
    assert "in warnings_of" not in line.message
    assert "in computing\n    watch.look()" in line.message
    assert (line.workflow_id, line.run_id) == ("scene", task.workflow_run_id)


def test_a_decision_in_time_is_not_logged(caplog):
    """Neither one that ended within the time, nor an idle thread, is slow."""
    assert list(warnings_of(caplog, 4.9)[1]) == []


def test_a_decider_that_raises_is_no_longer_watched(caplog):
    """A decision that ended with an error is not slow."""
    with pytest.raises(ZeroDivisionError):
        watch(None, lambda: 1 // 0)
    clock[0] += 60
    watch.look()

    assert not caplog.records


def test_a_thread_looks_while_the_block_runs(monkeypatch):
    """watching() looks again and again, and has ended when the block is left."""
    monkeypatch.setattr("py_swf.flow.hosting.slow_decisions.LOOK", 0.001)
    looked = threading.Semaphore(0)
    watch = SlowDecisions()
    monkeypatch.setattr(watch, "look", looked.release)

    with watch.watching():
        assert looked.acquire(timeout=WAIT)
        assert looked.acquire(timeout=WAIT)

    assert "py_swf-slow-decisions" not in [each.name for each in threading.enumerate()]
