"""One suite on two services: our own, and moto's; what differs on moto is in one table."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import attrs
import moto
import pytest

from py_swf import (
    ActivityTaskClient,
    ActivityTaskConfig,
    DecisionClient,
    DecisionConfig,
    DecisionTask,
    RegistrationClient,
    WorkflowClient,
    WorkflowClientConfig,
)
from py_swf.local import LocalSWF
from tests.clients.scripted import make_client
from tests.contract.differences import DIFFERENCES

DOMAIN = "shop"
LONG_AGO = datetime(2010, 1, 1, tzinfo=timezone.utc)


@attrs.frozen
class Place:
    """The four clients over one service, with a domain and two types registered."""

    boto_client: Any
    registration: RegistrationClient
    workflows: WorkflowClient
    decisions: DecisionClient
    activities: ActivityTaskClient

    def start(self, workflow_id: str = "w", **options: Any) -> str:
        """Start an execution."""
        return self.workflows.start_workflow("in", workflow_id, "flow", "1", **options)

    def decide(self, *decisions: Any, **options: Any) -> DecisionTask:
        """Poll for a decision task and answer it; return it."""
        task = self.decisions.poll(**options)
        self.decisions.respond(task.task_token, decisions)
        return task

    def closed(self) -> Any:
        """Return the one closed execution as it is listed."""
        (info,) = self.workflows.list_closed_workflow_executions(LONG_AGO)
        return info


def _place(boto_client: Any) -> Place:
    registration = RegistrationClient(boto_client)
    registration.register_domain(DOMAIN, retention=7)
    registration.register_workflow_type(DOMAIN, "flow", "1", "TERMINATE", 3600, None, "deciders",
                                        None, 60)  # fmt: skip
    registration.register_activity_type(DOMAIN, "act", "1", 30, "workers", None, 400, 300, 200)
    deciding = DecisionConfig(DOMAIN, "deciders", 600, 500, 400, 60)
    return Place(
        boto_client,
        registration,
        WorkflowClient(WorkflowClientConfig(DOMAIN, "deciders", 1800, 60), boto_client),
        DecisionClient(deciding, boto_client),
        ActivityTaskClient(ActivityTaskConfig(DOMAIN, "workers"), boto_client),
    )


@pytest.fixture(params=["local", "moto"])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """The clients, once over the local service and once over moto."""
    if request.param == "local":
        yield _place(LocalSWF(seed=0).client())
        return
    # moto rests for a second before it answers that there is no task
    monkeypatch.setattr("moto.swf.models.sleep", lambda seconds: None)
    with moto.mock_aws():
        yield _place(make_client("https://swf.us-east-1.amazonaws.com"))
    # a timer of moto is a thread, for which the interpreter would wait at its end
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.cancel()


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Any:
    """Turn the verdict round for a test that must fail on moto."""
    callspec = getattr(pyfuncitem, "callspec", None)
    on_moto = callspec is not None and callspec.params.get("place") == "moto"
    difference = DIFFERENCES.get(pyfuncitem.originalname) if on_moto else None
    try:
        result = yield
    except Exception as error:
        if difference is None or not difference.explains(error):
            raise
        return True
    if difference is not None:
        pytest.fail(f"moto agrees here; take the test out of the differences: {difference.reason}")
    return result
