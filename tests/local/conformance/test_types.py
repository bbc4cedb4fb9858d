"""Workflow types and activity types, which follow the same rules."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.local.scenes import (
    ACTIVITY_DEFAULTS,
    ACTIVITY_TYPE,
    DOMAIN,
    WORKFLOW_DEFAULTS,
    WORKFLOW_TYPE,
    complete,
    decide,
    describe,
    pages,
    refused,
    register_domain,
    schedule,
    start,
    work,
)


class Kind(NamedTuple):
    """One of the two kinds of types: how its operations and members are called."""

    name: str
    defaults: dict[str, Any]

    def call(self, client: Any, verb: str, **request: Any) -> Any:
        """Call ``<verb>_<kind>_type``."""
        return getattr(client, f"{verb}_{self.name}_type")(domain=DOMAIN, **request)

    def on(self, client: Any, verb: str, name: str = "t", version: str = "1") -> Any:
        """Call an operation that takes the type by its ``{name, version}``."""
        return self.call(client, verb, **{f"{self.name}Type": {"name": name, "version": version}})

    def register(self, client: Any, name: str = "t", version: str = "1", **defaults: Any) -> None:
        """Register a type."""
        self.call(client, "register", name=name, version=version, **defaults)

    def listed(self, client: Any, status: str = "REGISTERED", **more: Any) -> list[str]:
        """List types as ``name-version``."""
        answer = getattr(client, f"list_{self.name}_types")(
            domain=DOMAIN, registrationStatus=status, **more
        )
        return [self.label(info) for info in answer["typeInfos"]]

    def label(self, info: dict[str, Any]) -> str:
        """Write the type of an info as ``name-version``."""
        found = info[f"{self.name}Type"]
        return f"{found['name']}-{found['version']}"

    def bracket(self, name: str = "t", version: str = "1") -> str:
        """Write a type as the service's messages do."""
        return f"{self.name.capitalize()}Type=[name={name}, version={version}]"


WORKFLOW = Kind("workflow", WORKFLOW_DEFAULTS)
ACTIVITY = Kind("activity", ACTIVITY_DEFAULTS)


@pytest.fixture(params=[WORKFLOW, ACTIVITY], ids=["workflow", "activity"])
def kind(request: pytest.FixtureRequest, client: Any) -> Kind:
    """Each kind of type in turn, with a domain to register it in."""
    register_domain(client)
    return request.param


def test_all_defaults(client: Any, kind: Kind) -> None:
    """Describe returns every default that was given, as it was given."""
    given = {**kind.defaults, "defaultTaskPriority": "-3"}
    if kind is WORKFLOW:
        given["defaultLambdaRole"] = "arn:aws:iam::1:role/r"
    kind.register(client, description="of tests", **given)
    answer = kind.on(client, "describe")
    assert answer["configuration"] == given
    info = answer["typeInfo"]
    assert info["status"] == "REGISTERED"
    assert info["description"] == "of tests"
    assert kind.label(info) == "t-1"
    assert "creationDate" in info
    assert "deprecationDate" not in info


def test_no_defaults(client: Any, kind: Kind) -> None:
    """Defaults that were not given are absent."""
    kind.register(client)
    answer = kind.on(client, "describe")
    assert answer["configuration"] == {}
    assert "description" not in answer["typeInfo"]


def test_registered_twice(client: Any, kind: Kind) -> None:
    """The same name and version is refused in the bracket text, even if deprecated."""
    kind.register(client)
    with refused("TypeAlreadyExistsFault", kind.bracket()):
        kind.register(client)
    kind.on(client, "deprecate")
    with refused("TypeAlreadyExistsFault", kind.bracket()):
        kind.register(client)
    kind.register(client, version="2")


def test_separate_name_spaces(client: Any, kind: Kind) -> None:
    """A workflow type and an activity type may share name and version."""
    WORKFLOW.register(client)
    ACTIVITY.register(client)
    kind.on(client, "deprecate")
    other = ACTIVITY if kind is WORKFLOW else WORKFLOW
    assert other.on(client, "describe")["typeInfo"]["status"] == "REGISTERED"


def test_deprecate(swf: Any, client: Any, kind: Kind) -> None:
    """Deprecating sets status and date; a second time is refused in the bracket text."""
    kind.register(client)
    swf.advance(60)
    kind.on(client, "deprecate")
    info = kind.on(client, "describe")["typeInfo"]
    assert info["status"] == "DEPRECATED"
    assert (info["deprecationDate"] - info["creationDate"]).total_seconds() == 60
    with refused("TypeDeprecatedFault", kind.bracket()):
        kind.on(client, "deprecate")


def test_undeprecate(client: Any, kind: Kind) -> None:
    """Undeprecating restores the type; on a registered one it is refused."""
    kind.register(client)
    with refused("TypeAlreadyExistsFault", kind.bracket()):
        kind.on(client, "undeprecate")
    kind.on(client, "deprecate")
    kind.on(client, "undeprecate")
    info = kind.on(client, "describe")["typeInfo"]
    assert info["status"] == "REGISTERED"
    assert "deprecationDate" not in info


def test_delete_needs_deprecation(client: Any, kind: Kind) -> None:
    """A registered type cannot be deleted."""
    kind.register(client)
    with refused(
        "TypeNotDeprecatedFault",
        "The type is currently registered and cannot be deleted in its current state",
    ):
        kind.on(client, "delete")


def test_deleted_type_is_unknown(client: Any, kind: Kind) -> None:
    """A deleted type is unknown to every operation, and its name is free again."""
    kind.register(client, **kind.defaults)
    kind.on(client, "deprecate")
    kind.on(client, "delete")
    for verb in ("describe", "deprecate", "undeprecate", "delete"):
        with refused("UnknownResourceFault", f"Unknown type: {kind.bracket()}"):
            kind.on(client, verb)
    assert kind.listed(client, "DEPRECATED") == []
    kind.register(client)
    assert kind.on(client, "describe")["configuration"] == {}


def test_list_by_status_and_name(client: Any, kind: Kind) -> None:
    """Types are listed by status, and by exact name with all its versions."""
    for name, version in (("a", "1"), ("a", "2"), ("ab", "1"), ("b", "1")):
        kind.register(client, name, version)
    kind.on(client, "deprecate", "b")
    assert kind.listed(client) == ["a-1", "a-2", "ab-1"]
    assert kind.listed(client, "DEPRECATED") == ["b-1"]
    assert kind.listed(client, name="a") == ["a-1", "a-2"]
    assert kind.listed(client, name="b") == []


def test_list_order(client: Any, kind: Kind) -> None:
    """Types ascend by name and then version, in byte order, or descend when reversed."""
    for name, version in (("b", "1"), ("a", "2"), ("B", "1"), ("a", "10")):
        kind.register(client, name, version)
    ascending = ["B-1", "a-10", "a-2", "b-1"]
    assert kind.listed(client) == ascending
    assert kind.listed(client, reverseOrder=True) == ascending[::-1]


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_list_pages(client: Any, kind: Kind, size: int) -> None:
    """Pages of any size put together are the list."""
    for name in "abc":
        kind.register(client, name)
    found = pages(
        getattr(client, f"list_{kind.name}_types"),
        "typeInfos",
        domain=DOMAIN,
        registrationStatus="REGISTERED",
        maximumPageSize=size,
    )
    assert [kind.label(info) for page in found for info in page] == ["a-1", "b-1", "c-1"]
    assert len(found) == -(-3 // size)


@pytest.mark.parametrize("delete", [False, True])
def test_running_on(ready: Any, delete: bool) -> None:
    """Open executions and tasks of a deprecated or deleted type run to their end."""
    execution = start(ready)
    decide(ready, schedule())
    for verb in ["deprecate"] + ["delete"] * delete:
        WORKFLOW.call(ready, verb, workflowType=WORKFLOW_TYPE)
        ACTIVITY.call(ready, verb, activityType=ACTIVITY_TYPE)
    work(ready)
    decide(ready, complete())
    assert describe(ready, execution)["executionInfo"]["closeStatus"] == "COMPLETED"
