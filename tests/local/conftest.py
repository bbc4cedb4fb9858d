"""Fixtures of the local service's tests: a service, its clients, the bare wire, a server."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3.session
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from py_swf.local import LocalSWF
from tests.local.bare_wire import HOLD_SECONDS, Post, poster, through_client, through_socket
from tests.local.scenes import register

FRESH = itertools.count(1)


@pytest.fixture
def swf() -> LocalSWF:
    """A service on the virtual clock."""
    return LocalSWF(seed=0)


@pytest.fixture
def client(swf: LocalSWF) -> Any:
    """A boto3 client of ``swf``."""
    return swf.client()


@pytest.fixture
def ready(client: Any) -> Any:
    """The client, with a domain and two types registered."""
    register(client)
    return client


@pytest.fixture
def lax(swf: LocalSWF) -> Any:
    """A client of ``swf`` that sends requests which botocore itself would refuse."""
    return swf.client(config=Config(parameter_validation=False))


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The address of a server on real time, which holds a poll for ``HOLD_SECONDS``."""
    command = [sys.executable, "-m", "py_swf.local"]
    command += ["--port", "0", "--poll-seconds", str(HOLD_SECONDS)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            yield address_printed_by(process)
        finally:
            process.terminate()
            process.wait(timeout=10)


def address_printed_by(process: subprocess.Popen[str]) -> str:
    """Read a server's output up to the line that names its address."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        found = re.search(r"http://[\d.]+:[1-9]\d*", line)
        if found:
            return found.group()
    raise AssertionError(f"the server named no address: {said}")


@pytest.fixture
def remote(server_url: str) -> Iterator[Any]:
    """A boto3 client of the server."""
    client = boto3.session.Session().client(
        "swf",
        endpoint_url=server_url,
        region_name="us-east-1",
        config=Config(signature_version=UNSIGNED, read_timeout=70, retries={"max_attempts": 0}),
    )
    yield client
    client.close()


@pytest.fixture
def domain() -> str:
    """A domain name nobody else uses, for tests that share the server."""
    return f"domain-{next(FRESH)}"


@pytest.fixture(params=["in process", "over http"])
def post(request: pytest.FixtureRequest) -> Post:
    """A function that posts an operation's body unchanged, and returns the bare answer."""
    if request.param == "in process":
        return poster(through_client(request.getfixturevalue("client")))
    return poster(through_socket(request.getfixturevalue("server_url")))
