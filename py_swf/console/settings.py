"""What the console is allowed to show and to do, and who may see it."""

from __future__ import annotations

from ipaddress import ip_address

import attrs

__all__ = ["Settings", "is_loopback"]


def is_loopback(host: str) -> bool:
    """Tell whether an address to listen on is reached from this machine only."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@attrs.frozen(kw_only=True)
class Settings:
    """The settings of a console.

    :raises ValueError: when it would be reached from elsewhere, and has no token.
    """

    #: the address that it listens on
    host: str = "127.0.0.1"
    #: whether executions can be signaled, canceled and terminated
    allow_changes: bool = False
    #: what a reader has to know; None for nothing, which is for loopback addresses only
    token: str | None = attrs.field(default=None, repr=False)
    #: the names under which it is reached, beside its address and those of loopback
    host_names: tuple[str, ...] = ()
    #: whether to show what applications wrote by its length only
    hide_payloads: bool = False
    #: the domain to begin with; None for the first there is
    domain: str | None = None
    #: seconds after which a page refreshes itself
    refresh_seconds: float = 3.0

    def __attrs_post_init__(self) -> None:
        if not is_loopback(self.host) and not self.token:
            raise ValueError(
                f"on {self.host} the console can be reached from other machines, so it needs a "
                "token: give --token or set PY_SWF_CONSOLE_TOKEN"
            )
