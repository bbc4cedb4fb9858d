"""A decider as a program: it schedules a backup every night."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import timedelta

import boto3

from py_swf import LONG_POLL_CONFIG, DecisionClient, DecisionConfig
from py_swf.daemon import TaskGone, respond, stop_on_signals, tasks
from py_swf.decisions import Decision, RecordMarker, StartTimer
from py_swf.history import History


def decide(history: History) -> list[Decision]:
    """Record the backup of this night, and wait for the next night."""
    if history.open_timers:
        return []
    night = len(history.timers)
    made = [RecordMarker(f"backup {night}")] if night else []
    return [*made, StartTimer(f"night {night + 1}", timedelta(days=1))]


def main() -> None:
    """Decide until told to stop."""
    boto_client = boto3.client("swf", config=LONG_POLL_CONFIG)
    client = DecisionClient(DecisionConfig(sys.argv[1], "decisions"), boto_client)
    with stop_on_signals() as stop:
        for task in tasks(client, stop=stop):
            with suppress(TaskGone):
                respond(client, task, decide(task.history))


if __name__ == "__main__":
    main()
