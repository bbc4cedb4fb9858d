"""Who may read a page, and what a page may do: checked for every request, before anything else.

* ``Host`` must be an address, or a name of this server, so that a foreign name that was pointed at
  this machine (DNS rebinding) reads nothing.
* A request that changes something must come from a page of this server, as shown by its ``Origin``
  and by a secret in the form that no other page can read.
* If other machines can reach the server, the reader must know the token.
* Every answer tells the browser to load no scripts or styles, and open no connections, of others.
"""

from __future__ import annotations

import hmac
import secrets
from contextlib import suppress
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from py_swf.console.settings import Settings

__all__ = ["COOKIE", "Guard", "Keys"]

COOKIE = "py_swf_console"
#: what needs no token: the page that asks for it, and that page's style
_FOR_EVERYBODY = ("/login", "/static/")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Keys:
    """The secrets of one console, made when it starts.

    :param token: what a reader must know; None for nothing.
    """

    def __init__(self, token: str | None) -> None:
        self._token = token
        self.form_key = secrets.token_urlsafe(32)
        # A cookie does not contain the token itself, and is valid for this process only.
        self.cookie = hmac.new(self.form_key.encode(), (token or "").encode(), sha256).hexdigest()

    def is_token(self, given: str) -> bool:
        """Return whether a reader knows the token."""
        return self._token is not None and hmac.compare_digest(given.encode(), self._token.encode())

    def admits(self, request: Request) -> bool:
        """Return whether a request is from somebody who gave the token, if one is needed."""
        if self._token is None:
            return True
        return hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), self.cookie.encode())

    def is_form_key(self, given: str) -> bool:
        """Return whether a form is one of this server's."""
        return hmac.compare_digest(given.encode(), self.form_key.encode())


class Guard:
    """Lets only allowed requests through.

    :param app: the pages.
    :param settings: the console's settings.
    :param keys: its secrets.
    """

    def __init__(self, app: ASGIApp, settings: Settings, keys: Keys) -> None:
        self._app = app
        self._keys = keys
        self._names = {"localhost", settings.host.lower(), *map(str.lower, settings.host_names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        answer = self._refusal(Request(scope)) or self._app
        await answer(scope, receive, send_guarded)

    def _refusal(self, request: Request) -> Response | None:
        if not self._is_own(_host_of(request.headers)):
            told = "This server does not answer to that name; start it with --allow-host."
            return PlainTextResponse(told, 421)
        if request.method not in ("GET", "HEAD") and not _is_from_here(request.headers):
            return PlainTextResponse("This must be sent from a page of this server.", 403)
        if not request.url.path.startswith(_FOR_EVERYBODY) and not self._keys.admits(request):
            return RedirectResponse("/login", 303)
        return None

    def _is_own(self, host: str | None) -> bool:
        return host is not None and (host in self._names or _is_address(host))


def _host_of(headers: Headers) -> str | None:
    try:
        return urlsplit(f"//{headers.get('host', '')}").hostname
    except ValueError:
        return None


def _is_address(host: str) -> bool:
    with suppress(ValueError):
        return bool(ip_address(host))
    return False


def _is_from_here(headers: Headers) -> bool:
    """Return whether a request comes from a page of this server.

    Browsers send ``Origin`` with every posted form. A client without it is not a browser, and does
    not have another page's cookies either.
    """
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "none") in ("same-origin", "none")
    return origin in (f"http://{headers.get('host')}", f"https://{headers.get('host')}")
