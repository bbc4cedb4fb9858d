"""Serve the application with uvicorn until a signal ends it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

try:
    import uvicorn
    from uvicorn.protocols.http.auto import AutoHTTPProtocol
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(f"{missing}; install it with: pip install 'py-swf[server]'") from None

from py_swf.local.transport.http_app import App

__all__ = ["make_server", "serve"]


class _Protocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # chosen at run time
    """uvicorn's protocol, which also gives the application its transport."""

    app_state: dict[str, Any]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        # Head and body are written separately; without this the body waits 40 ms for an ACK.
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app_state = {**self.app_state, "transport": transport}


class _Server(uvicorn.Server):
    """uvicorn's server, which answers the held polls before it waits for connections to end."""

    def __init__(self, config: uvicorn.Config, app: App, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._swf, self._ready = app, ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._swf.release()
        await super().shutdown(sockets=sockets)

    def handle_exit(self, sig: int, frame: Any) -> None:
        # A requested stop is not a failure: uvicorn would raise the signal again.
        self.force_exit = self.should_exit
        self.should_exit = True


def serve(
    app: App,
    listener: socket.socket,
    ready: Callable[[], None] = lambda: None,
    served: Callable[[Any, Any, Any], Awaitable[None]] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then answer held polls and return.

    :param app: the application
    :param listener: a bound socket
    :param ready: called once, when requests are being answered
    :param served: the ASGI application in front of ``app``; None for ``app`` itself
    """
    make_server(app, ready, served).run(sockets=[listener])


def make_server(
    app: App,
    ready: Callable[[], None] = lambda: None,
    served: Callable[[Any, Any, Any], Awaitable[None]] | None = None,
) -> uvicorn.Server:
    """Return a server; the caller runs it, and ``should_exit`` ends it.

    :param app: the application
    :param ready: called once, in the server's event loop, when requests are being answered
    :param served: the ASGI application in front of ``app``; None for ``app`` itself
    """
    config = uvicorn.Config(
        served or app,
        http=_Protocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
    )
    return _Server(config, app, ready)
