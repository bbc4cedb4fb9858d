"""The errors that this package raises, and the ids that each error carries.

::

    Exception
     +-- CancelRequested            the decider asked for the activity task to be canceled
     +-- AnswerNotDelivered         an answer did not arrive; it carries the task
          +-- AnswerRefused         the service refuses its content, and would refuse it again
          |    +-- AnswerNotPermitted    it refuses the sender: credentials, permissions
          +-- TaskGone              the task is no longer open, so nobody waits for the answer
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from py_swf.daemon.task_ids import ids_of

__all__ = [
    "AnswerNotDelivered",
    "AnswerNotPermitted",
    "AnswerRefused",
    "CancelRequested",
    "TaskGone",
]


class CancelRequested(Exception):
    """The decider asked for this activity task to be canceled; answer it with ``cancel``.

    :param details: the details of the answer, up to 32,768 characters.
    """

    def __init__(self, details: str | None = None) -> None:
        super().__init__(*([] if details is None else [details]))
        #: the details of the answer; None for none
        self.details = details


class AnswerNotDelivered(Exception):
    """An answer to a task did not arrive: the service could not be reached for too long.

    :param operation: the AWS operation that was tried.
    :param task: the task that the answer is for.
    :param why: the end of the message.
    """

    def __init__(self, operation: str, task: Any, why: str) -> None:
        super().__init__(operation, task, why)
        self.operation = operation
        self.task = task
        self.why = why

    @property
    def ids(self) -> Mapping[str, Any]:
        """The ids of the task: workflow_id, run_id and others."""
        return ids_of(self.task)

    def __str__(self) -> str:
        ids = ", ".join(f"{name}={value!r}" for name, value in self.ids.items())
        return f"{self.operation} did not arrive for {ids}: {self.why}"


class AnswerRefused(AnswerNotDelivered):
    """The service refuses the answer's content, and would do so again; the task is still open."""


class AnswerNotPermitted(AnswerRefused):
    """The service refuses the sender, whatever the answer says; the message says what to do.

    No other answer would be accepted, so none is sent: the task stays open, for a daemon with valid
    credentials or until it times out.
    """


class TaskGone(AnswerNotDelivered):
    """The task is no longer open: it timed out, it was answered, or its execution closed."""
