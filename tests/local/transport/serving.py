"""A server in a separate process, and the bare application, as the tests use them."""

from __future__ import annotations

import asyncio
import http.client
import json
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import boto3.session
from botocore import UNSIGNED
from botocore.config import Config

from py_swf.local.transport.http_app import App
from tests.local.scenes import (
    DECISIONS,
)

LIST = {"registrationStatus": "REGISTERED"}


POLL = {"domain": "d", "taskList": {"name": DECISIONS}}


ONCE = {"total_max_attempts": 1}


class Server(NamedTuple):
    """A server in a process of its own."""

    process: subprocess.Popen[str]
    url: str
    printed: list[str]

    def client(self, **config: Any) -> Any:
        """A boto3 client of the server, which does not retry unless told."""
        return boto3.session.Session().client(
            "swf",
            endpoint_url=self.url,
            region_name="us-east-1",
            config=Config(
                **{
                    "signature_version": UNSIGNED,
                    "retries": ONCE,
                    "read_timeout": 70,
                    "max_pool_connections": 40,
                    **config,
                }
            ),
        )

    def connect(self) -> http.client.HTTPConnection:
        """A bare connection to the server, which has answered on it."""
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=30)
        connection.request("HEAD", "/")
        connection.getresponse().read()
        return connection


@contextmanager
def server(*flags: str, stderr: bool = False) -> Iterator[Server]:
    """Run a server on a free port until the block ends; its errors can be read if asked for."""
    command = [sys.executable, "-m", "py_swf.local", "--port", "0", *flags]
    errors = subprocess.PIPE if stderr else None
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process:
        assert process.stdout is not None
        printed = [process.stdout.readline().strip() for _ in range(3)]
        try:
            yield Server(process, printed[0].split()[-1], printed)
        finally:
            process.kill()


def post(connection: http.client.HTTPConnection, operation: str, body: Any) -> None:
    """Send one request and do not wait for its answer."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {
        "X-Amz-Target": f"SimpleWorkflowService.{operation}",
        "Content-Type": "application/x-amz-json-1.0",
    }
    connection.request("POST", "/", content, headers)


def arrived(client: Any) -> None:
    """Wait until the server has seen what was sent before: it works in order of arrival."""
    for _ in range(3):
        client.list_domains(**LIST)


class Answer(NamedTuple):
    """What the application sent."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


class Asker:
    """An HTTP client of the bare application, which may go away."""

    def __init__(self, app: App, transport: Any = None) -> None:
        self.app = app
        self.gone = asyncio.Event()
        self.state = {} if transport is None else {"transport": transport}

    async def ask(
        self,
        body: bytes = b"",
        operation: str = "ListDomains",
        method: str = "POST",
        path: str = "/",
        headers: list[tuple[bytes, bytes]] | None = None,
    ) -> Answer:
        """Make one request and return the answer; status 0 when there was none."""
        inbox = [{"type": "http.request", "body": body}]
        sent: list[Any] = []

        async def receive() -> Any:
            if not inbox:
                await self.gone.wait()
                return {"type": "http.disconnect"}
            return inbox.pop()

        async def send(message: Any) -> None:
            sent.append(message)

        target = f"SimpleWorkflowService.{operation}".encode()
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "headers": [(b"x-amz-target", target)] if headers is None else headers,
            "state": self.state,
        }
        await self.app(scope, receive, send)
        if not sent:
            return Answer(0, {}, b"")
        opening, content = sent
        return Answer(opening["status"], dict(opening["headers"]), content["body"])


class Machine:
    """Calls the application's service directly, by the names of a boto3 client's methods."""

    def __init__(self, app: App) -> None:
        self.app = app

    def __getattr__(self, method: str) -> Any:
        operation = "".join(word.capitalize() for word in method.split("_"))
        return lambda **request: self.app.service.call(operation, request)


def bare_app(**arguments: Any) -> App:
    """The application, with a domain and no patience."""
    return App(**{"poll_seconds": 0.0, "domains": ["d"], **arguments})


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end, and fail where a task is left behind."""

    async def whole() -> Any:
        result = await coroutine
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1
        return result

    return asyncio.run(whole())
