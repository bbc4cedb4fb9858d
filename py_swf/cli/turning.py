"""``advance``: turn the clock of a local service."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

import click

from py_swf.cli.connection import Connection, connected
from py_swf.cli.printing import json_option, print_json
from py_swf.cli.statuses import FAILED, UNREACHABLE, USAGE, CommandError
from py_swf.cli.times import DURATION, MOMENT

__all__ = ["advance"]


@click.command()
@click.argument("duration", type=DURATION, required=False)
@click.option("--to", type=MOMENT, metavar="TIME", help="Turn it to this time: 2026-12-24T18:00.")
@click.option(
    "--patience",
    type=DURATION,
    default="5s",
    show_default=True,
    help="Longest real time to wait for a program that is working on a task.",
)
@json_option
@connected(with_domain=False)
def advance(
    connection: Connection,
    duration: timedelta | None,
    to: timedelta | datetime | None,
    patience: timedelta,
    as_json: bool,
) -> None:
    """Turn the clock of a local service forward by DURATION: 90, 15m, 2h, 1d, 1w.

    The service must have been started with --clock virtual. Everything that falls due on the way
    happens in order and at its own time, and daemons that poll do their work in between. The clock
    of AWS cannot be turned; nothing is sent there.
    """
    if (duration is None) == (to is None):
        raise CommandError("turn it how far? Give a duration, such as 1d, or --to", USAGE)
    turn: dict[str, float] = {"patience": patience.total_seconds()}
    if duration is not None:
        turn["advance"] = duration.total_seconds()
    elif isinstance(to, datetime):
        turn["to"] = to.timestamp()
    else:
        raise CommandError("--to takes a moment, such as 2026-12-24T18:00", USAGE)
    now = datetime.fromtimestamp(_turned(connection.local_url, turn)["now"], timezone.utc)
    if as_json:
        print_json({"now": now})
    else:
        click.echo(f"the clock shows {now:%Y-%m-%d %H:%M:%S} UTC")


def _turned(url: str, turn: dict[str, float]) -> Any:
    """Send the request, without signature or credentials, and return the clock's new time."""
    request = Request(f"{url.rstrip('/')}/clock", json.dumps(turn).encode(), method="POST")
    try:
        # Proxies are for remote services.
        with build_opener(ProxyHandler({})).open(request) as answer:
            return json.load(answer)
    except HTTPError as error:
        with error:
            raise CommandError(_message(url, error), FAILED) from None
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise CommandError(f"cannot reach {url}: {reason}", UNREACHABLE) from None
    except ValueError:
        raise CommandError(_NO_CLOCK.format(url), FAILED) from None


_NO_CLOCK = "{} has no clock to turn; a local service has one: py-swf serve --clock virtual"


def _message(url: str, error: HTTPError) -> str:
    try:
        told = json.load(error)
        message = str(told["message"])
    except (ValueError, TypeError, LookupError):
        return _NO_CLOCK.format(url)
    is_ours = str(told.get("__type", "")).startswith("com.amazon")
    return message if is_ours and message else _NO_CLOCK.format(url)
