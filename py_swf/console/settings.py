"""What the console is allowed to show and to do, and who may see it."""

from __future__ import annotations

from ipaddress import ip_address

import attrs

__all__ = ["Settings", "is_loopback"]


def is_loopback(host: str) -> bool:
    """Return whether an address to listen on can be reached only from this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@attrs.frozen(kw_only=True)
class Settings:
    """The settings of a console.

    :raises ValueError: when other machines can reach it, and it has no token.
    """

    #: the address that it listens on
    host: str = "127.0.0.1"
    #: whether executions can be signaled, canceled and terminated
    allow_changes: bool = False
    #: what a reader must know; None for nothing, on loopback addresses only
    token: str | None = attrs.field(default=None, repr=False)
    #: the names by which it is reached, besides its address and those of loopback
    host_names: tuple[str, ...] = ()
    #: whether to show only the length of what applications wrote
    hide_payloads: bool = False
    #: the domain to begin with; None for the first one
    domain: str | None = None
    #: seconds after which a page refreshes itself
    refresh_seconds: float = 3.0

    def __attrs_post_init__(self) -> None:
        if not is_loopback(self.host) and not self.token:
            raise ValueError(
                f"on {self.host} the console can be reached from other machines, so it needs a "
                "token: give --token or set PY_SWF_CONSOLE_TOKEN"
            )
