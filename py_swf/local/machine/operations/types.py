"""The operations on workflow types and activity types: the same six on each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from py_swf.local.machine.execution.entity import Wire
from py_swf.local.machine.faults import Fault, unknown_type
from py_swf.local.machine.operations.operation import Operation
from py_swf.local.machine.operations.pages import registration_page, with_page_token
from py_swf.local.machine.state.domain import Domain, RegisteredType
from py_swf.local.machine.state.registrations import DEPRECATED, REGISTERED, Registrations
from py_swf.local.machine.state.service_state import ServiceState

__all__ = ["TYPE_OPERATIONS", "deprecate_type"]


def deprecate_type(
    state: ServiceState, types: Registrations[RegisteredType], found: RegisteredType
) -> None:
    """Give a type the status DEPRECATED."""
    types.change_status(found, DEPRECATED)
    found.deprecated = state.now


def _shown(kind: str, name: str, version: str) -> str:
    return f"{kind}=[name={name}, version={version}]"


class _TypeKind(NamedTuple):
    """The six operations on one kind of type.

    :param name: "WorkflowType" or "ActivityType", as operations and messages spell it.
    :param member: the member that names a type in requests and answers.
    """

    name: str
    member: str
    types_of: Callable[[Domain], Registrations[RegisteredType]]
    limit_of: Callable[[ServiceState], int]

    def register(self, state: ServiceState, request: Wire) -> Wire:
        """Register a type."""
        domain = state.domain(request["domain"])
        types, key = self.types_of(domain), (request["name"], request["version"])
        if domain.status == DEPRECATED:
            raise Fault(state.choices.deprecated_domain_fault, domain.name)
        if key in types.items:
            raise Fault("TypeAlreadyExistsFault", _shown(self.name, *key))
        if len(types.items) >= self.limit_of(state):
            raise Fault("LimitExceededFault", f"At most {self.limit_of(state)} types in a domain")
        types.add(RegisteredType(request, state.now))
        return {}

    def _find(
        self, state: ServiceState, request: Wire
    ) -> tuple[Registrations[RegisteredType], RegisteredType]:
        types, wanted = self.types_of(state.domain(request["domain"])), request[self.member]
        found = types.items.get((wanted["name"], wanted["version"]))
        if found is None:
            raise unknown_type(self.name, wanted["name"], wanted["version"])
        return types, found

    def _info(self, found: RegisteredType) -> Wire:
        info: Wire = {
            self.member: {"name": found.key[0], "version": found.key[1]},
            "status": found.status,
            "creationDate": found.created,
        }
        if found.description is not None:
            info["description"] = found.description
        if found.deprecated is not None:
            info["deprecationDate"] = found.deprecated
        return info

    def describe(self, state: ServiceState, request: Wire) -> Wire:
        """Return a type's information and its registered defaults."""
        _, found = self._find(state, request)
        return {"typeInfo": self._info(found), "configuration": dict(found.defaults)}

    def deprecate(self, state: ServiceState, request: Wire) -> Wire:
        """Deprecate a type."""
        types, found = self._find(state, request)
        if found.status == DEPRECATED:
            raise Fault("TypeDeprecatedFault", _shown(self.name, *found.key))
        deprecate_type(state, types, found)
        return {}

    def undeprecate(self, state: ServiceState, request: Wire) -> Wire:
        """Make a deprecated type usable again."""
        types, found = self._find(state, request)
        if found.status == REGISTERED:
            raise Fault("TypeAlreadyExistsFault", _shown(self.name, *found.key))
        types.change_status(found, REGISTERED)
        found.deprecated = None
        return {}

    def delete(self, state: ServiceState, request: Wire) -> Wire:
        """Delete a deprecated type."""
        types, found = self._find(state, request)
        if found.status == REGISTERED:
            text = "The type is currently registered and cannot be deleted in its current state"
            raise Fault("TypeNotDeprecatedFault", text)
        types.remove(found)
        return {}

    def list(self, state: ServiceState, request: Wire) -> Wire:
        """Return a page of the types with a status, by name and version."""
        types = self.types_of(state.domain(request["domain"]))
        prefix = (request["name"],) if "name" in request else ()
        page, more = registration_page(state, f"List{self.name}s", request, types, prefix)
        return with_page_token({"typeInfos": [self._info(found) for found in page]}, more)


_KINDS = (
    _TypeKind(
        "WorkflowType",
        "workflowType",
        lambda domain: domain.workflow_types,
        lambda state: state.limits.workflow_types,
    ),
    _TypeKind(
        "ActivityType",
        "activityType",
        lambda domain: domain.activity_types,
        lambda state: state.limits.activity_types,
    ),
)


def _operations_on(kind: _TypeKind) -> dict[str, Operation]:
    return {
        f"Register{kind.name}": kind.register,
        f"Describe{kind.name}": kind.describe,
        f"Deprecate{kind.name}": kind.deprecate,
        f"Undeprecate{kind.name}": kind.undeprecate,
        f"Delete{kind.name}": kind.delete,
        f"List{kind.name}s": kind.list,
    }


TYPE_OPERATIONS: Mapping[str, Operation] = {
    name: operation for kind in _KINDS for name, operation in _operations_on(kind).items()
}
