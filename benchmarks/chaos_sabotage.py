"""Ten ways to break the library on purpose; the judge of ``chaos.py`` must notice each of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from py_swf import ActivityTaskClient, DecisionClient, NoTaskFound
from py_swf.clients import _poll_once, _whole_answers
from py_swf.daemon import activity_worker, answers, heartbeats, polling, worker
from py_swf.daemon.errors import AnswerNotPermitted

_chance = Random(7).random


def _confirm_without_sending(operation: str) -> None:
    deliver: Any = answers._Sending.deliver

    def sabotaged(self: Any, *args: Any) -> bool:
        return True if self.operation == operation and _chance() < 0.2 else deliver(self, *args)

    answers._Sending.deliver = sabotaged  # type: ignore[method-assign]


def finish_without_sending() -> None:
    """Make ``finish`` return True, one time in five, without a call."""
    _confirm_without_sending("RespondActivityTaskCompleted")


def respond_without_sending() -> None:
    """Make ``respond`` return True, one time in five, without a call."""
    _confirm_without_sending("RespondDecisionTaskCompleted")


def drop_tasks() -> None:
    """Treat one task in five as an empty poll."""
    for client in (DecisionClient, ActivityTaskClient):
        client.poll = _dropping(client.poll)  # type: ignore[method-assign]


def _dropping(poll: Callable[..., Any]) -> Callable[..., Any]:
    def sabotaged(self: Any, *args: Any, **kwargs: Any) -> Any:
        task = poll(self, *args, **kwargs)
        if _chance() < 0.2:
            raise NoTaskFound
        return task

    return sabotaged


def count_errors_as_given() -> None:
    """Treat every error of an answer as its confirmation."""
    answers._Sending._is_given = lambda *args: True  # type: ignore[method-assign]


def give_up_at_once() -> None:
    """Send each answer only once."""
    deliver: Any = answers._Sending.deliver

    def sabotaged(self: Any, send: Any, said: str, give_up_after: float, *args: Any) -> bool:
        taken: bool = deliver(self, send, said, -1.0, *args)
        return taken

    answers._Sending.deliver = sabotaged  # type: ignore[method-assign]


def send_polls_again() -> None:
    """Leave every poll to boto3's retries."""
    _poll_once.request_is = lambda mark, context: False


def drop_the_last_task() -> None:
    """Drop the task that arrives while the loop is stopping."""
    poll_until: Any = polling.poll_until

    def sabotaged(ending: Any, *args: Any) -> Iterator[Any]:
        for task in poll_until(ending, *args):
            if not ending.is_set():
                yield task

    polling.poll_until = worker.poll_until = sabotaged  # type: ignore[assignment]


def beat_forever() -> None:
    """Keep sending beats after the answer, and after the block."""

    def run(self: Any) -> None:
        for _ in range(5):
            time.sleep(self.every)
            self._beat()

    heartbeats.Heartbeat.run = run  # type: ignore[method-assign]
    heartbeats._PATIENCE = 0.01


def fail_what_was_refused() -> None:
    """Send ``fail`` when the service refused the sender of a result."""
    activity_worker.AnswerRefused = AnswerNotPermitted  # type: ignore[misc, assignment]


def take_anything_for_an_answer() -> None:
    """Leave it to boto3 to notice what is not an answer."""
    _whole_answers._check_members = lambda **_: None  # type: ignore[assignment, misc]


#: name -> the function that breaks the library
SABOTAGES: dict[str, Callable[[], None]] = {
    sabotage.__name__: sabotage
    for sabotage in (
        finish_without_sending,
        respond_without_sending,
        drop_tasks,
        count_errors_as_given,
        give_up_at_once,
        send_polls_again,
        drop_the_last_task,
        beat_forever,
        fail_what_was_refused,
        take_anything_for_an_answer,
    )
}
