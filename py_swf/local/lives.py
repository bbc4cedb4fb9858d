"""The lives of the service's things as plain tables: life -> state -> event -> next state.

Every event that a history may hold moves exactly one life, so these tables are also the law of
what may follow what. An execution's own table lists the events that leave it open as loops. A
state without a row of its own is final. ``""`` is the state before the first event.

Beside them stand the clocks that run in each state, and the events upon which the service
schedules a decision task.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "ATTRIBUTES",
    "CLOCKS",
    "CLOSING_EVENTS",
    "LIVES",
    "RANKS",
    "TRIGGERS",
    "Table",
]

Table = Mapping[str, Mapping[str, str]]

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

#: closing event -> close status
CLOSING_EVENTS: Mapping[str, str] = {
    "WorkflowExecutionCompleted": "COMPLETED",
    "WorkflowExecutionFailed": "FAILED",
    "WorkflowExecutionCanceled": "CANCELED",
    "WorkflowExecutionTerminated": "TERMINATED",
    "WorkflowExecutionContinuedAsNew": "CONTINUED_AS_NEW",
    "WorkflowExecutionTimedOut": "TIMED_OUT",
}

_ACTIVITY_ENDS = {
    "ActivityTaskCompleted": "completed",
    "ActivityTaskFailed": "failed",
    "ActivityTaskTimedOut": "timed out",
    "ActivityTaskCanceled": "canceled",
}

LIVES: Mapping[str, Table] = {
    "workflow execution": {
        "": {"WorkflowExecutionStarted": "OPEN"},
        "OPEN": {**dict.fromkeys(_STILL_OPEN, "OPEN"), **CLOSING_EVENTS},
    },
    "decision task": {
        "": {"DecisionTaskScheduled": "scheduled"},
        "scheduled": {"DecisionTaskStarted": "started", "DecisionTaskTimedOut": "timed out"},
        "started": {"DecisionTaskCompleted": "completed", "DecisionTaskTimedOut": "timed out"},
    },
    "activity task": {
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
        "started": {"ActivityTaskCancelRequested": "cancel requested", **_ACTIVITY_ENDS},
        "cancel requested": {"ActivityTaskCancelRequested": "cancel requested", **_ACTIVITY_ENDS},
    },
    "timer": {
        "": {"TimerStarted": "started"},
        "started": {"TimerFired": "fired", "TimerCanceled": "canceled"},
    },
    "child workflow execution": {
        "": {"StartChildWorkflowExecutionInitiated": "initiated"},
        "initiated": {
            "ChildWorkflowExecutionStarted": "started",
            "StartChildWorkflowExecutionFailed": "failed to start",
        },
        "started": {
            "ChildWorkflowExecutionCompleted": "completed",
            "ChildWorkflowExecutionFailed": "failed",
            "ChildWorkflowExecutionTimedOut": "timed out",
            "ChildWorkflowExecutionCanceled": "canceled",
            "ChildWorkflowExecutionTerminated": "terminated",
        },
    },
    "external signal": {
        "": {"SignalExternalWorkflowExecutionInitiated": "initiated"},
        "initiated": {
            "ExternalWorkflowExecutionSignaled": "delivered",
            "SignalExternalWorkflowExecutionFailed": "failed",
        },
    },
    "external cancel": {
        "": {"RequestCancelExternalWorkflowExecutionInitiated": "initiated"},
        "initiated": {
            "ExternalWorkflowExecutionCancelRequested": "delivered",
            "RequestCancelExternalWorkflowExecutionFailed": "failed",
        },
    },
    "lambda function": {
        "": {"LambdaFunctionScheduled": "scheduled"},
        "scheduled": {
            "LambdaFunctionStarted": "started",
            "StartLambdaFunctionFailed": "failed to start",
        },
        "started": {
            "LambdaFunctionCompleted": "completed",
            "LambdaFunctionFailed": "failed",
            "LambdaFunctionTimedOut": "timed out",
        },
    },
}

_WHILE_WORKING = ("START_TO_CLOSE", "SCHEDULE_TO_CLOSE", "HEARTBEAT")

#: life -> state -> the clocks that run in it
CLOCKS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "workflow execution": {"OPEN": ("START_TO_CLOSE",)},
    "decision task": {"scheduled": ("SCHEDULE_TO_START",), "started": ("START_TO_CLOSE",)},
    "activity task": {
        "scheduled": ("SCHEDULE_TO_START", "SCHEDULE_TO_CLOSE"),
        "started": _WHILE_WORKING,
        "cancel requested": _WHILE_WORKING,
    },
    "timer": {"started": ("START_TO_FIRE",)},
    "child workflow execution": {},
    "external signal": {},
    "external cancel": {},
    "lambda function": {"started": ("START_TO_CLOSE",)},
}

#: clock -> its place among clocks that end at the same moment, the lowest first
RANKS: Mapping[str, int] = {
    "START_TO_FIRE": 0,
    "SCHEDULE_TO_START": 1,
    "START_TO_CLOSE": 2,
    "SCHEDULE_TO_CLOSE": 3,
    "HEARTBEAT": 4,
}

#: the events upon which a decision task is scheduled, unless one is waiting
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

#: event type -> the member of an event that holds its attributes
ATTRIBUTES: Mapping[str, str] = {
    event: event[0].lower() + event[1:] + "EventAttributes"
    for table in LIVES.values()
    for moves in table.values()
    for event in moves
}
