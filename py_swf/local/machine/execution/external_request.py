"""A signal or a cancel request on its way to another execution."""

from __future__ import annotations

from typing import ClassVar

from py_swf.local.machine.execution.entity import Entity

__all__ = ["ExternalCancel", "ExternalRequest", "ExternalSignal"]


class ExternalRequest(Entity):
    """A request from one execution to another.

    :cvar initiated: the event that says it is on its way.
    :cvar delivered: the event that says it has arrived.
    :cvar failed: the event that says it could not be delivered.
    :ivar refused: the cause with which it must fail, None if it may be delivered.
    """

    __slots__ = ("refused",)

    initiated: ClassVar[str]
    delivered: ClassVar[str]
    failed: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.states = {
            "": {cls.initiated: "initiated"},
            "initiated": {cls.delivered: "delivered", cls.failed: "failed"},
        }

    def __init__(self, refused: str | None) -> None:
        super().__init__()
        self.refused = refused


class ExternalSignal(ExternalRequest):
    """A signal on its way."""

    __slots__ = ()

    name = "external signal"
    initiated = "SignalExternalWorkflowExecutionInitiated"
    delivered = "ExternalWorkflowExecutionSignaled"
    failed = "SignalExternalWorkflowExecutionFailed"


class ExternalCancel(ExternalRequest):
    """A cancel request on its way."""

    __slots__ = ()

    name = "external cancel request"
    initiated = "RequestCancelExternalWorkflowExecutionInitiated"
    delivered = "ExternalWorkflowExecutionCancelRequested"
    failed = "RequestCancelExternalWorkflowExecutionFailed"
