"""The operations on domains and their tags."""

from __future__ import annotations

from collections.abc import Mapping

from py_swf.local.machine.execution.entity import Wire
from py_swf.local.machine.faults import Fault, unknown
from py_swf.local.machine.operations.operation import Operation
from py_swf.local.machine.operations.pages import registration_page, with_page_token
from py_swf.local.machine.operations.types import deprecate_type
from py_swf.local.machine.state.domain import Domain
from py_swf.local.machine.state.registrations import DEPRECATED, REGISTERED
from py_swf.local.machine.state.service_state import ServiceState

__all__ = ["DOMAIN_OPERATIONS"]


def _arn(state: ServiceState, domain: Domain) -> str:
    return f"{state.arn_prefix}{domain.name}"


def _domain_of(state: ServiceState, arn: str) -> Domain:
    name = arn.removeprefix(state.arn_prefix)
    if name == arn or (name,) not in state.domains.items:
        raise unknown(f"Unknown resource: {arn}")
    return state.domain(name)


def _add_tags(state: ServiceState, domain: Domain, tags: list[Wire]) -> None:
    merged = {**domain.tags, **{tag["key"]: tag.get("value", "") for tag in tags}}
    if len(merged) > state.limits.tags:
        raise Fault("TooManyTagsFault", f"A domain holds at most {state.limits.tags} tags")
    domain.tags = merged
    state.domains.changed(domain)


def register_domain(state: ServiceState, request: Wire) -> Wire:
    """Register a domain."""
    name = request["name"]
    if (name,) in state.domains.items:
        raise Fault("DomainAlreadyExistsFault", name)
    if len(state.domains.items) >= state.limits.domains:
        raise Fault("LimitExceededFault", f"At most {state.limits.domains} domains")
    retention = request["workflowExecutionRetentionPeriodInDays"]
    domain = Domain(name, request.get("description"), retention, state.changes)
    _add_tags(state, domain, request.get("tags", []))
    state.domains.add(domain)
    return {}


def _domain_info(state: ServiceState, domain: Domain) -> Wire:
    info: Wire = {"name": domain.name, "status": domain.status, "arn": _arn(state, domain)}
    if domain.description is not None:
        info["description"] = domain.description
    return info


def describe_domain(state: ServiceState, request: Wire) -> Wire:
    """Return a domain's information and configuration."""
    domain = state.domain(request["name"])
    configuration = {"workflowExecutionRetentionPeriodInDays": domain.retention}
    return {"domainInfo": _domain_info(state, domain), "configuration": configuration}


def deprecate_domain(state: ServiceState, request: Wire) -> Wire:
    """Deprecate a domain and every type in it."""
    domain = state.domain(request["name"])
    if domain.status == DEPRECATED:
        raise Fault("DomainDeprecatedFault", domain.name)
    state.domains.change_status(domain, DEPRECATED)
    for types in (domain.workflow_types, domain.activity_types):
        for key in list(types.ordered[REGISTERED]):
            deprecate_type(state, types, types.items[key])
    return {}


def undeprecate_domain(state: ServiceState, request: Wire) -> Wire:
    """Make a deprecated domain usable again; its types stay deprecated."""
    domain = state.domain(request["name"])
    if domain.status == REGISTERED:
        raise Fault("DomainAlreadyExistsFault", domain.name)
    state.domains.change_status(domain, REGISTERED)
    return {}


def list_domains(state: ServiceState, request: Wire) -> Wire:
    """Return a page of the domains with a status, by name."""
    domains, more = registration_page(state, "ListDomains", request, state.domains)
    return with_page_token(
        {"domainInfos": [_domain_info(state, domain) for domain in domains]}, more
    )


def tag_resource(state: ServiceState, request: Wire) -> Wire:
    """Add tags to a domain, or overwrite them."""
    _add_tags(state, _domain_of(state, request["resourceArn"]), request["tags"])
    return {}


def untag_resource(state: ServiceState, request: Wire) -> Wire:
    """Remove tags from a domain; those it does not have are ignored."""
    domain = _domain_of(state, request["resourceArn"])
    for key in request["tagKeys"]:
        domain.tags.pop(key, None)
    state.domains.changed(domain)
    return {}


def list_tags_for_resource(state: ServiceState, request: Wire) -> Wire:
    """Return the tags of a domain."""
    domain = _domain_of(state, request["resourceArn"])
    return {"tags": [{"key": key, "value": value} for key, value in domain.tags.items()]}


DOMAIN_OPERATIONS: Mapping[str, Operation] = {
    "RegisterDomain": register_domain,
    "DescribeDomain": describe_domain,
    "DeprecateDomain": deprecate_domain,
    "UndeprecateDomain": undeprecate_domain,
    "ListDomains": list_domains,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
    "ListTagsForResource": list_tags_for_resource,
}
