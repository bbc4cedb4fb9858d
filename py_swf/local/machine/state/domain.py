"""A domain: the types registered in it, its open executions, and the lists of all of them."""

from __future__ import annotations

from py_swf.local.machine.changes import Changes
from py_swf.local.machine.execution.entity import Wire
from py_swf.local.machine.execution.execution import Execution
from py_swf.local.machine.state.listings import Listings
from py_swf.local.machine.state.registrations import REGISTERED, Key, Registrations

__all__ = ["Domain", "RegisteredType"]


class RegisteredType:
    """A registered workflow type or activity type.

    :ivar defaults: the members of its registration whose names begin with "default".
    """

    __slots__ = ("created", "defaults", "deprecated", "description", "key", "status")

    def __init__(self, request: Wire, created: float) -> None:
        self.key: Key = (request["name"], request["version"])
        self.status = REGISTERED
        self.description: str | None = request.get("description")
        self.created = created
        self.deprecated: float | None = None
        self.defaults: Wire = {k: v for k, v in request.items() if k.startswith("default")}


Types = Registrations[RegisteredType]


class Domain:
    """A domain and everything in it.

    :ivar retention: days for which a closed execution is kept, as text.
    :ivar open: workflow id -> the open run.
    :ivar latest: workflow id -> the run started last.
    :ivar starting: children that were initiated but not started yet.
    """

    def __init__(
        self, name: str, description: str | None, retention: str, changes: Changes
    ) -> None:
        self.name = name
        self.status = REGISTERED
        self.description = description
        self.retention = retention
        self.tags: dict[str, str] = {}
        self.workflow_types: Types = Registrations(changes, name, "WorkflowType")
        self.activity_types: Types = Registrations(changes, name, "ActivityType")
        self.open: dict[str, Execution] = {}
        self.latest: dict[str, Execution] = {}
        self.starting = 0
        self.listings = Listings()

    @property
    def key(self) -> Key:
        """Its key: its name."""
        return (self.name,)
