"""Finding executions by several filters, and the latest run."""

import pytest

from py_swf import WorkflowClient, WorkflowClientConfig
from py_swf.executions import Search, find_executions, latest_run
from tests.timeline.stories import DOMAIN, Story


@pytest.fixture
def story():
    return Story()


@pytest.fixture
def client(story):
    return WorkflowClient(WorkflowClientConfig(DOMAIN), story.boto)


def restarted(story):
    """Terminate the order and start it again, a minute later."""
    story.boto.terminate_workflow_execution(domain=DOMAIN, workflowId=story.workflow_id)
    return story.after(60).boto.start_workflow_execution(
        domain=DOMAIN,
        workflowId=story.workflow_id,
        workflowType={"name": "order", "version": "1"},
    )["runId"]


@pytest.mark.parametrize(
    ("search", "sent", "here"),
    [
        (Search(), None, []),
        (Search(workflow_id="a", tag="b", workflow_name="c"), "workflow id", ["tag", "type"]),
        (Search(workflow_id="a*", workflow_name="c"), "type", ["workflow id"]),
        (Search(is_closed=True, tag="b", close_status="FAILED"), "tag", ["status"]),
        (Search(is_closed=True, workflow_name="c", close_status="FAILED"), "status", ["type"]),
        (Search(workflow_id="a?"), None, ["workflow id"]),
    ],
)
def test_one_filter_is_sent_and_the_others_are_applied_here(search, sent, here):
    """The service gets the filter that leaves the fewest; the others are reported."""
    assert (search.sent, search.applied_here) == (sent, here)


def test_no_call_is_made_before_the_first_is_asked_for(client, story):
    """Finding is as lazy as listing."""
    calls = []
    story.boto.meta.events.register("before-call.swf", lambda **_: calls.append(1))

    found = find_executions(client, Search())

    assert calls == []
    assert next(found).execution.workflow_id == "order-17"
    assert calls == [1]


def test_open_and_closed_are_in_one_order(client, story):
    """Open and closed ones together are ordered by their start, the latest first."""
    run_id = restarted(story)

    infos = list(find_executions(client, Search(is_open=True, is_closed=True)))

    assert [info.execution.run_id for info in infos] == [run_id, story.run_id]


def test_the_open_run_is_the_latest(client, story):
    """While a run is open, it is the latest one."""
    run_id = restarted(story)

    assert latest_run(client, "order-17").execution.run_id == run_id


def test_without_an_open_run_the_last_started_is_the_latest(client, story):
    """Of closed runs the one that was started last is the latest."""
    run_id = restarted(story)
    story.boto.terminate_workflow_execution(domain=DOMAIN, workflowId="order-17")

    assert latest_run(client, "order-17").execution.run_id == run_id


def test_an_id_without_runs_is_an_error(client):
    """The error names the id and the domain; a pattern is not an id."""
    with pytest.raises(LookupError, match=r"no execution has the workflow id 'order-\*' in domain"):
        latest_run(client, "order-*")
