"""Domains, their status, their tags, their retention."""

from __future__ import annotations

from typing import Any

import pytest
from botocore import xform_name
from botocore.loaders import Loader

from tests.local.scenes import (
    ACTIVITY_TYPE,
    DOMAIN,
    EVER,
    WORKFLOW_TYPE,
    complete,
    decide,
    describe,
    is_task,
    pages,
    poll_decision,
    refused,
    register_activity,
    register_domain,
    register_workflow,
    schedule,
    signal,
    start,
    work,
)

ARN = "arn:aws:swf:us-east-1:123456789012:/domain/d"
MODEL = Loader().load_service_model("swf", "service-2")
SAMPLES = {"string": "1", "integer": 1, "boolean": True, "timestamp": 0}
EXTRA = {
    "ListClosedWorkflowExecutions": {"startTimeFilter": EVER},
    "CountClosedWorkflowExecutions": {"startTimeFilter": EVER},
}


def smallest(shape_name: str) -> Any:
    """Make a value of a shape with its required members only."""
    shape = MODEL["shapes"][shape_name]
    if shape["type"] == "structure":
        return {
            name: smallest(shape["members"][name]["shape"]) for name in shape.get("required", ())
        }
    return shape["enum"][0] if "enum" in shape else SAMPLES[shape["type"]]


def operations_on_a_domain() -> list[str]:
    """Name every operation whose input names a domain by a member of its own."""
    shapes = MODEL["shapes"]
    return [
        name
        for name, operation in MODEL["operations"].items()
        if "domain" in shapes[operation["input"]["shape"]]["members"]
    ]


def names(client: Any, status: str = "REGISTERED", **more: Any) -> list[str]:
    """List the names of the domains of a status."""
    answer = client.list_domains(registrationStatus=status, **more)
    return [info["name"] for info in answer["domainInfos"]]


def test_register_and_describe(client: Any) -> None:
    """A registered domain is described by name, status, description, arn and retention."""
    client.register_domain(
        name="d", description="of tests", workflowExecutionRetentionPeriodInDays="7"
    )
    answer = client.describe_domain(name="d")
    assert answer["domainInfo"] == {
        "name": "d",
        "status": "REGISTERED",
        "description": "of tests",
        "arn": ARN,
    }
    assert answer["configuration"] == {"workflowExecutionRetentionPeriodInDays": "7"}


def test_no_description(client: Any) -> None:
    """A description that was not given is not shown."""
    register_domain(client)
    assert "description" not in client.describe_domain(name="d")["domainInfo"]


def test_registered_twice(client: Any) -> None:
    """An existing name is refused with the name as message, even if it is deprecated."""
    register_domain(client)
    with refused("DomainAlreadyExistsFault", "d"):
        register_domain(client)
    client.deprecate_domain(name="d")
    with refused("DomainAlreadyExistsFault", "d"):
        register_domain(client)


def test_deprecate(client: Any) -> None:
    """Deprecating sets the status; a second time is refused with the name as message."""
    register_domain(client)
    client.deprecate_domain(name="d")
    assert client.describe_domain(name="d")["domainInfo"]["status"] == "DEPRECATED"
    with refused("DomainDeprecatedFault", "d"):
        client.deprecate_domain(name="d")


def test_undeprecate(client: Any) -> None:
    """Undeprecating restores the status; on a registered domain it is refused."""
    register_domain(client)
    client.deprecate_domain(name="d")
    client.undeprecate_domain(name="d")
    assert client.describe_domain(name="d")["domainInfo"]["status"] == "REGISTERED"
    with refused("DomainAlreadyExistsFault"):
        client.undeprecate_domain(name="d")


@pytest.mark.parametrize("operation", operations_on_a_domain())
def test_unknown_domain(client: Any, operation: str) -> None:
    """Every operation that names a domain refuses an unknown one by name."""
    request = smallest(MODEL["operations"][operation]["input"]["shape"])
    request |= EXTRA.get(operation, {}) | {"domain": "nowhere"}
    with refused("UnknownResourceFault", "Unknown domain: nowhere"):
        getattr(client, xform_name(operation))(**request)


@pytest.mark.parametrize("operation", ["describe", "deprecate", "undeprecate"])
def test_unknown_domain_by_name(client: Any, operation: str) -> None:
    """The operations on the domain itself refuse an unknown name in the same words."""
    with refused("UnknownResourceFault", "Unknown domain: nowhere"):
        getattr(client, f"{operation}_domain")(name="nowhere")


def test_list_by_status(client: Any) -> None:
    """Only domains of the status asked for are listed."""
    for name in ("a", "b"):
        register_domain(client, name)
    client.deprecate_domain(name="a")
    assert names(client) == ["b"]
    assert names(client, "DEPRECATED") == ["a"]


def test_list_order(client: Any) -> None:
    """Names ascend in byte order: digits, upper case, lower case; or descend when reversed."""
    for name in ("b", "A", "a", "9", "B"):
        register_domain(client, name)
    assert names(client) == ["9", "A", "B", "a", "b"]
    assert names(client, reverseOrder=True) == ["b", "a", "B", "A", "9"]


@pytest.mark.parametrize("reverse", [False, True])
def test_list_pages(client: Any, reverse: bool) -> None:
    """Pages put together are the list, and a last page that is just full has no token."""
    for name in "abcd":
        register_domain(client, name)
    found = pages(
        client.list_domains,
        "domainInfos",
        registrationStatus="REGISTERED",
        maximumPageSize=2,
        reverseOrder=reverse,
    )
    listed = [[info["name"] for info in page] for page in found]
    assert listed == ([["d", "c"], ["b", "a"]] if reverse else [["a", "b"], ["c", "d"]])


def test_types_go_with_the_domain(ready: Any) -> None:
    """Deprecating a domain deprecates all its types, and undeprecating it does not undo that."""
    ready.deprecate_domain(name=DOMAIN)
    ready.undeprecate_domain(name=DOMAIN)
    workflow = ready.describe_workflow_type(domain=DOMAIN, workflowType=WORKFLOW_TYPE)
    activity = ready.describe_activity_type(domain=DOMAIN, activityType=ACTIVITY_TYPE)
    assert workflow["typeInfo"]["status"] == "DEPRECATED"
    assert activity["typeInfo"]["status"] == "DEPRECATED"
    assert "deprecationDate" in workflow["typeInfo"]


def test_looking_into_a_deprecated_domain(ready: Any) -> None:
    """Lists, counts and descriptions work in a deprecated domain."""
    execution = start(ready)
    ready.deprecate_domain(name=DOMAIN)
    assert describe(ready, execution)["executionInfo"]["executionStatus"] == "OPEN"
    every = {"domain": DOMAIN, "startTimeFilter": EVER}
    assert len(ready.list_open_workflow_executions(**every)["executionInfos"]) == 1
    assert ready.count_open_workflow_executions(**every)["count"] == 1
    listed = ready.list_workflow_types(domain=DOMAIN, registrationStatus="DEPRECATED")
    assert len(listed["typeInfos"]) == 1


def test_open_executions_go_on(ready: Any) -> None:
    """An execution that was open runs to its end in a deprecated domain."""
    execution = start(ready)
    decide(ready, schedule())
    ready.deprecate_domain(name=DOMAIN)
    work(ready)
    signal(ready)
    decide(ready, complete())
    assert describe(ready, execution)["executionInfo"]["closeStatus"] == "COMPLETED"


def test_nothing_new(ready: Any) -> None:
    """Starting and registering in a deprecated domain are refused with its name."""
    ready.deprecate_domain(name=DOMAIN)
    with refused("DomainDeprecatedFault", DOMAIN):
        start(ready)
    with refused("DomainDeprecatedFault", DOMAIN):
        register_workflow(ready, "new")
    with refused("DomainDeprecatedFault", DOMAIN):
        register_activity(ready, "new")


def test_tags(client: Any) -> None:
    """Tags of a domain can be set, overwritten, listed and removed; a missing key is no fault."""
    client.register_domain(
        name="d", workflowExecutionRetentionPeriodInDays="1", tags=[{"key": "a", "value": "1"}]
    )
    client.tag_resource(
        resourceArn=ARN, tags=[{"key": "a", "value": "2"}, {"key": "b", "value": "3"}]
    )
    listed = client.list_tags_for_resource(resourceArn=ARN)["tags"]
    assert {tag["key"]: tag["value"] for tag in listed} == {"a": "2", "b": "3"}
    client.untag_resource(resourceArn=ARN, tagKeys=["a", "c"])
    assert client.list_tags_for_resource(resourceArn=ARN)["tags"] == [{"key": "b", "value": "3"}]


def test_too_many_tags(client: Any) -> None:
    """A domain may have 50 tags, but not 51."""
    register_domain(client)
    client.tag_resource(resourceArn=ARN, tags=[{"key": f"k{n}"} for n in range(50)])
    client.tag_resource(resourceArn=ARN, tags=[{"key": "k0", "value": "again"}])
    with refused("TooManyTagsFault"):
        client.tag_resource(resourceArn=ARN, tags=[{"key": "k50"}])
    with refused("TooManyTagsFault"):
        client.register_domain(
            name="d2",
            workflowExecutionRetentionPeriodInDays="1",
            tags=[{"key": f"k{n}"} for n in range(51)],
        )


def test_unknown_arn(client: Any) -> None:
    """All three operations refuse the ARN of a missing domain."""
    with refused("UnknownResourceFault"):
        client.tag_resource(resourceArn=ARN, tags=[{"key": "a"}])
    with refused("UnknownResourceFault"):
        client.untag_resource(resourceArn=ARN, tagKeys=["a"])
    with refused("UnknownResourceFault"):
        client.list_tags_for_resource(resourceArn=ARN)


@pytest.mark.parametrize("retention", ["0", "NONE"])
def test_no_retention(swf: Any, ready: Any, retention: str) -> None:
    """With a retention of 0 or NONE an execution is unknown once it closed."""
    register_domain(ready, "brief", retention)
    register_workflow(ready, domain="brief")
    execution = start(
        ready,
        domain="brief",
        executionStartToCloseTimeout="60",
        taskStartToCloseTimeout="60",
        taskList={"name": "l"},
        childPolicy="ABANDON",
    )
    ready.describe_workflow_execution(domain="brief", execution=execution)
    task = poll_decision(ready, "l", domain="brief")
    assert is_task(task)
    ready.respond_decision_task_completed(taskToken=task["taskToken"], decisions=[complete()])
    for look in (ready.describe_workflow_execution, ready.get_workflow_execution_history):
        with refused("UnknownResourceFault"):
            look(domain="brief", execution=execution)
    listed = ready.list_closed_workflow_executions(domain="brief", startTimeFilter=EVER)
    assert listed["executionInfos"] == []


def test_retention_passes(swf: Any, ready: Any) -> None:
    """A closed execution is kept for the days of its domain and unknown after them."""
    execution = start(ready)
    decide(ready, complete())
    swf.advance(86400 - 1)
    assert describe(ready, execution)["executionInfo"]["executionStatus"] == "CLOSED"
    swf.advance(2)
    with refused("UnknownResourceFault"):
        describe(ready, execution)
