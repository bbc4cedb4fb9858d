"""The operations of activity workers: poll for a task, heartbeat, answer it, count tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from py_swf.local.machine.execution.activity_task import ActivityTask
from py_swf.local.machine.execution.entity import Wire, event_attributes_member
from py_swf.local.machine.execution.execution import Execution
from py_swf.local.machine.faults import unknown
from py_swf.local.machine.operations.operation import Operation
from py_swf.local.machine.operations.tasks import (
    count_pending,
    empty_answer,
    find_execution,
    take_task,
    task_token,
)
from py_swf.local.machine.state.service_state import ServiceState

__all__ = ["ACTIVITY_TASK_OPERATIONS"]


def _started_task(state: ServiceState, token: str) -> tuple[Execution, ActivityTask]:
    execution, scheduled = find_execution(state, token, "activity")
    activity_id = _activity_id(execution, scheduled)
    task = execution.open(ActivityTask).get(activity_id)
    if task is None or task.opened != scheduled or not task.started:
        raise unknown(f"Unknown activity, scheduledEventId = {scheduled}")
    return execution, task


def _activity_id(execution: Execution, scheduled: int) -> str | None:
    """Return the activity id that an ActivityTaskScheduled event names."""
    event = execution.events[scheduled - 1] if 0 < scheduled <= len(execution.events) else {}
    attributes = event.get(event_attributes_member("ActivityTaskScheduled"), {})
    activity_id: str | None = attributes.get("activityId")
    return activity_id


def poll_for_activity_task(state: ServiceState, request: Wire) -> Wire:
    """Hand out an activity task."""
    found = take_task(state, "activity", request, _start)
    if found is None:
        return empty_answer(state, {"startedEventId": 0})
    execution, task = found
    answer: Wire = {
        "taskToken": task_token(state, execution, task),
        "activityId": task.attributes["activityId"],
        "startedEventId": task.started,
        "workflowExecution": execution.names(),
        "activityType": task.attributes["activityType"],
    }
    if "input" in task.attributes:
        answer["input"] = task.attributes["input"]
    return answer


def _start(execution: Execution, task: ActivityTask, identity: str | None) -> None:
    task.started = execution.record(
        "ActivityTaskStarted", task, scheduledEventId=task.opened, identity=identity
    )


def record_activity_task_heartbeat(state: ServiceState, request: Wire) -> Wire:
    """Restart the heartbeat timeout, and say whether cancellation was requested."""
    execution, task = _started_task(state, request["taskToken"])
    state.changes.of_execution(execution, task)
    task.details = request.get("details", task.details)
    execution.restart_timeout(task, "HEARTBEAT")
    return {"cancelRequested": task.cancel_requested is not None}


def _end(state: ServiceState, request: Wire, event_type: str, **attributes: Any) -> Wire:
    execution, task = _started_task(state, request["taskToken"])
    execution.record(event_type, task, **task.references(), **attributes)
    return {}


def respond_activity_task_completed(state: ServiceState, request: Wire) -> Wire:
    """End an activity task with a result."""
    return _end(state, request, "ActivityTaskCompleted", result=request.get("result"))


def respond_activity_task_failed(state: ServiceState, request: Wire) -> Wire:
    """End an activity task with a failure."""
    reason, details = request.get("reason"), request.get("details")
    return _end(state, request, "ActivityTaskFailed", reason=reason, details=details)


def respond_activity_task_canceled(state: ServiceState, request: Wire) -> Wire:
    """End an activity task as canceled, whether or not that was requested."""
    _, task = _started_task(state, request["taskToken"])
    return _end(
        state,
        request,
        "ActivityTaskCanceled",
        details=request.get("details"),
        latestCancelRequestedEventId=task.cancel_requested,
    )


ACTIVITY_TASK_OPERATIONS: Mapping[str, Operation] = {
    "PollForActivityTask": poll_for_activity_task,
    "RecordActivityTaskHeartbeat": record_activity_task_heartbeat,
    "RespondActivityTaskCompleted": respond_activity_task_completed,
    "RespondActivityTaskFailed": respond_activity_task_failed,
    "RespondActivityTaskCanceled": respond_activity_task_canceled,
    "CountPendingActivityTasks": count_pending("activity"),
}
