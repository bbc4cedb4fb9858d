"""What a user writes, as type checkers see it. Never run; ``mypy --strict`` reads it."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from typing_extensions import assert_type

import py_swf
from py_swf import (
    ActivityTaskClient,
    ActivityTaskConfig,
    DecisionClient,
    DecisionConfig,
    DecisionTask,
    NoTaskFound,
    RegistrationClient,
    WorkflowClient,
    WorkflowClientConfig,
)
from py_swf.clients.workflow import CountWorkflowsResult
from py_swf.decisions import (
    CompleteWorkflowExecution,
    Decision,
    ScheduleActivityTask,
    StartTimer,
)
from py_swf.events import (
    ActivityTaskCompleted,
    ActivityTaskFailed,
    ActivityTaskScheduled,
    Event,
    ScheduleActivityTaskFailed,
    StartTimerFailed,
    TimerFired,
    TimerStarted,
    WorkflowExecutionSignaled,
    event_from_wire,
)
from py_swf.history import Activity, ChildWorkflow, History, LambdaFunction, Timer, wind_up
from py_swf.types import ActivityType, WorkflowExecution, WorkflowType


def decide(boto_client: Any) -> None:
    """Check a decider."""
    config = DecisionConfig("shop", "orders", 60, "NONE", timedelta(minutes=5), math.inf)
    client = DecisionClient(config, boto_client)
    try:
        task = client.poll(identity="me", start_at_previous_started_event=True)
    except NoTaskFound:
        return
    assert_type(task, DecisionTask)
    assert_type(task.workflow_type, WorkflowType)
    assert_type(task.workflow_execution, WorkflowExecution)
    assert_type(task.workflow_type["name"], str)
    assert_type(task.new_events, list[Event])
    assert_type(task.history, History)
    assert_type(task.history.input, str | None)
    assert_type(task.history.open_timers, list[Timer])
    assert_type(task.history.open_activities, list[Activity])
    assert_type(task.history.open_activities[0].activity_type, ActivityType)
    for event in task.new_events:
        look_at(event)
    client.respond(
        task.task_token,
        [
            ScheduleActivityTask(("charge", "1"), "charge-1", heartbeat_timeout=30),
            ScheduleActivityTask(ActivityType("pack", "1"), "pack-1", task_list="packers"),
            StartTimer("patience", start_to_fire_timeout=timedelta(hours=1)),
        ],
    )
    client.respond(task.task_token, [CompleteWorkflowExecution(result="done")])
    assert_type(
        client.walk_execution_history(task.workflow_id, task.workflow_run_id),
        Generator[Event, None, None],
    )


def look_at(event: Event) -> None:
    """Check what ``match`` finds out about an event."""
    assert_type(event.event_id, int)
    assert_type(event.event_timestamp, datetime)
    assert_type(event.event_type, str)
    assert_type(event.raw, Mapping[str, Any])
    assert_type(event.field_names, tuple[str, ...])
    match event:
        case ActivityTaskCompleted(result=result):
            assert_type(result, str | None)
        case ActivityTaskFailed():
            assert_type(event.scheduled_event_id, int)
        case WorkflowExecutionSignaled(signal_name=name):
            assert_type(name, str)


def index(events: Iterable[Event]) -> list[Decision]:
    """Check what a decider asks its history."""
    history = History(events)
    history.extend(events)
    assert_type(history.activities["pack-1"].attempts, list[Activity])
    assert_type(history.activities["pack-1"].previous, Activity | None)
    assert_type(history.activities["pack-1"].result, str | None)
    assert_type(history.activities["pack-1"].opened, ActivityTaskScheduled)
    assert_type(history.timers.get("patience"), Timer | None)
    assert_type(history.open_child_workflows, list[ChildWorkflow])
    assert_type(history.open_child_workflows[0].workflow_execution, WorkflowExecution | None)
    assert_type(history.open_lambda_functions, list[LambdaFunction])
    assert_type(history.new_signals, list[WorkflowExecutionSignaled])
    cause: str = history.new_failed_decisions[0].cause
    assert_type(cause, str)
    assert_type(history.result, str | None)
    assert_type(wind_up(history), list[Decision])
    assert_type(history.is_new(history.activities["pack-1"].closed), bool)
    decisions: list[Decision] = []
    for failed in history.failed_decisions:
        match failed:
            case StartTimerFailed(timer_id=timer_id):
                decisions.append(StartTimer(timer_id, 60))
            case ScheduleActivityTaskFailed(activity_id=activity_id):
                assert_type(activity_id, str)
    for ended in history.newly_closed:
        match ended:
            case Activity(status="FAILED", attempt=attempt, activity_id=activity_id):
                assert_type(attempt, int)
                decisions.append(ScheduleActivityTask(("pack", "1"), activity_id))
            case Timer():
                assert_type(ended.opened, TimerStarted)
    return decisions


def mistakes() -> None:
    """Check that a type checker finds what would fail."""
    _ = py_swf.DecisionClerk  # type: ignore[attr-defined]
    StartTimer("patience")  # type: ignore[call-arg]
    StartTimer(5, 60)  # type: ignore[arg-type]
    ScheduleActivityTask("pack", "pack-1")  # type: ignore[arg-type]
    StartTimer("patience", 60).timer_id = "other"  # type: ignore[misc]
    _ = event_from_wire({}).eventType  # type: ignore[attr-defined]
    TimerFired(event_id=7, event_timestamp=datetime.now(), timer_id="t")  # type: ignore[call-arg]
    fired = TimerFired(
        event_id="7",  # type: ignore[arg-type]
        event_timestamp=datetime.now(),
        timer_id="t",
        started_event_id=5,
    )
    fired.timer_id = "other"  # type: ignore[misc]
    fired.event_id = 8  # type: ignore[misc]


def work(boto_client: Any) -> None:
    """Check an activity worker."""
    ActivityTaskClient(DecisionConfig("shop", "packers", 60, 60, 60, 60), boto_client)
    client = ActivityTaskClient(ActivityTaskConfig("shop", "packers"), boto_client)
    task = client.poll()
    assert_type(task.input, str | None)
    assert_type(task.activity_type, ActivityType)
    assert_type(client.heartbeat(task.task_token, details="half"), bool)
    client.finish(task.task_token, result="packed")
    client.fail(task.task_token, "out of boxes", details=None)
    client.fail(task.task_token, ValueError("out of boxes"))
    client.cancel(task.task_token)


def start(boto_client: Any) -> None:
    """Check a script that starts and looks after executions."""
    registration = RegistrationClient(boto_client)
    registration.register_domain("shop", retention=7)
    config = WorkflowClientConfig("shop", "orders", timedelta(days=1), 30)
    client = WorkflowClient(config, boto_client)
    assert_type(client.start_workflow("{}", "order-17", "order", "1", tag_list=["web"]), str)
    client.signal_workflow("order-17", "paid", input="{}")
    client.request_cancel_workflow("order-17")
    client.terminate_workflow("order-17", "no longer wanted")
    count = client.count_open_workflow_executions(datetime.now())
    assert_type(count, CountWorkflowsResult)
    assert_type((count.count, count.truncated), tuple[int, bool])
    for info in client.list_open_workflow_executions(datetime.now()):
        assert_type(info.start_timestamp, datetime)
