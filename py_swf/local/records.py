"""The things an execution holds while they live: tasks, timers, children, errands, functions.

Each knows its state, the event that opened it, the seconds of its clocks, and what its later
events must say. What may happen to it stands in the tables of ``lives``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from .lives import CLOCKS, LIVES, Table

if TYPE_CHECKING:
    from .execution import Execution

__all__ = [
    "ActivityTask",
    "Child",
    "DecisionTask",
    "Errand",
    "ExternalCancel",
    "ExternalSignal",
    "LambdaTask",
    "Life",
    "Timer",
    "Wire",
    "seconds",
]

Wire = dict[str, Any]


def seconds(duration: str | None) -> int | None:
    """Return a duration text as a number of seconds, None when it is absent or "NONE"."""
    return None if duration is None or duration == "NONE" else int(duration)


class Life:
    """What all of them share.

    :ivar state: the present state, a key of ``table`` unless final.
    :ivar opened: id of the event that began this life; 0 before it.
    :ivar timeouts: clock -> seconds, or None for a clock that never ends.
    :ivar clocks: clock -> the entry of its running deadline.
    :ivar place: the entry in a task list while the task waits in one.
    """

    __slots__ = ("clocks", "opened", "place", "state", "timeouts")

    name: ClassVar[str] = ""
    table: ClassVar[Table] = {}
    running: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def __init_subclass__(cls) -> None:
        cls.table = LIVES[cls.name]
        cls.running = CLOCKS[cls.name]

    def __init__(self, timeouts: Mapping[str, int | None] | None = None) -> None:
        self.state = ""
        self.opened = 0
        self.timeouts: Mapping[str, int | None] = timeouts or {}
        self.clocks: dict[str, list[Any]] = {}
        self.place: list[Any] | None = None

    def timed_out(self, clock: str) -> tuple[str, Wire]:
        """Return the event, type and attributes, that the end of a clock brings."""
        raise NotImplementedError(f"{self.name} has no clock {clock}")

    def forget(self, execution: Execution) -> None:
        """Leave the execution's indexes, this life having ended."""


class DecisionTask(Life):
    """A task for a decider.

    :ivar override: the task list override under which it was scheduled, None without one.
    """

    __slots__ = ("execution", "override", "previous", "priority", "serial", "started", "task_list")

    name = "decision task"
    kind = "decision"

    def __init__(
        self, execution: Execution, task_list: str, timeouts: Mapping[str, int | None]
    ) -> None:
        super().__init__(timeouts)
        self.execution = execution
        self.override = execution.override
        self.task_list = task_list
        self.priority = execution.priority
        self.serial = execution.world.next_serial()
        self.started = 0
        self.previous = 0

    def timed_out(self, clock: str) -> tuple[str, Wire]:
        """Return a DecisionTaskTimedOut."""
        attributes = {"scheduledEventId": self.opened, "startedEventId": self.started}
        return "DecisionTaskTimedOut", {"timeoutType": clock, **attributes}

    def forget(self, execution: Execution) -> None:
        """Stop waiting; a timeout also ends the task's override if that has a limit."""
        if execution.waiting is self:
            execution.waiting = None
        if self.state != "timed out":
            return
        limited = self.timeouts["SCHEDULE_TO_START"] is not None
        if limited and execution.override == self.override:
            execution.override = None
        if self.started and execution.world.choices.previous_started_counts_timed_out:
            execution.previous_started = self.started


class ActivityTask(Life):
    """A task for an activity worker.

    :ivar cancel_event: id of the latest ActivityTaskCancelRequested, None before one.
    :ivar details: details of the latest heartbeat that had some.
    """

    __slots__ = (
        "activity_id",
        "activity_type",
        "cancel_event",
        "details",
        "execution",
        "input",
        "priority",
        "serial",
        "started",
        "task_list",
    )

    name = "activity task"
    kind = "activity"

    def __init__(
        self, execution: Execution, attributes: Wire, timeouts: Mapping[str, int | None]
    ) -> None:
        super().__init__(timeouts)
        self.execution = execution
        self.activity_id: str = attributes["activityId"]
        self.activity_type: Wire = attributes["activityType"]
        self.input: str | None = attributes.get("input")
        self.task_list: str = attributes["taskList"]["name"]
        self.priority = int(attributes.get("taskPriority") or "0")
        self.serial = execution.world.next_serial()
        self.started = 0
        self.cancel_event: int | None = None
        self.details: str | None = None

    def timed_out(self, clock: str) -> tuple[str, Wire]:
        """Return an ActivityTaskTimedOut; it carries the latest heartbeat's details."""
        attributes = {"scheduledEventId": self.opened, "startedEventId": self.started}
        return "ActivityTaskTimedOut", {
            "timeoutType": clock,
            "details": self.details,
            **attributes,
        }

    def forget(self, execution: Execution) -> None:
        """Free the activity id, and make the token useless."""
        del execution.activities[self.activity_id]
        del execution.activity_tasks[self.opened]


class Timer(Life):
    """A timer."""

    __slots__ = ("timer_id",)

    name = "timer"

    def __init__(self, timer_id: str, start_to_fire: int) -> None:
        super().__init__({"START_TO_FIRE": start_to_fire})
        self.timer_id = timer_id

    def timed_out(self, clock: str) -> tuple[str, Wire]:
        """Return a TimerFired."""
        return "TimerFired", {"timerId": self.timer_id, "startedEventId": self.opened}

    def forget(self, execution: Execution) -> None:
        """Free the timer id."""
        del execution.timers[self.timer_id]


class Child(Life):
    """A child workflow execution, as its parent sees it.

    :ivar attributes: those of the StartChildWorkflowExecutionInitiated event.
    :ivar execution: the child's latest run, None until it is started.
    :ivar started: id of the parent's ChildWorkflowExecutionStarted event.
    """

    __slots__ = ("attributes", "execution", "started")

    name = "child workflow execution"

    def __init__(self, attributes: Wire) -> None:
        super().__init__()
        self.attributes = attributes
        self.execution: Execution | None = None
        self.started = 0

    def forget(self, execution: Execution) -> None:
        """Stop counting as an open child."""
        del execution.children[self.opened]


class Errand(Life):
    """A message on its way to another execution.

    :ivar attributes: those of the ...Initiated event.
    :ivar refused: the cause with which it must fail, None when it may be delivered.
    """

    __slots__ = ("attributes", "refused")

    name = "external signal"
    delivered = ""
    failed = ""

    def __init__(self, attributes: Wire, refused: str | None) -> None:
        super().__init__()
        self.attributes = attributes
        self.refused = refused


class ExternalSignal(Errand):
    """A signal on its way."""

    __slots__ = ()

    name = "external signal"
    delivered = "ExternalWorkflowExecutionSignaled"
    failed = "SignalExternalWorkflowExecutionFailed"


class ExternalCancel(Errand):
    """A cancel request on its way."""

    __slots__ = ()

    name = "external cancel"
    delivered = "ExternalWorkflowExecutionCancelRequested"
    failed = "RequestCancelExternalWorkflowExecutionFailed"


class LambdaTask(Life):
    """A call of a Lambda function."""

    __slots__ = ("function", "id", "input", "started")

    name = "lambda function"

    def __init__(self, attributes: Wire) -> None:
        super().__init__({"START_TO_CLOSE": seconds(attributes.get("startToCloseTimeout", "900"))})
        self.id: str = attributes["id"]
        self.function: str = attributes["name"]
        self.input: str = attributes.get("input", "{}")
        self.started = 0

    def timed_out(self, clock: str) -> tuple[str, Wire]:
        """Return a LambdaFunctionTimedOut."""
        attributes = {"scheduledEventId": self.opened, "startedEventId": self.started}
        return "LambdaFunctionTimedOut", {"timeoutType": clock, **attributes}

    def forget(self, execution: Execution) -> None:
        """Free the id."""
        del execution.lambdas[self.id]
