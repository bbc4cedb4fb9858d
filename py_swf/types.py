"""The pairs of strings that name a type or a run in SWF: small frozen records.

Each unpacks to its two values: ``name, version = task.workflow_type``. It can also be read as the
dict that boto3 returns (``task.workflow_type["name"]``), as callers of 1.x do, and
``dict(task.workflow_type)`` is what a boto3 call takes.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from contextlib import suppress
from typing import ClassVar, TypeVar, overload

import attrs

from py_swf._to_wire import is_text, snake_case

__all__ = ["ActivityType", "WorkflowExecution", "WorkflowType"]

PairT = TypeVar("PairT", bound="_Pair")
T = TypeVar("T")


class _Pair:
    """Two strings by name; on the wire, a mapping with two keys."""

    __slots__ = ()
    _wire_names: ClassVar[tuple[str, str]]

    @classmethod
    def of(cls: type[PairT], value: PairT | tuple[str, str] | Mapping[str, str]) -> PairT:
        """Make one from itself, from a tuple of two strings, or from the wire's mapping.

        :raises TypeError: when the value is none of these.
        """
        if isinstance(value, cls):
            return value
        first, second = cls._wire_names
        pair: object = value
        if not isinstance(value, (tuple, _Pair)):
            with suppress(TypeError, LookupError):
                pair = (value[first], value[second])
        if isinstance(pair, tuple) and len(pair) == 2 and all(map(is_text, pair)):
            return cls(*pair)  # type: ignore[call-arg]  # the two fields of each subclass
        raise TypeError(
            f"{value!r:.200} is not of type {cls.__name__}: give one, or a tuple ({first}, "
            f"{second}) of two strings, or a mapping with these keys"
        )

    def _wire(self) -> dict[str, str]:
        return {name: getattr(self, snake_case(name)) for name in self._wire_names}

    def __iter__(self) -> Iterator[str]:
        """Iterate over the two values, so that it unpacks like the tuple it can be made of."""
        return iter(self._wire().values())

    def __len__(self) -> int:
        return len(self._wire_names)

    def __getitem__(self, key: str) -> str:
        if key not in self._wire_names:
            raise KeyError(key)
        value: str = getattr(self, snake_case(key))
        return value

    def __contains__(self, key: object) -> bool:
        return key in self._wire_names

    @overload
    def get(self, key: str) -> str | None: ...
    @overload
    def get(self, key: str, default: T) -> str | T: ...
    def get(self, key: str, default: object = None) -> object:
        """Return the value of a key on the wire, or the default."""
        return self._wire().get(key, default)

    def keys(self) -> KeysView[str]:
        """Return the wire's names of the two values."""
        return self._wire().keys()

    def values(self) -> ValuesView[str]:
        """Return the two values."""
        return self._wire().values()

    def items(self) -> ItemsView[str, str]:
        """Return the two values, each with its name on the wire."""
        return self._wire().items()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, _Pair):
            return type(other) is type(self) and self._wire() == other._wire()
        # code of 1.x compares it with boto3's dict
        return self._wire() == other if isinstance(other, Mapping) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), *self))


@attrs.frozen(eq=False)
class WorkflowType(_Pair):
    """The name and version under which a workflow type is registered."""

    _wire_names = ("name", "version")

    name: str
    version: str


@attrs.frozen(eq=False)
class ActivityType(_Pair):
    """The name and version under which an activity type is registered."""

    _wire_names = ("name", "version")

    name: str
    version: str


@attrs.frozen(eq=False)
class WorkflowExecution(_Pair):
    """One run: the workflow id that the starter chose and the run id that the service gave."""

    _wire_names = ("workflowId", "runId")

    workflow_id: str
    run_id: str
