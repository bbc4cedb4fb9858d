"""A decision task: its states, its timeouts, and the events that schedule one."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from py_swf.local.machine.execution.entity import States, Task, Timeouts, Wire

__all__ = ["TRIGGERS", "DecisionTask", "Override"]

#: the events that schedule a decision task, unless one is waiting
TRIGGERS = frozenset(
    {
        "WorkflowExecutionStarted",
        "WorkflowExecutionSignaled",
        "WorkflowExecutionCancelRequested",
        "DecisionTaskTimedOut",
        "ActivityTaskCompleted",
        "ActivityTaskFailed",
        "ActivityTaskTimedOut",
        "ActivityTaskCanceled",
        "TimerFired",
        "ChildWorkflowExecutionStarted",
        "ChildWorkflowExecutionCompleted",
        "ChildWorkflowExecutionFailed",
        "ChildWorkflowExecutionTimedOut",
        "ChildWorkflowExecutionCanceled",
        "ChildWorkflowExecutionTerminated",
        "ExternalWorkflowExecutionSignaled",
        "ExternalWorkflowExecutionCancelRequested",
        "ScheduleActivityTaskFailed",
        "RequestCancelActivityTaskFailed",
        "StartTimerFailed",
        "CancelTimerFailed",
        "StartChildWorkflowExecutionFailed",
        "SignalExternalWorkflowExecutionFailed",
        "RequestCancelExternalWorkflowExecutionFailed",
        "ScheduleLambdaFunctionFailed",
        "StartLambdaFunctionFailed",
        "CompleteWorkflowExecutionFailed",
        "FailWorkflowExecutionFailed",
        "CancelWorkflowExecutionFailed",
        "ContinueAsNewWorkflowExecutionFailed",
        "LambdaFunctionCompleted",
        "LambdaFunctionFailed",
        "LambdaFunctionTimedOut",
        "RecordMarkerFailed",
    }
)


class Override(NamedTuple):
    """Another task list for future decision tasks.

    :param schedule_to_start: seconds after which a task that was not polled goes back to the
        original list; None when the override is permanent.
    """

    task_list: str
    schedule_to_start: str | None


class DecisionTask(Task):
    """A task for a decider.

    :ivar override: the task list override under which it was scheduled, None without one.
    :ivar previous_started: the ``previousStartedEventId`` in the answer to its poll.
    """

    __slots__ = ("override", "previous_started")

    name = "decision task"
    kind = "decision"
    states: ClassVar[States] = {
        "": {"DecisionTaskScheduled": "scheduled"},
        "scheduled": {"DecisionTaskStarted": "started", "DecisionTaskTimedOut": "timed out"},
        "started": {"DecisionTaskCompleted": "completed", "DecisionTaskTimedOut": "timed out"},
    }
    timeouts: ClassVar[Timeouts] = {
        "scheduled": {"SCHEDULE_TO_START": "scheduleToStartTimeout"},
        "started": {"START_TO_CLOSE": "startToCloseTimeout"},
    }

    def __init__(self, serial: int, priority: int, override: Override | None) -> None:
        super().__init__(serial, priority)
        self.override = override
        self.previous_started = 0

    def timeout_event(self, timeout: str) -> tuple[str, Wire]:
        """Return a DecisionTaskTimedOut."""
        return "DecisionTaskTimedOut", {"timeoutType": timeout, **self.references()}
