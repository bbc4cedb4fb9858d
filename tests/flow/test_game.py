"""The random game: hundreds of seeds, with answers of many lengths, and mutants of the engine."""

import asyncio
from contextlib import contextmanager
from functools import partial
from random import Random

import pytest

from py_swf.flow import in_workflow
from py_swf.flow.engine import answering, loop, matching, run, turns
from py_swf.flow.hosting import decider
from tests.flow.game import World

SEEDS = range(160)


@pytest.mark.parametrize(
    "first", [*SEEDS[:30:10], *(pytest.param(n, marks=pytest.mark.long) for n in SEEDS[30::10])]
)
def test_kept_is_fresh_and_every_prefix_replays(first, monkeypatch):
    """Each decision of a kept run is that of a fresh replay, and every prefix replays."""
    sent_to_owner = 0
    for seed in range(first, first + 10):
        most = (3, 10, 100)[seed % 3]
        monkeypatch.setattr(run, "decisions_for", partial(answering.decisions_for, most=most))
        world = World(seed)
        world.play()
        sent_to_owner += world.sent_to_owner
    assert sent_to_owner > 0


def _news_too_early(self, turn):
    if not turn.decided:
        turn.news, self._news = self._news, []


def _recorded_anew(fn, *, type=None):
    return fn()


def _trusting(self, turn):
    """Take a turn that was decided here as completed, whatever has happened to it."""
    if turn.decided or (turn.completed is not None and not turn.parked):
        self.claim(turn)
        return True
    return False


def _decided_before(self, workflow, task):
    """Go on with what is kept, even if it has decided this very task."""
    kept = self._kept.take(task.workflow_run_id)
    if kept is not None and kept.last_event_id == task.started_event_id:
        return kept
    return self._built(workflow, task, None)


def _not_withdrawn(self, command):
    return False


def _in_any_order(self):
    commands = list(self.asked.values())
    Random().shuffle(commands)
    return commands


def _always_patched(id):
    current = run.current_run()
    if id not in current.kept.setdefault("patches", {}):
        current.kept["patches"][id] = True
        marker = matching.id_of_marker(matching.PATCHED, 0, id)
        current.ask(in_workflow.Mark(marker, matching.PATCHED, id, is_value=True))
    return current.kept["patches"][id] and bool(Random().getrandbits(1))


def _values_put_off(ledger, started_event_id, **kwargs):
    decisions = answering.decisions_for(ledger, started_event_id, **kwargs)
    values = [each for each in decisions if getattr(each, "marker_name", "") == "py_swf.record"]
    return decisions if len(decisions) == len(values) else [d for d in decisions if d not in values]


def _no_requeue(self, command, cause):
    command.state = matching.ENDED
    command.refuse(cause)


#: what is changed -> where, and to what
MUTANTS = {
    "news that came later are told": (turns.Turns, "claim", _news_too_early),
    "an answer is taken for granted": (turns.Turns, "_ends", _trusting),
    "a task that was decided has no answer": (decider.Decider, "_caught_up", _decided_before),
    "tasks are hashed by address": (loop._Task, "__hash__", asyncio.Task.__hash__),
    "chance is not the run's": (in_workflow, "Random", lambda run_id: Random()),
    "values are not recorded": (in_workflow, "record", _recorded_anew),
    "values can be put off": (run, "decisions_for", _values_put_off),
    "what is taken back is sent": (matching.Ledger, "withdraw", _not_withdrawn),
    "patches are not kept": (in_workflow, "patched", _always_patched),
    "refusals are not sent again": (matching.Ledger, "_told_refused", _no_requeue),
}


@contextmanager
def mutated(name, monkeypatch):
    """Change the engine while the block runs."""
    owner, attribute, value = MUTANTS[name]
    with monkeypatch.context() as patch:
        patch.setattr(owner, attribute, value)
        yield


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_caught(name, monkeypatch):
    """Each change of the engine that breaks a promise is noticed within forty seeds."""
    monkeypatch.setattr("py_swf.flow.record", lambda fn: in_workflow.record(fn))
    monkeypatch.setattr("py_swf.flow.patched", lambda id: in_workflow.patched(id))
    with mutated(name, monkeypatch):
        assert any(_fails(seed) for seed in range(40))


def _fails(seed):
    try:
        World(seed).play()
    except Exception:
        return True
    return False
