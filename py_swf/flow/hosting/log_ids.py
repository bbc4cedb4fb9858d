"""The ids of what is being worked on, in every log record."""

from __future__ import annotations

import logging

from py_swf.daemon.task_ids import ids_of
from py_swf.flow.engine.run import current_run
from py_swf.flow.errors import NotInActivity, NotInWorkflow
from py_swf.flow.in_activity import activity_info
from py_swf.flow.in_workflow import ids_of_run

__all__ = ["IdsFilter"]


class IdsFilter(logging.Filter):
    """Adds the ids of the workflow or activity whose code logs it to each record::

        handler = logging.StreamHandler()
        handler.addFilter(flow.IdsFilter())

    In the code of a workflow these are ``workflow_id``, ``run_id``, ``workflow_type`` and
    ``workflow_version``; in that of an activity ``workflow_id``, ``run_id``, ``activity_id``,
    ``activity_type``, ``activity_version`` and ``started_event_id``. Attributes that the record
    already has, for example from ``extra=``, stay. py_swf's own records about a task have these ids
    without this filter.

    Add it to handlers: the filter of a logger does not see records of the loggers below it. If a
    queue carries records to another thread, add it to the ``QueueHandler``.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the ids, and let the record through.

        :param record: the log record.
        """
        try:
            ids = ids_of(activity_info())
        except NotInActivity:
            try:
                ids = ids_of_run(current_run())
            except NotInWorkflow:
                return True
        for name, value in ids.items():
            record.__dict__.setdefault(name, value)
        return True
