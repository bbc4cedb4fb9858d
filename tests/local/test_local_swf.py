"""LocalSWF: the clock, polls that wait or turn it, histories, threads, seeds."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from py_swf.local import InjectedFault, Limits, LocalSWF, Service, SystemClock, VirtualClock
from tests.local.scenes import (
    UNLIMITED,
    complete,
    decide,
    is_task,
    moment,
    poll_activity,
    poll_decision,
    register,
    respond,
    schedule,
    signal,
    start,
    timer,
    types,
    work,
)

START = 1767225600.0


def ready_client(swf: LocalSWF) -> Any:
    """A client of a service that has a domain and two types."""
    client = swf.client()
    register(client)
    return client


def test_time_stands_still() -> None:
    """Only ``advance`` moves the clock, whatever is called."""
    swf = LocalSWF()
    client = ready_client(swf)
    start(client)
    poll_activity(client)
    assert swf.clock.now() == START
    assert {moment(event) for event in swf.history("w")} == {START}


@pytest.mark.parametrize("duration", [90, 90.0, timedelta(minutes=1.5)])
def test_advance_takes_seconds_or_a_timedelta(duration: float | timedelta) -> None:
    """Seconds and timedeltas turn the clock equally far."""
    swf = LocalSWF()
    swf.advance(duration)
    assert swf.clock.now() == START + 90


def test_every_deadline_happens_at_its_own_time() -> None:
    """One long turn fires each timer on the way, in order, each at its own moment."""
    swf = LocalSWF()
    client = ready_client(swf)
    start(client)
    decide(client, timer("late", "20"), timer("soon", "10"))
    swf.advance(timedelta(minutes=5))
    fired = [event for event in swf.history("w") if event["eventType"] == "TimerFired"]
    shown = [(e["timerFiredEventAttributes"]["timerId"], moment(e) - START) for e in fired]
    assert shown == [("soon", 10), ("late", 20)]


def test_advance_by_nothing_does_what_is_due() -> None:
    """A timer of 0 seconds fires by advance(0), with no call of a client."""
    swf = LocalSWF()
    client = ready_client(swf)
    start(client)
    decide(client, timer("now", "0"))
    swf.advance()
    assert "TimerFired" in types(swf.history("w"))


def test_time_does_not_run_backwards() -> None:
    """A negative duration is refused."""
    with pytest.raises(ValueError, match="-1"):
        LocalSWF().advance(-1)


def test_a_clock_of_the_machine_cannot_be_turned() -> None:
    """Real time cannot be turned, neither by hand nor by a poll."""
    with pytest.raises(TypeError, match="SystemClock"):
        LocalSWF(clock=SystemClock()).advance(1)
    with pytest.raises(TypeError, match="SystemClock"):
        LocalSWF(clock=SystemClock(), auto_advance=True)


def test_a_poll_cannot_both_wait_and_turn_the_clock() -> None:
    """auto_advance never holds a poll, so giving both is a mistake."""
    with pytest.raises(ValueError, match=r"poll_seconds 2\.0 with auto_advance"):
        LocalSWF(auto_advance=True, poll_seconds=2.0)


def test_a_clock_may_start_anywhere() -> None:
    """The service uses the time of the given clock."""
    swf = LocalSWF(clock=VirtualClock(start=86400))
    client = ready_client(swf)
    start(client)
    assert moment(swf.history("w")[0]) == 86400


def test_the_machine_is_at_hand() -> None:
    """The Service behind the clients can be called without them."""
    swf = LocalSWF(region="eu-west-1", account="210987654321")
    assert isinstance(swf.service, Service)
    ready_client(swf)
    info = swf.service.call("DescribeDomain", {"name": "d"})["domainInfo"]
    assert info["arn"] == "arn:aws:swf:eu-west-1:210987654321:/domain/d"
    assert swf.client().meta.region_name == "eu-west-1"


def test_limits_reach_the_machine() -> None:
    """A quota given to LocalSWF is the service's."""
    client = LocalSWF(limits=Limits(domains=0)).client()
    with pytest.raises(client.exceptions.LimitExceededFault):
        register(client)


def test_a_request_over_the_limit_is_refused() -> None:
    """The largest request is a limit too, and it is the whole body that counts."""
    client = LocalSWF(limits=Limits(request_bytes=60)).client()
    client.list_domains(registrationStatus="REGISTERED")
    with pytest.raises(client.exceptions.ClientError, match="maximum of 60 bytes"):
        client.describe_domain(name="d" * 60)


def test_lambda_functions_are_called() -> None:
    """A ScheduleLambdaFunction decision calls the given function, by its name."""
    swf = LocalSWF(lambda_functions={"double": lambda text: text * 2})
    client = ready_client(swf)
    start(client, lambdaRole="arn:aws:iam::123456789012:role/r")
    attributes = {"id": "1", "name": "double", "input": "ab"}
    decide(
        client,
        {
            "decisionType": "ScheduleLambdaFunction",
            "scheduleLambdaFunctionDecisionAttributes": attributes,
        },
    )
    swf.advance()
    results = [
        event["lambdaFunctionCompletedEventAttributes"]["result"]
        for event in swf.history("w")
        if event["eventType"] == "LambdaFunctionCompleted"
    ]
    assert results == ["abab"]


def test_history_is_what_the_client_reads() -> None:
    """The events are those of GetWorkflowExecutionHistory, oldest first, as wire dicts."""
    swf = LocalSWF()
    client = ready_client(swf)
    execution = start(client)
    read = client.get_workflow_execution_history(domain="d", execution=execution)["events"]
    assert [event["eventId"] for event in swf.history("w")] == [e["eventId"] for e in read]
    assert json.loads(json.dumps(swf.history("w")))[0]["eventTimestamp"] == START


def test_history_takes_the_latest_run() -> None:
    """Without a run id it is the newest run; with one, any run."""
    swf = LocalSWF()
    client = ready_client(swf)
    first = start(client, input="first")
    decide(client, complete())
    start(client, input="second")

    def text(run_id: str | None = None) -> str:
        started = swf.history("w", run_id)[0]["workflowExecutionStartedEventAttributes"]
        return str(started["input"])

    assert (text(), text(first["runId"])) == ("second", "first")


def test_history_of_two_domains_wants_the_domain() -> None:
    """A workflow id that two domains know is found by naming the domain."""
    swf = LocalSWF()
    client = swf.client()
    for domain in ("d", "e"):
        register(client, domain)
        start(client, domain=domain, input=domain)
    with pytest.raises(LookupError):
        swf.history("w")
    started = swf.history("w", domain="e")[0]["workflowExecutionStartedEventAttributes"]
    assert started["input"] == "e"


def test_history_of_nobody_is_a_lookup_error() -> None:
    """An unknown execution has no history."""
    with pytest.raises(LookupError, match="nobody"):
        LocalSWF().history("nobody")


def test_an_empty_poll_answers_at_once() -> None:
    """By default a poll with nothing to hand out is empty, and the clock stays."""
    swf = LocalSWF()
    assert not is_task(poll_decision(ready_client(swf)))
    assert swf.clock.now() == START


def test_the_same_calls_on_the_same_seed_give_the_same_history() -> None:
    """Two services of one seed write byte-identical histories; another seed has other ids."""

    def story(seed: int) -> str:
        swf = LocalSWF(seed=seed)
        client = ready_client(swf)
        start(client)
        token = decide(client, schedule("a", input="x"), timer("t", "5"))["taskToken"]
        swf.advance(5)
        run_id = start(client, "other")["runId"]
        return json.dumps([swf.history("w"), token, run_id])

    assert story(1) == story(1)
    assert story(1) != story(2)


def test_services_share_nothing() -> None:
    """Two services in one process share nothing."""
    one, two = LocalSWF(), LocalSWF()
    ready_client(one)
    assert two.client().list_domains(registrationStatus="REGISTERED")["domainInfos"] == []


def test_clients_of_one_service_share_it() -> None:
    """Each client of a service sees what another one did."""
    swf = LocalSWF()
    ready_client(swf)
    assert (
        start(swf.client())["runId"]
        == swf.client().list_open_workflow_executions(
            domain="d", startTimeFilter={"oldestDate": 0}
        )["executionInfos"][0]["execution"]["runId"]
    )


@pytest.fixture
def turning() -> LocalSWF:
    """A service whose polls turn the clock, with one started workflow."""
    swf = LocalSWF(auto_advance=True)
    client = ready_client(swf)
    start(client, executionStartToCloseTimeout="1000")
    return swf


def test_a_poll_turns_the_clock_to_its_task(turning: LocalSWF) -> None:
    """A decider that polls while a timer runs gets the task of the timer, at its time."""
    client = turning.client()
    decide(client, timer("t", "100"))
    assert is_task(poll_decision(client))
    assert turning.clock.now() == START + 100


def test_a_poll_turns_past_what_brings_no_task(turning: LocalSWF) -> None:
    """Deadlines that bring no task are passed on the way to one that does."""
    client = turning.client()
    start(client, "short", executionStartToCloseTimeout="10", taskList={"name": "unwatched"})
    poll_decision(client, "unwatched")
    decide(client, timer("t", "100"))
    assert is_task(poll_decision(client))
    assert turning.clock.now() == START + 100
    assert types(turning.history("short"))[-1] == "WorkflowExecutionTimedOut"


def test_a_poll_stops_when_no_deadline_is_left(turning: LocalSWF) -> None:
    """When everything has ended, a poll is empty and the clock stays where it is."""
    client = turning.client()
    decide(client, complete())
    assert not is_task(poll_decision(client))
    assert turning.clock.now() == START


def test_a_poll_leaves_a_task_of_another_list_its_time(turning: LocalSWF) -> None:
    """While a task waits in another list, a first empty poll does not turn the clock."""
    client = turning.client()
    decide(client, schedule("a"))
    assert not is_task(poll_decision(client))
    assert turning.clock.now() == START
    assert is_task(poll_activity(client))


def test_a_poll_that_finds_its_task_elsewhere_is_empty(turning: LocalSWF) -> None:
    """The clock stops where a task appears, also if it is in a list that this poll is not for."""
    client = turning.client()
    decide(client, timer("t", "100"))
    assert not is_task(poll_activity(client))
    assert turning.clock.now() == START + 100
    assert is_task(poll_decision(client))


def test_the_same_poll_twice_turns_the_clock(turning: LocalSWF) -> None:
    """If nobody comes for the waiting task, its timeout is what a patient poll gets to see."""
    client = turning.client()
    decide(client, schedule("a", **{**UNLIMITED, "scheduleToStartTimeout": "30"}))
    assert not is_task(poll_decision(client))
    assert is_task(poll_decision(client))
    assert turning.clock.now() == START + 30
    assert "ActivityTaskTimedOut" in types(turning.history("w"))


def test_polls_in_turn_do_not_time_each_other_out(turning: LocalSWF) -> None:
    """After a call between two equal polls, the second counts as the first again."""
    client = turning.client()
    decide(client, schedule("a", taskList={"name": "other"}))
    for _ in range(3):
        assert not is_task(poll_decision(client))
        assert not is_task(poll_activity(client))
    assert turning.clock.now() == START


def test_loops_in_one_thread_run_to_the_end(turning: LocalSWF) -> None:
    """A decider's and a worker's loop, one after the other, finish a workflow of many waits."""
    client = turning.client()
    for step in range(3):
        decide(client, timer(f"t{step}", "50"))
        task = poll_decision(client)
        respond(client, task, schedule(f"a{step}"))
        assert not is_task(poll_decision(client))
        work(client)
    decide(client, complete())
    assert turning.clock.now() == START + 150
    assert types(turning.history("w"))[-1] == "WorkflowExecutionCompleted"


def test_a_page_of_a_task_never_turns_the_clock(turning: LocalSWF) -> None:
    """Asking for the next page of a decision task is not a poll for another one."""
    client = turning.client()
    for number in range(3):
        signal(client, name=str(number))
    page = poll_decision(client, maximumPageSize=2)
    poll_decision(client, maximumPageSize=2, nextPageToken=page["nextPageToken"])
    assert turning.clock.now() == START


@pytest.fixture
def holding() -> LocalSWF:
    """A service that holds a poll far longer than these tests take."""
    swf = LocalSWF(poll_seconds=60)
    ready_client(swf)
    return swf


def held(swf: LocalSWF, polls: int) -> bool:
    """Whether this many polls wait; their threads have then released the lock."""
    return len(swf._changed._waiters) == polls  # type: ignore[attr-defined]


def until(condition: Any, *arguments: Any) -> None:
    """Wait for what another thread is about to do."""
    end = time.monotonic() + 20
    while not condition(*arguments):
        assert time.monotonic() < end
        time.sleep(0.002)


def test_a_held_poll_ends_when_a_task_appears(holding: LocalSWF) -> None:
    """A poll in one thread is answered by a start in another, long before its end."""
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(poll_decision, holding.client())
        until(held, holding, 1)
        start(holding.client())
        assert is_task(answer.result(timeout=20))


def test_a_held_poll_ends_when_the_clock_is_turned(holding: LocalSWF) -> None:
    """A deadline that advance() reaches wakes the poll that waits for its task."""
    client = holding.client()
    start(client)
    decide(client, timer("t", "1000"))
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(poll_decision, holding.client())
        until(held, holding, 1)
        holding.advance(1000)
        assert is_task(answer.result(timeout=20))


def test_a_held_poll_ends_by_a_call_of_the_machine(holding: LocalSWF) -> None:
    """A task that a test makes by calling the Service itself wakes the poll as well."""
    kind = {"name": "flow", "version": "1"}
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(poll_decision, holding.client())
        until(held, holding, 1)
        request = {"domain": "d", "workflowId": "w", "workflowType": kind}
        holding.service.call("StartWorkflowExecution", request)
        assert is_task(answer.result(timeout=20))


def test_a_held_poll_sleeps_through_tasks_of_others(holding: LocalSWF) -> None:
    """A task for another list does not end the poll, the next one for its own list does."""
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(poll_decision, holding.client(), "mine")
        until(held, holding, 1)
        start(holding.client(), "other")
        until(held, holding, 1)
        assert not answer.done()
        start(holding.client(), "w", taskList={"name": "mine"})
        assert answer.result(timeout=20)["workflowExecution"]["workflowId"] == "w"


def test_a_held_poll_of_real_time_sees_its_timer_fire() -> None:
    """On the machine's clock a deadline ends a poll by itself, with no call from outside."""
    swf = LocalSWF(clock=SystemClock(), poll_seconds=60)
    client = ready_client(swf)
    start(client)
    decide(client, timer("t", "1"))
    with ThreadPoolExecutor(1) as pool:
        assert is_task(pool.submit(poll_decision, client).result(timeout=30))


def test_a_held_poll_of_real_time_sees_a_timer_that_was_started_later() -> None:
    """A deadline that comes up while a poll is held, before any it knew of, ends the poll."""
    swf = LocalSWF(clock=SystemClock(), poll_seconds=60)
    client = ready_client(swf)
    start(client)
    task = poll_decision(client)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(poll_decision, client)
        until(held, swf, 1)
        respond(client, task, timer("t", "1"))
        assert is_task(answer.result(timeout=20))


def test_a_held_poll_sees_what_follows_a_decision(holding: LocalSWF) -> None:
    """A timer of 0 seconds ends a held poll, with no call in between and no turn of the clock."""
    client = holding.client()
    start(client)
    task = poll_decision(client)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(poll_decision, client)
        until(held, holding, 1)
        respond(client, task, timer("t", "0"))
        assert is_task(answer.result(timeout=20))


def test_a_hold_ends() -> None:
    """A poll without a task is empty after its hold."""
    swf = LocalSWF(poll_seconds=0.05)
    assert not is_task(poll_decision(ready_client(swf)))


def test_a_list_has_room_for_so_many_held_polls() -> None:
    """A poll beyond the limit is refused at once; those of other lists are not."""
    swf = LocalSWF(poll_seconds=60, limits=Limits(pollers_per_task_list=1))
    client = ready_client(swf)
    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(poll_decision, client), pool.submit(poll_activity, client, "other")]
        until(held, swf, 2)
        with pytest.raises(client.exceptions.LimitExceededFault):
            poll_decision(client)
        start(client)
        task = answers[0].result(timeout=20)
        respond(client, task, schedule("a", taskList={"name": "other"}))
        assert is_task(answers[1].result(timeout=20))
    start(client, "next")
    assert is_task(poll_decision(client))


def test_each_task_is_given_once() -> None:
    """Many threads poll one list at once: each task goes to one of them."""
    swf = LocalSWF(poll_seconds=60)
    client = ready_client(swf)
    with ThreadPoolExecutor(16) as pool:
        polls = [pool.submit(poll_decision, swf.client()) for _ in range(16)]
        until(held, swf, 16)
        for number in range(16):
            start(client, f"w{number}")
        given = {poll.result(timeout=20)["workflowExecution"]["workflowId"] for poll in polls}
    assert given == {f"w{number}" for number in range(16)}


def test_threads_work_at_once() -> None:
    """Workflows that threads run side by side all come to their end, each history whole."""
    swf = LocalSWF()
    ready_client(swf)
    barrier = threading.Barrier(8)

    def run(number: int) -> list[str]:
        client, name = swf.client(), f"list{number}"
        barrier.wait()
        start(client, f"w{number}", taskList={"name": name})
        decide(client, schedule("a", taskList={"name": name}), task_list=name)
        work(client, task_list=name)
        decide(client, complete(), task_list=name)
        return types(swf.history(f"w{number}"))

    with ThreadPoolExecutor(8) as pool:
        histories = list(pool.map(run, range(8)))
    assert all(history == histories[0] for history in histories)
    assert [event["eventId"] for event in swf.history("w0")] == list(range(1, 12))


def test_a_late_answer_of_a_poll_loses_its_task() -> None:
    """A task that went to a poll whose client had given up is gone until its timeout."""
    fault = InjectedFault("slow", "PollForDecisionTask", seconds=99, calls=(1,))
    swf = LocalSWF(faults=[fault])
    client = ready_client(swf)
    start(client, taskStartToCloseTimeout="60")
    assert not is_task(poll_decision(client))
    swf.advance(60)
    assert is_task(poll_decision(client))
