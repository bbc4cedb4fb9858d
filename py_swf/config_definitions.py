"""The configurations that the clients take: plain named tuples, positional as they always were."""

from __future__ import annotations

from typing import NamedTuple

from py_swf._to_wire import Duration

__all__ = ["ActivityTaskConfig", "DecisionConfig", "WorkflowClientConfig"]


class WorkflowClientConfig(NamedTuple):
    """Where and for how long :class:`~py_swf.clients.workflow.WorkflowClient` starts executions.

    A timeout or task list of None is not sent, so the default registered with the workflow type
    holds.
    """

    #: name of the domain
    domain: str
    #: task list for the decision tasks of executions started with this config
    task_list: str | None
    #: longest life of an execution, in seconds; at most a year, "NONE" is not allowed
    execution_start_to_close_timeout: Duration | None
    #: longest time for one decision task, in seconds; math.inf for no limit
    task_start_to_close_timeout: Duration | None


class DecisionConfig(NamedTuple):
    """Where :class:`~py_swf.clients.decision.DecisionClient` polls, and what it schedules with.

    The timeouts are those of activity tasks scheduled by ``finish_decision_with_activity``. None
    is not sent, so the default registered with the activity type holds.
    """

    #: name of the domain
    domain: str
    #: task list polled for decision tasks, and given to the activities of ``finish_...``
    task_list: str
    #: longest time from scheduling to the end, in seconds; math.inf for no limit
    schedule_to_close_timeout: Duration | None
    #: longest wait for a worker, in seconds; math.inf for no limit
    schedule_to_start_timeout: Duration | None
    #: longest time from start to end, in seconds; math.inf for no limit
    start_to_close_timeout: Duration | None
    #: longest silence between heartbeats, in seconds; math.inf for no limit
    heartbeat_timeout: Duration | None


class ActivityTaskConfig(NamedTuple):
    """Where :class:`~py_swf.clients.activity_task.ActivityTaskClient` polls."""

    #: name of the domain
    domain: str
    #: task list polled for activity tasks
    task_list: str
