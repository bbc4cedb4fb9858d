"""All the types that an annotation is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

from py_swf.flow.values.json_values import field_names
from py_swf.flow.values.unions import unwrapped

__all__ = ["within"]


def within(kind: Any) -> Iterator[Any]:
    """Go through a type and all that it is made of, each once: members of unions, items, fields.

    :param kind: an annotation.
    """
    seen: list[Any] = []
    found = [kind]
    while found:
        each = unwrapped(found.pop())
        if each in seen or each is Ellipsis:
            continue
        seen.append(each)
        yield each
        found += _parts(each)


def _parts(kind: Any) -> Iterable[Any]:
    origin = get_origin(kind) or kind
    if origin is Literal:
        return ()
    has_fields = isinstance(origin, type) and (
        is_typeddict(origin) or field_names(origin) is not None or hasattr(origin, "_fields")
    )
    fields = get_type_hints(origin, include_extras=True).values() if has_fields else ()
    return [*get_args(kind), *fields]
