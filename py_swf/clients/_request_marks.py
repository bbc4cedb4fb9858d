"""Which calls of a boto3 client are made from here: the hooks of py_swf act on those alone.

A hook sees every call of its client, whoever makes it. So a call from here is marked: the mark
is in a context variable until the call begins, then in botocore's context of that one request,
and in a variable again while its answer is awaited, since botocore does not tell its
``before-parse`` hooks which request they see the answer to. What somebody else's handler calls in
between, with this client or another, has no mark.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from threading import Lock
from typing import Any

__all__ = ["awaits_answer", "hooks_of", "installing", "keep_marks", "marked", "request_is"]

#: Held while hooks are registered: botocore does not know a hook again that another thread is
#: just registering, and one that is there twice takes the marks of a call away.
installing = Lock()

_NO_MARKS: frozenset[str] = frozenset()
_beginning = ContextVar("py_swf_marks_of_the_call_that_begins", default=_NO_MARKS)
_awaited = ContextVar("py_swf_marks_of_the_awaited_answer", default=_NO_MARKS)

#: where the marks are in botocore's context of a request
_KEY = "py_swf_marks"


def hooks_of(boto_client: Any) -> Any | None:
    """Return botocore's hooks of a client, None for a double that has none."""
    return getattr(getattr(boto_client, "meta", None), "events", None)


def marked(call: Callable[..., Any], *marks: str) -> Callable[..., Any]:
    """Return the call such that each request which it makes has the marks, with those it has."""

    def marked_call(**params: Any) -> Any:
        beginning = _beginning.set(_beginning.get().union(marks))
        awaited = _awaited.set(_NO_MARKS)
        try:
            return call(**params)
        finally:
            _awaited.reset(awaited)
            _beginning.reset(beginning)

    return marked_call


def keep_marks(hooks: Any, operation: str) -> None:
    """Have the marks of an operation's calls carried along with each request."""
    for event, register, handler in (
        ("provide-client-params", hooks.register_first, _begin_request),
        ("request-created", hooks.register_last, _send_request),
    ):
        register(f"{event}.swf.{operation}", handler, unique_id=f"py_swf.{event}.{operation}")


def request_is(mark: str, context: Mapping[str, Any]) -> bool:
    """Tell whether the request of that botocore context has the mark."""
    return mark in context.get(_KEY, _NO_MARKS)


def awaits_answer(mark: str) -> bool:
    """Tell whether the answer that comes in now is to a request with the mark."""
    return mark in _awaited.get()


def _begin_request(context: dict[str, Any], **_: Any) -> None:
    context[_KEY] = _beginning.get()
    _beginning.set(_NO_MARKS)


def _send_request(request: Any, **_: Any) -> None:
    _awaited.set(request.context.get(_KEY, _NO_MARKS))
