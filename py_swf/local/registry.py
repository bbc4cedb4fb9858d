"""Domains, their tags, and the workflow and activity types registered in them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .faults import Fault, unknown
from .pages import page_size, position, token
from .records import Wire
from .world import DEPRECATED, REGISTERED, Domain, Shelf, TypeRecord, World

__all__ = ["registry_operations", "unknown_type"]

Operation = Callable[[World, Wire], Wire]


def _shelf_page(
    world: World, operation: str, request: Wire, shelf: Shelf[Any], prefix: tuple[str, ...] = ()
) -> tuple[list[Any], str | None]:
    keys = shelf.ordered[request["registrationStatus"]]
    start, end = 0, len(keys)
    if prefix:
        start, end = bisect_left(keys, prefix), bisect_left(keys, (prefix[0] + "\0",))
    reverse, size = request.get("reverseOrder", False), page_size(world, request)
    after = position(world, operation, request)
    if after is not None and reverse:
        end = bisect_left(keys, tuple(after))
    elif after is not None:
        start = bisect_right(keys, tuple(after))
    chosen = keys[max(start, end - size) : end][::-1] if reverse else keys[start:end][:size]
    more = len(chosen) < end - start
    items = [shelf.items[key] for key in chosen]
    return items, token(world, operation, request, list(chosen[-1])) if more else None


def _with_token(answer: Wire, next_page: str | None) -> Wire:
    return answer if next_page is None else {**answer, "nextPageToken": next_page}


def _arn(world: World, domain: Domain) -> str:
    return f"{world.arn_prefix}{domain.name}"


def _domain_of(world: World, arn: str) -> Domain:
    name = arn.removeprefix(world.arn_prefix)
    if name == arn or (name,) not in world.domains.items:
        raise unknown(f"Unknown resource: {arn}")
    return world.domain(name)


def _add_tags(world: World, domain: Domain, tags: list[Wire]) -> None:
    merged = {**domain.tags, **{tag["key"]: tag.get("value", "") for tag in tags}}
    if len(merged) > world.limits.tags:
        raise Fault("TooManyTagsFault", f"A domain holds at most {world.limits.tags} tags")
    domain.tags = merged


def register_domain(world: World, request: Wire) -> Wire:
    """Register a domain."""
    name = request["name"]
    if (name,) in world.domains.items:
        raise Fault("DomainAlreadyExistsFault", name)
    number = len(world.domains.items)
    if number >= world.limits.domains:
        raise Fault("LimitExceededFault", f"At most {world.limits.domains} domains")
    retention = request["workflowExecutionRetentionPeriodInDays"]
    domain = Domain(name, number, request.get("description"), retention)
    _add_tags(world, domain, request.get("tags", []))
    world.domains.add(domain)
    return {}


def _domain_info(world: World, domain: Domain) -> Wire:
    info: Wire = {"name": domain.name, "status": domain.status, "arn": _arn(world, domain)}
    if domain.description is not None:
        info["description"] = domain.description
    return info


def describe_domain(world: World, request: Wire) -> Wire:
    """Return a domain's information and configuration."""
    domain = world.domain(request["name"])
    configuration = {"workflowExecutionRetentionPeriodInDays": domain.retention}
    return {"domainInfo": _domain_info(world, domain), "configuration": configuration}


def deprecate_domain(world: World, request: Wire) -> Wire:
    """Deprecate a domain and every type in it."""
    domain = world.domain(request["name"])
    if domain.status == DEPRECATED:
        raise Fault("DomainDeprecatedFault", domain.name)
    world.domains.turn(domain, DEPRECATED)
    for shelf in (domain.workflow_types, domain.activity_types):
        for key in list(shelf.ordered[REGISTERED]):
            _deprecate(world, shelf, shelf.items[key])
    return {}


def undeprecate_domain(world: World, request: Wire) -> Wire:
    """Make a deprecated domain usable again; its types stay deprecated."""
    domain = world.domain(request["name"])
    if domain.status == REGISTERED:
        raise Fault("DomainAlreadyExistsFault", domain.name)
    world.domains.turn(domain, REGISTERED)
    return {}


def list_domains(world: World, request: Wire) -> Wire:
    """Return a page of the domains with a status, by name."""
    domains, more = _shelf_page(world, "ListDomains", request, world.domains)
    return _with_token({"domainInfos": [_domain_info(world, domain) for domain in domains]}, more)


def tag_resource(world: World, request: Wire) -> Wire:
    """Add tags to a domain, or overwrite them."""
    _add_tags(world, _domain_of(world, request["resourceArn"]), request["tags"])
    return {}


def untag_resource(world: World, request: Wire) -> Wire:
    """Remove tags from a domain; those it does not have are passed over."""
    domain = _domain_of(world, request["resourceArn"])
    for key in request["tagKeys"]:
        domain.tags.pop(key, None)
    return {}


def list_tags_for_resource(world: World, request: Wire) -> Wire:
    """Return the tags of a domain."""
    domain = _domain_of(world, request["resourceArn"])
    return {"tags": [{"key": key, "value": value} for key, value in domain.tags.items()]}


def _deprecate(world: World, shelf: Shelf[TypeRecord], record: TypeRecord) -> None:
    shelf.turn(record, DEPRECATED)
    record.deprecated = world.now


def _shown(kind: str, name: str, version: str) -> str:
    return f"{kind}=[name={name}, version={version}]"


def unknown_type(kind: str, wanted: Wire) -> Fault:
    """Return the fault that names an unknown WorkflowType or ActivityType."""
    return unknown(f"Unknown type: {_shown(kind, wanted['name'], wanted['version'])}")


class _TypeKind(NamedTuple):
    """The six operations on one kind of type.

    :param name: "WorkflowType" or "ActivityType", as operations and messages spell it.
    :param member: the member that names a type in requests and answers.
    """

    name: str
    member: str
    shelf_of: Callable[[Domain], Shelf[TypeRecord]]
    limit_of: Callable[[World], int]

    def register(self, world: World, request: Wire) -> Wire:
        """Register a type."""
        domain = world.domain(request["domain"])
        shelf, key = self.shelf_of(domain), (request["name"], request["version"])
        if domain.status == DEPRECATED:
            raise Fault(world.choices.deprecated_domain_fault, domain.name)
        if key in shelf.items:
            raise Fault("TypeAlreadyExistsFault", _shown(self.name, *key))
        if len(shelf.items) >= self.limit_of(world):
            raise Fault("LimitExceededFault", f"At most {self.limit_of(world)} types in a domain")
        shelf.add(TypeRecord(request, world.now))
        return {}

    def _find(self, world: World, request: Wire) -> tuple[Shelf[TypeRecord], TypeRecord]:
        shelf, wanted = self.shelf_of(world.domain(request["domain"])), request[self.member]
        record = shelf.items.get((wanted["name"], wanted["version"]))
        if record is None:
            raise unknown_type(self.name, wanted)
        return shelf, record

    def _info(self, record: TypeRecord) -> Wire:
        info: Wire = {
            self.member: {"name": record.key[0], "version": record.key[1]},
            "status": record.status,
            "creationDate": record.created,
        }
        if record.description is not None:
            info["description"] = record.description
        if record.deprecated is not None:
            info["deprecationDate"] = record.deprecated
        return info

    def describe(self, world: World, request: Wire) -> Wire:
        """Return a type's information and the defaults that were given."""
        _, record = self._find(world, request)
        return {"typeInfo": self._info(record), "configuration": dict(record.defaults)}

    def deprecate(self, world: World, request: Wire) -> Wire:
        """Deprecate a type."""
        shelf, record = self._find(world, request)
        if record.status == DEPRECATED:
            raise Fault("TypeDeprecatedFault", _shown(self.name, *record.key))
        _deprecate(world, shelf, record)
        return {}

    def undeprecate(self, world: World, request: Wire) -> Wire:
        """Make a deprecated type usable again."""
        shelf, record = self._find(world, request)
        if record.status == REGISTERED:
            raise Fault("TypeAlreadyExistsFault", _shown(self.name, *record.key))
        shelf.turn(record, REGISTERED)
        record.deprecated = None
        return {}

    def delete(self, world: World, request: Wire) -> Wire:
        """Delete a deprecated type."""
        shelf, record = self._find(world, request)
        if record.status == REGISTERED:
            text = "The type is currently registered and cannot be deleted in its current state"
            raise Fault("TypeNotDeprecatedFault", text)
        shelf.remove(record)
        return {}

    def list(self, world: World, request: Wire) -> Wire:
        """Return a page of the types with a status, by name and version."""
        shelf = self.shelf_of(world.domain(request["domain"]))
        prefix = (request["name"],) if "name" in request else ()
        records, more = _shelf_page(world, f"List{self.name}s", request, shelf, prefix)
        return _with_token({"typeInfos": [self._info(record) for record in records]}, more)


_KINDS = (
    _TypeKind(
        "WorkflowType",
        "workflowType",
        lambda domain: domain.workflow_types,
        lambda world: world.limits.workflow_types,
    ),
    _TypeKind(
        "ActivityType",
        "activityType",
        lambda domain: domain.activity_types,
        lambda world: world.limits.activity_types,
    ),
)


def registry_operations() -> Mapping[str, Operation]:
    """Return the 20 operations of this module by name."""
    operations: dict[str, Operation] = {
        "RegisterDomain": register_domain,
        "DescribeDomain": describe_domain,
        "DeprecateDomain": deprecate_domain,
        "UndeprecateDomain": undeprecate_domain,
        "ListDomains": list_domains,
        "TagResource": tag_resource,
        "UntagResource": untag_resource,
        "ListTagsForResource": list_tags_for_resource,
    }
    for kind in _KINDS:
        operations[f"Register{kind.name}"] = kind.register
        operations[f"Describe{kind.name}"] = kind.describe
        operations[f"Deprecate{kind.name}"] = kind.deprecate
        operations[f"Undeprecate{kind.name}"] = kind.undeprecate
        operations[f"Delete{kind.name}"] = kind.delete
        operations[f"List{kind.name}s"] = kind.list
    return operations
