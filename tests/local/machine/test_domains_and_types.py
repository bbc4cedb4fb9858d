"""Lists of domains and types in order, by status and name, page by page; quotas; tags."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py_swf.local.machine.clock import VirtualClock
from py_swf.local.machine.faults import Fault
from py_swf.local.machine.limits import Limits
from py_swf.local.machine.service import Service
from tests.local.bare_machine import Machine

NAMES = st.text(st.sampled_from("aAbB0é \U0001f600"), min_size=1, max_size=3)


def paged(service: Service, operation: str, member: str, request: dict[str, Any]) -> list[Any]:
    """Read all pages of a list."""
    found: list[Any] = []
    answer = service.call(operation, request)
    while True:
        found += answer[member]
        if "nextPageToken" not in answer:
            return found
        answer = service.call(operation, {**request, "nextPageToken": answer["nextPageToken"]})


@given(
    st.dictionaries(st.tuples(NAMES, st.sampled_from("123")), st.booleans(), max_size=20),
    st.integers(1, 25),
    st.booleans(),
    st.none() | NAMES,
)
@settings(max_examples=150, deadline=None)
def test_any_list_of_types(
    types: dict[tuple[str, str], bool], size: int, reverse: bool, name: str | None
) -> None:
    """Lists give each registered or deprecated type once, by name and version."""
    service = Service(VirtualClock())
    service.call("RegisterDomain", {"name": "d", "workflowExecutionRetentionPeriodInDays": "0"})
    for (text, version), kept in types.items():
        service.call("RegisterActivityType", {"domain": "d", "name": text, "version": version})
        if not kept:
            kind = {"name": text, "version": version}
            service.call("DeprecateActivityType", {"domain": "d", "activityType": kind})
    for status, wanted in [("REGISTERED", True), ("DEPRECATED", False)]:
        request = {"domain": "d", "registrationStatus": status, "maximumPageSize": size}
        request["reverseOrder"] = reverse
        if name is not None:
            request["name"] = name
        infos = paged(service, "ListActivityTypes", "typeInfos", request)
        listed = [(info["activityType"]["name"], info["activityType"]["version"]) for info in infos]
        chosen = [key for key, kept in types.items() if kept == wanted and name in {None, key[0]}]
        assert listed == sorted(chosen, reverse=reverse)


@pytest.mark.parametrize("reverse", [False, True])
def test_domains_in_pages(reverse: bool) -> None:
    """Domains are listed by name in byte order: digits, capitals, small letters."""
    service = Service(VirtualClock())
    for name in ["b", "B", "a", "1", "aa"]:
        request = {"name": name, "workflowExecutionRetentionPeriodInDays": "1"}
        service.call("RegisterDomain", request)
    listing = {"registrationStatus": "REGISTERED", "maximumPageSize": 2, "reverseOrder": reverse}
    infos = paged(service, "ListDomains", "domainInfos", listing)
    assert [info["name"] for info in infos] == sorted(["1", "B", "a", "aa", "b"], reverse=reverse)


def test_a_page_goes_on_where_its_last_item_was() -> None:
    """A type that is registered or deprecated between two pages moves no other."""
    machine = Machine()
    for name in "bdf":
        machine.call("RegisterWorkflowType", domain="d", name=name, version="1")
    request = {"domain": "d", "registrationStatus": "REGISTERED", "maximumPageSize": 2}
    first = machine.call("ListWorkflowTypes", **request)
    kind = {"name": "d", "version": "1"}
    machine.call("DeprecateWorkflowType", domain="d", workflowType=kind)
    machine.call("RegisterWorkflowType", domain="d", name="e", version="1")
    more = machine.call("ListWorkflowTypes", **request, nextPageToken=first["nextPageToken"])
    names = [info["workflowType"]["name"] for info in first["typeInfos"] + more["typeInfos"]]
    assert names == ["b", "d", "e", "f"]


def limited(operation: str, machine: Machine, **request: Any) -> str:
    """Return the type of the fault of a call."""
    with pytest.raises(Fault) as caught:
        machine.call(operation, **request)
    return caught.value.type


def test_registration_is_limited() -> None:
    """One domain or type more than the limit is refused, deprecated ones counting."""
    machine = Machine(limits=Limits(domains=1, workflow_types=1, activity_types=1))
    for operation, member in [("WorkflowType", "workflowType"), ("ActivityType", "activityType")]:
        name = "flow" if operation == "WorkflowType" else "act"
        kind = {"name": name, "version": "1"}
        machine.call(f"Deprecate{operation}", domain="d", **{member: kind})
        register = {"domain": "d", "name": "more", "version": "1"}
        assert limited(f"Register{operation}", machine, **register) == "LimitExceededFault"
        machine.call(f"Delete{operation}", domain="d", **{member: kind})
        machine.call(f"Register{operation}", **register)
    more = {"name": "e", "workflowExecutionRetentionPeriodInDays": "1"}
    assert limited("RegisterDomain", machine, **more) == "LimitExceededFault"


def test_too_many_tags_change_nothing() -> None:
    """A domain keeps its tags when a request brings too many."""
    machine = Machine(limits=Limits(tags=2))
    arn = machine.call("DescribeDomain", name="d")["domainInfo"]["arn"]
    machine.call("TagResource", resourceArn=arn, tags=[{"key": "a", "value": "1"}, {"key": "b"}])
    more = {"resourceArn": arn, "tags": [{"key": "a", "value": "2"}, {"key": "c"}]}
    assert limited("TagResource", machine, **more) == "TooManyTagsFault"
    expected = [{"key": "a", "value": "1"}, {"key": "b", "value": ""}]
    assert machine.call("ListTagsForResource", resourceArn=arn)["tags"] == expected


@pytest.mark.parametrize("arn", ["d", "arn:aws:swf:us-east-1:123456789012:/domain/no", "arn:x"])
def test_an_unknown_arn(arn: str) -> None:
    """An ARN that names no domain here is an unknown resource."""
    assert limited("ListTagsForResource", Machine(), resourceArn=arn) == "UnknownResourceFault"


def test_a_domain_with_too_many_tags_is_not_registered() -> None:
    """The refused registration leaves the name free."""
    machine = Machine(limits=Limits(tags=1))
    new = {"name": "e", "workflowExecutionRetentionPeriodInDays": "1"}
    tags = [{"key": "a"}, {"key": "b"}]
    assert limited("RegisterDomain", machine, **new, tags=tags) == "TooManyTagsFault"
    machine.call("RegisterDomain", **new)
