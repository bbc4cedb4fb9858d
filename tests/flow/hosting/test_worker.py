"""``flow.Worker``: what a host in production runs."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from py_swf import DecisionTask, flow
from py_swf.clients.workflow import WorkflowClient
from py_swf.config_definitions import WorkflowClientConfig
from py_swf.daemon import Calling, stop_after
from py_swf.decisions import Answer
from py_swf.errors import RegisteredDefaultsDiffer, RegisteredDefaultsWarning
from py_swf.flow.hosting.worker import ENGINE
from py_swf.flow.in_activity import _current
from py_swf.local import InjectedFault, LocalSWF
from tests.daemon.scenes import ONE_SEND
from tests.flow.shop import add

WAIT = 30


@flow.activity(task_list="heavy")
def lift(kilograms: int) -> str:
    """Lift something, on machines of their own."""
    return f"{kilograms} kg"


@flow.workflow
async def sums(x: int) -> int:
    """Add one, twice."""
    return await add(await add(x))


@flow.workflow
async def lifting(kilograms: int) -> str:
    """Have something lifted."""
    return await lift(kilograms)


def a_shop(*faults: InjectedFault) -> LocalSWF:
    """Return a service with an empty domain, on which these faults strike."""
    swf = LocalSWF(faults=faults)
    swf.client().register_domain(name="shop", workflowExecutionRetentionPeriodInDays="7")
    return swf


def outside_of(swf: LocalSWF) -> WorkflowClient:
    """Return what starts executions."""
    return WorkflowClient(WorkflowClientConfig("shop"), swf.client())


@pytest.fixture
def swf() -> LocalSWF:
    """A service with an empty domain."""
    return a_shop()


@pytest.fixture
def outside(swf: LocalSWF) -> WorkflowClient:
    """Return a client that starts executions."""
    return outside_of(swf)


def worker_on(swf: LocalSWF, **options: Any) -> flow.Worker:
    """Make a worker of these workflows and activities."""
    options = {"workflows": [sums, lifting], "activities": [add, lift], **options}
    return flow.Worker(swf.client(config=ONE_SEND), "shop", task_list="main", **options)


@contextmanager
def running(worker: flow.Worker) -> Iterator[threading.Event]:
    """Run a worker in a thread, and stop it when the block is left; what it raises is raised."""
    stop, errors = threading.Event(), []

    def run() -> None:
        try:
            worker.run(stop)
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(WAIT)
        assert not thread.is_alive()
    if errors:
        raise errors[0]


def started(workflow: flow.Workflow[..., Any], client: WorkflowClient, *args: Any) -> Any:
    """Start an execution of a type that a worker may be registering just now: activities first."""
    for _ in range(WAIT * 100):
        try:
            return workflow.options(child_policy="ABANDON").start(client, None, *args)
        except Exception as error:
            if "UnknownResource" not in str(error):
                raise
            threading.Event().wait(0.01)
    raise AssertionError("the type was not registered")


def test_a_worker_is_all_that_a_host_runs(swf, outside):
    """A worker in an empty domain registers its types, decides, works, and stops when told."""
    with running(worker_on(swf)):
        assert started(sums, outside, 5).result(WAIT) == 7


def test_each_activity_is_polled_for_where_it_says(swf, outside):
    """An activity that names a task list is worked on from there, the others from the worker's."""
    with running(worker_on(swf)):
        execution = started(lifting, outside, 5)
        assert execution.result(WAIT) == "5 kg"

    events = execution.history().events
    assert {e.task_list for e in events if "Scheduled" in e.event_type} == {"main", "heavy"}


def test_a_workflow_may_have_a_task_list_of_its_own(swf, outside):
    """A workflow that names a task list is decided from there."""

    @flow.workflow(task_list="express")
    async def express() -> str:
        return flow.info().task_list

    with running(worker_on(swf, workflows=[express, sums])):
        assert started(express, outside).result(WAIT) == "express"
        assert started(sums, outside, 1).result(WAIT) == 3


def test_activities_may_run_on_a_host_of_their_own(swf, outside):
    """One worker may have the workflows only, and another one the activities only."""
    worker_on(swf).run(stop_after(0))
    with running(worker_on(swf, activities=[])), running(worker_on(swf, workflows=[])):
        assert started(sums, outside, 1).result(WAIT) == 3


proceed = flow.Signal("proceed")


@flow.workflow
async def long(rounds: int) -> int:
    """Add one again and again, then wait for a signal, then once more."""
    total = 0
    for _ in range(rounds):
        total = await add(total)
    await proceed.receive()
    return await add(total)


def is_quiet(execution: Any) -> bool:
    """Return whether the last thing that happened to an execution is a decision for nothing new."""
    last = execution.history().events[-1]
    return bool(last.event_type == "DecisionTaskCompleted")


def lists_of(execution: Any) -> list[str]:
    """Return the task lists of an execution's decision tasks, each row of the same as one."""
    tasks = [e for e in execution.history().events if e.event_type == "DecisionTaskScheduled"]
    lists = [event.task_list for event in tasks]
    return [each for i, each in enumerate(lists) if i == 0 or lists[i - 1] != each]


def test_long_runs_are_kept_and_come_to_their_process(swf, outside):
    """The tasks of an execution of more than 100 events go to the worker's own list."""
    worker = worker_on(swf, workflows=[long])
    with running(worker):
        execution = started(long, outside, 30)
        execution.signal(proceed)
        assert execution.result(WAIT) == 31

    assert lists_of(execution) == ["main", worker.decider.own_task_list]
    assert worker.decider.own_task_list.startswith("main.")


def test_another_worker_goes_on_when_one_is_gone(swf, outside):
    """A task that waits for a process that is gone comes to the others after ten seconds."""
    first = worker_on(swf, workflows=[long])
    with running(first):
        execution = started(long, outside, 30)
        wait_until(lambda: len(execution.history().activities) == 30 and is_quiet(execution))
    execution.signal(proceed)
    swf.advance(10)

    second = worker_on(swf, workflows=[long])
    with running(second):
        assert execution.result(WAIT) == 31
    own, next_own = first.decider.own_task_list, second.decider.own_task_list
    assert lists_of(execution) == ["main", own, "main", next_own]


def test_what_waits_for_the_process_at_the_stop_is_decided(swf, outside):
    """Nobody else polls its own list; the shared one is left to others."""
    worker_on(swf, workflows=[long]).run(stop_after(0))  # registers
    worker = worker_on(swf, workflows=[long])
    mine, others = started(long, outside, 0), started(long, outside, 0)
    boto = swf.client()
    task = boto.poll_for_decision_task(domain="shop", taskList={"name": "main"})
    assert task["workflowExecution"]["runId"] == mine.run_id
    own = {"taskList": {"name": worker.decider.own_task_list}}
    boto.respond_decision_task_completed(taskToken=task["taskToken"], decisions=[], **own)
    mine.signal(proceed)

    worker.run(stop_after(0))

    assert len(mine.history().activities) == 1
    assert len(others.history().events) == 2


def test_the_answers_after_a_stop_send_executions_back(swf, outside):
    """Answers given while the worker stops name the shared list, so nothing has to time out."""
    stops: list[threading.Event] = []

    def stop_at_last(task, proceed):
        if isinstance(task, DecisionTask) and task.started_event_id > 150:
            stops[0].set()
            wait_until(lambda: not worker.decider._keeps)
        return proceed()

    worker = worker_on(swf, workflows=[long], around=[stop_at_last])
    with running(worker) as stop:
        stops.append(stop)
        execution = started(long, outside, 30)
        assert stop.wait(WAIT)

    answers = [e for e in execution.history().events if e.event_type == "DecisionTaskCompleted"]
    assert answers[-2].task_list == worker.decider.own_task_list
    assert answers[-1].task_list == "main"


def test_a_worker_that_runs_again_keeps_runs_again(swf, outside):
    """A second run starts over: it has an own list of another name, and long runs come to it."""
    worker = worker_on(swf, workflows=[long])
    with running(worker):
        execution = started(long, outside, 30)
        wait_until(lambda: len(execution.history().activities) == 30 and is_quiet(execution))
    first = worker.decider.own_task_list
    execution.signal(proceed)
    swf.advance(10)

    with running(worker):
        assert execution.result(WAIT) == 31

    assert lists_of(execution) == ["main", first, "main", worker.decider.own_task_list]
    assert worker.decider.own_task_list != first


def test_a_worker_runs_once_at_a_time(swf):
    """While one run is in progress another is refused; the one in progress goes on."""
    worker = worker_on(swf)
    polling = threading.Event()
    events = worker.boto_client.meta.events
    events.register("before-call.swf.PollForDecisionTask", lambda **_: polling.set())

    with running(worker):
        assert polling.wait(WAIT)
        with pytest.raises(RuntimeError, match="this worker is running already"):
            worker.run(stop_after(0))


def test_a_run_that_failed_to_start_can_be_tried_again():
    """A refusal at the start does not make the next run fail."""
    swf = LocalSWF()
    worker = worker_on(swf)
    with pytest.raises(Exception, match="shop"):
        worker.run(stop_after(0))
    swf.client().register_domain(name="shop", workflowExecutionRetentionPeriodInDays="7")

    worker.run(stop_after(0))


def test_each_list_that_is_waited_for_at_the_stop_is_named(swf, outside, caplog):
    """A host with several loops says for each what it waits for, and where."""
    begun, may_end = threading.Event(), threading.Event()

    @flow.activity(task_list="heavy")
    def slow() -> None:
        begun.set()
        assert may_end.wait(WAIT)

    @flow.workflow
    async def waits() -> None:
        await slow()

    caplog.handler.addFilter(lambda record: ("slow-1" in record.message and may_end.set()) or True)
    with running(worker_on(swf, workflows=[waits], activities=[add, slow])) as stop:
        execution = started(waits, outside)
        assert begun.wait(WAIT)
        stop.set()
        assert may_end.wait(WAIT)

    (line,) = [each.message for each in caplog.records if "slow-1" in each.message]
    assert line.startswith("told to stop polling activity task list 'heavy' of domain 'shop': ")
    assert f"slow-1 of {execution.workflow_id}, for as long as it takes" in line


def test_nothing_is_kept_where_nothing_should_be(swf, outside):
    """With ``keep=0`` every task comes to the shared list."""
    with running(worker_on(swf, workflows=[long], keep=0)):
        execution = started(long, outside, 30)
        execution.signal(proceed)
        assert execution.result(WAIT) == 31

    assert lists_of(execution) == ["main"]


def test_what_differs_from_the_registration_is_refused_before_the_first_poll(swf):
    """A type that is registered with other defaults is named, and nothing is polled for."""
    worker_on(swf).run(stop_after(0))
    changed = flow.activity("add", "1", heartbeat_timeout=60)(add.fn)
    told: list[str] = []
    calling = Calling(on_call=lambda operation, seconds, outcome: told.append(operation))

    worker = worker_on(swf, activities=[changed], calling=calling)
    with pytest.raises(RegisteredDefaultsDiffer, match="activity add 1 is registered with heart"):
        worker.run(threading.Event())

    assert told == []


def test_an_activity_registered_with_another_task_list_is_refused_before_the_first_poll(swf):
    """A worker does not start to poll a list that its activities' tasks would not go to."""
    worker_on(swf, activities=[add]).run(stop_after(0))
    moved = flow.Worker(swf.client(), "shop", task_list="main-v2", activities=[add])

    with pytest.raises(RegisteredDefaultsDiffer, match="with task_list main, not main-v2"):
        moved.run(stop_after(0))


def test_what_differs_from_the_registration_may_be_warned_of(swf):
    """With ``registration="warn"`` the worker logs the difference and works."""
    worker_on(swf).run(stop_after(0))
    changed = flow.activity("add", "1", heartbeat_timeout=60)(add.fn)

    with pytest.warns(RegisteredDefaultsWarning, match="heartbeat_timeout"):
        worker_on(swf, activities=[changed], registration="warn").run(stop_after(0))


def test_registration_may_be_somebody_elses(swf):
    """With ``registration="skip"`` a worker neither registers types nor asks for them."""
    worker_on(swf, registration="skip").run(stop_after(0))

    found = swf.client().list_activity_types(domain="shop", registrationStatus="REGISTERED")
    assert found["typeInfos"] == []


def test_a_throttled_registration_is_waited_out():
    """A fleet that starts at once is not sent away by it."""
    swf = a_shop(InjectedFault("throttle", "DescribeActivityType", calls=(1,)))

    with running(worker_on(swf, calling=Calling(backoff=lambda attempt, chance: 0.0))):
        assert started(sums, outside_of(swf), 5).result(WAIT) == 7


def test_a_worker_that_cannot_register_yet_can_be_stopped(caplog):
    """While the service is away a stop ends the worker, which has polled for nothing."""
    swf = a_shop(InjectedFault("throttle", "DescribeActivityType"))
    told: list[str] = []
    calling = Calling(on_call=lambda operation, seconds, outcome: told.append(operation))

    with running(worker_on(swf, calling=calling)):
        wait_until(lambda: "could not register the types yet" in caplog.text)

    assert "told to stop before all types were registered" in caplog.text
    assert told == []


def test_what_could_not_be_read_back_is_refused_before_anything_is_done(swf):
    """An annotation that leaves a guess is named, and nothing is registered."""

    @flow.activity
    def remember(day: date | str) -> None: ...

    with pytest.raises(flow.CodecError, match="the parameter day of remember 1: cannot be made"):
        worker_on(swf, activities=[remember]).run(stop_after(0))

    found = swf.client().list_activity_types(domain="shop", registrationStatus="REGISTERED")
    assert found["typeInfos"] == []


def test_a_failure_of_one_loop_stops_the_others_and_is_raised(swf, outside):
    """When an activity ends its worker, everything ends with that error, without a stop."""

    @flow.activity
    def leave() -> None:
        raise SystemExit("the disk is full")

    @flow.workflow
    async def leaving() -> None:
        await leave()

    worker = worker_on(swf, workflows=[leaving], activities=[leave, lift])
    worker.run(stop_after(0))
    started(leaving, outside)

    with pytest.raises(SystemExit, match="the disk is full"):
        worker.run()


def test_the_stack_of_a_slow_decision_is_logged(swf, outside, caplog, monkeypatch):
    """A worker checks every second what it is deciding, and finds by its clock what is slow."""
    monkeypatch.setattr("py_swf.flow.hosting.slow_decisions.LOOK", 0.001)
    late = [0.0]

    @flow.workflow
    async def slow() -> int:
        late[0] = 6.0
        wait_until(lambda: "has taken" in caplog.text)
        return 1

    calling = Calling(clock=lambda: time.monotonic() + late[0])
    with running(worker_on(swf, workflows=[slow], calling=calling)):
        assert started(slow, outside).result(WAIT) == 1
    (line,) = [each for each in caplog.records if " has taken 6 s" in each.message]
    assert "in slow\n" in line.message


def test_functions_go_around_each_task(swf, outside):
    """Each task of either kind goes through the functions, the outermost first."""
    seen: list[str] = []

    def outer(task, proceed):
        seen.append(f"outer {type(task).__name__}")
        return proceed()

    def inner(task, proceed):
        answer = proceed()
        seen.append(f"inner {type(answer).__name__}")
        return answer if isinstance(answer, Answer) else answer.replace("kg", "kilograms")

    with running(worker_on(swf, around=[outer, inner])):
        assert started(lifting, outside, 5).result(WAIT) == "5 kilograms"

    of_decisions = ["outer DecisionTask", "inner Answer"]
    assert seen == [*of_decisions, "outer ActivityTask", "inner str", *of_decisions]


def test_metrics_are_told_of_everything(swf, outside):
    """``on_call`` is told about polls, deciders, handlers and answers."""
    told: list[str] = []
    calling = Calling(on_call=lambda operation, seconds, outcome: told.append(operation))

    with running(worker_on(swf, calling=calling)):
        started(sums, outside, 5).result(WAIT)

    for operation in ("PollForDecisionTask", "PollForActivityTask", "decide", "handler"):
        assert operation in told
    assert "RespondDecisionTaskCompleted" in told
    assert "RespondActivityTaskCompleted" in told


def test_the_identity_of_a_decider_tells_its_engine(swf, outside):
    """The history says for each decision task which host and which engine decided it."""
    with running(worker_on(swf, identity="host-1")):
        execution = started(sums, outside, 5)
        execution.result(WAIT)

    started_events = [e for e in execution.history().events if e.event_type.endswith("TaskStarted")]
    identities = {e.event_type: e.identity for e in started_events}
    assert identities == {
        "DecisionTaskStarted": f"host-1 flow/{ENGINE}",
        "ActivityTaskStarted": "host-1",
    }


def test_a_type_that_is_unknown_is_parked_for_others(swf, outside, caplog):
    """A decision task of another workflow in the list is parked, and its execution continues."""
    worker_on(swf).run(stop_after(0))
    execution = started(lifting, outside, 5)
    caplog.set_level(logging.ERROR)

    with running(worker_on(swf, workflows=[sums])):
        wait_until(lambda: execution.history().open_timers)
    parked = f"{execution.workflow_id} is parked, since it could not be decided: workflow type"
    assert parked in caplog.text
    swf.advance(10)
    with running(worker_on(swf)):
        assert execution.result(WAIT) == "5 kg"


def wait_until(happens):
    """Wait until something is true."""
    for _ in range(WAIT * 100):
        if happens():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not happen")


def test_an_answer_that_the_service_refuses_parks_the_execution():
    """It does not fail it: the code can be fixed, and the timer has it decided again."""
    swf = a_shop(InjectedFault("invalid", "RespondDecisionTaskCompleted", calls=(1,)))
    with running(worker_on(swf)):
        execution = started(sums, outside_of(swf), 5)
        wait_until(lambda: execution.history().open_timers)
        assert execution.history().markers[0].marker_name == "py_swf.decider-error"
        swf.advance(10)
        assert execution.result(WAIT) == 7


def test_each_activity_beats_as_it_says(swf, outside):
    """Beats come at a third of the heartbeat timeout that the activity names, else every 30 s."""
    every: list[float] = []

    @flow.activity(heartbeat_timeout=60)
    def often() -> None:
        every.append(beat_of().every)

    @flow.activity
    def seldom() -> None:
        every.append(beat_of().every)

    @flow.workflow
    async def both() -> None:
        await often()
        await seldom()

    with running(worker_on(swf, workflows=[both], activities=[often, seldom])):
        started(both, outside).result(WAIT)

    assert every == [20.0, 30.0]


def beat_of() -> Any:
    """Return the heartbeat of the activity that calls."""
    return _current.get()[1]


def test_an_answer_is_tried_for_as_long_as_its_activity_says():
    """After the start-to-close timeout it would be refused; ``on_undelivered`` is called."""
    swf = a_shop(InjectedFault("drop-before", "RespondActivityTaskCompleted"))
    told: list[str] = []

    @flow.activity(start_to_close_timeout=5)
    def brief() -> None: ...

    @flow.workflow
    async def hurried() -> None:
        await brief()

    worker = worker_on(
        swf,
        workflows=[hurried],
        activities=[brief],
        on_undelivered=lambda error: told.append(str(error)),
        calling=Calling(backoff=lambda attempt, chance: 6.0),
    )
    with running(worker):
        started(hurried, outside_of(swf))
        wait_until(lambda: told)

    assert re.search(r"given up after [45]\.\d+ s and 1 sends", told[0])


def test_a_stop_may_be_bounded(swf, outside):
    """With ``stop_within`` the worker returns although an activity goes on."""
    begun, going_on = threading.Event(), threading.Event()

    @flow.activity
    def endless() -> None:
        begun.set()
        going_on.wait(WAIT)

    @flow.workflow
    async def waits() -> None:
        await endless()

    worker = worker_on(swf, workflows=[waits], activities=[endless], stop_within=0.2)
    with running(worker):
        started(waits, outside)
        assert begun.wait(WAIT)
    going_on.set()


@pytest.mark.parametrize(
    ("options", "error", "told"),
    [
        ({"registration": "no"}, ValueError, "registration is 'no'; it must be 'check', 'warn'"),
        ({"max_decision_tasks": 0}, ValueError, "max_decision_tasks is 0; it must be 1 or more"),
        ({"max_activity_tasks": 0}, ValueError, "max_activity_tasks is 0; it must be 1 or more"),
        ({"workflows": [], "activities": []}, ValueError, "has neither"),
        ({"workflows": [sums, sums]}, ValueError, "two workflows are of type sums 1"),
        ({"around": [lambda task: None]}, TypeError, "around is called as around"),
        ({"heartbeat_every": 0}, ValueError, "every is 0"),
    ],
)
def test_what_is_of_no_use_is_refused_at_once(swf, options, error, told):
    """A value that cannot be is refused when the worker is made, with its name and the rule."""
    with pytest.raises(error, match=told):
        worker_on(swf, **options)


def test_a_task_list_that_cannot_be_is_refused_at_once(swf):
    """The worker's own task list is checked as the service would check it."""
    with pytest.raises(ValueError, match="task_list"):
        flow.Worker(swf.client(), "shop", task_list="a/b", workflows=[sums])
