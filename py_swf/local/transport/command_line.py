"""``python -m py_swf.local``: the local SWF service over HTTP, for development and for tests."""

from __future__ import annotations

import argparse
import ipaddress
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import closing, nullcontext, suppress
from dataclasses import fields
from functools import partial
from typing import Any

from py_swf.local import storage
from py_swf.local.machine.choices import Choices
from py_swf.local.machine.clock import VirtualClock
from py_swf.local.machine.faults import Fault
from py_swf.local.machine.limits import Limits
from py_swf.local.transport.http_app import App
from py_swf.local.transport.http_server import serve
from py_swf.local.transport.injected_faults import KINDS, REFUSALS, parse_fault
from py_swf.local.transport.request_log import RequestLog
from py_swf.local.transport.setting_flags import parse_setting, shown

__all__ = ["main"]

_ABOUT = """\
Serve an Amazon SWF that runs in this process: in memory or in a file, on real time or on a clock
that is turned, for the AWS CLI and every SDK. Signatures are not checked, so keep it on a loopback
address.
"""

_FAULTS = f"""\
faults:
  --fault KIND[=SECONDS][:OPERATION][:WHEN] makes something go wrong; it can be repeated.
  WHEN is a probability when it has a decimal point (0.05), and otherwise the numbers of the calls
  (1,3 is the first and the third; a retry is a call). Without WHEN every call is struck, and
  without OPERATION every operation. The same --seed gives the same chances.

    --fault throttle:0.05
    --fault drop-after:RespondActivityTaskCompleted:1,3
    --fault slow=2.5:PollForDecisionTask:0.1
    --fault ACTIVITY_CREATION_RATE_EXCEEDED:0.5

  KIND, for requests:
{chr(10).join(f"    {name:<17}{kind.about}" for name, kind in KINDS.items())}
  KIND, for decisions (OPERATION is then the decision type):
{chr(10).join(f"    {cause}" for cause in REFUSALS)}
"""

_SETTINGS = f"""\
limits:
  --limit NAME=NUMBER changes a quota of the service; it can be repeated. The defaults are
  those that Amazon SWF documents:

{chr(10).join(f"    {field.name}={field.default}" for field in fields(Limits))}

choices:
  --choice NAME=VALUE answers a question that the documentation of Amazon SWF leaves open; it can
  be repeated. VALUE is true or false, or a text, which may be empty; null is none at all. For
  clients that expect a taskToken in every answer to a poll: --choice empty_task_token=

{chr(10).join(f"    {field.name}={shown(field.default)}" for field in fields(Choices))}

  The reference of the local service says what each of them means.
"""


def main(
    arguments: Sequence[str] | None = None, *, front: Callable[[Any, str], Any] | None = None
) -> int:
    """Run the server until it is stopped.

    :param arguments: the command line without the program's name; None for ``sys.argv``
    :param front: takes the application and its URL, and returns an ASGI application in front of it,
        which passes on what it does not answer itself; None serves the application alone
    :return: exit status
    """
    options = _parser().parse_args(arguments)
    try:
        file = None if options.file is None else storage.StateFile(options.file)
        with nullcontext() if file is None else closing(file):
            return _run(options, file, front)
    except storage.StateFileError as error:
        print(error, file=sys.stderr)
        return 1


def _run(
    options: argparse.Namespace,
    file: storage.StateFile | None,
    front: Callable[[Any, str], Any] | None,
) -> int:
    try:
        app = App(
            file=file,
            seed=options.seed,
            clock=_virtual_clock(file) if options.clock == "virtual" else None,
            poll_seconds=options.poll_seconds,
            faults=options.fault,
            domains=options.domain,
            retention=options.retention,
            limits=Limits(**dict(options.limit)),
            choices=Choices(**dict(options.choice)),
            hosts=[options.host, *options.allow_host],
            keep_alive=options.keep_alive,
        )
        family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
        listener = socket.create_server((options.host, options.port), family=family)
    except ValueError as error:  # an impossible limit or choice
        print(error, file=sys.stderr)
        return 2
    except (Fault, OSError, OverflowError) as error:
        print(f"{options.host}:{options.port}: {error}", file=sys.stderr)
        return 1
    with listener:
        _warn_beyond_loopback(listener)
        url = _url(options.host, listener)
        service = RequestLog(app, app.clock, _log) if options.log else app
        served = service if front is None else front(service, url)
        serve(app, listener, lambda: _say_where(url, options.clock), served)
    return 0


def _virtual_clock(file: storage.StateFile | None) -> VirtualClock:
    """Return a clock that continues where that of the file stopped."""
    return VirtualClock() if file is None or file.time is None else VirtualClock(file.time)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m py_swf.local",
        description=_ABOUT,
        epilog=_FAULTS + chr(10) + _SETTINGS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=_port, default=4580, help="0 picks a free one (default: %(default)s)")
    add(
        "--clock",
        choices=["system", "virtual"],
        default="system",
        help="virtual stands still, at 2026-01-01 or at the time in the file, until it is turned: "
        "by 'py-swf advance 1d', or by an HTTP request (default: %(default)s)",
    )
    add(
        "--poll-seconds",
        type=_seconds,
        default=60.0,
        metavar="SECONDS",
        help="longest time that a poll is held (default: 60)",
    )
    add(
        "--domain",
        action="append",
        default=[],
        metavar="NAME",
        help="register a domain at the start; can be repeated",
    )
    add(
        "--retention",
        type=_days,
        default=7,
        metavar="DAYS",
        help="how long these domains keep a closed execution, 0 to 90 days (default: %(default)s)",
    )
    add(
        "--file",
        metavar="FILE",
        help="keep the state in this file, and go on from it (default: in memory alone)",
    )
    add("--seed", type=int, default=0, help="source of ids and chances (default: %(default)s)")
    add(
        "--log",
        action="store_true",
        help="write a line for each request to standard error: operation, status, milliseconds, "
        "ids, but nothing that an application wrote",
    )
    add(
        "--fault",
        action="append",
        default=[],
        type=_fault,
        metavar="FAULT",
        help="make something go wrong; can be repeated, see below",
    )
    _add_settings(add)
    return parser


def _add_settings(add: Callable[..., object]) -> None:
    often: dict[str, object] = {"action": "append", "default": []}
    add(
        "--limit",
        type=partial(_setting, Limits),
        metavar="NAME=NUMBER",
        help="change a quota; can be repeated, see below",
        **often,
    )
    add(
        "--choice",
        type=partial(_setting, Choices),
        metavar="NAME=VALUE",
        help="answer an open question about the service; can be repeated, see below",
        **often,
    )
    add(
        "--allow-host",
        metavar="NAME",
        help="a name under which clients reach this server, besides localhost and any address; "
        "requests for other names are refused; can be repeated",
        **often,
    )
    add(
        "--no-keep-alive",
        dest="keep_alive",
        action="store_false",
        help="close each connection after its answer, for clients that share one between processes",
    )


def _url(host: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    # A server that listens on all addresses can be reached on the loopback address.
    home = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{home}]:{port}" if ":" in home else f"http://{home}:{port}"


def _say_where(url: str, clock: str) -> None:
    region = "AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1"
    print(f"SWF is ready at {url}")
    print(f"export AWS_ENDPOINT_URL_SWF={url}")
    print(f"export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local {region}", flush=True)
    if clock == "virtual":
        turn = f"py-swf advance 1d --endpoint-url {url}"
        print(f"time stands still until you turn the clock: {turn}", flush=True)


def _log(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _warn_beyond_loopback(listener: socket.socket) -> None:
    address, port = listener.getsockname()[:2]
    if not ipaddress.ip_address(address).is_loopback:
        print(
            f"Everybody who can reach {address}, port {port}, may use this service: signatures are "
            "not checked, and nothing is encrypted.",
            file=sys.stderr,
            flush=True,
        )


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text} is not a port: 0 to 65535")
    return int(text)


def _seconds(text: str) -> float:
    with suppress(ValueError):
        if 0 <= (seconds := float(text)) < float("inf"):
            return seconds
    raise argparse.ArgumentTypeError(f"{text} is not a number of seconds, 0 or more")


def _days(text: str) -> int:
    if not (text.isdecimal() and int(text) <= 90):
        raise argparse.ArgumentTypeError(f"{text} is not a number of days, 0 to 90")
    return int(text)


def _setting(of: type[Limits] | type[Choices], text: str) -> tuple[str, object]:
    try:
        return parse_setting(of, text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _fault(text: str) -> object:
    try:
        return parse_fault(text)
    except ValueError as error:
        # argparse shows its own errors in full, but not the text of a ValueError.
        raise argparse.ArgumentTypeError(str(error)) from None
