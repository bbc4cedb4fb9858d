"""The ASGI application: which page is where, and what happens if one cannot be made."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from botocore.exceptions import BotoCoreError, ClientError

try:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, RedirectResponse, Response
    from starlette.routing import Route
    from starlette.types import ASGIApp
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(
        f"{missing}; install it with: pip install 'py-swf[console]'"
    ) from None

from py_swf._wording import moment, one_line, printable
from py_swf.console import actions, pages
from py_swf.console.reader import Reader
from py_swf.console.security import COOKIE, Guard, Keys
from py_swf.console.settings import Settings
from py_swf.timeline import STYLE

__all__ = ["make_console"]

_HERE = Path(__file__).parent
_STATIC = {
    "console.css": ("text/css", (_HERE / "static" / "console.css").read_text("utf-8") + STYLE),
    "icon.svg": ("image/svg+xml", (_HERE / "static" / "icon.svg").read_text("utf-8")),
    "console.js": ("text/javascript", (_HERE / "static" / "console.js").read_text("utf-8")),
}
#: the longest form: an input of 32,768 characters, each up to twelve bytes as sent
_MOST_BYTES = 500_000
_log = logging.getLogger(__name__)


def make_console(reader: Reader, settings: Settings | None = None) -> ASGIApp:
    """Make the console, an ASGI application.

    :param reader: reads from the service.
    :param settings: None for those of a loopback address, which only allow reading.
    """
    settings = settings or Settings()
    keys = Keys(settings.token)
    console = _Console(reader, settings, keys)
    routes = [
        Route("/", console.page("executions.html", console.executions)),
        Route("/execution", console.page("execution.html", console.execution)),
        Route("/task-lists", console.page("task_lists.html", console.task_lists)),
        Route("/types", console.page("types.html", console.types)),
        Route("/act", console.page("act.html", console.form)),
        Route("/act", console.act, methods=["POST"]),
        Route("/login", console.login_page),
        Route("/login", console.login, methods=["POST"]),
        Route("/static/{name}", _static),
    ]
    return Guard(Starlette(routes=routes), settings, keys)


async def _static(request: Request) -> Response:
    found = _STATIC.get(request.path_params["name"])
    if found is None:
        return Response("not found", 404)
    media_type, text = found
    # Not cached for longer: a new version of the console may look different.
    return Response(text, media_type=media_type, headers={"Cache-Control": "max-age=60"})


class _Refused(Exception):
    """A page cannot be made: holds its status, and what to say."""

    def __init__(self, status: int, title: str, message: str) -> None:
        super().__init__(message)
        self.status, self.title = status, title


class _Console:
    def __init__(self, reader: Reader, settings: Settings, keys: Keys) -> None:
        self._reader, self._settings, self._keys = reader, settings, keys
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {
            "moment": moment,
            "printable": printable,
            "timeout": pages.timeout,
        }
        self._templates.globals |= {"ago": pages.ago, "execution_url": pages.execution_url}

    def page(
        self, template: str, make: Callable[[str, Mapping[str, str]], dict[str, Any]]
    ) -> Callable[[Request], Any]:
        """Return the end point of a page, which is made in a worker thread."""

        def made(query: dict[str, str], path: str) -> Response:
            context: dict[str, Any] = {"path": path, "domain": None, "domains": []}
            try:
                domain, domains = self._domain(query)
                context |= {"domain": domain, "domains": domains}
                return self._html(template, {**context, **make(domain, query)})
            except Exception as error:
                refused = _as_refusal(error)
                told = {"title": refused.title, "message": one_line(str(refused))}
                return self._html("error.html", {**context, **told}, refused.status)

        async def end_point(request: Request) -> Response:
            query = dict(request.query_params)
            return await run_in_threadpool(made, query, request.url.path)

        return end_point

    def _html(self, template: str, context: dict[str, Any], status: int = 200) -> Response:
        settings = self._settings
        shared: dict[str, Any] = {
            "allow_changes": settings.allow_changes,
            "form_key": self._keys.form_key,
            "refresh_seconds": settings.refresh_seconds,
            "now": self._reader.now(),
            "title": None,
        }
        text = self._templates.get_template(template).render({**shared, **context})
        return HTMLResponse(text, status)

    def _domain(self, query: Mapping[str, str]) -> tuple[str, list[str]]:
        domains = self._reader.domains()
        domain = query.get("domain") or self._settings.domain or next(iter(domains), None)
        if domain is None:
            raise _Refused(
                200, "No domain yet", "Register one, and start an execution in it: it appears here."
            )
        return domain, domains

    def executions(self, domain: str, query: Mapping[str, str]) -> dict[str, Any]:
        return pages.executions(self._reader, domain, query)

    def execution(self, domain: str, query: Mapping[str, str]) -> dict[str, Any]:
        return pages.execution(self._reader, domain, query, self._settings.hide_payloads)

    def task_lists(self, domain: str, query: Mapping[str, str]) -> dict[str, Any]:
        return pages.task_lists(self._reader, domain)

    def types(self, domain: str, query: Mapping[str, str]) -> dict[str, Any]:
        return pages.types(self._reader, domain)

    def form(self, domain: str, query: Mapping[str, str]) -> dict[str, Any]:
        self._refuse_changes()
        action = actions.ACTIONS.get(query.get("what", ""))
        if action is None:
            raise _Refused(404, "Not found", "There is no such action.")
        return {"action": action, "query": query}

    def _refuse_changes(self) -> None:
        if not self._settings.allow_changes:
            raise _Refused(
                403, "Read-only", "This console is read-only; --allow-changes allows changes."
            )

    async def act(self, request: Request) -> Response:
        """Do what a confirmed form says, and show the execution."""
        form = await _read_form(request)

        def done() -> Response:
            try:
                self._check_form_key(form)
                self._refuse_changes()
                domain = form.get("domain", "")
                actions.act(self._reader.workflows(domain), form)
            except Exception as error:
                refused = _as_refusal(error)
                told = {"title": refused.title, "message": one_line(str(refused))}
                page: dict[str, Any] = {"path": "/act", "domain": None, "domains": [], **told}
                return self._html("error.html", page, refused.status)
            query = {"domain": domain, "id": form.get("id", ""), "run": form.get("run", "")}
            return RedirectResponse(f"/execution?{urlencode(query)}", 303)

        return await run_in_threadpool(done)

    def _check_form_key(self, form: Mapping[str, str]) -> None:
        if not self._keys.is_form_key(form.get("form_key", "")):
            raise _Refused(
                403, "Not sent", "The form is too old: go back, reload it, send it again."
            )

    async def login_page(self, request: Request) -> Response:
        return self._html("login.html", {"path": "/login", "domain": None, "domains": []})

    async def login(self, request: Request) -> Response:
        """Give a cookie to a reader who knows the token."""
        form = await _read_form(request)
        if not self._keys.is_token(form.get("token", "")):
            page: dict[str, Any] = {
                "path": "/login",
                "domain": None,
                "domains": [],
                "title": "Wrong token",
            }
            return self._html("login.html", page, 403)
        answer = RedirectResponse("/", 303)
        secure = request.url.scheme == "https"
        answer.set_cookie(
            COOKIE, self._keys.cookie, httponly=True, samesite="strict", secure=secure
        )
        return answer


async def _read_form(request: Request) -> dict[str, str]:
    """Read a form that has one value for each field; a form that is too long counts as empty."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            return {}
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in fields.items()}


def _as_refusal(error: Exception) -> _Refused:
    """Return the page that reports an error."""
    if isinstance(error, _Refused):
        return error
    if isinstance(error, ClientError):
        told = error.response.get("Error", {})
        message = f"{told.get('Code')}: {told.get('Message')}"
        if told.get("Code") == "UnknownResourceFault":
            return _Refused(404, "Not found", message)
        return _Refused(502, "The service refused", message)
    if isinstance(error, BotoCoreError):
        return _Refused(502, "The service cannot be reached", str(error))
    if isinstance(error, LookupError) and not isinstance(error, KeyError):
        return _Refused(404, "Not found", str(error))
    if isinstance(error, ValueError):
        return _Refused(400, "That cannot be", str(error))
    _log.error("a page could not be made", exc_info=error)
    return _Refused(500, "This page could not be made", f"{type(error).__name__}: {error}")
