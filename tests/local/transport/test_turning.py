"""Turning a virtual clock: what it waits for, for how long, and in which order things happen."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from py_swf.local import VirtualClock
from py_swf.local.machine.faults import Fault
from py_swf.local.transport.http_app import App
from py_swf.local.transport.turning import AtWork
from tests.local.scenes import (
    child,
    complete,
    decide,
    poll_decision,
    register,
    schedule,
    start,
    timer,
)
from tests.local.transport.serving import Answer, Asker, Machine, bare_app, run

LIST = ("decision", "d", "decisions")
POLL = {"domain": "d", "taskList": {"name": "decisions"}}
TASK = {"taskToken": "token"}


@pytest.fixture
def seconds() -> list[float]:
    """The times of the real clock; the last item is the current one."""
    return [100.0]


@pytest.fixture
def at_work(seconds: list[float]) -> AtWork:
    """Nobody is working yet."""
    return AtWork(lambda: seconds[-1])


def test_a_task_is_waited_for_until_it_is_answered(at_work: AtWork, seconds: list[float]) -> None:
    """The wait is the rest of the patience since the task was handed out."""
    at_work.note("PollForDecisionTask", POLL, TASK)
    seconds.append(103)
    assert at_work.seconds_left([], 5) == 2
    at_work.note("RecordActivityTaskHeartbeat", TASK, {})
    assert at_work.seconds_left([], 5) == 2
    at_work.note("RespondDecisionTaskCompleted", TASK, {})
    assert at_work.seconds_left([], 5) == 0


def test_a_program_that_died_is_waited_for_once(at_work: AtWork, seconds: list[float]) -> None:
    """Once the patience with a task is over, the task never holds the clock again."""
    at_work.note("PollForDecisionTask", POLL, TASK)
    seconds.append(106)
    assert at_work.seconds_left([], 5) == 0


def test_a_list_is_waited_for_if_somebody_polled_it(at_work: AtWork, seconds: list[float]) -> None:
    """Where tasks wait in a list, its last poll counts, and without tasks none does."""
    at_work.note("PollForDecisionTask", POLL, {})
    seconds.append(101)
    assert at_work.seconds_left([LIST], 5) == 4
    assert at_work.seconds_left([], 5) == 0
    assert at_work.seconds_left([("activity", "d", "decisions")], 5) == 0


def test_a_list_that_nobody_polled_is_waited_for_once(
    at_work: AtWork, seconds: list[float]
) -> None:
    """The first task in a list gives its program the time to start, a later one does not."""
    at_work.appeared(LIST)
    assert at_work.seconds_left([LIST], 5) == 5
    seconds.append(120)
    at_work.appeared(LIST)
    assert at_work.seconds_left([LIST], 5) == 0


def test_a_program_that_answers_a_task_is_expected_to_poll_again(
    at_work: AtWork, seconds: list[float]
) -> None:
    """The wait for the next poll counts from the answer, however long the task took."""
    at_work.note("PollForDecisionTask", POLL, TASK)
    seconds.append(130)
    at_work.note("RespondDecisionTaskCompleted", TASK, {})
    seconds.append(131)
    assert at_work.seconds_left([LIST], 5) == 4
    assert at_work.seconds_left([], 5) == 0


def test_without_patience_nobody_is_waited_for(at_work: AtWork) -> None:
    """A patience of 0 does not even wait for a task that was handed out just now."""
    at_work.note("PollForDecisionTask", POLL, TASK)
    assert at_work.seconds_left([], 0) == 0


def served(**arguments: Any) -> tuple[Any, Machine, VirtualClock]:
    """An application on a virtual clock, its machine with the types of the scenes, the clock."""
    clock = VirtualClock(start=1000)
    app = bare_app(clock=clock, poll_seconds=60.0, domains=[], **arguments)
    register(Machine(app))
    return app, Machine(app), clock


def test_timers_fire_at_their_own_times() -> None:
    """Two timers that fall due on the way fire in order, each at its own time."""
    app, machine, clock = served()
    execution = start(machine, "w")
    decide(machine, timer("late", "50"), timer("soon", "20"))
    run(app.turn(1100, 0))
    fired = [
        (event["timerFiredEventAttributes"]["timerId"], event["eventTimestamp"])
        for event in app.service.history(execution["workflowId"])
        if event["eventType"] == "TimerFired"
    ]
    assert fired == [("soon", 1020), ("late", 1050)]
    assert clock.now() == 1100


def test_a_held_poll_sees_what_fell_due_while_it_is_due() -> None:
    """The task of a timer goes to the poll that waits, before a later timer fires."""
    app, machine, clock = served()
    start(machine, "w")
    decide(machine, timer("soon", "20"), timer("late", "50"))

    async def whole() -> None:
        asker = Asker(app)
        body = b'{"domain": "d", "taskList": {"name": "decisions"}}'
        poll = asyncio.ensure_future(asker.ask(body, "PollForDecisionTask"))
        await asyncio.sleep(0)
        turning = asyncio.ensure_future(app.turn(1100, 60))
        assert b'"TimerFired"' in (await poll).body
        assert clock.now() == 1020
        task = app.service.history("w")
        assert [e["eventTimestamp"] for e in task if e["eventType"] == "TimerFired"] == [1020]
        turning.cancel()
        await asyncio.wait({turning})

    run(whole())


def test_a_poll_that_has_been_held_for_long_sees_it_too() -> None:
    """The clock waits for a poll that is held, however long ago it began."""
    app, machine, clock = served()
    start(machine, "w")
    decide(machine, timer("soon", "20"), timer("late", "50"))

    async def whole() -> None:
        body = b'{"domain": "d", "taskList": {"name": "decisions"}}'
        poll = asyncio.ensure_future(Asker(app).ask(body, "PollForDecisionTask"))
        await asyncio.sleep(0)
        app._turning._at_work._polls[LIST] -= 1000
        turning = asyncio.ensure_future(app.turn(1100, 60))
        await poll
        assert clock.now() == 1020
        turning.cancel()
        await asyncio.wait({turning})

    run(whole())


def respond(asker: Asker, token: str, *decisions: dict[str, Any]) -> Any:
    """Answer a decision task over HTTP."""
    body = json.dumps({"taskToken": token, "decisions": decisions}).encode()
    return asker.ask(body, "RespondDecisionTaskCompleted")


async def hold_activity_poll(app: App) -> asyncio.Future[Answer]:
    """Hold a poll of an activity list since long before any patience."""
    body = b'{"domain": "d", "taskList": {"name": "activities"}}'
    poll = asyncio.ensure_future(Asker(app).ask(body, "PollForActivityTask"))
    await asyncio.sleep(0)
    app._turning._at_work._polls["activity", "d", "activities"] -= 1000
    return poll


def started_at(app: App) -> list[float]:
    """When the activity tasks of the execution were taken."""
    events = app.service.history("w")
    return [e["eventTimestamp"] for e in events if e["eventType"] == "ActivityTaskStarted"]


def test_a_held_poll_gets_the_task_of_an_answer_before_the_clock_goes_on() -> None:
    """It does not matter which other request arrives together with the answer."""
    app, machine, _ = served()
    start(machine, "w")

    async def whole() -> None:
        poll = await hold_activity_poll(app)
        token = poll_decision(machine)["taskToken"]
        app._turning.note("PollForDecisionTask", POLL, {"taskToken": token})
        turning = asyncio.ensure_future(app.turn(1100, 60))
        await asyncio.sleep(0)
        other = Asker(app).ask(b'{"registrationStatus": "REGISTERED"}')
        answer = respond(Asker(app), token, schedule("a", taskList={"name": "activities"}))
        await asyncio.gather(other, answer)
        await poll
        turning.cancel()
        await asyncio.wait({turning})

    run(whole())
    assert started_at(app) == [1000]


def test_a_held_poll_gets_the_task_of_an_answer_before_the_clock_starts() -> None:
    """Even without patience, a poll that is there takes its task before the clock is turned."""
    app, machine, _ = served()
    start(machine, "w")

    async def whole() -> None:
        poll = await hold_activity_poll(app)
        token = poll_decision(machine)["taskToken"]
        answer = respond(Asker(app), token, schedule("a", taskList={"name": "activities"}))
        await asyncio.gather(answer, app.turn(1100, 0))
        await poll

    run(whole())
    assert started_at(app) == [1000]


def test_what_is_due_at_once_needs_no_turn() -> None:
    """The task of a child that was just started reaches a poll while the clock stands still."""
    app, machine, clock = served()
    start(machine, "w")
    token = poll_decision(machine)["taskToken"]

    async def whole() -> None:
        body = b'{"domain": "d", "taskList": {"name": "children"}}'
        poll = asyncio.ensure_future(Asker(app).ask(body, "PollForDecisionTask"))
        await asyncio.sleep(0)
        await respond(Asker(app), token, child("c", taskList={"name": "children"}))
        answer = json.loads((await asyncio.wait_for(poll, 30)).body)
        assert answer["workflowExecution"]["workflowId"] == "c"
        assert clock.now() == 1000

    run(whole())


def test_what_the_last_answer_brings_is_done_as_well() -> None:
    """A timer of no time, started at the moment to which the clock is turned, has fired."""
    app, machine, _ = served()
    start(machine, "w")
    decide(machine, timer("soon", "100"))

    async def whole() -> None:
        turning = asyncio.ensure_future(app.turn(1100, 30))
        await asyncio.sleep(0.01)
        answer = await Asker(app).ask(json.dumps(POLL).encode(), "PollForDecisionTask")
        token = json.loads(answer.body)["taskToken"]
        await respond(Asker(app), token, timer("at once", "0"))
        app._turning._at_work._polls[LIST] -= 1000  # nobody polls any more
        await turning

    run(whole())
    fired = [e for e in app.service._state.domain("d").latest["w"].events if "Fired" in str(e)]
    assert [event["eventTimestamp"] for event in fired] == [1100, 1100]


def test_the_clock_goes_on_when_the_task_is_answered() -> None:
    """The task holds the clock until it is answered."""
    app, machine, clock = served()
    start(machine, "w")

    async def whole() -> None:
        asker = Asker(app)
        token = poll_decision(machine)["taskToken"]
        app._turning.note("PollForDecisionTask", POLL, {"taskToken": token})
        turning = asyncio.ensure_future(app.turn(1100, 60))
        await asyncio.sleep(0)
        assert clock.now() == 1000
        answer = b'{"taskToken": "%s"}' % token.encode()
        assert (await asker.ask(answer, "RespondDecisionTaskCompleted")).status == 200
        await turning
        assert clock.now() == 1100

    run(whole())


def test_a_clock_is_turned_by_one_at_a_time() -> None:
    """A second turn while the clock is being turned is refused."""
    app, machine, _ = served()
    start(machine, "w")

    async def whole() -> None:
        turning = asyncio.ensure_future(app.turn(1100, 60))
        await asyncio.sleep(0)
        with pytest.raises(Fault, match="being turned already"):
            await app.turn(1200, 0)
        turning.cancel()
        await asyncio.wait({turning})
        await app.turn(1200, 0)

    run(whole())


def test_a_stop_ends_the_wait() -> None:
    """A server that is told to stop turns its clock no further."""
    app, machine, clock = served()
    start(machine, "w")

    async def whole() -> None:
        turning = asyncio.ensure_future(app.turn(1100, 60))
        await asyncio.sleep(0)
        app.release()
        await turning
        assert clock.now() == 1000

    run(whole())


def test_retention_ends_on_the_turned_clock() -> None:
    """Closed executions are removed by the same clock."""
    app, machine, _ = served()
    start(machine, "w")
    decide(machine, schedule("a"), complete())
    run(app.turn(1000 + 2 * 86_400, 0))
    with pytest.raises(LookupError):
        app.service.history("w")
