"""The ids that errors and log lines about a task carry; nothing is printed unless asked for.

Lines go to ``logging.getLogger("py_swf.daemon...")`` with the ids of the task as extra attributes
of the record, so that a formatter can print ``%(workflow_id)s`` and a JSON one has them all. Lines
that are about no task, such as a failed poll, have none: a formatter needs ``defaults``.
"""

from __future__ import annotations

import logging
from typing import Any

from py_swf.tasks import ActivityTask, DecisionTask

__all__ = ["AnyTask", "ids_of", "title_of"]

AnyTask = ActivityTask | DecisionTask

# A library is quiet by default: without this, Python prints warnings to stderr by itself.
logging.getLogger("py_swf").addHandler(logging.NullHandler())


def ids_of(task: AnyTask) -> dict[str, Any]:
    """Return the ids of a task as a log record carries them.

    ``workflow_id``, ``run_id`` and ``started_event_id``; for an activity task also
    ``activity_id``, ``activity_type`` and ``activity_version``, for a decision task
    ``workflow_type`` and ``workflow_version``.

    :param task: an activity task or a decision task.
    """
    ids = {
        "workflow_id": task.workflow_id,
        "run_id": task.workflow_run_id,
        "started_event_id": task.started_event_id,
    }
    if isinstance(task, ActivityTask):
        named = {
            "activity_id": task.activity_id,
            "activity_type": task.type,
            "activity_version": task.version,
        }
    else:
        named = {
            "workflow_type": task.workflow_type.name,
            "workflow_version": task.workflow_type.version,
        }
    return {**ids, **named}


def title_of(task: object) -> str:
    """Return what a log line calls a task: ``charge-card of order-17``, or ``order-17``.

    :param task: an activity task or a decision task; what a double yields instead is "a task".
    """
    if isinstance(task, ActivityTask):
        return f"{task.activity_id} of {task.workflow_id}"
    return task.workflow_id if isinstance(task, DecisionTask) else "a task"
