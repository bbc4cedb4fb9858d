"""The operations on one execution: start, signal, cancel, terminate, describe, read its history."""

from __future__ import annotations

from collections.abc import Mapping

from py_swf.local.machine.execution.entity import Wire
from py_swf.local.machine.execution.execution import Execution
from py_swf.local.machine.faults import Fault, unknown, unknown_execution, unknown_type
from py_swf.local.machine.operations.operation import Operation
from py_swf.local.machine.operations.pages import page_size, position, token, window
from py_swf.local.machine.settings import EXECUTION, resolve
from py_swf.local.machine.state.registrations import DEPRECATED
from py_swf.local.machine.state.service_state import ServiceState

__all__ = ["EXECUTION_OPERATIONS", "execution_info"]


def _open_execution(state: ServiceState, request: Wire) -> Execution:
    domain, workflow_id = state.domain(request["domain"]), request["workflowId"]
    execution = domain.open.get(workflow_id)
    run_id = request.get("runId")
    if run_id is None and execution is None:
        raise unknown(f"Unknown execution, workflowId = {workflow_id}")
    if execution is None or run_id not in {None, execution.run_id}:
        raise unknown_execution(workflow_id, run_id or "")
    return execution


def _any_execution(state: ServiceState, request: Wire) -> Execution:
    domain, names = state.domain(request["domain"]), request["execution"]
    execution = state.executions.get(names["runId"])
    if execution is None or execution.domain != domain.name or execution.names() != names:
        raise unknown_execution(names["workflowId"], names["runId"])
    return execution


def start_workflow_execution(state: ServiceState, request: Wire) -> Wire:
    """Start an execution and return its run id."""
    domain, wanted = state.domain(request["domain"]), request["workflowType"]
    name, version = wanted["name"], wanted["version"]
    registered = domain.workflow_types.items.get((name, version))
    if domain.status == DEPRECATED:
        raise Fault(state.choices.deprecated_domain_fault, domain.name)
    if registered is None:
        raise unknown_type("WorkflowType", name, version)
    if registered.status == DEPRECATED:
        raise Fault("TypeDeprecatedFault", f"WorkflowType=[name={name}, version={version}]")
    settings, missing = resolve(EXECUTION, request, registered.defaults)
    if missing is not None:
        raise Fault("DefaultUndefinedFault", missing)
    if request["workflowId"] in domain.open:
        message = state.choices.already_started_message
        raise Fault("WorkflowExecutionAlreadyStartedFault", message)
    limit = state.limits.open_executions
    if len(domain.open) + domain.starting >= limit:
        raise Fault("LimitExceededFault", f"At most {limit} open executions in a domain")
    return {"runId": state.begin(domain, request["workflowId"], wanted, settings).run_id}


def signal_workflow_execution(state: ServiceState, request: Wire) -> Wire:
    """Record a signal."""
    _open_execution(state, request).record(
        "WorkflowExecutionSignaled",
        signalName=request["signalName"],
        input=request.get("input"),
        externalInitiatedEventId=0,
    )
    return {}


def request_cancel_workflow_execution(state: ServiceState, request: Wire) -> Wire:
    """Record a cancel request; it is up to the decider what to do about it."""
    execution = _open_execution(state, request)
    execution.cancel_requested = True
    execution.record("WorkflowExecutionCancelRequested", externalInitiatedEventId=0)
    return {}


def terminate_workflow_execution(state: ServiceState, request: Wire) -> Wire:
    """Close an execution at once."""
    execution = _open_execution(state, request)
    execution.record(
        "WorkflowExecutionTerminated",
        reason=request.get("reason"),
        details=request.get("details"),
        childPolicy=request.get("childPolicy", execution.attributes["childPolicy"]),
        cause="OPERATOR_INITIATED",
    )
    return {}


_CONFIGURATION = (
    "taskStartToCloseTimeout",
    "executionStartToCloseTimeout",
    "taskList",
    "taskPriority",
    "childPolicy",
    "lambdaRole",
)


def execution_info(execution: Execution) -> Wire:
    """Return the WorkflowExecutionInfo of an execution."""
    is_open, attributes = execution.closed is None, execution.attributes
    info: Wire = {
        "execution": execution.names(),
        "workflowType": dict(attributes["workflowType"]),
        "startTimestamp": execution.began,
        "executionStatus": "OPEN" if is_open else "CLOSED",
        "cancelRequested": execution.cancel_requested
        and (is_open or execution.host.choices.cancel_requested_after_close),
    }
    if not is_open:
        info["closeTimestamp"] = execution.closed
        info["closeStatus"] = execution.state
    if "parentWorkflowExecution" in attributes:
        info["parent"] = attributes["parentWorkflowExecution"]
    if attributes.get("tagList"):
        info["tagList"] = list(attributes["tagList"])
    return info


def describe_workflow_execution(state: ServiceState, request: Wire) -> Wire:
    """Return what is known about an execution, open or closed."""
    execution = _any_execution(state, request)
    settings = execution.attributes
    answer: Wire = {
        "executionInfo": execution_info(execution),
        "executionConfiguration": {m: settings[m] for m in _CONFIGURATION if m in settings},
        "openCounts": execution.open_counts(),
    }
    if execution.latest_activity is not None:
        answer["latestActivityTaskTimestamp"] = execution.latest_activity
    if execution.context is not None:
        answer["latestExecutionContext"] = execution.context
    return answer


def get_workflow_execution_history(state: ServiceState, request: Wire) -> Wire:
    """Return a page of an execution's events."""
    execution, operation = _any_execution(state, request), "GetWorkflowExecutionHistory"
    place = position(state, operation, request, int, int)
    reverse = request.get("reverseOrder", False)
    first, last = (1, len(execution.events)) if place is None else place
    if not reverse:
        last = len(execution.events)
    size = page_size(state, request)
    events, left = window(execution.events, first, last, size, reverse)
    answer: Wire = {"events": events}
    if left is not None:
        answer["nextPageToken"] = token(state, operation, request, list(left))
    return answer


EXECUTION_OPERATIONS: Mapping[str, Operation] = {
    "StartWorkflowExecution": start_workflow_execution,
    "SignalWorkflowExecution": signal_workflow_execution,
    "RequestCancelWorkflowExecution": request_cancel_workflow_execution,
    "TerminateWorkflowExecution": terminate_workflow_execution,
    "DescribeWorkflowExecution": describe_workflow_execution,
    "GetWorkflowExecutionHistory": get_workflow_execution_history,
}
