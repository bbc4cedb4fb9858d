"""What one service knows: the time, what is due, the domains, the task lists, the executions.

Time stands still during a step. A step is one request, or one action that fell due. Such actions
run at their own time, in order, before the next request.

Executions refer to each other by run id, so an execution whose retention is over is freed, whatever
children it had.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

from py_swf.local.machine.changes import Changes
from py_swf.local.machine.choices import Choices
from py_swf.local.machine.deadlines import Deadlines
from py_swf.local.machine.execution.entity import Wire
from py_swf.local.machine.execution.execution import Execution, HistoryFull
from py_swf.local.machine.faults import unknown
from py_swf.local.machine.limits import Limits
from py_swf.local.machine.run_ids import RunIds
from py_swf.local.machine.state.domain import Domain
from py_swf.local.machine.state.registrations import Registrations
from py_swf.local.machine.state.retention import Retention
from py_swf.local.machine.task_lists import TaskLists

__all__ = ["ServiceState"]


class ServiceState:
    """The state of one service.

    :param after_close: what happens to an execution's parent and children after its close.
    :ivar deadlines: timeouts and follow-up steps.
    :ivar retention: how long closed executions are kept.
    :ivar serial: the last number given out, see :meth:`next_serial`.
    :ivar changes: what has changed since it was last written to a file, if there is one.
    :ivar executions: run id -> execution, open or closed.
    """

    def __init__(
        self,
        now: float,
        seed: int,
        *,
        limits: Limits,
        choices: Choices,
        lambda_functions: Mapping[str, Callable[[str], str]],
        refuse: Callable[[str, str], str | None] | None,
        arn_prefix: str,
        token_salt: bytes,
        after_close: Callable[[ServiceState, Execution], None],
    ) -> None:
        self.now = now
        self.limits = limits
        self.choices = choices
        self.lambda_functions = lambda_functions
        self.refuse = refuse
        self.arn_prefix = arn_prefix
        self.token_salt = token_salt
        self.run_ids = RunIds(seed)
        self.serial = 0
        self.deadlines = Deadlines()
        self.task_lists = TaskLists()
        self.changes = Changes()
        self.domains: Registrations[Domain] = Registrations(self.changes)
        self.executions: dict[str, Execution] = {}
        self.retention = Retention(self.executions, self.changes)
        self._after_close = after_close
        self._until = -inf

    def next_serial(self) -> int:
        """Return a number greater than all returned before."""
        self.serial += 1
        return self.serial

    def domain(self, name: str) -> Domain:
        """Return the domain of this name, whatever its status.

        :raises Fault: UnknownResourceFault when there is none.
        """
        domain = self.domains.items.get((name,))
        if domain is None:
            raise unknown(f"Unknown domain: {name}")
        return domain

    def later(self, action: Callable[..., None], *arguments: Any) -> None:
        """Have a follow-up step done after the current one, at the same time."""
        self.deadlines.add(self.now, 0, action, *arguments)

    def run_due(self, now: float) -> None:
        """Do everything that falls due until ``now``, each at its own time, in order.

        A call made within a step, by a Lambda function, happens at the time of that step.
        """
        until, self._until = self._until, max(self._until, now)
        if now <= until:
            now = self.now
        try:
            while (due := self.deadlines.take_due(now)) is not None:
                when, action, arguments = due
                self.now = max(self.now, when)
                try:
                    action(*arguments)
                except HistoryFull:
                    continue
        finally:
            self._until = until
        self.now = max(self.now, now)
        self.retention.run_due(self.now)

    def begin(
        self,
        domain: Domain,
        workflow_id: str,
        workflow_type: Wire,
        settings: Wire,
        *,
        run_id: str | None = None,
        **more: Any,
    ) -> Execution:
        """Start a run: its first two events, its timeout, its place among the open executions.

        :param settings: the resolved settings, under the service's names.
        :param run_id: its run id, if that is known already; otherwise it gets a new one.
        :param more: further attributes of the WorkflowExecutionStarted event.
        """
        run_id = run_id or self.run_ids.take()
        execution = Execution(self, domain.name, workflow_id, run_id)
        self.executions[run_id] = domain.open[workflow_id] = execution
        domain.latest[workflow_id] = execution
        domain.listings.changed(execution)
        attributes = {
            "workflowType": workflow_type,
            "parentInitiatedEventId": 0,
            **settings,
            **more,
        }
        execution.record("WorkflowExecutionStarted", **attributes)
        return execution

    def closed(self, execution: Execution) -> None:
        """Remove an execution from the open ones, and schedule what follows from its close."""
        domain = self.domain(execution.domain)
        del domain.open[execution.workflow_id]
        domain.listings.changed(execution)
        self.retention.keep(execution, domain, self.now)
        self._after_close(self, execution)

    def restore(self, execution: Execution) -> None:
        """Put a run from the file in its place; its earlier runs must already be there."""
        domain = self.domain(execution.domain)
        self.executions[execution.run_id] = domain.latest[execution.workflow_id] = execution
        domain.listings.changed(execution)
        if execution.closed is None:
            domain.open[execution.workflow_id] = execution
        else:
            self.retention.keep(execution, domain, execution.closed)
