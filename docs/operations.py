"""Each operation of AWS, with the methods that call it, as their docstrings say."""

from __future__ import annotations

import re
from collections import ChainMap, defaultdict
from collections.abc import Mapping
from typing import Any

from py_swf import ActivityTaskClient, DecisionClient, RegistrationClient, WorkflowClient

CLIENTS = (WorkflowClient, DecisionClient, ActivityTaskClient, RegistrationClient)
_CALLED = re.compile(r"^ *AWS operations?: ((?:.|\n)+?)(?:\n *\n|\Z)", re.MULTILINE)


def methods_by_operation() -> Mapping[str, list[str]]:
    """Return for each operation the full names of the methods that call it."""
    found: dict[str, list[str]] = defaultdict(list)
    for client in CLIENTS:
        for name, method in _methods(client).items():
            for called in _CALLED.findall(getattr(method, "__doc__", None) or ""):
                for operation in re.findall(r":swf:`(\w+)`", called):
                    found[operation].append(f"{client.__module__}.{client.__name__}.{name}")
    return found


def _methods(client: type[Any]) -> dict[str, Any]:
    """Return what a client has, inherited or its own, in the order of the source."""
    return dict(ChainMap(*map(vars, client.__mro__)))
