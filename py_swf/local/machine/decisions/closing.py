"""The decisions that close an execution: complete, fail, cancel, and continue as new."""

from __future__ import annotations

from py_swf.local.machine.decisions.children import continue_as_the_same_child
from py_swf.local.machine.decisions.completion import Completion, Handler, known_type
from py_swf.local.machine.execution.entity import Wire
from py_swf.local.machine.settings import EXECUTION, resolve, undefined_cause

__all__ = ["close_with", "continue_as_new"]


def close_with(event_type: str) -> Handler:
    """Return the handler of a decision that closes the execution with an event of this type."""

    def close(completion: Completion, attributes: Wire) -> str | None:
        if completion.unhandled:
            return "UNHANDLED_DECISION"
        content = {**attributes, "decisionTaskCompletedEventId": completion.completed}
        completion.execution.record(event_type, **content)
        return None

    return close


def continue_as_new(completion: Completion, attributes: Wire) -> str | None:
    """Close the execution and start the next run of its workflow id."""
    state, execution, domain = completion.state, completion.execution, completion.domain
    if completion.unhandled:
        return "UNHANDLED_DECISION"
    present = execution.attributes["workflowType"]
    version = attributes.get("workflowTypeVersion") or present["version"]
    workflow_type = {"name": present["name"], "version": version}
    registered, cause = known_type("WORKFLOW", domain.workflow_types, workflow_type)
    if registered is None:
        return cause
    settings, missing = resolve(EXECUTION, attributes, registered.defaults)
    if missing is not None:
        return undefined_cause(missing)
    run_id = state.run_ids.take()
    execution.record(
        "WorkflowExecutionContinuedAsNew",
        newExecutionRunId=run_id,
        workflowType=workflow_type,
        decisionTaskCompletedEventId=completion.completed,
        **settings,
    )
    state.begin(
        domain,
        execution.workflow_id,
        workflow_type,
        settings,
        run_id=run_id,
        continuedExecutionRunId=execution.run_id,
        **continue_as_the_same_child(state, execution, run_id),
    )
    return None
