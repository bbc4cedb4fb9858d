"""Lambda functions in workflows."""

import asyncio
import json

import pytest

from py_swf import events as ev
from py_swf import flow
from py_swf.local import LocalSWF
from py_swf.testing import play
from tests.flow.shop import failing, history_of, of_type


def test_an_await_is_the_result():
    """Awaiting a Lambda function gives it its value as JSON, and returns what it returned."""
    double = flow.LambdaFunction("double", timeout=30, returns=float)

    @flow.workflow
    async def doubles() -> float:
        first, second = await asyncio.gather(double({"x": 2}), double.start({"x": 3}))
        return first + second

    def function(text):
        return str(json.loads(text)["x"] * 2)

    swf = LocalSWF(lambda_functions={"double": function})
    assert play(doubles, on=swf) == 10.0
    scheduled = of_type(history_of(swf), ev.LambdaFunctionScheduled)
    assert [(event.id, event.start_to_close_timeout) for event in scheduled] == [
        ("double-1", 30),
        ("double-2", 30),
    ]


def test_a_failure_is_raised():
    """An error in a Lambda function is LambdaFailed; a retry schedules it again under its id."""
    flaky = flow.LambdaFunction("flaky")
    patient = flow.LambdaFunction("patient", retry=flow.Retry(2))
    work = failing(1, ValueError("no"))

    def broken(text):
        raise ValueError("no")

    @flow.workflow
    async def tries() -> str:
        with pytest.raises(flow.LambdaFailed) as caught:
            await flaky()
        assert caught.value.function == "flaky"
        return await patient()

    functions = {"flaky": broken, "patient": lambda text: json.dumps(work())}
    assert play(tries, lambda_functions=functions) == "attempt 2"


def test_a_function_that_takes_too_long_or_cannot_be_invoked():
    """A timeout and a missing role are errors of their own."""
    function = flow.LambdaFunction("f")

    @flow.workflow
    async def without_role() -> str:
        with pytest.raises(flow.LambdaNotStarted) as caught:
            await function()
        return str(caught.value.cause)

    swf = LocalSWF()
    boto = swf.client()
    boto.register_domain(name="d", workflowExecutionRetentionPeriodInDays="7")
    boto.register_workflow_type(
        domain="d",
        name="without_role",
        version="1",
        defaultExecutionStartToCloseTimeout="60",
        defaultTaskStartToCloseTimeout="60",
    )
    assert play(without_role, on=swf) == "ASSUME_ROLE_FAILED"


def test_functions_are_added_to_a_given_service():
    """Functions that are given to play are known to the service that it plays on."""

    @flow.workflow
    async def doubles() -> int:
        return await flow.LambdaFunction("double")(3) + await flow.LambdaFunction("same")(3)

    swf = LocalSWF(lambda_functions={"same": lambda text: text})
    functions = {"double": lambda text: str(2 * int(text))}
    assert play(doubles, on=swf, lambda_functions=functions) == 9


def test_its_settings_are_checked():
    """A timeout that the service would refuse is refused where it is written."""
    with pytest.raises(ValueError, match="start_to_close_timeout is 901 seconds"):
        flow.LambdaFunction("f", timeout=901)
