"""RegistrationClient: what each method sends, and what it makes of the answer."""

from __future__ import annotations

import math
import re
from datetime import datetime, timezone
from typing import Any
from unittest import mock

import pytest
from botocore.exceptions import ClientError

from py_swf import RegistrationClient
from py_swf.errors import RegisteredDefaultsDiffer, RegisteredDefaultsWarning
from py_swf.types import ActivityType, WorkflowType
from tests.clients.scripted import Scripted, Stubbed

THEN = datetime(2026, 1, 1, tzinfo=timezone.utc)
ARN = "arn:aws:swf:us-east-1:123456789012:/domain/d"
KINDS = ["workflow", "activity"]
for_each_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def client(stubbed: Stubbed) -> RegistrationClient:
    """A client over the stubbed boto3 client."""
    return RegistrationClient(stubbed.client)


#: method, arguments -> operation and the members that are sent; each answers with nothing
SENDS: list[Any] = [
    ("register_domain", ("d",), {}, {"workflowExecutionRetentionPeriodInDays": "90"}),
    (
        "register_domain",
        ("d", "what for", None),
        {"tags": {"a": "1", "b": ""}},
        {
            "description": "what for",
            "workflowExecutionRetentionPeriodInDays": "NONE",
            "tags": [{"key": "a", "value": "1"}, {"key": "b", "value": ""}],
        },
    ),
    ("register_domain", ("d", None, 0), {}, {"workflowExecutionRetentionPeriodInDays": "0"}),
    ("deprecate_domain", ("d",), {}, {}),
    ("undeprecate_domain", ("d",), {}, {}),
]


@pytest.mark.parametrize(("method", "arguments", "options", "members"), SENDS)
def test_what_is_sent_for_a_domain(stubbed, client, method, arguments, options, members):
    """Each action on a domain sends its arguments, and returns None."""
    stubbed.answers(method, {}, name="d", **members)

    assert getattr(client, method)(*arguments, **options) is None


def test_register_workflow_type(stubbed, client):
    """A workflow type is registered with the given defaults, numbers as text."""
    stubbed.answers("register_workflow_type", {}, domain="d", name="flow", version="1")
    stubbed.answers(
        "register_workflow_type",
        {},
        domain="d",
        name="flow",
        version="1",
        defaultChildPolicy="ABANDON",
        defaultExecutionStartToCloseTimeout="3600",
        defaultLambdaRole="arn:aws:iam::1:role/x",
        defaultTaskList={"name": "list"},
        defaultTaskPriority="2",
        defaultTaskStartToCloseTimeout="NONE",
        description="what for",
    )

    assert client.register_workflow_type("d", "flow", "1") is None
    client.register_workflow_type(
        "d", "flow", "1", "ABANDON", 3600, "arn:aws:iam::1:role/x", "list", 2, math.inf, "what for"
    )


def test_register_activity_type(stubbed, client):
    """An activity type is registered with the given defaults, numbers as text."""
    stubbed.answers("register_activity_type", {}, domain="d", name="act", version="1")
    stubbed.answers(
        "register_activity_type",
        {},
        domain="d",
        name="act",
        version="1",
        defaultTaskHeartbeatTimeout="1",
        defaultTaskList={"name": "list"},
        defaultTaskPriority="2",
        defaultTaskScheduleToCloseTimeout="3",
        defaultTaskScheduleToStartTimeout="4",
        defaultTaskStartToCloseTimeout="5",
        description="what for",
    )

    assert client.register_activity_type("d", "act", "1") is None
    client.register_activity_type("d", "act", "1", 1, "list", 2, 3, 4, 5, "what for")


REGISTERS = {
    "register_domain": (("d",), "DomainAlreadyExistsFault"),
    "register_workflow_type": (("d", "flow", "1"), "TypeAlreadyExistsFault"),
    "register_activity_type": (("d", "act", "1"), "TypeAlreadyExistsFault"),
}


@pytest.mark.parametrize("method", REGISTERS)
def test_registering_again(stubbed, client, method):
    """Registering something twice is not an error, and returns None."""
    arguments, already_there = REGISTERS[method]
    stubbed.refuses(method, already_there)

    assert getattr(client, method)(*arguments) is None


@pytest.mark.parametrize("method", REGISTERS)
@pytest.mark.parametrize("code", ["UnknownResourceFault", "LimitExceededFault", "Other"])
def test_another_fault_of_registering_passes(stubbed, client, method, code):
    """Every other fault reaches the caller."""
    stubbed.refuses(method, code)
    with pytest.raises(ClientError, match=code):
        getattr(client, method)(*REGISTERS[method][0])


@pytest.mark.parametrize("method", ["register_domain", "register_workflow_type"])
def test_the_other_kinds_already_exists_passes(stubbed, client, method):
    """A fault about a domain is not mistaken for one about a type, or the reverse."""
    arguments, own = REGISTERS[method]
    (other,) = {fault for _, fault in REGISTERS.values()} - {own}
    stubbed.refuses(method, other)
    with pytest.raises(ClientError, match=other):
        getattr(client, method)(*arguments)


@for_each_kind
@pytest.mark.parametrize("verb", ["deprecate", "undeprecate", "delete"])
def test_what_is_sent_for_a_type(stubbed, client, kind, verb):
    """Each action on a type names it by domain, name and version, and returns None."""
    method = f"{verb}_{kind}_type"
    stubbed.answers(method, {}, domain="d", **{f"{kind}Type": {"name": "x", "version": "1"}})

    assert getattr(client, method)("d", "x", "1") is None


def test_describe_domain(stubbed, client):
    """A domain is described by records; its retention is a number of days."""
    stubbed.answers(
        "describe_domain",
        {
            "domainInfo": {"name": "d", "status": "REGISTERED", "arn": ARN},
            "configuration": {"workflowExecutionRetentionPeriodInDays": "7"},
        },
        name="d",
    )
    described = client.describe_domain("d")

    assert (described.domain_info.name, described.domain_info.arn) == ("d", ARN)
    assert described.configuration.workflow_execution_retention_period_in_days == 7


@pytest.mark.parametrize(
    ("kind", "type_", "configuration", "expected"),
    [
        (
            "workflow",
            WorkflowType("x", "1"),
            {"defaultExecutionStartToCloseTimeout": "60", "defaultChildPolicy": "ABANDON"},
            {"default_execution_start_to_close_timeout": 60, "default_child_policy": "ABANDON"},
        ),
        (
            "activity",
            ActivityType("x", "1"),
            {"defaultTaskHeartbeatTimeout": "NONE", "defaultTaskList": {"name": "list"}},
            {"default_task_heartbeat_timeout": math.inf, "default_task_list": "list"},
        ),
    ],
)
def test_describe_a_type(stubbed, client, kind, type_, configuration, expected):
    """A type is described by records; a missing default is None."""
    wire = {"name": "x", "version": "1"}
    stubbed.answers(
        f"describe_{kind}_type",
        {
            "typeInfo": {f"{kind}Type": wire, "status": "REGISTERED", "creationDate": THEN},
            "configuration": configuration,
        },
        domain="d",
        **{f"{kind}Type": wire},
    )
    described = getattr(client, f"describe_{kind}_type")("d", "x", "1")

    assert getattr(described.type_info, f"{kind}_type") == type_
    assert described.type_info.creation_date == THEN
    assert described.type_info.deprecation_date is None
    for name, value in expected.items():
        assert getattr(described.configuration, name) == value
    assert described.configuration.default_task_priority is None


#: method -> its arguments, its operation, what is sent for them, where the infos stand, one of them
LISTS: dict[str, Any] = {
    "list_domains": (
        (), "ListDomains", {}, "domainInfos", {"name": "x", "status": "REGISTERED"},
    ),
    "list_workflow_types": (
        ("d",), "ListWorkflowTypes", {"domain": "d"}, "typeInfos",
        {"workflowType": {"name": "x", "version": "1"}, "status": "REGISTERED", "creationDate": 1},
    ),
    "list_activity_types": (
        ("d",), "ListActivityTypes", {"domain": "d"}, "typeInfos",
        {"activityType": {"name": "x", "version": "1"}, "status": "REGISTERED", "creationDate": 1},
    ),
}  # fmt: skip


@pytest.mark.parametrize("method", LISTS)
def test_list(method):
    """A listing calls nothing before its first element, asks for each page with the token of the
    one before, and yields records.
    """
    arguments, operation, sent, member, info = LISTS[method]
    scripted = Scripted({member: [info, info], "nextPageToken": "t1"}, {member: [info]})
    listed = getattr(RegistrationClient(scripted.client), method)(
        *arguments, reverse_order=True, maximum_page_size=2
    )
    assert scripted.requests == []
    record = next(listed)
    assert len(scripted.requests) == 1
    assert list(listed) == [record, record]

    sent = {**sent, "registrationStatus": "REGISTERED", "reverseOrder": True, "maximumPageSize": 2}
    assert scripted.requests == [(operation, sent), (operation, {**sent, "nextPageToken": "t1"})]
    assert record.status == "REGISTERED"
    assert (record.name if method == "list_domains" else record.creation_date.timestamp()) in {
        "x",
        1,
    }


@for_each_kind
def test_list_types_by_name(kind):
    """The versions of one name are asked for, and the deprecated ones."""
    scripted = Scripted({"typeInfos": []})
    list_types = getattr(RegistrationClient(scripted.client), f"list_{kind}_types")

    assert list(list_types("d", "DEPRECATED", "x")) == []
    ((_, sent),) = scripted.requests
    assert sent == {"domain": "d", "registrationStatus": "DEPRECATED", "name": "x"}


@pytest.mark.parametrize("method", LISTS)
def test_list_refuses_what_is_wrong(client, method):
    """A bad page size or status is refused at once, before anything is called."""
    arguments = LISTS[method][0]
    with pytest.raises(ValueError, match="maximum_page_size is 1001"):
        getattr(client, method)(*arguments, maximum_page_size=1001)
    with pytest.raises(ValueError, match="registration_status is 'GONE'"):
        getattr(client, method)(*arguments, "GONE")


def test_tags(stubbed, client):
    """Tags are a mapping, both ways."""
    stubbed.answers(
        "tag_resource", {}, resourceArn=ARN, tags=[{"key": "a", "value": "1"}]
    )  # fmt: skip
    stubbed.answers("untag_resource", {}, resourceArn=ARN, tagKeys=["a", "b"])
    stubbed.answers(
        "list_tags_for_resource",
        {"tags": [{"key": "a", "value": "1"}, {"key": "b"}]},
        resourceArn=ARN,
    )
    stubbed.answers("list_tags_for_resource", {}, resourceArn=ARN)

    assert client.tag_resource(ARN, {"a": "1"}) is None
    assert client.untag_resource(ARN, iter(["a", "b"])) is None
    assert client.list_tags_for_resource(ARN) == {"a": "1", "b": ""}
    assert client.list_tags_for_resource(ARN) == {}


#: kind -> the defaults that are registered, those given again, what differs
DIFFERENT = {
    "workflow": (
        {"defaultChildPolicy": "ABANDON", "defaultTaskStartToCloseTimeout": "60"},
        {"child_policy": "TERMINATE", "task_start_to_close_timeout": 60, "task_list_name": "l"},
        "child_policy is 'ABANDON', not 'TERMINATE'; task_list_name is none, not 'l'",
    ),
    "activity": (
        {"defaultTaskHeartbeatTimeout": "60", "defaultTaskList": {"name": "l"}},
        {"task_heartbeat_timeout": math.inf, "task_list_name": "l"},
        "task_heartbeat_timeout is '60', not 'NONE'",
    ),
}


def answer_that_it_is_there(stubbed: Stubbed, kind: str) -> None:
    """Have a type be registered before, with the defaults of the table."""
    type_ = {"name": "x", "version": "1"}
    info = {f"{kind}Type": type_, "status": "REGISTERED", "creationDate": THEN}
    stubbed.refuses(f"register_{kind}_type", "TypeAlreadyExistsFault")
    stubbed.answers(
        f"describe_{kind}_type",
        {"typeInfo": info, "configuration": DIFFERENT[kind][0]},
        domain="d",
        **{f"{kind}Type": type_},
    )


@for_each_kind
def test_other_defaults_than_the_registered_warn(stubbed, client, kind):
    """Registering a type with other defaults changes nothing, and a warning at the caller's line
    names each.
    """
    answer_that_it_is_there(stubbed, kind)
    _, given, said = DIFFERENT[kind]
    with pytest.warns(RegisteredDefaultsWarning, match=re.escape(said)) as warned:
        assert getattr(client, f"register_{kind}_type")("d", "x", "1", **given) is None

    assert warned[0].filename == __file__
    assert str(warned[0].message) == (
        f"{kind} type 'x', version '1', is registered in domain 'd' with other defaults, which "
        f"stay: {said}. Other defaults need another version"
    )


@for_each_kind
def test_other_defaults_than_the_registered_can_be_an_error(stubbed, client, kind):
    """With ``check``, an error names each."""
    answer_that_it_is_there(stubbed, kind)
    _, given, said = DIFFERENT[kind]
    with pytest.raises(RegisteredDefaultsDiffer, match=re.escape(said)):
        getattr(client, f"register_{kind}_type")("d", "x", "1", **given, check=True)


@for_each_kind
@pytest.mark.parametrize("check", [False, True])
def test_the_same_defaults_are_silent(stubbed, client, kind, check):
    """Arguments that are not given are not compared, and neither is the description."""
    answer_that_it_is_there(stubbed, kind)
    same = {"workflow": {"child_policy": "ABANDON"}, "activity": {"task_heartbeat_timeout": "060"}}
    register = getattr(client, f"register_{kind}_type")

    assert register("d", "x", "1", **same[kind], description="new", check=check) is None


@for_each_kind
def test_who_may_not_describe_may_register(stubbed, client, kind):
    """If the type cannot be described nothing is compared, unless that was asked for."""
    register = getattr(client, f"register_{kind}_type")
    for check in (False, True):
        stubbed.refuses(f"register_{kind}_type", "TypeAlreadyExistsFault")
        stubbed.refuses(f"describe_{kind}_type", "OperationNotPermittedFault")
        if check:
            with pytest.raises(ClientError, match="OperationNotPermittedFault"):
                register("d", "x", "1", check=True)
        else:
            assert register("d", "x", "1") is None


def test_a_double_that_is_not_told_what_to_answer():
    """A unit test of 1.x does not expect a call that describes."""
    boto_client = mock.Mock()
    there = ClientError({"Error": {"Code": "TypeAlreadyExistsFault"}}, "RegisterActivityType")
    boto_client.register_activity_type.side_effect = there

    assert RegistrationClient(boto_client).register_activity_type("d", "x", "1", 60) is None


@pytest.mark.parametrize(
    ("method", "arguments", "said"),
    [
        ("register_domain", ("a/b",), "name 'a/b' holds '/'"),
        ("register_domain", ("d", "x" * 1025), "description has 1025 characters"),
        ("register_domain", ("d", None, 91), r"retention is 91 days; it must be from 0 to 90"),
        (
            "register_domain",
            ("d", None, math.inf),
            "retention is inf, but nothing is kept",
        ),
        ("register_domain", ("d", None, ""), r"retention must be a whole number of days"),
        (
            "register_workflow_type",
            ("d", "flow", "1", "KILL"),
            r"Type\.child_policy is 'KILL'",
        ),
        ("register_activity_type", ("d", "act", "1:2"), "version '1:2' holds ':'"),
        (
            "register_activity_type",
            ("d", "act", "1", -1),
            r"Type\.task_heartbeat_timeout is -1",
        ),
    ],
)
def test_what_the_service_would_refuse(client, method, arguments, said):
    """It is refused before it is sent, by name, value and rule."""
    with pytest.raises(ValueError, match=said):
        getattr(client, method)(*arguments)
