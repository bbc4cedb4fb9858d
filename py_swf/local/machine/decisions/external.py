"""The decisions that reach another execution: to signal it, and to request its cancellation."""

from __future__ import annotations

from py_swf.local.machine.decisions.completion import Completion
from py_swf.local.machine.execution.entity import Wire
from py_swf.local.machine.execution.execution import Execution
from py_swf.local.machine.execution.external_request import (
    ExternalCancel,
    ExternalRequest,
    ExternalSignal,
)
from py_swf.local.machine.state.service_state import ServiceState

__all__ = ["EXTERNAL_REQUESTS", "request_cancel_external", "send", "signal_external"]

#: decision type -> what it sends
EXTERNAL_REQUESTS: dict[str, type[ExternalRequest]] = {
    "SignalExternalWorkflowExecution": ExternalSignal,
    "RequestCancelExternalWorkflowExecution": ExternalCancel,
}


def signal_external(completion: Completion, attributes: Wire) -> None:
    """Send a signal."""
    send(completion, attributes, ExternalSignal(None))


def request_cancel_external(completion: Completion, attributes: Wire) -> None:
    """Send a cancel request."""
    send(completion, attributes, ExternalCancel(None))


def send(completion: Completion, attributes: Wire, request: ExternalRequest) -> None:
    """Record that a request is on its way; it is delivered soon after."""
    content = {**attributes, "decisionTaskCompletedEventId": completion.completed}
    completion.execution.record(request.initiated, request, **content)
    completion.state.later(_deliver, completion.state, completion.execution, request)


def _deliver(state: ServiceState, sender: Execution, request: ExternalRequest) -> None:
    """Deliver a request to its target, and tell the sender."""
    target = _target(state, sender, request)
    if target is None:
        _fail(sender, request)
        return
    state.later(_confirm, sender, request, target.names())
    content: Wire = {
        "externalWorkflowExecution": sender.names(),
        "externalInitiatedEventId": request.opened,
    }
    if isinstance(request, ExternalCancel):
        target.cancel_requested = True
        target.record("WorkflowExecutionCancelRequested", **content)
    else:
        content["signalName"] = request.attributes["signalName"]
        content["input"] = request.attributes.get("input")
        target.record("WorkflowExecutionSignaled", **content)


def _target(state: ServiceState, sender: Execution, request: ExternalRequest) -> Execution | None:
    target = state.domain(sender.domain).open.get(request.attributes["workflowId"])
    if request.refused is not None or target is None:
        return None
    return target if request.attributes.get("runId") in {None, target.run_id} else None


def _confirm(sender: Execution, request: ExternalRequest, target: Wire) -> None:
    if sender.closed is None:
        sender.record(
            request.delivered, request, workflowExecution=target, initiatedEventId=request.opened
        )


def _fail(sender: Execution, request: ExternalRequest) -> None:
    if sender.closed is None:
        attributes = request.attributes
        sender.record(
            request.failed,
            request,
            workflowId=attributes["workflowId"],
            runId=attributes.get("runId"),
            cause=request.refused or "UNKNOWN_EXTERNAL_WORKFLOW_EXECUTION",
            initiatedEventId=request.opened,
            control=attributes.get("control"),
            decisionTaskCompletedEventId=attributes["decisionTaskCompletedEventId"],
        )
