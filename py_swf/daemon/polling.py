"""Tasks forever: polls one after the other, waits out passing faults, and ends cleanly."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Protocol, TypeVar

from py_swf._to_wire import REASON_LIMIT, cut, members
from py_swf.clients.activity_task import ActivityTaskClient
from py_swf.clients.decision import DecisionClient
from py_swf.daemon.calling import Calling
from py_swf.daemon.faults import name_of, remedy_for, verdict_of
from py_swf.daemon.given import check_call, check_stop
from py_swf.daemon.stopping import Stop
from py_swf.errors import NoTaskFound

__all__ = ["PollingClient", "check_polls", "default_identity", "tasks"]

TaskT_co = TypeVar("TaskT_co", covariant=True)
_log = logging.getLogger(__name__)

_OPERATIONS = (
    (DecisionClient, "PollForDecisionTask"),
    (ActivityTaskClient, "PollForActivityTask"),
)


class PollingClient(Protocol[TaskT_co]):
    """What can be polled: a DecisionClient or an ActivityTaskClient."""

    @property
    def poll(self) -> Callable[..., TaskT_co]:
        """Wait for one task; NoTaskFound where there is none."""


def default_identity() -> str:
    """Return what a poller is called where the caller gives it no name: ``host:process id``."""
    return cut(f"{socket.gethostname()}:{os.getpid()}", REASON_LIMIT, keep_end=True)


def tasks(
    client: PollingClient[TaskT_co],
    *,
    stop: Stop | None = None,
    identity: str | None = None,
    give_up_after: float | None = None,
    calling: Calling | None = None,
    **poll_options: Any,
) -> Iterator[TaskT_co]:
    """Yield the tasks of a list, forever or until told to stop.

    Empty polls are passed over. Throttling, too many pollers, server errors and lost connections
    are waited out with a growing, random pause; what waiting does not mend is raised. A poll is
    sent when the next task is asked for, so a loop that works on one task holds no other.

    Once ``stop`` is set no further poll is sent and a pause ends at once. A poll that is under way
    then ends by itself, within 60 seconds, and its task is still yielded: the service has handed
    it out and would give it to nobody else.

    :param client: the client whose task list is polled.
    :param stop: ends the loop once it is set; None never.
    :param identity: who polls, for the history, up to 256 characters; None is ``host:process id``.
    :param give_up_after: raise a fault when nothing but such faults came for so many seconds; None
        never does.
    :param calling: how calls are timed, told and tried again; None is ``Calling()``.
    :param poll_options: further arguments of the client's ``poll``.
    :raises TypeError: at once, when an argument is of no use; a ValueError likewise.
    :raises ClientError: the domain is unknown, the caller lacks permission, the request is bad.
    """
    check_polls(client, identity, poll_options)
    check_stop(stop)
    options = {"identity": default_identity() if identity is None else identity, **poll_options}
    operation = next((name for cls, name in _OPERATIONS if isinstance(client, cls)), "poll")
    return _tasks(
        partial(client.poll, **options),
        operation,
        stop or threading.Event(),
        give_up_after,
        calling or Calling(),
    )


def _tasks(
    poll: Callable[[], TaskT_co],
    operation: str,
    stop: Stop,
    give_up_after: float | None,
    calling: Calling,
) -> Iterator[TaskT_co]:
    failures, well = 0, calling.clock()
    while not stop.is_set():
        try:
            task = calling.timed(operation, poll)
        except NoTaskFound:
            failures, well = 0, calling.clock()
        except Exception as error:
            too_long = give_up_after is not None and calling.clock() - well > give_up_after
            if too_long or not _passes(error, operation):
                raise
            pause = calling.pause(failures)
            failures += 1
            _log.warning(
                "%s failed %d times in a row (%s); the next is sent in %.1f s",
                operation,
                failures,
                name_of(error),
                pause,
            )
            stop.wait(pause)
        else:
            yield task
            failures, well = 0, calling.clock()


def _passes(error: Exception, operation: str) -> bool:
    """Tell whether a poll that ended in this error is to be sent again."""
    verdict = verdict_of(error)
    if verdict in ("caller", "gone"):
        _log.error("%s is refused: %s; %s", operation, error, remedy_for(error))
    return verdict == "wait"


def check_polls(
    client: PollingClient[Any], identity: str | None, poll_options: dict[str, Any]
) -> None:
    """Refuse what a poll would refuse, before one is sent.

    :param client: what is to poll.
    :param identity: who polls.
    :param poll_options: further arguments of its ``poll``.
    :raises ValueError: when the identity is too long.
    :raises TypeError: when the client's ``poll`` takes no such arguments.
    """
    members("PollForDecisionTask", identity=identity)
    check_call("poll", client.poll, identity=identity, **poll_options)
