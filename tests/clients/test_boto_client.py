"""Arguments that a client refuses, and the test doubles that it accepts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from py_swf import (
    ActivityTaskClient,
    ActivityTaskConfig,
    DecisionClient,
    DecisionConfig,
    RegistrationClient,
    WorkflowClient,
    WorkflowClientConfig,
)
from py_swf.errors import NoTaskFound
from tests.clients.scripted import make_client

CLIENTS = [
    (ActivityTaskClient, ActivityTaskConfig("d", "list")),
    (DecisionClient, DecisionConfig("d", "list")),
    (WorkflowClient, WorkflowClientConfig("d")),
]
for_each_client = pytest.mark.parametrize(("cls", "config"), CLIENTS)


@for_each_client
def test_the_wrong_order(cls, config):
    """Config and client in the wrong order are noticed when the client is made, not at a poll."""
    for given in (config, SimpleNamespace(domain="d", task_list="list")):
        with pytest.raises(TypeError, match="the config comes first, then the boto3 client"):
            cls(make_client(), given)


def test_a_config_for_a_registration_client():
    """A client that takes no config says so."""
    with pytest.raises(TypeError, match=r"^RegistrationClient was given \('d', 'list'\)"):
        RegistrationClient(("d", "list"))


def asynchronous_client() -> Any:
    """Return what aiobotocore makes: a class of its own below its AioBaseClient."""
    base = type("AioBaseClient", (), {"__module__": "aiobotocore.client"})
    return type("SWF", (base,), {"__module__": "aiobotocore.client"})()


@for_each_client
def test_an_asynchronous_client(cls, config):
    """A client whose calls are coroutines would send nothing, so it is refused by its name."""
    with pytest.raises(TypeError, match=r"not the asynchronous aiobotocore\.client\.SWF: "):
        cls(config, asynchronous_client())
    with pytest.raises(TypeError, match="RegistrationClient needs a boto3 client"):
        RegistrationClient(asynchronous_client())


class Slotted:
    """A double without weak references, whose read timeout is a short number."""

    __slots__ = ()
    meta = SimpleNamespace(config=SimpleNamespace(read_timeout=5))

    def poll_for_decision_task(self, **_: Any) -> dict[str, Any]:
        """Answer that there is no task."""
        return {"startedEventId": 0, "previousStartedEventId": 0}

    poll_for_activity_task = poll_for_decision_task


def specced(kind: str) -> Any:
    """Return a double of a boto3 client, whose polls answer that there is no task."""
    client = make_client()
    doubles = {
        "Mock": mock.Mock,
        "MagicMock": mock.MagicMock,
        "spec_set": lambda: mock.Mock(spec_set=client),
        "autospec": lambda: mock.create_autospec(client),
        "autospec, spec_set": lambda: mock.create_autospec(client, spec_set=True),
        "autospec of the class": lambda: mock.create_autospec(type(client)),
        "autospec, instance": lambda: mock.create_autospec(type(client), instance=True),
    }
    double = doubles[kind]()
    for method in (double.poll_for_decision_task, double.poll_for_activity_task):
        method.return_value = Slotted().poll_for_decision_task()
    return double


KINDS = ["Mock", "MagicMock", "spec_set", "autospec", "autospec, spec_set"]
KINDS += ["autospec of the class", "autospec, instance"]


@pytest.mark.parametrize("kind", KINDS)
@for_each_client
def test_a_double_of_the_boto3_client(cls, config, kind):
    """Polling works with every kind of test double, with a single call."""
    boto_client = specced(kind)
    client = cls(config, boto_client)
    if cls is WorkflowClient:
        client.terminate_workflow("w", "because")
        boto_client.terminate_workflow_execution.assert_called_once_with(
            domain="d", workflowId="w", reason="because"
        )
    else:
        with pytest.raises(NoTaskFound):
            client.poll()


@pytest.mark.parametrize(("cls", "config"), CLIENTS[:2])
def test_a_double_without_weak_references(cls, config):
    """A test double that cannot be remembered causes a warning at each poll, and works."""
    client = cls(config, Slotted())
    for _ in range(2):
        warned = pytest.warns(UserWarning, match="stops reading after 5 s")
        with warned, pytest.raises(NoTaskFound):
            client.poll()
