"""Task lists by priority and age, deadlines in order, and what both cost."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest

from tests.local.bare_machine import WORKFLOW, Machine, activity, complete, decision, timer


def polled(machine: Machine) -> list[str]:
    """Poll until nothing is left, and return the workflow ids in order."""
    ids = []
    while "taskToken" in (task := machine.poll()):
        ids.append(task["workflowExecution"]["workflowId"])
    return ids


def test_higher_priority_first_then_the_older() -> None:
    """Decision tasks are handed out by priority, equal ones by age."""
    machine = Machine()
    for name, priority in [("a", "0"), ("b", "-1"), ("c", "7"), ("d", "0"), ("e", "7")]:
        machine.start(name, taskPriority=priority)
    assert polled(machine) == ["c", "e", "a", "d", "b"]


def test_a_task_that_waited_keeps_its_age() -> None:
    """A task scheduled while another was out is as old as its scheduling."""
    machine = Machine()
    machine.start("old")
    task = machine.poll()
    machine.signal("old")
    machine.start("young")
    machine.respond(task)
    assert polled(machine) == ["old", "young"]


def test_activities_by_priority() -> None:
    """Activity tasks are handed out by their own priority, not the execution's."""
    machine = Machine()
    machine.start(taskPriority="9")
    machine.decide(activity("a"), activity("b", taskPriority="1"), activity("c", taskPriority="-1"))
    assert [machine.poll_activity()["activityId"] for _ in range(3)] == ["b", "a", "c"]


def test_lists_of_two_kinds_are_apart() -> None:
    """A name used for decisions and for activities means two lists."""
    machine = Machine()
    machine.start()
    machine.decide(activity(taskList={"name": "decisions"}))
    assert "taskToken" not in machine.poll("decisions")
    assert machine.poll_activity("decisions")["activityId"] == "a"


def test_pending_counts() -> None:
    """Only tasks that wait to be handed out are counted; an unknown list has none."""
    machine = Machine()
    for name in "abc":
        machine.start(name)
    machine.poll()
    counted = {"domain": "d", "taskList": {"name": "decisions"}}
    assert machine.call("CountPendingDecisionTasks", **counted) == {"count": 2, "truncated": False}
    assert machine.call("CountPendingActivityTasks", **counted)["count"] == 0


def test_an_empty_list_is_forgotten() -> None:
    """A list without tasks takes no memory."""
    machine = Machine()
    machine.start()
    machine.decide(activity("a"), activity("b"))
    machine.poll_activity()
    machine.call("TerminateWorkflowExecution", domain="d", workflowId="w")
    assert machine.service._state.task_lists._lists == {}


def test_everything_falls_due_at_its_own_time() -> None:
    """One turn of the clock over many deadlines records each at its time, in order."""
    machine = Machine()
    machine.start()
    machine.decide(timer("c", 30), timer("a", 10), timer("b", 20))
    machine.start("x", executionStartToCloseTimeout="15")
    machine.advance(100)
    began = machine.service.history("w")[0]["eventTimestamp"]
    fired = [
        (event["timerFiredEventAttributes"]["timerId"], event["eventTimestamp"] - began)
        for event in machine.service.history("w")
        if event["eventType"] == "TimerFired"
    ]
    assert fired == [("a", 10), ("b", 20), ("c", 30)]
    assert machine.service.history("x")[-1]["eventTimestamp"] - began == 15


def calls_made(action: Any) -> int:
    """Return how many functions, of Python and of C, an action calls: the least of five times.

    Now and then the heap of deadlines is swept, or garbage of other tests is collected.
    """
    return min(calls_made_once(action) for _ in range(5))


def calls_made_once(action: Any) -> int:
    count = 0

    def counter(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(counter)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count


def one_workflow(machine: Machine, name: str) -> None:
    """Run a workflow of one activity to its end."""
    machine.start(name)
    machine.decide(activity())
    token = machine.poll_activity()["taskToken"]
    machine.call("RespondActivityTaskCompleted", taskToken=token)
    machine.decide(complete())


@pytest.mark.parametrize("others", [300, 3_000])
def test_open_executions_cost_nothing(others: int) -> None:
    """A workflow makes about as many calls among thousands of open ones as alone."""
    machine = Machine()
    one_workflow(machine, "first")
    alone = calls_made(lambda: one_workflow(machine, "alone"))
    for number in range(others):
        machine.start(f"other {number}", taskList={"name": f"list {number % 7}"})
    assert calls_made(lambda: one_workflow(machine, "among")) < alone * 1.1


def test_a_long_history_costs_nothing() -> None:
    """A signal and a decision cost the same after 10,000 events as after 10."""
    machine = Machine()
    machine.start()

    def step() -> None:
        machine.signal()
        machine.decide(decision("RecordMarker", markerName="m"), taskList={"name": "decisions"})

    for _ in range(3):
        step()
    early = calls_made(step)
    for _ in range(2_000):
        step()
    assert calls_made(step) < early * 1.1


def test_moved_heartbeats_cost_nothing() -> None:
    """However many heartbeats were sent, one more costs the same, and nothing piles up."""
    machine = Machine()
    machine.start(workflowType=WORKFLOW)
    machine.decide(activity(heartbeatTimeout="600"))
    token = machine.poll_activity()["taskToken"]
    for _ in range(3_000):
        machine.call("RecordActivityTaskHeartbeat", taskToken=token)
    assert len(machine.service._state.deadlines) == 2
