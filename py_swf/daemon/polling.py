"""Tasks, forever: poll for one after the other, wait out temporary faults, and end cleanly."""

from __future__ import annotations

import logging
import math
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Any, Protocol, TypeVar

from py_swf._to_wire import REASON_LIMIT, cut, members
from py_swf.clients._poll_once import HOLD_SECONDS, read_timeout_of
from py_swf.clients.activity_task import ActivityTaskClient
from py_swf.clients.decision import DecisionClient
from py_swf.daemon.argument_checks import check_call, check_stop
from py_swf.daemon.calling import Calling
from py_swf.daemon.error_verdicts import name_of, remedy_for, verdict_of
from py_swf.daemon.stop_deadline import Ending, Progress, telling
from py_swf.daemon.stopping import Stop
from py_swf.daemon.task_ids import ids_of, title_of
from py_swf.errors import NoTaskFound, PollNotAnswered
from py_swf.tasks import ActivityTask, DecisionTask

__all__ = [
    "PollingClient",
    "check_polls",
    "default_identity",
    "poll_until",
    "progress_of",
    "tasks",
]

# A service that holds polls open does not answer so soon without a task. A few such answers are
# fine, as from a local service that does not hold them; then there is a growing pause, so that a
# gateway's error page does not keep a daemon busy.
_QUICK, _QUICK_POLLS, _SLOWEST = 1.0, 3, 0.25

TaskT_co = TypeVar("TaskT_co", covariant=True)
_log = logging.getLogger(__name__)

_OPERATIONS = (
    (DecisionClient, "PollForDecisionTask"),
    (ActivityTaskClient, "PollForActivityTask"),
)
#: the configuration of each kind of client, which names the task list that it polls
_CONFIGS = ("decision_config", "activity_task_config")


class PollingClient(Protocol[TaskT_co]):
    """What can be polled: a DecisionClient or an ActivityTaskClient."""

    @property
    def poll(self) -> Callable[..., TaskT_co]:
        """Wait for one task; raise NoTaskFound if there is none."""
        ...


def default_identity() -> str:
    """Return the name of a poller that was given none: ``host:process id``."""
    return cut(f"{socket.gethostname()}:{os.getpid()}", REASON_LIMIT, keep_end=True)


def tasks(
    client: PollingClient[TaskT_co],
    *,
    stop: Stop | None = None,
    identity: str | None = None,
    give_up_after: float | None = None,
    stop_within: float | None = None,
    calling: Calling | None = None,
    **poll_options: Any,
) -> Iterator[TaskT_co]:
    """Yield the tasks of a list, forever or until told to stop.

    Empty polls are skipped; if they come back at once, there is a pause. Throttling, too many
    pollers, server errors, lost connections and invalid answers are waited out with a growing,
    random pause; errors that waiting does not fix are raised. A poll is sent when the next task is
    asked for, so a loop that works on one task holds no other.

    Once ``stop`` is set no further poll is sent and a pause ends at once. A poll that is under way
    then ends by itself, within 60 seconds, and its task is still yielded: the service has handed it
    out and would give it to nobody else. One log line says what the loop is waiting for.

    :param client: the client whose task list is polled.
    :param stop: ends the loop once it is set; with None, it never ends.
    :param identity: who polls, for the history, up to 256 characters; None is ``host:process id``.
    :param give_up_after: raise a fault after this many seconds of nothing but such faults and
        unanswered polls; with None, never.
    :param stop_within: seconds after the stop is set at which the loop ends even if its poll has
        not: a task that the poll may still bring is then left to its timeouts. None waits for it.
    :param calling: how calls are timed, reported and tried again; None is ``Calling()``.
    :param poll_options: further arguments of the client's ``poll``.
    :raises TypeError: at once, when an argument cannot be used; likewise a ValueError.
    :raises ClientError: the domain is unknown, the caller lacks permission, the request is bad.
    """
    check_polls(client, identity, poll_options)
    check_stop(stop)
    calling = calling or Calling()
    ending = Ending.of(stop, stop_within, calling.clock)
    progress = progress_of(client)
    options = {"identity": identity, **poll_options}
    polled = poll_until(ending, client, options, give_up_after, calling, progress)
    return polled if stop is None else _told(polled, ending, progress)


def _told(polled: Iterator[TaskT_co], ending: Ending, progress: Progress) -> Iterator[TaskT_co]:
    with telling(ending, progress):
        for task in polled:
            progress.begin_task(task)
            yield task
            progress.end_task(task)


def poll_until(
    ending: Ending,
    client: PollingClient[TaskT_co],
    options: Mapping[str, Any],
    give_up_after: float | None,
    calling: Calling,
    progress: Progress,
) -> Iterator[TaskT_co]:
    """Do what :func:`tasks` does, without its checks.

    :param ending: the stop, and by when everything has to have ended.
    :param client: the client whose task list is polled.
    :param options: arguments of its ``poll``; an identity of None is ``host:process id``.
    :param give_up_after: as for :func:`tasks`.
    :param calling: how calls are timed, reported and tried again.
    :param progress: keeps note of what is going on.
    """
    options = {**options, "identity": options.get("identity") or default_identity()}
    operation = _operation_of(client)
    row = _Row(operation, give_up_after, calling)
    poll = partial(calling.timed, operation, partial(client.poll, **options))
    where = progress.where
    _log.info("polling %s, as %s", where, options["identity"])
    while not ending.is_set():
        try:
            row.begin()
            progress.polling = True
            task = poll() if ending.within == math.inf else _poll_aside(poll, ending, where)
        except NoTaskFound as error:
            if not row.is_idle:
                _log.info("no task in %s: waiting for one", where)
            ending.pause(row.empty(error))
            continue
        except Exception as error:
            ending.pause(row.failed(error))
            continue
        finally:
            progress.polling = False
        if task is None:
            break
        _note_taken(task)
        yield task
        row.end()
    _log.info("no longer polling %s", where)


def _where(client: object) -> str:
    """Return what a log line calls the task list of a client; a test double may have none."""
    config = next(filter(None, (getattr(client, name, None) for name in _CONFIGS)), None)
    if config is None:
        return "a task list"
    kind = "decision" if isinstance(client, DecisionClient) else "activity"
    return f"{kind} task list {config.task_list!r} of domain {config.domain!r}"


def _note_taken(task: object) -> None:
    if isinstance(task, DecisionTask):
        _log.info("took a decision task of %s", title_of(task), extra=ids_of(task))
    elif isinstance(task, ActivityTask):
        _log.info("took activity %s", title_of(task), extra=ids_of(task))


def _operation_of(client: object) -> str:
    return next((name for cls, name in _OPERATIONS if isinstance(client, cls)), "poll")


class _Row:
    """Polls in a row that brought no task: what happens after each, and how long to wait."""

    def __init__(self, operation: str, give_up_after: float | None, calling: Calling) -> None:
        self.operation = operation
        self.give_up_after = math.inf if give_up_after is None else give_up_after
        self.calling = calling
        self.end()

    def begin(self) -> None:
        """Note that a poll begins."""
        self.began = self.calling.clock()

    def end(self) -> None:
        """Begin another row: the task that was yielded has been worked on."""
        self.is_idle = False
        self.failures = self.unanswered = self.quick = 0
        self.well = self.calling.clock()

    def empty(self, error: NoTaskFound) -> float:
        """Return how long to wait after a poll without a task, in seconds."""
        self.is_idle = True
        took = self.calling.clock() - self.began
        self.failures, self.quick = 0, self.quick + 1 if took < _QUICK else 0
        if isinstance(error, PollNotAnswered):
            self.unanswered += 1
            if self.is_too_long():
                raise error.__cause__ or error
            if self.unanswered > 1:
                text = "%s was not answered %d times in a row: is the service there?"
                _log.warning(text, self.operation, self.unanswered)
        else:
            self.unanswered, self.well = 0, self.calling.clock()
        over = self.quick - _QUICK_POLLS
        return min(_SLOWEST, 0.01 * 2.0 ** min(over, 32)) if over > 0 else 0.0

    def failed(self, error: Exception) -> float:
        """Return how long to wait after a poll that failed, in seconds, or raise."""
        verdict = verdict_of(error)
        if verdict in ("caller", "gone"):
            _log.error("%s is refused: %s; %s", self.operation, error, remedy_for(error))
        if verdict != "wait" or self.is_too_long():
            raise error
        pause = self.calling.pause(self.failures)
        self.failures += 1
        row = f", {self.failures} times in a row" if self.failures > 1 else ""
        text = "%s failed (%s)%s; the next is sent in %.1f s"
        _log.warning(text, self.operation, name_of(error), row, pause)
        return pause

    def is_too_long(self) -> bool:
        """Return whether nothing but faults came for too long."""
        return self.calling.clock() - self.well > self.give_up_after


def _poll_aside(poll: Callable[[], TaskT_co], ending: Ending, where: str) -> TaskT_co | None:
    """Poll in another thread, so that the poll can be abandoned when everything has to end.

    :return: None if it was abandoned. A task that it may still bring is left to its timeouts.
    """
    outcome: Future[TaskT_co] = Future()
    done = threading.Event()
    outcome.add_done_callback(lambda _: done.set())

    def run() -> None:
        try:
            outcome.set_result(poll())
        except BaseException as error:
            outcome.set_exception(error)

    threading.Thread(target=run, name="py_swf-poll", daemon=True).start()
    if ending.wait_for(done):
        return outcome.result()
    text = "the poll of %s is abandoned; a task that it may still bring is left to its timeouts"
    _log.warning(text, where)
    return None


def progress_of(client: Any) -> Progress:
    """Return the progress of a loop that begins.

    :param client: what polls. For a test double, a poll ends after the time for which the service
        holds one.
    """
    read_timeout = read_timeout_of(getattr(client, "boto_client", None))
    return Progress(max(HOLD_SECONDS, read_timeout or 0), _where(client))


def check_polls(
    client: PollingClient[Any], identity: str | None, poll_options: dict[str, Any]
) -> None:
    """Refuse arguments that a poll would refuse, before one is sent.

    :param client: the client that will poll.
    :param identity: who polls.
    :param poll_options: further arguments of its ``poll``.
    :raises ValueError: when the identity is too long.
    :raises TypeError: when the client's ``poll`` takes no such arguments.
    """
    members("PollForDecisionTask", identity=identity)
    check_call("poll", client.poll, identity=identity, **poll_options)
