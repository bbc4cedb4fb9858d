"""The deciders and activity workers of ``chaos.py``: each run of this file is one daemon.

Every other one is a plain loop on the pieces of ``py_swf.daemon`` and sends each call once; the
others are the small worker classes on a client with boto3's own retries. A journal notes, line by
line, what their user sees: the tasks that ``tasks`` yields, and what the answers return or raise.
The judge compares it with the histories.
"""

from __future__ import annotations

import argparse
import json
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import boto3.session
from botocore import UNSIGNED
from botocore.config import Config
from chaos_sabotage import SABOTAGES

from py_swf import (
    ActivityTaskClient,
    ActivityTaskConfig,
    DecisionClient,
    DecisionConfig,
    DecisionTask,
)
from py_swf.daemon import (
    ActivityWorker,
    AnswerNotDelivered,
    AnswerNotPermitted,
    AnswerRefused,
    Calling,
    DeciderWorker,
    activity_worker,
    decide_visibly,
    decider_worker,
    finish,
    heartbeating,
    respond,
    seconds_for,
    stop_on_signals,
    tasks,
    worker,
)
from py_swf.daemon.backoff import full_jitter
from py_swf.decisions import CompleteWorkflowExecution, Decision, ScheduleActivityTask

DOMAIN = "chaos"
DECISION_SECONDS = 2
ACTIVITY_SECONDS = 4
HEARTBEAT_SECONDS = 2
#: outcomes of a poll that may have been handed a task that never arrived
MAY_BE_LOST = ("ConnectionClosedError", "AnswerNotWhole", "unanswered", "408")


def boto_client(url: str, **retries: Any) -> Any:
    """Return a boto3 client of the service at this address."""
    config = Config(
        signature_version=UNSIGNED, read_timeout=70, retries=retries, max_pool_connections=20
    )
    session = boto3.session.Session()
    return session.client("swf", endpoint_url=url, region_name="us-east-1", config=config)


def expected(workflow_id: str) -> str:
    """Return the result that an execution must have."""
    return f"join(left({workflow_id})+right({workflow_id}))"


def decide(task: DecisionTask) -> Iterator[Decision]:
    """Do left and right together and then join them; repeat whatever does not complete."""
    activities = task.history.activities

    def done(activity_id: str, text: str) -> Iterator[Decision]:
        activity = activities.get(activity_id)
        if activity is None or (not activity.is_open and activity.status != "COMPLETED"):
            yield ScheduleActivityTask(("step", "1"), activity_id, input=text)

    first = [activities.get(name) for name in ("left", "right")]
    if all(step is not None and step.status == "COMPLETED" for step in first):
        join = activities.get("join")
        if join is not None and join.status == "COMPLETED":
            yield CompleteWorkflowExecution(join.result)
        else:
            yield from done("join", "+".join(step.result or "" for step in first if step))
    else:
        yield from done("left", task.workflow_id)
        yield from done("right", task.workflow_id)


class Journal:
    """What the user of this process saw; a line is in the file once it is written."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("a", buffering=1)
        self.outcomes: Counter[str] = Counter()
        self.keys: dict[str, tuple[str, str, int]] = {}
        self.busy: dict[str, float] = {}

    def write(self, **line: Any) -> None:
        self.file.write(json.dumps(line) + "\n")

    def yielding(self, polled: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        """Note each task that a loop gets."""

        def noted(*args: Any, **kwargs: Any) -> Iterator[Any]:
            for task in polled(*args, **kwargs):
                key = (task.workflow_id, task.workflow_run_id, task.started_event_id)
                self.keys[task.task_token] = key
                self.busy[task.task_token] = time.monotonic()
                self.write(key=key, yielded=time.time())
                yield task

        return noted

    def answering(self, answer: Callable[..., bool]) -> Callable[..., bool]:
        """Note what an answer returned or raised."""

        def noted(client: Any, task: Any, content: Any = None, **kwargs: Any) -> bool:
            outcome: Any = None
            try:
                outcome = answer(client, task, content, **kwargs)
                return outcome
            except BaseException as error:
                outcome = type(error).__name__
                raise
            finally:
                result = content if isinstance(content, str) else None
                key = self.keys[task.task_token]
                self.write(key=key, outcome=outcome, at=time.time(), result=result)
                self.busy.pop(task.task_token, None)

        return noted

    def is_busy(self) -> bool:
        """Return whether a task is in progress; one not answered in time no longer counts."""
        oldest = time.monotonic() - ACTIVITY_SECONDS
        return any(began > oldest for began in list(self.busy.values()))

    def called(self, operation: str, seconds: float, outcome: str) -> None:
        self.outcomes[f"{operation} {outcome}"] += 1
        if operation.startswith("PollFor") and outcome in MAY_BE_LOST:
            now = time.time()
            self.write(poll=operation, began=now - seconds, ended=now)

    def note_workers(self) -> None:
        """Note what the worker classes do, at the same points as in a loop."""
        worker.poll_until = self.yielding(worker.poll_until)  # type: ignore[assignment]
        decider_worker.respond = self.answering(decider_worker.respond)
        for name in ("finish", "fail", "cancel"):
            setattr(activity_worker, name, self.answering(getattr(activity_worker, name)))


class NotingActivityClient(ActivityTaskClient):
    """Notes when each beat begins, and if it finds its task gone, which ends the handler."""

    journal: Journal

    def heartbeat(self, task_token: str, details: str | None = None) -> bool:
        key = self.journal.keys[task_token]
        self.journal.write(key=key, beat=time.time())
        try:
            return super().heartbeat(task_token, details)
        except self.boto_client.exceptions.UnknownResourceFault:
            self.journal.write(key=key, gone=time.time())
            raise


def work(task: Any, beat: Any) -> str:
    """Do one activity: most are short, and one in 40 is longer than the heartbeat timeout."""
    slow = hash((task.workflow_id, task.started_event_id)) % 40 == 0
    time.sleep(HEARTBEAT_SECONDS + 0.5 if slow else 0.02)
    beat.raise_if_canceled()
    return f"{task.activity_id}({task.input})"


def too_late(error: AnswerNotDelivered) -> None:
    """Go on after an answer that did not arrive; the service hands its task out again.

    This happens on a busy machine, when the task's own timeout is over, and when a gateway refused
    the sender.
    """
    if isinstance(error, AnswerRefused) and not isinstance(error, AnswerNotPermitted):
        raise error


@contextmanager
def while_open() -> Iterator[None]:
    """Do in a plain loop what the workers do with ``on_undelivered``."""
    try:
        yield
    except AnswerNotDelivered as error:
        too_late(error)


def run_decider(
    client: DecisionClient, options: argparse.Namespace, journal: Journal, stop: Any, **polls: Any
) -> None:
    calling = polls["calling"]
    if not options.plain:
        worker = DeciderWorker(client, decide, max_workers=2, on_undelivered=too_late, **polls)
        worker.run(stop)
        return
    answer = journal.answering(respond)
    for task in journal.yielding(tasks)(client, stop=stop, **polls):
        with while_open():
            decisions = decide_visibly(task, decide, calling=calling)
            left = seconds_for(task) or 0.0
            answer(client, task, decisions, give_up_after=left, calling=calling)


def run_worker(
    client: ActivityTaskClient,
    options: argparse.Namespace,
    journal: Journal,
    stop: Any,
    **polls: Any,
) -> None:
    calling = polls["calling"]
    if not options.plain:
        ActivityWorker(
            client,
            work,
            max_workers=8,
            heartbeat_timeout=HEARTBEAT_SECONDS,
            start_to_close_timeout=ACTIVITY_SECONDS,
            on_undelivered=too_late,
            **polls,
        ).run(stop)
        return
    answer = journal.answering(finish)
    for task in journal.yielding(tasks)(client, stop=stop, **polls):
        beats = heartbeating(client, task, heartbeat_timeout=HEARTBEAT_SECONDS, calling=calling)
        with while_open(), beats as beat:
            result = work(task, beat)
            answer(client, task, result, give_up_after=ACTIVITY_SECONDS, calling=calling)


def main() -> None:
    """Run one daemon until it is told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("role", choices=["decider", "worker"])
    parser.add_argument("url")
    parser.add_argument("journal", type=Path)
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--sabotage", choices=SABOTAGES)
    options = parser.parse_args()
    if options.sabotage:
        SABOTAGES[options.sabotage]()
    logging.getLogger("py_swf").setLevel(logging.CRITICAL)  # it would log to stderr
    journal = Journal(options.journal)
    journal.note_workers()
    polls = {
        "identity": options.journal.stem,
        "calling": Calling(
            on_call=journal.called, backoff=partial(full_jitter, base=0.05, ceiling=2.0)
        ),
    }
    retries = {"total_max_attempts": 1} if options.plain else {"mode": "standard"}
    boto = boto_client(options.url, **retries)
    with stop_on_signals() as stop:
        journal.write(ready=True)
        noting = threading.Thread(target=note_the_stop, args=(stop, journal), daemon=True)
        noting.start()
        if options.role == "decider":
            config = DecisionConfig(DOMAIN, "decisions")
            decider = DecisionClient(config, boto)
            run_decider(decider, options, journal, stop, **polls)
        else:
            worker = NotingActivityClient(ActivityTaskConfig(DOMAIN, "activities"), boto)
            worker.journal = journal
            run_worker(worker, options, journal, stop, **polls)
        noting.join()
    journal.write(outcomes=journal.outcomes)


def note_the_stop(stop: Any, journal: Journal) -> None:
    """Note what the signal interrupted."""
    stop.wait()
    journal.write(stopped_in="task" if journal.is_busy() else "poll")


if __name__ == "__main__":
    main()
