"""Start an album and wait until it is done."""

from __future__ import annotations

import json
import sys
import time

import album
import boto3

from py_swf import WorkflowClient, WorkflowClientConfig
from py_swf.history import History

workflow_id, *photos = sys.argv[1:]
boto_client = boto3.client("swf")
album.register(boto_client)
config = WorkflowClientConfig(album.DOMAIN)
client = WorkflowClient(config, boto_client)
run_id = client.start_workflow(json.dumps(photos), workflow_id, "album", "1")
print(f"{workflow_id} is started", flush=True)

history = History()
while history.is_open:
    time.sleep(0.5)
    events = client.walk_execution_history(workflow_id, run_id, reverse_order=False)
    history = History(events)
print(f"{workflow_id} is {history.close_status}: {history.result or history.reason}")
