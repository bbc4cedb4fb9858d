"""The examples are programs: each is run, and its output is checked."""

from __future__ import annotations

import importlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

import py_swf
from py_swf.decisions import (
    CancelWorkflowExecution,
    FailWorkflowExecution,
    RequestCancelActivityTask,
    StartTimer,
)
from py_swf.events import (
    ActivityTaskCancelRequested,
    ActivityTaskFailed,
    ActivityTaskScheduled,
    Event,
    ScheduleActivityTaskFailed,
    TimerFired,
    TimerStarted,
    WorkflowExecutionCancelRequested,
    WorkflowExecutionStarted,
)
from py_swf.history import History
from py_swf.local import LocalSWF
from py_swf.types import ActivityType, WorkflowType

EXAMPLES = Path(__file__).parents[1] / "examples"
SECONDS = 60
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(Path(py_swf.__file__).parents[1]),
    "PYTHONUNBUFFERED": "1",
    "PYTHONWARNINGS": "error",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def run(program: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run an example to its end."""
    return subprocess.run(
        [sys.executable, str(EXAMPLES / program), *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env={**ENVIRONMENT, **variables},
    )


def lines_of(program: str, *arguments: str, **variables: str) -> list[str]:
    """Run an example, which should succeed with nothing on stderr, and return what it prints."""
    ran = run(program, *arguments, **variables)
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout.splitlines()


def in_order(wanted: list[str], lines: list[str]) -> bool:
    """Return whether all wanted lines are among the lines, in this order."""
    rest = iter(lines)
    return all(line in rest for line in wanted)


@pytest.fixture(scope="module")
def order_processing() -> list[str]:
    """The output for the whole order."""
    return lines_of("order_processing.py")


def test_three_activities_run_in_parallel(order_processing: list[str]) -> None:
    """The first decision task is answered with three activities at once."""
    assert [line.partition(", input=")[0] for line in order_processing[:5]] == [
        "starter: started order-17",
        *(
            f"decider: ScheduleActivityTask(activity_type=('{name}', '1'), activity_id='{name}'"
            for name in ("charge-card", "reserve-goods", "write-gift-card")
        ),
        "worker: charge-card: failed, the bank does not answer",
    ]


def test_a_failed_activity_is_tried_again_after_a_timer(order_processing: list[str]) -> None:
    """The bank does not answer; ten seconds later the card is charged."""
    assert in_order(
        [
            "worker: charge-card: failed, the bank does not answer",
            "decider: StartTimer(timer_id='charge-card after attempt 1', start_to_fire_timeout=10)",
            "worker: charge-card: charged 42.50",
        ],
        order_processing,
    )


def test_a_signal_has_an_activity_canceled_in_mid_work(order_processing: list[str]) -> None:
    """The gift card is started, a signal arrives, and the worker learns of it by heartbeat."""
    assert in_order(
        [
            "worker: write-gift-card: 1 of 5 words written",
            "starter: signaled no-gift-card",
            "decider: RequestCancelActivityTask(activity_id='write-gift-card')",
            "worker: write-gift-card: canceled",
        ],
        order_processing,
    )
    assert "worker: write-gift-card: 5 of 5 words written" not in order_processing


def test_the_history_is_printed_to_its_end(order_processing: list[str]) -> None:
    """The order completes ten seconds after its start, by its own clock, as its history shows."""
    start = order_processing.index("order-17 is COMPLETED. Its history:") + 1
    assert order_processing[start] == "2026-01-01 00:00:00 UTC"
    history = [line.split(maxsplit=2) for line in order_processing[start + 1 :]]

    assert [int(number) for _, number, _ in history] == list(range(1, len(history) + 1))
    assert history[0][2].startswith("WorkflowExecutionStarted         {")
    assert [text.split()[0] for _, _, text in history[1:3]] == [
        "DecisionTaskScheduled",
        "DecisionTaskStarted",
    ]
    (when, _, said) = history[-1]
    assert when == "0:00:10"
    assert said.split(maxsplit=1) == ["WorkflowExecutionCompleted", "shipped teapot, two cups"]


def test_two_runs_print_the_same(order_processing: list[str]) -> None:
    """Nothing in the local service depends on randomness or on the time of day."""
    assert lines_of("order_processing.py") == order_processing


def test_the_order_as_a_flow_takes_the_same_way() -> None:
    """The failed activity is tried again, the gift card is left out, and the order is shipped."""
    lines = lines_of("order_flow.py")

    assert lines == [
        "charge_card-1: FAILED ConnectionError: the bank does not answer",
        'charge_card-1: COMPLETED "charged for 2 goods"',
        "reserve_goods-1: COMPLETED null",
        'ship-1: COMPLETED "shipped order-17 without a card"',
        "shipped order-17 without a card",
    ]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.timeout came with Python 3.11")
def test_the_video_pipeline_and_its_tests_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fan-out, retries, an approval, children, a loop and the tests of it are 80 lines at most."""
    monkeypatch.syspath_prepend(str(EXAMPLES))
    tests = vars(importlib.import_module("test_videos"))
    for name in [name for name in tests if name.startswith("test_")]:
        tests[name]()

    programs = [EXAMPLES / "videos.py", EXAMPLES / "test_videos.py"]
    lines = [line for path in programs for line in path.read_text("utf-8").splitlines()]
    assert len([line for line in lines if line.strip()]) <= 80


def test_the_albums_of_the_tutorial_are_made() -> None:
    """The workflow that the tutorial shows runs as a program too."""
    assert lines_of("photo_albums.py") == ["small-beach.jpg + small-dinner.jpg"]


def test_the_decider_alone_shows_an_order() -> None:
    """The decider without arguments decides for one order, and ends."""
    lines = lines_of("decider.py")

    assert lines[0].startswith(
        "decider: order-17: ScheduleActivityTask(activity_type=('charge-card'"
    )
    assert lines[-1] == (
        "decider: order-17: CompleteWorkflowExecution(result='shipped teapot, two cups')"
    )


def test_the_activity_worker_alone_shows_an_order() -> None:
    """The activity worker without arguments works for one order, and ends."""
    assert lines_of("activity_worker.py") == [
        "worker: order-17: charge-card: charged 42.50",
        "worker: order-17: reserve-goods: reserved teapot, two cups",
        "worker: order-17: write-gift-card: gift card written",
        "worker: order-17: ship: shipped teapot, two cups",
    ]


def test_the_starter_alone_does_all_that_it_can() -> None:
    """It starts, signals, asks to cancel and terminates an order, and prints the history."""
    lines = lines_of("start_workflow.py")

    assert lines[0].startswith("starter: started order-17, run ")
    assert lines[1:5] == [
        "starter: signaled order-17: no-gift-card",
        "starter: asked order-17 to cancel",
        "starter: terminated order-17",
        "starter: history of order-17",
    ]
    assert lines[5].endswith(" UTC")
    assert [line.split(maxsplit=2)[2].partition("{")[0].rstrip() for line in lines[6:]] == [
        "WorkflowExecutionStarted",
        "DecisionTaskScheduled",
        "WorkflowExecutionSignaled        no-gift-card",
        "WorkflowExecutionCancelRequested",
        "WorkflowExecutionTerminated      OPERATOR_INITIATED: terminated by hand",
    ]


def started(*command: str) -> subprocess.Popen[str]:
    """Start a program whose output can be read line by line; it is killed if it never ends."""
    process = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    )
    watchdog = threading.Timer(SECONDS, process.kill)
    watchdog.daemon = True
    watchdog.start()
    return process


def read_to(process: subprocess.Popen[str], pattern: str) -> str:
    """Read a program's output up to a line with a pattern, and return what it matches."""
    said = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        found = re.search(pattern, line)
        if found:
            return found.group()
    raise AssertionError(f"{process.args} ended without {pattern!r}: {said}")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of a local service in another process."""
    command = ["-m", "py_swf.local", "--port", "0", "--poll-seconds", "1"]
    with started(*command) as server:
        try:
            yield read_to(server, r"http://[\d.]+:[1-9]\d*")
        finally:
            server.terminate()


def test_the_daemons_process_an_order_over_http_and_stop(endpoint: str) -> None:
    """Three programs and a service, each in a process of its own; SIGTERM ends the daemons well."""
    where = ["--endpoint", endpoint]
    decider = started(str(EXAMPLES / "decider.py"), *where)
    worker = started(str(EXAMPLES / "activity_worker.py"), *where)
    with decider, worker:
        try:
            read_to(decider, "ready")
            read_to(worker, "ready")
            lines_of("start_workflow.py", *where, "start", "order-http")
            read_to(decider, "order-http: CompleteWorkflowExecution")
        finally:
            for process in (decider, worker):
                process.send_signal(signal.SIGTERM)
        read_to(decider, "decider: stopped")
        read_to(worker, "worker: stopped")
    assert (decider.returncode, worker.returncode) == (0, 0)

    history = lines_of("start_workflow.py", *where, "history", "order-http")
    assert history[-1].endswith("WorkflowExecutionCompleted       shipped teapot, two cups")


def test_an_order_that_is_open_goes_on_over_http(endpoint: str) -> None:
    """The one program processes an order that was started before, each part in a thread."""
    where = ["--endpoint", endpoint]
    lines_of("start_workflow.py", *where, "start", "order-17")
    lines = lines_of("order_processing.py", *where)

    assert lines[0] == "starter: order-17 is open already, and goes on"
    assert "starter: signaled no-gift-card" in lines
    assert "order-17 is COMPLETED. Its history:" in lines


def test_aws_is_an_ordinary_boto3_client(endpoint: str) -> None:
    """With --aws, boto3 uses its own settings, here a variable with the server's address."""
    lines = lines_of(
        *["start_workflow.py", "--aws", "--domain", "mine", "start", "order-aws"],
        AWS_ENDPOINT_URL_SWF=endpoint,
    )

    assert lines[0].startswith("starter: started order-aws, run ")


@pytest.mark.parametrize(
    "program", ["decider.py", "activity_worker.py", "start_workflow.py", "order_processing.py"]
)
def test_aws_needs_a_domain(program: str) -> None:
    """No program invents a domain on AWS, where domains exist forever."""
    ran = run(program, "--aws")

    assert ran.returncode == 1
    assert "--aws needs --domain" in ran.stderr


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """A function that imports a module of the examples, as long as the test runs."""
    monkeypatch.syspath_prepend(str(EXAMPLES))
    yield importlib.import_module
    for path in EXAMPLES.glob("*.py"):
        sys.modules.pop(path.stem, None)


@pytest.fixture
def orders(example: Callable[[str], Any]) -> Any:
    """The module that holds the logic of the examples."""
    return example("orders")


def test_the_worker_hears_of_a_cancellation(
    example: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a cancel request, work ends at the next word, and is answered as canceled."""
    shop, worker = example("shop"), example("activity_worker")
    monkeypatch.setattr(worker, "HEARTBEAT_TIMEOUT", 0.03)
    boto_client = LocalSWF().client()
    shop.register(boto_client, "d")
    starter, decider = (
        shop.workflow_client(boto_client, "d"),
        shop.decision_client(boto_client, "d"),
    )
    starter.start_workflow(json.dumps(shop.ORDER), "w", "process-order", "1")
    task = decider.poll()
    card = [d for d in example("orders").decide(task.history) if d.activity_id[0] == "w"]
    decider.respond(task.task_token, card)
    client = shop.activity_client(boto_client, "d")
    work = client.poll()
    starter.signal_workflow("w", "no-gift-card")
    task = decider.poll()
    decider.respond(task.task_token, [RequestCancelActivityTask("write-gift-card")])

    assert worker.work_on(client, work) == "canceled"

    assert decider.poll().history.activities["write-gift-card"].status == "CANCELED"


NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
START = WorkflowExecutionStarted(
    event_id=1,
    event_timestamp=NOW,
    child_policy="TERMINATE",
    task_list="decisions",
    workflow_type=WorkflowType("process-order", "1"),
    input='{"goods": ["teapot"], "amount": "1", "bank": "quick"}',
)


def test_the_decider_needs_no_service(orders: Any) -> None:
    """A history made by hand is decided: without a gift card there are two activities."""
    decisions = orders.decide(History([START]))

    assert [decision.activity_id for decision in decisions] == ["charge-card", "reserve-goods"]


def test_an_impossible_decision_ends_the_order(orders: Any) -> None:
    """An unregistered type fails the order, which would otherwise be scheduled forever."""
    failed = ScheduleActivityTaskFailed(
        event_id=2,
        event_timestamp=NOW,
        activity_type=ActivityType("charge-card", "1"),
        activity_id="charge-card",
        cause="ACTIVITY_TYPE_DOES_NOT_EXIST",
        decision_task_completed_event_id=1,
    )

    assert orders.decide(History([START, failed])) == [
        FailWorkflowExecution("ScheduleActivityTaskFailed: ACTIVITY_TYPE_DOES_NOT_EXIST")
    ]


@pytest.mark.parametrize(
    "cause", ["ACTIVITY_CREATION_RATE_EXCEEDED", "OPEN_ACTIVITIES_LIMIT_EXCEEDED"]
)
def test_a_throttled_order_waits(orders: Any, cause: str) -> None:
    """A temporary refusal does not fail the order: it pauses, and then goes on."""
    failed = ScheduleActivityTaskFailed(
        event_id=2,
        event_timestamp=NOW,
        activity_type=ActivityType("charge-card", "1"),
        activity_id="charge-card",
        cause=cause,
        decision_task_completed_event_id=1,
    )
    (pause,) = orders.decide(History([START, failed]))
    started = TimerStarted(
        event_id=3,
        event_timestamp=NOW,
        timer_id=pause.timer_id,
        start_to_fire_timeout=1,
        decision_task_completed_event_id=1,
    )
    fired = TimerFired(event_id=4, event_timestamp=NOW, timer_id=pause.timer_id, started_event_id=3)

    assert orders.decide(History([START, failed, started])) == []
    assert [
        decision.activity_id for decision in orders.decide(History([START, failed, started, fired]))
    ] == ["charge-card", "reserve-goods"]


def attempts(activity_id: str, number: int) -> Iterator[Event]:
    """Yield the events of a number of attempts, from event 2 on, each of which failed."""
    for event_id in range(2, 2 + 2 * number, 2):
        yield ActivityTaskScheduled(
            event_id=event_id,
            event_timestamp=NOW,
            activity_type=ActivityType(activity_id, "1"),
            activity_id=activity_id,
            task_list="work",
            decision_task_completed_event_id=1,
        )
        yield ActivityTaskFailed(
            event_id=event_id + 1,
            event_timestamp=NOW,
            scheduled_event_id=event_id,
            started_event_id=event_id,
            reason="no answer",
        )


def test_the_third_failure_is_the_last(orders: Any) -> None:
    """After two failures the activity gets another pause, after three the order fails."""
    twice = orders.decide(History([START, *attempts("charge-card", 2)]))
    thrice = orders.decide(History([START, *attempts("charge-card", 3)]))

    assert StartTimer("charge-card after attempt 2", 10) in twice
    assert thrice == [FailWorkflowExecution("charge-card failed 3 times: no answer")]


def test_a_canceled_order_winds_up_first(orders: Any) -> None:
    """A cancel request is passed on, once, to open activities; then the order is canceled."""
    cancel = WorkflowExecutionCancelRequested(event_id=2, event_timestamp=NOW)
    open_activity = ActivityTaskScheduled(
        event_id=3,
        event_timestamp=NOW,
        activity_type=ActivityType("ship", "1"),
        activity_id="ship",
        task_list="work",
        decision_task_completed_event_id=1,
    )
    requested = ActivityTaskCancelRequested(
        event_id=4, event_timestamp=NOW, activity_id="ship", decision_task_completed_event_id=1
    )

    assert orders.decide(History([START, cancel])) == [
        CancelWorkflowExecution("canceled on request")
    ]
    assert orders.decide(History([START, cancel, open_activity])) == [
        RequestCancelActivityTask("ship")
    ]
    assert orders.decide(History([START, cancel, open_activity, requested])) == []
