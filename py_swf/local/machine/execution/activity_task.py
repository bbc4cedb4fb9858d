"""An activity task: its states, the timeouts that run in each, and their events."""

from __future__ import annotations

from typing import ClassVar

from py_swf.local.machine.execution.entity import States, Task, Timeouts, Wire

__all__ = ["ActivityTask"]

_ENDS = {
    "ActivityTaskCompleted": "completed",
    "ActivityTaskFailed": "failed",
    "ActivityTaskTimedOut": "timed out",
    "ActivityTaskCanceled": "canceled",
}

_WHILE_STARTED = {
    "START_TO_CLOSE": "startToCloseTimeout",
    "SCHEDULE_TO_CLOSE": "scheduleToCloseTimeout",
    "HEARTBEAT": "heartbeatTimeout",
}


class ActivityTask(Task):
    """A task for an activity worker.

    :ivar cancel_requested: id of the latest ActivityTaskCancelRequested, None if there is none.
    :ivar details: details of the latest heartbeat that had some.
    """

    __slots__ = ("cancel_requested", "details")

    name = "activity task"
    kind = "activity"
    id_member = "activityId"
    states: ClassVar[States] = {
        "": {"ActivityTaskScheduled": "scheduled"},
        "scheduled": {
            "ActivityTaskStarted": "started",
            "ActivityTaskTimedOut": "timed out",
            "ActivityTaskCancelRequested": "withdrawn",
        },
        "withdrawn": {
            "ActivityTaskCancelRequested": "withdrawn",
            "ActivityTaskCanceled": "canceled",
        },
        "started": {"ActivityTaskCancelRequested": "cancel requested", **_ENDS},
        "cancel requested": {"ActivityTaskCancelRequested": "cancel requested", **_ENDS},
    }
    timeouts: ClassVar[Timeouts] = {
        "scheduled": {
            "SCHEDULE_TO_START": "scheduleToStartTimeout",
            "SCHEDULE_TO_CLOSE": "scheduleToCloseTimeout",
        },
        "started": _WHILE_STARTED,
        "cancel requested": _WHILE_STARTED,
    }

    def __init__(self, serial: int, priority: int) -> None:
        super().__init__(serial, priority)
        self.cancel_requested: int | None = None
        self.details: str | None = None

    def timeout_event(self, timeout: str) -> tuple[str, Wire]:
        """Return an ActivityTaskTimedOut; it carries the details of the latest heartbeat."""
        return "ActivityTaskTimedOut", {
            "timeoutType": timeout,
            "details": self.details,
            **self.references(),
        }
