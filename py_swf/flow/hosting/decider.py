"""The decider for workflows: from a decision task to its answer."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from itertools import dropwhile, takewhile
from types import MappingProxyType
from typing import Any

from py_swf.daemon.deciding import OnError, retry_by_timer
from py_swf.daemon.error_verdicts import verdict_of
from py_swf.daemon.task_ids import ids_of, title_of
from py_swf.decisions import Answer
from py_swf.events import Event
from py_swf.flow.engine.reuse import finished_in
from py_swf.flow.engine.run import Run
from py_swf.flow.errors import MissingEvents, NonDeterminismError, NotTaken
from py_swf.flow.hosting.kept_runs import KeptRuns
from py_swf.flow.hosting.own_task_list import LONG, check_own_task_list
from py_swf.flow.workflows import Workflow
from py_swf.history import History
from py_swf.tasks import DecisionTask

__all__ = ["Decider"]

_log = logging.getLogger(__name__)


class Decider:
    """Decides for executions of workflows. Use it like a decider written by hand::

        decide = flow.Decider([process, ship])
        for task in tasks(decider_client, stop=stop):
            respond(decider_client, task, decide(task))

    If a task cannot be decided, its execution is parked: the traceback goes into a marker, and a
    timer triggers another attempt, at longer and longer intervals, until the code is fixed. This
    happens when the code and the history disagree, and when the type is not one of the workflows. A
    Decider may be called from several threads.

    A run that is kept between its tasks reads and replays only what is new. A kept run is used only
    if the history confirms it. Otherwise it is rebuilt, with GetWorkflowExecutionHistory if the
    task has only the new events. With ``own_task_list`` the tasks of long runs come to the process
    that keeps them: poll that list with ``start_at_previous_started_event=True``, in addition to
    the shared one.

    :param workflows: the workflows, of different types or versions.
    :param keep: how many runs are kept between their tasks; 0 keeps none.
    :param own_task_list: name of a task list that only this process polls. The next task of each
        kept run is sent there; runs of fewer than 100 events are then not kept, since replaying
        them is faster than noticing a dead process. None leaves all tasks on the shared list.
    :param own_task_list_timeout: seconds after which a task that was not taken from that list goes
        back to the list that its execution was started with. This is how long a dead process holds
        up the executions that it keeps.
    :param inputs: what to do when an input, a duration or a result in the code differs from the one
        in the history: "tell" logs it and continues with the history's, "refuse" parks.
    :param check: the fraction of tasks that are decided twice, from 0 to 1; two different answers
        are a disagreement. The same tasks are chosen each time, and their whole histories are read.
    :param on_error: makes the answer to a task that cannot be decided; None parks it.
    :param reuse: maps the workflow id of an execution to histories of closed executions. If the
        execution asks for an activity with the same id, type and input as one that has completed
        there, that result is used and kept in a marker; the last of them counts.
    :raises ValueError: when two workflows have the same type, or an option makes no sense.
    """

    def __init__(
        self,
        workflows: Iterable[Workflow[Any, Any]],
        *,
        keep: int = 0,
        own_task_list: str | None = None,
        own_task_list_timeout: int = 10,
        inputs: str = "tell",
        check: float = 0.0,
        on_error: OnError | None = None,
        reuse: Mapping[str, Iterable[History]] = MappingProxyType({}),
    ) -> None:
        self.workflows: dict[tuple[str, str], Workflow[Any, Any]] = {}
        for each in workflows:
            if (each.name, each.version) in self.workflows:
                raise ValueError(f"two workflows are of type {each.name} {each.version}")
            self.workflows[each.name, each.version] = each
        if inputs not in ("tell", "refuse"):
            raise ValueError(f"inputs is {inputs!r}; it must be 'tell' or 'refuse'")
        if not 0 <= check <= 1:
            raise ValueError(f"check is {check!r}; it must be from 0 to 1")
        if keep < 0:
            raise ValueError(f"keep is {keep}; it must be 0 or more")
        if own_task_list is not None:
            check_own_task_list(own_task_list, own_task_list_timeout, keep)
        self._finished = {name: finished_in(histories) for name, histories in reuse.items()}
        self.keep = keep
        self.own_task_list = own_task_list
        self.own_task_list_timeout = own_task_list_timeout
        self.inputs = inputs
        self.check = check
        self.on_error = on_error or retry_by_timer(attempts=None)
        self._kept = KeptRuns(keep)
        self._keeps = keep > 0
        self._long = LONG

    def __call__(self, task: DecisionTask) -> Answer:
        """Decide a task.

        :param task: the task.
        :return: the answer to it.
        """
        try:
            return self._decide(task)
        except Exception as error:
            if verdict_of(error) == "wait":  # a page of the history that could not be read
                raise
            text = "%s is parked, since it could not be decided: %s"
            # the frames of a disagreement are the engine's
            shown = None if isinstance(error, NonDeterminismError) else error
            _log.error(text, title_of(task), error, exc_info=shown, extra=ids_of(task))
            answer = Answer.of(self.on_error(task, error))
        if answer.task_list is None and self._may_have_moved(task):
            started = task.history.started
            return Answer.of(answer, task_list=started.task_list if started else None)
        return answer

    def fresh(self, own_task_list: str | None) -> Decider:
        """Return a decider of the same workflows and settings that does not keep a run yet.

        For a loop that starts again after :meth:`stop_keeping` and :meth:`close`: threads of the
        previous loop may still be deciding, and must still not keep anything.

        :param own_task_list: the task list of the new one.
        """
        other = copy(self)
        other.own_task_list = own_task_list
        other._kept = KeptRuns(self.keep)
        other._keeps = self.keep > 0
        return other

    def stop_keeping(self) -> None:
        """Stop keeping runs; for a process that is about to stop.

        From then on every answer sends the next task of its execution back to the list that the
        execution was started with. Tasks that are already waiting on the own list are still decided
        by the kept runs. It may be called from any thread, and more than once.
        """
        self._keeps = False

    def close(self) -> None:
        """Drop the runs that are kept; each can be rebuilt from its history."""
        self._kept.clear()

    def _decide(self, task: DecisionTask) -> Answer:
        workflow = self._workflow_of(task)
        run = self._caught_up(workflow, task)
        try:
            decided = run.decide(), run.execution_context
            if self.check and _is_chosen(task, self.check):
                self._decide_again(workflow, task, decided)
            _log_complaints(run, task)
            keep = self._keeps and not run.ended and (not self.own_task_list or self._is_long(task))
            answer = Answer(*decided, *self._next_list(run, task, keep))
        except BaseException:
            run.evict()
            raise
        if keep:
            self._kept.put(task.workflow_run_id, run)
        else:
            run.evict()
        return answer

    def _workflow_of(self, task: DecisionTask) -> Workflow[Any, Any]:
        name, version = task.workflow_type.name, task.workflow_type.version
        workflow = self.workflows.get((name, version))
        if workflow is None:
            known = ", ".join(f"{name} {version}" for name, version in self.workflows)
            raise LookupError(
                f"workflow type {name} {version} is not one of this decider's: {known}"
            )
        return workflow

    def _caught_up(self, workflow: Workflow[Any, Any], task: DecisionTask) -> Run:
        """Return the run up to the task: the kept one, or one that is built from all events."""
        run = self._kept.take(task.workflow_run_id)
        if run is not None and run.last_event_id < task.started_event_id:
            try:
                return _taken(run, events_after(task, run.last_event_id))
            except (NotTaken, MissingEvents):
                pass  # the history says something else
        elif run is not None:  # it decided this task; nothing shows that this was accepted
            run.evict()
        return self._built(workflow, task, _Told(task) if self.inputs == "tell" else None)

    def _built(
        self,
        workflow: Workflow[Any, Any],
        task: DecisionTask,
        on_difference: Callable[[NonDeterminismError], object] | None,
    ) -> Run:
        run = Run(workflow, task.workflow_id, task.workflow_run_id, on_difference=on_difference)
        if task.workflow_id in self._finished:
            run.finished = self._finished[task.workflow_id]
        return _taken(run, task.all_events())

    def _decide_again(
        self, workflow: Workflow[Any, Any], task: DecisionTask, decided: tuple[Any, str | None]
    ) -> None:
        on_difference = _Told(task, quiet=True) if self.inputs == "tell" else None
        run = self._built(workflow, task, on_difference)
        try:
            again = run.decide(), run.execution_context
        finally:
            run.evict()
        if again != decided:
            raise NonDeterminismError(
                f"decided twice, the code decides differently: {decided!r:.2000}, then "
                f"{again!r:.2000}. The usual cause is that the code reads a clock, random numbers "
                "or a global"
            )

    def _next_list(self, run: Run, task: DecisionTask, keep: bool) -> tuple[Any, Any]:
        """Return the task list of the execution's next task, and that task's timeout."""
        if keep and self.own_task_list is not None:
            return self.own_task_list, self.own_task_list_timeout
        if self._may_have_moved(task) and run.info is not None:
            return run.info.task_list, None
        return None, None

    def _may_have_moved(self, task: DecisionTask) -> bool:
        return self.own_task_list is not None and self._is_long(task)

    def _is_long(self, task: DecisionTask) -> bool:
        return task.started_event_id >= self._long


class _Told:
    """Logs the first difference between the inputs of a run and those of its history.

    :param task: the task; only its ids are kept.
    :param quiet: whether to log nothing.
    """

    __slots__ = ("ids", "quiet")

    def __init__(self, task: DecisionTask, *, quiet: bool = False) -> None:
        self.ids = ids_of(task)
        self.quiet = quiet

    def __call__(self, error: NonDeterminismError) -> None:
        if not self.quiet:
            _log.warning("%s: %s", self.ids["workflow_id"], error, extra=self.ids)
        self.quiet = True


def _taken(run: Run, events: Iterable[Event]) -> Run:
    """Return a run that has taken in events; evict one that cannot."""
    try:
        run.take(events)
    except BaseException:
        run.evict()
        raise
    return run


def events_after(task: DecisionTask, event_id: int) -> Iterator[Event]:
    """Go through the events of a task after a given one; pages before it are not read.

    :param task: the task.
    :param event_id: id of the last known event.
    """
    if task.newest_first:
        yield from [*takewhile(lambda event: event.event_id > event_id, task.events)][::-1]
    else:
        yield from dropwhile(lambda event: event.event_id <= event_id, task.events)


def _is_chosen(task: DecisionTask, part: float) -> bool:
    name = f"{task.workflow_run_id} {task.started_event_id}".encode()
    return zlib.crc32(name) < part * 2**32


def _log_complaints(run: Run, task: DecisionTask) -> None:
    for context in run.complaints:
        text = context.get("message", "unhandled error in a workflow")
        error = context.get("exception")
        _log.error("%s: %s", title_of(task), text, exc_info=error, extra=ids_of(task))
    run.complaints.clear()  # the next task of a kept run starts with none
