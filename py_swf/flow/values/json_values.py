"""What each Python type is in JSON, one level deep: what encoding and decoding share."""

from __future__ import annotations

import dataclasses
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from pathlib import Path, PurePath
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

__all__ = ["LEAVES", "Leaf", "ToJson", "field_names", "lowering"]

#: a value -> what it is in JSON, one level deep
ToJson: TypeAlias = Callable[[Any], Any]


class Leaf(NamedTuple):
    """A type that is a single string or number in JSON."""

    #: "string" or "number"; None for one that can be anything
    kind: str | None
    to_json: ToJson
    from_json: Callable[[Any], Any]
    #: what the JSON value must be, for errors
    rule: str


def _seconds(value: timedelta) -> int | float:
    whole = value // timedelta(seconds=1)
    return whole if value == timedelta(seconds=whole) else value.total_seconds()


def _from_iso(value: str) -> datetime:
    # Python 3.10 does not read the Z that most other languages write
    return datetime.fromisoformat(value[:-1] + "+00:00" if value.endswith("Z") else value)


LEAVES: dict[type, Leaf] = {
    datetime: Leaf("string", datetime.isoformat, _from_iso, "a date and time in ISO 8601"),
    date: Leaf("string", date.isoformat, date.fromisoformat, "a date in ISO 8601"),
    time: Leaf("string", time.isoformat, time.fromisoformat, "a time of day in ISO 8601"),
    timedelta: Leaf("number", _seconds, lambda value: timedelta(seconds=value), "seconds"),
    Decimal: Leaf("string", str, Decimal, "a decimal number in a string"),
    UUID: Leaf("string", str, UUID, "a UUID"),
    bytes: Leaf(
        "string",
        lambda value: b64encode(value).decode("ascii"),
        lambda text: b64decode(text, validate=True),
        "bytes in base64",
    ),
    PurePath: Leaf("string", str, Path, "a path"),
}


def field_names(cls: type) -> tuple[str, ...] | None:
    """Return the names of the fields that a dataclass or attrs class is made from, else None."""
    if dataclasses.is_dataclass(cls):
        return tuple(field.name for field in dataclasses.fields(cls) if field.init)
    attributes: Iterable[Any] | None = getattr(cls, "__attrs_attrs__", None)
    return None if attributes is None else tuple(a.name for a in attributes if a.init)


def lowering(cls: type, leaves: Mapping[type, Leaf], encode: Callable[[Any], str]) -> ToJson | None:
    """Return how values of a class are made into JSON, one level deep; None if they cannot be.

    :param leaves: the types that are a single string or number.
    :param encode: a value to its JSON, by which sets are sorted.
    """
    for base in cls.__mro__:
        if base in leaves:
            return leaves[base].to_json
    if issubclass(cls, Enum):
        return attrgetter("value")
    names = field_names(cls)
    if names is not None:
        return lambda value: {name: getattr(value, name) for name in names}
    if issubclass(cls, set | frozenset):
        return lambda value: _in_order(value, encode)
    if issubclass(cls, deque):
        return list
    return dict if issubclass(cls, Mapping) else None


def _in_order(values: Iterable[Any], encode: Callable[[Any], str]) -> list[Any]:
    """Sort a set the same way in every process: integers by value, all else by its JSON."""
    integers = all(type(value) is int for value in values)
    return sorted(values, key=None if integers else encode)
