"""Three months of a workflow as code, on a host that runs as a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from py_swf import RegistrationClient, WorkflowClient, WorkflowClientConfig, flow
from py_swf.local import LocalSWFServer
from tests.docs.subscription import charge, subscription


@pytest.fixture
def host(local_swf_server: LocalSWFServer) -> Iterator[None]:
    """Register the types, and run a host while a test runs."""
    registration_client = RegistrationClient(local_swf_server.client())
    domain = local_swf_server.domain
    flow.register(registration_client, domain, subscription, charge, task_list="billing")
    command = [sys.executable, "-m", "py_swf.cli", "worker", "tests.docs.subscription:make_worker"]
    environment = {**os.environ, **local_swf_server.environment, "PY_SWF_DOMAIN": domain}
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, env=environment) as process:
        yield
        process.kill()


@pytest.mark.usefixtures("host")
def test_a_customer_is_charged_every_month(local_swf_server: LocalSWFServer) -> None:
    """After ninety days there are three receipts."""
    workflow_client = WorkflowClient(
        WorkflowClientConfig(local_swf_server.domain), local_swf_server.client()
    )
    execution = subscription.start(workflow_client, "ann", "Ann", 3)

    local_swf_server.advance(timedelta(days=90), patience=60)

    assert execution.result(0) == ["Ann, month 1", "Ann, month 2", "Ann, month 3"]
