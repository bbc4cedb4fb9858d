"""The ids of what is being worked on, in every log record."""

from __future__ import annotations

import logging
from typing import Any

from py_swf.daemon.task_ids import ids_of
from py_swf.flow.engine.run import current_run
from py_swf.flow.errors import NotInActivity, NotInWorkflow
from py_swf.flow.in_activity import activity_info
from py_swf.flow.in_workflow import ids_of_run

__all__ = ["IdsFilter"]

_NAMES = (
    "workflow_id",
    "run_id",
    "workflow_type",
    "workflow_version",
    "activity_id",
    "activity_type",
    "activity_version",
    "started_event_id",
)


class IdsFilter(logging.Filter):
    """Adds the ids of the workflow or activity whose code logs it to each record::

        handler = logging.StreamHandler()
        handler.addFilter(flow.IdsFilter())

    In the code of a workflow these are ``workflow_id``, ``run_id``, ``workflow_type`` and
    ``workflow_version``; in that of an activity ``workflow_id``, ``run_id``, ``activity_id``,
    ``activity_type``, ``activity_version`` and ``started_event_id``. Those that do not apply are
    "-", so that a formatter may name any of them. Attributes that the record already has, for
    example from ``extra=``, stay. py_swf's own records about a task have its ids without this
    filter.

    Add it to handlers: the filter of a logger does not see records of the loggers below it. If a
    queue carries records to another thread, add it to the ``QueueHandler``.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the ids, and let the record through.

        :param record: the log record.
        """
        ids = _ids_here()
        for name in _NAMES:
            record.__dict__.setdefault(name, ids.get(name, "-"))
        return True


def _ids_here() -> dict[str, Any]:
    try:
        return ids_of(activity_info())
    except NotInActivity:
        pass
    try:
        return ids_of_run(current_run())
    except NotInWorkflow:
        return {}
