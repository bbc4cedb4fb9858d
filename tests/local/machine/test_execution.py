"""``record``: timeouts that start and end by the tables, the decision task, the last event."""

from __future__ import annotations

from typing import Any

import pytest

from py_swf.local.machine.faults import Fault
from py_swf.local.machine.limits import Limits
from tests.local.bare_machine import (
    Machine,
    activity,
    attributes_of,
    child,
    complete,
    decision,
    timer,
)


def state_of(machine: Machine) -> Any:
    """Return the machine's own execution "w"."""
    return machine.service._state.domain("d").open["w"]


def test_an_event_out_of_place_is_a_bug() -> None:
    """An event that the tables do not allow cannot be recorded."""
    machine = Machine()
    machine.start()
    with pytest.raises(KeyError):
        state_of(machine).record("TimerFired", timerId="t", startedEventId=3)


@pytest.mark.parametrize("events", range(3, 9))
def test_the_last_event_is_the_termination(events: int) -> None:
    """A history that fills up ends in a termination, which is the last event that fits."""
    machine = Machine(limits=Limits(events=events))
    machine.start()
    for _ in range(2, events):
        machine.signal()
    with pytest.raises(Fault, match="Unknown execution"):
        machine.signal()
    history = machine.service.history("w")
    assert len(history) == events
    assert attributes_of(history[-1]) == {
        "cause": "EVENT_LIMIT_EXCEEDED",
        "childPolicy": "TERMINATE",
    }
    assert not machine.service.waiting_tasks()
    assert machine.service.next_deadline() is None


@pytest.mark.parametrize("events", range(3, 14))
def test_wherever_a_history_fills_up(events: int) -> None:
    """It may end during a poll, a list or a timeout: nothing breaks, and nothing is left over."""
    machine = Machine(limits=Limits(events=events))
    machine.start()
    for _ in range(4):
        task = machine.poll()
        if "taskToken" in task:
            more = [activity(), timer("a", 1), decision("CancelTimer", timerId="no"), timer("b")]
            machine.respond(task, *more, decision("RequestCancelActivityTask", activityId="a"))
        machine.poll_activity()
        machine.advance(700)
    assert machine.types()[-1] == "WorkflowExecutionTerminated"
    assert len(machine.types()) == events
    machine.advance(100_000)
    assert not machine.service.waiting_tasks()
    assert machine.service.next_deadline() is None


def test_a_closing_event_may_be_the_last() -> None:
    """An execution that closes with its last event has not run into the limit."""
    machine = Machine(limits=Limits(events=5))
    machine.start()
    machine.decide(complete())
    assert machine.types()[-1] == "WorkflowExecutionCompleted"


def test_a_history_that_fills_up_while_its_task_waits() -> None:
    """The task that nobody polled in time is not left in its list."""
    machine = Machine(limits=Limits(events=8))
    machine.start()
    machine.decide(timer("t", 1), taskList={"name": "x"}, taskListScheduleToStartTimeout="5")
    machine.advance(1)
    assert machine.service.waiting_tasks()
    machine.advance(5)
    assert machine.types()[-1] == "WorkflowExecutionTerminated"
    assert not machine.service.waiting_tasks()
    assert "taskToken" not in machine.poll("x")


def test_a_full_history_does_not_stop_the_others() -> None:
    """A poll whose task fills its history up goes on to the next task."""
    machine = Machine(limits=Limits(events=3))
    machine.start("one")
    machine.start("two", taskPriority="-1")
    assert "taskToken" not in machine.poll()
    assert machine.types("one")[-1] == machine.types("two")[-1] == "WorkflowExecutionTerminated"


def test_closing_ends_all_clocks() -> None:
    """After the close no deadline of the execution is left."""
    machine = Machine()
    machine.start()
    limits = {"scheduleToStartTimeout": "9", "scheduleToCloseTimeout": "9"}
    machine.decide(timer(), activity("a", **limits), activity("b", heartbeatTimeout="5"))
    machine.poll_activity()
    machine.signal()
    machine.poll()
    machine.call("TerminateWorkflowExecution", domain="d", workflowId="w")
    assert machine.service.next_deadline() is None


def activity_timeout(machine: Machine) -> str:
    """Return which clock of the activity has ended."""
    kind: str = machine.last("ActivityTaskTimedOut")["timeoutType"]
    return kind


def test_clocks_that_end_together_when_unstarted() -> None:
    """Schedule-to-start ends before schedule-to-close."""
    machine = Machine()
    machine.start()
    machine.decide(activity(scheduleToCloseTimeout="5", scheduleToStartTimeout="5"))
    machine.advance(5)
    assert activity_timeout(machine) == "SCHEDULE_TO_START"


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (("startToClose", "scheduleToClose", "heartbeat"), "START_TO_CLOSE"),
        (("scheduleToClose", "heartbeat"), "SCHEDULE_TO_CLOSE"),
        (("heartbeat",), "HEARTBEAT"),
    ],
)
def test_clocks_that_end_together_when_started(limits: tuple[str, ...], told: str) -> None:
    """Start-to-close ends before schedule-to-close, and that before heartbeat."""
    machine = Machine()
    machine.start()
    machine.decide(activity(**{f"{name}Timeout": "5" for name in limits}))
    machine.poll_activity()
    machine.advance(5)
    assert activity_timeout(machine) == told
    assert machine.types().count("ActivityTaskTimedOut") == 1


def test_a_heartbeat_moves_one_clock_only() -> None:
    """Heartbeats postpone only the heartbeat timeout."""
    machine = Machine()
    machine.start()
    machine.decide(activity(heartbeatTimeout="5", startToCloseTimeout="12"))
    token = machine.poll_activity()["taskToken"]
    for _ in range(3):
        machine.advance(4)
        if "ActivityTaskTimedOut" not in machine.types():
            machine.call("RecordActivityTaskHeartbeat", taskToken=token, details="at work")
    assert activity_timeout(machine) == "START_TO_CLOSE"
    assert machine.last("ActivityTaskTimedOut")["details"] == "at work"


def test_a_task_behind_a_timed_out_one() -> None:
    """The waiting task becomes pollable when the started one times out, and no third is made."""
    machine = Machine()
    machine.start()
    machine.poll()
    machine.signal()
    machine.advance(600)
    assert machine.types()[-2:] == ["DecisionTaskScheduled", "DecisionTaskTimedOut"]
    assert machine.poll()["startedEventId"] == 7


def test_an_override_with_a_limit_falls_back() -> None:
    """A task not polled in time on another list goes back, and so do all later ones."""
    machine = Machine()
    machine.start()
    machine.decide(timer("t", 1), taskList={"name": "x"}, taskListScheduleToStartTimeout="5")
    machine.advance(1)
    scheduled = machine.last("DecisionTaskScheduled")
    assert (scheduled["taskList"], scheduled["scheduleToStartTimeout"]) == ({"name": "x"}, "5")
    machine.advance(5)
    assert machine.last("DecisionTaskTimedOut") == {
        "timeoutType": "SCHEDULE_TO_START",
        "scheduledEventId": 7,
        "startedEventId": 0,
    }
    assert "taskToken" not in machine.poll("x")
    machine.decide(timer("t", 1))
    machine.advance(1)
    assert machine.last("DecisionTaskScheduled")["taskList"] == {"name": "decisions"}


def test_an_override_without_a_limit_stays() -> None:
    """A permanent override survives a timeout and completions without a list."""
    machine = Machine()
    machine.start()
    machine.decide(timer("t", 1), taskList={"name": "x"})
    machine.advance(1)
    machine.poll("x")
    machine.advance(600)
    machine.decide(timer("t", 1), task_list="x")
    machine.advance(1)
    machine.decide(timer("t", 1), task_list="x", taskList={"name": "decisions"})
    machine.advance(1)
    assert "taskToken" in machine.poll("decisions")


def test_a_late_task_of_a_replaced_override_leaves_the_new_one() -> None:
    """A permanent override stays when a task that waits on the list before it times out."""
    machine = Machine()
    machine.start()
    machine.decide(taskList={"name": "x"}, taskListScheduleToStartTimeout="5")
    machine.signal()
    task = machine.poll("x")
    machine.signal()
    machine.respond(task, taskList={"name": "y"})
    machine.advance(5)
    assert machine.types()[-2:] == ["DecisionTaskTimedOut", "DecisionTaskScheduled"]
    assert machine.last("DecisionTaskScheduled")["taskList"] == {"name": "y"}


def test_a_waiting_task_that_times_out_behind_a_started_one() -> None:
    """Its successor waits as well: two tasks are never out at once."""
    machine = Machine()
    machine.start()
    override: dict[str, Any] = {
        "taskList": {"name": "x"},
        "taskListScheduleToStartTimeout": "5",
    }
    machine.decide(timer("t", 1), timer("u", 2), **override)
    machine.advance(1)
    task = machine.poll("x")
    machine.advance(1)
    machine.advance(5)
    assert machine.types()[-2:] == ["DecisionTaskTimedOut", "DecisionTaskScheduled"]
    assert "taskToken" not in machine.poll()
    machine.respond(task)
    assert "taskToken" in machine.poll()


def test_open_counts() -> None:
    """Everything open is counted, what has ended is not, and the close freezes the counts."""
    machine = Machine()
    run_id = machine.start()
    machine.decide(activity("a"), activity("b"), timer("t"), timer("u", 1), child())
    machine.poll_activity()
    machine.advance(1)
    expected = {
        "openActivityTasks": 2,
        "openDecisionTasks": 1,
        "openTimers": 1,
        "openChildWorkflowExecutions": 1,
        "openLambdaFunctions": 0,
    }
    described = {"domain": "d", "execution": {"workflowId": "w", "runId": run_id}}
    assert machine.call("DescribeWorkflowExecution", **described)["openCounts"] == expected
    machine.call("TerminateWorkflowExecution", domain="d", workflowId="w")
    assert machine.call("DescribeWorkflowExecution", **described)["openCounts"] == expected


def test_retention_takes_the_record_away() -> None:
    """A closed execution is known until its retention has passed, and never listed after."""
    machine = Machine()
    run_id = machine.start()
    machine.decide(complete())
    described = {"domain": "d", "execution": {"workflowId": "w", "runId": run_id}}
    ever = {"domain": "d", "startTimeFilter": {"oldestDate": 0}}
    machine.advance(7 * 86_400 - 1)
    assert machine.call("CountClosedWorkflowExecutions", **ever)["count"] == 1
    machine.advance(1)
    assert machine.call("CountClosedWorkflowExecutions", **ever)["count"] == 0
    with pytest.raises(Fault, match="Unknown execution"):
        machine.call("DescribeWorkflowExecution", **described)


def test_a_new_run_outlives_the_record_of_the_old() -> None:
    """When the record of an old run goes, the latest run of that id stays known by the id."""
    machine = Machine()
    machine.start()
    machine.decide(complete())
    machine.clock.advance(60)
    machine.start()
    machine.decide(complete())
    machine.advance(7 * 86_400 - 60)
    assert machine.types()[-1] == "WorkflowExecutionCompleted"
    machine.advance(60)
    with pytest.raises(LookupError, match="no domain holds"):
        machine.types()


def test_a_token_outlives_the_record() -> None:
    """The token of a run whose record is gone names the run in the fault."""
    machine = Machine()
    run_id = machine.start()
    task = machine.poll()
    machine.call("TerminateWorkflowExecution", domain="d", workflowId="w")
    machine.advance(8 * 86_400)
    with pytest.raises(Fault) as caught:
        machine.respond(task)
    assert caught.value.message == (
        f"Unknown execution: WorkflowExecution=[workflowId=w, runId={run_id}]"
    )
