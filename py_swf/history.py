"""The index that every decider needs: the events of a history, each joined to what it is about.

Up to four events are about an activity task, in the order in which things happened and between all
the other events. :class:`History` goes through the events once and puts them together:
``history.activities["charge-card"].result``. It can be extended by the events that follow, at the
cost of those alone. It makes no calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import takewhile
from typing import Any, TypeAlias, TypeVar, get_args

from py_swf import events as ev
from py_swf._attempts import (
    Activity,
    ChildWorkflow,
    ExternalCancel,
    ExternalSignal,
    Joined,
    LambdaFunction,
    Timer,
)
from py_swf._history_as_text import history_table
from py_swf.decisions import (
    CancelTimer,
    Decision,
    RequestCancelActivityTask,
    RequestCancelExternalWorkflowExecution,
)
from py_swf.enums import CloseStatus

__all__ = [
    "Activity",
    "ChildWorkflow",
    "ExternalCancel",
    "ExternalSignal",
    "FailedDecision",
    "History",
    "Joined",
    "LambdaFunction",
    "Timer",
    "wind_up",
]

#: the event that closes an execution -> its close status
CLOSE_STATUS: dict[type[ev.Event], CloseStatus] = {
    ev.WorkflowExecutionCompleted: "COMPLETED",
    ev.WorkflowExecutionFailed: "FAILED",
    ev.WorkflowExecutionCanceled: "CANCELED",
    ev.WorkflowExecutionTerminated: "TERMINATED",
    ev.WorkflowExecutionContinuedAsNew: "CONTINUED_AS_NEW",
    ev.WorkflowExecutionTimedOut: "TIMED_OUT",
}

#: what takes several events -> the attribute of History that lists it
_LISTED_IN: dict[type[Joined[Any]], str] = {
    Activity: "activities",
    Timer: "timers",
    ChildWorkflow: "child_workflows",
    LambdaFunction: "lambda_functions",
    ExternalSignal: "external_signals",
    ExternalCancel: "external_cancels",
}

#: the event that opens something -> its class
_OPENS: dict[type[ev.Event], Any] = {next(iter(cls.statuses)): cls for cls in _LISTED_IN}
#: the event that follows -> which of its fields names the event that opened
_FOLLOWS: dict[type[ev.Event], str] = {
    event: cls.opened_by for cls in _LISTED_IN for event in cls.statuses if event not in _OPENS
}
_STARTS: set[type[ev.Event]] = {
    ev.ActivityTaskStarted,
    ev.LambdaFunctionStarted,
    ev.ChildWorkflowExecutionStarted,
}
_CLOSES = _FOLLOWS.keys() - _STARTS

#: The event that says that a decision was not accepted or not carried out; its ``cause`` says why.
#: Its name is that of the decision, with Failed at the end.
FailedDecision: TypeAlias = (
    ev.ScheduleActivityTaskFailed
    | ev.RequestCancelActivityTaskFailed
    | ev.CompleteWorkflowExecutionFailed
    | ev.FailWorkflowExecutionFailed
    | ev.CancelWorkflowExecutionFailed
    | ev.ContinueAsNewWorkflowExecutionFailed
    | ev.RecordMarkerFailed
    | ev.StartTimerFailed
    | ev.CancelTimerFailed
    | ev.SignalExternalWorkflowExecutionFailed
    | ev.RequestCancelExternalWorkflowExecutionFailed
    | ev.StartChildWorkflowExecutionFailed
    | ev.ScheduleLambdaFunctionFailed
)
_FAILED_DECISIONS: tuple[type[ev.Event], ...] = get_args(FailedDecision)

JoinedT = TypeVar("JoinedT", bound=Joined[Any])
EventT = TypeVar("EventT", bound=ev.Event)


class History:
    """The history of one run, joined and indexed. Read its collections, do not change them.

    "New" means since the last completed decision task was handed out: what the decider has not seen
    yet. That includes the events of its own decisions.

    :param events: oldest first. The ``task.events`` of a decision task are newest first, and
        ``task.history`` is a History of them.
    """

    def __init__(self, events: Iterable[ev.Event] = ()) -> None:
        #: every event so far, oldest first
        self.events: list[ev.Event] = []
        #: activity id -> the last attempt under it
        self.activities: dict[str, Activity] = {}
        #: timer id -> the last timer under it
        self.timers: dict[str, Timer] = {}
        #: workflow id -> the last child under it
        self.child_workflows: dict[str, ChildWorkflow] = {}
        #: id -> the last Lambda task under it
        self.lambda_functions: dict[str, LambdaFunction] = {}
        #: signals sent to other executions, in order
        self.external_signals: list[ExternalSignal] = []
        #: cancel requests sent to other executions, in order
        self.external_cancels: list[ExternalCancel] = []
        #: signals received, in order
        self.signals: list[ev.WorkflowExecutionSignaled] = []
        #: markers, in order
        self.markers: list[ev.MarkerRecorded] = []
        #: requests to cancel this execution, in order
        self.cancel_requests: list[ev.WorkflowExecutionCancelRequested] = []
        #: decisions that were not accepted, in order: each event has a cause
        self.failed_decisions: list[FailedDecision] = []
        #: the first event; None if the history does not begin at the beginning
        self.started: ev.WorkflowExecutionStarted | None = None
        #: the event that closed the execution; None while it is open
        self.closed: ev.Event | None = None
        #: the execution context that the last decider set
        self.execution_context: str | None = None
        #: the id of the DecisionTaskStarted event of the last completed decision; 0 for none
        self.previous_started_event_id = 0
        self._by_opening: dict[int, Joined[Any]] = {}
        self._open: dict[int, Joined[Any]] = {}
        self.extend(events)

    def __repr__(self) -> str:
        state = self.close_status or f"{len(self._open)} open"
        return f"<{type(self).__name__} of {len(self.events)} events: {state}>"

    def __str__(self) -> str:
        """Put the history into a table, one line per event: when, which event, what about."""
        return history_table(self.events, self.of)

    def extend(self, events: Iterable[ev.Event]) -> None:
        """Continue with the events that follow, oldest first.

        Events that it has already are skipped, and so are those before its first one.

        :raises ValueError: when events are missing between what it has and what is given, when
            they come newest first, or when they are from another run. What came before is kept.
        :raises TypeError: when one is not an event but, for example, boto3's dict, from a task that
            was polled with ``use_raw_event_history``.
        """
        latest = 0
        last = self.events[-1].event_id if self.events else None
        for event in events:
            try:
                event_id = event.event_id
            except AttributeError:
                raise TypeError(
                    f"a History is made of events, not of {type(event).__name__}: {event!r:.60}; "
                    "event_from_wire() makes one of boto3's dict"
                ) from None
            if event_id <= latest:
                raise ValueError(
                    f"event {event_id} comes after event {latest}; events must be given "
                    "oldest first"
                )
            latest = event_id
            if last is not None and event_id != last + 1:
                self._check_earlier(event, last)
                continue
            last = event_id
            self.events.append(event)
            take = _TAKE.get(type(event))
            if take is not None:
                take(self, event)

    def _check_earlier(self, event: ev.Event, last: int) -> None:
        """Raise unless the history has this event, or begins after it."""
        event_id = event.event_id
        if event_id > last:
            raise ValueError(
                f"event {last + 1} is missing: the history ends with event {last}, and what is "
                f"given, oldest first, goes on with event {event_id}"
            )
        if event_id >= self.events[0].event_id and event != self.event(event_id):
            raise ValueError(
                f"event {event_id} is not the one that the history has: "
                f"{event!r:.200} is of another run than {self.event(event_id)!r:.200}"
            )

    @property
    def input(self) -> str | None:
        """What the execution was started with."""
        return None if self.started is None else self.started.input

    @property
    def is_open(self) -> bool:
        """Whether the execution has not closed."""
        return self.closed is None

    @property
    def close_status(self) -> CloseStatus | None:
        """How it closed, in the service's words; None while it is open."""
        return None if self.closed is None else CLOSE_STATUS[type(self.closed)]

    @property
    def result(self) -> str | None:
        """What it completed with; None until it has completed, and if there was no result."""
        return getattr(self.closed, "result", None)

    @property
    def reason(self) -> str | None:
        """Why it failed or was terminated; None until then, and if no reason was given."""
        return getattr(self.closed, "reason", None)

    @property
    def details(self) -> str | None:
        """More about how it failed, was canceled or was terminated."""
        return getattr(self.closed, "details", None)

    @property
    def cancel_requested(self) -> bool:
        """Whether somebody asked for this execution to be canceled."""
        return bool(self.cancel_requests)

    @property
    def new_events(self) -> list[ev.Event]:
        """What happened since the last completed decision task was handed out, oldest first."""
        first = self.events[0].event_id if self.events else 1
        return self.events[max(0, self.previous_started_event_id + 1 - first) :]

    @property
    def new_signals(self) -> list[ev.WorkflowExecutionSignaled]:
        """The new signals received, in order."""
        return self._new_of(self.signals)

    @property
    def new_failed_decisions(self) -> list[FailedDecision]:
        """The new decisions that were not accepted, in order."""
        return self._new_of(self.failed_decisions)

    @property
    def newly_closed(self) -> list[Joined[Any]]:
        """What has newly ended, in the order of ending: activities, timers, children and so on."""
        ended = (self.of(event) for event in self.new_events if type(event) in _CLOSES)
        return [joined for joined in ended if joined is not None]

    def _new_of(self, events: list[EventT]) -> list[EventT]:
        new = list(takewhile(self.is_new, reversed(events)))
        return new[::-1]

    @property
    def open_activities(self) -> list[Activity]:
        """Activity tasks that have not ended, in the order of their scheduling."""
        return self._open_of(Activity)

    @property
    def open_timers(self) -> list[Timer]:
        """Timers that are running, in the order of their start."""
        return self._open_of(Timer)

    @property
    def open_child_workflows(self) -> list[ChildWorkflow]:
        """Children that have not closed, in the order of their initiation."""
        return self._open_of(ChildWorkflow)

    @property
    def open_lambda_functions(self) -> list[LambdaFunction]:
        """Lambda tasks that have not ended, in the order of their scheduling."""
        return self._open_of(LambdaFunction)

    def _open_of(self, cls: type[JoinedT]) -> list[JoinedT]:
        return [joined for joined in self._open.values() if isinstance(joined, cls)]

    def is_new(self, event: ev.Event | None) -> bool:
        """Return whether an event is new; None is not, so ``is_new(activity.closed)`` works."""
        return event is not None and event.event_id > self.previous_started_event_id

    def event(self, event_id: int) -> ev.Event:
        """Return the event with an id, as other events refer to it.

        :raises LookupError: when the history has no such event.
        """
        index = event_id - self.events[0].event_id if self.events else -1
        if not 0 <= index < len(self.events):
            raise LookupError(f"the history has no event {event_id}")
        return self.events[index]

    def of(self, event: ev.Event) -> Joined[Any] | None:
        """Return what an event is about: the activity of an ActivityTaskFailed, for example.

        None for events that are about nothing else, such as signals and markers, and for those
        whose opening event is not in this history.
        """
        kind = type(event)
        if kind in _OPENS:
            return self._by_opening.get(event.event_id)
        field = _FOLLOWS.get(kind)
        return None if field is None else self._by_opening.get(getattr(event, field))

    # one method for each way to take in an event: see _TAKE

    def _take_opening(self, event: Any) -> None:
        cls = _OPENS[type(event)]
        listed = getattr(self, _LISTED_IN[cls])
        if isinstance(listed, list):
            joined = cls.following(None, event)
            listed.append(joined)
        else:
            name = getattr(event, cls.named_by)
            joined = listed[name] = cls.following(listed.get(name), event)
        self._by_opening[event.event_id] = self._open[event.event_id] = joined

    def _take_start(self, event: Any) -> None:
        joined = self.of(event)
        if joined is not None:
            joined.started = event

    def _take_close(self, event: Any) -> None:
        joined = self.of(event)
        if joined is not None:
            joined.closed = event
            self._open.pop(joined.opened.event_id, None)

    def _take_failed_decision(self, event: Any) -> None:
        self.failed_decisions.append(event)
        self._take_close(event)

    def _take_activity_cancel_request(self, event: ev.ActivityTaskCancelRequested) -> None:
        activity = self.activities.get(event.activity_id)
        if activity is not None:
            activity.cancel_requested = event

    def _take_decision(self, event: ev.DecisionTaskCompleted) -> None:
        self.previous_started_event_id = event.started_event_id
        if event.execution_context is not None:
            self.execution_context = event.execution_context

    def _take_execution_start(self, event: ev.WorkflowExecutionStarted) -> None:
        self.started = event

    def _take_execution_close(self, event: ev.Event) -> None:
        self.closed = event


#: event type -> how a history takes it in; others are only listed among its events
_TAKE: dict[type[ev.Event], Callable[[History, Any], None]] = {
    **dict.fromkeys(_OPENS, History._take_opening),
    **dict.fromkeys(_STARTS, History._take_start),
    **dict.fromkeys(_CLOSES, History._take_close),
    **dict.fromkeys(_FAILED_DECISIONS, History._take_failed_decision),
    **dict.fromkeys(CLOSE_STATUS, History._take_execution_close),
    ev.ActivityTaskCancelRequested: History._take_activity_cancel_request,
    ev.DecisionTaskCompleted: History._take_decision,
    ev.WorkflowExecutionStarted: History._take_execution_start,
    ev.WorkflowExecutionSignaled: lambda history, event: history.signals.append(event),
    ev.MarkerRecorded: lambda history, event: history.markers.append(event),
    ev.WorkflowExecutionCancelRequested: (
        lambda history, event: history.cancel_requests.append(event)
    ),
}


def wind_up(history: History) -> list[Decision]:
    """Return the decisions that cancel what is open: activities, timers and children.

    Nothing is requested twice, so it can be called at each decision task until nothing is open and
    the execution can be closed. Timers are canceled at once. Activities and children end in their
    own time: look at ``history.open_activities`` and ``history.open_child_workflows``. A child that
    has not started yet is canceled once it has. Lambda tasks cannot be canceled.

    :param history: the history of the execution to be wound up.
    """
    asked = {cancel.workflow_id: cancel.opened.event_id for cancel in history.external_cancels}
    return [
        *(
            RequestCancelActivityTask(activity.activity_id)
            for activity in history.open_activities
            if activity.cancel_requested is None
        ),
        *(CancelTimer(timer.timer_id) for timer in history.open_timers),
        *(
            RequestCancelExternalWorkflowExecution(child.workflow_id)
            for child in history.open_child_workflows
            if child.started and asked.get(child.workflow_id, 0) < child.started.event_id
        ),
    ]
