"""A child workflow execution, as its parent sees it."""

from __future__ import annotations

from typing import ClassVar

from py_swf.local.machine.execution.entity import Entity, States

__all__ = ["ChildExecution"]


class ChildExecution(Entity):
    """A child workflow execution, as its parent sees it.

    :ivar run_id: the child's latest run; None until it is started.
    :ivar started: id of the parent's ChildWorkflowExecutionStarted event, 0 before it.
    """

    __slots__ = ("run_id", "started")

    name = "child workflow execution"
    states: ClassVar[States] = {
        "": {"StartChildWorkflowExecutionInitiated": "initiated"},
        "initiated": {
            "ChildWorkflowExecutionStarted": "started",
            "StartChildWorkflowExecutionFailed": "failed to start",
        },
        "started": {
            "ChildWorkflowExecutionCompleted": "completed",
            "ChildWorkflowExecutionFailed": "failed",
            "ChildWorkflowExecutionTimedOut": "timed out",
            "ChildWorkflowExecutionCanceled": "canceled",
            "ChildWorkflowExecutionTerminated": "terminated",
        },
    }

    def __init__(self) -> None:
        super().__init__()
        self.run_id: str | None = None
        self.started = 0
