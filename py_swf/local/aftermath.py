"""What the close of an execution brings to its parent and to its children.

Both are follow-up steps: they run after the step that closed the execution, each on its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .lives import ATTRIBUTES

if TYPE_CHECKING:
    from .execution import Execution
    from .records import Child

__all__ = ["apply_child_policy", "report_to_parent"]

#: close status -> the parent's event, and what it copies from the child's closing event
_REPORTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "COMPLETED": ("ChildWorkflowExecutionCompleted", ("result",)),
    "FAILED": ("ChildWorkflowExecutionFailed", ("reason", "details")),
    "CANCELED": ("ChildWorkflowExecutionCanceled", ("details",)),
    "TIMED_OUT": ("ChildWorkflowExecutionTimedOut", ("timeoutType",)),
    "TERMINATED": ("ChildWorkflowExecutionTerminated", ()),
}


def report_to_parent(run: Execution) -> None:
    """Have the parent told; of a run that continues as new it is told nothing."""
    if run.parent is not None and run.as_child is not None and run.state in _REPORTS:
        run.world.later(_report, run, run.parent, run.as_child)


def _report(run: Execution, parent: Execution, child: Child) -> None:
    if parent.closed is not None or child.state != "started":
        return
    event_type, copied = _REPORTS[run.state]
    last = run.events[-1]
    closing = last[ATTRIBUTES[last["eventType"]]]
    parent.record(
        event_type,
        child,
        workflowExecution=run.names(),
        workflowType=run.workflow_type,
        initiatedEventId=child.opened,
        startedEventId=child.started,
        **{name: closing.get(name) for name in copied},
    )


def apply_child_policy(run: Execution) -> None:
    """Have the child policy applied to every open child of a closed execution.

    A termination and a timeout say which policy holds; else it is the execution's own. A child
    that was initiated in the same step is started first.
    """
    choices = run.world.choices
    if run.state == "CONTINUED_AS_NEW":
        wanted = choices.child_policy_on_continue_as_new
    elif run.state in {"TERMINATED", "TIMED_OUT"}:
        wanted = True
    else:
        wanted = choices.child_policy_on_normal_close
    policy = run.settings["childPolicy"]
    if run.state == "TERMINATED":
        policy = run.events[-1]["workflowExecutionTerminatedEventAttributes"]["childPolicy"]
    action = _POLICIES.get(policy)
    if wanted and action is not None:
        for child in run.children.values():
            run.world.later(action, run, child)


def _terminate(parent: Execution, child: Child) -> None:
    run = child.execution
    if run is not None and run.closed is None:
        policy = run.settings["childPolicy"]
        run.record("WorkflowExecutionTerminated", cause="CHILD_POLICY_APPLIED", childPolicy=policy)


def _request_cancel(parent: Execution, child: Child) -> None:
    run = child.execution
    if run is not None and run.closed is None:
        run.cancel_requested = True
        run.record(
            "WorkflowExecutionCancelRequested",
            cause="CHILD_POLICY_APPLIED",
            externalWorkflowExecution=parent.names(),
            externalInitiatedEventId=0,
        )


_POLICIES: dict[str, Callable[[Execution, Child], None]] = {
    "TERMINATE": _terminate,
    "REQUEST_CANCEL": _request_cancel,
}
