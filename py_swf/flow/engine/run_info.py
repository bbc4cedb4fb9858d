"""What a run knows about itself, read once from the first event of its history."""

from __future__ import annotations

from datetime import datetime

import attrs

from py_swf.events import WorkflowExecutionStarted
from py_swf.types import WorkflowExecution, WorkflowType

__all__ = ["Info", "info_of"]

#: the number of events from which continuing as new is suggested; the service allows 25,000
LONG_HISTORY = 10_000


@attrs.frozen
class Info:
    """What a run is: its ids, its type, its settings, and how long its history is."""

    #: empty in the replay of a saved history, which does not say
    workflow_id: str
    #: empty in the replay of a saved history, which does not say
    run_id: str
    workflow_type: WorkflowType
    #: when the execution was started; aware, in UTC
    started_at: datetime
    task_list: str
    child_policy: str
    tag_list: tuple[str, ...]
    #: longest life of the execution, in seconds
    execution_start_to_close_timeout: int | float | None
    #: longest time for one decision task, in seconds; math.inf for no limit
    task_start_to_close_timeout: int | float | None
    task_priority: int | None
    lambda_role: str | None
    #: the execution that started this one as its child
    parent: WorkflowExecution | None
    #: the run that continued as this one
    continued_from: str | None
    #: whether somebody asked for this execution to be canceled
    cancel_requested: bool = False
    #: how many events the history has, up to the decision task that is being decided
    history_length: int = 0

    @property
    def continue_as_new_suggested(self) -> bool:
        """Whether the history has 10,000 events or more, of the 25,000 that it may have."""
        return self.history_length >= LONG_HISTORY


def info_of(started: WorkflowExecutionStarted, workflow_id: str, run_id: str) -> Info:
    """Return what the first event of a history says about its run.

    :param started: that event.
    :param workflow_id: its workflow id.
    :param run_id: its run id.
    """
    return Info(
        workflow_id=workflow_id,
        run_id=run_id,
        workflow_type=started.workflow_type,
        started_at=started.event_timestamp,
        task_list=started.task_list,
        child_policy=started.child_policy,
        tag_list=tuple(started.tag_list or ()),
        execution_start_to_close_timeout=started.execution_start_to_close_timeout,
        task_start_to_close_timeout=started.task_start_to_close_timeout,
        task_priority=started.task_priority,
        lambda_role=started.lambda_role,
        parent=started.parent_workflow_execution,
        continued_from=started.continued_execution_run_id,
    )
