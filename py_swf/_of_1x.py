"""What is here only for code that was written for py_swf 1.x; the whole of it can be deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

__all__ = ["FieldsOf13", "is_of_13"]


class FieldsOf13(NamedTuple):
    """The fields that ``WorkflowClientConfig`` had from 1.0 to 1.3, with the type to start."""

    domain: str
    workflow_name: str
    workflow_version: str
    task_list: Any
    execution_start_to_close_timeout: Any
    task_start_to_close_timeout: Any


def is_of_13(args: Sequence[Any], fields: Mapping[str, Any]) -> bool:
    """Tell whether these arguments of ``WorkflowClientConfig`` are those of 1.0 to 1.3."""
    return len(args) > 4 or not {"workflow_name", "workflow_version"}.isdisjoint(fields)
