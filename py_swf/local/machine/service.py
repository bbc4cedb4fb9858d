"""The whole service behind one call.

``Service.call`` takes an operation and its request and returns the answer, both as plain
dictionaries with the wire's names. It reads only the given clock, never waits, and takes all random
numbers from the seed: the same calls with the same seed give the same histories, byte for byte.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping
from typing import Any

from py_swf.local.machine.choices import Choices
from py_swf.local.machine.clock import Clock
from py_swf.local.machine.decisions.children import after_close
from py_swf.local.machine.execution.execution import Execution, HistoryFull
from py_swf.local.machine.faults import Fault
from py_swf.local.machine.limits import Limits
from py_swf.local.machine.operations.activity_tasks import ACTIVITY_TASK_OPERATIONS
from py_swf.local.machine.operations.decision_tasks import DECISION_TASK_OPERATIONS
from py_swf.local.machine.operations.domains import DOMAIN_OPERATIONS
from py_swf.local.machine.operations.executions import EXECUTION_OPERATIONS
from py_swf.local.machine.operations.operation import Operation
from py_swf.local.machine.operations.types import TYPE_OPERATIONS
from py_swf.local.machine.operations.visibility import VISIBILITY_OPERATIONS
from py_swf.local.machine.requests.validation import validator
from py_swf.local.machine.state.domain import Domain
from py_swf.local.machine.state.service_state import ServiceState
from py_swf.local.machine.tokens import NO_SALT

__all__ = ["OPERATIONS", "Service"]

#: operation -> its function
OPERATIONS: Mapping[str, Operation] = {
    **DOMAIN_OPERATIONS,
    **TYPE_OPERATIONS,
    **EXECUTION_OPERATIONS,
    **VISIBILITY_OPERATIONS,
    **DECISION_TASK_OPERATIONS,
    **ACTIVITY_TASK_OPERATIONS,
}


class Service:
    """Amazon SWF as a pure machine.

    :param clock: the source of the time.
    :param seed: the source of run ids.
    :param region: the region in the ARNs of domains.
    :param account: the account in the ARNs of domains.
    :param limits: the quotas; by default the documented ones.
    :param lambda_functions: name -> function from input to result. What it raises becomes a
        LambdaFunctionFailed event; TimeoutError means that it never answers.
    :param refuse: called as ``refuse(decision_type, workflow_id)`` for every decision; a cause
        such as "OPERATION_NOT_PERMITTED" makes the decision fail with it, None lets it pass.
    :param choices: answers to questions that the service's documentation leaves open.
    :param token_salt: 8 bytes that go into the task tokens, and into nothing else. A service that
        is started again with the same seed gives the same run ids; with another salt, it refuses
        answers to tasks of its earlier start.
    :raises ValueError: when the salt is of another length.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        seed: int = 0,
        region: str = "us-east-1",
        account: str = "123456789012",
        limits: Limits | None = None,
        lambda_functions: Mapping[str, Callable[[str], str]] | None = None,
        refuse: Callable[[str, str], str | None] | None = None,
        choices: Choices | None = None,
        token_salt: bytes = NO_SALT,
    ) -> None:
        if len(token_salt) != len(NO_SALT):
            raise ValueError(f"token_salt must be {len(NO_SALT)} bytes, got {token_salt!r}")
        self._clock = clock
        self._validator = validator()
        self._state = ServiceState(
            clock.now(),
            seed,
            limits=limits or Limits(),
            choices=choices or Choices(),
            lambda_functions={} if lambda_functions is None else lambda_functions,
            refuse=refuse,
            arn_prefix=f"arn:aws:swf:{region}:{account}:/domain/",
            token_salt=token_salt,
            after_close=after_close,
        )

    @property
    def on_task(self) -> Callable[[str, str, str], None] | None:
        """Called as (kind, domain, task_list) each time a task can be polled.

        The kind is "decision" or "activity".
        """
        return self._state.task_lists.on_task

    @on_task.setter
    def on_task(self, listener: Callable[[str, str, str], None] | None) -> None:
        self._state.task_lists.on_task = listener

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do everything that is due, then one operation.

        The answer shares its parts with the service's own records: read it, do not change it.

        :param operation: its name, such as "PollForDecisionTask".
        :param request: its input; unknown members and those that are None are ignored.
        :return: its output, empty for an operation without one. A poll with nothing to hand out
            answers at once.
        :raises Fault: when the service refuses; nothing has changed then.
        """
        handler = OPERATIONS.get(operation)
        if handler is None:
            raise Fault("UnknownOperationException", f"Unknown operation: {operation}")
        self.run_due()
        clean = self._validator.check(operation, request)
        try:
            return handler(self._state, clean)
        except HistoryFull:
            return {}

    def run_due(self) -> None:
        """Do everything that is due now, each thing at its own time, in order."""
        self._state.run_due(self._clock.now())

    def next_deadline(self) -> float | None:
        """Return when the next thing happens by itself, or None if nothing will.

        The end of an execution's retention does not count.
        """
        return self._state.deadlines.next_time()

    def waiting_tasks(self) -> Collection[tuple[str, str, str]]:
        """Return the lists in which tasks are waiting, each as (kind, domain, task_list)."""
        return self._state.task_lists.keys()

    def history(
        self, workflow_id: str, run_id: str | None = None, domain: str | None = None
    ) -> list[dict[str, Any]]:
        """Return a copy of an execution's events, oldest first, after doing everything due.

        :param run_id: which run; by default the latest one.
        :param domain: may be left out if only one domain holds that workflow id.
        :raises LookupError: when there is no such execution, or several domains hold it.
        """
        self.run_due()
        domains = self._state.domains.items.values()
        holders = [each for each in domains if domain in {None, each.name}]
        found = [run for each in holders if (run := self._find(each, workflow_id, run_id))]
        if len(found) != 1:
            problem = "no domain holds" if not found else "several domains hold"
            raise LookupError(
                f"{problem} an execution with workflow_id={workflow_id!r}, run_id={run_id!r}, "
                f"domain={domain!r}"
            )
        return copy.deepcopy(found[0].events)

    def _find(self, domain: Domain, workflow_id: str, run_id: str | None) -> Execution | None:
        if run_id is None:
            return domain.latest.get(workflow_id)
        execution = self._state.executions.get(run_id)
        if execution is None or execution.workflow_id != workflow_id:
            return None
        return execution if execution.domain == domain.name else None
