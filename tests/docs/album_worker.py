"""Work on albums, until SIGTERM or Ctrl-C."""

from __future__ import annotations

from contextlib import suppress

import album
import boto3

from py_swf import LONG_POLL_CONFIG, ActivityTaskClient, ActivityTaskConfig
from py_swf.daemon import TaskGone, fail, finish, stop_on_signals, tasks

boto_client = boto3.client("swf", config=LONG_POLL_CONFIG)
album.register(boto_client)
client = ActivityTaskClient(ActivityTaskConfig(album.DOMAIN, "work"), boto_client)
with stop_on_signals() as stop:
    for task in tasks(client, stop=stop):
        with suppress(TaskGone):  # nobody waits for the answer any more
            try:
                finish(client, task, album.ACTIVITIES[task.type](task.input or ""))
            except Exception as error:
                fail(client, task, error)
