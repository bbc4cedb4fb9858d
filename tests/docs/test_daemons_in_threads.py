"""Daemons that run in threads, on a local SWF whose clock the test turns."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from py_swf import (
    ActivityTask,
    ActivityTaskClient,
    ActivityTaskConfig,
    DecisionClient,
    DecisionConfig,
    DecisionTask,
    RegistrationClient,
    WorkflowClient,
    WorkflowClientConfig,
)
from py_swf.daemon import ActivityWorker, DeciderWorker, Heartbeat
from py_swf.decisions import (
    CompleteWorkflowExecution,
    Decision,
    ScheduleActivityTask,
    StartTimer,
)
from py_swf.history import History
from py_swf.local import LocalSWF

WEEK = timedelta(days=7)


def decide(task: DecisionTask) -> list[Decision]:
    """Send a letter, wait a week, and send another one."""
    history = task.history
    for name in ["first", "second"]:
        letter = history.activities.get(name)
        if letter is None:
            return [ScheduleActivityTask(("send", "1"), name)]
        if letter.is_open:
            return []
        if name == "first" and "week" not in history.timers:
            return [StartTimer("week", WEEK)]
        if name == "first" and history.timers["week"].is_open:
            return []
    return [CompleteWorkflowExecution()]


def send(task: ActivityTask, beat: Heartbeat) -> str:
    """Send a letter."""
    return f"sent the {task.activity_id} one"


def register(boto_client: Any) -> None:
    """Register the types that the daemons need."""
    registration = RegistrationClient(boto_client)
    registration.register_domain("shop", retention=7)
    registration.register_workflow_type(
        "shop",
        "letters",
        "1",
        child_policy="TERMINATE",
        task_list_name="decisions",
        execution_start_to_close_timeout=timedelta(days=30),
        task_start_to_close_timeout=60,
    )
    registration.register_activity_type(
        "shop",
        "send",
        "1",
        task_list_name="work",
        task_schedule_to_start_timeout="NONE",
        task_start_to_close_timeout=600,
        task_schedule_to_close_timeout="NONE",
        task_heartbeat_timeout="NONE",
    )


@contextmanager
def daemons(boto_client: Any) -> Iterator[None]:
    """Run a decider and an activity worker in threads, as they are, until the block ends."""
    stop = threading.Event()
    decisions = DecisionClient(DecisionConfig("shop", "decisions"), boto_client)
    work = ActivityTaskClient(ActivityTaskConfig("shop", "work"), boto_client)
    threads = [
        threading.Thread(target=DeciderWorker(decisions, decide).run, args=(stop,)),
        threading.Thread(target=ActivityWorker(work, send).run, args=(stop,)),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def wait_until(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Wait in real time until the threads have done something, and fail if they never do."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "the daemons did not get there"
        time.sleep(0.005)


@pytest.mark.local_swf(poll_seconds=0.1)
def test_a_second_letter_is_sent_after_a_week(local_swf: LocalSWF, swf_client: Any) -> None:
    """The daemons run as they do in production, and the week takes no time."""
    register(swf_client)
    letters = WorkflowClient(WorkflowClientConfig("shop"), swf_client)

    def history() -> History:
        return History(letters.walk_execution_history("letters-17", reverse_order=False))

    with daemons(swf_client):
        letters.start_workflow(None, "letters-17", "letters", "1")
        wait_until(lambda: bool(history().open_timers))
        assert list(history().activities) == ["first"]

        local_swf.advance(WEEK)

        wait_until(lambda: not history().is_open)
    assert history().activities["second"].result == "sent the second one"
