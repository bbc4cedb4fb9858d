"""The decisions about activity tasks: to schedule one, and to request its cancellation."""

from __future__ import annotations

from py_swf.local.machine.decisions.completion import Completion, known_type
from py_swf.local.machine.execution.activity_task import ActivityTask
from py_swf.local.machine.execution.entity import Wire
from py_swf.local.machine.execution.execution import Execution
from py_swf.local.machine.settings import ACTIVITY, resolve, undefined_cause

__all__ = ["request_cancel_activity_task", "schedule_activity_task"]


def schedule_activity_task(completion: Completion, attributes: Wire) -> str | None:
    """Schedule an activity task and put it into its task list."""
    state, execution = completion.state, completion.execution
    types = completion.domain.activity_types
    activity_type, cause = known_type("ACTIVITY", types, attributes["activityType"])
    if activity_type is None:
        return cause
    open_activities = execution.open(ActivityTask)
    if attributes["activityId"] in open_activities:
        return "ACTIVITY_ID_ALREADY_IN_USE"
    settings, missing = resolve(ACTIVITY, attributes, activity_type.defaults)
    if missing is not None:
        return undefined_cause(missing)
    if len(open_activities) >= state.limits.open_activities:
        return "OPEN_ACTIVITIES_LIMIT_EXCEEDED"
    task = ActivityTask(state.next_serial(), int(settings.get("taskPriority") or "0"))
    content = {**attributes, **settings, "decisionTaskCompletedEventId": completion.completed}
    execution.record("ActivityTaskScheduled", task, **content)
    execution.offer(task)
    return None


def request_cancel_activity_task(completion: Completion, attributes: Wire) -> str | None:
    """Request the cancellation of an activity task; one that has not started ends soon after."""
    execution = completion.execution
    task = execution.open(ActivityTask).get(attributes["activityId"])
    if task is None:
        return "ACTIVITY_ID_UNKNOWN"
    was_started = task.state != "scheduled"
    task.cancel_requested = execution.record(
        "ActivityTaskCancelRequested",
        task,
        activityId=attributes["activityId"],
        decisionTaskCompletedEventId=completion.completed,
    )
    if not was_started:
        completion.state.later(_cancel_unstarted, execution, task)
    return None


def _cancel_unstarted(execution: Execution, task: ActivityTask) -> None:
    if execution.closed is None:
        execution.record(
            "ActivityTaskCanceled",
            task,
            latestCancelRequestedEventId=task.cancel_requested,
            **task.references(),
        )
