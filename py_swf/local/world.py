"""What all executions of one service share: the time, the deadlines, the domains, the task lists.

Time stands still while a step runs. A step is one request, or one action that fell due; actions
that fall due run at their own time, in order, before the next request is looked at.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Mapping
from math import inf
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .choices import Choices
from .deadlines import Deadlines, LazyHeap
from .faults import unknown
from .ids import RunIds
from .limits import Limits
from .records import ActivityTask, DecisionTask, Wire
from .visibility import Visibility

if TYPE_CHECKING:
    from .execution import Execution

__all__ = ["DEPRECATED", "REGISTERED", "Domain", "HistoryFull", "Shelf", "TypeRecord", "World"]

REGISTERED = "REGISTERED"
DEPRECATED = "DEPRECATED"

Task = DecisionTask | ActivityTask


class HistoryFull(Exception):
    """A history reached its limit and the execution was terminated: this step ends here."""


class TypeRecord:
    """A registered workflow or activity type."""

    __slots__ = ("created", "defaults", "deprecated", "description", "key", "status")

    def __init__(self, request: Wire, created: float) -> None:
        self.key: tuple[str, ...] = (request["name"], request["version"])
        self.status = REGISTERED
        self.description: str | None = request.get("description")
        self.created = created
        self.deprecated: float | None = None
        self.defaults: Wire = {k: v for k, v in request.items() if k.startswith("default")}


class Domain:
    """A domain and everything in it.

    :ivar number: its place among all domains ever registered; part of task tokens.
    :ivar open: workflow id -> the open run.
    :ivar latest: workflow id -> the run started last.
    :ivar starting: children that were initiated but not started yet.
    """

    def __init__(self, name: str, number: int, description: str | None, retention: str) -> None:
        self.key: tuple[str, ...] = (name,)
        self.name = name
        self.number = number
        self.status = REGISTERED
        self.description = description
        self.retention = retention
        self.tags: dict[str, str] = {}
        self.workflow_types: Shelf[TypeRecord] = Shelf()
        self.activity_types: Shelf[TypeRecord] = Shelf()
        self.open: dict[str, Execution] = {}
        self.latest: dict[str, Execution] = {}
        self.starting = 0
        self.task_lists: dict[tuple[str, str], LazyHeap] = {}
        self.visibility = Visibility()


Item = TypeVar("Item", TypeRecord, Domain)


class Shelf(Generic[Item]):
    """Registered things by key, and their keys in order under each status."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, ...], Item] = {}
        self.ordered: dict[str, list[tuple[str, ...]]] = {REGISTERED: [], DEPRECATED: []}

    def add(self, item: Item) -> None:
        """Put a new thing on the shelf."""
        self.items[item.key] = item
        insort(self.ordered[item.status], item.key)

    def turn(self, item: Item, status: str) -> None:
        """Give a thing another status."""
        self._take_out(item)
        item.status = status
        insort(self.ordered[status], item.key)

    def remove(self, item: Item) -> None:
        """Take a thing off the shelf."""
        self._take_out(item)
        del self.items[item.key]

    def _take_out(self, item: Item) -> None:
        keys = self.ordered[item.status]
        del keys[bisect_left(keys, item.key)]


class World:
    """The shared state of one service."""

    def __init__(
        self,
        now: float,
        seed: int,
        limits: Limits,
        choices: Choices,
        lambda_functions: Mapping[str, Callable[[str], str]],
        refuse: Callable[[str, str], str | None] | None,
        arn_prefix: str,
    ) -> None:
        self.now = now
        self.limits = limits
        self.choices = choices
        self.lambda_functions = lambda_functions
        self.refuse = refuse
        self.arn_prefix = arn_prefix
        self.run_ids = RunIds(seed)
        self.deadlines = Deadlines()
        self.expiries = Deadlines()
        self.domains: Shelf[Domain] = Shelf()
        self.runs: dict[str, Execution] = {}
        self.waiting = 0
        self._until = -inf
        self.on_task: Callable[[str, str, str], None] | None = None
        self._serial = 0

    def next_serial(self) -> int:
        """Return a number greater than all returned before."""
        self._serial += 1
        return self._serial

    def domain(self, name: str) -> Domain:
        """Return the domain of this name, whatever its status.

        :raises Fault: UnknownResourceFault when there is none.
        """
        domain = self.domains.items.get((name,))
        if domain is None:
            raise unknown(f"Unknown domain: {name}")
        return domain

    def later(self, action: Callable[..., None], *arguments: Any) -> None:
        """Have a follow-up step done after the present one, at the same time."""
        self.deadlines.add(self.now, 0, action, *arguments)

    def run_due(self, now: float) -> None:
        """Do everything that falls due until ``now``, each at its own time, in order.

        A call that is made within a step, by a Lambda function, is at the time of that step.
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
        while (expired := self.expiries.take_due(self.now)) is not None:
            _, action, arguments = expired
            action(*arguments)

    def offer(self, task: Task) -> None:
        """Let a task be polled from its list; higher priority first, then the older one."""
        domain = task.execution.domain
        key = (task.kind, task.task_list)
        heap = domain.task_lists.get(key)
        if heap is None:
            heap = domain.task_lists[key] = LazyHeap()
        task.place = heap.push((-task.priority, task.serial), task)
        self.waiting += 1
        if self.on_task is not None:
            self.on_task(task.kind, domain.name, task.task_list)

    def withdraw(self, task: Task) -> None:
        """Take a task out of its list, if it waits there."""
        if task.place is None:
            return
        domain = task.execution.domain
        key = (task.kind, task.task_list)
        heap = domain.task_lists[key]
        heap.discard(task.place)
        self._taken(domain, key, heap, task)

    def take(self, kind: str, domain: Domain, task_list: str) -> Any:
        """Remove and return the first task of a list, or None when it is empty."""
        key = (kind, task_list)
        heap = domain.task_lists.get(key)
        if heap is None:
            return None
        task = heap.pop()
        self._taken(domain, key, heap, task)
        return task

    def _taken(self, domain: Domain, key: tuple[str, str], heap: LazyHeap, task: Task) -> None:
        task.place = None
        self.waiting -= 1
        if not heap:
            del domain.task_lists[key]
