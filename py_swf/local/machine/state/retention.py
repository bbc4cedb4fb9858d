"""How long closed executions are kept: as long as the retention of their domain says."""

from __future__ import annotations

from py_swf.local.machine.changes import Changes
from py_swf.local.machine.deadlines import Deadlines
from py_swf.local.machine.execution.entity import whole_seconds
from py_swf.local.machine.execution.execution import Execution
from py_swf.local.machine.state.domain import Domain

__all__ = ["Retention"]

_A_DAY = 86_400


class Retention:
    """The closed executions of a service, each until it is removed.

    :param executions: run id -> execution, from which they are removed.
    :param changes: what has changed since it was last written to a file.
    """

    def __init__(self, executions: dict[str, Execution], changes: Changes) -> None:
        self._executions = executions
        self._changes = changes
        self._ends = Deadlines()

    def __len__(self) -> int:
        return len(self._ends)

    def keep(self, execution: Execution, domain: Domain, closed: float) -> None:
        """Keep an execution from when it closed, for as many days as its domain says."""
        days = whole_seconds(domain.retention) or 0
        self._ends.add(round(closed + days * _A_DAY, 3), 0, self._remove, execution, domain)

    def run_due(self, now: float) -> None:
        """Remove those whose retention is over."""
        while (due := self._ends.take_due(now)) is not None:
            _, remove, arguments = due
            remove(*arguments)

    def _remove(self, execution: Execution, domain: Domain) -> None:
        self._changes.of_execution(execution, execution)
        execution.removed = True
        del self._executions[execution.run_id]
        if domain.latest.get(execution.workflow_id) is execution:
            del domain.latest[execution.workflow_id]
        domain.listings.changed(execution)
