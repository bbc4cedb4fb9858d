"""``console`` and ``serve``: pages in the browser, alone or with a local service behind them."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import click

from py_swf.cli.connection import Connection, Session, connected
from py_swf.cli.printing import hide_option
from py_swf.cli.service_time import ServiceTime
from py_swf.cli.statuses import FAILED, USAGE, CommandError

__all__ = ["console", "serve"]

_PASSED_ON = {"ignore_unknown_options": True, "help_option_names": []}


def _pages(client: Any, session: Session, settings: Any) -> Any:
    from py_swf.console.app import make_console
    from py_swf.console.reader import Reader

    return make_console(Reader(client, ServiceTime(client, session.now).now), settings)


def _settings(**given: Any) -> Any:
    from py_swf.console.settings import Settings

    try:
        return Settings(**given)
    except ValueError as error:
        raise CommandError(str(error), USAGE) from None


def console_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of the console."""
    for option in (
        hide_option,
        click.option(
            "--allow-host", multiple=True, metavar="NAME", help="A name by which it is reached."
        ),
        click.option(
            "--token", envvar="PY_SWF_CONSOLE_TOKEN", help="Readers of the pages must give this."
        ),
    ):
        command = option(command)
    return command


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=4581, show_default=True, help="0 picks a free one.")
@click.option("--allow-changes", is_flag=True, help="Also allow signal, cancel and terminate.")
@console_options
@connected()
def console(
    connection: Connection,
    host: str,
    port: int,
    allow_changes: bool,
    token: str | None,
    allow_host: tuple[str, ...],
    hide: bool,
) -> None:
    """Show a service in the browser: AWS, or the one at --endpoint-url.

    The console only reads, unless --allow-changes is given. On an address that other machines can
    reach, it needs --token.
    """
    settings = _settings(
        host=host,
        allow_changes=allow_changes,
        token=token,
        host_names=allow_host,
        hide_payloads=hide,
        domain=connection.given_domain,
    )
    app = _pages(connection.boto_client, connection.session, settings)
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise CommandError(f"cannot listen on {host}:{port}: {error}", FAILED) from None
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"the console is at http://{shown}:{listener.getsockname()[1]}")
    _run(app, listener)


def _run(app: Any, listener: socket.socket) -> None:
    import uvicorn

    class Server(uvicorn.Server):  # type: ignore[misc, unused-ignore]  # uvicorn may be untyped
        def handle_exit(self, sig: int, frame: Any) -> None:
            # A requested stop is not a failure: uvicorn would raise the signal again.
            self.should_exit = True

    config = uvicorn.Config(
        app,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    with listener:
        Server(config).run(sockets=[listener])


@click.command(context_settings=_PASSED_ON)
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--help", "-h", "wants_help", is_flag=True, help="Show this message and exit.")
@console_options
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def serve(
    ctx: click.Context,
    host: str,
    wants_help: bool,
    token: str | None,
    allow_host: tuple[str, ...],
    hide: bool,
    arguments: tuple[str, ...],
) -> int:
    """Run a local service and its console, in one process on one address.

    Browsers get the console at its address, and SDKs get the service. Options of the service:

    \b
      --domain NAME    Register a domain at the start; can be repeated.
      --port PORT      4580 if not given; 0 picks a free one.
      --file FILE      Keep the state in this file, and resume from it.
      --clock virtual  Let time stand still until "py-swf advance" turns it.

    "python -m py_swf.local --help" lists the others: faults, limits, a request log.
    """
    from py_swf.local.transport.command_line import main

    if wants_help:
        click.echo(ctx.get_help())
        return 0
    session: Session = ctx.obj or Session()
    settings = _settings(
        host=host, allow_changes=True, token=token, host_names=allow_host, hide_payloads=hide
    )

    def front(service: Any, url: str) -> Any:
        # The pages call the service over HTTP as everybody does: a slow page delays no SDK.
        pages = _pages(session.make_client(None, None, url), session, settings)
        click.echo(f"the console is at {url}")
        return _Both(service, pages)

    names = [f"--allow-host={name}" for name in allow_host]
    return main(["--host", host, *names, *arguments], front=front)


class _Both:
    """Passes SDK calls and clock requests to the service, and everything else to the pages."""

    def __init__(self, service: Any, pages: Any) -> None:
        self._service, self._pages = service, pages

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        is_call = any(name == b"x-amz-target" for name, _ in scope["headers"])
        is_for_service = scope["path"] == "/clock" or (is_call and scope["method"] == "POST")
        answer = self._service if is_for_service else self._pages
        await answer(scope, receive, send)
