"""Child workflow executions: start one, tell its parent when it ends, apply the child policy.

The start, the report to the parent and the child policy are follow-up steps: each runs on its own,
after the step that asked for it.
"""

from __future__ import annotations

from collections.abc import Callable

from py_swf.local.machine.decisions.completion import Completion, known_type
from py_swf.local.machine.execution.child_execution import ChildExecution
from py_swf.local.machine.execution.entity import Wire, event_attributes_member
from py_swf.local.machine.execution.execution import Execution
from py_swf.local.machine.settings import EXECUTION, resolve, undefined_cause
from py_swf.local.machine.state.domain import Domain
from py_swf.local.machine.state.registrations import DEPRECATED
from py_swf.local.machine.state.service_state import ServiceState

__all__ = ["after_close", "continue_as_the_same_child", "start_child_workflow_execution"]


def start_child_workflow_execution(completion: Completion, attributes: Wire) -> str | None:
    """Initiate a child workflow execution."""
    state, parent, domain = completion.state, completion.execution, completion.domain
    types = domain.workflow_types
    workflow_type, cause = known_type("WORKFLOW", types, attributes["workflowType"])
    if workflow_type is None:
        return cause
    if domain.status == DEPRECATED:
        return "WORKFLOW_TYPE_DEPRECATED"
    settings, missing = resolve(EXECUTION, attributes, workflow_type.defaults)
    if missing is not None:
        return undefined_cause(missing)
    if len(parent.open(ChildExecution)) >= state.limits.open_children:
        return "OPEN_CHILDREN_LIMIT_EXCEEDED"
    if len(domain.open) + domain.starting >= state.limits.open_executions:
        return "OPEN_WORKFLOWS_LIMIT_EXCEEDED"
    child = ChildExecution()
    content = {**attributes, **settings, "decisionTaskCompletedEventId": completion.completed}
    parent.record("StartChildWorkflowExecutionInitiated", child, **content)
    domain.starting += 1
    state.later(_start, state, domain, parent, child, settings)
    return None


def _start(
    state: ServiceState, domain: Domain, parent: Execution, child: ChildExecution, settings: Wire
) -> None:
    """Start a child, even if its parent has closed meanwhile."""
    domain.starting -= 1
    workflow_id, workflow_type = child.attributes["workflowId"], child.attributes["workflowType"]
    if workflow_id in domain.open:
        _fail_to_start(parent, child)
        return
    child.run_id = state.run_ids.take()
    execution = state.begin(
        domain,
        workflow_id,
        workflow_type,
        settings,
        run_id=child.run_id,
        parentWorkflowExecution=parent.names(),
        parentInitiatedEventId=child.opened,
    )
    if parent.closed is None:
        child.started = parent.record(
            "ChildWorkflowExecutionStarted",
            child,
            workflowExecution=execution.names(),
            workflowType=workflow_type,
            initiatedEventId=child.opened,
        )


def _fail_to_start(parent: Execution, child: ChildExecution) -> None:
    if parent.closed is None:
        parent.record(
            "StartChildWorkflowExecutionFailed",
            child,
            cause="WORKFLOW_ALREADY_RUNNING",
            workflowId=child.attributes["workflowId"],
            workflowType=child.attributes["workflowType"],
            control=child.attributes.get("control"),
            initiatedEventId=child.opened,
            decisionTaskCompletedEventId=child.attributes["decisionTaskCompletedEventId"],
        )


def continue_as_the_same_child(state: ServiceState, execution: Execution, run_id: str) -> Wire:
    """Make a new run the child that an execution was; return what its first event says of that."""
    parent, child = _parent(state, execution), _as_child(state, execution)
    if parent is not None and child is not None:
        state.changes.of_execution(parent, child)
        child.run_id = run_id
    names = ("parentWorkflowExecution", "parentInitiatedEventId")
    return {name: execution.attributes.get(name) for name in names}


def _parent(state: ServiceState, execution: Execution) -> Execution | None:
    names = execution.attributes.get("parentWorkflowExecution")
    return None if names is None else state.executions.get(names["runId"])


def _as_child(state: ServiceState, execution: Execution) -> ChildExecution | None:
    """Return an execution as its parent sees it; None without an open parent."""
    parent = _parent(state, execution)
    initiated = execution.attributes["parentInitiatedEventId"]
    return None if parent is None else parent.open(ChildExecution).get(initiated)


def after_close(state: ServiceState, execution: Execution) -> None:
    """Tell the parent that a child closed, and apply the child policy to the open children."""
    if execution.state in _REPORTS and "parentWorkflowExecution" in execution.attributes:
        state.later(_report_to_parent, state, execution)
    policy = _POLICIES.get(_child_policy(execution))
    if policy is not None and _policy_applies(state, execution):
        for child in execution.open(ChildExecution).values():
            state.later(policy, state, execution, child)


#: close status -> the parent's event, and what it copies from the child's closing event
_REPORTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "COMPLETED": ("ChildWorkflowExecutionCompleted", ("result",)),
    "FAILED": ("ChildWorkflowExecutionFailed", ("reason", "details")),
    "CANCELED": ("ChildWorkflowExecutionCanceled", ("details",)),
    "TIMED_OUT": ("ChildWorkflowExecutionTimedOut", ("timeoutType",)),
    "TERMINATED": ("ChildWorkflowExecutionTerminated", ()),
}


def _report_to_parent(state: ServiceState, execution: Execution) -> None:
    parent, child = _parent(state, execution), _as_child(state, execution)
    if parent is None or child is None or child.state != "started":
        return
    event_type, copied = _REPORTS[execution.state]
    closing = _closing_attributes(execution)
    parent.record(
        event_type,
        child,
        workflowExecution=execution.names(),
        workflowType=execution.attributes["workflowType"],
        initiatedEventId=child.opened,
        startedEventId=child.started,
        **{name: closing.get(name) for name in copied},
    )


def _closing_attributes(execution: Execution) -> Wire:
    last = execution.events[-1]
    attributes: Wire = last[event_attributes_member(last["eventType"])]
    return attributes


def _child_policy(execution: Execution) -> str:
    """Return the policy that applies: a termination brings its own."""
    said_by = _closing_attributes(execution) if execution.state == "TERMINATED" else {}
    policy: str = {**execution.attributes, **said_by}["childPolicy"]
    return policy


def _policy_applies(state: ServiceState, execution: Execution) -> bool:
    if execution.state in {"TERMINATED", "TIMED_OUT"}:
        return True
    if execution.state == "CONTINUED_AS_NEW":
        return state.choices.child_policy_on_continue_as_new
    return state.choices.child_policy_on_normal_close


def _open_execution(state: ServiceState, child: ChildExecution) -> Execution | None:
    execution = None if child.run_id is None else state.executions.get(child.run_id)
    return execution if execution is not None and execution.closed is None else None


def _terminate(state: ServiceState, parent: Execution, child: ChildExecution) -> None:
    execution = _open_execution(state, child)
    if execution is not None:
        policy = execution.attributes["childPolicy"]
        cause = "CHILD_POLICY_APPLIED"
        execution.record("WorkflowExecutionTerminated", cause=cause, childPolicy=policy)


def _request_cancel(state: ServiceState, parent: Execution, child: ChildExecution) -> None:
    execution = _open_execution(state, child)
    if execution is not None:
        execution.cancel_requested = True
        execution.record(
            "WorkflowExecutionCancelRequested",
            cause="CHILD_POLICY_APPLIED",
            externalWorkflowExecution=parent.names(),
            externalInitiatedEventId=0,
        )


_POLICIES: dict[str, Callable[[ServiceState, Execution, ChildExecution], None]] = {
    "TERMINATE": _terminate,
    "REQUEST_CANCEL": _request_cancel,
}
