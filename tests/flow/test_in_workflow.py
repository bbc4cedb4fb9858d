"""Time, random numbers, values, patches, markers: the same in every replay."""

import asyncio
import logging
from datetime import datetime, timezone

import pytest

from py_swf import events as ev
from py_swf import flow
from py_swf.local import LocalSWF
from py_swf.testing import play
from tests.flow.shop import add, history_of, of_type


@pytest.fixture
def swf():
    """A local SWF that the test can look into."""
    return LocalSWF()


def test_now_is_the_decision_tasks_time():
    """now() is the time at which the decision task was started, and the loop has the same."""

    @flow.workflow
    async def waits() -> list[str]:
        before = flow.now()
        await asyncio.sleep(2.5)
        assert asyncio.get_running_loop().time() == flow.now().timestamp()
        return [before.isoformat(), flow.now().isoformat()]

    assert play(waits) == ["2026-01-01T00:00:00+00:00", "2026-01-01T00:00:03+00:00"]


def test_chance_is_the_runs_own(swf):
    """Chance is the same in every replay of a run, and differs from run to run."""

    @flow.workflow
    async def dice() -> list[str]:
        first = flow.uuid4()
        await add(1)
        return [str(first), str(flow.random().random())]

    first = play(dice, on=swf, activities=[add])
    assert first != play(dice, on=swf, activities=[add])


def test_a_recorded_value_is_asked_for_once(swf):
    """A recorded value is asked for once, and comes from its marker ever after."""
    calls = []

    @flow.workflow
    async def asks() -> list[int]:
        def ask() -> int:
            calls.append(1)
            return len(calls)

        first = flow.record(ask)
        await add(1)
        return [first, flow.record(ask)]

    assert play(asks, on=swf, activities=[add]) == [1, 2]
    assert len(calls) == 2
    markers = of_type(history_of(swf), ev.MarkerRecorded)
    assert [(m.marker_name, m.details) for m in markers] == [
        ("py_swf.record", "1"),
        ("py_swf.record", "2"),
    ]


def test_a_recorded_value_is_as_annotated():
    """A recorded value comes back as the function's annotation says, the first time too."""

    @flow.workflow
    async def asks() -> bool:
        def when() -> datetime:
            return datetime(2026, 1, 1, tzinfo=timezone.utc)

        assert flow.record(lambda: 3, type=float) == 3.0
        return isinstance(flow.record(when), datetime)

    assert play(asks) is True


def test_a_new_run_takes_the_patched_branch(swf):
    """A run that comes to a patch for the first time takes the new branch and says so once."""

    @flow.workflow
    async def work() -> list[bool]:
        first = flow.patched("thank-you")
        await add(1)
        return [first, flow.patched("thank-you")]

    assert play(work, on=swf, activities=[add]) == [True, True]
    markers = of_type(history_of(swf), ev.MarkerRecorded)
    assert [(m.marker_name, m.details) for m in markers] == [("py_swf.patched", "thank-you")]


def patched_later(swf):
    """Return a history, and a workflow that says of its patch what it finds."""

    @flow.workflow("work")
    async def before() -> None:
        await add(1)
        await add(2)

    found = []

    @flow.workflow("work")
    async def after() -> None:
        await add(1)
        found.append(flow.patched("x"))
        await add(2)

    play(before, on=swf, activities=[add])
    return history_of(swf), before, after, found


def test_an_old_run_keeps_to_the_old_branch(swf):
    """What was decided before the patch was added is replayed without it."""
    events, _, after, found = patched_later(swf)
    flow.replay(after, events)
    assert found == [False]


def test_a_run_that_is_in_between_takes_the_new_branch(swf):
    """A run that comes to the patch after it was added takes the new branch."""
    events, _, after, found = patched_later(swf)
    starts = [i for i, e in enumerate(events) if type(e) is ev.DecisionTaskStarted]
    decisions = flow.replay(after, events[: starts[1] + 1])
    assert found == [True]
    assert [d.decision_type for d in decisions] == ["RecordMarker", "ScheduleActivityTask"]


def test_a_patch_that_was_taken_out_is_passed_over(swf):
    """The marker of a patch that was removed from the code is not a disagreement."""

    @flow.workflow("work")
    async def without() -> None:
        await add(1)

    @flow.workflow("work")
    async def with_patch() -> None:
        assert flow.patched("x")
        await add(1)

    play(with_patch, on=swf, activities=[add])
    flow.replay(without, history_of(swf))


def test_markers_are_notes(swf):
    """A marker is written into the history, and can be listed."""

    @flow.workflow
    async def notes() -> list[tuple[str, str | None]]:
        flow.record_marker("stage", "one")
        await add(1)
        flow.record_marker("stage")
        return flow.markers()

    assert play(notes, on=swf, activities=[add]) == [("stage", "one"), ("stage", None)]
    assert len(of_type(history_of(swf), ev.MarkerRecorded)) == 2


def test_the_engines_markers_are_its_own():
    """A marker whose name is the engine's is refused."""

    @flow.workflow
    async def notes() -> None:
        flow.record_marker("py_swf.record")

    with pytest.raises(flow.WorkflowFailed, match=r"py_swf\.record"):
        play(notes)


def test_the_execution_context_is_left(swf):
    """The execution context goes with the answer, and holds until there is another."""

    @flow.workflow
    async def tells() -> None:
        flow.set_execution_context("packing")
        await add(1)
        await add(1)

    play(tells, on=swf, activities=[add])
    completed = of_type(history_of(swf), ev.DecisionTaskCompleted)
    assert [event.execution_context for event in completed] == ["packing", None, None]


def test_info_says_who_it_is(swf):
    """info() has the ids, the type and the settings of the run, and the length of its history."""

    @flow.workflow("who", "3")
    async def who() -> list[object]:
        info = flow.info()
        await add(1)
        again = flow.info()
        return [
            info.workflow_id,
            bool(info.run_id),
            info.workflow_type.version,
            info.task_list,
            info.child_policy,
            info.started_at == flow.now(),
            info.history_length,
            again.history_length,
            again.continue_as_new_suggested,
        ]

    assert play(who, on=swf, activities=[add], workflow_id="me") == [
        *("me", True, "3", "play", "TERMINATE", True, 3, 9, False)
    ]


def test_condition_waits_until_something_is_true():
    """condition() returns after the event that made its predicate true, or at once."""

    @flow.workflow
    async def waits() -> str:
        done = []

        async def work(seconds: int) -> None:
            await asyncio.sleep(seconds)
            done.append(seconds)

        tasks = [asyncio.ensure_future(work(n)) for n in (10, 20, 30)]
        await flow.condition(lambda: len(done) >= 2)
        await flow.condition(lambda: done)
        for task in tasks:
            task.cancel()
        return flow.now().isoformat()

    assert play(waits) == "2026-01-01T00:00:20+00:00"


def test_as_completed_goes_by_the_end():
    """as_completed yields what ends first, first, in both of its forms."""

    @flow.workflow
    async def waits() -> list[str]:
        sleeps = [(3, "c"), (1, "a"), (2, "b")]
        first = [
            done.result() async for done in flow.as_completed(asyncio.sleep(*s) for s in sleeps)
        ]
        second = [await each for each in flow.as_completed(asyncio.sleep(*s) for s in sleeps)]
        return first + second

    assert play(waits) == ["a", "b", "c", "a", "b", "c"]


def test_the_logger_is_silent_in_replay(caplog):
    """A line is logged once, when it happens, with the ids of the run."""

    @flow.workflow
    async def tells() -> None:
        flow.logger.warning("step %d", 1, extra={"order": 7})
        await add(1)
        flow.logger.warning("step %d", 2)

    with caplog.at_level(logging.INFO, "py_swf.flow.workflow"):
        play(tells, activities=[add])
    assert [record.getMessage() for record in caplog.records] == ["step 1", "step 2"]
    assert [record.workflow_id for record in caplog.records] == ["play", "play"]
    assert caplog.records[0].order == 7


def test_replaying_tells_the_two_apart(swf):
    """replaying() is False while something is decided, and True when it is replayed."""
    seen = []

    @flow.workflow
    async def tells() -> None:
        seen.append(flow.replaying())

    play(tells, on=swf)
    assert seen == [False, True]  # play replays the whole history in the end


@pytest.mark.parametrize(
    "function",
    [flow.info, flow.now, flow.random, flow.uuid4, flow.replaying, flow.markers],
    ids=lambda function: function.__name__,
)
def test_outside_of_a_workflow_they_are_refused(function):
    """Functions for workflow code say so when they are called elsewhere."""
    with pytest.raises(flow.NotInWorkflow, match="code of a workflow"):
        function()
