"""Pages of a long answer, and the opaque tokens that join them.

A token is valid for 24 hours, and only for the same question: it is bound to the operation and to
every argument that selects or orders the answer. The page size may change between pages.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any

from py_swf.local.machine.execution.entity import Wire
from py_swf.local.machine.faults import invalid
from py_swf.local.machine.state.registrations import Key, Registrations
from py_swf.local.machine.state.service_state import ServiceState
from py_swf.local.machine.tokens import digest, open_page_token, page_token

__all__ = [
    "page_size",
    "position",
    "registration_page",
    "token",
    "window",
    "with_page_token",
]

_NOT_BOUND = frozenset({"nextPageToken", "maximumPageSize", "identity"})


def _bound_to(operation: str, request: Wire) -> str:
    # False means the same as an absent flag.
    bound = {k: v for k, v in request.items() if k not in _NOT_BOUND and v is not False}
    return digest([operation, bound])


def page_size(state: ServiceState, request: Wire) -> int:
    """Return how many items the page may hold; absent and 0 both ask for the most."""
    return min(request.get("maximumPageSize") or state.limits.page_size, state.limits.page_size)


def token(state: ServiceState, operation: str, request: Wire, place: list[Any]) -> str:
    """Return the token for the page that starts at ``place``."""
    return page_token(_bound_to(operation, request), state.now, place)


def position(state: ServiceState, operation: str, request: Wire, *kinds: type) -> Any:
    """Return where the page that a request asks for starts, None for the first page.

    :param kinds: the types of the values in the tokens of this operation.
    :raises Fault: a ValidationException when the token is not one for this question, or too old.
    """
    text = request.get("nextPageToken")
    if not text:
        return None
    content = open_page_token(text)
    if content is None or content[0] != _bound_to(operation, request):
        raise invalid("Invalid token")
    _, issued, place = content
    if [type(part) for part in place] != list(kinds):
        raise invalid("Invalid token")
    if state.now - issued > state.limits.page_token_seconds:
        raise invalid("Specified token has exceeded its maximum lifetime")
    return place


def window(
    events: list[Wire], first: int, last: int, size: int, reverse: bool
) -> tuple[list[Wire], list[int] | None]:
    """Return one page of the events with ids from ``first`` to ``last``, and what is left.

    :return: the events in the order asked for, and the ids between which the next page lies,
        None if this page is the last.
    :raises Fault: a ValidationException when the history has no such events.
    """
    if not 1 <= first <= last <= len(events):
        raise invalid("Invalid token")
    if reverse:
        start = max(first, last - size + 1)
        left = [first, start - 1] if start > first else None
        return events[start - 1 : last][::-1], left
    end = min(last, first + size - 1)
    return events[first - 1 : end], [end + 1, last] if end < last else None


def registration_page(
    state: ServiceState,
    operation: str,
    request: Wire,
    registrations: Registrations[Any],
    prefix: Key = (),
) -> tuple[list[Any], str | None]:
    """Return one page of the registrations with a status, and the token of the next page.

    :param prefix: the first part of the wanted keys; () for all.
    """
    keys = registrations.ordered[request["registrationStatus"]]
    start, end = 0, len(keys)
    if prefix:
        start, end = bisect_left(keys, prefix), bisect_left(keys, (prefix[0] + "\0",))
    reverse, size = request.get("reverseOrder", False), page_size(state, request)
    after = position(state, operation, request, *[str] * (1 if operation == "ListDomains" else 2))
    if after is not None and reverse:
        end = bisect_left(keys, tuple(after))
    elif after is not None:
        start = bisect_right(keys, tuple(after))
    chosen = keys[max(start, end - size) : end][::-1] if reverse else keys[start:end][:size]
    more = len(chosen) < end - start
    items = [registrations.items[key] for key in chosen]
    return items, token(state, operation, request, list(chosen[-1])) if more else None


def with_page_token(answer: Wire, next_page: str | None) -> Wire:
    """Return an answer with the token of the next page, if there is one."""
    return answer if next_page is None else {**answer, "nextPageToken": next_page}
