"""Steps that the service takes by itself, soon after a decision: each runs on its own.

Starting a child, carrying a signal or a cancel request to another execution, calling a Lambda
function, and canceling an activity task that nobody had started.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .execution import begin

if TYPE_CHECKING:
    from .execution import Execution
    from .records import ActivityTask, Child, Errand, LambdaTask, Wire

__all__ = ["cancel_unstarted", "deliver", "invoke", "start_child"]

_NO_ROLE = "No IAM role is attached to the current workflow execution."


def cancel_unstarted(run: Execution, task: ActivityTask) -> None:
    """Record that an activity task was canceled before anybody started it."""
    if run.closed is None:
        run.record(
            "ActivityTaskCanceled",
            task,
            scheduledEventId=task.opened,
            startedEventId=0,
            latestCancelRequestedEventId=task.cancel_event,
        )


def start_child(parent: Execution, child: Child, settings: Wire) -> None:
    """Start a child, also when its parent has closed meanwhile."""
    domain, attributes = parent.domain, child.attributes
    domain.starting -= 1
    workflow_type = attributes["workflowType"]
    if attributes["workflowId"] in domain.open:
        if parent.closed is None:
            parent.record(
                "StartChildWorkflowExecutionFailed",
                child,
                workflowId=attributes["workflowId"],
                workflowType=workflow_type,
                cause="WORKFLOW_ALREADY_RUNNING",
                control=attributes.get("control"),
                initiatedEventId=child.opened,
                decisionTaskCompletedEventId=attributes["decisionTaskCompletedEventId"],
            )
        return
    run = begin(
        parent.world,
        domain,
        attributes["workflowId"],
        workflow_type,
        settings,
        parent=parent,
        as_child=child,
    )
    if parent.closed is None:
        child.started = parent.record(
            "ChildWorkflowExecutionStarted",
            child,
            workflowExecution=run.names(),
            workflowType=workflow_type,
            initiatedEventId=child.opened,
        )


def _target(sender: Execution, errand: Errand) -> Execution | None:
    run_id = errand.attributes.get("runId")
    target = sender.domain.open.get(errand.attributes["workflowId"])
    if errand.refused is not None or target is None or run_id not in {None, target.run_id}:
        return None
    return target


def deliver(sender: Execution, errand: Errand) -> None:
    """Carry a signal or a cancel request to its target, and have the sender told."""
    target = _target(sender, errand)
    if target is None:
        _fail(sender, errand)
        return
    sender.world.later(_confirm, sender, errand, target.names())
    attributes = errand.attributes
    if errand.name == "external cancel":
        target.cancel_requested = True
        event_type, content = "WorkflowExecutionCancelRequested", {}
    else:
        event_type = "WorkflowExecutionSignaled"
        content = {"signalName": attributes["signalName"], "input": attributes.get("input")}
    target.record(
        event_type,
        externalWorkflowExecution=sender.names(),
        externalInitiatedEventId=errand.opened,
        **content,
    )


def _confirm(sender: Execution, errand: Errand, target: Wire) -> None:
    if sender.closed is None:
        sender.record(
            errand.delivered, errand, workflowExecution=target, initiatedEventId=errand.opened
        )


def _fail(sender: Execution, errand: Errand) -> None:
    if sender.closed is None:
        attributes = errand.attributes
        sender.record(
            errand.failed,
            errand,
            workflowId=attributes["workflowId"],
            runId=attributes.get("runId"),
            cause=errand.refused or "UNKNOWN_EXTERNAL_WORKFLOW_EXECUTION",
            initiatedEventId=errand.opened,
            control=attributes.get("control"),
            decisionTaskCompletedEventId=attributes["decisionTaskCompletedEventId"],
        )


def invoke(run: Execution, task: LambdaTask) -> None:
    """Call a Lambda function, if the execution has a role for it.

    A function that raises TimeoutError counts as one that does not answer: the task ends when
    its start-to-close timeout does.
    """
    if run.closed is not None:
        return
    if not run.settings.get("lambdaRole"):
        run.record(
            "StartLambdaFunctionFailed",
            task,
            scheduledEventId=task.opened,
            cause="ASSUME_ROLE_FAILED",
            message=_NO_ROLE,
        )
        return
    task.started = run.record("LambdaFunctionStarted", task, scheduledEventId=task.opened)
    try:
        event_type, content = _answer(run, task)
    except TimeoutError:
        return
    if task.state == "started" and run.closed is None:  # the function may have ended the run
        references = {"scheduledEventId": task.opened, "startedEventId": task.started}
        run.record(event_type, task, **references, **content)


def _answer(run: Execution, task: LambdaTask) -> tuple[str, Wire]:
    functions = run.world.lambda_functions
    function = functions.get(task.function) or functions.get(task.function.rpartition(":")[2])
    if function is None:
        details = f"Function not found: {task.function}"
        return "LambdaFunctionFailed", {"reason": "ResourceNotFoundException", "details": details}
    try:
        result = function(task.input)
        if not isinstance(result, str):
            raise TypeError(f"a Lambda function must return a string, got {result!r}")
    except TimeoutError:
        raise
    except Exception as error:  # whatever the caller's function raises is its failure
        trouble = {"errorMessage": str(error), "errorType": type(error).__name__}
        details = json.dumps({**trouble, "stackTrace": []})[:32768]
        return "LambdaFunctionFailed", {"reason": "UnhandledError", "details": details}
    return "LambdaFunctionCompleted", {"result": result}
