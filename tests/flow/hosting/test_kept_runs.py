"""Kept runs: what is read, where their tasks go, and what happens to dropped ones."""

import asyncio
import gc
import logging
import threading
from contextlib import suppress
from itertools import count

import attrs
import pytest

from py_swf import flow
from py_swf.clients.decision import DecisionClient
from py_swf.config_definitions import DecisionConfig
from py_swf.decisions import Answer, RecordMarker, StartTimer
from py_swf.errors import NoTaskFound
from py_swf.events import Event
from py_swf.flow.engine import run
from py_swf.flow.engine.run import Run
from py_swf.flow.hosting.kept_runs import KeptRuns
from py_swf.flow.hosting.own_task_list import own_task_list_name
from py_swf.tasks import DecisionTask
from py_swf.types import WorkflowType
from tests.flow.scenes import DOMAIN, Scene
from tests.flow.shop import add, say

OWN = "list.host.1.a"
word = flow.Signal("word", int)


@flow.workflow
async def counts(rounds: int) -> int:
    """Add one, so many times."""
    value = 0
    for _ in range(rounds):
        value = await add(value)
    return value


@flow.workflow
async def listens(count: int) -> list[int]:
    """Receive so many words."""
    return [await word.receive() for _ in range(count)]


class Host:
    """A process that keeps runs: its decider, and the two lists that it polls.

    :param scene: the scene it plays in.
    :param own: name of its own task list.
    """

    def __init__(self, scene: Scene, own: str = OWN, keep: int = 10, **options) -> None:
        self.scene = scene
        boto = scene.swf.client()
        self.requests: list[str] = []
        boto.meta.events.register("before-call.swf", self._count)
        self.shared = DecisionClient(scene.client.decision_config, boto)
        self.own = DecisionClient(DecisionConfig(DOMAIN, own, *[None] * 4), boto)
        self.decider = flow.Decider(scene.workflows, keep=keep, own_task_list=own, **options)

    def _count(self, model, **kwargs):
        self.requests.append(model.name)

    def poll(self):
        """Take a task from the own list, or else from the one that is shared."""
        try:
            return self.own.poll(start_at_previous_started_event=True)
        except NoTaskFound:
            return self.shared.poll(newest_first=False)

    def decide(self):
        """Take a task, decide it and answer it; return the answer."""
        task = self.poll()
        answer = self.decider(task)
        self.shared.respond(task.task_token, answer)
        return answer


def lists(scene):
    """Return the task lists to which the decision tasks went, without repetitions."""
    names = [e.task_list for e in scene.history if e.event_type == "DecisionTaskScheduled"]
    return [name for n, name in enumerate(names) if not n or names[n - 1] != name]


def played(rounds, host=Host, until=10_000):
    """Return a scene and its host, after the decision that brought its history to a length."""
    scene = Scene([counts], [add]).start(rounds)
    host = host(scene)
    while len(scene.history) < until:
        host.decide()
        scene.work()
    return scene, host


class TestOwnTaskList:
    """The task list to which the tasks of kept runs go."""

    def test_a_long_run_moves_to_it(self):
        """From 100 events on each task is sent to the own list, for 10 seconds."""
        scene, host = played(40, until=110)
        answer = host.decide()
        assert (answer.task_list, answer.task_list_schedule_to_start_timeout) == (OWN, 10)
        assert lists(scene) == ["list", OWN]

    def test_a_short_run_stays(self):
        """A run of fewer than 100 events is neither sent elsewhere nor kept."""
        scene, host = played(40, until=90)
        assert lists(scene) == ["list"]
        assert len(host.decider._kept) == 0

    def test_a_process_that_stops_sends_its_tasks_back(self):
        """Once nothing more is kept, answers name the list of the start, and runs go."""
        scene, host = played(40, until=150)
        host.decider.stop_keeping()
        answer = host.decide()
        assert (answer.task_list, answer.task_list_schedule_to_start_timeout) == ("list", None)
        assert len(host.decider._kept) == 0
        scene.work()
        host.decide()
        assert lists(scene) == ["list", OWN, "list"]

    def test_a_fresh_decider_keeps_while_the_one_before_does_not(self):
        """A loop that starts again has its own list; a late thread keeps nothing for it."""
        _, host = played(40, until=150)
        late = host.decider
        late.stop_keeping()
        late.close()
        fresh = late.fresh("list.host.1.b")
        task = host.poll()

        assert (late(task).task_list, len(late._kept)) == ("list", 0)
        assert (fresh(task).task_list, len(fresh._kept)) == ("list.host.1.b", 1)
        assert late.own_task_list == OWN

    def test_a_closing_answer_is_sent_again(self):
        """A result that is refused, for a signal that came, is decided again from the history."""
        scene, host = played(20, until=120)
        task = host.poll()
        answer = host.decider(task)
        assert (answer.task_list, len(host.decider._kept)) == ("list", 0)
        scene.signal(word, 1)  # the task for it goes where the answer before had sent it
        scene.respond(task, answer)
        assert "CompleteWorkflowExecutionFailed" in scene.types
        assert host.decide().decisions == answer.decisions
        assert lists(scene) == ["list", OWN]
        assert scene.types[-1] == "WorkflowExecutionCompleted"

    def test_what_is_parked_goes_back(self):
        """A run that cannot be decided is not kept, and its next task is for everybody."""
        scene, host = played(40, until=150)
        host.decider.workflows["counts", "1"] = flow.workflow("counts")(_other)
        host.decider.close()
        answer = host.decide()
        assert answer.decisions[0].marker_name == "py_swf.decider-error"
        assert answer.task_list == "list"
        assert len(host.decider._kept) == 0
        scene.swf.advance(10)
        scene.decide()
        assert scene.types[-2:] == ["DecisionTaskCompleted", "ActivityTaskScheduled"]

    def test_a_list_that_the_policy_names_is_left(self):
        """If on_error answers with a task list, that is where the execution goes."""

        def policy(task, error):
            return Answer([RecordMarker("x")], task_list="elsewhere")

        _, host = played(40, lambda scene: Host(scene, on_error=policy), until=150)
        host.decider.close()
        host.decider.workflows.clear()
        assert host.decide().task_list == "elsewhere"


async def _other(rounds: int) -> None:
    await say("something else")


class TestCosts:
    """What it takes to decide for a kept run."""

    def test_two_requests_and_the_events_since_the_last_one(self):
        """A decision is a poll and an answer, and reads seven events, whatever the length."""
        scene, host = played(60, until=110)
        seen = []
        while "WorkflowExecutionCompleted" not in scene.types:
            host.requests.clear()
            task = host.poll()
            scene.respond(task, host.decider(task))
            seen.append((len(task.events), *host.requests))
            scene.work()
        assert len(seen) > 40
        assert set(seen) == {(7, "PollForDecisionTask")}

    def test_only_what_is_new_is_read(self):
        """A kept run is given what came after it, and goes through no event before."""
        scene, decider = Scene([counts], [add]).start(2), flow.Decider([counts], keep=10)
        scene.decide(decider)
        scene.work()
        task = scene.poll(start_at_previous_started_event=True)
        read = []

        class Events(list):
            def __iter__(self):
                for event in super().__iter__():
                    read.append(event.event_id)
                    yield event

        def earlier():
            raise AssertionError("earlier events were read")
            yield

        seen = attrs.evolve(task, events=Events(task.events), earlier_events=earlier())
        scene.respond(task, decider(seen))
        assert min(read) == 3
        scene.work()
        scene.decide(decider)
        assert scene.history[-1].result == "2"

    @pytest.mark.long
    def test_no_event_is_kept(self):
        """A kept run holds no event of its history."""
        others = _events_alive()
        scene, host = played(300, until=110)
        before = _events_alive()
        for _ in range(50):
            host.decide()
            scene.work()
        assert len(host.decider._kept) == 1
        assert _events_alive() == before <= others + 12

    def test_a_host_that_dies_costs_one_schedule_to_start_timeout(self):
        """Tasks on the list of a dead process wait 10 seconds, and go back to the one shared."""
        scene, _ = played(40, until=150)
        other = Host(scene, own="list.host.2.b")
        with pytest.raises(NoTaskFound):
            other.poll()
        scene.swf.advance(9)
        with pytest.raises(NoTaskFound):
            other.poll()
        scene.swf.advance(1)
        assert other.decide().task_list == "list.host.2.b"
        (timed_out,) = [e for e in scene.history if e.event_type == "DecisionTaskTimedOut"]
        assert timed_out.timeout_type == "SCHEDULE_TO_START"

    def test_one_that_dies_with_a_task_costs_its_start_to_close_timeout(self):
        """A task that a dead process had in progress times out, and goes to the shared list."""
        scene, host = played(40, until=150)
        host.poll()
        scene.swf.advance(60)
        assert Host(scene, own="list.host.2.b").decide().task_list == "list.host.2.b"


class TestTrust:
    """A kept run is used if the history confirms it; otherwise it is built again."""

    def test_a_run_that_is_not_there_is_built_from_the_whole_history(self):
        """Of a task on the own list, what it does not have is read from the execution."""
        scene, host = played(40, until=150)
        host.decider.close()
        host.requests.clear()
        (decision,) = host.decide().decisions
        assert decision.input == f'{{"x":{scene.types.count("ActivityTaskCompleted")}}}'
        assert host.requests[:2] == ["PollForDecisionTask", "GetWorkflowExecutionHistory"]

    def test_a_run_with_a_gap_is_built_again(self):
        """If others decided in the meantime, and the task begins later, all of it is read."""
        scene, host = played(40, until=150)
        stale = host.decider._kept.take(scene.execution.run_id)
        for _ in range(2):
            host.decide()
            scene.work()
        host.decider.close()
        host.decider._kept.put(scene.execution.run_id, stale)
        (decision,) = host.decide().decisions
        assert decision.input == f'{{"x":{scene.types.count("ActivityTaskCompleted")}}}'

    def test_the_same_task_is_answered_alike(self):
        """A task that is decided again, as after an answer that failed, has the same answer."""
        scene = Scene([counts], [add]).start(2)
        decider, task = flow.Decider([counts], keep=10), scene.poll()
        first = decider(task)
        (kept,) = decider._kept._runs.values()
        assert decider(task) == first
        assert len(first.decisions) == 1
        assert kept._evicted

    def test_an_earlier_task_is_answered_as_ever(self):
        """A task that has timed out in the meantime does not get the run that is further on."""
        scene = Scene([counts], [add]).start(2)
        decider, task = flow.Decider([counts], keep=10), scene.poll()
        scene.swf.advance(60)
        later = decider(scene.poll())
        assert decider(task) == later

    def test_two_answers_that_differ_keep_nothing(self):
        """A run that is decided twice, and differently, is given up."""
        calls = count()

        @flow.workflow("counts")
        async def globals_of(rounds: int) -> None:
            await add(next(calls))

        scene = Scene([counts], [add]).start(2)
        decider = flow.Decider([globals_of], keep=10, check=1)
        scene.decide(decider)
        assert len(decider._kept) == 0

    def test_an_error_is_logged_at_its_own_task_alone(self, caplog):
        """What was logged for one task of a kept run is not logged again for the next."""

        @flow.workflow
        async def careless() -> None:
            asyncio.get_running_loop().call_soon(lambda: 1 / 0)
            await add(await add(1))

        scene, decider = Scene([careless], [add]).start(), flow.Decider([careless], keep=10)
        for _ in range(3):
            scene.decide(decider)
            scene.work()
        assert [record.exc_info[0] for record in caplog.records] == [ZeroDivisionError]

    def test_a_page_that_cannot_be_read_gives_the_run_up(self):
        """An error while the new events are read leaves no half-read run."""
        closed = []

        @flow.workflow
        async def waits() -> None:
            try:
                await word.receive()
            finally:
                closed.append(True)

        scene = Scene([waits]).start()
        decider = flow.Decider([waits], keep=10)
        scene.decide(decider)
        scene.signal(word, 1)
        task = scene.poll(start_at_previous_started_event=True)

        class Broken(list):
            def __iter__(self):
                raise RuntimeError("no answer")

        broken = type(task)(
            Broken(),
            *(task.task_token, task.workflow_id, task.workflow_run_id, task.workflow_type),
            started_event_id=task.started_event_id,
        )
        with suppress(RuntimeError):
            decider(broken)
        assert (closed, len(decider._kept)) == ([True], 0)

    def test_a_history_is_taken_in_page_by_page(self, monkeypatch):
        """Each page is replayed and released before the next is read; the loop does not run."""
        monkeypatch.setattr(run, "PAGE", 10)
        scene, _ = played(10, until=50)
        reached = []
        fresh = Run(counts, "scene", scene.execution.run_id)

        def events():
            for event in scene.history:
                reached.append(fresh.last_event_id)
                assert asyncio._get_running_loop() is None
                yield event

        fresh.take(events())
        fresh.evict()
        assert reached[:31:10] == [0, 10, 20, 30]


class TestLostAnswers:
    """Runs whose answers were not accepted, or were given by another process."""

    def test_an_answer_that_was_lost_is_decided_again(self):
        """A run whose answer was not accepted is built again from its history."""
        scene, decider = Scene([counts], [add]).start(2), flow.Decider([counts], keep=10)
        first = decider(scene.poll())
        scene.swf.advance(60)  # nobody answers
        scene.signal(word, 1)
        assert scene.decide(decider) == first
        scene.work()
        scene.decide(decider)
        scene.work()
        scene.decide(decider)
        assert scene.types[-1] == "WorkflowExecutionCompleted"

    def test_an_answer_that_was_parked_elsewhere_is_decided_again(self):
        """A run whose answer was refused, and parked instead, is built again."""
        scene, decider = Scene([counts], [add]).start(2), flow.Decider([counts], keep=10)
        task = scene.poll()
        first = decider(task)
        scene.respond(task, [RecordMarker("py_swf.decider-error", "x"), StartTimer("t", 5)])
        scene.swf.advance(5)
        assert scene.decide(decider) == first

    def test_what_others_have_decided_is_caught_up_with(self):
        """A run that is behind, since another host has decided, catches up."""
        scene, decider = Scene([counts], [add]).start(2), flow.Decider([counts], keep=10)
        scene.decide(decider)
        scene.work()
        scene.decide()  # another host
        scene.work()
        answer = scene.decide(decider, start_at_previous_started_event=True)
        assert answer.decisions[0].result == "2"

    def test_a_failed_task_gives_up_its_run(self):
        """A run that could not be decided is not kept."""
        scene, decider = Scene([counts], [add]).start(2), flow.Decider([counts], keep=10)
        scene.decide(decider)
        scene.work()
        task = scene.poll(start_at_previous_started_event=True)
        broken = DecisionTask([], "", "", task.workflow_run_id, WorkflowType("counts", "1"))
        with suppress(ValueError):
            decider(broken)
        scene.respond(task, decider(task))
        scene.work()
        scene.decide(decider)
        assert scene.types[-1] == "WorkflowExecutionCompleted"


def _events_alive():
    gc.collect()
    return sum(isinstance(each, Event) for each in gc.get_objects())


@flow.workflow
async def careful(n: int) -> None:
    """Wait forever, and clean up by all that can be asked for."""

    async def cleans_up() -> None:
        try:
            await word.receive()
        finally:
            flow.logger.error("cleaning up")
            with suppress(flow.Failure):
                await add(n)

    async def streams():
        try:
            while True:
                yield await word.receive()
        finally:
            await asyncio.sleep(5)

    async def numbers():
        try:
            yield n
        finally:
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.Event().wait()

    async def holds() -> None:
        both = [numbers(), numbers()]
        await both[0].__anext__()
        try:
            await word.receive()
        finally:
            await both[1].__anext__()

    async def fails() -> None:
        raise ValueError(n)

    async def reads() -> None:
        async for _ in streams():
            pass

    parts = [cleans_up(), reads(), holds(), asyncio.wait_for(word.receive(), 60), fails()]
    try:
        await asyncio.gather(*parts, return_exceptions=True)
    finally:
        asyncio.ensure_future(fails())  # noqa: RUF006
        add.start(n)
        await asyncio.shield(asyncio.ensure_future(cleans_up()))


class TestEviction:
    """Runs that are given up."""

    @pytest.mark.long
    def test_ten_thousand_leave_nothing(self, caplog, recwarn):
        """No command, no log line, no warning, no growth: whatever the code does in its cleanup."""
        scene = Scene([careful], [add]).start(1)
        task = scene.poll()
        del caplog.records[:]
        caplog.set_level(logging.DEBUG)
        events, alive = [*task.all_events()], []
        for n in range(10_000):
            each = Run(careful, "scene", str(n))
            each.take(events)
            decisions = each.decide()
            each.evict()
            assert [*each.ledger.asked] == [(type(d), d.timer_id) for d in decisions]
            if n % 2000 == 1999:
                del each
                gc.collect()
                alive.append(len(gc.get_objects()))
        assert (caplog.records, recwarn.list) == ([], [])
        assert max(alive) - min(alive) < 100

    def test_the_oldest_makes_room(self):
        """No more runs are kept than asked for; the one that was decided longest ago is closed."""
        closed = []

        @flow.workflow
        async def waits(name: str) -> None:
            try:
                await word.receive()
                await word.receive()
            finally:
                closed.append(name)

        scene = Scene([waits])
        decider = flow.Decider([waits], keep=2)
        for name in "abc":
            waits.start(scene.outside, name, name)
            scene.decide(decider)
        assert [each.workflow_id for each in decider._kept._runs.values()] == ["b", "c"]
        assert closed == ["a"]
        scene.outside.signal_workflow("b", "word", "1")
        scene.decide(decider)
        assert [each.workflow_id for each in decider._kept._runs.values()] == ["c", "b"]

    def test_an_answer_that_cannot_be_made_gives_the_run_up(self):
        """A run whose answer is refused before it is sent is closed like any other."""
        _, host = played(40, until=150)
        (kept,) = host.decider._kept._runs.values()
        host.decider.own_task_list = "a:b"
        assert host.decide().decisions[0].marker_name == "py_swf.decider-error"
        assert (kept._evicted, len(host.decider._kept)) == (True, 0)

    def test_closing_gives_up_all(self):
        """A decider that is closed closes the code of each run that it keeps."""
        _, host = played(40, until=150)
        (kept,) = host.decider._kept._runs.values()
        host.decider.close()
        assert (kept._evicted, len(host.decider._kept)) == (True, 0)

    def test_one_that_was_built_twice_is_there_once(self):
        """If two threads have built the same run, one stays and the other is closed."""
        scene = Scene([listens]).start(3)
        kept, runs = KeptRuns(2), [Run(listens), Run(listens)]
        task = scene.poll()
        for each in runs:
            each.take(task.all_events())
            each.decide()
            kept.put("run", each)
        assert [each._evicted for each in runs] == [True, False]
        kept.clear()

    def test_any_thread_may_go_on(self):
        """A run that one thread has built goes on in another, and is evicted in a third."""
        scene, host = played(40, until=150)

        def do(what):
            thread = threading.Thread(target=what)
            thread.start()
            thread.join()

        do(host.decide)
        scene.work()
        do(host.decide)
        do(host.decider.close)
        assert lists(scene) == ["list", OWN]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"own_task_list": "a", "keep": 0}, "own_task_list is 'a', but keep is 0"),
        ({"own_task_list": "a:b"}, "own_task_list: .*holds ':'"),
        ({"own_task_list": ""}, "own_task_list: .*empty"),
        ({"own_task_list": 5}, "own_task_list: .*must be a string"),
        ({"own_task_list": "a", "own_task_list_timeout": 0}, "own_task_list_timeout is 0"),
        ({"own_task_list": "a", "own_task_list_timeout": 1.5}, "own_task_list_timeout is 1.5"),
    ],
)
def test_an_own_task_list_is_checked(options, words):
    """Settings that cannot work are refused by name."""
    with pytest.raises(ValueError, match=words):
        flow.Decider([counts], **{"keep": 10, **options})


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("decisions", "host-1", 4711, "9f86"), "decisions.host-1.4711.9f86"),
        (("decisions", "a:b/c|d\n", 1, "x"), "decisions.a-b-c-d-.1.x"),
        (("d" * 256, "host", 1, "x"), "d" * 247 + ".host.1.x"),
    ],
)
def test_a_name_is_one_that_the_service_takes(parts, name):
    """Characters not allowed in a name are replaced, and the process's mark is never cut off."""
    assert own_task_list_name(*parts) == name
