"""A console of the stories' shop, called in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest

from py_swf.console.app import make_console
from py_swf.console.reader import Reader
from py_swf.console.settings import Settings
from tests.timeline.stories import Story, stuck_order


class Answer(NamedTuple):
    """An answer."""

    status: int
    headers: dict[str, str]
    text: str


class Browser:
    """Asks an ASGI application as a browser would, without a network."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def get(self, url: str, **headers: str) -> Answer:
        """Read a page."""
        return asyncio.run(self._ask("GET", url, b"", headers))

    def post(self, url: str, form: dict[str, str], **headers: str) -> Answer:
        """Send a form from a page of this server, unless ``origin`` says otherwise."""
        given = {"origin": "http://127.0.0.1:4581", **headers}
        return asyncio.run(self._ask("POST", url, urlencode(form).encode(), given))

    async def _ask(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        parts = urlsplit(url)
        given = {"host": "127.0.0.1:4581", **headers}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": [
                (name.replace("_", "-").encode(), value.encode())
                for name, value in given.items()
                if value
            ],
            "server": ("127.0.0.1", 4581),
            "client": ("127.0.0.1", 50_000),
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        text = b"".join(message.get("body", b"") for message in sent[1:]).decode()
        return Answer(sent[0]["status"], answered, text)


@pytest.fixture
def shop() -> Story:
    """A shop with an order that is stuck."""
    return stuck_order()


@pytest.fixture
def open_console(shop: Story) -> Callable[..., Browser]:
    """Open the console of the shop, with any settings."""

    def opening(**settings: Any) -> Browser:
        reader = Reader(shop.boto, lambda: shop.now)
        return Browser(make_console(reader, Settings(**settings)))

    return opening
