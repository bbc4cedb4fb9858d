"""The decision to call a Lambda function, and the call."""

from __future__ import annotations

import json

from py_swf.local.machine.decisions.completion import Completion
from py_swf.local.machine.execution.entity import Wire
from py_swf.local.machine.execution.execution import Execution
from py_swf.local.machine.execution.lambda_function import LambdaFunction
from py_swf.local.machine.state.service_state import ServiceState

__all__ = ["schedule_lambda_function"]

_NO_ROLE = "No IAM role is attached to the current workflow execution."


def schedule_lambda_function(completion: Completion, attributes: Wire) -> str | None:
    """Schedule a Lambda function, which is called soon after."""
    state, execution = completion.state, completion.execution
    open_functions = execution.open(LambdaFunction)
    if attributes["id"] in open_functions:
        return "ID_ALREADY_IN_USE"
    if len(open_functions) >= state.limits.open_lambda_functions:
        return "OPEN_LAMBDA_FUNCTIONS_LIMIT_EXCEEDED"
    function = LambdaFunction()
    content = {**attributes, "decisionTaskCompletedEventId": completion.completed}
    execution.record("LambdaFunctionScheduled", function, **content)
    state.later(_call, state, execution, function)
    return None


def _call(state: ServiceState, execution: Execution, function: LambdaFunction) -> None:
    """Call a function, if the execution has a role for it.

    A function that raises TimeoutError counts as one that does not answer: it ends with its
    start-to-close timeout.
    """
    if execution.closed is not None:
        return
    scheduled = function.opened
    if not execution.attributes.get("lambdaRole"):
        content = {"cause": "ASSUME_ROLE_FAILED", "message": _NO_ROLE}
        execution.record(
            "StartLambdaFunctionFailed", function, scheduledEventId=scheduled, **content
        )
        return
    function.started = execution.record(
        "LambdaFunctionStarted", function, scheduledEventId=scheduled
    )
    try:
        event_type, content = _answer(state, function)
    except TimeoutError:
        return
    if function.state == "started" and execution.closed is None:  # the function may have closed it
        references = {"scheduledEventId": scheduled, "startedEventId": function.started}
        execution.record(event_type, function, **references, **content)


def _answer(state: ServiceState, function: LambdaFunction) -> tuple[str, Wire]:
    name = function.attributes["name"]
    functions = state.lambda_functions
    call = functions.get(name) or functions.get(name.rpartition(":")[2])
    if call is None:
        details = f"Function not found: {name}"
        return "LambdaFunctionFailed", {"reason": "ResourceNotFoundException", "details": details}
    try:
        result = call(function.attributes.get("input", "{}"))
        if not isinstance(result, str):
            raise TypeError(f"a Lambda function must return a string, got {result!r}")
    except TimeoutError:
        raise
    except Exception as error:  # whatever the user's function raises is its failure
        trouble = {"errorMessage": str(error), "errorType": type(error).__name__}
        details = json.dumps({**trouble, "stackTrace": []})[:32768]
        return "LambdaFunctionFailed", {"reason": "UnhandledError", "details": details}
    return "LambdaFunctionCompleted", {"result": result}
