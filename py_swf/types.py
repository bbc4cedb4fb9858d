"""The pairs of strings by which SWF names a type and a run: small frozen records.

Each is also the mapping that boto3 returns (``task.workflow_type["name"]``), which is how callers
of 1.x read them; ``dict(task.workflow_type)`` is what a call of boto3 takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import ClassVar, TypeVar

import attrs

from py_swf._to_wire import snake_case

__all__ = ["ActivityType", "WorkflowExecution", "WorkflowType"]

PairT = TypeVar("PairT", bound="_Pair")


class _Pair(Mapping[str, str]):
    __slots__ = ()
    _wire_names: ClassVar[tuple[str, str]]
    _values: ClassVar[attrgetter[tuple[str, str]]]

    @classmethod
    def of(cls: type[PairT], value: PairT | tuple[str, str] | Mapping[str, str]) -> PairT:
        """Make one from itself, from a tuple of two strings, or from the wire's mapping.

        :raises TypeError: when the value is none of these.
        """
        if isinstance(value, cls):
            return value
        first, second = cls._wire_names
        pair: object = value
        if isinstance(value, Mapping) and not isinstance(value, _Pair):
            pair = (value.get(first), value.get(second))
        if isinstance(pair, tuple) and len(pair) == 2 and all(isinstance(s, str) for s in pair):
            return cls(*pair)  # type: ignore[call-arg]  # the two fields of each subclass
        raise TypeError(
            f"{value!r:.200} is no {cls.__name__}: it must be one, or a tuple ({first}, {second}) "
            "of two strings, or a mapping with these keys"
        )

    def __getitem__(self, key: str) -> str:
        if key not in self._wire_names:
            raise KeyError(key)
        value: str = getattr(self, snake_case(key))
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._wire_names)

    def __len__(self) -> int:
        return len(self._wire_names)

    def __eq__(self, other: object) -> bool:
        if type(other) is type(self):
            return self._values(self) == other._values(other)
        # as a mapping: code of 1.x compares it with boto3's dict
        return not isinstance(other, _Pair) and super().__eq__(other)

    def __hash__(self) -> int:
        return hash((type(self), self._values(self)))


@attrs.frozen(eq=False)
class WorkflowType(_Pair):
    """The name and version under which a workflow type is registered."""

    _wire_names = ("name", "version")
    _values = attrgetter("name", "version")

    name: str
    version: str


@attrs.frozen(eq=False)
class ActivityType(_Pair):
    """The name and version under which an activity type is registered."""

    _wire_names = ("name", "version")
    _values = attrgetter("name", "version")

    name: str
    version: str


@attrs.frozen(eq=False)
class WorkflowExecution(_Pair):
    """One run: the workflow id that the starter chose and the run id that the service gave."""

    _wire_names = ("workflowId", "runId")
    _values = attrgetter("workflow_id", "run_id")

    workflow_id: str
    run_id: str
