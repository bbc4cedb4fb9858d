"""Mistakes that a type checker finds: the wrong line, and the right one.

Each line goes into the function below, whose parameters are what a program has at hand.
``test_mistakes.py`` shows them to mypy and to pyright.
"""

from __future__ import annotations

BEFORE = """\
from concurrent.futures import ProcessPoolExecutor

from mypy_boto3_swf import SWFClient

from py_swf import (
    ActivityTask,
    ActivityTaskClient,
    ActivityTaskConfig,
    DecisionClient,
    DecisionConfig,
    DecisionTask,
    RegistrationClient,
    WorkflowClient,
    WorkflowClientConfig,
)
from py_swf.daemon import ActivityWorker, DeciderWorker, Heartbeat
from py_swf.decisions import *
from py_swf.events import *
from py_swf.history import Activity, History


def handle(task: ActivityTask, beat: Heartbeat) -> str:
    return beat.__class__.__name__


def handle_without_beat(task: ActivityTask) -> str:
    return "done"


def decide(task: DecisionTask) -> list[Decision]:
    return []


def decide_nothing() -> list[Decision]:
    return []


def program(
    boto_client: SWFClient,
    workflow_client: WorkflowClient,
    decision_client: DecisionClient,
    activity_client: ActivityTaskClient,
    registration_client: RegistrationClient,
    decision_task: DecisionTask,
    activity_task: ActivityTask,
    activity: Activity,
    history: History,
    event: Event,
) -> None:
"""

#: the mistake -> the wrong line, and the right one
MISTAKES: dict[str, tuple[str, str]] = {
    "a misspelled status": (
        'print(activity.status == "CANCELLED")',
        'print(activity.status == "CANCELED")',
    ),
    "the status of something else": (
        'print(history.timers["t"].status == "COMPLETED")',
        'print(history.timers["t"].status == "FIRED")',
    ),
    "a misspelled close status": (
        'print(history.close_status == "SUCCEEDED")',
        'print(history.close_status == "COMPLETED")',
    ),
    "a misspelled cause": (
        'print(isinstance(event, StartTimerFailed) and event.cause == "TIMER_IN_USE")',
        'print(isinstance(event, StartTimerFailed) and event.cause == "TIMER_ID_ALREADY_IN_USE")',
    ),
    "a misspelled timeout type": (
        'print(activity.timeout_type == "HEART_BEAT")',
        'print(activity.timeout_type == "HEARTBEAT")',
    ),
    "a misspelled child policy": (
        'workflow_client.terminate_workflow("w", None, child_policy="REQUEST_CANCELL")',
        'workflow_client.terminate_workflow("w", None, child_policy="REQUEST_CANCEL")',
    ),
    "a child policy that is none": (
        'print(StartChildWorkflowExecution(("flow", "1"), "w", child_policy="KILL"))',
        'print(StartChildWorkflowExecution(("flow", "1"), "w", child_policy="ABANDON"))',
    ),
    "a filter that is none": (
        'workflow_client.count_closed_workflow_executions(close_status="OPEN")',
        'workflow_client.count_closed_workflow_executions(close_status="FAILED")',
    ),
    "a registration status that is none": (
        'registration_client.list_domains("GONE")',
        'registration_client.list_domains("DEPRECATED")',
    ),
    "a dict for a text": (
        'activity_client.finish("token", {"pages": 2})',
        'activity_client.finish("token", \'{"pages": 2}\')',
    ),
    "a task for its token": (
        'activity_client.finish(activity_task, "done")',
        'activity_client.finish(activity_task.task_token, "done")',
    ),
    "config and client in the wrong order": (
        'DecisionClient(boto_client, DecisionConfig("d", "list"))',
        'DecisionClient(DecisionConfig("d", "list"), boto_client)',
    ),
    "another client's config": (
        'WorkflowClient(ActivityTaskConfig("d", "list"), boto_client)',
        'WorkflowClient(WorkflowClientConfig("d", "list"), boto_client)',
    ),
    "five values, which are no shape of the config": (
        'WorkflowClientConfig("d", "flow", "1", "list", 60)',
        'WorkflowClientConfig("d", "flow", "1", "list", 60, 60)',
    ),
    "a single decision for a list": (
        'decision_client.respond(decision_task.task_token, StartTimer("t", 60))',
        'decision_client.respond(decision_task.task_token, [StartTimer("t", 60)])',
    ),
    "a decision without what it needs": (
        'print(StartTimer("t"))',
        'print(StartTimer("t", 60))',
    ),
    "a name for a type": (
        'print(ScheduleActivityTask("pack", "pack-1"))',
        'print(ScheduleActivityTask(("pack", "1"), "pack-1"))',
    ),
    "a decision that is changed": (
        'StartTimer("t", 60).timer_id = "other"',
        'print(StartTimer("t", 60).timer_id)',
    ),
    "a field of another event": (
        "print(isinstance(event, TimerFired) and event.activity_id)",
        "print(isinstance(event, TimerFired) and event.timer_id)",
    ),
    "a field of another event in a pattern": (
        "match event:\n        case TimerFired(activity_id=name):\n            print(name)\n"
        "        case _:\n            pass",
        "match event:\n        case TimerFired(timer_id=name):\n            print(name)\n"
        "        case _:\n            pass",
    ),
    "a decision for an event": (
        "print(isinstance(event, ActivityTaskCompleted) and event.reason)",
        "print(isinstance(event, ActivityTaskFailed) and event.reason)",
    ),
    "the wire's name of a field": (
        "print(event.eventType)",
        "print(event.event_type)",
    ),
    "an attribute of a raw event": (
        "print(decision_client.poll(use_raw_event_history=True).events[0].event_id)",
        'print(decision_client.poll(use_raw_event_history=True).events[0]["eventId"])',
    ),
    "an attribute of a raw event of a walk": (
        'print(next(workflow_client.walk_execution_history("w", "r", True, True)).event_id)',
        'print(next(workflow_client.walk_execution_history("w", "r", True, True))["eventId"])',
    ),
    "what may be None": (
        'print(history.activities["a"].result.upper())',
        'print((history.activities["a"].result or "").upper())',
    ),
    "a handler of one argument": (
        "ActivityWorker(activity_client, handle_without_beat)",
        "ActivityWorker(activity_client, handle)",
    ),
    "a handler of two arguments for a process pool": (
        "ActivityWorker(activity_client, handle, executor=ProcessPoolExecutor())",
        "ActivityWorker(activity_client, handle_without_beat, executor=ProcessPoolExecutor())",
    ),
    "a decider of no argument": (
        "DeciderWorker(decision_client, decide_nothing)",
        "DeciderWorker(decision_client, decide)",
    ),
}
