"""The 13 decisions in one table: what applies each of them, and the event if it fails.

A decision that fails leaves its ...Failed event and does not stop those after it.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from py_swf.local.machine.decisions.activities import (
    request_cancel_activity_task,
    schedule_activity_task,
)
from py_swf.local.machine.decisions.children import start_child_workflow_execution
from py_swf.local.machine.decisions.closing import close_with, continue_as_new
from py_swf.local.machine.decisions.completion import Completion, Handler
from py_swf.local.machine.decisions.external import (
    EXTERNAL_REQUESTS,
    request_cancel_external,
    send,
    signal_external,
)
from py_swf.local.machine.decisions.lambda_functions import schedule_lambda_function
from py_swf.local.machine.decisions.markers import record_marker
from py_swf.local.machine.decisions.timers import cancel_timer, start_timer
from py_swf.local.machine.execution.entity import Wire
from py_swf.local.machine.requests.model import service_model
from py_swf.local.machine.requests.rules import attributes_key

__all__ = ["DECISIONS", "Decision", "allowed_causes", "apply"]


class Decision(NamedTuple):
    """How one type of decision is applied.

    :param failed: the event of its failure.
    :param repeated: the attributes that the failure repeats.
    """

    handle: Handler
    failed: str
    repeated: tuple[str, ...] = ()


DECISIONS: dict[str, Decision] = {
    "ScheduleActivityTask": Decision(
        schedule_activity_task, "ScheduleActivityTaskFailed", ("activityType", "activityId")
    ),
    "RequestCancelActivityTask": Decision(
        request_cancel_activity_task, "RequestCancelActivityTaskFailed", ("activityId",)
    ),
    "CompleteWorkflowExecution": Decision(
        close_with("WorkflowExecutionCompleted"), "CompleteWorkflowExecutionFailed"
    ),
    "FailWorkflowExecution": Decision(
        close_with("WorkflowExecutionFailed"), "FailWorkflowExecutionFailed"
    ),
    "CancelWorkflowExecution": Decision(
        close_with("WorkflowExecutionCanceled"), "CancelWorkflowExecutionFailed"
    ),
    "ContinueAsNewWorkflowExecution": Decision(
        continue_as_new, "ContinueAsNewWorkflowExecutionFailed"
    ),
    "RecordMarker": Decision(record_marker, "RecordMarkerFailed", ("markerName",)),
    "StartTimer": Decision(start_timer, "StartTimerFailed", ("timerId",)),
    "CancelTimer": Decision(cancel_timer, "CancelTimerFailed", ("timerId",)),
    "SignalExternalWorkflowExecution": Decision(
        signal_external, "SignalExternalWorkflowExecutionFailed"
    ),
    "RequestCancelExternalWorkflowExecution": Decision(
        request_cancel_external, "RequestCancelExternalWorkflowExecutionFailed"
    ),
    "StartChildWorkflowExecution": Decision(
        start_child_workflow_execution,
        "StartChildWorkflowExecutionFailed",
        ("workflowType", "workflowId", "control"),
    ),
    "ScheduleLambdaFunction": Decision(
        schedule_lambda_function, "ScheduleLambdaFunctionFailed", ("id", "name")
    ),
}


def apply(completion: Completion, decision: Wire, refused: str | None) -> bool:
    """Apply one decision.

    :param refused: the cause with which it must fail, None if nothing forbids it.
    :return: whether it succeeded.
    """
    kind = decision["decisionType"]
    attributes = decision.get(attributes_key(kind), {})
    if refused is not None and kind in EXTERNAL_REQUESTS:
        # It leaves its Initiated event all the same, and fails on the way.
        send(completion, attributes, EXTERNAL_REQUESTS[kind](refused))
        return False
    handle, failed, repeated = DECISIONS[kind]
    cause = refused or handle(completion, attributes)
    if cause is None:
        return True
    completion.execution.record(
        failed,
        cause=cause,
        decisionTaskCompletedEventId=completion.completed,
        initiatedEventId=0 if kind == "StartChildWorkflowExecution" else None,
        **{name: attributes.get(name) for name in repeated},
    )
    return False


@cache
def allowed_causes(kind: str) -> frozenset[str]:
    """Return the causes for which a type of decision can fail, as the model names them."""
    failed = DECISIONS[kind].failed
    return frozenset(service_model()["shapes"][f"{failed}Cause"]["enum"])
