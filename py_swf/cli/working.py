"""``worker``: run workflows and activities until a signal comes."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from types import FunctionType
from typing import Any

import click

from py_swf.cli.connection import Connection, connected
from py_swf.cli.loading import load
from py_swf.cli.statuses import USAGE, CommandError

__all__ = ["worker"]

_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"]
_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@click.command()
@click.argument("where", metavar="MODULE:WORKER")
@click.option(
    "--log-level",
    type=click.Choice(_LEVELS, case_sensitive=False),
    default="INFO",
    show_default=True,
    help="The lowest level that is written to standard error.",
)
@connected()
def worker(connection: Connection, where: str, log_level: str) -> None:
    """Run workflows and activities until SIGTERM or Ctrl-C, then finish the tasks in progress.

    MODULE:WORKER is a flow.Worker, or a function that returns one; the current folder is searched
    too. A function with the parameters boto_client and domain gets those given by the options. A
    second signal ends the process at once.
    """
    from py_swf.daemon.stopping import stop_on_signals

    log_to_standard_error(log_level)
    made = _made(where, connection)
    with stop_on_signals() as stop:
        made.run(stop)


def _made(where: str, connection: Connection) -> Any:
    from py_swf.flow.hosting.worker import Worker

    found = load(where, (Worker, FunctionType), "worker of py_swf.flow")
    if isinstance(found, Worker):
        return found
    made = found(**_given_to(found, where, connection))
    if not isinstance(made, Worker):
        raise CommandError(f"{where}() returns no flow.Worker, but {type(made).__name__}", USAGE)
    return made


def _given_to(
    function: Callable[..., object], where: str, connection: Connection
) -> dict[str, Any]:
    gives: dict[str, Callable[[], Any]] = {
        "boto_client": lambda: connection.boto_client,
        "domain": lambda: connection.domain,
    }
    parameters = inspect.signature(function).parameters.values()
    given = {each.name: gives[each.name]() for each in parameters if each.name in gives}
    others = [p.name for p in parameters if p.default is p.empty and p.name not in gives]
    if others:
        raise CommandError(
            f"{where}() takes {', '.join(others)}; it can be given boto_client and domain", USAGE
        )
    return given


def log_to_standard_error(level: str) -> None:
    """Write the log to standard error, unless the worker's module has set up something else.

    :param level: name of the lowest level to write.
    """
    logging.basicConfig(level=level, format=_LINE)
    logging.captureWarnings(True)
