"""The wire format, the same in process and over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.local.bare_wire import Post
from tests.local.scenes import WORKFLOW_DEFAULTS, WORKFLOW_TYPE

MODEL = "com.amazonaws.swf.base.model#"
VALIDATION = "com.amazon.coral.validate#ValidationException"
NULL = "failed to satisfy constraint: Member must not be null"


@pytest.fixture
def execution(post: Post, domain: str) -> dict[str, Any]:
    """Register a domain and a type over the bare wire and start an execution."""
    retention = {"workflowExecutionRetentionPeriodInDays": "1"}
    post("RegisterDomain", {"name": domain, **retention})
    post("RegisterWorkflowType", {"domain": domain, **WORKFLOW_TYPE, **WORKFLOW_DEFAULTS})
    started = post(
        "StartWorkflowExecution",
        {"domain": domain, "workflowId": "w", "workflowType": WORKFLOW_TYPE},
    )
    return {"workflowId": "w", "runId": started.data["runId"]}


def nulls_in(value: Any) -> bool:
    """Return whether a JSON value holds a null anywhere."""
    if isinstance(value, dict):
        return any(nulls_in(each) for each in value.values())
    if isinstance(value, list):
        return any(nulls_in(each) for each in value)
    return value is None


def test_json_1_0_request(post: Post) -> None:
    """A POST with the current target and content type is answered 200 with JSON."""
    answer = post("ListDomains", {"registrationStatus": "REGISTERED"})
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/x-amz-json-1.0"
    assert isinstance(answer.data["domainInfos"], list)


def test_older_target_and_marker(post: Post) -> None:
    """The older target prefix with the content encoding marker ``amz-1.0`` is accepted."""
    answer = post(
        "ListDomains",
        {"registrationStatus": "REGISTERED"},
        target="com.amazonaws.swf.service.model.SimpleWorkflowService.ListDomains",
        headers={"Content-Encoding": "amz-1.0", "Content-Type": "application/json; charset=UTF-8"},
    )
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert isinstance(answer.data["domainInfos"], list)


def test_no_output_is_an_empty_body(post: Post, domain: str, execution: dict[str, str]) -> None:
    """Operations without output answer 200 with a body of no bytes."""
    named = {"domain": domain, "workflowId": "w"}
    calls = [
        ("RegisterActivityType", {"domain": domain, "name": "a", "version": "1"}),
        ("SignalWorkflowExecution", {**named, "signalName": "s"}),
        ("RequestCancelWorkflowExecution", named),
        ("TerminateWorkflowExecution", named),
        ("DeprecateWorkflowType", {"domain": domain, "workflowType": WORKFLOW_TYPE}),
        ("DeprecateDomain", {"name": domain}),
    ]
    answers = [post(operation, body) for operation, body in calls]
    assert [(answer.status, answer.body) for answer in answers] == [(200, b"")] * len(calls)


def test_request_id_on_every_answer(post: Post, domain: str) -> None:
    """Successes, empty answers and faults all carry a request id of their own."""
    answers = [
        post("ListDomains", {"registrationStatus": "REGISTERED"}),
        post("RegisterDomain", {"name": domain, "workflowExecutionRetentionPeriodInDays": "1"}),
        post("DescribeDomain", {"name": "nowhere"}),
        post("NoSuchOperation", {}),
    ]
    ids = {uuid.UUID(answer.headers["x-amzn-requestid"]) for answer in answers}
    assert len(ids) == len(answers)


def test_fault_form(post: Post) -> None:
    """A fault has status 400, a type in the model's name space, and a message."""
    answer = post("DescribeDomain", {"name": "nowhere"})
    assert answer.status == 400
    assert answer.data == {
        "__type": MODEL + "UnknownResourceFault",
        "message": "Unknown domain: nowhere",
    }


def test_constraint_violation_form(post: Post) -> None:
    """A constraint violation has the type of the validating framework."""
    answer = post("ListDomains", {})
    assert answer.status == 400
    assert answer.data == {
        "__type": VALIDATION,
        "message": f"1 validation error detected: Value null at 'registrationStatus' {NULL}",
    }


def test_unknown_members_are_ignored(post: Post) -> None:
    """Unknown members change nothing."""
    answer = post("ListDomains", {"registrationStatus": "REGISTERED", "colour": {"of": [1, None]}})
    assert answer.status == 200


def test_null_counts_as_absent(post: Post) -> None:
    """An optional null member is as if not sent, a required one is missing."""
    optional = post("ListDomains", {"registrationStatus": "REGISTERED", "nextPageToken": None})
    assert optional.status == 200
    required = post("ListDomains", {"registrationStatus": None})
    assert f"'registrationStatus' {NULL}" in required.data["message"]


def test_answered_timestamps(post: Post, domain: str, execution: dict[str, str]) -> None:
    """An answered timestamp is a JSON number of seconds with millisecond resolution."""
    described = post("DescribeWorkflowExecution", {"domain": domain, "execution": execution})
    stamp = described.data["executionInfo"]["startTimestamp"]
    assert isinstance(stamp, (int, float))
    assert stamp == round(stamp, 3)


def test_requested_timestamps(post: Post, domain: str, execution: dict[str, str]) -> None:
    """A requested timestamp may be an integer or a decimal, and the decimals count."""
    described = post("DescribeWorkflowExecution", {"domain": domain, "execution": execution})
    stamp = described.data["executionInfo"]["startTimestamp"]
    counts = [
        post(
            "CountOpenWorkflowExecutions",
            {"domain": domain, "startTimeFilter": {"oldestDate": oldest}},
        ).data["count"]
        for oldest in (int(stamp), stamp, round(stamp + 0.001, 3), int(stamp) + 1)
    ]
    assert counts == [1, 1, 0, 0]


def test_no_null_in_answers(post: Post, domain: str, execution: dict[str, str]) -> None:
    """No answer holds a null, even if little was given."""
    listed = {"domain": domain, "taskList": {"name": "decisions"}}
    every = {"domain": domain, "startTimeFilter": {"oldestDate": 0}}
    calls = [
        ("DescribeDomain", {"name": domain}),
        ("DescribeWorkflowType", {"domain": domain, "workflowType": WORKFLOW_TYPE}),
        ("DescribeWorkflowExecution", {"domain": domain, "execution": execution}),
        ("PollForDecisionTask", listed),
        ("GetWorkflowExecutionHistory", {"domain": domain, "execution": execution}),
        ("ListOpenWorkflowExecutions", every),
        ("CountOpenWorkflowExecutions", every),
        ("ListWorkflowTypes", {"domain": domain, "registrationStatus": "REGISTERED"}),
    ]
    answers = [post(operation, body) for operation, body in calls]
    assert [answer.status for answer in answers] == [200] * len(calls)
    assert not [answer.data for answer in answers if nulls_in(answer.data)]


@pytest.mark.parametrize(
    "target", ["SimpleWorkflowService.MakeTea", "MakeTea", "", "SimpleWorkflowService."]
)
def test_unknown_target(post: Post, target: str) -> None:
    """A target that names no operation is refused as an unknown operation."""
    answer = post("MakeTea", {}, target=target)
    assert answer.status == 400
    assert answer.data["__type"] == "com.amazon.coral.service#UnknownOperationException"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b"[]",
        b"3",
        b'{"registrationStatus": ["REGISTERED"]}',
        b'{"registrationStatus": "REGISTERED", "maximumPageSize": "ten"}',
        b'{"registrationStatus": "REGISTERED", "reverseOrder": {}}',
    ],
)
def test_broken_json(post: Post, body: bytes) -> None:
    """A body that is not JSON, or of the wrong JSON type, cannot be deserialized."""
    answer = post("ListDomains", body)
    assert answer.status == 400
    assert answer.data["__type"] == "com.amazon.coral.service#SerializationException"


def test_all_violations_at_once(post: Post) -> None:
    """All violations of a request are in one message, counted, the ids before the domain."""
    answer = post("DescribeWorkflowExecution", {"execution": {}})
    assert answer.data["message"] == (
        "3 validation errors detected: "
        f"Value null at 'execution.runId' {NULL}; "
        f"Value null at 'execution.workflowId' {NULL}; "
        f"Value null at 'domain' {NULL}"
    )


def test_missing_object_alone(post: Post) -> None:
    """If an object is missing, the members inside it are not reported."""
    answer = post("GetWorkflowExecutionHistory", {"domain": "d"})
    assert answer.data["message"] == (
        f"1 validation error detected: Value null at 'execution' {NULL}"
    )
