"""Activities in workflows: scheduled, awaited, failed, timed out, canceled, shared."""

import asyncio
from datetime import timedelta

import pytest

from py_swf import events as ev
from py_swf import flow
from py_swf.local import LocalSWF
from py_swf.testing import play
from tests.flow.shop import add, history_of, of_type, say


@pytest.fixture
def swf():
    """A local SWF that the test can look into."""
    return LocalSWF()


def test_an_await_is_the_result(swf):
    """Awaiting an activity schedules it under its name and number, and gives its result."""

    @flow.workflow
    async def sums(x: int) -> int:
        return await add(await add(x), y=10)

    assert play(sums, 1, on=swf, activities=[add]) == 12
    scheduled = of_type(history_of(swf), ev.ActivityTaskScheduled)
    assert [event.activity_id for event in scheduled] == ["add-1", "add-2"]
    assert [event.input for event in scheduled] == ['{"x":1}', '{"x":2,"y":10}']


def test_gather_schedules_side_by_side(swf):
    """Gathered activities are scheduled by one answer."""

    @flow.workflow
    async def both() -> list[int]:
        return list(await asyncio.gather(*(add(i) for i in range(3))))

    assert play(both, on=swf, activities=[add]) == [1, 2, 3]
    scheduled = of_type(history_of(swf), ev.ActivityTaskScheduled)
    assert len({event.decision_task_completed_event_id for event in scheduled}) == 1


def test_start_is_a_task():
    """The eager form returns a task, which others can wait for."""

    @flow.workflow
    async def eager() -> int:
        task = add.start(1)
        assert isinstance(task, asyncio.Task)
        await asyncio.sleep(60)
        assert task.done()
        return await task

    assert play(eager, activities=[add]) == 2


def test_a_decorated_function_names_its_type():
    """Without parentheses the function's name is the name, and the version is 1."""
    assert (add.name, add.version, add.fn(1)) == ("add", "1", 2)
    assert (say.name, say.version) == ("say", "2")


def test_a_failure_is_raised_where_it_is_awaited(swf):
    """An exception in an activity becomes ActivityFailed, with type, message and traceback."""

    @flow.activity
    def broken() -> None:
        raise ValueError("no such order")

    @flow.workflow
    async def tries() -> list[object]:
        with pytest.raises(flow.ActivityFailed) as caught:
            await broken()
        error = caught.value
        return [error.activity_id, error.activity, error.reason, error.details]

    *told, details = play(tries, on=swf, activities=[broken])
    assert told == ["broken-1", "broken", "ValueError: no such order"]
    assert "Traceback" in details


def test_a_timeout_is_raised_where_it_is_awaited():
    """An activity that nobody takes in time is ActivityTimedOut."""
    lost = flow.activity("lost", schedule_to_start_timeout=5, task_list="nowhere")(add.fn)

    @flow.workflow
    async def waits() -> str:
        with pytest.raises(flow.ActivityTimedOut) as caught:
            await lost(1)
        return caught.value.timeout_type

    assert play(waits, on=_with_type(lost)) == "SCHEDULE_TO_START"


def _with_type(activity):
    """Return a local SWF that knows the type of an activity that nobody works on."""
    swf = LocalSWF()
    boto = swf.client()
    boto.register_domain(name="d", workflowExecutionRetentionPeriodInDays="7")
    names = ("ScheduleToStart", "ScheduleToClose", "StartToClose", "Heartbeat")
    boto.register_activity_type(
        domain="d",
        name=activity.name,
        version=activity.version,
        defaultTaskList={"name": "nowhere"},
        **{f"defaultTask{name}Timeout": "NONE" for name in names},
    )
    return swf


def test_an_unknown_type_is_raised_where_it_is_awaited():
    """An activity that the service does not schedule is ActivityNotScheduled, with the cause."""
    unknown = flow.activity("unknown")(add.fn)

    @flow.workflow
    async def tries() -> str:
        with pytest.raises(flow.ActivityNotScheduled) as caught:
            await unknown(1)
        return caught.value.cause

    assert play(tries) == "ACTIVITY_TYPE_DOES_NOT_EXIST"


def test_options_are_sent(swf):
    """Options go into the decision, and leave the original activity as it is."""
    soon = add.options(
        task_list="soon",
        task_priority=3,
        start_to_close_timeout=timedelta(minutes=1),
        heartbeat_timeout=30,
    )

    @flow.workflow
    async def work() -> None:
        nobody_works_on_it = soon.start(1)
        await add(1)
        assert not nobody_works_on_it.done()

    play(work, on=swf, activities=[add])
    second, first = of_type(history_of(swf), ev.ActivityTaskScheduled)
    assert (first.task_list, first.task_priority) == ("soon", 3)
    assert (first.start_to_close_timeout, first.heartbeat_timeout) == (60, 30)
    assert (second.task_list, second.task_priority) == ("play", None)


def test_an_option_is_checked_when_it_is_given():
    """A setting that the service would refuse is refused where it is written."""
    with pytest.raises(ValueError, match="start_to_close_timeout is -1"):
        add.options(start_to_close_timeout=-1)
    with pytest.raises(ValueError, match="on_cancel is 'never'"):
        flow.activity("a", on_cancel="never")(add.fn)
    with pytest.raises(ValueError, match=r"RegisterActivityType\.name 'a:b' holds ':'"):
        flow.activity("a:b")(add.fn)


def test_an_input_that_is_too_long_is_refused_where_it_is_given():
    """An input of more than 32,768 characters is a ValueError at the call, which fails the run."""

    @flow.workflow
    async def large() -> None:
        await say("x" * 32_768)

    with pytest.raises(flow.WorkflowFailed, match="input of say has 32779 characters"):
        play(large, activities=[say])


def test_schedule_is_the_decision():
    """A decider written by hand takes the decision with the same input and settings."""
    decision = add.options(heartbeat_timeout=30).schedule("by-hand", 1, y=2)

    assert decision.activity_type == add.type
    assert (decision.activity_id, decision.input) == ("by-hand", '{"x":1,"y":2}')
    assert decision.heartbeat_timeout == 30


def test_once_shares_one_task(swf):
    """With once=True calls of the same input share one activity, and others have their own."""
    once = add.options(once=True)

    @flow.workflow
    async def work() -> list[int]:
        results = await asyncio.gather(once(1), once(1), once(2))
        return [*results, await once(1)]

    assert play(work, on=swf, activities=[add]) == [2, 2, 3, 2]
    assert len(of_type(history_of(swf), ev.ActivityTaskScheduled)) == 2


def test_once_outlives_who_asked_first():
    """A shared activity goes on when one of those who wait for it is canceled."""
    once = add.options(once=True)

    @flow.workflow
    async def work() -> int:
        first, second = once.start(1), once.start(1)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert play(work, activities=[add]) == 2


def test_a_call_outside_of_a_workflow_is_refused():
    """Awaiting an activity elsewhere says what it is for."""
    with pytest.raises(flow.NotInWorkflow, match="workflow"):
        asyncio.run(add(1))


class TestOnCancel:
    """What happens to an activity whose await is canceled."""

    def history(self, mode, *, wait=5.0):
        swf = LocalSWF()
        activity = add.options(on_cancel=mode, task_list="nowhere", schedule_to_start_timeout=60)

        @flow.workflow
        async def gives_up() -> str:
            try:
                await asyncio.wait_for(activity(1), wait)
            except asyncio.TimeoutError:
                return str(flow.now())
            return "?"

        ended = play(gives_up, on=swf, activities=[add])
        return history_of(swf), ended

    def test_request(self):
        """By default it is asked to cancel, and the await raises at once."""
        events, ended = self.history("request")
        assert len(of_type(events, ev.ActivityTaskCancelRequested)) == 0
        assert ended == "2026-01-01 00:00:05+00:00"

    def test_abandon(self):
        """With abandon it is left to run, and the await raises at once."""
        events, ended = self.history("abandon")
        assert not of_type(events, ev.ActivityTaskCancelRequested)
        assert ended == "2026-01-01 00:00:05+00:00"

    def test_wait(self):
        """With wait it is asked to cancel, and the await raises when it has ended."""
        events, _ = self.history("wait")
        assert len(of_type(events, ev.ActivityTaskCancelRequested)) == 1
        assert len(of_type(events, ev.ActivityTaskCanceled)) == 1


def test_a_request_to_cancel_is_sent_when_the_run_goes_on(swf):
    """An activity that is given up is asked to cancel by the same answer."""
    lost = add.options(task_list="nowhere", schedule_to_start_timeout=600)

    @flow.workflow
    async def gives_up() -> None:
        task = lost.start(1)
        await asyncio.sleep(5)
        task.cancel()
        await asyncio.sleep(5)

    play(gives_up, on=swf, activities=[add])
    requests = of_type(history_of(swf), ev.ActivityTaskCancelRequested)
    assert [event.activity_id for event in requests] == ["add-1"]


def test_what_is_taken_back_at_once_is_never_sent(swf):
    """An activity that is canceled in the turn that asked for it leaves no trace."""

    @flow.workflow
    async def work() -> None:
        task = add.start(1)
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(1)

    play(work, on=swf, activities=[add])
    assert not of_type(history_of(swf), ev.ActivityTaskScheduled)
