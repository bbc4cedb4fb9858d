"""DecisionClient: what each method sends, and what it makes of the answer."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import pytest

from py_swf import DecisionClient, DecisionConfig, decisions
from py_swf.types import WorkflowExecution, WorkflowType
from tests.clients.scripted import Stubbed
from tests.model import service_model

CONFIG = DecisionConfig("d", "list", 100, "200", math.inf, timedelta(minutes=1))
ANSWER: dict[str, Any] = {
    "taskToken": "token",
    "startedEventId": 3,
    "previousStartedEventId": 0,
    "workflowExecution": {"workflowId": "w", "runId": "r"},
    "workflowType": {"name": "flow", "version": "1"},
    "events": [],
}
LIST = {"domain": "d", "taskList": {"name": "list"}}
#: the config's timeouts as they are sent
TIMEOUTS = {
    "scheduleToCloseTimeout": "100",
    "scheduleToStartTimeout": "200",
    "startToCloseTimeout": "NONE",
    "heartbeatTimeout": "60",
}


@pytest.fixture
def client(stubbed: Stubbed) -> DecisionClient:
    """A client over the stubbed boto3 client."""
    return DecisionClient(CONFIG, stubbed.client)


def expects(stubbed: Stubbed, *decisions: dict[str, Any], **members: Any) -> None:
    """Announce one response to a decision task."""
    stubbed.answers(
        "respond_decision_task_completed", {}, taskToken="t", decisions=list(decisions), **members
    )


def scheduled(**attributes: Any) -> dict[str, Any]:
    """Return the one ScheduleActivityTask decision that ``finish_decision_with_activity`` sends."""
    return {
        "decisionType": "ScheduleActivityTask",
        "scheduleActivityTaskDecisionAttributes": {
            "activityType": {"name": "act", "version": "1"},
            "activityId": "a1",
            "taskList": {"name": "list"},
            **attributes,
        },
    }


def test_poll(stubbed, client):
    """A poll asks for the newest events first; an identity of None is not sent."""
    stubbed.answers("poll_for_decision_task", ANSWER, **LIST, reverseOrder=True)
    task = client.poll()

    assert (task.task_token, task.workflow_id, task.workflow_run_id) == ("token", "w", "r")
    assert task.workflow_type == WorkflowType("flow", "1")
    assert task.workflow_execution == WorkflowExecution("w", "r")
    assert (task.started_event_id, task.previous_started_event_id) == (3, 0)
    assert task.task_list == "list"


def test_poll_with_everything(stubbed, client):
    """The options of a poll are sent."""
    stubbed.answers(
        "poll_for_decision_task",
        {**ANSWER, "startedEventId": 30, "previousStartedEventId": 20},
        **LIST,
        reverseOrder=True,
        identity="me",
        maximumPageSize=50,
        startAtPreviousStartedEvent=True,
    )
    task = client.poll("me", start_at_previous_started_event=True, maximum_page_size=50)

    assert (task.started_event_id, task.previous_started_event_id) == (30, 20)


def test_respond(stubbed, client):
    """Several decisions go in one response, in their order, with context and another list."""
    made = (decisions.RecordMarker("m"), decisions.StartTimer("t1", 0))
    expects(
        stubbed,
        {"decisionType": "RecordMarker", "recordMarkerDecisionAttributes": {"markerName": "m"}},
        {
            "decisionType": "StartTimer",
            "startTimerDecisionAttributes": {"timerId": "t1", "startToFireTimeout": "0"},
        },
        executionContext="context",
        taskList={"name": "sticky"},
        taskListScheduleToStartTimeout="5",
    )

    assert client.respond("t", iter(made), "context", "sticky", timedelta(seconds=5)) is None


def test_respond_with_an_answer(stubbed, client):
    """A whole Answer is sent as it is; arguments override its values."""
    answer = decisions.Answer([decisions.RecordMarker("m")], "context", "sticky", 5)
    marker = answer.decisions[0].to_wire()
    options = {"executionContext": "context", "taskListScheduleToStartTimeout": "5"}
    expects(stubbed, marker, taskList={"name": "sticky"}, **options)
    expects(stubbed, marker, taskList={"name": "other"}, **options)

    client.respond("t", answer)
    client.respond("t", answer, task_list="other")


def test_respond_with_nothing(stubbed, client):
    """An answer without decisions is an answer."""
    expects(stubbed)
    client.respond("t")


#: one decision of each type
EACH = [
    decisions.ScheduleActivityTask(("act", "1"), "a1"),
    decisions.RequestCancelActivityTask("a1"),
    decisions.CompleteWorkflowExecution(),
    decisions.FailWorkflowExecution(),
    decisions.CancelWorkflowExecution(),
    decisions.ContinueAsNewWorkflowExecution(),
    decisions.RecordMarker("m"),
    decisions.StartTimer("t1", 1),
    decisions.CancelTimer("t1"),
    decisions.SignalExternalWorkflowExecution("w", "s"),
    decisions.RequestCancelExternalWorkflowExecution("w"),
    decisions.StartChildWorkflowExecution(("flow", "1"), "w"),
    decisions.ScheduleLambdaFunction("l1", "f"),
]


@pytest.mark.parametrize("decision", EACH, ids=lambda decision: decision.decision_type)
def test_respond_with_each_decision(stubbed, client, decision):
    """Each of the 13 types reaches the service."""
    expects(stubbed, decision.to_wire())
    client.respond("t", [decision])


def test_each_is_each():
    """The decisions above are those of the model."""
    assert [type(d).__name__ for d in EACH] == list(service_model().shape_for("DecisionType").enum)


@pytest.mark.parametrize("closing", decisions.CLOSING, ids=lambda cls: cls.__name__)
def test_respond_refuses_what_follows_a_close(client, closing):
    """Nothing is sent if a decision follows one that closes the execution."""
    with pytest.raises(ValueError, match=f"{closing.__name__}, which closes the execution"):
        client.respond("t", [closing(), decisions.RecordMarker("m")])
    with pytest.raises(ValueError, match=f"{closing.__name__}, which closes the execution"):
        client.respond("t", [closing(), decisions.CompleteWorkflowExecution()])


def test_respond_refuses_other_things(client):
    """Nothing is sent if something is not a decision, or the context is too long."""
    with pytest.raises(TypeError, match=r"decisions\[0\] is not a Decision"):
        client.respond("t", [{"decisionType": "CompleteWorkflowExecution"}])
    with pytest.raises(ValueError, match="execution_context has 32769 characters"):
        client.respond("t", [], "x" * 32_769)
    with pytest.raises(ValueError, match="task_token is empty"):
        client.respond("", [])


def test_finish_decision_with_activity(stubbed, client):
    """One activity is scheduled, in the task list and with the timeouts of the config."""
    expects(stubbed, scheduled(input="in", **TIMEOUTS))

    assert client.finish_decision_with_activity("t", "a1", "act", "1", "in") is None


@pytest.mark.parametrize(
    ("override", "member"),
    [
        ("schedule_to_close_timeout", "scheduleToCloseTimeout"),
        ("schedule_to_start_timeout", "scheduleToStartTimeout"),
        ("start_to_close_timeout", "startToCloseTimeout"),
        ("heartbeat_timeout", "heartbeatTimeout"),
    ],
)
@pytest.mark.parametrize("value", [0, 7])
def test_a_time_out_overrides_the_configs(stubbed, client, override, member, value):
    """A given timeout replaces the config's, even if it is 0; the others stay."""
    expects(stubbed, scheduled(input="in", **{**TIMEOUTS, member: str(value)}))
    client.finish_decision_with_activity("t", "a1", "act", "1", "in", **{override: value})


def test_time_outs_by_position(stubbed, client):
    """The timeouts come in the order of 1.x."""
    expects(stubbed, scheduled(input="in", **dict(zip(TIMEOUTS, "1234", strict=True))))
    client.finish_decision_with_activity("t", "a1", "act", "1", "in", 1, 2, 3, 4)


def test_a_config_without_time_outs(stubbed):
    """A timeout of None is not sent, and an input of None is not."""
    expects(stubbed, scheduled())
    client = DecisionClient(DecisionConfig("d", "list"), stubbed.client)
    client.finish_decision_with_activity("t", "a1", "act", "1", None)


@pytest.mark.parametrize("result", ["out", "", None])
def test_finish_workflow(stubbed, client, result):
    """The execution is completed; a result of None is not sent."""
    attributes = {} if result is None else {"result": result}
    expects(
        stubbed,
        {
            "decisionType": "CompleteWorkflowExecution",
            "completeWorkflowExecutionDecisionAttributes": attributes,
        },
    )

    assert client.finish_workflow("t", result) is None


@pytest.mark.parametrize("answer", [{"count": 3, "truncated": True}, {"count": 3}])
def test_count_pending_decision_tasks(stubbed, client, answer):
    """The config's list is counted; an answer that does not say truncated is not."""
    stubbed.answers("count_pending_decision_tasks", answer, **LIST)
    counted = client.count_pending_decision_tasks()

    assert counted == (3, "truncated" in answer)


def test_count_pending_decision_tasks_of_another_list(stubbed, client):
    """A given list is counted instead."""
    stubbed.answers(
        "count_pending_decision_tasks", {"count": 0}, domain="d", taskList={"name": "other"}
    )

    assert client.count_pending_decision_tasks("other").count == 0


def test_a_fault_passes(stubbed, client):
    """A fault of the service reaches the caller as boto3's own class."""
    stubbed.refuses("respond_decision_task_completed", "UnknownResourceFault")
    with pytest.raises(stubbed.client.exceptions.UnknownResourceFault):
        client.finish_workflow("t", "out")


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("activity_name", "n" * 257),
        ("activity_version", "v" * 65),
        ("activity_input", "i" * 32_769),
    ],
)
def test_what_the_service_would_refuse_of_an_activity_is_named_as_given(stubbed, parameter, value):
    """An error uses the parameter's name, not that of the decision's field."""
    client = DecisionClient(DecisionConfig("d", "list"), stubbed.client)
    given = {"activity_name": "pack", "activity_version": "1", "activity_input": "in"}
    with pytest.raises(ValueError, match=rf"\.{parameter} has {len(value)} characters"):
        client.finish_decision_with_activity("token", "pack-1", **{**given, parameter: value})
