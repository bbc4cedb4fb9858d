"""The deciders and activity workers of ``chaos.py``: each run of this file is one daemon.

Every other one is a plain loop on the pieces of ``py_swf.daemon`` and sends each call once; the
others are the small worker classes on a client with boto3's own retries. What the service
confirmed is noted in a journal, line by line, so that it can be looked for in the histories.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import boto3.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

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
    AnswerRefused,
    Calling,
    DeciderWorker,
    decide_visibly,
    finish,
    heartbeating,
    respond,
    seconds_for,
    stop_on_signals,
    tasks,
)
from py_swf.daemon.backoff import full_jitter
from py_swf.decisions import CompleteWorkflowExecution, Decision, ScheduleActivityTask

DOMAIN = "chaos"
DECISION_SECONDS = 2
ACTIVITY_SECONDS = 4
HEARTBEAT_SECONDS = 2


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
    """Have left and right done together and then joined; whatever ends otherwise is done again."""
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
    """What this process was told by the service; a line is in the file once it is written."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("a", buffering=1)
        self.outcomes: Counter[str] = Counter()
        self.ids: dict[str, tuple[str, str, int]] = {}
        self.busy: dict[str, float] = {}

    def write(self, **line: Any) -> None:
        self.file.write(json.dumps(line) + "\n")

    def polled(self, task: Any) -> Any:
        ids = (task.workflow_id, task.workflow_run_id, task.started_event_id)
        self.ids[task.task_token] = ids
        self.busy[task.task_token] = time.monotonic()
        return task

    def is_busy(self) -> bool:
        """Tell whether a task is in hand; one that is not answered in time is no longer."""
        oldest = time.monotonic() - ACTIVITY_SECONDS
        return any(began > oldest for began in list(self.busy.values()))

    @contextmanager
    def answering(self, token: str) -> Iterator[None]:
        """Have the task no longer in hand when it is answered, or when it is no longer open."""
        try:
            yield
        except ClientError as error:
            if error.response["Error"]["Code"] == "UnknownResourceFault":
                self.busy.pop(token, None)
            raise
        self.busy.pop(token, None)

    def confirmed(self, token: str, **what: Any) -> None:
        workflow_id, run_id, started = self.ids[token]
        self.write(workflow_id=workflow_id, run_id=run_id, started=started, **what)

    def called(self, operation: str, seconds: float, outcome: str) -> None:
        self.outcomes[outcome] += 1


class NotingDecisionClient(DecisionClient):
    """Notes each answer that the service confirmed."""

    journal: Journal

    def poll(self, *args: Any, **kwargs: Any) -> DecisionTask:
        return self.journal.polled(super().poll(*args, **kwargs))

    def respond(self, task_token: str, *args: Any, **kwargs: Any) -> None:
        with self.journal.answering(task_token):
            super().respond(task_token, *args, **kwargs)
        self.journal.confirmed(task_token)


class NotingActivityClient(ActivityTaskClient):
    """Notes each answer that the service confirmed."""

    journal: Journal

    def poll(self, *args: Any, **kwargs: Any) -> Any:
        return self.journal.polled(super().poll(*args, **kwargs))

    def finish(self, task_token: str, result: str | None) -> None:
        with self.journal.answering(task_token):
            super().finish(task_token, result)
        self.journal.confirmed(task_token, result=result)


def work(task: Any, beat: Any) -> str:
    """Do one activity: most are short, and one in 40 is longer than the heartbeat timeout."""
    slow = hash((task.workflow_id, task.started_event_id)) % 40 == 0
    time.sleep(HEARTBEAT_SECONDS + 0.5 if slow else 0.02)
    beat.raise_if_canceled()
    return f"{task.activity_id}({task.input})"


def too_late(error: AnswerNotDelivered) -> None:
    """Go on after an answer that did not arrive while its task was open, as on a busy machine.

    Answers are tried until the task's own timeout, and then the service hands the task out again.
    """
    if isinstance(error, AnswerRefused):
        raise error


@contextmanager
def while_open() -> Iterator[None]:
    """Do in a plain loop what the workers do by ``on_undelivered``."""
    try:
        yield
    except AnswerNotDelivered as error:
        too_late(error)


def run_decider(client: DecisionClient, calling: Calling, *, plain: bool, stop: Any) -> None:
    if not plain:
        worker = DeciderWorker(
            client, decide, max_workers=2, on_undelivered=too_late, calling=calling
        )
        worker.run(stop)
        return
    for task in tasks(client, stop=stop, calling=calling):
        with while_open():
            decisions = decide_visibly(task, decide, calling=calling)
            left = seconds_for(task) or 0.0
            respond(client, task, decisions, give_up_after=left, calling=calling)


def run_worker(client: ActivityTaskClient, calling: Calling, *, plain: bool, stop: Any) -> None:
    if not plain:
        ActivityWorker(
            client,
            work,
            max_workers=8,
            heartbeat_timeout=HEARTBEAT_SECONDS,
            start_to_close_timeout=ACTIVITY_SECONDS,
            on_undelivered=too_late,
            calling=calling,
        ).run(stop)
        return
    for task in tasks(client, stop=stop, calling=calling):
        beats = heartbeating(client, task, heartbeat_timeout=HEARTBEAT_SECONDS, calling=calling)
        with while_open(), beats as beat:
            result = work(task, beat)
            finish(client, task, result, give_up_after=ACTIVITY_SECONDS, calling=calling)


def main() -> None:
    """Run one daemon until it is told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("role", choices=["decider", "worker"])
    parser.add_argument("url")
    parser.add_argument("journal", type=Path)
    parser.add_argument("--plain", action="store_true")
    options = parser.parse_args()
    journal = Journal(options.journal)
    calling = Calling(on_call=journal.called, backoff=partial(full_jitter, base=0.05, ceiling=2.0))
    retries = {"total_max_attempts": 1} if options.plain else {"mode": "standard"}
    boto = boto_client(options.url, **retries)
    with stop_on_signals() as stop:
        journal.write(ready=True)
        noting = threading.Thread(target=note_the_stop, args=(stop, journal), daemon=True)
        noting.start()
        if options.role == "decider":
            config = DecisionConfig(DOMAIN, "decisions")
            decider = NotingDecisionClient(config, boto)
            decider.journal = journal
            run_decider(decider, calling, plain=options.plain, stop=stop)
        else:
            worker = NotingActivityClient(ActivityTaskConfig(DOMAIN, "activities"), boto)
            worker.journal = journal
            run_worker(worker, calling, plain=options.plain, stop=stop)
        noting.join()
    journal.write(outcomes=journal.outcomes)


def note_the_stop(stop: Any, journal: Journal) -> None:
    """Note what the signal interrupted."""
    stop.wait()
    journal.write(stopped_in="task" if journal.is_busy() else "poll")


if __name__ == "__main__":
    main()
