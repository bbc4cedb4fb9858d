"""What the rows of a file contain, and how the state is restored from them.

A record is a mapping that JSON can hold. An event is a row as it is. An execution, and each of its
open tasks, timers and so on, is a record of its attributes by their own names. What its history
says already, such as the attributes of its first event, is not repeated. Task lists, lists of
executions and retentions follow from the rest, and are made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from py_swf.local.machine.execution.activity_task import ActivityTask
from py_swf.local.machine.execution.child_execution import ChildExecution
from py_swf.local.machine.execution.decision_task import DecisionTask, Override
from py_swf.local.machine.execution.entity import Entity, event_attributes_member
from py_swf.local.machine.execution.execution import Execution
from py_swf.local.machine.execution.external_request import ExternalCancel, ExternalSignal
from py_swf.local.machine.execution.lambda_function import LambdaFunction
from py_swf.local.machine.execution.timer import Timer
from py_swf.local.machine.run_ids import RunIds
from py_swf.local.machine.state.domain import Domain, RegisteredType
from py_swf.local.machine.state.registrations import Key
from py_swf.local.machine.state.service_state import ServiceState

__all__ = [
    "Record",
    "entity_record",
    "registration_record",
    "restore_execution",
    "restore_registration",
    "restore_service",
    "service_record",
]

Record = dict[str, Any]

#: kind of an open part of an execution -> what makes an empty one
_KINDS: dict[str, Callable[[], Entity]] = {
    "ActivityTask": lambda: ActivityTask(0, 0),
    "ChildExecution": ChildExecution,
    "DecisionTask": lambda: DecisionTask(0, 0, None),
    "ExternalCancel": lambda: ExternalCancel(None),
    "ExternalSignal": lambda: ExternalSignal(None),
    "LambdaFunction": LambdaFunction,
    "Timer": Timer,
}

#: attributes that follow from the rest, are written separately, or matter only within a call
_LEFT_OUT = frozenset(
    {
        *("_open", "attributes", "deadlines", "events", "host", "place"),
        *("deciding", "removed", "wanted"),
    }
)


def _fields(kind: type) -> tuple[str, ...]:
    slots = (name for base in kind.__mro__ for name in base.__dict__.get("__slots__", ()))
    return tuple(name for name in slots if name not in _LEFT_OUT)


#: kind -> the attributes that are in its record
_FIELDS = {
    kind.__name__: _fields(kind)
    for kind in (
        ActivityTask,
        ChildExecution,
        DecisionTask,
        Execution,
        ExternalCancel,
        ExternalSignal,
        LambdaFunction,
        Timer,
    )
}


def service_record(state: ServiceState) -> Record:
    """Return the record of the service as a whole: its time, and its next numbers."""
    return {
        "now": state.now,
        "serial": state.serial,
        "deadline_serial": state.deadlines.serial,
        "run_ids": state.run_ids.taken,
    }


def restore_service(state: ServiceState, record: Record, seed: int) -> None:
    """Resume a service from its :func:`service_record`, after everything else was restored.

    :param seed: of its run ids
    """
    state.now, state.serial = record["now"], record["serial"]
    state.deadlines.serial = record["deadline_serial"]
    state.run_ids = RunIds(seed, record["run_ids"])


def registration_record(state: ServiceState, key: Key) -> Record | None:
    """Return the record of a domain or a type, None if it no longer exists.

    :param key: (domain,) or (domain, kind, name, version)
    """
    domain = state.domains.items[key[:1]]
    if len(key) == 1:
        return {n: getattr(domain, n) for n in ("status", "description", "retention", "tags")}
    found = _types(domain, key[1]).items.get(key[2:])
    if found is None:
        return None
    names = ("status", "description", "created", "deprecated", "defaults")
    return {name: getattr(found, name) for name in names}


def restore_registration(state: ServiceState, key: Key, record: Record) -> None:
    """Register what a record describes; domains come before their types."""
    if len(key) == 1:
        domain = Domain(key[0], record["description"], record["retention"], state.changes)
        _set(domain, record)
        state.domains.add(domain)
        return
    request = {"name": key[2], "version": key[3]}
    found = RegisteredType(request, record["created"])
    _set(found, record)
    _types(state.domains.items[key[:1]], key[1]).add(found)


def _types(domain: Domain, kind: str) -> Any:
    return {"WorkflowType": domain.workflow_types, "ActivityType": domain.activity_types}[kind]


def entity_record(entity: Entity) -> Record:
    """Return the record of an execution, or of something that is open in one."""
    kind = type(entity).__name__
    record: Record = {"kind": kind}
    for name in _FIELDS[kind]:
        value = getattr(entity, name)
        if value is not None and value is not False:  # the values in a new one
            record[name] = value
    if entity.deadlines:
        record["deadlines"] = {
            timeout: (key[0], key[2]) for timeout, (key, _) in entity.deadlines.items()
        }
    return record


def restore_execution(
    state: ServiceState, record: Record, events: list[Record], parts: Iterable[Record]
) -> None:
    """Put an execution in its place.

    :param events: its history
    :param parts: the records of its open parts, in the order in which they were opened
    """
    execution = Execution(state, record["domain"], record["workflow_id"], record["run_id"])
    execution.events = events
    _restore(execution, execution, record)
    for part in parts:
        _restore(execution, _KINDS[part["kind"]](), part)
    execution.offer_decision_task()
    state.restore(execution)


def _restore(execution: Execution, entity: Entity, record: Record) -> None:
    _set(entity, record)
    event = execution.events[entity.opened - 1]
    entity.attributes = event[event_attributes_member(event["eventType"])]
    execution.resume(entity, record.get("deadlines", {}))


def _set(target: object, record: Record) -> None:
    for name, value in record.items():
        if name == "override" and value is not None:
            value = Override(*value)
        if name not in ("deadlines", "kind"):
            setattr(target, name, value)
