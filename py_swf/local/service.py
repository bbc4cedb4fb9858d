"""The whole service behind one call.

``Service.call`` takes an operation and its request and returns the answer, both as plain
dictionaries under the wire's names. It reads no clock but the one given, waits for nothing, and
uses no chance but the seed: the same calls on the same seed give the same histories to the byte.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from .choices import Choices
from .clock import Clock
from .execution import Execution
from .faults import Fault
from .limits import Limits
from .records import Wire
from .registry import registry_operations
from .runs import run_operations
from .tasks import task_operations
from .validation import validator
from .world import HistoryFull, World

__all__ = ["OPERATIONS", "Service"]

#: operation -> its handler
OPERATIONS: Mapping[str, Callable[[World, Wire], Wire]] = {
    **registry_operations(),
    **run_operations(),
    **task_operations(),
}


class Service:
    """Amazon SWF as a pure machine.

    :param clock: where the time comes from.
    :param seed: of the run ids.
    :param region: named in the ARNs of domains.
    :param account: named in the ARNs of domains.
    :param limits: the quotas; the documented ones when left out.
    :param lambda_functions: name -> function from input to result. What it raises becomes a
        LambdaFunctionFailed event; TimeoutError means that it never answers.
    :param refuse: called as ``refuse(decision_type, workflow_id)`` for every decision; a cause
        such as "OPERATION_NOT_PERMITTED" makes the decision fail with it, None lets it pass.
    :param choices: answers to what the service's documents leave open.
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
    ) -> None:
        self._clock = clock
        self._validator = validator()
        self._world = World(
            clock.now(),
            seed,
            limits or Limits(),
            choices or Choices(),
            lambda_functions or {},
            refuse,
            f"arn:aws:swf:{region}:{account}:/domain/",
        )

    @property
    def on_task(self) -> Callable[[str, str, str], None] | None:
        """What is called as (kind, domain, task_list) each time a task becomes pollable.

        The kind is "decision" or "activity".
        """
        return self._world.on_task

    @on_task.setter
    def on_task(self, listener: Callable[[str, str, str], None] | None) -> None:
        self._world.on_task = listener

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do everything that is due, then one operation.

        The answer shares its parts with the service's own records: read it, do not change it.

        :param operation: its name, such as "PollForDecisionTask".
        :param request: its input; unknown members and those that are None are passed over.
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
            return handler(self._world, clean)
        except HistoryFull:
            return {}

    def run_due(self) -> None:
        """Do everything due at the clock's present time: each at its own time, in order."""
        self._world.run_due(self._clock.now())

    def next_deadline(self) -> float | None:
        """Return when the next thing happens by itself, or None when nothing will.

        That executions leave the records when their retention ends does not count.
        """
        return self._world.deadlines.next_time()

    def waiting_tasks(self) -> bool:
        """Return whether any task waits to be handed out, in any list."""
        return self._world.waiting > 0

    def history(
        self, workflow_id: str, run_id: str | None = None, domain: str | None = None
    ) -> list[dict[str, Any]]:
        """Return a copy of an execution's events, oldest first, everything due being done.

        :param run_id: which run; the latest one when left out.
        :param domain: may be left out when one domain only holds that workflow id.
        :raises LookupError: when there is no such execution, or several domains hold it.
        """
        self.run_due()
        found = [
            run
            for holder in self._world.domains.items.values()
            if domain in {None, holder.name}
            and (run := self._run(holder.latest.get(workflow_id), workflow_id, run_id))
            and run.domain is holder
        ]
        if len(found) != 1:
            problem = "no domain holds" if not found else "several domains hold"
            raise LookupError(
                f"{problem} an execution with workflow_id={workflow_id!r}, run_id={run_id!r}, "
                f"domain={domain!r}"
            )
        return copy.deepcopy(found[0].events)

    def _run(
        self, latest: Execution | None, workflow_id: str, run_id: str | None
    ) -> Execution | None:
        run = latest if run_id is None else self._world.runs.get(run_id)
        return run if run is not None and run.workflow_id == workflow_id else None
