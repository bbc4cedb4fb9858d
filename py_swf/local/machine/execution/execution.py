"""A workflow execution, and the one method through which everything happens to it.

``record`` appends the event, moves the entity it belongs to by that entity's table, starts and ends
the timeouts of the new state, and schedules a decision task if the event asks for one. Nothing else
writes to a history.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Protocol, TypeVar

from py_swf.local.machine.changes import Changes
from py_swf.local.machine.choices import Choices
from py_swf.local.machine.deadlines import Deadlines
from py_swf.local.machine.execution.activity_task import ActivityTask
from py_swf.local.machine.execution.child_execution import ChildExecution
from py_swf.local.machine.execution.decision_task import TRIGGERS, DecisionTask, Override
from py_swf.local.machine.execution.entity import (
    TIMEOUT_ORDER,
    Entity,
    States,
    Task,
    Timeouts,
    Wire,
    event_attributes_member,
)
from py_swf.local.machine.execution.lambda_function import LambdaFunction
from py_swf.local.machine.execution.timer import Timer
from py_swf.local.machine.limits import Limits
from py_swf.local.machine.task_lists import TaskLists

__all__ = ["CLOSING_EVENTS", "Execution", "HistoryFull", "Host"]

Kind = TypeVar("Kind", bound=Entity)

#: closing event -> close status
CLOSING_EVENTS = {
    "WorkflowExecutionCompleted": "COMPLETED",
    "WorkflowExecutionFailed": "FAILED",
    "WorkflowExecutionCanceled": "CANCELED",
    "WorkflowExecutionTerminated": "TERMINATED",
    "WorkflowExecutionContinuedAsNew": "CONTINUED_AS_NEW",
    "WorkflowExecutionTimedOut": "TIMED_OUT",
}

_STILL_OPEN = (
    "WorkflowExecutionSignaled",
    "WorkflowExecutionCancelRequested",
    "MarkerRecorded",
    "RecordMarkerFailed",
    "ScheduleActivityTaskFailed",
    "RequestCancelActivityTaskFailed",
    "StartTimerFailed",
    "CancelTimerFailed",
    "StartChildWorkflowExecutionFailed",
    "ScheduleLambdaFunctionFailed",
    "CompleteWorkflowExecutionFailed",
    "FailWorkflowExecutionFailed",
    "CancelWorkflowExecutionFailed",
    "ContinueAsNewWorkflowExecutionFailed",
)

_OPEN_COUNTS: dict[str, type[Entity]] = {
    "openActivityTasks": ActivityTask,
    "openTimers": Timer,
    "openChildWorkflowExecutions": ChildExecution,
    "openLambdaFunctions": LambdaFunction,
}


class HistoryFull(Exception):
    """A history reached its limit and the execution was terminated: this step ends here."""


class Host(Protocol):
    """What an execution needs from the service that it belongs to."""

    now: float
    deadlines: Deadlines
    task_lists: TaskLists
    limits: Limits
    choices: Choices
    changes: Changes

    def next_serial(self) -> int:
        """Return a number greater than all returned before."""
        ...

    def closed(self, execution: Execution) -> None:
        """Note that an execution has closed."""
        ...


class Execution(Entity):
    """One run of a workflow.

    :ivar attributes: those of its WorkflowExecutionStarted event, which include all its settings.
    :ivar state: "OPEN" or the close status.
    :ivar closed: time of the close, None while open.
    :ivar counts: how much was open at the close, None while open.
    :ivar removed: whether its retention is over.
    :ivar deciding: whether the decisions of a completed decision task are being applied.
    :ivar wanted: whether one of them asks for another decision task.
    :ivar previous_started: the ``previousStartedEventId`` of the next decision task.
    """

    __slots__ = (
        "_open",
        "began",
        "cancel_requested",
        "closed",
        "context",
        "counts",
        "deciding",
        "domain",
        "events",
        "host",
        "latest_activity",
        "override",
        "previous_started",
        "removed",
        "run_id",
        "serial",
        "wanted",
        "workflow_id",
    )

    name = "workflow execution"
    states: ClassVar[States] = {
        "": {"WorkflowExecutionStarted": "OPEN"},
        "OPEN": {**dict.fromkeys(_STILL_OPEN, "OPEN"), **CLOSING_EVENTS},
    }
    timeouts: ClassVar[Timeouts] = {"OPEN": {"START_TO_CLOSE": "executionStartToCloseTimeout"}}

    def __init__(self, host: Host, domain: str, workflow_id: str, run_id: str) -> None:
        super().__init__()
        self.host = host
        self.domain = domain
        self.workflow_id = workflow_id
        self.run_id = run_id
        self.serial = host.next_serial()
        self.began = host.now
        self.closed: float | None = None
        self.removed = False
        self.events: list[Wire] = []
        self.cancel_requested = False
        self.context: str | None = None
        self.latest_activity: float | None = None
        self.previous_started = 0
        self.override: Override | None = None
        self.deciding = False
        self.wanted = False
        self.counts: Wire | None = None
        self._open: dict[type[Entity], dict[Any, Any]] = defaultdict(dict)

    def names(self) -> Wire:
        """Return the two ids as the service's WorkflowExecution."""
        return {"workflowId": self.workflow_id, "runId": self.run_id}

    def open(self, kind: type[Kind]) -> dict[Any, Kind]:
        """Return the open entities of a kind by their key; see :meth:`Entity.key`."""
        return self._open[kind]

    def record(self, event_type: str, entity: Entity | None = None, /, **attributes: Any) -> int:
        """Append an event and apply its effects.

        :param entity: the entity that the event belongs to; by default the execution itself.
        :param attributes: the event's attributes; those that are None are left out.
        :return: the id of the event.
        :raises HistoryFull: when this would be the last event that a history may hold and does
            not close it; the execution has been terminated instead.
        """
        subject = entity or self
        before = subject.state
        after = subject.states[before][event_type]
        self.host.changes.of_execution(self, subject)
        number = len(self.events) + 1
        if number >= self.host.limits.events and event_type not in CLOSING_EVENTS:
            self._fill_up()
        content = {k: v for k, v in attributes.items() if v is not None}
        self.events.append(
            {
                "eventId": number,
                "eventTimestamp": self.host.now,
                "eventType": event_type,
                event_attributes_member(event_type): content,
            }
        )
        if type(subject) is ActivityTask:
            self.latest_activity = self.host.now
        if not before:
            subject.opened, subject.attributes = number, content
            if entity is not None:
                self._open[type(entity)][entity.key()] = entity
        if after != before:
            subject.state = after
            self._moved(subject)
        if event_type in TRIGGERS:
            self._trigger(event_type)
        return number

    def resume(self, entity: Entity, deadlines: Mapping[str, tuple[float, int]]) -> None:
        """Resume an open entity as it was when it was written to the file.

        :param deadlines: its running timeouts -> when each ends, and the number of its deadline.
        """
        if entity is not self:
            self._open[type(entity)][entity.key()] = entity
        for timeout, (when, serial) in deadlines.items():
            self._set_deadline(entity, timeout, when, serial)
        if isinstance(entity, ActivityTask) and entity.state == "scheduled":
            self.offer(entity)

    def restart_timeout(self, entity: Entity, timeout: str) -> None:
        """Restart a running timeout."""
        entry = entity.deadlines.pop(timeout, None)
        if entry is not None:
            self.host.deadlines.cancel(entry)
            self._start_timeout(entity, timeout)

    def decision_task(self, state: str) -> DecisionTask | None:
        """Return the open decision task in a state: "scheduled" and "started" have at most one."""
        for task in self.open(DecisionTask).values():
            if task.state == state:
                return task
        return None

    def schedule_decision_task(self) -> None:
        """Schedule a decision task, unless one is scheduled already."""
        if self.decision_task("scheduled") is not None:
            return
        task_list, limit = self.override or (self.attributes["taskList"]["name"], None)
        self.record(
            "DecisionTaskScheduled",
            DecisionTask(self.host.next_serial(), self.priority(), self.override),
            taskList={"name": task_list},
            startToCloseTimeout=self.attributes["taskStartToCloseTimeout"],
            scheduleToStartTimeout=limit or self.host.choices.schedule_to_start,
            taskPriority=self.attributes.get("taskPriority"),
        )
        self.offer_decision_task()

    def offer_decision_task(self) -> None:
        """Let the scheduled decision task be polled, unless a decider is working on another."""
        task = self.decision_task("scheduled")
        if task is not None and task.place is None and self.decision_task("started") is None:
            self.offer(task)

    def offer(self, task: Task) -> None:
        """Put a task into its task list: higher priority first, then the older one."""
        order = (-task.priority, task.serial)
        task.place = self.host.task_lists.offer(self._list_of(task), order, (self, task))

    def priority(self) -> int:
        """Return the priority of its decision tasks."""
        return int(self.attributes.get("taskPriority") or "0")

    def open_counts(self) -> Wire:
        """Return how many of each kind are open, or were when it closed."""
        if self.counts is not None:
            return self.counts
        counts = {name: len(self.open(kind)) for name, kind in _OPEN_COUNTS.items()}
        return {**counts, "openDecisionTasks": int(bool(self.open(DecisionTask)))}

    def timeout_event(self, timeout: str) -> tuple[str, Wire]:
        """Return a WorkflowExecutionTimedOut."""
        policy = self.attributes["childPolicy"]
        return "WorkflowExecutionTimedOut", {"timeoutType": timeout, "childPolicy": policy}

    def _moved(self, subject: Entity) -> None:
        """Apply the effects of an entity's new state: on its timeouts, and on where it is found."""
        state, deadlines = subject.state, subject.deadlines
        if isinstance(subject, Task) and subject.place is not None:
            self._withdraw(subject)
        running = subject.timeouts.get(state, ())
        for timeout in [each for each in deadlines if each not in running]:
            self.host.deadlines.cancel(deadlines.pop(timeout))
        for timeout in running:
            if timeout not in deadlines:
                self._start_timeout(subject, timeout)
        if state not in subject.states:
            self._ended(subject)

    def _ended(self, subject: Entity) -> None:
        if subject is self:
            self._close()
            return
        del self._open[type(subject)][subject.key()]
        if isinstance(subject, DecisionTask):
            self._decision_task_ended(subject)

    def _start_timeout(self, entity: Entity, timeout: str) -> None:
        length = entity.seconds(entity.timeouts[entity.state][timeout])
        if length is None:
            return
        self._set_deadline(entity, timeout, round(self.host.now + length, 3))

    def _set_deadline(
        self, entity: Entity, timeout: str, when: float, serial: int | None = None
    ) -> None:
        entity.deadlines[timeout] = self.host.deadlines.add(
            when, TIMEOUT_ORDER[timeout], self._timeout_ended, entity, timeout, serial=serial
        )

    def _timeout_ended(self, entity: Entity, timeout: str) -> None:
        del entity.deadlines[timeout]
        event_type, attributes = entity.timeout_event(timeout)
        self.record(event_type, entity, **attributes)
        if isinstance(entity, DecisionTask):
            self.offer_decision_task()

    def _decision_task_ended(self, task: DecisionTask) -> None:
        """A timeout also ends the override of the task's list, if that has a limit."""
        if task.state != "timed out":
            return
        has_limit = task.override is not None and task.override.schedule_to_start is not None
        if has_limit and self.override == task.override:
            self.override = None
        if task.started and self.host.choices.previous_started_counts_timed_out:
            self.previous_started = task.started

    def _trigger(self, event_type: str) -> None:
        if (
            event_type == "RecordMarkerFailed"
            and not self.host.choices.record_marker_failed_triggers
        ):
            return
        if self.deciding:
            self.wanted = True
        else:
            self.schedule_decision_task()

    def _fill_up(self) -> None:
        self.record(
            "WorkflowExecutionTerminated",
            cause="EVENT_LIMIT_EXCEEDED",
            childPolicy=self.attributes["childPolicy"],
        )
        raise HistoryFull

    def _close(self) -> None:
        """Drop everything that is open, without events, and tell the service."""
        self.counts = self.open_counts()
        self.closed = self.host.now
        for entity in self._still_open():
            for entry in entity.deadlines.values():
                self.host.deadlines.cancel(entry)
            if isinstance(entity, Task):
                self._withdraw(entity)
        self.host.closed(self)
        self._open.clear()

    def _still_open(self) -> Iterator[Entity]:
        for entities in self._open.values():
            yield from entities.values()

    def _withdraw(self, task: Task) -> None:
        if task.place is not None:
            self.host.task_lists.withdraw(self._list_of(task), task.place)
            task.place = None

    def _list_of(self, task: Task) -> tuple[str, str, str]:
        return task.kind, self.domain, task.task_list
