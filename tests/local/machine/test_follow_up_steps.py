"""The steps that the service takes by itself after a decision."""

from __future__ import annotations

import json
from typing import Any

import pytest

from py_swf.local.machine.limits import Limits
from tests.local.bare_machine import ROLE, Machine, activity, child, complete, decision, timer

LAMBDA = decision("ScheduleLambdaFunction", id="l", name="f", input="in")


def lambda_machine(function: Any) -> Machine:
    """Return a machine whose execution has called a function."""
    machine = Machine(lambda_functions={"f": function})
    machine.start(lambdaRole=ROLE)
    machine.decide(LAMBDA)
    machine.advance()
    return machine


def test_a_function_gets_the_input() -> None:
    """The function is called with the decision's input, and its result is recorded."""
    machine = lambda_machine(lambda text: text + "!")
    assert machine.last("LambdaFunctionCompleted") == {
        "scheduledEventId": 5,
        "startedEventId": 6,
        "result": "in!",
    }


def test_a_function_without_input_gets_an_object() -> None:
    """An absent input is passed as an empty JSON object."""
    seen: list[str] = []
    machine = Machine(lambda_functions={"f": lambda text: seen.append(text) or "ok"})  # type: ignore[func-returns-value]
    machine.start(lambdaRole=ROLE)
    machine.decide(decision("ScheduleLambdaFunction", id="l", name="f"))
    machine.advance()
    assert seen == ["{}"]


def test_a_function_named_by_its_arn() -> None:
    """A name that is an ARN finds the function by its last part."""
    machine = Machine(lambda_functions={"f": lambda text: "found"})
    machine.start(lambdaRole=ROLE)
    arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    machine.decide(decision("ScheduleLambdaFunction", id="l", name=arn))
    machine.advance()
    assert machine.last("LambdaFunctionCompleted")["result"] == "found"


def fails(text: str) -> str:
    """Raise an error."""
    raise RuntimeError("broken " + "x" * 40_000)


def test_a_function_that_raises() -> None:
    """Its error is the failure's details, cut to what an event may hold."""
    failed = lambda_machine(fails).last("LambdaFunctionFailed")
    assert failed["reason"] == "UnhandledError"
    assert failed["details"].startswith('{"errorMessage": "broken ')
    assert len(failed["details"]) == 32_768


def test_a_function_that_returns_no_text() -> None:
    """A result that is not a string is a failure of the function."""
    failed = lambda_machine(lambda text: 1).last("LambdaFunctionFailed")
    assert json.loads(failed["details"])["errorType"] == "TypeError"


def test_a_function_that_is_not_there() -> None:
    """An unknown name is a failure after the start."""
    machine = Machine()
    machine.start(lambdaRole=ROLE)
    machine.decide(LAMBDA)
    machine.advance()
    assert machine.last("LambdaFunctionFailed")["reason"] == "ResourceNotFoundException"


def never(text: str) -> str:
    """Never answer."""
    raise TimeoutError


def test_a_function_that_never_answers() -> None:
    """The task ends by its own timeout, 900 seconds when none is given."""
    machine = lambda_machine(never)
    machine.advance(899)
    assert machine.types()[-1] == "LambdaFunctionStarted"
    machine.advance(1)
    assert machine.last("LambdaFunctionTimedOut") == {
        "scheduledEventId": 5,
        "startedEventId": 6,
        "timeoutType": "START_TO_CLOSE",
    }


def test_a_function_that_ends_its_own_execution() -> None:
    """Nothing follows the closing event, whatever the function returns."""
    machines: list[Machine] = []

    def terminate(text: str) -> str:
        machines[0].call("TerminateWorkflowExecution", domain="d", workflowId="w")
        return "done"

    machines.append(Machine(lambda_functions={"f": terminate}))
    machines[0].start(lambdaRole=ROLE)
    machines[0].decide(LAMBDA)
    machines[0].advance()
    assert machines[0].types()[-2:] == ["LambdaFunctionStarted", "WorkflowExecutionTerminated"]


def test_a_function_calls_back_at_its_own_time() -> None:
    """A function's own calls happen when it runs, before everything that is due later."""
    machines: list[Machine] = []

    def signal(text: str) -> str:
        machines[0].signal()
        return "done"

    machines.append(Machine(lambda_functions={"f": signal}))
    machines[0].start(lambdaRole=ROLE)
    machines[0].decide(LAMBDA, timer(seconds=60))
    machines[0].advance(100)
    times = {e["eventType"]: e["eventTimestamp"] for e in machines[0].service.history("w")}
    begun = times["LambdaFunctionStarted"]
    assert times["WorkflowExecutionSignaled"] == times["LambdaFunctionCompleted"] == begun
    assert times["TimerFired"] == begun + 60


def test_a_function_of_a_closed_execution_is_not_called() -> None:
    """An execution that closed in the same list calls nothing."""
    seen: list[str] = []
    machine = Machine(lambda_functions={"f": lambda text: seen.append(text) or ""})  # type: ignore[func-returns-value]
    machine.start(lambdaRole=ROLE)
    machine.decide(LAMBDA, complete())
    machine.advance()
    assert seen == []


def test_an_unstarted_activity_is_canceled_after_the_list() -> None:
    """The cancel comes as a step of its own, and a second request in the list makes no second."""
    machine = Machine()
    machine.start()
    cancel = decision("RequestCancelActivityTask", activityId="a")
    machine.decide(activity("a"), cancel, cancel, decision("RecordMarker", markerName="m"))
    assert machine.types()[5:] == [
        "ActivityTaskCancelRequested",
        "ActivityTaskCancelRequested",
        "MarkerRecorded",
        "ActivityTaskCanceled",
        "DecisionTaskScheduled",
    ]
    assert machine.last("ActivityTaskCanceled") == {
        "scheduledEventId": 5,
        "startedEventId": 0,
        "latestCancelRequestedEventId": 7,
    }


def test_the_id_of_a_withdrawn_activity_is_not_free_yet() -> None:
    """Until the cancel is recorded the activity is open."""
    machine = Machine()
    machine.start()
    cancel = decision("RequestCancelActivityTask", activityId="a")
    machine.decide(activity("a"), cancel, activity("a"))
    assert machine.last("ScheduleActivityTaskFailed")["cause"] == "ACTIVITY_ID_ALREADY_IN_USE"
    machine.decide(activity("a"))
    assert machine.types()[-1] == "ActivityTaskScheduled"


def test_two_children_of_one_id() -> None:
    """The second of two children with one workflow id finds the first running."""
    machine = Machine()
    machine.start()
    machine.decide(child("c", control="1"), child("c", control="2"))
    assert machine.last("ChildWorkflowExecutionStarted")["initiatedEventId"] == 5
    assert machine.last("StartChildWorkflowExecutionFailed") == {
        "workflowId": "c",
        "workflowType": {"name": "flow", "version": "1"},
        "cause": "WORKFLOW_ALREADY_RUNNING",
        "control": "2",
        "initiatedEventId": 6,
        "decisionTaskCompletedEventId": 4,
    }


@pytest.mark.parametrize(("policy", "open_"), [("TERMINATE", False), ("ABANDON", True)])
def test_a_child_of_a_parent_that_closed_at_once(policy: str, open_: bool) -> None:
    """The child is still started, and then the parent's policy applies to it."""
    machine = Machine()
    machine.start(childPolicy=policy)
    machine.decide(child(), complete())
    assert ("WorkflowExecutionTerminated" not in machine.types("c")) == open_
    assert machine.types()[-1] == "WorkflowExecutionCompleted"


def test_a_message_of_a_closed_sender_arrives() -> None:
    """A signal sent in a closing list is delivered, but not confirmed."""
    machine = Machine()
    machine.start("target", taskList={"name": "x"})
    machine.start()
    sent = decision("SignalExternalWorkflowExecution", workflowId="target", signalName="s")
    machine.decide(sent, complete())
    assert machine.last("WorkflowExecutionSignaled", "target")["externalInitiatedEventId"] == 5
    assert machine.types()[-1] == "WorkflowExecutionCompleted"


def test_a_message_that_fills_the_targets_history() -> None:
    """The target is terminated; the sender learns of a delivery and goes on."""
    machine = Machine(limits=Limits(events=9))
    machine.start("target", taskList={"name": "x"})
    for _ in range(6):
        machine.signal("target")
    machine.start()
    machine.decide(decision("SignalExternalWorkflowExecution", workflowId="target", signalName="s"))
    assert machine.types("target")[-1] == "WorkflowExecutionTerminated"
    assert "ExternalWorkflowExecutionSignaled" in machine.types()


def test_a_message_to_another_run() -> None:
    """A run id that is not the open one is unknown."""
    machine = Machine()
    closed = machine.start("target")
    machine.decide(complete())
    machine.start("target", taskList={"name": "x"})
    machine.start()
    machine.decide(
        decision("RequestCancelExternalWorkflowExecution", workflowId="target", runId=closed)
    )
    failed = machine.last("RequestCancelExternalWorkflowExecutionFailed")
    assert failed == {
        "workflowId": "target",
        "runId": closed,
        "cause": "UNKNOWN_EXTERNAL_WORKFLOW_EXECUTION",
        "initiatedEventId": 5,
        "decisionTaskCompletedEventId": 4,
    }
