"""The names by which 1.x read an event: those of the wire, all the way down.

``event.eventType``, ``event.activityTaskScheduledEventAttributes.activityType.name``. They are made
when they are asked for, from the mapping that the event is a view of. Type checkers do not see
them, and code that reads the fields never comes here.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from py_swf._from_wire import read_value

__all__ = ["NamesOf1x"]


class NamesOf1x:
    """Lets an event be read by the names of the wire."""

    __slots__ = ()

    if not TYPE_CHECKING:  # pragma: no branch (a type checker would take any name for one)

        def __getattr__(self, name: str) -> Any:
            """Read a member of the mapping; Python asks only where the class has no such name."""
            # not self._raw: while that slot is empty, Python would ask here for it, without end
            raw = object.__getattribute__(self, "_raw")
            if name not in raw:
                message = f"{type(self).__name__!r} object has no attribute {name!r}"
                raise AttributeError(message, name=name, obj=self)
            if name == "eventTimestamp":
                moment = read_value(name, raw[name])
                # boto3 shows local time
                return moment.astimezone() if isinstance(moment, datetime) else moment
            return _as_namedtuples(raw[name])


@lru_cache(maxsize=1024)
def _namedtuple_class(names: tuple[str, ...]) -> Any:
    # "Dict" is what 1.x named them; a member that Python cannot name is renamed to its place
    return namedtuple("Dict", names, rename=True)


def _as_namedtuples(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _namedtuple_class(tuple(value))(*map(_as_namedtuples, value.values()))
    return [_as_namedtuples(item) for item in value] if isinstance(value, list) else value
