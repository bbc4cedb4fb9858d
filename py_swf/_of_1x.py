"""What is here only for code written for py_swf 1.x; all of it can be deleted."""

from __future__ import annotations

import functools
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar

__all__ = [
    "FieldsOf13",
    "ListOf1x",
    "NamesOf1x",
    "TupleOf1x",
    "is_of_13",
    "nametuplefy",
]

T = TypeVar("T")
TaskT = TypeVar("TaskT", bound="TupleOf1x")


class FieldsOf13(NamedTuple):
    """The fields that ``WorkflowClientConfig`` had from 1.0 to 1.3, with the type to start."""

    domain: str
    workflow_name: str
    workflow_version: str
    task_list: Any
    execution_start_to_close_timeout: Any
    task_start_to_close_timeout: Any


def is_of_13(args: Sequence[Any], fields: Mapping[str, Any]) -> bool:
    """Return whether these arguments of ``WorkflowClientConfig`` are those of 1.0 to 1.3."""
    return len(args) > 4 or not {"workflow_name", "workflow_version"}.isdisjoint(fields)


class NamesOf1x:
    """Lets an event be read by the names of the wire, at every level, as 1.x read it.

    ``event.eventType``, ``event.activityTaskScheduledEventAttributes.activityType.name``. They are
    made on access, from the mapping that the event is a view of. Type checkers do not see them, and
    code that reads the fields never gets here.
    """

    __slots__ = ()

    if not TYPE_CHECKING:  # pragma: no branch (a type checker would accept any name)

        @property
        def _fields(self) -> tuple[str, ...]:
            return tuple(self._raw)

        def _asdict(self) -> dict[str, Any]:
            return {name: getattr(self, name) for name in self._raw}

        def __getattr__(self, name: str) -> Any:
            """Read a member of the mapping; Python asks only if the class has no such name."""
            # not self._raw: while that slot is empty, Python would ask here for it, forever
            raw = object.__getattribute__(self, "_raw")
            if name not in raw:
                message = f"{type(self).__name__!r} object has no attribute {name!r}"
                raise AttributeError(message, name=name, obj=self)
            if name == "eventTimestamp":
                moment = self.event_timestamp
                # boto3 shows local time
                return moment.astimezone() if isinstance(moment, datetime) else moment
            return nametuplefy(raw[name])


@functools.lru_cache(maxsize=1024)
def _namedtuple_class(names: tuple[str, ...]) -> Any:
    # "Dict" is the name in 1.x; a member that is no valid Python name gets its position instead
    return namedtuple("Dict", names, rename=True)


def nametuplefy(thing: Any) -> Any:
    """Turn dicts into named tuples, also inside dicts and lists; leave everything else alone."""
    if isinstance(thing, Mapping):
        return _namedtuple_class(tuple(thing))(*map(nametuplefy, thing.values()))
    return [nametuplefy(item) for item in thing] if isinstance(thing, list) else thing


class TupleOf1x:
    """Lets a task be used as the named tuple that it was: by index, unpacked, ``_replace`` ...

    The fields and their order are those of 1.x.
    """

    __slots__ = ()
    _fields: ClassVar[tuple[str, ...]]

    def __iter__(self) -> Iterator[Any]:
        return (getattr(self, name) for name in self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __getitem__(self, index: Any) -> Any:
        return tuple(self)[index]

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def _replace(self: TaskT, **changes: Any) -> TaskT:
        names: tuple[str, ...] = self.__match_args__  # type: ignore[attr-defined]  # of attrs
        return type(self)(**{**{name: getattr(self, name) for name in names}, **changes})


class ListOf1x(list[T]):
    """A list that reads all its items before it is used as one, as ``task.events`` was one."""

    __hash__ = None  # like every list

    #: reads what is not read yet, and returns the list itself
    _whole: Callable[[], list[T]]

    def __len__(self) -> int:
        return list.__len__(self._whole())

    def __radd__(self, other: list[T]) -> list[T]:
        return other + list(self._whole())


def _of_the_whole(name: str) -> Callable[..., Any]:
    method = getattr(list, name)

    @functools.wraps(method)
    def of_the_whole(self: ListOf1x[Any], *args: Any, **options: Any) -> Any:
        others = (arg._whole() if isinstance(arg, ListOf1x) else arg for arg in args)
        return method(self._whole(), *others, **options)

    return of_the_whole


for _name in (
    *("__add__", "__delitem__", "__ge__", "__gt__", "__iadd__", "__imul__", "__le__"),
    *("__lt__", "__mul__", "__reversed__", "__rmul__", "__setitem__", "append", "clear", "copy"),
    *("count", "extend", "index", "insert", "pop", "remove", "reverse", "sort"),
):
    setattr(ListOf1x, _name, _of_the_whole(_name))
