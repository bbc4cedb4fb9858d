"""The 13 decisions: what each does to the execution, in a table keyed by its type.

A handler records what its decision brings about and returns None, or returns the cause for which
the decision fails and records nothing. A failed decision leaves its ...Failed event and does not
stop those after it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from .defaults import ACTIVITY, EXECUTION, resolve, undefined_cause
from .execution import Execution, begin
from .followups import cancel_unstarted, deliver, invoke, start_child
from .records import (
    ActivityTask,
    Child,
    Errand,
    ExternalCancel,
    ExternalSignal,
    LambdaTask,
    Timer,
    Wire,
    seconds,
)
from .rules import attributes_key
from .validation import service_model
from .world import DEPRECATED, Shelf, TypeRecord

__all__ = ["DECISIONS", "Turn", "allowed_causes", "apply"]


class Turn(NamedTuple):
    """One decision task's completion, while its decisions are applied.

    :param completed: id of the DecisionTaskCompleted event.
    :param unhandled: whether something happened that the decider has not seen.
    :param freed_timers: ids of the timers canceled in this list.
    """

    run: Execution
    completed: int
    unhandled: bool
    freed_timers: set[str]


class Decision(NamedTuple):
    """How one type of decision is handled.

    :param failed: the event of its failure.
    :param named: the attributes that the failure repeats.
    """

    handle: Callable[[Turn, Wire], str | None]
    failed: str
    named: tuple[str, ...] = ()


def apply(turn: Turn, decision: Wire, refused: str | None) -> bool:
    """Apply one decision.

    :param refused: the cause with which it must fail, None when nothing forbids it.
    :return: whether it succeeded.
    """
    kind = decision["decisionType"]
    attributes = decision.get(attributes_key(kind), {})
    handler = DECISIONS[kind]
    if refused is not None and kind in _ERRANDS:
        _send(turn, attributes, _ERRANDS[kind](attributes, refused))
        return False
    cause = refused or handler.handle(turn, attributes)
    if cause is None:
        return True
    turn.run.record(
        handler.failed,
        cause=cause,
        decisionTaskCompletedEventId=turn.completed,
        initiatedEventId=0 if kind == "StartChildWorkflowExecution" else None,
        **{name: attributes.get(name) for name in handler.named},
    )
    return False


@cache
def allowed_causes(kind: str) -> frozenset[str]:
    """Return the causes for which a type of decision can fail, as the model names them."""
    failed = DECISIONS[kind].failed
    return frozenset(service_model()["shapes"][f"{failed}Cause"]["enum"])


def _known(
    kind: str, shelf: Shelf[TypeRecord], name: str, version: str
) -> tuple[TypeRecord | None, str | None]:
    record = shelf.items.get((name, version))
    if record is None:
        return None, f"{kind}_TYPE_DOES_NOT_EXIST"
    if record.status == DEPRECATED:
        return None, f"{kind}_TYPE_DEPRECATED"
    return record, None


def _schedule_activity_task(turn: Turn, attributes: Wire) -> str | None:
    run, wanted = turn.run, attributes["activityType"]
    shelf = run.domain.activity_types
    kind, cause = _known("ACTIVITY", shelf, wanted["name"], wanted["version"])
    if kind is None:
        return cause
    if attributes["activityId"] in run.activities:
        return "ACTIVITY_ID_ALREADY_IN_USE"
    settings, missing = resolve(ACTIVITY, attributes, kind.defaults)
    if missing is not None:
        return undefined_cause(missing)
    if len(run.activities) >= run.world.limits.open_activities:
        return "OPEN_ACTIVITIES_LIMIT_EXCEEDED"
    content = {**attributes, **settings}
    clocks = {
        "SCHEDULE_TO_START": seconds(settings["scheduleToStartTimeout"]),
        "SCHEDULE_TO_CLOSE": seconds(settings["scheduleToCloseTimeout"]),
        "START_TO_CLOSE": seconds(settings["startToCloseTimeout"]),
        "HEARTBEAT": seconds(settings["heartbeatTimeout"]),
    }
    task = ActivityTask(run, content, clocks)
    number = run.record(
        "ActivityTaskScheduled", task, decisionTaskCompletedEventId=turn.completed, **content
    )
    run.activities[task.activity_id] = run.activity_tasks[number] = task
    run.world.offer(task)
    return None


def _request_cancel_activity_task(turn: Turn, attributes: Wire) -> str | None:
    run = turn.run
    task = run.activities.get(attributes["activityId"])
    if task is None:
        return "ACTIVITY_ID_UNKNOWN"
    unstarted = task.state == "scheduled"
    task.cancel_event = run.record(
        "ActivityTaskCancelRequested",
        task,
        activityId=task.activity_id,
        decisionTaskCompletedEventId=turn.completed,
    )
    if unstarted:
        run.world.later(cancel_unstarted, run, task)
    return None


def _record_marker(turn: Turn, attributes: Wire) -> str | None:
    turn.run.record("MarkerRecorded", decisionTaskCompletedEventId=turn.completed, **attributes)
    return None


def _start_timer(turn: Turn, attributes: Wire) -> str | None:
    run, timer_id = turn.run, attributes["timerId"]
    held = () if run.world.choices.timer_id_free_at_once else turn.freed_timers
    if timer_id in run.timers or timer_id in held:
        return "TIMER_ID_ALREADY_IN_USE"
    if len(run.timers) >= run.world.limits.open_timers:
        return "OPEN_TIMERS_LIMIT_EXCEEDED"
    timer = Timer(timer_id, int(attributes["startToFireTimeout"]))
    run.record("TimerStarted", timer, decisionTaskCompletedEventId=turn.completed, **attributes)
    run.timers[timer_id] = timer
    return None


def _cancel_timer(turn: Turn, attributes: Wire) -> str | None:
    run = turn.run
    timer = run.timers.get(attributes["timerId"])
    if timer is None:
        return "TIMER_ID_UNKNOWN"
    turn.freed_timers.add(timer.timer_id)
    run.record(
        "TimerCanceled",
        timer,
        timerId=timer.timer_id,
        startedEventId=timer.opened,
        decisionTaskCompletedEventId=turn.completed,
    )
    return None


def _send(turn: Turn, attributes: Wire, errand: Errand) -> None:
    errand.attributes = {**attributes, "decisionTaskCompletedEventId": turn.completed}
    initiated = next(iter(errand.table[""]))
    turn.run.record(initiated, errand, **errand.attributes)
    turn.run.world.later(deliver, turn.run, errand)


def _signal_external(turn: Turn, attributes: Wire) -> str | None:
    _send(turn, attributes, ExternalSignal(attributes, None))
    return None


def _request_cancel_external(turn: Turn, attributes: Wire) -> str | None:
    _send(turn, attributes, ExternalCancel(attributes, None))
    return None


def _start_child(turn: Turn, attributes: Wire) -> str | None:
    run, wanted = turn.run, attributes["workflowType"]
    domain, limits = run.domain, run.world.limits
    kind, cause = _known("WORKFLOW", domain.workflow_types, wanted["name"], wanted["version"])
    if kind is None:
        return cause
    if domain.status == DEPRECATED:
        return "WORKFLOW_TYPE_DEPRECATED"
    settings, missing = resolve(EXECUTION, attributes, kind.defaults)
    if missing is not None:
        return undefined_cause(missing)
    if len(run.children) >= limits.open_children:
        return "OPEN_CHILDREN_LIMIT_EXCEEDED"
    if len(domain.open) + domain.starting >= limits.open_executions:
        return "OPEN_WORKFLOWS_LIMIT_EXCEEDED"
    content = {**attributes, **settings, "decisionTaskCompletedEventId": turn.completed}
    child = Child(content)
    number = run.record("StartChildWorkflowExecutionInitiated", child, **content)
    run.children[number] = child
    domain.starting += 1
    run.world.later(start_child, run, child, settings)
    return None


def _schedule_lambda_function(turn: Turn, attributes: Wire) -> str | None:
    run = turn.run
    if attributes["id"] in run.lambdas:
        return "ID_ALREADY_IN_USE"
    if len(run.lambdas) >= run.world.limits.open_lambda_functions:
        return "OPEN_LAMBDA_FUNCTIONS_LIMIT_EXCEEDED"
    task = LambdaTask(attributes)
    run.record(
        "LambdaFunctionScheduled", task, decisionTaskCompletedEventId=turn.completed, **attributes
    )
    run.lambdas[task.id] = task
    run.world.later(invoke, run, task)
    return None


def _close_with(event_type: str) -> Callable[[Turn, Wire], str | None]:
    def handle(turn: Turn, attributes: Wire) -> str | None:
        if turn.unhandled:
            return "UNHANDLED_DECISION"
        turn.run.record(event_type, decisionTaskCompletedEventId=turn.completed, **attributes)
        return None

    return handle


def _continue_as_new(turn: Turn, attributes: Wire) -> str | None:
    run = turn.run
    if turn.unhandled:
        return "UNHANDLED_DECISION"
    version: str = attributes.get("workflowTypeVersion") or run.workflow_type["version"]
    workflow_type = {"name": run.workflow_type["name"], "version": version}
    kind, cause = _known("WORKFLOW", run.domain.workflow_types, workflow_type["name"], version)
    if kind is None:
        return cause
    settings, missing = resolve(EXECUTION, attributes, kind.defaults)
    if missing is not None:
        return undefined_cause(missing)
    run_id = run.world.run_ids.take()
    run.record(
        "WorkflowExecutionContinuedAsNew",
        newExecutionRunId=run_id,
        workflowType=workflow_type,
        decisionTaskCompletedEventId=turn.completed,
        **settings,
    )
    begin(
        run.world,
        run.domain,
        run.workflow_id,
        workflow_type,
        settings,
        run_id=run_id,
        parent=run.parent,
        as_child=run.as_child,
        continued=run.run_id,
    )
    return None


_ERRANDS: dict[str, Callable[[Any, str], Errand]] = {
    "SignalExternalWorkflowExecution": ExternalSignal,
    "RequestCancelExternalWorkflowExecution": ExternalCancel,
}

DECISIONS: dict[str, Decision] = {
    "ScheduleActivityTask": Decision(
        _schedule_activity_task, "ScheduleActivityTaskFailed", ("activityType", "activityId")
    ),
    "RequestCancelActivityTask": Decision(
        _request_cancel_activity_task, "RequestCancelActivityTaskFailed", ("activityId",)
    ),
    "CompleteWorkflowExecution": Decision(
        _close_with("WorkflowExecutionCompleted"), "CompleteWorkflowExecutionFailed"
    ),
    "FailWorkflowExecution": Decision(
        _close_with("WorkflowExecutionFailed"), "FailWorkflowExecutionFailed"
    ),
    "CancelWorkflowExecution": Decision(
        _close_with("WorkflowExecutionCanceled"), "CancelWorkflowExecutionFailed"
    ),
    "ContinueAsNewWorkflowExecution": Decision(
        _continue_as_new, "ContinueAsNewWorkflowExecutionFailed"
    ),
    "RecordMarker": Decision(_record_marker, "RecordMarkerFailed", ("markerName",)),
    "StartTimer": Decision(_start_timer, "StartTimerFailed", ("timerId",)),
    "CancelTimer": Decision(_cancel_timer, "CancelTimerFailed", ("timerId",)),
    "SignalExternalWorkflowExecution": Decision(
        _signal_external, "SignalExternalWorkflowExecutionFailed"
    ),
    "RequestCancelExternalWorkflowExecution": Decision(
        _request_cancel_external, "RequestCancelExternalWorkflowExecutionFailed"
    ),
    "StartChildWorkflowExecution": Decision(
        _start_child, "StartChildWorkflowExecutionFailed", ("workflowType", "workflowId", "control")
    ),
    "ScheduleLambdaFunction": Decision(
        _schedule_lambda_function, "ScheduleLambdaFunctionFailed", ("id", "name")
    ),
}
