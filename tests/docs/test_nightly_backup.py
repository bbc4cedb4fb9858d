"""A month of a decider that runs as a separate program."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from py_swf import RegistrationClient, WorkflowClient, WorkflowClientConfig
from py_swf.local import LocalSWFServer

PROGRAM = Path(__file__).with_name("nightly_backup.py")


@pytest.fixture
def decider(local_swf_server: LocalSWFServer) -> Iterator[None]:
    """Run the decider while a test runs."""
    command = [sys.executable, PROGRAM, local_swf_server.domain]
    environment = {**os.environ, **local_swf_server.environment}
    with subprocess.Popen(command, env=environment) as process:
        yield
        process.kill()


@pytest.mark.usefixtures("decider")
def test_a_backup_is_made_every_night(local_swf_server: LocalSWFServer) -> None:
    """After thirty nights there are thirty backups, a day apart."""
    boto_client, domain = local_swf_server.client(), local_swf_server.domain
    RegistrationClient(boto_client).register_workflow_type(
        domain,
        "backup",
        "1",
        child_policy="TERMINATE",
        task_list_name="decisions",
        execution_start_to_close_timeout=timedelta(days=365),
        task_start_to_close_timeout=60,
    )
    workflows = WorkflowClient(WorkflowClientConfig(domain), boto_client)
    workflows.start_workflow(None, "nightly", "backup", "1")

    local_swf_server.advance(timedelta(days=30), patience=60)

    events = local_swf_server.history("nightly")
    began = events[0]["eventTimestamp"]
    made = [e["eventTimestamp"] - began for e in events if e["eventType"] == "MarkerRecorded"]
    assert made == [night * 86_400 for night in range(1, 31)]
