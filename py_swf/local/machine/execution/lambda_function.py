"""A call of a Lambda function: its states and its timeout."""

from __future__ import annotations

from typing import ClassVar

from py_swf.local.machine.execution.entity import Entity, States, Timeouts, Wire

__all__ = ["LambdaFunction"]

_DEFAULT_SECONDS = 900


class LambdaFunction(Entity):
    """A call of a Lambda function.

    :ivar started: id of its LambdaFunctionStarted event, 0 before it.
    """

    __slots__ = ("started",)

    name = "lambda function"
    id_member = "id"
    states: ClassVar[States] = {
        "": {"LambdaFunctionScheduled": "scheduled"},
        "scheduled": {
            "LambdaFunctionStarted": "started",
            "StartLambdaFunctionFailed": "failed to start",
        },
        "started": {
            "LambdaFunctionCompleted": "completed",
            "LambdaFunctionFailed": "failed",
            "LambdaFunctionTimedOut": "timed out",
        },
    }
    timeouts: ClassVar[Timeouts] = {"started": {"START_TO_CLOSE": "startToCloseTimeout"}}

    def __init__(self) -> None:
        super().__init__()
        self.started = 0

    def seconds(self, member: str) -> int | None:
        """Return how long the function may run: as its decision says, else 900 seconds."""
        return super().seconds(member) or _DEFAULT_SECONDS

    def timeout_event(self, timeout: str) -> tuple[str, Wire]:
        """Return a LambdaFunctionTimedOut."""
        return "LambdaFunctionTimedOut", {
            "timeoutType": timeout,
            "scheduledEventId": self.opened,
            "startedEventId": self.started,
        }
