"""The operations of deciders and activity workers: polls, answers, heartbeats, counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .decisions import Turn, allowed_causes, apply
from .execution import Execution, Override
from .faults import invalid, unknown
from .ids import TaskToken
from .pages import page_size, position, token, window
from .records import ActivityTask, DecisionTask, Wire
from .runs import unknown_run
from .world import HistoryFull, World

__all__ = ["task_operations"]

Operation = Callable[[World, Wire], Wire]

_DECISION = 1
_ACTIVITY = 2
_POLL = "PollForDecisionTask"


def _token_of(task: DecisionTask | ActivityTask) -> str:
    run = task.execution
    kind = _DECISION if task.kind == "decision" else _ACTIVITY
    return TaskToken(kind, run.domain.number, run.run_id, task.opened, run.workflow_id).text()


def _open_run(world: World, text: str, kind: int) -> tuple[Execution, int]:
    parsed = TaskToken.parse(text)
    if parsed is None or parsed.kind != kind:
        raise invalid("Invalid token")
    run = world.runs.get(parsed.run_id)
    if run is None or run.closed is not None:
        raise unknown_run(parsed.workflow_id if run is None else run.workflow_id, parsed.run_id)
    return run, parsed.scheduled_event_id


def _decision_task(world: World, text: str) -> DecisionTask:
    run, scheduled = _open_run(world, text, _DECISION)
    if run.started is None or run.started.opened != scheduled:
        raise unknown(f"Unknown decision task, scheduledEventId = {scheduled}")
    return run.started


def _activity_task(world: World, text: str) -> ActivityTask:
    run, scheduled = _open_run(world, text, _ACTIVITY)
    task = run.activity_tasks.get(scheduled)
    if task is None or not task.started:
        raise unknown(f"Unknown activity, scheduledEventId = {scheduled}")
    return task


def _hand_out(
    world: World, kind: str, request: Wire, start: Callable[[Any, str | None], None]
) -> Any:
    domain, task_list = world.domain(request["domain"]), request["taskList"]["name"]
    while (task := world.take(kind, domain, task_list)) is not None:
        try:
            start(task, request.get("identity"))
        except HistoryFull:
            continue
        return task
    return None


def _empty(world: World, answer: Wire) -> Wire:
    text = world.choices.empty_task_token
    return answer if text is None else {**answer, "taskToken": text}


def _start_decision(task: DecisionTask, identity: str | None) -> None:
    run = task.execution
    task.previous = run.previous_started
    task.started = run.record(
        "DecisionTaskStarted", task, scheduledEventId=task.opened, identity=identity
    )
    run.waiting, run.started = None, task


def poll_for_decision_task(world: World, request: Wire) -> Wire:
    """Hand out a decision task with the first page of its history, or give a further page."""
    place = position(world, _POLL, request)
    if place is not None:
        world.domain(request["domain"])
        task = _decision_task(world, place[0])
        return _decision_answer(world, request, task, place[1], place[2])
    task = _hand_out(world, "decision", request, _start_decision)
    if task is None:
        return _empty(world, {"startedEventId": 0, "previousStartedEventId": 0})
    new_only = request.get("startAtPreviousStartedEvent", False)
    first = max(1, task.previous) if new_only else 1
    return _decision_answer(world, request, task, first, task.started)


def _decision_answer(
    world: World, request: Wire, task: DecisionTask, first: int, last: int
) -> Wire:
    run, text = task.execution, _token_of(task)
    reverse = request.get("reverseOrder", False)
    events, left = window(run.events, first, last, page_size(world, request), reverse)
    answer: Wire = {
        "taskToken": text,
        "startedEventId": task.started,
        "previousStartedEventId": task.previous,
        "workflowExecution": run.names(),
        "workflowType": run.workflow_type,
        "events": events,
    }
    if left is not None:
        answer["nextPageToken"] = token(world, _POLL, request, [text, *left])
    return answer


def respond_decision_task_completed(world: World, request: Wire) -> Wire:
    """Complete a decision task and apply its decisions in order."""
    task = _decision_task(world, request["taskToken"])
    run, decisions = task.execution, request.get("decisions", [])
    refusals = [_refused(world, run, decision["decisionType"]) for decision in decisions]
    completed = run.record(
        "DecisionTaskCompleted",
        task,
        scheduledEventId=task.opened,
        startedEventId=task.started,
        executionContext=request.get("executionContext"),
        taskList=request.get("taskList"),
        taskListScheduleToStartTimeout=request.get("taskListScheduleToStartTimeout"),
    )
    run.previous_started = task.started
    run.context = request.get("executionContext", run.context)
    if "taskList" in request:
        run.override = _override(run, request)
    _apply_all(run, completed, decisions, refusals)
    return {}


def _refused(world: World, run: Execution, kind: str) -> str | None:
    cause = None if world.refuse is None else world.refuse(kind, run.workflow_id)
    if cause is not None and cause not in allowed_causes(kind):
        allowed = sorted(allowed_causes(kind))
        raise ValueError(f"refuse gave {cause!r} for {kind}, which can fail with: {allowed}")
    return cause


def _override(run: Execution, request: Wire) -> Override | None:
    name, limit = request["taskList"]["name"], request.get("taskListScheduleToStartTimeout")
    if name == run.settings["taskList"]["name"] and limit is None:
        return None
    return Override(name, None if limit == "NONE" else limit)


def _apply_all(
    run: Execution, completed: int, decisions: list[Wire], refusals: list[str | None]
) -> None:
    turn = Turn(run, completed, run.waiting is not None, set())
    run.deciding, run.wanted = True, False
    for decision, refused in zip(decisions, refusals, strict=True):
        succeeded = apply(turn, decision, refused)
        if not succeeded and run.world.choices.earlier_failures_block_close:
            turn = turn._replace(unhandled=True)
    run.deciding = False
    if run.closed is not None:
        return
    if run.wanted:
        run.schedule_decision()
    run.decision_over()


def poll_for_activity_task(world: World, request: Wire) -> Wire:
    """Hand out an activity task."""
    task = _hand_out(world, "activity", request, _start_activity)
    if task is None:
        return _empty(world, {"startedEventId": 0})
    answer: Wire = {
        "taskToken": _token_of(task),
        "activityId": task.activity_id,
        "startedEventId": task.started,
        "workflowExecution": task.execution.names(),
        "activityType": task.activity_type,
    }
    if task.input is not None:
        answer["input"] = task.input
    return answer


def _start_activity(task: ActivityTask, identity: str | None) -> None:
    task.started = task.execution.record(
        "ActivityTaskStarted", task, scheduledEventId=task.opened, identity=identity
    )


def record_activity_task_heartbeat(world: World, request: Wire) -> Wire:
    """Let the heartbeat clock begin anew; say whether cancellation was requested."""
    task = _activity_task(world, request["taskToken"])
    task.details = request.get("details", task.details)
    task.execution.restart_clock(task, "HEARTBEAT")
    return {"cancelRequested": task.cancel_event is not None}


def _end_activity(world: World, request: Wire, event_type: str, **attributes: Any) -> Wire:
    task = _activity_task(world, request["taskToken"])
    task.execution.record(
        event_type, task, scheduledEventId=task.opened, startedEventId=task.started, **attributes
    )
    return {}


def respond_activity_task_completed(world: World, request: Wire) -> Wire:
    """End an activity task with a result."""
    return _end_activity(world, request, "ActivityTaskCompleted", result=request.get("result"))


def respond_activity_task_failed(world: World, request: Wire) -> Wire:
    """End an activity task with a failure."""
    reason, details = request.get("reason"), request.get("details")
    return _end_activity(world, request, "ActivityTaskFailed", reason=reason, details=details)


def respond_activity_task_canceled(world: World, request: Wire) -> Wire:
    """End an activity task as canceled, whether or not that was requested."""
    task = _activity_task(world, request["taskToken"])
    return _end_activity(
        world,
        request,
        "ActivityTaskCanceled",
        details=request.get("details"),
        latestCancelRequestedEventId=task.cancel_event,
    )


def _pending_counter(kind: str) -> Operation:
    def handle(world: World, request: Wire) -> Wire:
        domain, task_list = world.domain(request["domain"]), request["taskList"]["name"]
        heap = domain.task_lists.get((kind, task_list))
        return {"count": 0 if heap is None else len(heap), "truncated": False}

    return handle


def task_operations() -> Mapping[str, Operation]:
    """Return the 9 operations of this module by name."""
    return {
        "PollForDecisionTask": poll_for_decision_task,
        "RespondDecisionTaskCompleted": respond_decision_task_completed,
        "PollForActivityTask": poll_for_activity_task,
        "RecordActivityTaskHeartbeat": record_activity_task_heartbeat,
        "RespondActivityTaskCompleted": respond_activity_task_completed,
        "RespondActivityTaskFailed": respond_activity_task_failed,
        "RespondActivityTaskCanceled": respond_activity_task_canceled,
        "CountPendingDecisionTasks": _pending_counter("decision"),
        "CountPendingActivityTasks": _pending_counter("activity"),
    }
