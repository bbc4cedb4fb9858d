"""The completion of a decision task, as the handlers of its decisions see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from py_swf.local.machine.execution.entity import Wire
from py_swf.local.machine.execution.execution import Execution
from py_swf.local.machine.state.domain import Domain, RegisteredType
from py_swf.local.machine.state.registrations import DEPRECATED, Registrations
from py_swf.local.machine.state.service_state import ServiceState

__all__ = ["Completion", "Handler", "known_type"]


class Completion(NamedTuple):
    """The completion of one decision task, while its decisions are applied.

    :param completed: id of the DecisionTaskCompleted event.
    :param unhandled: whether something happened that the decider has not seen.
    :param canceled_timers: ids of the timers canceled by decisions of this completion.
    """

    state: ServiceState
    execution: Execution
    completed: int
    unhandled: bool
    canceled_timers: set[str]

    @property
    def domain(self) -> Domain:
        """The domain of the execution."""
        return self.state.domain(self.execution.domain)


#: Applies a decision with these attributes. It returns None; or the cause for which the decision
#: fails, in which case it has recorded nothing.
Handler = Callable[[Completion, Wire], "str | None"]


def known_type(
    kind: str, types: Registrations[RegisteredType], wanted: Wire
) -> tuple[RegisteredType | None, str | None]:
    """Return a registered type, or the cause for which it cannot be used.

    :param kind: "WORKFLOW" or "ACTIVITY", as the causes spell it.
    """
    found = types.items.get((wanted["name"], wanted["version"]))
    if found is None:
        return None, f"{kind}_TYPE_DOES_NOT_EXIST"
    if found.status == DEPRECATED:
        return None, f"{kind}_TYPE_DEPRECATED"
    return found, None
