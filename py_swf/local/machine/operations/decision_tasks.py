"""The operations of deciders: poll for a decision task, complete it, count tasks."""

from __future__ import annotations

from collections.abc import Mapping

from py_swf.local.machine.decisions.completion import Completion
from py_swf.local.machine.decisions.table import allowed_causes, apply
from py_swf.local.machine.execution.decision_task import DecisionTask, Override
from py_swf.local.machine.execution.entity import Wire
from py_swf.local.machine.execution.execution import Execution
from py_swf.local.machine.faults import unknown
from py_swf.local.machine.operations.operation import Operation
from py_swf.local.machine.operations.pages import page_size, position, token, window
from py_swf.local.machine.operations.tasks import (
    count_pending,
    empty_answer,
    find_execution,
    take_task,
    task_token,
)
from py_swf.local.machine.state.service_state import ServiceState

__all__ = ["DECISION_TASK_OPERATIONS"]

_POLL = "PollForDecisionTask"


def _started_task(state: ServiceState, token: str) -> tuple[Execution, DecisionTask]:
    execution, scheduled = find_execution(state, token, "decision")
    task = execution.open(DecisionTask).get(scheduled)
    if task is None or not task.started:
        raise unknown(f"Unknown decision task, scheduledEventId = {scheduled}")
    return execution, task


def poll_for_decision_task(state: ServiceState, request: Wire) -> Wire:
    """Hand out a decision task with the first page of its history, or return a further page."""
    place = position(state, _POLL, request, str, int, int)
    if place is not None:
        state.domain(request["domain"])
        execution, task = _started_task(state, place[0])
        return _answer(state, request, execution, task, place[1], place[2])
    found = take_task(state, "decision", request, _start)
    if found is None:
        return empty_answer(state, {"startedEventId": 0, "previousStartedEventId": 0})
    execution, task = found
    new_only = request.get("startAtPreviousStartedEvent", False)
    first = max(1, task.previous_started) if new_only else 1
    return _answer(state, request, execution, task, first, task.started)


def _start(execution: Execution, task: DecisionTask, identity: str | None) -> None:
    task.previous_started = execution.previous_started
    task.started = execution.record(
        "DecisionTaskStarted", task, scheduledEventId=task.opened, identity=identity
    )


def _answer(
    state: ServiceState,
    request: Wire,
    execution: Execution,
    task: DecisionTask,
    first: int,
    last: int,
) -> Wire:
    text, reverse = task_token(state, execution, task), request.get("reverseOrder", False)
    events, left = window(execution.events, first, last, page_size(state, request), reverse)
    answer: Wire = {
        "taskToken": text,
        "startedEventId": task.started,
        "previousStartedEventId": task.previous_started,
        "workflowExecution": execution.names(),
        "workflowType": execution.attributes["workflowType"],
        "events": events,
    }
    if left is not None:
        answer["nextPageToken"] = token(state, _POLL, request, [text, *left])
    return answer


def respond_decision_task_completed(state: ServiceState, request: Wire) -> Wire:
    """Complete a decision task and apply its decisions in order."""
    execution, task = _started_task(state, request["taskToken"])
    decisions = request.get("decisions", [])
    refusals = [_refused(state, execution, decision["decisionType"]) for decision in decisions]
    completed = execution.record(
        "DecisionTaskCompleted",
        task,
        executionContext=request.get("executionContext"),
        taskList=request.get("taskList"),
        taskListScheduleToStartTimeout=request.get("taskListScheduleToStartTimeout"),
        **task.references(),
    )
    execution.previous_started = task.started
    execution.context = request.get("executionContext", execution.context)
    if "taskList" in request:
        execution.override = _override(execution, request)
    unhandled = execution.decision_task("scheduled") is not None
    completion = Completion(state, execution, completed, unhandled, set())
    _apply_all(completion, decisions, refusals)
    return {}


def _refused(state: ServiceState, execution: Execution, kind: str) -> str | None:
    """Return the cause with which an injected fault makes a decision fail, None without one."""
    cause = None if state.refuse is None else state.refuse(kind, execution.workflow_id)
    if cause is not None and cause not in allowed_causes(kind):
        allowed = sorted(allowed_causes(kind))
        raise ValueError(f"refuse gave {cause!r} for {kind}, which can fail with: {allowed}")
    return cause


def _override(execution: Execution, request: Wire) -> Override | None:
    name, limit = request["taskList"]["name"], request.get("taskListScheduleToStartTimeout")
    if name == execution.attributes["taskList"]["name"] and limit is None:
        return None
    return Override(name, None if limit == "NONE" else limit)


def _apply_all(completion: Completion, decisions: list[Wire], refusals: list[str | None]) -> None:
    """Apply decisions; they schedule at most one decision task, after the last of them."""
    execution, choices = completion.execution, completion.state.choices
    execution.deciding, execution.wanted = True, False
    for decision, refused in zip(decisions, refusals, strict=True):
        succeeded = apply(completion, decision, refused)
        if not succeeded and choices.earlier_failures_block_close:
            completion = completion._replace(unhandled=True)
    execution.deciding = False
    if execution.closed is None:
        if execution.wanted:
            execution.schedule_decision_task()
        execution.offer_decision_task()


DECISION_TASK_OPERATIONS: Mapping[str, Operation] = {
    "PollForDecisionTask": poll_for_decision_task,
    "RespondDecisionTaskCompleted": respond_decision_task_completed,
    "CountPendingDecisionTasks": count_pending("decision"),
}
