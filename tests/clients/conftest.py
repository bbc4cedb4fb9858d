"""Fixtures of the clients' tests: real boto3 clients, answered by a stub, a script or a socket."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.clients.raw_server import RawServer
from tests.clients.scripted import Stubbed


@pytest.fixture
def stubbed() -> Iterator[Stubbed]:
    """A client under botocore's Stubber; all announced calls must be made."""
    stubbed = Stubbed()
    yield stubbed
    stubbed.stubber.assert_no_pending_responses()


@pytest.fixture
def raw_server() -> Iterator[RawServer]:
    """A server on a socket of this machine, that counts the requests."""
    server = RawServer()
    yield server
    server.end()


@pytest.fixture
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let botocore retry without its pauses."""
    silent: Any = SimpleNamespace(sleep=lambda seconds: None)
    monkeypatch.setattr("botocore.endpoint.time", silent)
