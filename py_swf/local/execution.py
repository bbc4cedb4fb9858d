"""A workflow execution, and the one door through which everything that happens to it goes.

``record`` appends the event, moves the life it belongs to by that life's table, starts and ends
the clocks of the state it leads to, and schedules a decision task where the event asks for one.
Nothing else writes to a history.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .aftermath import apply_child_policy, report_to_parent
from .lives import ATTRIBUTES, CLOSING_EVENTS, RANKS, TRIGGERS
from .records import (
    ActivityTask,
    Child,
    DecisionTask,
    LambdaTask,
    Life,
    Timer,
    Wire,
    seconds,
)
from .world import HistoryFull

if TYPE_CHECKING:
    from .world import Domain, World

__all__ = ["Execution", "Override", "begin"]

_A_DAY = 86_400


class Override(NamedTuple):
    """Another task list for the decision tasks to come.

    :param schedule_to_start: seconds after which an unpolled task goes back to the original
        list; None when the override is permanent.
    """

    task_list: str
    schedule_to_start: str | None


class Execution(Life):
    """One run of a workflow.

    :ivar state: "OPEN" or the close status.
    :ivar waiting: the decision task scheduled and not started, or None.
    :ivar started: the decision task that a decider has, or None.
    :ivar deciding: true while the decisions of a response are applied.
    :ivar closed: time of the close, None while open.
    """

    name = "workflow execution"

    def __init__(
        self,
        world: World,
        domain: Domain,
        workflow_id: str,
        run_id: str,
        workflow_type: Wire,
        settings: Wire,
    ) -> None:
        super().__init__({"START_TO_CLOSE": seconds(settings["executionStartToCloseTimeout"])})
        self.world = world
        self.domain = domain
        self.workflow_id = workflow_id
        self.run_id = run_id
        self.workflow_type = workflow_type
        self.settings = settings
        self.serial = world.next_serial()
        self.priority = int(settings.get("taskPriority") or "0")
        self.tags: list[str] | None = settings.get("tagList")
        self.began = world.now
        self.closed: float | None = None
        self.removed = False
        self.events: list[Wire] = []
        self.parent: Execution | None = None
        self.as_child: Child | None = None
        self.cancel_requested = False
        self.context: str | None = None
        self.latest_activity: float | None = None
        self.counts: Wire | None = None
        self.activities: dict[str, ActivityTask] = {}
        self.activity_tasks: dict[int, ActivityTask] = {}
        self.timers: dict[str, Timer] = {}
        self.children: dict[int, Child] = {}
        self.lambdas: dict[str, LambdaTask] = {}
        self.waiting: DecisionTask | None = None
        self.started: DecisionTask | None = None
        self.previous_started = 0
        self.override: Override | None = None
        self.deciding = False
        self.wanted = False

    def names(self) -> Wire:
        """Return the two ids as the wire's WorkflowExecution."""
        return {"workflowId": self.workflow_id, "runId": self.run_id}

    def record(self, event_type: str, life: Life | None = None, /, **attributes: Any) -> int:
        """Append an event and let it have its effects.

        :param life: whose event it is; the execution's own when left out.
        :param attributes: the event's attributes; those that are None are left out.
        :return: the id of the event.
        :raises HistoryFull: when this would be the last event that a history may hold and does
            not close it; the execution has then been terminated instead.
        """
        subject = life or self
        before = subject.state
        after = subject.table[before][event_type]
        number = len(self.events) + 1
        if number >= self.world.limits.events and event_type not in CLOSING_EVENTS:
            self._fill_up()
        now = self.world.now
        self.events.append(
            {
                "eventId": number,
                "eventTimestamp": now,
                "eventType": event_type,
                ATTRIBUTES[event_type]: {k: v for k, v in attributes.items() if v is not None},
            }
        )
        if type(subject) is ActivityTask:
            self.latest_activity = now
        if after != before:
            subject.state = after
            self._moved(subject, before, number)
        if event_type in TRIGGERS:
            self._trigger(event_type)
        return number

    def restart_clock(self, life: Life, clock: str) -> None:
        """Let a running clock begin anew."""
        entry = life.clocks.pop(clock, None)
        if entry is not None:
            self.world.deadlines.cancel(entry)
            self._start_clock(life, clock)

    def schedule_decision(self) -> None:
        """Schedule a decision task, unless one is waiting."""
        if self.waiting is not None:
            return
        task_list, limit = self.override or (self.settings["taskList"]["name"], None)
        start_to_close = self.settings["taskStartToCloseTimeout"]
        clocks = {"SCHEDULE_TO_START": seconds(limit), "START_TO_CLOSE": seconds(start_to_close)}
        task = DecisionTask(self, task_list, clocks)
        self.record(
            "DecisionTaskScheduled",
            task,
            taskList={"name": task_list},
            startToCloseTimeout=start_to_close,
            scheduleToStartTimeout=limit or self.world.choices.schedule_to_start,
            taskPriority=self.settings.get("taskPriority"),
        )
        self.waiting = task
        if self.started is None:
            self.world.offer(task)

    def decision_over(self) -> None:
        """Let the next decision task out, the started one having ended."""
        self.started = None
        if self.waiting is not None and self.waiting.place is None:
            self.world.offer(self.waiting)

    def open_counts(self) -> Wire:
        """Return the numbers of open things; those at the close once it is closed."""
        if self.counts is not None:
            return self.counts
        at_work = self.started is not None and self.started.state == "started"
        return {
            "openActivityTasks": len(self.activities),
            "openDecisionTasks": int(at_work or self.waiting is not None),
            "openTimers": len(self.timers),
            "openChildWorkflowExecutions": len(self.children),
            "openLambdaFunctions": len(self.lambdas),
        }

    def _moved(self, subject: Life, before: str, number: int) -> None:
        if not before:
            subject.opened = number
        elif subject.place is not None:
            self.world.withdraw(subject)  # type: ignore[arg-type]  # only tasks have a place
        for clock in subject.running.get(before, ()):
            if clock not in subject.running.get(subject.state, ()) and clock in subject.clocks:
                self.world.deadlines.cancel(subject.clocks.pop(clock))
        for clock in subject.running.get(subject.state, ()):
            if clock not in subject.clocks:
                self._start_clock(subject, clock)
        if subject.state not in subject.table:
            subject.forget(self)

    def _start_clock(self, life: Life, clock: str) -> None:
        length = life.timeouts.get(clock)
        if length is None:
            return
        deadlines = self.world.deadlines
        when = round(self.world.now + length, 3)
        life.clocks[clock] = deadlines.add(when, RANKS[clock], self._clock_ended, life, clock)

    def _clock_ended(self, life: Life, clock: str) -> None:
        del life.clocks[clock]
        event_type, attributes = life.timed_out(clock)
        self.record(event_type, life, **attributes)
        if life is self.started:
            self.decision_over()

    def _trigger(self, event_type: str) -> None:
        choices = self.world.choices
        if event_type == "RecordMarkerFailed" and not choices.record_marker_failed_triggers:
            return
        if self.deciding:
            self.wanted = True
        else:
            self.schedule_decision()

    def timed_out(self, clock: str) -> tuple[str, Wire]:
        """Return a WorkflowExecutionTimedOut."""
        policy = self.settings["childPolicy"]
        return "WorkflowExecutionTimedOut", {"timeoutType": clock, "childPolicy": policy}

    def _fill_up(self) -> None:
        self.record(
            "WorkflowExecutionTerminated",
            cause="EVENT_LIMIT_EXCEEDED",
            childPolicy=self.settings["childPolicy"],
        )
        raise HistoryFull

    def forget(self, execution: Execution) -> None:
        """Close: drop what is open without events, tell the parent, see to the children."""
        self.counts = self.open_counts()
        self.closed = self.world.now
        for life in self._open_lives():
            for entry in life.clocks.values():
                self.world.deadlines.cancel(entry)
            life.clocks.clear()
            if isinstance(life, DecisionTask | ActivityTask):
                self.world.withdraw(life)
        self.activities.clear()
        self.activity_tasks.clear()
        self.timers.clear()
        self.lambdas.clear()
        self.waiting = self.started = None
        del self.domain.open[self.workflow_id]
        self.domain.visibility.note(self)
        self._expire()
        report_to_parent(self)
        apply_child_policy(self)

    def _open_lives(self) -> list[Life]:
        tasks = [task for task in (self.waiting, self.started) if task is not None]
        books: tuple[Mapping[str, Life], ...] = (self.activities, self.timers, self.lambdas)
        return [*tasks, *(life for book in books for life in book.values())]

    def _expire(self) -> None:
        days = seconds(self.domain.retention) or 0
        self.world.expiries.add(round(self.world.now + days * _A_DAY, 3), 0, self._remove)

    def _remove(self) -> None:
        self.removed = True
        del self.world.runs[self.run_id]
        if self.domain.latest.get(self.workflow_id) is self:
            del self.domain.latest[self.workflow_id]
        self.domain.visibility.note(self)


def begin(
    world: World,
    domain: Domain,
    workflow_id: str,
    workflow_type: Wire,
    settings: Wire,
    *,
    run_id: str | None = None,
    parent: Execution | None = None,
    as_child: Child | None = None,
    continued: str | None = None,
) -> Execution:
    """Start a run: its first two events, its clock, its place among the open executions.

    :param settings: the resolved settings, under their names on the wire.
    :param as_child: how the parent sees it; None when there is no parent.
    :param continued: run id of the run that it continues.
    """
    run_id = run_id or world.run_ids.take()
    run = Execution(world, domain, workflow_id, run_id, workflow_type, settings)
    run.parent, run.as_child = parent, as_child
    if as_child is not None:
        as_child.execution = run
    world.runs[run_id] = domain.open[workflow_id] = domain.latest[workflow_id] = run
    domain.visibility.note(run)
    run.record(
        "WorkflowExecutionStarted",
        workflowType=workflow_type,
        parentInitiatedEventId=0 if as_child is None else as_child.opened,
        parentWorkflowExecution=None if parent is None else parent.names(),
        continuedExecutionRunId=continued,
        **settings,
    )
    return run
