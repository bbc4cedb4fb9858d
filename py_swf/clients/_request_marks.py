"""Mark the calls that py_swf makes with a boto3 client: its hooks act only on those.

A hook sees every call of its client, no matter who makes it. So the calls from here are marked.
The mark is in a context variable until the call begins, then in botocore's context of that one
request, and in a variable again while the answer is awaited, since botocore does not tell its
``before-parse`` hooks which request an answer belongs to. A call that somebody else's handler makes
in between, with this client or another, has no mark.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from threading import Lock
from typing import Any

__all__ = ["awaits_answer", "hooks_of", "installing", "keep_marks", "marked", "request_is"]

#: Held while hooks are registered: botocore does not recognize a hook that another thread is
#: registering at the same time, and a hook that is there twice would remove a call's marks.
installing = Lock()

_NO_MARKS: frozenset[str] = frozenset()
_beginning = ContextVar("py_swf_marks_of_the_call_that_begins", default=_NO_MARKS)
_awaited = ContextVar("py_swf_marks_of_the_awaited_answer", default=_NO_MARKS)

#: the key of the marks in botocore's context of a request
_KEY = "py_swf_marks"


def hooks_of(boto_client: Any) -> Any | None:
    """Return botocore's hooks of a client, or None for a test double that has none."""
    return getattr(getattr(boto_client, "meta", None), "events", None)


def marked(call: Callable[..., Any], *marks: str) -> Callable[..., Any]:
    """Wrap a call so that its requests have these marks, and no others."""
    of_each_request = frozenset(marks)

    def marked_call(**params: Any) -> Any:
        beginning = _beginning.set(of_each_request)
        awaited = _awaited.set(_NO_MARKS)
        try:
            return call(**params)
        finally:
            _awaited.reset(awaited)
            _beginning.reset(beginning)

    return marked_call


def keep_marks(hooks: Any, operation: str) -> None:
    """Carry the marks of an operation's calls along with each request."""
    for event, register, handler in (
        ("provide-client-params", hooks.register_first, _begin_request),
        ("request-created", hooks.register_last, _send_request),
    ):
        register(f"{event}.swf.{operation}", handler, unique_id=f"py_swf.{event}.{operation}")


def request_is(mark: str, context: Mapping[str, Any]) -> bool:
    """Return whether the request of that botocore context has the mark."""
    return mark in context.get(_KEY, _NO_MARKS)


def awaits_answer(mark: str) -> bool:
    """Return whether the answer now coming in is to a request with the mark."""
    return mark in _awaited.get()


def _begin_request(context: dict[str, Any], **_: Any) -> None:
    context[_KEY] = _beginning.get()
    _beginning.set(_NO_MARKS)


def _send_request(request: Any, **_: Any) -> None:
    _awaited.set(request.context.get(_KEY, _NO_MARKS))
