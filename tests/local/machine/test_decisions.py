"""How a list of decisions is applied: whole or not at all, in order, with injected refusals."""

from __future__ import annotations

from typing import Any

import pytest

from py_swf.local.machine.decisions.table import DECISIONS, allowed_causes
from py_swf.local.machine.faults import Fault
from py_swf.local.machine.limits import Limits
from tests.local.bare_machine import (
    ACTIVITY,
    ROLE,
    WORKFLOW,
    Machine,
    activity,
    attributes_of,
    child,
    complete,
    decision,
    timer,
)

GOOD: dict[str, dict[str, Any]] = {
    "ScheduleActivityTask": {"activityType": ACTIVITY, "activityId": "a"},
    "RequestCancelActivityTask": {"activityId": "a"},
    "CompleteWorkflowExecution": {},
    "FailWorkflowExecution": {},
    "CancelWorkflowExecution": {},
    "ContinueAsNewWorkflowExecution": {},
    "RecordMarker": {"markerName": "m"},
    "StartTimer": {"timerId": "t", "startToFireTimeout": "1"},
    "CancelTimer": {"timerId": "t"},
    "SignalExternalWorkflowExecution": {"workflowId": "x", "signalName": "s", "control": "c"},
    "RequestCancelExternalWorkflowExecution": {"workflowId": "x", "control": "c"},
    "StartChildWorkflowExecution": {"workflowType": WORKFLOW, "workflowId": "c", "control": "c"},
    "ScheduleLambdaFunction": {"id": "l", "name": "f"},
}
REFUSALS = [(kind, cause) for kind in DECISIONS for cause in sorted(allowed_causes(kind))]


@pytest.mark.parametrize(("kind", "cause"), REFUSALS)
def test_any_cause_can_be_injected(kind: str, cause: str) -> None:
    """Every cause of the model can be given to its decision, leaving its event and a new task."""
    machine = Machine(refuse=lambda wanted, _: cause if wanted == kind else None)
    machine.start()
    machine.decide(decision(kind, **GOOD[kind]))
    machine.advance()
    failed, scheduled = machine.service.history("w")[-2:]
    assert failed["eventType"] == DECISIONS[kind].failed
    assert attributes_of(failed)["cause"] == cause
    assert attributes_of(failed)["decisionTaskCompletedEventId"] == 4
    assert scheduled["eventType"] == "DecisionTaskScheduled"
    for name in DECISIONS[kind].repeated:
        assert attributes_of(failed)[name] == GOOD[kind][name]


def test_a_refusal_is_asked_for_each_decision() -> None:
    """The refusing function learns the decision's type and the workflow id, in order."""
    asked: list[tuple[str, str]] = []
    machine = Machine(refuse=lambda kind, workflow_id: asked.append((kind, workflow_id)))
    machine.start("one")
    machine.decide(timer(), activity())
    assert asked == [("StartTimer", "one"), ("ScheduleActivityTask", "one")]


def test_a_cause_that_a_decision_cannot_have() -> None:
    """A cause outside the model is the injector's mistake, named before anything is recorded."""
    machine = Machine(refuse=lambda kind, _: "TIMER_ID_UNKNOWN")
    machine.start()
    task = machine.poll()
    with pytest.raises(ValueError, match=r"'TIMER_ID_UNKNOWN' for StartTimer, .*TIMER_CREATION_RA"):
        machine.respond(task, timer())
    assert machine.types()[-1] == "DecisionTaskStarted"


@pytest.mark.parametrize(
    "bad",
    [
        {"decisionType": "NoSuchDecision"},
        {"decisionType": "StartTimer"},
        decision("StartTimer", timerId="t"),
        decision("StartTimer", timerId="t", startToFireTimeout="NONE"),
        decision("StartTimer", timerId="a:b", startToFireTimeout="1"),
        decision("ScheduleLambdaFunction", id="l", name="f", startToCloseTimeout="901"),
    ],
)
def test_a_malformed_decision_spoils_the_list(bad: dict[str, Any]) -> None:
    """Nothing of a list with a malformed decision is applied, and the token stays good."""
    machine = Machine()
    machine.start()
    task = machine.poll()
    with pytest.raises(Fault, match="ValidationException"):
        machine.respond(task, timer("good"), bad)
    assert machine.types()[-1] == "DecisionTaskStarted"
    machine.respond(task, complete())
    assert machine.types()[-1] == "WorkflowExecutionCompleted"


def test_all_decisions_of_a_list_share_completion_and_time() -> None:
    """Every event of a list names the same completed task and has its timestamp."""
    machine = Machine()
    machine.start()
    machine.clock.advance(3)
    machine.decide(activity(), timer(), decision("CancelTimer", timerId="t"), child(), complete())
    events = machine.service.history("w")[3:]
    assert {attributes_of(event)["decisionTaskCompletedEventId"] for event in events[1:]} == {4}
    assert len({event["eventTimestamp"] for event in events}) == 1
    assert [event["eventType"] for event in events[1:]] == [
        "ActivityTaskScheduled",
        "TimerStarted",
        "TimerCanceled",
        "StartChildWorkflowExecutionInitiated",
        "WorkflowExecutionCompleted",
    ]


def test_a_child_in_a_deprecated_domain() -> None:
    """A deprecated domain starts no child, even of a type made usable again."""
    machine = Machine()
    machine.start()
    machine.call("DeprecateDomain", name="d")
    machine.call("UndeprecateWorkflowType", domain="d", workflowType=WORKFLOW)
    machine.decide(child())
    failed = machine.last("StartChildWorkflowExecutionFailed")
    assert (failed["cause"], failed["initiatedEventId"]) == ("WORKFLOW_TYPE_DEPRECATED", 0)


def test_children_about_to_start_count_as_open() -> None:
    """A list cannot start more executions than the domain has room for."""
    machine = Machine(limits=Limits(open_executions=2))
    machine.start()
    machine.decide(child("c1"), child("c2"))
    assert machine.last("StartChildWorkflowExecutionFailed")["cause"] == (
        "OPEN_WORKFLOWS_LIMIT_EXCEEDED"
    )
    with pytest.raises(Fault, match="LimitExceededFault"):
        machine.start("third")


def test_a_started_child_counts_once() -> None:
    """Once a child is started it takes one place among the open executions."""
    machine = Machine(limits=Limits(open_executions=3))
    machine.start()
    machine.decide(child("c1"))
    machine.advance()
    machine.start("third")
    with pytest.raises(Fault, match="LimitExceededFault"):
        machine.start("fourth")


def test_lambda_functions_are_limited() -> None:
    """One Lambda function more than the limit fails; an id in use fails before that."""
    machine = Machine(limits=Limits(open_lambda_functions=1))
    machine.start(lambdaRole=ROLE)
    machine.decide(
        decision("ScheduleLambdaFunction", id="1", name="f"),
        decision("ScheduleLambdaFunction", id="1", name="f"),
        decision("ScheduleLambdaFunction", id="2", name="f"),
    )
    causes = [
        attributes_of(event)["cause"]
        for event in machine.service.history("w")
        if event["eventType"] == "ScheduleLambdaFunctionFailed"
    ]
    assert causes == ["ID_ALREADY_IN_USE", "OPEN_LAMBDA_FUNCTIONS_LIMIT_EXCEEDED"]
