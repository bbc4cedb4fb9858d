"""What the code of an activity may ask: its task, and whether that is still wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from py_swf._to_wire import members
from py_swf.flow.errors import NotInActivity
from py_swf.tasks import ActivityTask

__all__ = ["activity_info", "heartbeat", "working_on"]

_current: ContextVar[tuple[ActivityTask, Any]] = ContextVar("py_swf activity task and its beat")


def activity_info() -> ActivityTask:
    """Return the activity task that the calling code is working on: its ids, type and input.

    It works in the function of an activity and in everything that it calls, in the same thread. It
    also works in threads that run in a copy of the context, such as those of ``asyncio.to_thread``.

    :raises NotInActivity: when it is called outside of an activity.
    """
    return _task_and_beat()[0]


def heartbeat(details: str | None = None) -> None:
    """Report how far the work is, and check whether it is still wanted.

    The worker sends heartbeats for each task by itself, at a third of the activity's heartbeat
    timeout. This function sends nothing: it sets the details of the next heartbeat, and raises an
    error if the last one learned that the work is no longer wanted. So you may call it as often as
    you like.

    If the task times out, the workflow finds the details of the last heartbeat in
    ``ActivityTimedOut.details``, and may start the next attempt from there.

    It also works in the processes of ``daemon.processes``. In those of another executor, and when
    an :class:`ActivityHandler` is called without a beat, the details are checked but not sent, and
    neither CancelRequested nor TaskGone is raised.

    :param details: how far the work is, up to 2,048 characters; None keeps the details from before.
    :raises CancelRequested: when the workflow asked for the activity to be canceled. Clean up and
        let it propagate; the task is then answered as canceled.
    :raises TaskGone: when the task timed out or its execution has closed: an answer is refused.
    :raises ValueError: when the details are too long.
    :raises NotInActivity: when it is called outside of an activity.

    AWS operation: :swf:`RecordActivityTaskHeartbeat`
    """
    _, beat = _task_and_beat()
    members("RecordActivityTaskHeartbeat", details=details)
    if beat is None:
        return
    if details is not None:
        beat.details = details
    beat.raise_if_canceled()


@contextmanager
def working_on(task: ActivityTask, beat: Any) -> Iterator[None]:
    """Let the functions of this module know the task that the block works on.

    :param task: the task.
    :param beat: its heartbeat, as in :func:`py_swf.daemon.heartbeating`; None if there is none.
    """
    token = _current.set((task, beat))
    try:
        yield
    finally:
        _current.reset(token)


def _task_and_beat() -> tuple[ActivityTask, Any]:
    try:
        return _current.get()
    except LookupError:
        raise NotInActivity(
            "this works only in the code of an activity, while a worker runs it"
        ) from None
