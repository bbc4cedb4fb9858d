"""An SWF service for tests and for development: in this process, or over HTTP.

It keeps nothing on disk and needs no network. ``LocalSWF`` is the service in this process;
``python -m py_swf.local`` serves the same over HTTP.

The names below load their modules at first use, so that the HTTP server does without boto3 and the
pytest plugin costs nothing in a test run that does not use it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py_swf.local.choices import Choices
    from py_swf.local.clock import Clock, SystemClock, VirtualClock
    from py_swf.local.injected_faults import InjectedFault
    from py_swf.local.limits import Limits
    from py_swf.local.local_swf import LocalSWF
    from py_swf.local.service import Service

__all__ = [
    "Choices",
    "Clock",
    "InjectedFault",
    "Limits",
    "LocalSWF",
    "Service",
    "SystemClock",
    "VirtualClock",
]

_HOMES = {
    "Choices": "choices",
    "Clock": "clock",
    "InjectedFault": "injected_faults",
    "Limits": "limits",
    "LocalSWF": "local_swf",
    "Service": "service",
    "SystemClock": "clock",
    "VirtualClock": "clock",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
