"""A history cut into the decision tasks that were decided: the news of each, and its echoes.

News: the events that tell the code something new. Echoes: those by which the service recorded an
answer; all of them follow its DecisionTaskCompleted. A refused decision is both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from py_swf import decisions as de
from py_swf import events as ev
from py_swf.flow.errors import MissingEvents, NotTaken

__all__ = ["PARKED", "Turn", "Turns"]

#: name of the marker that comes first in an answer by which nothing was decided
PARKED = "py_swf.decider-error"

_NEWS, _ECHO, _BOTH, _STARTED, _COMPLETED = range(5)

#: event type -> its part; the code does not need to know the others
_PARTS: dict[type[ev.Event], int] = {
    **{decision.taken_event: _ECHO for decision in de.DECISIONS},
    **{decision.failed_event: _BOTH for decision in de.DECISIONS},
    # These are written when delivery was tried, after an event that echoed the decision.
    ev.SignalExternalWorkflowExecutionFailed: _NEWS,
    ev.RequestCancelExternalWorkflowExecutionFailed: _NEWS,
    **dict.fromkeys(
        [
            ev.WorkflowExecutionStarted,
            ev.WorkflowExecutionSignaled,
            ev.WorkflowExecutionCancelRequested,
            ev.ActivityTaskCompleted,
            ev.ActivityTaskFailed,
            ev.ActivityTaskTimedOut,
            ev.ActivityTaskCanceled,
            ev.TimerFired,
            ev.ChildWorkflowExecutionStarted,
            ev.ChildWorkflowExecutionCompleted,
            ev.ChildWorkflowExecutionFailed,
            ev.ChildWorkflowExecutionTimedOut,
            ev.ChildWorkflowExecutionCanceled,
            ev.ChildWorkflowExecutionTerminated,
            ev.ExternalWorkflowExecutionSignaled,
            ev.ExternalWorkflowExecutionCancelRequested,
            ev.LambdaFunctionCompleted,
            ev.LambdaFunctionFailed,
            ev.LambdaFunctionTimedOut,
            ev.StartLambdaFunctionFailed,
        ],
        _NEWS,
    ),
    ev.DecisionTaskStarted: _STARTED,
    ev.DecisionTaskCompleted: _COMPLETED,
}


class Turn:
    """One decision task.

    :param started: its DecisionTaskStarted event.
    :param seen: how many of the news it saw.
    """

    __slots__ = ("completed", "decided", "echoes", "event_id", "news", "seen", "started")

    def __init__(self, started: ev.DecisionTaskStarted, seen: int) -> None:
        #: the id of that event
        self.event_id = started.event_id
        #: that event, until the turn is decided
        self.started: ev.DecisionTaskStarted | None = started
        self.seen = seen
        #: its news, once they have been claimed
        self.news: list[Any] = []
        #: whether this process has decided it
        self.decided = False
        self.completed: ev.DecisionTaskCompleted | None = None
        self.echoes: list[Any] = []

    @property
    def parked(self) -> bool:
        """Whether it was answered without a decision; its news are left for the next one."""
        first = self.echoes[0] if self.echoes else None
        return isinstance(first, ev.MarkerRecorded) and first.marker_name == PARKED


class Turns:
    """Takes in the events of one run and yields each turn when all of its echoes are known."""

    def __init__(self) -> None:
        #: id of the last event taken in
        self.last_event_id = 0
        #: the turn that was started last
        self.turn: Turn | None = None
        self._news: list[Any] = []

    def take(self, events: Iterable[ev.Event]) -> Iterator[Turn]:
        """Yield each turn that was completed, when the next one has been started.

        :param events: those that follow, oldest first; events that it already has are ignored.
        :raises MissingEvents: when events are missing.
        :raises NotTaken: when a turn that was decided here was not completed by that answer.
        """
        part_of = _PARTS.get
        last = self.last_event_id
        for event in events:
            event_id = event.event_id
            if event_id != last + 1:
                if event_id <= last:
                    continue
                raise MissingEvents(
                    f"event {last + 1} is missing: what is given, oldest first, goes on with "
                    f"event {event_id}"
                )
            self.last_event_id = last = event_id
            part = part_of(type(event))
            if part is None:
                continue
            turn = self.turn
            if part is _NEWS:
                self._news.append(event)
            elif part is _STARTED:
                if turn is not None and self._ends(turn):
                    yield turn
                # Here and below, the part tells the class of the event.
                self.turn = Turn(event, len(self._news))  # type: ignore[arg-type]
            elif turn is None:
                raise MissingEvents(f"event {last}, {event.event_type}, follows no decision task")
            elif part is _COMPLETED:
                turn.completed = event  # type: ignore[assignment]
            elif part is _ECHO:
                turn.echoes.append(event)
            else:
                self._take_refusal(turn, event)

    def _take_refusal(self, turn: Turn, event: Any) -> None:
        self._news.append(event)
        # The start failure of a child that was initiated comes later, as its end.
        if not getattr(event, "initiated_event_id", None):
            turn.echoes.append(event)

    def ended(self) -> Iterator[Turn]:
        """Yield the last turn of a history that will not grow, if it was decided."""
        if self.turn is not None and self._ends(self.turn):
            yield self.turn
        if self.turn is not None and self.turn.completed is not None:
            self.turn = None

    def _ends(self, turn: Turn) -> bool:
        """Return whether a turn that is over was decided; if so, it keeps its news."""
        was_decided = turn.completed is not None and not turn.parked
        if was_decided:
            self.claim(turn)
        elif turn.decided:
            raise NotTaken(f"the service did not accept what was decided at event {turn.event_id}")
        return was_decided

    def claim(self, turn: Turn) -> None:
        """Give a turn the news that it saw, unless it has them already."""
        if turn.decided:
            return
        if turn.seen == len(self._news):
            turn.news, self._news = self._news, []
        else:
            turn.news, self._news = self._news[: turn.seen], self._news[turn.seen :]
