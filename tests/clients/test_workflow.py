"""WorkflowClient: what each method sends, and what it makes of the answer."""

from __future__ import annotations

import math
import time
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from py_swf import WorkflowClient, WorkflowClientConfig
from py_swf.types import WorkflowExecution, WorkflowType
from tests.clients.scripted import Scripted, Stubbed

CONFIG = WorkflowClientConfig("d", "list", 3600, "60")
THEN = datetime(2026, 1, 1, tzinfo=timezone.utc)
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
START: dict[str, Any] = {
    "domain": "d",
    "workflowId": "w",
    "workflowType": {"name": "flow", "version": "1"},
    "taskList": {"name": "list"},
    "input": "in",
    "executionStartToCloseTimeout": "3600",
    "taskStartToCloseTimeout": "60",
    "childPolicy": "TERMINATE",
}


@pytest.fixture
def client(stubbed: Stubbed) -> WorkflowClient:
    """A client over the stubbed boto3 client."""
    return WorkflowClient(CONFIG, stubbed.client)


def test_start_workflow(stubbed, client):
    """An execution is started with the settings of the config and child policy TERMINATE."""
    stubbed.answers("start_workflow_execution", {"runId": "r"}, **START)

    assert client.start_workflow("in", "w", "flow", "1") == "r"


OF_13 = WorkflowClientConfig("d", "flow", "1", "list", 3600, "60")


def test_start_workflow_of_13(stubbed):
    """With a config of six fields the workflow type is the config's."""
    stubbed.answers("start_workflow_execution", {"runId": "r"}, **START)
    client = WorkflowClient(OF_13, stubbed.client)

    assert client.start_workflow("in", "w") == "r"


def test_start_workflow_of_another_type(stubbed):
    """A given workflow type overrides the config's."""
    other = {**START, "workflowType": {"name": "other", "version": "2"}}
    stubbed.answers("start_workflow_execution", {"runId": "r"}, **other)

    WorkflowClient(OF_13, stubbed.client).start_workflow("in", "w", "other", "2")


@pytest.mark.parametrize("given", [{}, {"workflow_name": "flow"}, {"version": "1"}])
def test_start_workflow_of_no_type(client, given):
    """Without a workflow type, or with half of one, nothing is sent."""
    with pytest.raises(TypeError, match="needs workflow_name and version"):
        client.start_workflow("in", "w", **given)


def test_the_life_of_the_config_is_named_as_it_is_there(stubbed):
    """If the service would refuse a timeout in the config, the error names it as in the config."""
    client = WorkflowClient(CONFIG._replace(execution_start_to_close_timeout=-1), stubbed.client)
    with pytest.raises(ValueError, match=r"\.execution_start_to_close_timeout is -1"):
        client.start_workflow("in", "w", "flow", "1")


def test_start_workflow_with_a_life_of_its_own(stubbed, client):
    """The fifth argument is the life of this execution, instead of the config's."""
    expected = {**START, "executionStartToCloseTimeout": "7"}
    stubbed.answers("start_workflow_execution", {"runId": "r"}, **expected)

    client.start_workflow("in", "w", "flow", "1", 7)


def test_start_workflow_with_everything(stubbed, client):
    """Each further setting is sent, and overrides the config's."""
    stubbed.answers(
        "start_workflow_execution",
        {"runId": "r"},
        **{
            **START,
            "taskStartToCloseTimeout": "NONE",
            "taskList": {"name": "other"},
            "taskPriority": "-3",
            "childPolicy": "ABANDON",
            "tagList": ["a", "b"],
            "lambdaRole": "arn:aws:iam::1:role/x",
        },
    )

    client.start_workflow(
        "in",
        "w",
        "flow",
        "1",
        timedelta(hours=1),
        task_start_to_close_timeout=math.inf,
        task_list="other",
        task_priority=-3,
        child_policy="ABANDON",
        tag_list=iter(["a", "b"]),
        lambda_role="arn:aws:iam::1:role/x",
    )


def test_start_workflow_by_the_types_defaults(stubbed):
    """A setting that is None here and in the config is not sent: the type's default applies."""
    bare = {name: START[name] for name in ("domain", "workflowId", "workflowType")}
    stubbed.answers("start_workflow_execution", {"runId": "r"}, **bare)
    client = WorkflowClient(WorkflowClientConfig("d"), stubbed.client)

    client.start_workflow(None, "w", "flow", "1", child_policy=None)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"id": "a:b"}, r"StartWorkflowExecution\.id 'a:b' holds ':'"),
        ({"input": "x" * 32_769}, "input has 32769 characters"),
        (
            {"workflow_start_to_close_timeout": math.inf},
            "workflow_start_to_close_timeout must be finite",
        ),
        ({"workflow_name": "x" * 257}, r"\.workflow_name has 257 characters"),
        ({"version": "x" * 65}, r"\.version has 65 characters"),
        ({"tag_list": list("abcdef")}, "tag_list has 6 tags"),
        ({"child_policy": "KILL"}, "child_policy is 'KILL'"),
    ],
)
def test_start_workflow_refuses(client, arguments, said):
    """What the service would refuse is refused before it is sent."""
    given = {"input": None, "id": "w", "workflow_name": "flow", "version": "1", **arguments}
    with pytest.raises(ValueError, match=said):
        client.start_workflow(**given)


def test_signal_workflow(stubbed, client):
    """A signal is sent to the open run, or to the named one, with its input."""
    target = {"domain": "d", "workflowId": "w", "signalName": "s"}
    stubbed.answers("signal_workflow_execution", {}, **target)
    stubbed.answers("signal_workflow_execution", {}, **target, input="in", runId="r")

    assert client.signal_workflow("w", "s") is None
    client.signal_workflow("w", "s", "in", run_id="r")


def test_request_cancel_workflow(stubbed, client):
    """Cancellation is requested from the open run, or from the named one."""
    stubbed.answers("request_cancel_workflow_execution", {}, domain="d", workflowId="w")
    stubbed.answers("request_cancel_workflow_execution", {}, domain="d", workflowId="w", runId="r")

    assert client.request_cancel_workflow("w") is None
    client.request_cancel_workflow("w", run_id="r")


def test_terminate_workflow(stubbed, client):
    """A reason is sent and, if given, run, details and child policy."""
    stubbed.answers("terminate_workflow_execution", {}, domain="d", workflowId="w", reason="why")
    stubbed.answers(
        "terminate_workflow_execution",
        {},
        domain="d",
        workflowId="w",
        runId="r",
        details="more",
        childPolicy="REQUEST_CANCEL",
    )

    assert client.terminate_workflow("w", "why") is None
    client.terminate_workflow("w", None, run_id="r", details="more", child_policy="REQUEST_CANCEL")


#: an execution as listed, on the wire
OPEN_INFO: dict[str, Any] = {
    "execution": {"workflowId": "w", "runId": "r"},
    "workflowType": {"name": "flow", "version": "1"},
    "startTimestamp": NOW,
    "executionStatus": "OPEN",
}


def test_describe_workflow_execution(stubbed, client):
    """The answer is read into records: aware times, seconds, pairs."""
    stubbed.answers(
        "describe_workflow_execution",
        {
            "executionInfo": {
                **OPEN_INFO,
                "executionStatus": "CLOSED",
                "closeStatus": "COMPLETED",
                "closeTimestamp": NOW,
                "cancelRequested": False,
                "tagList": ["a"],
                "parent": {"workflowId": "p", "runId": "pr"},
            },
            "executionConfiguration": {
                "taskStartToCloseTimeout": "NONE",
                "executionStartToCloseTimeout": "3600",
                "taskList": {"name": "list"},
                "childPolicy": "TERMINATE",
                "taskPriority": "4",
            },
            "openCounts": {
                "openActivityTasks": 1,
                "openDecisionTasks": 0,
                "openTimers": 2,
                "openChildWorkflowExecutions": 3,
            },
            "latestExecutionContext": "context",
        },
        domain="d",
        execution={"workflowId": "w", "runId": "r"},
    )
    described = client.describe_workflow_execution("w", "r")

    info, configuration = described.execution_info, described.execution_configuration
    assert info.execution == WorkflowExecution("w", "r")
    assert info.parent == WorkflowExecution("p", "pr")
    assert (info.close_timestamp, info.close_status, info.tag_list) == (NOW, "COMPLETED", ("a",))
    assert configuration.task_start_to_close_timeout == math.inf
    assert configuration.execution_start_to_close_timeout == 3600
    assert (configuration.task_list, configuration.task_priority) == ("list", 4)
    assert described.open_counts.open_timers == 2
    assert described.open_counts.open_lambda_functions is None
    assert described.latest_execution_context == "context"
    assert described.latest_activity_task_timestamp is None


#: arguments of list and count -> the filters that are sent; open ones
OPEN_FILTERS = [
    ((THEN,), {"startTimeFilter": {"oldestDate": THEN}}),
    ((THEN, NOW), {"startTimeFilter": {"oldestDate": THEN, "latestDate": NOW}}),
    (
        (THEN, None, "flow"),
        {"startTimeFilter": {"oldestDate": THEN}, "typeFilter": {"name": "flow"}},
    ),
    (
        (THEN, None, "flow", "1"),
        {
            "startTimeFilter": {"oldestDate": THEN},
            "typeFilter": {"name": "flow", "version": "1"},
        },
    ),
    (
        (THEN, None, None, None, "tag"),
        {"startTimeFilter": {"oldestDate": THEN}, "tagFilter": {"tag": "tag"}},
    ),
    (
        (THEN, None, None, None, None, "w"),
        {"startTimeFilter": {"oldestDate": THEN}, "executionFilter": {"workflowId": "w"}},
    ),
]
OPEN_FILTERS += [((THEN, None, "", "", "", ""), {"startTimeFilter": {"oldestDate": THEN}})]
#: the same of closed ones
CLOSED_FILTERS = [
    ((), {}),
    ((THEN,), {"startTimeFilter": {"oldestDate": THEN}}),
    ((THEN, NOW), {"startTimeFilter": {"oldestDate": THEN, "latestDate": NOW}}),
    ((None, None, THEN), {"closeTimeFilter": {"oldestDate": THEN}}),
    ((None, None, THEN, NOW), {"closeTimeFilter": {"oldestDate": THEN, "latestDate": NOW}}),
    ((None, None, None, None, "flow"), {"typeFilter": {"name": "flow"}}),
    ((*[None] * 4, "flow", "1"), {"typeFilter": {"name": "flow", "version": "1"}}),
    ((*[None] * 6, "tag"), {"tagFilter": {"tag": "tag"}}),
    ((*[None] * 7, "w"), {"executionFilter": {"workflowId": "w"}}),
    ((*[None] * 8, "FAILED"), {"closeStatusFilter": {"status": "FAILED"}}),
    ((None, None, None, None, "", "", "", "", ""), {}),
]
FILTERS = [("open", *case) for case in OPEN_FILTERS]
FILTERS += [("closed", *case) for case in CLOSED_FILTERS]


def sent(value: Any) -> Any:
    """Return filters as they go out: a time is a number of seconds."""
    if isinstance(value, dict):
        return {name: sent(inner) for name, inner in value.items()}
    return value.timestamp() if isinstance(value, datetime) else value


@pytest.mark.parametrize(("which", "arguments", "filters"), FILTERS)
@pytest.mark.parametrize("verb", ["count", "list"])
def test_a_filter_is_sent_only_when_it_is_given(verb, which, arguments, filters):
    """Each filter has its place among the arguments of 1.x, and none is sent unless given."""
    scripted = Scripted({"count": 2, "executionInfos": []})
    client = WorkflowClient(CONFIG, scripted.client)
    list(getattr(client, f"{verb}_{which}_workflow_executions")(*arguments))

    operation = f"{verb.title()}{which.title()}WorkflowExecutions"
    assert scripted.requests == [(operation, {"domain": "d", **sent(filters)})]


def test_a_date_without_a_time_zone_is_in_utc(monkeypatch):
    """boto3 takes a naive date as UTC, whatever the local time zone is."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    scripted = Scripted({"count": 1}, {"count": 1})
    for date in (THEN, THEN.replace(tzinfo=None)):
        WorkflowClient(CONFIG, scripted.client).count_open_workflow_executions(date)
    monkeypatch.undo()
    time.tzset()

    assert scripted.requests[0] == scripted.requests[1]


def test_that_filters_exclude_each_other_is_left_to_the_service():
    """Two filters are sent as given: the service refuses them itself."""
    scripted = Scripted({"count": 2})
    WorkflowClient(CONFIG, scripted.client).count_open_workflow_executions(
        THEN, tag="tag", workflow_id="w", workflow_name="flow"
    )
    ((_, params),) = scripted.requests

    filters = {"startTimeFilter", "tagFilter", "executionFilter", "typeFilter"}
    assert params.keys() == {"domain", *filters}


def test_a_version_needs_its_name(client):
    """A version without a name is refused."""
    with pytest.raises(ValueError, match="version '1' is given without the workflow_name"):
        client.count_open_workflow_executions(THEN, version="1")


@pytest.mark.parametrize("what", ["start", "close"])
def test_an_end_needs_its_beginning(client, what):
    """A latest date without an oldest is refused, as the service has no such filter."""
    with pytest.raises(ValueError, match=f"latest_{what}_date is given without oldest_{what}_date"):
        client.count_closed_workflow_executions(**{f"latest_{what}_date": NOW})


@pytest.mark.parametrize("which", ["open", "closed"])
@pytest.mark.parametrize("answer", [{"count": 3, "truncated": True}, {"count": 3}])
def test_count(stubbed, client, which, answer):
    """A count says whether it is truncated."""
    stubbed.answers(
        f"count_{which}_workflow_executions",
        answer,
        domain="d",
        startTimeFilter={"oldestDate": THEN},
    )
    counted = getattr(client, f"count_{which}_workflow_executions")(THEN)

    assert counted == (3, "truncated" in answer)
    assert counted.truncated is ("truncated" in answer)


@pytest.mark.parametrize("which", ["open", "closed"])
@pytest.mark.parametrize("verb", ["count", "list"])
def test_a_domain_is_checked(stubbed, which, verb):
    """A count refuses a domain that the service would refuse, as a listing does."""
    client = WorkflowClient(WorkflowClientConfig("d" * 257), stubbed.client)
    operation = f"{verb.title()}{which.title()}WorkflowExecutions"
    with pytest.raises(ValueError, match=f"{operation}.domain has 257 characters"):
        getattr(client, f"{verb}_{which}_workflow_executions")(THEN)


@pytest.mark.parametrize("which", ["Open", "Closed"])
def test_list(which):
    """A listing calls nothing before its first element, asks for each page with the token of the
    one before, and yields records.
    """
    info = {**OPEN_INFO, "startTimestamp": 1420113600.5}
    first = {"executionInfos": [info, info], "nextPageToken": "t1"}
    scripted = Scripted(first, {"executionInfos": [info]})
    client = WorkflowClient(CONFIG, scripted.client)
    listed = getattr(client, f"list_{which.lower()}_workflow_executions")(
        THEN, reverse_order=True, maximum_page_size=2
    )
    assert scripted.requests == []
    record = next(listed)
    assert len(scripted.requests) == 1
    assert len(list(listed)) == 2

    params = {
        "domain": "d",
        "startTimeFilter": {"oldestDate": THEN.timestamp()},
        "reverseOrder": True,
        "maximumPageSize": 2,
    }
    operation = f"List{which}WorkflowExecutions"
    assert scripted.requests == [
        (operation, params),
        (operation, {**params, "nextPageToken": "t1"}),
    ]
    assert record.execution == WorkflowExecution("w", "r")
    assert record.workflow_type == WorkflowType("flow", "1")
    assert record.start_timestamp == datetime(2015, 1, 1, 12, 0, 0, 500_000, timezone.utc)
    assert (record.execution_status, record.close_timestamp) == ("OPEN", None)


@pytest.mark.parametrize("which", ["open", "closed"])
def test_list_refuses_a_bad_page_size(client, which):
    """A bad page size is refused at once."""
    with pytest.raises(ValueError, match="maximum_page_size is 1001"):
        getattr(client, f"list_{which}_workflow_executions")(THEN, maximum_page_size=1001)


@pytest.mark.parametrize("method", ["describe_workflow_execution", "walk_execution_history"])
@pytest.mark.parametrize(
    ("run", "said"),
    [
        (("w" * 257, "r"), "execution.workflow_id has 257 characters; the limit is 256"),
        (("w", "r" * 65), "execution.workflow_run_id has 65 characters; the limit is 64"),
        (("", "r"), "execution.workflow_id is empty"),
    ],
)
def test_a_run_that_cannot_be_is_refused(client, method, run, said):
    """What the service would refuse of a run is refused when it is asked for."""
    with pytest.raises(ValueError, match=said):
        getattr(client, method)(*run)


def test_a_fault_passes(stubbed, client):
    """A fault of the service reaches the caller as boto3's own class."""
    stubbed.refuses("start_workflow_execution", "WorkflowExecutionAlreadyStartedFault")
    with pytest.raises(stubbed.client.exceptions.WorkflowExecutionAlreadyStartedFault):
        client.start_workflow("in", "w", "flow", "1")
