"""What an operation of the service is in this machine."""

from __future__ import annotations

from collections.abc import Callable

from py_swf.local.machine.execution.entity import Wire
from py_swf.local.machine.state.service_state import ServiceState

__all__ = ["Operation"]

#: Takes a validated request and returns the answer, or raises a Fault and changes nothing.
Operation = Callable[[ServiceState, Wire], Wire]
