"""Results of finished activities of a closed execution, used in another one instead of new work.

The result goes into a marker of the new execution, so its replay does not need the old history.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from py_swf.flow.engine.commands.markers import Mark
from py_swf.flow.engine.matching import id_of_marker
from py_swf.flow.engine.run import Run
from py_swf.flow.trace_context import without_traceparent
from py_swf.history import History
from py_swf.types import ActivityType

__all__ = ["Finished", "finished_in", "reused"]

#: activity id, type and input -> result
Finished: TypeAlias = dict[tuple[str, ActivityType, "str | None"], "str | None"]

#: the name of the marker; the activity id follows, which has 200 characters and a number
REUSED = "py_swf.reused"


def finished_in(histories: Iterable[History]) -> Finished:
    """Return the results of the activities that completed.

    :param histories: the histories of closed executions; the last one with an activity counts.
    """
    finished: Finished = {}
    for history in histories:
        for activity_id, activity in history.activities.items():
            if activity.status == "COMPLETED":
                text = without_traceparent(activity.opened.input)
                finished[activity_id, activity.activity_type, text] = activity.result
    return finished


def reused(run: Run, activity_id: str, type: ActivityType, text: str) -> tuple[str | None] | None:
    """Return the result of an activity that need not be done again; None if it must be done.

    :param run: the run that asks for it.
    :param activity_id: its id.
    :param type: its type.
    :param text: its input.
    """
    name = f"{REUSED} {activity_id}"
    marker = id_of_marker(name, 1, None)
    if run.replaying:
        if marker not in run.values:
            return None
        result = run.values[marker]
    else:
        key = (activity_id, type, text)
        if key not in run.finished:
            return None
        result = run.finished[key]
    run.ask(Mark(marker, name, result, is_value=True))
    return (result,)
