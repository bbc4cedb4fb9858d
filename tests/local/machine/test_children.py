"""What happens to its parent and children when an execution closes."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from py_swf.local.machine.execution.execution import Execution
from tests.local.bare_machine import WORKFLOW, Machine, attributes_of, child, complete, decision


def test_the_policy_goes_down_a_long_line() -> None:
    """A termination reaches the last of 2,000 generations, each by its own policy."""
    machine = Machine()
    generations = 2_000
    machine.start("0", taskList={"name": "0"})
    for number in range(generations):
        heir = str(number + 1)
        machine.decide(child(heir, taskList={"name": heir}), task_list=str(number))
        machine.advance()
    machine.call("TerminateWorkflowExecution", domain="d", workflowId="0")
    assert machine.types(str(generations))[-1] == "WorkflowExecutionTerminated"
    assert machine.service.next_deadline() is None


@pytest.mark.parametrize("policy", ["TERMINATE", "REQUEST_CANCEL", "ABANDON"])
def test_the_policy_of_a_termination_prevails(policy: str) -> None:
    """The policy given with a termination overrides the execution's own."""
    machine = Machine()
    machine.start(childPolicy="ABANDON")
    machine.decide(child())
    request = {"domain": "d", "workflowId": "w", "childPolicy": policy}
    machine.advance()
    machine.call("TerminateWorkflowExecution", **request)
    effects = {"WorkflowExecutionTerminated", "WorkflowExecutionCancelRequested"}
    expected = {
        "TERMINATE": {"WorkflowExecutionTerminated"},
        "REQUEST_CANCEL": {"WorkflowExecutionCancelRequested"},
        "ABANDON": set(),
    }
    assert effects & set(machine.types("c")) == expected[policy]
    assert machine.last("WorkflowExecutionTerminated")["childPolicy"] == policy


def test_the_policy_of_a_continued_run_is_its_own() -> None:
    """Continuing with another policy does not change what happens to the old run's children."""
    machine = Machine()
    machine.start(childPolicy="ABANDON")
    machine.decide(child(), decision("ContinueAsNewWorkflowExecution", childPolicy="TERMINATE"))
    assert machine.types("c") == ["WorkflowExecutionStarted", "DecisionTaskScheduled"]


def test_a_continued_child_reports_at_its_end() -> None:
    """The parent does not learn of the continuation, but of the end, with the last run's id."""
    machine = Machine()
    machine.start()
    machine.decide(child())
    machine.advance()
    machine.decide(decision("ContinueAsNewWorkflowExecution"), task_list="children")
    assert machine.types()[-2] == "ChildWorkflowExecutionStarted"
    latest = machine.last("WorkflowExecutionStarted", "c")
    assert latest["parentInitiatedEventId"] == 5
    task = machine.poll("decisions")
    assert task["startedEventId"] == 8
    machine.call("TerminateWorkflowExecution", domain="d", workflowId="c")
    ended = machine.last("ChildWorkflowExecutionTerminated")
    assert ended["workflowExecution"]["runId"] != latest["continuedExecutionRunId"]
    assert (ended["initiatedEventId"], ended["startedEventId"]) == (5, 6)


def test_a_closed_parent_hears_nothing() -> None:
    """The end of an abandoned child is not reported to a parent that has closed."""
    machine = Machine()
    machine.start(childPolicy="ABANDON")
    machine.decide(child())
    machine.advance()
    machine.decide(complete())
    machine.decide(complete(), task_list="children")
    assert machine.types()[-1] == "WorkflowExecutionCompleted"


def executions_in_memory() -> int:
    """Return how many executions there are, of any service, found or not."""
    gc.collect()
    return sum(type(each) is Execution for each in gc.get_objects())


@pytest.mark.parametrize("retention", ["0", "1"])
def test_a_line_of_abandoned_children_is_let_go(retention: str) -> None:
    """An execution whose retention is over takes no memory, even if a descendant is open."""
    machine = Machine()
    machine.call("RegisterDomain", name="e", workflowExecutionRetentionPeriodInDays=retention)
    machine.call("RegisterWorkflowType", domain="e", **WORKFLOW)
    settings: dict[str, Any] = {
        "childPolicy": "ABANDON",
        "executionStartToCloseTimeout": "31536000",
        "taskStartToCloseTimeout": "NONE",
        "taskList": {"name": "l"},
    }
    given = {"domain": "e", "workflowId": "0", "workflowType": WORKFLOW, **settings}
    machine.call("StartWorkflowExecution", **given)
    before = executions_in_memory()
    for number in range(1, 20):
        task = machine.call("PollForDecisionTask", domain="e", taskList={"name": "l"})
        machine.respond(task, child(str(number), **settings), complete())
        machine.advance(2 * 86_400)
    assert executions_in_memory() == before
    running = machine.service.history("19")
    assert attributes_of(running[0])["parentWorkflowExecution"]["workflowId"] == "18"
