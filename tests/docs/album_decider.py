"""Make the decisions for albums, until SIGTERM or Ctrl-C."""

from __future__ import annotations

from contextlib import suppress

import album
import boto3

from py_swf import LONG_POLL_CONFIG, DecisionClient, DecisionConfig
from py_swf.daemon import TaskGone, decide_visibly, respond, stop_on_signals, tasks

boto_client = boto3.client("swf", config=LONG_POLL_CONFIG)
album.register(boto_client)
client = DecisionClient(DecisionConfig(album.DOMAIN, "decisions"), boto_client)
with stop_on_signals() as stop:
    print("decider: waiting for tasks", flush=True)
    for task in tasks(client, stop=stop):
        decisions = decide_visibly(task, lambda task: album.decide(task.history))
        with suppress(TaskGone):  # nobody waits for the answer any more
            respond(client, task, decisions)
            for decision in decisions:
                print(f"decider: {task.workflow_id}: {decision}", flush=True)
print("decider: stopped", flush=True)
