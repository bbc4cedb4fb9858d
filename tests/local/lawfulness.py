"""The laws that every history follows, whatever was called; random calls are judged by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.loaders import Loader

from tests.local.scenes import CLOSING, attributes

SHAPES = Loader().load_service_model("swf", "service-2")["shapes"]

DTC = {"decisionTaskCompletedEventId": ("DecisionTaskCompleted",)}
DECISION = {
    "scheduledEventId": ("DecisionTaskScheduled",),
    "startedEventId": ("DecisionTaskStarted",),
}
ACTIVITY = {
    "scheduledEventId": ("ActivityTaskScheduled",),
    "startedEventId": ("ActivityTaskStarted",),
}
LAMBDA = {
    "scheduledEventId": ("LambdaFunctionScheduled",),
    "startedEventId": ("LambdaFunctionStarted",),
}
TIMER = {"startedEventId": ("TimerStarted",)}
CHILD_INITIATED = {"initiatedEventId": ("StartChildWorkflowExecutionInitiated",)}
CHILD = {**CHILD_INITIATED, "startedEventId": ("ChildWorkflowExecutionStarted",)}
SIGNAL_INITIATED = {"initiatedEventId": ("SignalExternalWorkflowExecutionInitiated",)}
CANCEL_INITIATED = {"initiatedEventId": ("RequestCancelExternalWorkflowExecutionInitiated",)}
CANCEL_REQUESTED = {"latestCancelRequestedEventId": ("ActivityTaskCancelRequested",)}

# For each event type the members that refer to earlier events of the same history, and to what.
REFERS: dict[str, dict[str, tuple[str, ...]]] = {
    "WorkflowExecutionCompleted": DTC,
    "CompleteWorkflowExecutionFailed": DTC,
    "WorkflowExecutionFailed": DTC,
    "FailWorkflowExecutionFailed": DTC,
    "WorkflowExecutionCanceled": DTC,
    "CancelWorkflowExecutionFailed": DTC,
    "WorkflowExecutionContinuedAsNew": DTC,
    "ContinueAsNewWorkflowExecutionFailed": DTC,
    "DecisionTaskStarted": DECISION,
    "DecisionTaskCompleted": DECISION,
    "DecisionTaskTimedOut": DECISION,
    "ActivityTaskScheduled": DTC,
    "ScheduleActivityTaskFailed": DTC,
    "ActivityTaskStarted": ACTIVITY,
    "ActivityTaskCompleted": ACTIVITY,
    "ActivityTaskFailed": ACTIVITY,
    "ActivityTaskTimedOut": ACTIVITY,
    "ActivityTaskCanceled": {**ACTIVITY, **CANCEL_REQUESTED},
    "ActivityTaskCancelRequested": DTC,
    "RequestCancelActivityTaskFailed": DTC,
    "MarkerRecorded": DTC,
    "RecordMarkerFailed": DTC,
    "TimerStarted": DTC,
    "StartTimerFailed": DTC,
    "TimerFired": TIMER,
    "TimerCanceled": {**TIMER, **DTC},
    "CancelTimerFailed": DTC,
    "StartChildWorkflowExecutionInitiated": DTC,
    "StartChildWorkflowExecutionFailed": {**CHILD_INITIATED, **DTC},
    "ChildWorkflowExecutionStarted": CHILD_INITIATED,
    "ChildWorkflowExecutionCompleted": CHILD,
    "ChildWorkflowExecutionFailed": CHILD,
    "ChildWorkflowExecutionTimedOut": CHILD,
    "ChildWorkflowExecutionCanceled": CHILD,
    "ChildWorkflowExecutionTerminated": CHILD,
    "SignalExternalWorkflowExecutionInitiated": DTC,
    "SignalExternalWorkflowExecutionFailed": {**SIGNAL_INITIATED, **DTC},
    "ExternalWorkflowExecutionSignaled": SIGNAL_INITIATED,
    "RequestCancelExternalWorkflowExecutionInitiated": DTC,
    "RequestCancelExternalWorkflowExecutionFailed": {**CANCEL_INITIATED, **DTC},
    "ExternalWorkflowExecutionCancelRequested": CANCEL_INITIATED,
    "LambdaFunctionScheduled": DTC,
    "LambdaFunctionStarted": LAMBDA,
    "LambdaFunctionCompleted": LAMBDA,
    "LambdaFunctionFailed": LAMBDA,
    "LambdaFunctionTimedOut": LAMBDA,
    "ScheduleLambdaFunctionFailed": DTC,
    "StartLambdaFunctionFailed": LAMBDA,
}
MAY_BE_ZERO = {
    ("DecisionTaskTimedOut", "startedEventId"),
    ("ActivityTaskTimedOut", "startedEventId"),
    ("ActivityTaskCanceled", "startedEventId"),
    ("StartChildWorkflowExecutionFailed", "initiatedEventId"),
}

# Events that call for a decision; every type ending in Failed that no decision task follows from
# is a closing one.
TRIGGERS = {
    "WorkflowExecutionStarted",
    "WorkflowExecutionSignaled",
    "WorkflowExecutionCancelRequested",
    "DecisionTaskTimedOut",
    "ActivityTaskCompleted",
    "ActivityTaskTimedOut",
    "ActivityTaskCanceled",
    "TimerFired",
    "ChildWorkflowExecutionStarted",
    "ChildWorkflowExecutionCompleted",
    "ChildWorkflowExecutionTimedOut",
    "ChildWorkflowExecutionCanceled",
    "ChildWorkflowExecutionTerminated",
    "ExternalWorkflowExecutionSignaled",
    "ExternalWorkflowExecutionCancelRequested",
    "LambdaFunctionCompleted",
    "LambdaFunctionTimedOut",
} | {kind for kind in REFERS if kind.endswith("Failed") and kind not in CLOSING}
NOT_IN_THE_LIST = {
    "SignalExternalWorkflowExecutionFailed",
    "RequestCancelExternalWorkflowExecutionFailed",
}
CLOSE_DECISIONS = ("Complete", "Fail", "Cancel", "ContinueAsNew")

# Per open count: the events that open an item, and those that close one, by what they refer to.
OPENS = {
    "openActivityTasks": ("ActivityTaskScheduled",),
    "openTimers": ("TimerStarted",),
    "openChildWorkflowExecutions": ("StartChildWorkflowExecutionInitiated",),
    "openLambdaFunctions": ("LambdaFunctionScheduled",),
}
CLOSES = {
    "ActivityTask": ("openActivityTasks", "scheduledEventId"),
    "Timer": ("openTimers", "startedEventId"),
    "ChildWorkflowExecution": ("openChildWorkflowExecutions", "initiatedEventId"),
    "StartChildWorkflowExecution": ("openChildWorkflowExecutions", "initiatedEventId"),
    "LambdaFunction": ("openLambdaFunctions", "scheduledEventId"),
    "StartLambdaFunction": ("openLambdaFunctions", "scheduledEventId"),
}
ENDINGS = ("Completed", "Failed", "TimedOut", "Canceled", "Fired", "Terminated")


def assert_lawful(history: Sequence[Mapping[str, Any]]) -> None:
    """Check every law on one history."""
    assert [event["eventId"] for event in history] == list(range(1, len(history) + 1))
    times = [event["eventTimestamp"] for event in history]
    assert times == sorted(times)
    closing = [event["eventId"] for event in history if event["eventType"] in CLOSING]
    assert closing in ([], [len(history)])
    assert_members(history)
    assert_references(history)
    Book().read(history)


def assert_members(history: Sequence[Mapping[str, Any]]) -> None:
    """Check that each event has one attributes member, with all required and no unknown names."""
    for event in history:
        own = {"eventId", "eventTimestamp", "eventType"}
        (name,) = set(event) - own
        shape = SHAPES[SHAPES["HistoryEvent"]["members"][name]["shape"]]
        found = attributes(event)
        assert set(shape.get("required", ())) <= set(found) <= set(shape["members"]), event
        assert None not in found.values(), event


def assert_references(history: Sequence[Mapping[str, Any]]) -> None:
    """Check that references go backwards, to an event of the right type."""
    for event in history:
        found = attributes(event)
        for member, kinds in REFERS.get(event["eventType"], {}).items():
            target = found.get(member)
            if target is None or (target == 0 and (event["eventType"], member) in MAY_BE_ZERO):
                continue
            assert 0 < target < event["eventId"], event
            assert history[target - 1]["eventType"] in kinds, event


class Book:
    """Reads a history as the service writes it, and keeps what is open on the way."""

    def __init__(self) -> None:
        self.waiting = self.started = self.block = 0
        self.unhandled = False
        self.owed: float | None = None
        self.open: dict[str, set[int]] = {name: set() for name in OPENS}

    def read(self, history: Sequence[Mapping[str, Any]]) -> Book:
        """Read all events, checking the laws of decision tasks."""
        for event in history:
            self.one(event)
        assert self.owed is None, "the last event called for a decision task"
        return self

    def one(self, event: Mapping[str, Any]) -> None:
        """Read the next event."""
        kind, found = event["eventType"], attributes(event)
        in_list = (
            found.get("decisionTaskCompletedEventId", -1) == self.block
            and kind not in NOT_IN_THE_LIST
        )
        if kind == "DecisionTaskScheduled":
            self.scheduled(event)
        elif self.owed is not None and kind not in CLOSING:
            assert in_list, f"a decision task was due before {event}"
        if kind.startswith("DecisionTask") and kind != "DecisionTaskScheduled":
            self.decision_task(event, found)
        self.close_decision(kind, found)
        self.count(kind, event["eventId"], found)
        if kind in CLOSING:
            self.owed = None
        elif kind in TRIGGERS and not self.waiting:
            self.owed = event["eventTimestamp"]

    def scheduled(self, event: Mapping[str, Any]) -> None:
        """A decision task is scheduled only when called for, and not while another waits."""
        assert self.owed == event["eventTimestamp"], f"nothing called for {event}"
        assert not self.waiting, f"a decision task waits already: {event}"
        self.waiting, self.owed = event["eventId"], None

    def decision_task(self, event: Mapping[str, Any], found: Mapping[str, Any]) -> None:
        """One decision task at a time is started, and only that one ends."""
        if event["eventType"] == "DecisionTaskStarted":
            assert (found["scheduledEventId"], self.started) == (self.waiting, 0), event
            self.started, self.waiting = event["eventId"], 0
        elif found.get("timeoutType") == "SCHEDULE_TO_START":
            assert (found["scheduledEventId"], found["startedEventId"]) == (self.waiting, 0), event
            self.waiting = 0
        else:
            assert found["startedEventId"] == self.started, event
            self.started = 0
        if event["eventType"] == "DecisionTaskCompleted":
            self.block, self.unhandled = event["eventId"], bool(self.waiting)

    def close_decision(self, kind: str, found: Mapping[str, Any]) -> None:
        """A close is unhandled exactly when a decision task waits."""
        if found.get("cause") == "UNHANDLED_DECISION":
            assert self.unhandled, kind
        if kind in CLOSING and "decisionTaskCompletedEventId" in found:
            assert not self.unhandled, kind

    def count(self, kind: str, number: int, found: Mapping[str, Any]) -> None:
        """Keep the open items."""
        for name, openers in OPENS.items():
            if kind in openers:
                self.open[name].add(number)
        for ending in ENDINGS:
            subject = kind.removesuffix(ending)
            if subject != kind and subject in CLOSES and not self.refusal(kind, found):
                name, member = CLOSES[subject]
                assert found[member] in self.open[name], f"{kind} of what is not open: {found}"
                self.open[name].remove(found[member])

    def refusal(self, kind: str, found: Mapping[str, Any]) -> bool:
        """Return whether a failed start of a child was refused before anything was open."""
        return kind == "StartChildWorkflowExecutionFailed" and found["initiatedEventId"] == 0

    def counts(self) -> dict[str, int]:
        """Return the open counts as Describe shows them."""
        numbers = {name: len(items) for name, items in self.open.items()}
        return {**numbers, "openDecisionTasks": int(bool(self.waiting or self.started))}


def assert_described(history: Sequence[Mapping[str, Any]], answer: Mapping[str, Any]) -> None:
    """Check that Describe agrees with the history."""
    info, last = answer["executionInfo"], history[-1]
    status = CLOSING.get(last["eventType"])
    assert info["executionStatus"] == ("CLOSED" if status else "OPEN")
    assert info.get("closeStatus") == status
    assert info.get("closeTimestamp") == (last["eventTimestamp"] if status else None)
    assert answer["openCounts"] == Book().read(history).counts()
