"""One run of a workflow: take in its history, run the code over it, and return its decisions.

Events are delivered one at a time; after each, the code runs until nothing is ready. So what it
does depends on the order of events, and not on how they were grouped into decision tasks.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextvars import Context
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from py_swf import decisions as de
from py_swf import events as ev
from py_swf._failure_texts import reason_of, traceback_of
from py_swf.flow.engine.answering import decisions_for
from py_swf.flow.engine.commands.closings import Close, ContinueAsNew
from py_swf.flow.engine.commands.command import Command
from py_swf.flow.engine.commands.timers import CancelTimer, RunTimer
from py_swf.flow.engine.loop import Evicted, HistoryLoop, make_loop, running_loop
from py_swf.flow.engine.mailbox import Mailbox
from py_swf.flow.engine.matching import Ledger
from py_swf.flow.engine.run_info import Info, info_of
from py_swf.flow.engine.turns import Turn, Turns
from py_swf.flow.errors import FailWorkflow, NonDeterminismError, NotInWorkflow

if TYPE_CHECKING:
    from py_swf.flow.workflow_definition import WorkflowDefinition
    from py_swf.types import ActivityType

__all__ = ["Run", "current_run"]

#: how many events are held at a time while a history is read: a page of the service
PAGE = 1000


class Run:
    """A run of a workflow, up to the last event that was taken in.

    :meth:`take` what is new, then :meth:`decide`; repeat both when there is more. A run that raised
    cannot be used any more; :meth:`evict` it.

    :param workflow: the workflow.
    :param workflow_id: its workflow id; a saved history lacks it.
    :param run_id: its run id, the seed of its random numbers; a saved history lacks it.
    :param on_difference: called with the error when the code asks for the same as its history, but
        with another input or duration; None raises it.
    """

    #: results of activities that should not be done again: see ``reuse``
    finished: Mapping[tuple[str, ActivityType, str | None], str | None] = MappingProxyType({})

    def __init__(
        self,
        workflow: WorkflowDefinition[Any, Any],
        workflow_id: str = "",
        run_id: str = "",
        *,
        on_difference: Callable[[NonDeterminismError], object] | None = None,
    ) -> None:
        self.workflow = workflow
        self.workflow_id = workflow_id
        self.run_id = run_id
        self.loop: HistoryLoop = make_loop(self, self._start_timer, self._complain)
        self.ledger = Ledger(self._differ)
        self.mailbox = Mailbox(self.loop)
        #: whether what happens now was decided before
        self.replaying = True
        #: what the first event of the history says
        self.info: Info | None = None
        self.cancel_requested = False
        #: id of the DecisionTaskStarted event of the task that is being decided
        self.started_event_id = 0
        #: the execution context that the code has set since the last answer
        self.execution_context: str | None = None
        #: markers that code recorded, in order
        self.markers: list[tuple[str, str | None]] = []
        #: marker id -> the value that the task that is being replayed recorded
        self.values: dict[str, str | None] = {}
        #: what the functions for workflow code keep, each under its own name
        self.kept: dict[Any, Any] = {}
        #: what asyncio would log: errors that nobody retrieved
        self.complaints: list[dict[str, Any]] = []
        self._on_difference = on_difference
        self._turns = Turns()
        self._main: asyncio.Task[None] | None = None
        self._error: BaseException | None = None
        self._waits: list[tuple[Callable[[], object], asyncio.Future[None]]] = []
        self._evicted = False

    @property
    def last_event_id(self) -> int:
        """Id of the last event that was taken in."""
        return self._turns.last_event_id

    @property
    def ended(self) -> bool:
        """Whether the code has returned or raised."""
        return self.loop.stopped

    # what a decider needs from it

    def take(self, events: Iterable[ev.Event]) -> None:
        """Take in the events that follow, oldest first; events that it already has are ignored.

        :param events: a whole history, a page of it, or what came after the last event taken in.
        :raises NonDeterminismError: when the code does not do what the history says.
        :raises NotTaken: when the last decisions made here are not those in the history.
        :raises MissingEvents: when events are missing.
        """
        events = iter(events)
        while page := [*islice(events, PAGE)]:  # it is read before the loop runs
            self.loop.enter()
            try:
                for turn in self._turns.take(page):
                    self._replay(turn)
            finally:
                self.loop.leave()

    def finish(self) -> None:
        """Replay the last turn of a history that will not grow.

        :raises NonDeterminismError: when the code does not do what the history says.
        """
        self.loop.enter()
        try:
            for turn in self._turns.ended():
                self._replay(turn)
        finally:
            self.loop.leave()

    def decide(self) -> list[de.Decision]:
        """Run the code over what the decision task that was started last has seen.

        :return: the decisions for it; none if no decision task is open.
        :raises NonDeterminismError: when the code contradicts what it did before.
        """
        turn = self._turns.turn
        if turn is None or turn.completed is not None or turn.decided:
            return []
        self._turns.claim(turn)
        turn.decided = True
        was_ended = self.ended
        self.execution_context = None
        self.values = {}
        self.replaying = False
        self.loop.enter()
        try:
            self._deliver(turn)
            if self.ended and not was_ended:
                self.loop.complain_of_tasks()
        finally:
            self.replaying = True
            self.loop.leave()
            self.loop.moment = turn.started = None  # a run may be kept long: it holds no event
        return decisions_for(self.ledger, turn.event_id)

    def evict(self) -> None:
        """Drop the run: close every coroutine, here; what they ask for then is not sent."""
        self._evicted = True
        self.loop.stopped = True
        self.loop.enter()
        try:
            self.loop.close_tasks()
        finally:
            self.loop.leave()
        self.complaints.clear()
        self._waits.clear()

    def _replay(self, turn: Turn) -> None:
        if not turn.decided:
            self.values = self.ledger.values_in(turn.echoes)
            self._deliver(turn)
        self.ledger.settle(turn.echoes)

    def _deliver(self, turn: Turn) -> None:
        loop = self.loop
        loop.moment = turn.started
        self.started_event_id = turn.event_id
        if len(turn.news) > 1:
            self.ledger.foresee(turn.news)
        for event in turn.news:
            self._tell(event)
            loop.run_ready()
            if self._waits:
                self._look_at_waits()
            if self._error is not None:
                raise self._error
        turn.news = []

    # the new events

    def _tell(self, event: Any) -> None:
        tell = _TELL.get(type(event))
        if tell is None:
            self.ledger.tell(event)
        else:
            tell(self, event)

    def _tell_started(self, event: ev.WorkflowExecutionStarted) -> None:
        self.info = info_of(event, self.workflow_id, self.run_id)
        self.loop.hash_seed = (
            zlib.crc32(f"{event.event_timestamp.timestamp()} {event.input}".encode()) << 20
        )
        self._main = Context().run(self.loop.create_task, self._run_code(event.input))

    def _tell_signaled(self, event: ev.WorkflowExecutionSignaled) -> None:
        self.mailbox.put(event.signal_name, event.input)
        for command in list(self.ledger.asked.values()):
            if isinstance(command, ContinueAsNew) and command.number:
                self._come_back(command)

    def _come_back(self, command: ContinueAsNew) -> None:
        """End a wait that has no answer yet: there are new events that the code has not seen."""
        self.ledger.withdraw(command)
        command.succeed(None)

    def _tell_cancel(self, event: ev.WorkflowExecutionCancelRequested) -> None:
        if self._main is not None and not self.cancel_requested:
            self.cancel_requested = True
            self._main.cancel()

    # the code

    async def _run_code(self, text: str | None) -> None:
        content: dict[str, Any] = {}
        decision: de.Decision
        try:
            content["result"] = await self.workflow.call(text)
            decision = de.CompleteWorkflowExecution(**content)
        except asyncio.CancelledError as error:
            decision = de.CancelWorkflowExecution(str(error.args[0]) if error.args else None)
        except FailWorkflow as error:
            content["reason"] = error.reason
            decision = de.FailWorkflowExecution(error.reason, error.details)
        except Exception as error:
            if isinstance(error, self.workflow.parks_on):
                self.disagree(error)
                return
            decision = de.FailWorkflowExecution(reason_of(error), traceback_of(error))
        if not self._evicted:
            self._end(Close(decision, content))

    def _end(self, close: Close) -> None:
        self.loop.stopped = True
        for command in list(self.ledger.asked.values()):
            if isinstance(command, ContinueAsNew):
                self.ledger.withdraw(command)
        self.ledger.drop()
        self.ledger.ask(close)

    def _look_at_waits(self) -> None:
        """End the waits whose condition has come true, until nothing changes any more."""
        changed = True
        while changed and not self.loop.stopped:
            changed = False
            for wait in list(self._waits):
                predicate, future = wait
                if future.done() or predicate():
                    self._waits.remove(wait)
                    if not future.done():
                        future.set_result(None)
                        changed = True
                        self.loop.run_ready()

    # what the functions for workflow code need from it

    def ask(self, command: Command) -> None:
        """Send a command with the next answer.

        :param command: the command.
        """
        if self._evicted:
            raise Evicted
        self.ledger.ask(command)

    def wait_until(self, predicate: Callable[[], object]) -> asyncio.Future[None]:
        """Return a future that is done when a predicate is true after some event.

        :param predicate: called after each event; without arguments, and without a side effect.
        """
        future: asyncio.Future[None] = self.loop.create_future()
        self._waits.append((predicate, future))
        return future

    def disagree(self, error: BaseException) -> None:
        """Raise an error out of the run, even if the code catches it.

        :param error: what is wrong.
        """
        self._error = self._error or error

    def _start_timer(self, seconds: int, fired: Callable[[], None]) -> RunTimer:
        timer = RunTimer(self.ledger.next_id("timer", "timer"), seconds, fired, self._cancel_timer)
        self.ask(timer)
        return timer

    def _cancel_timer(self, timer: RunTimer) -> None:
        if not self._evicted and self.ledger.withdraw(timer):
            self.ask(CancelTimer(timer.id))

    def _differ(self, error: NonDeterminismError, is_identity: bool) -> None:
        if is_identity or self._on_difference is None:
            raise error
        self._on_difference(error)

    def _complain(self, context: dict[str, Any]) -> None:
        if not self.replaying and not self._evicted:
            self.complaints.append(context)


_TELL: dict[type[ev.Event], Callable[[Run, Any], None]] = {
    ev.WorkflowExecutionStarted: Run._tell_started,
    ev.WorkflowExecutionSignaled: Run._tell_signaled,
    ev.WorkflowExecutionCancelRequested: Run._tell_cancel,
}


def current_run() -> Run:
    """Return the run whose code is calling.

    :raises NotInWorkflow: when it is called elsewhere.
    """
    loop = running_loop()
    if loop is None:
        raise NotInWorkflow("this works only in the code of a workflow, while flow runs it")
    run: Run = loop.run
    return run
