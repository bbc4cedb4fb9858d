"""What a hand-written daemon needs around its loop; each piece can be used alone.

A decider and an activity worker, as plain loops::

    with stop_on_signals() as stop:
        for task in tasks(decider, stop=stop):
            with suppress(TaskGone):  # nobody waits for the answer any more
                respond(decider, task, decide_visibly(task, decide))

    with stop_on_signals() as stop:
        for task in tasks(worker, stop=stop):
            with suppress(TaskGone), heartbeating(worker, task, heartbeat_timeout=60) as beat:
                try:
                    finish(worker, task, work(task.input, beat))
                except CancelRequested:
                    cancel(worker, task)
                except Exception as error:
                    fail(worker, task, error)

:class:`ActivityWorker` and :class:`DeciderWorker` are such loops with several threads. Nothing here
takes over the process.
"""

from __future__ import annotations

from py_swf.daemon.activity_worker import ActivityWorker
from py_swf.daemon.answers import cancel, fail, finish, respond
from py_swf.daemon.calling import Calling
from py_swf.daemon.decider_worker import DeciderWorker
from py_swf.daemon.deciding import (
    decide_visibly,
    fail_execution,
    first_decisions,
    is_wake_up,
    retry_by_timer,
    seconds_for,
)
from py_swf.daemon.errors import (
    AnswerNotDelivered,
    AnswerNotPermitted,
    AnswerRefused,
    CancelRequested,
    TaskGone,
)
from py_swf.daemon.heartbeats import Heartbeat, heartbeating
from py_swf.daemon.polling import tasks
from py_swf.daemon.processes import ProcessDied, processes
from py_swf.daemon.refused_decisions import is_passing, wait_out_refusals
from py_swf.daemon.stopping import Stop, stop_after, stop_on_signals
from py_swf.decisions import Answer

__all__ = [
    "ActivityWorker",
    "Answer",
    "AnswerNotDelivered",
    "AnswerNotPermitted",
    "AnswerRefused",
    "Calling",
    "CancelRequested",
    "DeciderWorker",
    "Heartbeat",
    "ProcessDied",
    "Stop",
    "TaskGone",
    "cancel",
    "decide_visibly",
    "fail",
    "fail_execution",
    "finish",
    "first_decisions",
    "heartbeating",
    "is_passing",
    "is_wake_up",
    "processes",
    "respond",
    "retry_by_timer",
    "seconds_for",
    "stop_after",
    "stop_on_signals",
    "tasks",
    "wait_out_refusals",
]
