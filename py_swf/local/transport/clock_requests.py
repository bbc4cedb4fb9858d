"""The clock over HTTP: ``GET /clock`` reads it, ``POST /clock`` turns it.

These two requests are not part of SWF, and no AWS SDK sends them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any, NamedTuple

from py_swf.local.machine.clock import Clock, VirtualClock
from py_swf.local.machine.faults import Fault, invalid
from py_swf.local.transport.turning import PATIENCE

__all__ = ["PATH", "Turn", "read_turn", "refuse_pages", "shown_clock", "time_header"]

#: the path of the clock
PATH = "/clock"

#: 9999-12-31T23:59:59Z, the last second that clients can read
_LAST = 253_402_300_799.0
_MEMBERS = ("advance", "to", "patience")


class Turn(NamedTuple):
    """How far a clock is turned.

    :param until: the time that it then shows, in seconds since the epoch
    :param patience: the longest wait for a program that is working, in real seconds
    """

    until: float
    patience: float


def read_turn(request: dict[str, Any], now: float) -> Turn:
    """Return how far a request wants the clock turned.

    :param request: ``advance``, in seconds, or ``to``, in seconds since the epoch; and
        optionally ``patience``, in real seconds
    :param now: the time that the clock shows, in seconds since the epoch
    :raises Fault: ValidationException when the request makes no sense
    """
    unknown = [name for name in request if name not in _MEMBERS]
    if unknown:
        raise invalid(f"{unknown[0]!r} is none of {', '.join(_MEMBERS)}")
    if ("advance" in request) == ("to" in request):
        raise invalid("give one of advance, in seconds, and to, in seconds since the epoch")
    patience = _seconds(request, "patience") if "patience" in request else PATIENCE
    until = now + _seconds(request, "advance") if "advance" in request else _seconds(request, "to")
    if until < now:
        raise invalid(f"to={until} is {_shown(until)}, and the clock shows {_shown(now)} already")
    if until > _LAST:
        raise invalid(f"the clock would show a time after the year 9999: {until}")
    return Turn(until, patience)


def _shown(when: float) -> str:
    return datetime.fromtimestamp(when, timezone.utc).isoformat(" ", "seconds")


def _seconds(request: dict[str, Any], name: str) -> float:
    value = request[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise invalid(f"{name}={value!r} is not a number of seconds, 0 or more")
    return float(min(value, 2 * _LAST))  # an integer may be too large for a float


def refuse_pages(headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Refuse requests from a page in a browser: any page could send them to a loopback address.

    :param headers: the headers of a request, with their names in lower case
    :raises Fault: AccessDeniedException
    """
    if any(name == b"origin" for name, _ in headers):
        raise Fault("AccessDeniedException", "A page in a browser may not turn the clock")


def shown_clock(clock: Clock) -> dict[str, Any]:
    """Return the answer about a clock: its kind, and the time that it shows."""
    kind = "virtual" if isinstance(clock, VirtualClock) else "system"
    return {"clock": kind, "now": clock.now()}


def time_header(clock: Clock) -> dict[str, str]:
    """Return the header that tells clients the time, if theirs is another."""
    return {"X-Py-Swf-Now": f"{clock.now():.3f}"} if isinstance(clock, VirtualClock) else {}
