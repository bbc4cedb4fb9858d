"""A decider that asks for payment, and the tests of it."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from py_swf import (
    ActivityTaskClient,
    ActivityTaskConfig,
    DecisionClient,
    DecisionConfig,
    NoTaskFound,
    RegistrationClient,
    WorkflowClient,
    WorkflowClientConfig,
)
from py_swf.decisions import (
    CompleteWorkflowExecution,
    Decision,
    FailWorkflowExecution,
    ScheduleActivityTask,
    StartTimer,
)
from py_swf.history import History
from py_swf.local import LocalSWF

WEEK = timedelta(days=7)


def decide(history: History) -> list[Decision]:
    """Send a letter, a reminder after a week, and give up after two."""
    if any(signal.signal_name == "paid" for signal in history.signals):
        return [CompleteWorkflowExecution("paid")]
    for name in ["letter", "reminder"]:
        if name not in history.activities:
            return [
                ScheduleActivityTask(("send", "1"), name, input=history.input),
                StartTimer(f"a week after the {name}", WEEK),
            ]
        if history.timers[f"a week after the {name}"].is_open:
            return []
    return [FailWorkflowExecution("not paid")]


class Clients(NamedTuple):
    workflow: WorkflowClient
    decision: DecisionClient
    activity: ActivityTaskClient


@pytest.fixture
def clients(swf_client: Any) -> Clients:
    """Register what the decider needs, and start a workflow."""
    registration = RegistrationClient(swf_client)
    registration.register_domain("shop", retention=7)
    registration.register_workflow_type(
        "shop",
        "bill",
        "1",
        child_policy="TERMINATE",
        task_list_name="decisions",
        execution_start_to_close_timeout=timedelta(days=30),
        task_start_to_close_timeout=60,
    )
    registration.register_activity_type(
        "shop",
        "send",
        "1",
        task_list_name="work",
        task_schedule_to_start_timeout="NONE",
        task_start_to_close_timeout=600,
        task_schedule_to_close_timeout="NONE",
        task_heartbeat_timeout="NONE",
    )
    decision_config = DecisionConfig("shop", "decisions")
    clients = Clients(
        WorkflowClient(WorkflowClientConfig("shop"), swf_client),
        DecisionClient(decision_config, swf_client),
        ActivityTaskClient(ActivityTaskConfig("shop", "work"), swf_client),
    )
    clients.workflow.start_workflow("42.50", "bill-17", "bill", "1")
    return clients


def decide_once(clients: Clients) -> list[str]:
    """Decide one decision task, as a daemon does; return the decisions."""
    task = clients.decision.poll()
    decisions = decide(task.history)
    clients.decision.respond(task.task_token, decisions)
    return [decision.decision_type for decision in decisions]


def work_once(clients: Clients) -> str:
    """Complete one activity task; return its id."""
    task = clients.activity.poll()
    clients.activity.finish(task.task_token, "sent")
    return task.activity_id


def test_a_letter_is_sent_at_once(clients: Clients) -> None:
    """The first decision schedules the letter, and the timer for the reminder."""
    assert decide_once(clients) == ["ScheduleActivityTask", "StartTimer"]
    assert work_once(clients) == "letter"


def test_a_reminder_is_sent_after_a_week(clients: Clients, local_swf: LocalSWF) -> None:
    """Nothing happens for a week, and then the reminder is sent."""
    decide_once(clients)
    work_once(clients)
    assert decide_once(clients) == []  # the letter has been sent

    local_swf.advance(WEEK - timedelta(seconds=1))
    with pytest.raises(NoTaskFound):
        clients.decision.poll()
    local_swf.advance(timedelta(seconds=1))

    assert decide_once(clients) == ["ScheduleActivityTask", "StartTimer"]
    assert work_once(clients) == "reminder"


def test_after_two_weeks_it_is_given_up(clients: Clients, local_swf: LocalSWF) -> None:
    """Even if no worker comes, the workflow fails after two weeks."""
    decide_once(clients)
    local_swf.advance(WEEK)
    decide_once(clients)
    local_swf.advance(WEEK)

    assert decide_once(clients) == ["FailWorkflowExecution"]
    assert local_swf.history("bill-17")[-1]["eventType"] == "WorkflowExecutionFailed"


def test_who_pays_is_left_alone(clients: Clients) -> None:
    """A signal completes the workflow at once."""
    decide_once(clients)
    clients.workflow.signal_workflow("bill-17", "paid", "by card")

    assert decide_once(clients) == ["CompleteWorkflowExecution"]


@pytest.mark.local_swf(auto_advance=True)
def test_the_loops_run_to_the_end(clients: Clients, local_swf: LocalSWF) -> None:
    """Decider and worker take turns, and nobody has to turn the clock."""
    while local_swf.history("bill-17")[-1]["eventType"] != "WorkflowExecutionFailed":
        for turn in (decide_once, work_once):
            with suppress(NoTaskFound):
                turn(clients)
