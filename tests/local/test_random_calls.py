"""Ten thousand random calls break nothing, and their checks notice what they should."""

from __future__ import annotations

from collections import Counter

import pytest

from py_swf.local.machine.execution import execution
from py_swf.local.machine.execution.decision_task import TRIGGERS
from py_swf.local.machine.execution.execution import Execution
from py_swf.local.machine.run_ids import RunIds
from tests.local.random_calls import INPUTS, World, play


def test_ten_thousand_random_calls() -> None:
    """Every call gives an answer or a refusal, and every history is lawful.

    Every operation is answered and is refused, and a replay gives the same answers.
    """
    counts: Counter[tuple[str, int]] = Counter()
    events = 0
    for number in range(20):
        found, more = play(f"1-{number}", 500)
        counts += found
        events += more
    assert sum(counts.values()) == 10_000
    assert set(counts) == {(name, status) for name in INPUTS for status in (200, 400)}
    assert events > 2_000


def test_an_error_of_the_machine_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a server would answer with status 500 ends the run."""
    monkeypatch.setattr(Execution, "offer", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        World("1").play(500)


def test_an_unlawful_history_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A signal that schedules no decision task breaks a law."""
    monkeypatch.setattr(execution, "TRIGGERS", TRIGGERS - {"WorkflowExecutionSignaled"})
    with pytest.raises(AssertionError):
        play("5", 500)


def test_chance_in_the_machine_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A replay that gives another answer is an error."""
    world = World("1")
    world.play(500)
    world.replay()
    take = RunIds.take
    monkeypatch.setattr(RunIds, "take", lambda self: take(self)[::-1])
    with pytest.raises(AssertionError):
        world.replay()
