"""Work on albums, until SIGTERM or Ctrl-C. The argument is the number of seconds for each photo."""

from __future__ import annotations

import sys
from contextlib import suppress

import album
import boto3

from py_swf import LONG_POLL_CONFIG, ActivityTaskClient, ActivityTaskConfig
from py_swf.daemon import TaskGone, fail, finish, heartbeating, stop_on_signals, tasks

seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
boto_client = boto3.client("swf", config=LONG_POLL_CONFIG)
album.register(boto_client)
client = ActivityTaskClient(ActivityTaskConfig(album.DOMAIN, "work"), boto_client)
with stop_on_signals() as stop:
    print("worker: waiting for tasks", flush=True)
    for task in tasks(client, stop=stop):
        print(f"worker: {task.activity_id}: begun", flush=True)
        beats = heartbeating(client, task, heartbeat_timeout=album.HEARTBEAT_TIMEOUT)
        with suppress(TaskGone), beats:  # gone: nobody waits for the answer any more
            try:
                result = album.ACTIVITIES[task.type](task.input or "", seconds)
                finish(client, task, result)
                print(f"worker: {task.activity_id}: {result}", flush=True)
            except Exception as error:
                fail(client, task, error)
                print(f"worker: {task.activity_id}: failed, {error}", flush=True)
print("worker: stopped", flush=True)
