"""What a workflow does depends on the order of events, and not on their grouping."""

from contextlib import suppress
from random import Random

import pytest

from py_swf import flow
from py_swf.errors import NoTaskFound
from py_swf.flow.engine import run
from tests.flow.game import Player, work
from tests.flow.scenes import Scene


class Quiet(Player):
    """A player of what has no time and no outside in it."""

    small = [Player.shared, Player.activity, Player.activity]  # noqa: RUF012
    large = [  # noqa: RUF012
        *(Player.row, Player.gather, Player.race, Player.ordered, Player.until, Player.queue),
    ]

    async def activity(self, path: str, size: int, chance: Random) -> int:
        """Await an activity, which goes on when that is canceled."""
        kind = chance.choice(["ok", "ok", "fail"])
        return await work.options(on_cancel="abandon")(kind, chance.randrange(9))


Quiet.small = [Quiet.activity, Quiet.activity, Quiet.shared]


@flow.workflow
async def quiet(seed: int) -> list[str]:
    """Play a program, and tell what happened in which order."""
    return await Quiet(seed, 20, 0).play()


def result(seed, chance):
    """Let activities end in the order of their ids, decided in groups of random sizes."""
    scene, decider = Scene([quiet], [work]).start(seed), flow.Decider([quiet], keep=1)
    while True:
        while scene.has_task():
            scene.decide(decider)
        tasks = _waiting(scene)
        if not tasks:
            decider.close()
            closed = scene.history[-1]
            return closed.event_type, getattr(closed, "result", None)
        for task in tasks:
            _finish(scene, task)
            while scene.has_task() and chance.random() < 0.5:
                scene.decide(decider)


def _waiting(scene):
    tasks = []
    try:
        while True:
            tasks.append(scene.worker.poll())
    except NoTaskFound:
        return sorted(tasks, key=lambda task: task.activity_id)


def _finish(scene, task):
    with suppress(scene.worker.boto_client.exceptions.UnknownResourceFault):  # it is closed
        try:
            answer = scene.handler(task)
        except ValueError as error:
            scene.worker.fail(task.task_token, error)
        else:
            scene.worker.finish(task.task_token, answer)


class OneByOne:
    """A chance that decides after each event."""

    def random(self):
        """Return the smallest chance."""
        return 0.0


class Together:
    """A chance that decides once for all events that there are."""

    def random(self):
        """Return the largest chance."""
        return 1.0


@pytest.mark.parametrize("seed", range(40))
def test_grouping_has_no_meaning(seed):
    """The same order of events gives the same course, one by one, in groups, or all at once."""
    expected = result(seed, OneByOne())

    assert result(seed, Together()) == expected
    assert result(seed, Random(seed)) == expected


def _told_at_once(self, turn):
    """Deliver all new events, and then run the code."""
    self.loop.moment = turn.started
    self.started_event_id = turn.started.event_id
    for event in turn.news:
        self._tell(event)
    self.loop.run_ready()
    self._look_at_waits()
    turn.news = []


def test_telling_all_at_once_is_caught(monkeypatch):
    """An engine that delivers all new events before the code runs does depend on their grouping."""
    monkeypatch.setattr(run.Run, "_deliver", _told_at_once)

    assert any(result(seed, OneByOne()) != result(seed, Together()) for seed in range(20))
