"""The decider for workflows: from a decision task to its answer."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterable
from itertools import dropwhile, takewhile
from typing import Any

from py_swf.daemon.deciding import OnError, retry_by_timer
from py_swf.daemon.error_verdicts import verdict_of
from py_swf.daemon.task_ids import ids_of
from py_swf.decisions import Answer
from py_swf.events import Event
from py_swf.flow.errors import MissingEvents, NonDeterminismError, NotTaken
from py_swf.flow.keeping import KeptRuns
from py_swf.flow.run import Run
from py_swf.flow.workflows import Workflow
from py_swf.tasks import DecisionTask

__all__ = ["Decider"]

_log = logging.getLogger(__name__)


class Decider:
    """Decides for executions of workflows; goes wherever a decider written by hand goes::

        decide = flow.Decider([process, ship])
        for task in tasks(decider_client, stop=stop):
            respond(decider_client, task, decide(task))

    What cannot be decided is parked: the traceback goes into a marker, and a timer has it decided
    again, later and later, until the code is fixed. Such are a disagreement between the code and
    the history, and a type that is none of the workflows. It may be called from several threads.

    :param workflows: the workflows, of different types or versions.
    :param keep: how many runs are kept between their tasks, so that each reads and replays only
        what is new; 0 keeps none. What is kept is trusted as far as the history confirms it.
    :param inputs: what becomes of an input, a duration or a result that is another one in the code
        than in the history: "tell" logs it and goes on with that of the history, "refuse" parks.
    :param check: which part of the tasks is decided twice, from 0 to 1; two different answers are a
        disagreement. The same tasks are chosen each time.
    :param on_error: makes the answer to what cannot be decided; None parks it.
    :raises ValueError: when two workflows have the same type, or an option is none.
    """

    def __init__(
        self,
        workflows: Iterable[Workflow[Any, Any]],
        *,
        keep: int = 0,
        inputs: str = "tell",
        check: float = 0.0,
        on_error: OnError | None = None,
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
        self.keep = keep
        self._kept = KeptRuns(keep)
        self.inputs = inputs
        self.check = check
        self.on_error = on_error or retry_by_timer(attempts=None)

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
            text = "parked, since it could not be decided: %s"
            _log.error(text, error, exc_info=error, extra=ids_of(task))
            return Answer.of(self.on_error(task, error))

    def close(self) -> None:
        """Give up the runs that are kept; each can be built again from its history."""
        self._kept.clear()

    def _decide(self, task: DecisionTask) -> Answer:
        workflow = self._workflow_of(task)
        answer = self._answer(workflow, task, tell=True)
        if self.check and _is_chosen(task, self.check):
            again = self._answer(workflow, task, tell=False)
            if again != answer:
                raise NonDeterminismError(
                    f"decided twice, the code decides differently: {answer!r:.2000}, then "
                    f"{again!r:.2000}. The usual cause is a clock, chance, or a global that the "
                    "code reads"
                )
        return answer

    def _workflow_of(self, task: DecisionTask) -> Workflow[Any, Any]:
        name, version = task.workflow_type.name, task.workflow_type.version
        workflow = self.workflows.get((name, version))
        if workflow is None:
            known = ", ".join(f"{name} {version}" for name, version in self.workflows)
            raise LookupError(f"workflow type {name} {version} is none of this decider's: {known}")
        return workflow

    def _answer(self, workflow: Workflow[Any, Any], task: DecisionTask, *, tell: bool) -> Answer:
        run = self._kept.take(task.workflow_run_id) if tell else None
        if run is not None:
            try:
                return self._decided(run, events_after(task, run.last_event_id), task, tell)
            except (NotTaken, MissingEvents):
                pass  # it is not what the history says: build it again
        on_difference = self._told_by(task, tell) if self.inputs == "tell" else None
        run = Run(workflow, task.workflow_id, task.workflow_run_id, on_difference=on_difference)
        return self._decided(run, task.all_events(), task, tell)

    def _decided(self, run: Run, events: Iterable[Event], task: DecisionTask, tell: bool) -> Answer:
        keep = False
        try:
            run.take(events)
            answer = Answer(run.decide(), run.execution_context)
            if tell:
                _log_complaints(run, task)
            keep = tell and not run.ended and self.keep > 0
        finally:
            if not keep:
                run.evict()
        if keep:
            self._kept.put(task.workflow_run_id, run)
        return answer

    def _told_by(
        self, task: DecisionTask, tell: bool
    ) -> Callable[[NonDeterminismError], object] | None:
        """Return what logs the first difference of a task."""
        told: list[NonDeterminismError] = []

        def log(error: NonDeterminismError) -> None:
            if tell and not told:
                _log.warning("%s", error, extra=ids_of(task))
            told.append(error)

        return log


def events_after(task: DecisionTask, event_id: int) -> list[Event]:
    """Return the events of a task that come after one; pages before it are not read.

    :param task: the task.
    :param event_id: id of the last event that is known.
    """
    if task.newest_first:
        return [*takewhile(lambda event: event.event_id > event_id, task.events)][::-1]
    return [*dropwhile(lambda event: event.event_id <= event_id, task.events)]


def _is_chosen(task: DecisionTask, part: float) -> bool:
    name = f"{task.workflow_run_id} {task.started_event_id}".encode()
    return zlib.crc32(name) < part * 2**32


def _log_complaints(run: Run, task: DecisionTask) -> None:
    for context in run.complaints:
        text = context.get("message", "unhandled error in a workflow")
        _log.error("%s", text, exc_info=context.get("exception"), extra=ids_of(task))
