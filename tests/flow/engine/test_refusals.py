"""What the service refuses: held back, sent again, or raised where it is awaited."""

import asyncio

import pytest

from py_swf import events as ev
from py_swf import flow
from py_swf.local import InjectedFault, Limits, LocalSWF
from py_swf.testing import play
from tests.flow.shop import add, history_of, of_type

RATES = {
    "ScheduleActivityTask": "ACTIVITY_CREATION_RATE_EXCEEDED",
    "StartTimer": "TIMER_CREATION_RATE_EXCEEDED",
    "StartChildWorkflowExecution": "CHILD_CREATION_RATE_EXCEEDED",
    "SignalExternalWorkflowExecution": "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_RATE_EXCEEDED",
    "RequestCancelExternalWorkflowExecution": (
        "REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_RATE_EXCEEDED"
    ),
    "ContinueAsNewWorkflowExecution": "CONTINUE_AS_NEW_WORKFLOW_EXECUTION_RATE_EXCEEDED",
    "ScheduleLambdaFunction": "LAMBDA_FUNCTION_CREATION_RATE_EXCEEDED",
}
word = flow.Signal("word", str)


@flow.workflow
async def child() -> str:
    """Wait for a word."""
    return await word.receive()


@flow.workflow
async def listens() -> str:
    """Wait until it is canceled."""
    try:
        await asyncio.sleep(10_000)
    except asyncio.CancelledError:
        return "canceled"
    return "?"


@flow.workflow
async def everything(round: int = 0) -> list[object]:
    """Use each decision that can be refused for its rate."""
    if round:
        return [round]
    found: list[object] = [await add(1)]
    await asyncio.sleep(1)
    started = await child.options(workflow_id="c").begin()
    await word.send("c", "hello")
    found.append(await started)
    second = await listens.options(workflow_id="d").begin()
    await flow.request_cancel_external("d")
    found.append(await second)
    found.append(await flow.LambdaFunction("f")(2))
    while found == [2, "hello", "canceled", 2]:
        await flow.continue_as_new(1)
    return found


def played(fault, workflow=everything, **kwargs):
    """Play a workflow with one refusal; return its result and its first run's history."""
    swf = LocalSWF(faults=[fault], lambda_functions={"f": lambda text: text})
    result = play(workflow, on=swf, activities=[add], workflows=[child, listens], **kwargs)
    events = history_of(swf)
    started = events[0]
    if started.continued_execution_run_id:
        first = started.continued_execution_run_id
        events = [ev.event_from_wire(e) for e in swf.history("play", first)]
    return result, events


@pytest.mark.parametrize("decision", RATES)
def test_a_rate_is_waited_out(decision):
    """A decision that comes too fast is sent again after a timer, and the code notices nothing."""
    result, events = played(InjectedFault(RATES[decision], decision, calls=(1, 2)))

    assert result == [1]
    refused = [e for e in events if getattr(e, "cause", None) == RATES[decision]]
    assert len(refused) == 2
    pauses = [e for e in of_type(events, ev.TimerStarted) if "wake-up" in e.timer_id]
    if decision != "StartTimer":
        assert [event.start_to_fire_timeout for event in pauses] == [1, 2]
        assert {event.timer_id.split("-")[1] for event in pauses} == {f"up.{decision}"}


@pytest.mark.parametrize(
    ("decision", "ask", "error"),
    [
        ("ScheduleActivityTask", lambda: add(1), flow.ActivityNotScheduled),
        ("StartChildWorkflowExecution", lambda: child(), flow.ChildNotStarted),
        (
            "SignalExternalWorkflowExecution",
            lambda: word.send("nobody", "hello"),
            flow.SignalNotDelivered,
        ),
        (
            "RequestCancelExternalWorkflowExecution",
            lambda: flow.request_cancel_external("nobody"),
            flow.CancelNotDelivered,
        ),
        ("ContinueAsNewWorkflowExecution", flow.continue_as_new, flow.ContinueAsNewRefused),
        ("ScheduleLambdaFunction", lambda: flow.LambdaFunction("f")(1), flow.LambdaNotStarted),
    ],
)
def test_a_rate_that_stays_is_raised(decision, ask, error):
    """After ten throttled attempts the code gets an error, whatever it asked for."""

    @flow.workflow
    async def tries() -> list[str]:
        with pytest.raises(error) as caught:
            await ask()
        return [caught.value.cause, flow.now().isoformat()]

    result, events = played(InjectedFault(RATES[decision], decision), tries)
    assert result == [RATES[decision], "2026-01-01T00:04:03+00:00"]
    assert len([e for e in events if getattr(e, "cause", None) == RATES[decision]]) == 10
    timers = of_type(events, ev.TimerStarted)
    assert [event.start_to_fire_timeout for event in timers] == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_rate_of_timers_that_stays_is_an_error_of_the_decider():
    """If even the timers are refused by which it would wait, nothing can be waited for."""

    @flow.workflow
    async def tries() -> None:
        await asyncio.sleep(1)

    with pytest.raises(flow.DecisionRefused, match="TIMER_CREATION_RATE_EXCEEDED"):
        played(InjectedFault(RATES["StartTimer"], "StartTimer"), tries)


def test_a_rate_pauses_its_kind_only():
    """While activities wait for their rate, everything else goes on."""

    @flow.workflow
    async def tries() -> list[str]:
        ends = []

        async def ended(name, awaitable):
            await awaitable
            ends.append(f"{name} {flow.now():%S}")

        await asyncio.gather(
            ended("activity", add(1)),
            ended("other", add(2)),
            ended("lambda", flow.LambdaFunction("f")(1)),
        )
        return ends

    fault = InjectedFault("ACTIVITY_CREATION_RATE_EXCEEDED", "ScheduleActivityTask", calls=(1,))
    result, _ = played(fault, tries)
    assert sorted(result) == ["activity 01", "lambda 00", "other 00"]


@pytest.mark.parametrize(
    ("limits", "work"),
    [
        (Limits(open_activities=7), lambda: add(1)),
        (Limits(open_timers=7), lambda: asyncio.sleep(60)),
        (Limits(open_children=7), lambda: quick()),
    ],
    ids=["activities", "timers", "children"],
)
def test_a_limit_is_learned(limits, work):
    """A decision refused for too many open ones is held back until others have ended."""

    @flow.workflow
    async def many() -> int:
        return len(await asyncio.gather(*(work() for _ in range(30))))

    swf = LocalSWF(limits=limits)
    assert play(many, on=swf, activities=[add], workflows=[quick]) == 30
    refused = [e for e in history_of(swf) if "LIMIT_EXCEEDED" in getattr(e, "cause", "")]
    assert len(refused) <= 30 - 7 + 6
    assert len({event.decision_task_completed_event_id for event in refused}) <= 3


@flow.workflow
async def quick() -> None:
    """Do nothing."""


def test_a_known_limit_is_never_met():
    """No more than 1,000 are opened at a time, so the service has nothing to refuse."""

    @flow.workflow
    async def many() -> int:
        return len(await asyncio.gather(*(asyncio.sleep(60) for _ in range(1_300))))

    swf = LocalSWF()
    assert play(many, on=swf) == 1_300
    assert not of_type(history_of(swf), ev.StartTimerFailed)


def test_more_than_a_hundred_are_cut():
    """An answer has up to 100 decisions; a timer of 0 seconds wakes the decider for the rest."""

    @flow.workflow
    async def many() -> int:
        return len(await asyncio.gather(*(add(1) for _ in range(250))))

    swf = LocalSWF()
    assert play(many, on=swf, activities=[add]) == 250
    events = history_of(swf)
    first = of_type(events, ev.DecisionTaskCompleted)[0].event_id
    echoes = [e for e in events if getattr(e, "decision_task_completed_event_id", None) == first]
    assert len(echoes) == 100
    assert echoes[-1].timer_id.startswith("py_swf.wake-up.")
    assert len(of_type(events, ev.TimerStarted)) == 2


def test_a_hundred_are_one_answer():
    """What just fits is not cut."""

    @flow.workflow
    async def many() -> int:
        return len(await asyncio.gather(*(add(1) for _ in range(100))))

    swf = LocalSWF()
    play(many, on=swf, activities=[add])
    assert not of_type(history_of(swf), ev.TimerStarted)


def test_large_answers_are_cut():
    """An answer stays below the megabyte that the service takes."""

    @flow.activity
    def length(text: str) -> int:
        return len(text)

    @flow.workflow
    async def many() -> int:
        return sum(await asyncio.gather(*(length("x" * 30_000) for _ in range(50))))

    swf = LocalSWF()
    assert play(many, on=swf, activities=[length]) == 1_500_000
    assert len(of_type(history_of(swf), ev.TimerStarted)) == 1


def test_values_go_first_and_together():
    """Recorded values are in the first answer, however many decisions there are."""

    @flow.workflow
    async def many() -> int:
        tasks = [add.start(i) for i in range(150)]
        await asyncio.sleep(0)
        flow.record(lambda: 1)
        return len(await asyncio.gather(*tasks))

    swf = LocalSWF()
    assert play(many, on=swf, activities=[add]) == 150
    events = history_of(swf)
    completed = of_type(events, ev.DecisionTaskCompleted)[0]
    assert type(events[events.index(completed) + 1]) is ev.MarkerRecorded


def test_the_end_waits_for_what_must_be_sent():
    """A run that ends with much to send closes when all of it has been sent."""

    @flow.workflow
    async def notes() -> str:
        for n in range(250):
            flow.record_marker("note", str(n))
        return "done"

    swf = LocalSWF()
    assert play(notes, on=swf) == "done"
    markers = of_type(history_of(swf), ev.MarkerRecorded)
    assert [int(marker.details) for marker in markers] == list(range(250))


def test_at_the_end_nothing_is_begun():
    """What a run asks for in its last turn without waiting for it is not scheduled."""

    @flow.workflow
    async def short() -> str:
        tasks = [add.start(1), asyncio.ensure_future(asyncio.sleep(10))]
        await asyncio.sleep(0)
        flow.record_marker("note")
        return f"{len(tasks)}"

    swf = LocalSWF()
    assert play(short, on=swf, activities=[add]) == "2"
    events = history_of(swf)
    assert not of_type(events, ev.ActivityTaskScheduled)
    assert not of_type(events, ev.TimerStarted)
    assert of_type(events, ev.MarkerRecorded)


@pytest.mark.parametrize(
    ("limits", "count"), [(Limits(), 130), (Limits(open_children=7), 20)], ids=["cut", "held back"]
)
def test_the_end_waits_until_all_children_are_started(limits, count):
    """A parent that ends with children not yet sent closes once the last of them was accepted."""

    @flow.workflow
    async def short() -> str:
        tasks = [asyncio.ensure_future(quick()) for _ in range(count)]
        await asyncio.sleep(0)
        return f"{len(tasks)}"

    swf = LocalSWF(limits=limits)
    assert play(short, on=swf, workflows=[quick]) == str(count)
    events = history_of(swf)
    initiated = of_type(events, ev.StartChildWorkflowExecutionInitiated)
    assert len({event.workflow_id for event in initiated}) == count
    assert len(of_type(events, ev.StartChildWorkflowExecutionFailed)) <= 13
    assert of_type(events, ev.WorkflowExecutionCompleted)
    assert flow.replay(short, events) == []


def test_a_next_run_waits_for_what_is_held_back():
    """Continuing as new waits for activities that were asked for after it and are held back."""

    @flow.workflow
    async def goes_on(round: int) -> int:
        if round:
            return round
        await asyncio.gather(*(add(n) for n in range(3)))  # teaches the limit
        tasks = [asyncio.ensure_future(flow.continue_as_new(1)), *(add.start(n) for n in range(5))]
        await asyncio.wait(tasks[1:])
        return await tasks[0] or 0

    swf = LocalSWF(limits=Limits(open_activities=2))
    assert play(goes_on, 0, on=swf, activities=[add]) == 1


@pytest.mark.parametrize(
    "decision", ["CompleteWorkflowExecution", "FailWorkflowExecution", "StartTimer"]
)
def test_what_is_not_permitted_is_asked_for_again(decision):
    """A closing or a timer that is not permitted is sent again, since nothing awaits it."""

    @flow.workflow
    async def short() -> str:
        await asyncio.sleep(5)
        if decision == "FailWorkflowExecution":
            raise flow.FailWorkflow("done")
        return "done"

    swf = LocalSWF(faults=[InjectedFault("OPERATION_NOT_PERMITTED", decision, calls=(1,))])
    if decision == "FailWorkflowExecution":
        with pytest.raises(flow.WorkflowFailed, match="done"):
            play(short, on=swf)
    else:
        assert play(short, on=swf) == "done"
    refused = [e for e in history_of(swf) if getattr(e, "cause", "") == "OPERATION_NOT_PERMITTED"]
    assert len(refused) == 1


@pytest.mark.parametrize(
    ("decision", "error"),
    [
        ("ScheduleActivityTask", flow.ActivityNotScheduled),
        ("StartChildWorkflowExecution", flow.ChildNotStarted),
        ("SignalExternalWorkflowExecution", flow.SignalNotDelivered),
        ("RequestCancelExternalWorkflowExecution", flow.CancelNotDelivered),
        ("ContinueAsNewWorkflowExecution", flow.ContinueAsNewRefused),
    ],
)
def test_what_is_not_permitted_is_raised(decision, error):
    """A decision that is not permitted is raised where it is awaited, with the cause."""

    @flow.workflow
    async def tries() -> list[str]:
        causes = []
        for each in (
            lambda: add(1),
            lambda: child(),
            lambda: word.send("x", "y"),
            lambda: flow.request_cancel_external("x"),
            lambda: flow.continue_as_new(),
        ):
            try:
                await each()
            except error as refused:
                causes.append(refused.cause)
                break
            except flow.Failure:
                pass
        return causes

    fault = InjectedFault("OPERATION_NOT_PERMITTED", decision)
    swf = LocalSWF(faults=[fault])
    workflows = [] if decision != "StartChildWorkflowExecution" else [child]
    assert play(tries, on=swf, activities=[add], workflows=workflows) == ["OPERATION_NOT_PERMITTED"]


def test_a_cancel_that_is_refused_is_nobodys_business():
    """A request to cancel what has ended, or that is not permitted, is ignored."""
    lost = add.options(task_list="nowhere", schedule_to_start_timeout=600)

    @flow.workflow
    async def gives_up() -> str:
        task = lost.start(1)
        timer = asyncio.ensure_future(asyncio.sleep(500))
        await asyncio.sleep(5)
        task.cancel()
        timer.cancel()
        await asyncio.sleep(5)
        return "done"

    swf = LocalSWF(
        faults=[
            InjectedFault("OPERATION_NOT_PERMITTED", "RequestCancelActivityTask"),
            InjectedFault("OPERATION_NOT_PERMITTED", "CancelTimer"),
        ]
    )
    assert play(gives_up, on=swf, activities=[add]) == "done"
    events = history_of(swf)
    assert of_type(events, ev.RequestCancelActivityTaskFailed)
    assert of_type(events, ev.CancelTimerFailed)


def test_a_marker_that_is_refused_is_an_error_of_the_decider():
    """A marker that is not permitted cannot be raised in the code: the task cannot be decided."""

    @flow.workflow
    async def notes() -> None:
        flow.record_marker("note")
        await asyncio.sleep(5)

    swf = LocalSWF(faults=[InjectedFault("OPERATION_NOT_PERMITTED", "RecordMarker")])
    with pytest.raises(flow.DecisionRefused, match="RecordMarker note 1: OPERATION_NOT_PERMITTED"):
        play(notes, on=swf)


def test_a_timer_that_has_fired_is_not_canceled():
    """Code that learns of other events first does not cancel a timer whose end is also new."""

    @flow.workflow
    async def races() -> str:
        tasks = [asyncio.ensure_future(asyncio.sleep(5)) for _ in range(3)]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.sleep(1)
        return "done"

    swf = LocalSWF()
    assert play(races, on=swf) == "done"
    assert not of_type(history_of(swf), ev.CancelTimerFailed)
