"""The decider: what it answers, what it parks, what it keeps."""

import asyncio
import logging

import pytest

from py_swf import events as ev
from py_swf import flow
from py_swf.decisions import (
    CompleteWorkflowExecution,
    RecordMarker,
    ScheduleActivityTask,
    StartTimer,
)
from tests.flow.scenes import Scene
from tests.flow.shop import add, say

word = flow.Signal("word", str)


@flow.workflow
async def sums(x: int) -> int:
    """Add twice."""
    return await add(await add(x))


def test_it_answers_a_task():
    """A task is answered with what the code has asked for."""
    scene = Scene([sums], [add]).start(1)

    (decision,) = scene.decide().decisions

    assert isinstance(decision, ScheduleActivityTask)
    assert (decision.activity_id, decision.input) == ("add-1", '{"x":1}')


class TestUnhandled:
    """A closing decision that is refused because something happened in the meantime."""

    def closed_by(self, workflow, *args):
        """Have a signal come while the closing decision is on its way; return the scene."""
        scene = Scene([workflow]).start(*args)
        scene.swf.advance(1)
        task = scene.poll()
        answer = flow.Decider([workflow])(task)
        scene.signal(word, "wait")
        scene.respond(task, answer)
        return scene

    def test_complete_is_sent_again(self):
        """A result is sent again, and the signal is not looked at."""

        @flow.workflow
        async def short() -> str:
            return "done"

        scene = self.closed_by(short)
        assert "CompleteWorkflowExecutionFailed" in scene.types
        scene.decide()
        assert scene.history[-1].result == '"done"'

    def test_fail_is_sent_again(self):
        """A failure is sent again."""

        @flow.workflow
        async def short() -> str:
            raise flow.FailWorkflow("because")

        scene = self.closed_by(short)
        assert "FailWorkflowExecutionFailed" in scene.types
        scene.decide()
        assert scene.history[-1].reason == "because"

    def test_cancel_is_sent_again(self):
        """An end as canceled is sent again."""

        @flow.workflow
        async def short() -> str:
            raise asyncio.CancelledError

        scene = self.closed_by(short)
        assert "CancelWorkflowExecutionFailed" in scene.types
        scene.decide()
        assert scene.types[-1] == "WorkflowExecutionCanceled"

    def test_continue_as_new_comes_back(self):
        """Continuing as new returns to the code, which looks at the signal and decides again."""

        @flow.workflow
        async def rounds(words: list[str]) -> None:
            while True:
                await flow.continue_as_new([*words, *word.pending()])

        scene = self.closed_by(rounds, ["a"])
        assert "ContinueAsNewWorkflowExecutionFailed" in scene.types
        scene.decide()
        (first,) = [event for event in scene.history if event.event_id == 1]
        assert first.input == '{"words":["a","wait"]}'

    @pytest.mark.parametrize("keep", [0, 10])
    def test_by_one_decider(self, keep):
        """Whether the run is kept or not, the closing decision is sent until it is accepted."""

        @flow.workflow
        async def short() -> str:
            await asyncio.sleep(1)
            return "done"

        scene, decider = Scene([short]).start(), flow.Decider([short], keep=keep)
        scene.decide(decider)
        scene.swf.advance(1)
        for _ in range(3):
            task = scene.poll(start_at_previous_started_event=True)
            answer = decider(task)
            scene.signal(word, "wait")
            scene.respond(task, answer)
        scene.decide(decider)
        assert scene.types.count("CompleteWorkflowExecutionFailed") == 3
        assert scene.types[-1] == "WorkflowExecutionCompleted"


class TestParking:
    """A task that cannot be decided waits for the code to be fixed."""

    def test_a_disagreement_is_parked_and_goes_on_when_it_is_fixed(self):
        """A disagreement leaves a marker and a timer; fixed code sees everything new."""

        @flow.workflow("sums")
        async def other(x: int) -> str:
            return await say("x")

        scene = Scene([sums], [add, say]).start(1)
        scene.decide()
        scene.work()

        marker, timer = scene.decide(flow.Decider([other])).decisions
        assert isinstance(marker, RecordMarker)
        assert "NonDeterminismError" in marker.details
        assert "event 5, ActivityTaskScheduled" in marker.details
        assert isinstance(timer, StartTimer)
        assert timer.start_to_fire_timeout == 10
        scene.swf.advance(10)
        *_, timer = scene.decide(flow.Decider([other])).decisions
        assert timer.start_to_fire_timeout == 20
        scene.swf.advance(20)

        (decision,) = scene.decide().decisions
        assert decision.activity_id == "add-2"
        scene.work()
        assert isinstance(scene.decide().decisions[0], CompleteWorkflowExecution)
        flow.replay(sums, scene.history)

    def test_an_unknown_type_is_parked(self):
        """A task of a type that the decider does not know does not fail the execution."""

        @flow.workflow("other")
        async def other() -> None: ...

        scene = Scene([sums], [add]).start(1)
        marker, timer = scene.decide(flow.Decider([other])).decisions
        assert "workflow type sums 1 is not one of this decider's: other 1" in marker.details
        assert isinstance(timer, StartTimer)

    def test_exceptions_can_park(self):
        """A workflow names exceptions after which it waits to be fixed, instead of failing."""

        @flow.workflow("fragile", parks_on=LookupError)
        async def fragile() -> None:
            raise KeyError("x")

        @flow.workflow("fragile")
        async def fixed() -> str:
            return "well"

        scene = Scene([fragile]).start()
        marker, _ = scene.decide().decisions
        assert "KeyError" in marker.details
        scene.swf.advance(10)
        scene.decide(flow.Decider([fixed]))
        assert scene.history[-1].result == '"well"'

    def test_on_error_answers_instead(self):
        """A function makes the answer if parking is not wanted."""
        scene = Scene([sums], [add]).start(1)
        given = []

        def policy(task, error):
            given.append(error)
            return [RecordMarker("note")]

        other = flow.workflow("other")(sums.fn)
        assert scene.decide(flow.Decider([other], on_error=policy)).decisions == (
            RecordMarker("note"),
        )
        assert isinstance(given[0], LookupError)


class TestInputs:
    """An input that is another one in the code than in the history."""

    @staticmethod
    def changed():
        """Return a scene after one decision, and the workflow with another input."""

        @flow.workflow("sums")
        async def other(x: int) -> int:
            return await add(await add(x + 1))

        scene = Scene([sums], [add]).start(1)
        scene.decide()
        scene.work()
        return scene, other

    def test_it_is_told(self, caplog):
        """In production it is logged, and the execution goes on with what its history says."""
        scene, other = self.changed()
        with caplog.at_level(logging.WARNING, "py_swf.flow"):
            (decision,) = scene.decide(flow.Decider([other])).decisions
        assert decision.activity_id == "add-2"
        (record,) = caplog.records
        assert (
            "its input is '{\"x\":1}' in the history and '{\"x\":2}' in the code" in record.message
        )
        assert record.workflow_id == "scene"

    def test_it_can_be_refused(self):
        """With inputs="refuse" it is parked."""
        scene, other = self.changed()
        marker, _ = scene.decide(flow.Decider([other], inputs="refuse")).decisions
        assert "its input is" in marker.details

    def test_the_order_of_keys_has_no_meaning(self):
        """An input that means the same is the same, however it is written."""

        class Spaced(flow.JsonCodec):
            def encode(self, value):
                return super().encode(value).replace(":", ": ")

        @flow.workflow("sums")
        async def other(x: int) -> int:
            return await spaced(await spaced(x))

        spaced = flow.activity("add", codec=Spaced())(add.fn)
        scene, _ = self.changed()
        assert len(scene.decide(flow.Decider([other], inputs="refuse")).decisions) == 1


class TestCheck:
    """Tasks that are decided twice."""

    def test_a_global_is_found_out(self):
        """Code that depends on a global decides differently the second time, and is parked."""
        calls = []

        @flow.workflow("sums")
        async def counts(x: int) -> None:
            calls.append(x)
            await add(len(calls))

        scene = Scene([counts], [add]).start(1)
        marker, _ = scene.decide(flow.Decider([counts], check=1)).decisions
        assert "decided twice, the code decides differently" in marker.details

    @pytest.mark.parametrize("keep", [0, 10])
    def test_what_is_the_same_twice_passes(self, keep):
        """Code that is the same twice is answered as ever."""
        scene, decider = Scene([sums], [add]).start(1), flow.Decider([sums], check=1, keep=keep)
        for _ in range(2):
            scene.decide(decider)
            scene.work()
        scene.decide(decider)
        assert scene.history[-1].result == "3"


def test_unhandled_errors_of_tasks_are_logged(caplog):
    """An error of a task that nobody awaits is logged once, when the run ends."""

    @flow.workflow
    async def careless() -> None:
        async def fails() -> None:
            raise ValueError("nobody looks")

        asyncio.ensure_future(fails())  # noqa: RUF006
        for _ in range(40):
            task = asyncio.ensure_future(asyncio.sleep(0))
            await task
        await add(1)

    scene = Scene([careless], [add]).start()
    with caplog.at_level(logging.ERROR, "py_swf.flow"):
        scene.decide()
        assert not caplog.records
        scene.work()
        scene.decide()
    (record,) = caplog.records
    assert record.message == "scene: the error of Task-2 was never retrieved"
    assert record.workflow_id == "scene"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"inputs": "ignore"}, "inputs is 'ignore'"),
        ({"check": 2}, "check is 2"),
        ({"keep": -1}, "keep is -1"),
    ],
)
def test_options_are_checked(options, words):
    """An option that makes no sense is refused by name."""
    with pytest.raises(ValueError, match=words):
        flow.Decider([sums], **options)


def test_a_type_has_one_workflow():
    """Two workflows of one type are refused."""
    with pytest.raises(ValueError, match="two workflows are of type sums 1"):
        flow.Decider([sums, flow.workflow("sums")(sums.fn)])
    with pytest.raises(ValueError, match="two activities are of type add 1"):
        flow.ActivityHandler([add, flow.activity("add")(add.fn)])


def test_events_have_types():
    """The marker by which tasks are parked is the daemon's."""
    from py_swf.daemon.deciding import DECIDER_ERROR, WAKE_UP
    from py_swf.flow.engine import matching, turns

    assert (turns.PARKED, matching.WAKE_UP) == (DECIDER_ERROR, WAKE_UP)
    assert ev.MarkerRecorded in turns._PARTS
