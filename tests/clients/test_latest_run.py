"""The latest run of a workflow id: the open one, else the last one that closed."""

from __future__ import annotations

import pytest

from py_swf import DecisionClient, DecisionConfig, WorkflowClient, WorkflowClientConfig
from py_swf.decisions import ContinueAsNewWorkflowExecution
from py_swf.local import LocalSWF
from py_swf.types import WorkflowExecution
from tests.clients.scripted import Scripted
from tests.registered import register_domain, register_workflow


@pytest.fixture
def swf() -> LocalSWF:
    """A service with one workflow type."""
    swf = LocalSWF(seed=0)
    boto_client = swf.client()
    register_domain(boto_client, "d")
    register_workflow(boto_client, "d", "flow")
    return swf


@pytest.fixture
def client(swf: LocalSWF) -> WorkflowClient:
    """A client over it."""
    return WorkflowClient(WorkflowClientConfig("d"), swf.client())


def test_the_open_run(client):
    """The run that is open is the latest."""
    client.start_workflow(None, "w", "flow", "1")
    client.terminate_workflow("w", None)
    run_id = client.start_workflow(None, "w", "flow", "1")
    client.start_workflow(None, "other", "flow", "1")

    assert client.latest_run("w") == WorkflowExecution("w", run_id)


def test_the_last_closed_run(swf, client):
    """If none is open, it is the one that was started last."""
    for _ in range(3):
        run_id = client.start_workflow(None, "w", "flow", "1")
        client.terminate_workflow("w", None)
        swf.advance(1)

    assert client.latest_run("w") == WorkflowExecution("w", run_id)


@pytest.mark.parametrize("of", ["workflow", "decision"])
def test_its_history_is_walked(swf, client, of):
    """Without a run id the history of the latest run is walked, by either client."""
    client.start_workflow("first", "w", "flow", "1")
    deciding = DecisionClient(DecisionConfig("d", "decisions"), swf.client())
    deciding.respond(deciding.poll().task_token, [ContinueAsNewWorkflowExecution(input="second")])
    walking = client if of == "workflow" else deciding
    walked = [walking.walk_execution_history("w", run_id) for run_id in (None, "")]

    for events in walked:
        *_, started = events
        assert started.input == "second"


def test_nothing_is_asked_for_before_the_first_event(client):
    """The walk is lazy: what is wrong is raised when the first event is asked for."""
    events = client.walk_execution_history("nobody")
    with pytest.raises(LookupError, match="has the workflow id 'nobody' in domain 'd'"):
        next(events)


def test_no_run(client):
    """An unknown workflow id has no latest run."""
    with pytest.raises(LookupError, match="'nobody'"):
        client.latest_run("nobody")


def test_what_is_asked(client):
    """One open run is asked for, then one closed one; an empty page is not the end."""
    found = {"execution": {"workflowId": "w", "runId": "r"}}
    scripted = Scripted(
        {"executionInfos": []},
        {"executionInfos": [], "nextPageToken": "t"},
        {"executionInfos": [found]},
    )
    latest = WorkflowClient(WorkflowClientConfig("d"), scripted.client).latest_run("w")

    assert latest == WorkflowExecution("w", "r")
    operations = ["ListOpenWorkflowExecutions", *["ListClosedWorkflowExecutions"] * 2]
    assert scripted.operations == operations
    assert all(sent["executionFilter"] == {"workflowId": "w"} for _, sent in scripted.requests)
    assert all(sent["maximumPageSize"] == 1 for _, sent in scripted.requests)
