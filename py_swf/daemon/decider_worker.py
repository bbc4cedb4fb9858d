"""A worker for decision tasks, made of the pieces beside it; read it and write your own.

Poll when a slot is free, have the task decided, answer it; make errors visible.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from py_swf.clients.decision import DecisionClient
from py_swf.daemon.answers import GIVE_UP_AFTER, respond
from py_swf.daemon.argument_checks import check_call, check_count
from py_swf.daemon.calling import Calling
from py_swf.daemon.deciding import (
    Decide,
    OnError,
    complete,
    decide_visibly,
    fail_execution,
    first_decisions,
    is_unread,
    seconds_for,
)
from py_swf.daemon.errors import AnswerNotDelivered, AnswerNotPermitted, AnswerRefused
from py_swf.daemon.task_ids import ids_of, title_of
from py_swf.daemon.worker import Worker
from py_swf.decisions import Answer, Decision
from py_swf.tasks import DecisionTask

__all__ = ["DeciderWorker"]

_log = logging.getLogger(__name__)


class DeciderWorker(Worker[DecisionTask]):
    """Polls one task list and has its decision tasks decided.

    :param client: polls and answers; with more than one worker its boto3 client is used from
        several threads.
    :param decide: the decider: from a task to decisions, as a list or as a generator, or to an
        :class:`~py_swf.decisions.Answer`. It decides from ``task.history``; a closing decision that
        was not accepted is found there, in ``task.history.failed_decisions``.
    :param max_workers: how many tasks are decided at the same time.
    :param on_error: makes the answer to a task whose decider raised, or decided something that the
        service refuses: :func:`fail_execution`, ``retry_by_timer(...)`` or your own function.
    :param split_after: answer with at most this many decisions at a time, see
        :func:`first_decisions`; None sends all of them.
    :param identity: who polls, for the history; None is ``host:process id``.
    :param on_undelivered: called, in the worker's thread, with the error of an answer that did not
        arrive. None lets such an error end the worker, except for :class:`TaskGone`, which is
        logged.
    :param stop_within: ``run`` returns at most this many seconds after the stop is set. Tasks that
        are still in progress are left to their timeouts, and their threads run until the process
        ends. No answer is tried for longer. None waits for everything.
    :param calling: how calls are timed, reported and tried again; None is ``Calling()``.
        ``on_call`` is also called for deciders, as operation "decide".
    :param poll_options: further arguments of the client's ``poll``, for example
        ``newest_first=False`` or ``start_at_previous_started_event=True``.
    :raises ValueError: when a value is out of range, or a TypeError when it cannot be used.
    """

    thread_name = "py_swf-decider"

    def __init__(
        self,
        client: DecisionClient,
        decide: Decide,
        *,
        max_workers: int = 1,
        on_error: OnError = fail_execution,
        split_after: int | None = None,
        identity: str | None = None,
        on_undelivered: Callable[[AnswerNotDelivered], object] | None = None,
        stop_within: float | None = None,
        calling: Calling | None = None,
        **poll_options: Any,
    ) -> None:
        check_call("decide", decide, "task")
        check_call("on_error", on_error, "task", "error")
        if split_after is not None:
            check_count("split_after", split_after, 2, ": a decision and a timer")
        super().__init__(
            client,
            max_workers=max_workers,
            identity=identity,
            on_undelivered=on_undelivered,
            stop_within=stop_within,
            calling=calling,
            poll_options=poll_options,
        )
        self.client = client
        self.decide = decide
        self.on_error = on_error
        self.split_after = split_after

    def _answer_to(self, task: DecisionTask) -> None:
        try:
            deadline = self.calling.clock() + (seconds_for(task) or GIVE_UP_AFTER)
            self._answer(task, self._decisions(task, deadline), deadline)
        except Exception as error:
            if not is_unread(error):
                raise
            # Polls meet the same fault and wait until it is over; the task is handed out again.
            text = "the decision task of %s is left to time out: %s"
            _log.error(text, title_of(task), error, exc_info=error, extra=ids_of(task))

    def _decisions(self, task: DecisionTask, deadline: float) -> Answer | list[Decision]:
        decide = self.decide
        decisions = decide_visibly(
            task,
            lambda task: self.calling.timed("decide", lambda: complete(decide(task))),
            on_error=self.on_error,
            give_up_after=self._left(deadline),
            calling=self.calling,
        )
        if self.split_after is None:
            return decisions
        return first_decisions(task, decisions, self.split_after)

    def _answer(
        self, task: DecisionTask, decisions: Answer | list[Decision], deadline: float
    ) -> None:
        try:
            self._respond(task, decisions, deadline)
        except AnswerNotPermitted:
            raise  # no other answer would be accepted either
        except AnswerRefused as error:
            # None of it was applied and the task is still open, so the history can show the error.
            self._respond(task, self.on_error(task, error), deadline)

    def _respond(
        self, task: DecisionTask, decisions: Answer | Iterable[Decision], deadline: float
    ) -> None:
        respond(
            self.client,
            task,
            decisions,
            give_up_after=self._left(deadline),
            calling=self.calling,
            stop=self._ending,
        )

    def _left(self, deadline: float) -> float:
        """Return for how many seconds an answer is worth trying."""
        return max(0.0, min(deadline - self.calling.clock(), self._ending.left()))
