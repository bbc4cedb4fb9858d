"""The pairs of strings by which SWF names a type and a run: small frozen records.

Each can also be read as the mapping that boto3 returns (``task.workflow_type["name"]``), which is
how callers of 1.x read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

import attrs

from py_swf._wire import snake_case

__all__ = ["ActivityType", "WorkflowExecution", "WorkflowType"]

PairT = TypeVar("PairT", bound="_Pair")


class _Pair:
    __slots__ = ()
    _wire_names: ClassVar[tuple[str, str]]

    @classmethod
    def of(cls: type[PairT], value: PairT | tuple[str, str] | Mapping[str, str]) -> PairT:
        """Make one from itself, from a tuple of two strings, or from the wire's mapping.

        :raises TypeError: when the value is none of these.
        """
        if isinstance(value, cls):
            return value
        if isinstance(value, Mapping):
            value = (value[cls._wire_names[0]], value[cls._wire_names[1]])
        if isinstance(value, tuple) and len(value) == 2:
            return cls(*value)  # type: ignore[call-arg]  # the two fields of each subclass
        raise TypeError(f"{value!r} is no {cls.__name__} and no pair {cls._wire_names}")

    def keys(self) -> tuple[str, ...]:
        """Return the names of the two members in the wire's spelling."""
        return self._wire_names

    def __getitem__(self, key: str) -> str:
        if key not in self._wire_names:
            raise KeyError(key)
        value: str = getattr(self, snake_case(key))
        return value

    def get(self, key: str, default: Any = None) -> Any:
        """Return the member of that wire name, or the default where there is no such member."""
        return self[key] if key in self._wire_names else default


@attrs.frozen
class WorkflowType(_Pair):
    """The name and version under which a workflow type is registered."""

    _wire_names = ("name", "version")

    name: str
    version: str


@attrs.frozen
class ActivityType(_Pair):
    """The name and version under which an activity type is registered."""

    _wire_names = ("name", "version")

    name: str
    version: str


@attrs.frozen
class WorkflowExecution(_Pair):
    """One run: the workflow id that the starter chose and the run id that the service gave."""

    _wire_names = ("workflowId", "runId")

    workflow_id: str
    run_id: str
