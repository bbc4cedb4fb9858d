"""Each open question about the service, answered one way and the other."""

from __future__ import annotations

import pytest

from py_swf.local.machine.choices import Choices
from py_swf.local.machine.faults import Fault
from tests.local.bare_machine import WORKFLOW, Machine, child, complete, decision, timer


def machine_with(**chosen: object) -> Machine:
    """Return a machine with these choices."""
    return Machine(choices=Choices(**chosen))  # type: ignore[arg-type]


def test_the_token_of_an_empty_poll() -> None:
    """It is absent, or empty on request."""
    assert Machine().poll() == {"startedEventId": 0, "previousStartedEventId": 0}
    assert Machine().poll_activity() == {"startedEventId": 0}
    assert machine_with(empty_task_token="").poll()["taskToken"] == ""
    assert machine_with(empty_task_token="").poll_activity()["taskToken"] == ""


@pytest.mark.parametrize("text", ["NONE", None])
def test_schedule_to_start_of_a_decision_task(text: str | None) -> None:
    """It is recorded as NONE, or left out as before 2023."""
    machine = machine_with(schedule_to_start=text)
    machine.start()
    assert machine.last("DecisionTaskScheduled").get("scheduleToStartTimeout") == text


@pytest.mark.parametrize("applied", [True, False])
def test_child_policy_on_normal_close(applied: bool) -> None:
    """A completed parent's policy is applied to its children, or not."""
    machine = machine_with(child_policy_on_normal_close=applied)
    machine.start()
    machine.decide(child(), complete())
    assert ("WorkflowExecutionTerminated" in machine.types("c")) == applied


@pytest.mark.parametrize("applied", [True, False])
def test_child_policy_on_continue_as_new(applied: bool) -> None:
    """A continued parent's policy is applied to its children, or not."""
    machine = machine_with(child_policy_on_continue_as_new=applied)
    machine.start()
    machine.decide(child(), decision("ContinueAsNewWorkflowExecution"))
    assert ("WorkflowExecutionTerminated" in machine.types("c")) == applied


@pytest.mark.parametrize(("counted", "previous"), [(False, 0), (True, 3)])
def test_previous_started_after_a_time_out(counted: bool, previous: int) -> None:
    """A timed-out task is ignored, or counts as the previous one."""
    machine = machine_with(previous_started_counts_timed_out=counted)
    machine.start()
    machine.poll()
    machine.advance(600)
    assert machine.poll()["previousStartedEventId"] == previous


@pytest.mark.parametrize("blocked", [False, True])
def test_a_close_after_a_failed_decision(blocked: bool) -> None:
    """It succeeds, or fails as unhandled."""
    machine = machine_with(earlier_failures_block_close=blocked)
    machine.start()
    machine.decide(decision("CancelTimer", timerId="no"), complete())
    last = "DecisionTaskScheduled" if blocked else "WorkflowExecutionCompleted"
    assert machine.types()[-1] == last
    assert ("CompleteWorkflowExecutionFailed" in machine.types()) == blocked


def test_a_close_after_a_good_decision() -> None:
    """It succeeds, even where failed decisions block it."""
    machine = machine_with(earlier_failures_block_close=True)
    machine.start()
    machine.decide(timer(), complete())
    assert machine.types()[-1] == "WorkflowExecutionCompleted"


@pytest.mark.parametrize("kept", [False, True])
def test_cancel_requested_after_close(kept: bool) -> None:
    """The flag falls at the close, or stays."""
    machine = machine_with(cancel_requested_after_close=kept)
    run_id = machine.start()
    machine.call("RequestCancelWorkflowExecution", domain="d", workflowId="w")
    described = {"domain": "d", "execution": {"workflowId": "w", "runId": run_id}}
    opened = machine.call("DescribeWorkflowExecution", **described)["executionInfo"]
    machine.decide(complete())
    closed = machine.call("DescribeWorkflowExecution", **described)["executionInfo"]
    assert (opened["cancelRequested"], closed["cancelRequested"]) == (True, kept)


@pytest.mark.parametrize("free", [True, False])
def test_a_timer_canceled_and_started_in_one_list(free: bool) -> None:
    """The id is free at once, or only after the response."""
    machine = machine_with(timer_id_free_at_once=free)
    machine.start()
    machine.decide(timer())
    machine.signal()
    machine.decide(decision("CancelTimer", timerId="t"), timer())
    assert ("StartTimerFailed" in machine.types()) == (not free)
    if not free:
        machine.decide(timer())
        assert machine.types()[-1] == "TimerStarted"


@pytest.mark.parametrize("triggers", [True, False])
def test_a_failed_marker(triggers: bool) -> None:
    """It calls the decider, or not."""
    machine = Machine(
        choices=Choices(record_marker_failed_triggers=triggers),
        refuse=lambda *_: "OPERATION_NOT_PERMITTED",
    )
    machine.start()
    machine.decide(decision("RecordMarker", markerName="m"))
    assert (machine.types()[-1] == "DecisionTaskScheduled") == triggers


def test_the_fault_of_a_deprecated_domain() -> None:
    """A start or registration in a deprecated domain gives the chosen fault."""
    machine = machine_with(deprecated_domain_fault="UnknownResourceFault")
    machine.call("DeprecateDomain", name="d")
    with pytest.raises(Fault, match="UnknownResourceFault"):
        machine.start()
    with pytest.raises(Fault, match="UnknownResourceFault"):
        machine.call("RegisterActivityType", domain="d", name="n", version="1")


def test_the_message_of_a_second_start() -> None:
    """It can be another text."""
    machine = machine_with(already_started_message="")
    machine.start()
    with pytest.raises(Fault) as caught:
        machine.start(workflowType=WORKFLOW)
    assert (caught.value.type, caught.value.message) == ("WorkflowExecutionAlreadyStartedFault", "")


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"empty_task_token": "x"}, "empty_task_token must be one of"),
        ({"schedule_to_start": "60"}, "schedule_to_start must be one of"),
        ({"deprecated_domain_fault": "Tea"}, "deprecated_domain_fault must be one of"),
    ],
)
def test_a_choice_that_cannot_be(chosen: dict[str, str], said: str) -> None:
    """A text that the service could not use is refused, by name and value."""
    with pytest.raises(ValueError, match=said):
        Choices(**chosen)  # type: ignore[arg-type]
