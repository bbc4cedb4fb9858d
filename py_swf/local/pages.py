"""Pages of a long answer, and the opaque tokens that join them.

A token is good for 24 hours, for the same question only: it is bound to the operation and to
every argument that chooses or orders the answer. The page size may change between pages.
"""

from __future__ import annotations

from typing import Any

from .faults import invalid
from .ids import digest, open_page_token, page_token
from .records import Wire
from .world import World

__all__ = ["page_size", "position", "token", "window"]

_NOT_BOUND = frozenset({"nextPageToken", "maximumPageSize", "identity"})


def _bound_to(operation: str, request: Wire) -> str:
    # False is what every flag means when it is absent.
    bound = {k: v for k, v in request.items() if k not in _NOT_BOUND and v is not False}
    return digest([operation, bound])


def page_size(world: World, request: Wire) -> int:
    """Return how many items the page may hold; absent and 0 both ask for the most."""
    return min(request.get("maximumPageSize") or world.limits.page_size, world.limits.page_size)


def token(world: World, operation: str, request: Wire, place: list[Any]) -> str:
    """Return the token for the page that goes on at ``place``."""
    return page_token(_bound_to(operation, request), world.now, place)


def position(world: World, operation: str, request: Wire) -> list[Any] | None:
    """Return where the page that a request asks for goes on, None for the first page.

    :raises Fault: a ValidationException when the token is not one for this question, or too old.
    """
    text = request.get("nextPageToken")
    if not text:
        return None
    content = open_page_token(text)
    if content is None or content[0] != _bound_to(operation, request):
        raise invalid("Invalid token")
    _, issued, place = content
    if world.now - issued > world.limits.page_token_seconds:
        raise invalid("Specified token has exceeded its maximum lifetime")
    return place


def window(
    events: list[Wire], first: int, last: int, size: int, reverse: bool
) -> tuple[list[Wire], list[int] | None]:
    """Return one page of the events with ids from ``first`` to ``last``, and what is left.

    :return: the events in the order asked for, and the ids between which the next page lies,
        None when this page is the last.
    """
    if reverse:
        start = max(first, last - size + 1)
        left = [first, start - 1] if start > first else None
        return events[start - 1 : last][::-1], left
    end = min(last, first + size - 1)
    return events[first - 1 : end], [end + 1, last] if end < last else None
