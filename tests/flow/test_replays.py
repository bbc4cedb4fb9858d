"""Replay: what code may change while executions are open, and the error when it may not."""

import asyncio
import json
import weakref
from contextlib import suppress

import pytest

from py_swf import events as ev
from py_swf import flow
from py_swf.flow import replays
from py_swf.local import LocalSWF
from py_swf.testing import play
from tests.flow.shop import add, history_of, of_type, say

word = flow.Signal("word", str)


@flow.workflow
async def child() -> str:
    """Return a word."""
    return "child"


@flow.workflow("order")
async def order(x: int) -> str:
    """Use a bit of everything."""
    first, second = await asyncio.gather(add(x), say("hello"))
    await asyncio.sleep(60)
    flow.record(lambda: 17)
    flow.record_marker("stage", "two")
    await child.options(workflow_id="the-child")()
    with pytest.raises(flow.SignalNotDelivered):
        await word.send("nobody", "x")
    await flow.LambdaFunction("f")(1)
    return f"{first} {second}"


@pytest.fixture(scope="module")
def history():
    """The history of one order, closed."""
    swf = LocalSWF(lambda_functions={"f": lambda text: text})
    play(order, 1, on=swf, activities=[add, say], workflows=[child])
    return history_of(swf)


def test_the_same_code_agrees(history):
    """The code that made a history agrees with it, and has nothing more to decide."""
    assert flow.replay(order, history) == []


def test_each_prefix_decides_what_follows(history):
    """Up to each of its decision tasks a history decides what its next events echo."""
    for index, event in enumerate(history):
        if isinstance(event, ev.DecisionTaskStarted):
            decisions = flow.replay(order, history[: index + 1])
            completed = next(e for e in history if getattr(e, "started_event_id", 0) == index + 1)
            echoes = [
                type(e)
                for e in history
                if getattr(e, "decision_task_completed_event_id", None) == completed.event_id
                and not isinstance(e, ev.SignalExternalWorkflowExecutionFailed)
            ]
            assert [decision.taken_event for decision in decisions] == echoes


def test_a_history_without_an_open_task_decides_nothing(history):
    """If no decision task is open there is nothing to decide."""
    completed = next(i for i, e in enumerate(history) if isinstance(e, ev.DecisionTaskCompleted))
    assert flow.replay(order, history[: completed + 3]) == []


def test_a_walk_is_never_held_whole(history, monkeypatch):
    """A history is read a page at a time, and the events of a page are let go after it."""
    monkeypatch.setattr(replays, "PAGE", 10)
    walked = []

    def walk():
        for event in history:
            assert [each() for each in walked[:-20]] == [None] * len(walked[:-20])
            view = ev.event_from_wire(event.raw)
            walked.append(weakref.ref(view))
            yield view

    assert flow.replay(order, walk()) == []
    assert len(walked) == len(history) > 30


def test_events_as_boto3_gives_them_will_do(history):
    """A history may be dicts, as boto3 returns them."""
    assert flow.replay(order, [event.raw for event in history]) == []


def test_a_gap_is_refused(history):
    """A history of which events are missing is refused, and says which."""
    with pytest.raises(ValueError, match="event 5 is missing"):
        flow.replay(order, history[:4] + history[6:])


def mutant(change):
    """Return the workflow with one change."""

    @flow.workflow("order")
    async def changed(x: int) -> str:
        async def noted(what, awaitable):
            if what == change:
                awaitable.close()
                return None
            return await awaitable

        if change == "activity before":
            await add(0)
        a = add(x + 1 if change == "input" else x)
        b = say("hello")
        if change == "type":
            b.close()
            b = other_say("hello")
        if change == "in a row":
            first = await a
            second = await b
        elif change == "no second":
            first, second = await a, "hello"
            b.close()
        else:
            first, second = await asyncio.gather(a, b)
        await noted("no sleep", asyncio.sleep(61 if change == "duration" else 60))
        if change != "no record":
            flow.record(lambda: 18)
        if change == "more records":
            flow.record(lambda: 18)
        flow.record_marker("stages" if change == "marker" else "stage", "two")
        workflow = other_child if change == "child type" else child
        name = "a-child" if change == "child id" else "the-child"
        await noted("no child", workflow.options(workflow_id=name)())
        signal = flow.Signal("words" if change == "signal" else "word", str)
        to = "somebody" if change == "receiver" else "nobody"
        with suppress(flow.SignalNotDelivered):
            await noted("no signal", signal.send(to, "y" if change == "signal input" else "x"))
        function = flow.LambdaFunction("g" if change == "function" else "f")
        await noted("no function", function(2 if change == "value" else 1))
        if change == "more at the end":
            await asyncio.sleep(1)
        if change == "fails":
            raise ValueError("no")
        if change == "never ends":
            await asyncio.Event().wait()
        return "another" if change == "result" else f"{first} {second}"

    return changed


other_say = flow.activity("say", "3")(say.fn)
other_child = flow.workflow("other")(child.fn)

#: what is changed -> what the error says
CHANGES = {
    "activity before": "about ScheduleActivityTask add-1: its input is",
    "input": """event 5, ActivityTaskScheduled, and the code disagree about ScheduleActivityTask \
add-1: its input is '{"x":1}' in the history and '{"x":2}' in the code""",
    "type": "about ScheduleActivityTask say-1: its activity_type is ActivityType(name='say', "
    "version='2') in the history",
    "in a row": "history has ScheduleActivityTask say-1, which the code does not ask for",
    "no second": "history has ScheduleActivityTask say-1, which the code does not ask for",
    "no sleep": "asks for py_swf.record 1, a recorded value that the history does not have",
    "duration": "StartTimer timer-1: its start_to_fire_timeout is 60 in the history and 61",
    "no record": "history has RecordMarker py_swf.record 1, which the code does not ask for",
    "more records": "asks for py_swf.record 2, a recorded value that the history does not have",
    "marker": "history has RecordMarker stage 1, which the code does not ask for at this point; "
    "it asks for RecordMarker stages 1",
    "child type": "StartChildWorkflowExecution child-1, which the code does not ask for",
    "child id": "about StartChildWorkflowExecution child-1: its workflow_id is 'the-child'",
    "no child": "StartChildWorkflowExecution child-1, which the code does not ask for",
    "signal": "SignalExternalWorkflowExecution word-1, which the code does not ask for",
    "receiver": "about SignalExternalWorkflowExecution word-1: its workflow_id is 'nobody'",
    "signal input": "about SignalExternalWorkflowExecution word-1: its input is '\"x\"'",
    "no signal": "SignalExternalWorkflowExecution word-1, which the code does not ask for",
    "function": "ScheduleLambdaFunction f-1, which the code does not ask for",
    "value": "about ScheduleLambdaFunction f-1: its input is '1' in the history and '2'",
    "no function": "ScheduleLambdaFunction f-1, which the code does not ask for",
    "more at the end": "history has CompleteWorkflowExecution, which the code does not ask for at "
    "this point; it asks for StartTimer timer-2 instead. ",
    "fails": "history has CompleteWorkflowExecution, which the code does not ask for",
    "never ends": "history has CompleteWorkflowExecution, which the code does not ask for at this "
    "point. The",
    "result": "CompleteWorkflowExecution: its result is '\"2 hello\"' in the history and '\"ano",
}


@pytest.mark.filterwarnings("ignore:.*coroutine")
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_told(change, history):
    """A change of the code is refused, and the error says at which event and how they differ."""
    with pytest.raises(flow.NonDeterminismError) as caught:
        flow.replay(mutant(change), history)
    assert CHANGES[change] in str(caught.value)
    assert "The usual cause is" in str(caught.value)


def test_the_mutants_are_the_workflow_but_for_their_change(history):
    """Without a change the code of the mutants agrees."""
    assert flow.replay(mutant("nothing"), history) == []


def test_the_error_has_the_parts(history):
    """Each part of the error's message is also an attribute."""
    with pytest.raises(flow.NonDeterminismError) as caught:
        flow.replay(mutant("input"), history)
    error = caught.value
    assert (error.event_id, error.event_type) == (5, "ActivityTaskScheduled")
    assert (error.command, error.field) == ("ScheduleActivityTask add-1", "input")
    assert (error.in_history, error.in_code) == ('{"x":1}', '{"x":2}')


def test_something_new_is_missing_in_the_history(history):
    """What the code asks for and the history lacks is named, if nothing else differs."""

    @flow.workflow("order")
    async def more(x: int) -> str:
        await asyncio.gather(add(x), say("hello"), add(5))
        return ""

    with pytest.raises(
        flow.NonDeterminismError,
        match="asks for ScheduleActivityTask add-2, which the history does not have",
    ):
        flow.replay(more, history)


def test_the_code_cannot_swallow_it(history):
    """Code that catches every exception does not hide that it has changed."""

    @flow.workflow("order")
    async def careless(x: int) -> str:
        with suppress(Exception):
            flow.record(lambda: 1)
        return "fine"

    with pytest.raises(flow.NonDeterminismError, match=r"py_swf\.record 1"):
        flow.replay(careless, history)


@pytest.mark.parametrize(
    "change",
    [
        "comments and names",
        "order within a turn",
        "once more awaited",
    ],
)
def test_what_may_change(change, history):
    """A change that leaves ids and inputs as they are is not a disagreement."""

    @flow.workflow("order")
    async def changed(x: int) -> str:
        if change == "order within a turn":
            b, a = await asyncio.gather(say("hello"), add(x))
        else:
            a, b = await asyncio.gather(add(x), say("hello"))
        if change == "once more awaited":
            await asyncio.sleep(0)
        return await _rest(a, b)

    assert flow.replay(changed, history) == []


async def _rest(first, second):
    await asyncio.sleep(59.7)
    flow.record(lambda: 17)
    flow.record_marker("stage", "two")
    await child.options(workflow_id="the-child")()
    with pytest.raises(flow.SignalNotDelivered):
        await word.send("nobody", "x")
    await flow.LambdaFunction("f")(1)
    return f"{first} {second}"


class TestSaved:
    """Histories in files."""

    def test_as_the_aws_cli_prints_it(self, history, tmp_path):
        """A file as `aws swf get-workflow-execution-history` prints it is read and replays."""
        path = tmp_path / "order.json"
        path.write_text(json.dumps({"events": [e.raw for e in history]}, default=_cli_time))
        saved = flow.saved(path)
        assert [e.event_id for e in saved] == [e.event_id for e in history]
        assert flow.replay(order, saved) == []

    def test_newest_first_and_bare(self, history, tmp_path):
        """A bare list will do, in either order; timestamps may be numbers."""
        path = tmp_path / "order.json"
        events = [e.raw for e in reversed(history)]
        path.write_text(json.dumps(events, default=lambda value: value.timestamp()))
        assert flow.replay(order, flow.saved(str(path))) == []

    def test_it_may_say_whose_it_is(self, tmp_path):
        """A file may name the execution, whose run id seeds its random numbers."""

        @flow.workflow
        async def dice() -> str:
            return str(flow.uuid4())

        swf = LocalSWF()
        play(dice, on=swf)
        events = swf.history("play")
        run_id = swf.client().list_closed_workflow_executions(
            domain="play", startTimeFilter={"oldestDate": 0}
        )["executionInfos"][0]["execution"]["runId"]
        path = tmp_path / "dice.json"
        named = {"events": events, "workflowExecution": {"workflowId": "play", "runId": run_id}}
        path.write_text(json.dumps(named, default=_cli_time))
        saved = flow.saved(path)
        assert (saved.workflow_id, saved.run_id) == ("play", run_id)
        assert flow.replay(dice, saved) == []
        with pytest.raises(flow.NonDeterminismError, match="its result is"):
            flow.replay(dice, list(saved))

    def test_something_else_is_refused(self, tmp_path):
        """A file that holds no events is refused by name."""
        path = tmp_path / "other.json"
        path.write_text('{"event": []}')
        with pytest.raises(ValueError, match=r"other\.json has no list of events"):
            flow.saved(path)


def _cli_time(value):
    return value.isoformat()


def test_a_history_without_run_id_replays():
    """Children made of the run id are found again in a history that does not say it."""

    @flow.workflow
    async def parent() -> str:
        return await child()

    swf = LocalSWF()
    play(parent, on=swf, workflows=[child])
    assert flow.replay(parent, history_of(swf)) == []
    (initiated,) = of_type(history_of(swf), ev.StartChildWorkflowExecutionInitiated)
    assert initiated.workflow_id.startswith("child-1-")


def test_a_parked_task_is_no_decision():
    """A task that was parked decided nothing, and the next task gets its news."""

    @flow.workflow
    async def short() -> str:
        return await word.receive()

    swf = LocalSWF()
    play(short, on=swf, signals=[(word, "a")])
    events = [event.raw for event in history_of(swf)]
    marker = {
        "eventType": "MarkerRecorded",
        "eventTimestamp": events[0]["eventTimestamp"],
        "markerRecordedEventAttributes": {
            "markerName": "py_swf.decider-error",
            "details": "x",
            "decisionTaskCompletedEventId": 5,
        },
    }
    task = [event for event in events if event["eventType"].startswith("DecisionTask")]
    parked = [*events[:5], marker, *(dict(event) for event in task), events[-1]]
    numbered = [{**event, "eventId": n} for n, event in enumerate(parked, 1)]
    assert flow.replay(short, numbered) == []
