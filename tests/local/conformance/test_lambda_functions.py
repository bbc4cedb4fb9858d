"""Lambda functions: how they are called, and the ways in which they end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from py_swf.local import LocalSWF
from tests.local.scenes import (
    after_first_decision,
    attributes,
    decide,
    decision,
    describe,
    events,
    moment,
    of,
    register,
    shape,
    start,
    types,
)

ROLE = "arn:aws:iam::1:role/r"


def function(name: str = "f", function_id: str = "l", **more: str) -> dict[str, Any]:
    """Schedule a Lambda function."""
    return decision("ScheduleLambdaFunction", id=function_id, name=name, **more)


def lambda_scene(name: str, **functions: Any) -> tuple[Any, dict[str, str]]:
    """Start an execution with a role in a service with these functions, and call one of them."""
    client = LocalSWF(seed=0, lambda_functions=functions).client()
    register(client)
    execution = start(client, lambdaRole=ROLE)
    decide(client, function(name, input="in", control="c"))
    return client, execution


def test_lambda_completes() -> None:
    """A function's result is recorded with references to its schedule and start."""
    client, execution = lambda_scene("f", f=lambda text: f"got {text}")
    history = events(client, execution)
    assert after_first_decision(history) == [
        "5 LambdaFunctionScheduled(dtc 4)",
        "6 LambdaFunctionStarted(5)",
        "7 LambdaFunctionCompleted(5,6)",
        "8 DTS",
    ]
    scheduled = attributes(history[4])
    assert scheduled.pop("startToCloseTimeout", "900") == "900"
    assert scheduled == {
        "id": "l",
        "name": "f",
        "input": "in",
        "control": "c",
        "decisionTaskCompletedEventId": 4,
    }
    assert attributes(history[6])["result"] == "got in"


def test_lambda_fails() -> None:
    """A function that raises gives a failure with the error as JSON text."""

    def broken(text: str) -> str:
        raise ValueError(f"no {text}")

    client, execution = lambda_scene("f", f=broken)
    history = events(client, execution)
    assert shape(history)[6:] == ["7 LambdaFunctionFailed(5,6)", "8 DTS"]
    failed = attributes(history[6])
    details = json.loads(failed["details"])
    assert failed["reason"] == "UnhandledError"
    assert (details["errorType"], details["errorMessage"]) == ("ValueError", "no in")
    assert "stackTrace" in details


def test_lambda_unknown() -> None:
    """A function that does not exist fails as a missing resource."""
    client, execution = lambda_scene("nothing")
    (failed,) = of(events(client, execution), "LambdaFunctionFailed")
    assert failed["reason"] == "ResourceNotFoundException"


def test_lambda_without_input() -> None:
    """A function called without input gets an empty object."""
    client = LocalSWF(seed=0, lambda_functions={"f": lambda text: text}).client()
    register(client)
    execution = start(client, lambdaRole=ROLE)
    decide(client, function())
    assert of(events(client, execution), "LambdaFunctionCompleted")[0]["result"] == "{}"


def test_lambda_without_role(ready: Any) -> None:
    """Without a role, the function is scheduled but cannot be started."""
    execution = start(ready)
    decide(ready, function())
    history = events(ready, execution)
    assert after_first_decision(history) == [
        "5 LambdaFunctionScheduled(dtc 4)",
        "6 StartLambdaFunctionFailed(ASSUME_ROLE_FAILED, 5)",
        "7 DTS",
    ]
    message = "No IAM role is attached to the current workflow execution."
    assert attributes(history[5])["message"] == message


def unanswered(text: str) -> str:
    """Act as a Lambda function that never returns."""
    raise TimeoutError


@pytest.mark.parametrize(
    ("given", "limit"), [({"startToCloseTimeout": "10"}, 10), ({}, 900)], ids=["given", "default"]
)
def test_lambda_times_out(given: dict[str, str], limit: int) -> None:
    """A function that does not return times out, by default after 900 seconds."""
    swf = LocalSWF(seed=0, lambda_functions={"f": unanswered})
    client = swf.client()
    register(client)
    execution = start(client, lambdaRole=ROLE)
    decide(client, function(**given))
    swf.advance(limit - 0.001)
    assert after_first_decision(events(client, execution))[1:] == ["6 LambdaFunctionStarted(5)"]
    assert describe(client, execution)["openCounts"]["openLambdaFunctions"] == 1
    swf.advance(60)
    history = events(client, execution)
    assert shape(history)[6:] == ["7 LambdaFunctionTimedOut(START_TO_CLOSE, 5,6)", "8 DTS"]
    assert moment(history[6]) == moment(history[5]) + limit


def test_lambda_id_in_use() -> None:
    """The id of an open Lambda task cannot be used again, that of a closed one can."""
    client = LocalSWF(seed=0, lambda_functions={"f": lambda text: text}).client()
    register(client)
    execution = start(client, lambdaRole=ROLE)
    decide(client, function(), function())
    (failed,) = of(events(client, execution), "ScheduleLambdaFunctionFailed")
    assert (failed["id"], failed["name"], failed["cause"]) == ("l", "f", "ID_ALREADY_IN_USE")
    decide(client, function())
    assert types(events(client, execution)).count("LambdaFunctionCompleted") == 2
