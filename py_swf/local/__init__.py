"""An SWF service for tests and development: in this process, or over HTTP.

It needs no network. ``LocalSWF`` is the service in this process; ``python -m py_swf.local`` serves
the same over HTTP, and so does ``LocalSWFServer`` in a test. It keeps nothing on disk, unless the
server is given a file.

The names below load their modules on first use. So the HTTP server does not need boto3, and the
pytest plugin costs nothing in a test run that does not use it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from py_swf._lazy import lazy_names

if TYPE_CHECKING:
    from py_swf.local.local_swf import LocalSWF
    from py_swf.local.local_swf_server import LocalSWFServer
    from py_swf.local.machine.choices import Choices
    from py_swf.local.machine.clock import Clock, VirtualClock
    from py_swf.local.machine.limits import Limits
    from py_swf.local.machine.service import Service
    from py_swf.local.transport.injected_faults import InjectedFault
    from py_swf.local.transport.system_clock import SystemClock

__all__ = [
    "Choices",
    "Clock",
    "InjectedFault",
    "Limits",
    "LocalSWF",
    "LocalSWFServer",
    "Service",
    "SystemClock",
    "VirtualClock",
]

_HOMES = {
    "Choices": ".machine.choices",
    "Clock": ".machine.clock",
    "InjectedFault": ".transport.injected_faults",
    "Limits": ".machine.limits",
    "LocalSWF": ".local_swf",
    "LocalSWFServer": ".local_swf_server",
    "Service": ".machine.service",
    "SystemClock": ".transport.system_clock",
    "VirtualClock": ".machine.clock",
}


if not TYPE_CHECKING:  # a type checker would accept any name
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
