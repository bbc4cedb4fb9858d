"""Activity tasks: scheduling them, and requests to cancel them."""

from __future__ import annotations

from typing import Any

import attrs

from py_swf import decisions as de
from py_swf import events as ev
from py_swf.flow import errors
from py_swf.flow.engine.commands.command import Command, WithInput
from py_swf.flow.trace_context import without_traceparent
from py_swf.types import ActivityType

__all__ = ["CancelActivity", "ScheduleActivity"]


@attrs.define(eq=False)
class ScheduleActivity(WithInput):
    """An activity task."""

    decision_type = de.ScheduleActivityTask
    droppable = True
    identity = (("activity_type", "type"),)

    type: ActivityType
    settings: dict[str, Any]

    def agrees(self, event: Any) -> bool:
        """Check quickly whether an event is its echo; if not, the caller looks for differences."""
        attributes = event.raw["activityTaskScheduledEventAttributes"]
        kind = attributes["activityType"]
        return bool(
            attributes.get("input") == self.input
            and kind["name"] == self.type.name
            and kind["version"] == self.type.version
        )

    def decision(self) -> de.ScheduleActivityTask:
        """Return the decision for it."""
        return de.ScheduleActivityTask(self.type, self.id, input=self.input, **self.settings)

    def same(self, field: str, there: Any, here: Any) -> bool:
        """Return whether two inputs mean the same to their codec, whatever trace they carry."""
        there = without_traceparent(there)
        return bool(there == here) or super().same(field, there, here)

    def close(self, event: Any) -> None:
        """Return its result, or raise its failure, where it is awaited."""
        kind = type(event)
        if kind is ev.ActivityTaskCompleted:
            self.succeed(event.result)
            return
        told = {"activity_id": self.id, "activity": self.type.name, "details": event.details}
        if kind is ev.ActivityTaskFailed:
            self.fail(errors.ActivityFailed(reason=event.reason, **told))
        elif kind is ev.ActivityTaskTimedOut:
            self.fail(errors.ActivityTimedOut(timeout_type=event.timeout_type, **told))
        else:
            self.fail(errors.ActivityCanceled(**told))

    def refuse(self, cause: str) -> None:
        """Raise an error that says that it was not scheduled."""
        self.fail(
            errors.ActivityNotScheduled(activity_id=self.id, activity=self.type.name, cause=cause)
        )


@attrs.define(eq=False)
class CancelActivity(Command):
    """A request to cancel an activity task."""

    decision_type = de.RequestCancelActivityTask
    droppable = True

    def decision(self) -> de.RequestCancelActivityTask:
        """Return the decision for it."""
        return de.RequestCancelActivityTask(self.id)

    def refuse(self, cause: str) -> None:
        """Do nothing: the activity had ended."""
