"""Commands, the events that echo them, and the events that end what they started.

A command is found by decision type and id, so the order of decisions within an answer does not
matter. Any difference is a disagreement between the code and its history.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from py_swf import decisions as de
from py_swf import events as ev
from py_swf._refusal_causes import LIMIT_CAUSES, PASSING_CAUSES
from py_swf.flow.engine.commands.command import ASKED, ENDED, OPEN, REFUSED, Awaited, Command
from py_swf.flow.engine.commands.timers import RunTimer
from py_swf.flow.errors import NonDeterminismError

__all__ = ["PATCHED", "WAKE_UP", "Ledger", "id_of_marker"]

#: prefix of the ids of timers that the engine starts to get another decision task
WAKE_UP = "py_swf.wake-up"
#: name of the markers by which code records that it is the newer version
PATCHED = "py_swf.patched"
#: how often a command is sent again after the service throttled it
MOST_REFUSALS = 10
#: longest pause before that, in seconds
LONGEST_PAUSE = 60
#: the same if the service says that a decision is not permitted
LONGEST_WAIT_FOR_PERMISSION = 3600

_USUAL_CAUSES = (
    "The usual cause is that the code of the workflow was changed while this execution was open "
    "(see flow.patched), that it uses a clock, random numbers, a global or an unordered set, or "
    "that another decider answered one of its tasks."
)

#: decision type -> which field of its events holds the id of the command
_ID_OF: dict[type[de.Decision], Callable[[Any], str]] = {
    de.ScheduleActivityTask: attrgetter("activity_id"),
    de.RequestCancelActivityTask: attrgetter("activity_id"),
    de.StartTimer: attrgetter("timer_id"),
    de.CancelTimer: attrgetter("timer_id"),
    de.StartChildWorkflowExecution: attrgetter("control"),
    de.SignalExternalWorkflowExecution: attrgetter("control"),
    de.RequestCancelExternalWorkflowExecution: attrgetter("control"),
    de.ScheduleLambdaFunction: attrgetter("id"),
}


def _no_id(event: Any) -> str:
    return ""


#: event that echoes a decision -> its type, its id, and whether it was refused
_ECHOES: dict[type[ev.Event], tuple[type[de.Decision], Callable[[Any], str], bool]] = {
    event: (decision, _ID_OF.get(decision, _no_id), event is decision.failed_event)
    for decision in de.DECISIONS
    for event in (decision.taken_event, decision.failed_event)
}

_scheduled = attrgetter("scheduled_event_id")
_initiated = attrgetter("initiated_event_id")
#: event -> which of its fields names the event that opened what it ends
_ENDS: dict[type[ev.Event], Callable[[Any], int]] = {
    ev.ActivityTaskCompleted: _scheduled,
    ev.ActivityTaskFailed: _scheduled,
    ev.ActivityTaskTimedOut: _scheduled,
    ev.ActivityTaskCanceled: _scheduled,
    ev.TimerFired: attrgetter("started_event_id"),
    ev.ChildWorkflowExecutionCompleted: _initiated,
    ev.ChildWorkflowExecutionFailed: _initiated,
    ev.ChildWorkflowExecutionTimedOut: _initiated,
    ev.ChildWorkflowExecutionCanceled: _initiated,
    ev.ChildWorkflowExecutionTerminated: _initiated,
    ev.ExternalWorkflowExecutionSignaled: _initiated,
    ev.ExternalWorkflowExecutionCancelRequested: _initiated,
    ev.LambdaFunctionCompleted: _scheduled,
    ev.LambdaFunctionFailed: _scheduled,
    ev.LambdaFunctionTimedOut: _scheduled,
    ev.StartLambdaFunctionFailed: _scheduled,
}
#: events that end what another event opened, for a reason that may be temporary
_REFUSED_LATER: dict[type[ev.Event], Callable[[Any], int]] = {
    ev.SignalExternalWorkflowExecutionFailed: _initiated,
    ev.RequestCancelExternalWorkflowExecutionFailed: _initiated,
    ev.StartChildWorkflowExecutionFailed: _initiated,
}

_CLOSING = frozenset(de.CLOSING)
#: the permission may be given soon, and no code waits for these
_UNAWAITED = (_CLOSING | {de.StartTimer}) - {de.ContinueAsNewWorkflowExecution}


def id_of_marker(name: str, ordinal: int, details: str | None) -> str:
    """Return the id of a marker: its name and how many of that name came before.

    The id of a patch is what it is about.
    """
    return f"{name} {details}" if name == PATCHED else f"{name} {ordinal}"


class Ledger:
    """What a run has asked for, which part of it is open, and what was refused.

    :param differ: called with each difference between a command and its echo; raises if the run
        cannot go on.
    """

    def __init__(self, differ: Callable[[NonDeterminismError, bool], object]) -> None:
        #: what will be sent, by decision type and id
        self.asked: dict[tuple[type[de.Decision], str], Command] = {}
        #: how many of each decision type are open
        self.count: Counter[type[de.Decision]] = Counter()
        #: how many of each may be open; lower once the service has refused more
        self.limits: dict[type[de.Decision], int] = {
            de.ScheduleActivityTask: 1000,
            de.StartTimer: 1000,
            de.StartChildWorkflowExecution: 1000,
        }
        #: decision types that wait for a timer before more are sent
        self.paused: dict[type[de.Decision], RunTimer] = {}
        self._differ = differ
        self._numbers = 0
        self._open: dict[int, Command] = {}
        self._refused: dict[int, Command] = {}
        self._names: dict[tuple[str, str], int] = {}
        self._markers: Counter[str] = Counter()

    # what the code asks for

    def next_id(self, kind: str, name: str) -> str:
        """Return the next id for a name: ``charge-1``, then ``charge-2``.

        :param kind: activities, timers and so on are numbered separately.
        :param name: what it is called.
        """
        key = (kind, name)
        self._names[key] = number = self._names.get(key, 0) + 1
        return f"{name[:200]}-{number}"

    def ask(self, command: Command) -> None:
        """Send a command with the next answer.

        :param command: the command.
        :raises ValueError: when another one of its type and id already waits to be sent.
        """
        key = (command.decision_type, command.id)
        if key in self.asked:
            raise ValueError(
                f"{command} was already asked for; an id can be used only once at a time"
            )
        if not command.number:
            self._numbers += 1
            command.number = self._numbers
        command.state = ASKED
        self.asked[key] = command

    def withdraw(self, command: Command) -> bool:
        """Withdraw a command if the service does not have it; return whether the service has it."""
        if command.state == ASKED:
            del self.asked[command.decision_type, command.id]
        elif command.state == OPEN:
            return not command.gone
        command.state = ENDED
        return False

    def to_send(self) -> list[Command]:
        """Return what will be sent, in the order in which it was asked for."""
        return sorted(self.asked.values(), key=lambda command: command.number)

    def drop(self) -> None:
        """Forget what would end with the execution anyway, which is about to close."""
        for key, command in list(self.asked.items()):
            if command.droppable and not self._ends_a_pause(command):
                del self.asked[key]
                command.state = ENDED

    def held(self, command: Command, reached: int) -> bool:
        """Return whether a command must wait.

        :param command: the command.
        :param reached: how many of its type are open or being sent before it.
        """
        kind = command.decision_type
        if kind in self.paused and not self._ends_a_pause(command):
            return True
        return kind in self.limits and reached >= self.limits[kind]

    def values_in(self, echoes: list[Any]) -> dict[str, str | None]:
        """Return the details of the markers among the echoes of an answer, by marker id."""
        values: dict[str, str | None] = {}
        seen: dict[str, int] = {}
        for event in echoes:
            if type(event) is ev.MarkerRecorded:
                name = event.marker_name
                seen[name] = number = seen.get(name, self._markers[name]) + 1
                values[id_of_marker(name, number, event.details)] = event.details
        return values

    def _ends_a_pause(self, command: Command) -> bool:
        return command in self.paused.values()

    # what the history says

    def settle(self, echoes: Iterable[Any]) -> None:
        """Compare what was asked for with the events of the answer.

        :param echoes: the events by which the service recorded one answer.
        :raises NonDeterminismError: when the two do not agree.
        """
        refused: dict[type[de.Decision], int] = {}
        cut = False
        surplus: list[tuple[Any, str]] = []
        for event in echoes:
            decision_type, id_of, is_refusal = _ECHOES[type(event)]
            id = self._id_in(event, decision_type, id_of)
            command = self.asked.pop((decision_type, id), None)
            if command is None and not _is_nobodys(decision_type, id):
                surplus.append((event, f"{decision_type.__name__} {id}".strip()))
            elif command is None:
                cut = cut or decision_type is de.StartTimer
            elif is_refusal:
                refused[decision_type] = refused.get(decision_type, 0) + 1
                command.state = REFUSED
                self._refused[event.event_id] = command
                self._learn(decision_type, event.cause)
            else:
                if not command.agrees(event):
                    for difference in command.differences(event):
                        self._differ(*_different(event, command, *difference))
                command.state = OPEN
                self._open[event.event_id] = command
                self.count[decision_type] += 1
        if surplus:
            raise _surplus(*surplus[0], self.to_send())
        if self.asked and not cut:
            self._look_for_missing(refused)

    def _id_in(
        self, event: Any, decision_type: type[de.Decision], id_of: Callable[[Any], str]
    ) -> str:
        if decision_type is not de.RecordMarker:
            return id_of(event)
        self._markers[event.marker_name] += 1
        details = getattr(event, "details", None)
        return id_of_marker(event.marker_name, self._markers[event.marker_name], details)

    def _learn(self, decision_type: type[de.Decision], cause: str) -> None:
        if cause in LIMIT_CAUSES and self.count[decision_type]:
            limit = min(self.limits[decision_type], self.count[decision_type])
            self.limits[decision_type] = limit

    def _look_for_missing(self, refused: dict[type[de.Decision], int]) -> None:
        may_wait: list[Command] = []
        others: list[Command] = []
        for command in self.to_send():
            kind = command.decision_type
            held = self.held(command, self.count[kind] + refused.get(kind, 0))
            (may_wait if held else others).append(command)
        for command in others:
            if not (may_wait and command.decision_type in _CLOSING):
                raise _missing(command)

    def foresee(self, events: Iterable[Any]) -> None:
        """Mark what ends with events that are about to be delivered, so that nothing cancels it."""
        for event in events:
            end = _ENDS.get(type(event))
            command = self._open.get(end(event)) if end is not None else None
            if command is not None:
                command.gone = True

    def tell(self, event: Any) -> None:
        """Handle an event that ends something, or refuses it.

        :param event: one of the new events.
        :raises DecisionRefused: when the service refused what nobody waits for.
        """
        kind = type(event)
        end = _ENDS.get(kind)
        if end is not None:
            command = self._ended(end(event))
            if command is not None:
                command.close(event)
        elif kind is ev.ChildWorkflowExecutionStarted:
            command = self._open.get(event.initiated_event_id)
            if command is not None:
                command.close(event)
        else:
            command = self._refused.pop(event.event_id, None)
            later = _REFUSED_LATER.get(kind)
            if command is None and later is not None:
                command = self._ended(later(event))
            elif command is not None and command.state == ENDED:
                return  # withdrawn in the meantime
            if command is not None:
                self._told_refused(command, event.cause)

    def _ended(self, opening: int) -> Command | None:
        command = self._open.pop(opening, None)
        if command is not None:
            self.count[command.decision_type] -= 1
            command.state = ENDED
        return command

    def _told_refused(self, command: Command, cause: str) -> None:
        kind = command.decision_type
        command.refusals += 1
        command.state = ENDED
        if cause == "UNHANDLED_DECISION" and kind is not de.ContinueAsNewWorkflowExecution:
            self.ask(command)
        elif isinstance(command, Awaited) and command.future.done():
            return  # nothing waits for it any more
        elif cause in LIMIT_CAUSES and self.count[kind]:
            self.ask(command)
        elif cause in PASSING_CAUSES and command.refusals < MOST_REFUSALS:
            self.ask(command)
            self._pause(command, LONGEST_PAUSE)
        elif kind in _UNAWAITED and cause == "OPERATION_NOT_PERMITTED":
            self.ask(command)
            self._pause(command, LONGEST_WAIT_FOR_PERMISSION)
        else:
            command.refuse(cause)

    def _pause(self, command: Command, longest: int) -> None:
        """Make a type of decision wait: 1 s, 2 s, 4 s, up to the longest pause."""
        kind = command.decision_type
        if kind in self.paused or self._ends_a_pause(command):
            return
        seconds = min(longest, 2 ** (command.refusals - 1))
        name = f"{WAKE_UP}.{kind.__name__}"
        timer = RunTimer(
            self.next_id("timer", name),
            seconds,
            # Nobody uses what it returns.
            lambda: self.paused.pop(kind, None),  # type: ignore[arg-type]
            lambda timer: None,
        )
        self.paused[kind] = timer
        self.ask(timer)


def _is_nobodys(decision_type: type[de.Decision], id: str) -> bool:
    """Return whether an echo belongs to something that the code does not ask for in replay."""
    if decision_type is de.StartTimer:
        return id.startswith(WAKE_UP)
    # The patch was removed from the code, when all of its executions were expected to be new.
    return decision_type is de.RecordMarker and id.startswith(f"{PATCHED} ")


def _different(
    event: Any, command: Command, field: str, there: Any, here: Any, is_identity: bool
) -> tuple[NonDeterminismError, bool]:
    kind = type(event).__name__
    error = NonDeterminismError(
        f"event {event.event_id}, {kind}, and the code disagree about {command}: its {field} is "
        f"{there!r:.1000} in the history and {here!r:.1000} in the code. {_USUAL_CAUSES}",
        event_id=event.event_id,
        event_type=kind,
        command=str(command),
        field=field,
        in_history=there,
        in_code=here,
    )
    return error, is_identity


def _surplus(event: Any, command: str, asked: list[Command]) -> NonDeterminismError:
    kind = type(event).__name__
    more = f" and {len(asked) - 3} more" if len(asked) > 3 else ""
    instead = f"; it asks for {', '.join(map(str, asked[:3]))}{more} instead" if asked else ""
    return NonDeterminismError(
        f"event {event.event_id}, {kind}: the history has {command}, which the code does not ask "
        f"for at this point{instead}. {_USUAL_CAUSES}",
        event_id=event.event_id,
        event_type=kind,
        command=command,
    )


def _missing(command: Command) -> NonDeterminismError:
    return NonDeterminismError(
        f"the code asks for {command}, which the history does not have at this point. "
        f"{_USUAL_CAUSES}",
        command=str(command),
    )
