"""The configurations that the clients take: plain named tuples, positional as they always were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, overload

from py_swf._of_1x import FieldsOf13, is_of_13
from py_swf._to_wire import Duration

__all__ = ["ActivityTaskConfig", "DecisionConfig", "WorkflowClientConfig"]


class _WorkflowClientFields(NamedTuple):
    domain: str
    task_list: str | None = None
    execution_start_to_close_timeout: Duration | None = None
    task_start_to_close_timeout: Duration | None = None


class WorkflowClientConfig(_WorkflowClientFields):
    """Where and for how long :class:`~py_swf.clients.workflow.WorkflowClient` starts executions.

    A timeout or task list of None is not sent, so the default that is registered with the workflow
    type applies.

    The shape of py_swf 1.0 to 1.3 is accepted too: ``WorkflowClientConfig(domain, workflow_name,
    workflow_version, task_list, execution_start_to_close_timeout, task_start_to_close_timeout)``
    with six positional arguments, or by name with ``workflow_name=``. The result is a named tuple
    of these six fields, and ``start_workflow(input, id)`` takes the workflow type from it.

    :param domain: name of the domain.
    :param task_list: task list for the decision tasks of executions started with this config.
    :param execution_start_to_close_timeout: longest life of an execution, in seconds; at most a
        year, and "NONE" is not allowed.
    :param task_start_to_close_timeout: longest time for one decision task, in seconds; math.inf
        for no limit.
    """

    __slots__ = ()

    if TYPE_CHECKING:

        @overload
        def __new__(
            cls,
            domain: str,
            task_list: str | None = None,
            execution_start_to_close_timeout: Duration | None = None,
            task_start_to_close_timeout: Duration | None = None,
        ) -> WorkflowClientConfig: ...
        @overload
        def __new__(
            cls,
            domain: str,
            workflow_name: str,
            workflow_version: str,
            task_list: str | None,
            execution_start_to_close_timeout: Duration | None,
            task_start_to_close_timeout: Duration | None,
        ) -> WorkflowClientConfig: ...

    def __new__(cls, *args: Any, **fields: Any) -> Any:
        """Make a config of four fields, or of the six that it had up to 1.3."""
        if cls is WorkflowClientConfig and is_of_13(args, fields):
            return _WorkflowClientConfigOf13(*args, **fields)
        return super().__new__(cls, *args, **fields)


class _WorkflowClientConfigOf13(FieldsOf13, WorkflowClientConfig):  # type: ignore[misc]  # two tuples
    __slots__ = ()


_WorkflowClientConfigOf13.__name__ = "WorkflowClientConfig"  # which repr shows


class DecisionConfig(NamedTuple):
    """Where :class:`~py_swf.clients.decision.DecisionClient` polls, and what it schedules with.

    The timeouts are those of activity tasks scheduled by ``finish_decision_with_activity``. None
    is not sent, so the default that is registered with the activity type applies.
    """

    #: name of the domain
    domain: str
    #: task list polled for decision tasks, and given to the activities of ``finish_...``
    task_list: str
    #: longest time from scheduling to the end, in seconds; math.inf for no limit
    schedule_to_close_timeout: Duration | None = None
    #: longest wait for a worker, in seconds; math.inf for no limit
    schedule_to_start_timeout: Duration | None = None
    #: longest time from start to end, in seconds; math.inf for no limit
    start_to_close_timeout: Duration | None = None
    #: longest silence between heartbeats, in seconds; math.inf for no limit
    heartbeat_timeout: Duration | None = None


class ActivityTaskConfig(NamedTuple):
    """Where :class:`~py_swf.clients.activity_task.ActivityTaskClient` polls."""

    #: name of the domain
    domain: str
    #: task list polled for activity tasks
    task_list: str
