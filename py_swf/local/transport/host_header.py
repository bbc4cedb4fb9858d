"""The ``Host`` header: requests for foreign names are refused.

A page in a browser can make its own name resolve to a loopback address, and then talk to what
listens there as if it were its own server (DNS rebinding). Such requests name the foreign host.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from py_swf.local.machine.faults import Fault

__all__ = ["check_hosts"]


def check_hosts(headers: Iterable[tuple[bytes, bytes]], names: Collection[str]) -> None:
    """Refuse a request that names another host.

    :param headers: the headers of a request, with their names in lower case
    :param names: names that are allowed, in lower case, besides ``localhost`` and any address
    :raises Fault: AccessDeniedException
    """
    for header, value in headers:
        if header != b"host" or _is_local(value):
            continue
        host = _without_port(value)
        if host not in names:
            message = f"The service is not reached by the name {host!r}; --allow-host allows it"
            raise Fault("AccessDeniedException", message)


@lru_cache(maxsize=64)  # every request asks, nearly always for the same name
def _is_local(value: bytes) -> bool:
    host = _without_port(value)
    return f".{host}".endswith(".localhost") or _is_address(host)


def _without_port(value: bytes) -> str:
    host = value.decode("latin-1").lower()
    bracketed = re.fullmatch(r"\[(.*)\](:\d*)?", host)
    return bracketed[1] if bracketed else re.sub(r"\.?(:\d*)?$", "", host, count=1)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
