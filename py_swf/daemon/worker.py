"""What both workers do: poll when a thread is free, and handle answers that did not arrive."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

from py_swf.daemon.argument_checks import check_call, check_count, check_stop, seconds_of
from py_swf.daemon.calling import Calling
from py_swf.daemon.errors import AnswerNotDelivered, TaskGone
from py_swf.daemon.polling import PollingClient, check_polls, poll_until, progress_of
from py_swf.daemon.stop_deadline import Ending, telling
from py_swf.daemon.stopping import Stop
from py_swf.daemon.task_ids import AnyTask, ids_of
from py_swf.daemon.worker_threads import in_slots

__all__ = ["Worker"]

_log = logging.getLogger(__name__)

TaskT = TypeVar("TaskT", bound=AnyTask)


class Worker(ABC, Generic[TaskT]):
    """A loop over the tasks of one list, with a number of threads.

    :param client: polls and answers.
    :param max_workers: how many tasks are worked on at the same time.
    :param identity: who polls, for the history; None is ``host:process id``.
    :param on_undelivered: called with the error of an answer that did not arrive; None raises it,
        except for :class:`TaskGone`, which is logged.
    :param stop_within: ``run`` returns at most this many seconds after the stop is set, whatever is
        in progress then; None waits for it.
    :param calling: how calls are timed, reported and tried again; None is ``Calling()``.
    :param poll_options: further arguments of the client's ``poll``.
    :raises ValueError: when a value is out of range, or a TypeError when it cannot be used.
    """

    thread_name: ClassVar[str]

    def __init__(
        self,
        client: PollingClient[TaskT],
        *,
        max_workers: int,
        identity: str | None,
        on_undelivered: Callable[[AnswerNotDelivered], object] | None,
        stop_within: float | None,
        calling: Calling | None,
        poll_options: dict[str, Any],
    ) -> None:
        check_count("max_workers", max_workers, 1)
        check_polls(client, identity, poll_options)
        if on_undelivered is not None:
            check_call("on_undelivered", on_undelivered, "error")
        self.max_workers = max_workers
        self.identity = identity
        self.on_undelivered = on_undelivered
        self.stop_within = None if stop_within is None else seconds_of("stop_within", stop_within)
        self.calling = calling or Calling()
        self._ending = Ending(None, None, self.calling.clock)
        self.poll_options = poll_options
        self._polled = client

    def run(self, stop: Stop | None = None) -> None:
        """Work until told to stop; then finish what has begun, and return.

        On a stop, one log line says what the worker is waiting for.

        :param stop: ends the work once it is set; with None, it never ends.
        :raises ClientError: when polling fails in a way that waiting does not fix.
        :raises AnswerNotDelivered: when an answer did not arrive, see ``on_undelivered``.
        """
        check_stop(stop)
        ending = self._ending = Ending.of(stop, self.stop_within, self.calling.clock)
        progress = progress_of(self._polled)
        options = {"identity": self.identity, **self.poll_options}
        with telling(ending, progress):
            polled = poll_until(ending, self._polled, options, None, self.calling, progress)
            in_slots(polled, self.work, self.max_workers, self.thread_name, ending, progress)

    def work(self, task: TaskT) -> None:
        """Work on one task and answer it.

        :param task: the task.
        """
        try:
            self._answer_to(task)
        except AnswerNotDelivered as error:
            if self.on_undelivered is not None:
                self.on_undelivered(error)
            elif not isinstance(error, TaskGone):
                raise
            else:
                _log.warning("%s", error, extra=ids_of(task))

    @abstractmethod
    def _answer_to(self, task: TaskT) -> None:
        """Work on a task, and answer it."""
