"""What listing, describing and counting return: records named after the service's structures.

Timestamps are aware, in UTC. Timeouts are in seconds; the service's "NONE" is math.inf. What the
service leaves out is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import attrs

from py_swf._from_wire import read_record
from py_swf._to_wire import camel_case
from py_swf.enums import ChildPolicy, CloseStatus, ExecutionStatus, RegistrationStatus
from py_swf.events import Seconds
from py_swf.types import ActivityType, WorkflowExecution, WorkflowType

__all__ = [
    "ActivityTypeConfiguration",
    "ActivityTypeDetail",
    "ActivityTypeInfo",
    "DomainConfiguration",
    "DomainDetail",
    "DomainInfo",
    "PendingTaskCount",
    "WorkflowExecutionConfiguration",
    "WorkflowExecutionDetail",
    "WorkflowExecutionInfo",
    "WorkflowExecutionOpenCounts",
    "WorkflowTypeConfiguration",
    "WorkflowTypeDetail",
    "WorkflowTypeInfo",
]


def _parts(answer: Mapping[str, Any], **classes: type[Any]) -> dict[str, Any]:
    """Read the records inside an answer, given their names and classes."""
    return {name: read_record(cls, answer[camel_case(name)]) for name, cls in classes.items()}


class PendingTaskCount(NamedTuple):
    """How many tasks wait in a task list, as estimated by the service."""

    #: how many tasks, as far as the service counts
    count: int  # type: ignore[assignment]  # hides tuple.count, as the service names it
    #: True when there are more than the service counts
    truncated: bool


@attrs.frozen(kw_only=True)
class DomainInfo:
    """A domain as listed."""

    name: str
    #: "REGISTERED" or "DEPRECATED"
    status: RegistrationStatus
    description: str | None = None
    arn: str | None = None


@attrs.frozen(kw_only=True)
class DomainConfiguration:
    """How a domain is configured."""

    #: days that closed executions are kept; math.inf for "NONE", which keeps none of them
    workflow_execution_retention_period_in_days: Seconds


@attrs.frozen(kw_only=True)
class DomainDetail:
    """A domain as described."""

    domain_info: DomainInfo
    configuration: DomainConfiguration

    @classmethod
    def from_wire(cls, answer: Mapping[str, Any]) -> DomainDetail:
        """Read the answer of DescribeDomain."""
        return cls(**_parts(answer, domain_info=DomainInfo, configuration=DomainConfiguration))


@attrs.frozen(kw_only=True)
class WorkflowTypeInfo:
    """A workflow type as listed."""

    workflow_type: WorkflowType
    #: "REGISTERED" or "DEPRECATED"
    status: RegistrationStatus
    creation_date: datetime
    deprecation_date: datetime | None = None
    description: str | None = None


@attrs.frozen(kw_only=True)
class WorkflowTypeConfiguration:
    """The defaults that were registered with a workflow type; None for those not given."""

    default_task_start_to_close_timeout: Seconds | None = None
    default_execution_start_to_close_timeout: Seconds | None = None
    default_task_list: str | None = None
    default_task_priority: int | None = None
    default_child_policy: ChildPolicy | None = None
    default_lambda_role: str | None = None


@attrs.frozen(kw_only=True)
class WorkflowTypeDetail:
    """A workflow type as described."""

    type_info: WorkflowTypeInfo
    configuration: WorkflowTypeConfiguration

    @classmethod
    def from_wire(cls, answer: Mapping[str, Any]) -> WorkflowTypeDetail:
        """Read the answer of DescribeWorkflowType."""
        parts = _parts(answer, type_info=WorkflowTypeInfo, configuration=WorkflowTypeConfiguration)
        return cls(**parts)


@attrs.frozen(kw_only=True)
class ActivityTypeInfo:
    """An activity type as listed."""

    activity_type: ActivityType
    #: "REGISTERED" or "DEPRECATED"
    status: RegistrationStatus
    creation_date: datetime
    deprecation_date: datetime | None = None
    description: str | None = None


@attrs.frozen(kw_only=True)
class ActivityTypeConfiguration:
    """The defaults that were registered with an activity type; None for those not given."""

    default_task_start_to_close_timeout: Seconds | None = None
    default_task_heartbeat_timeout: Seconds | None = None
    default_task_schedule_to_start_timeout: Seconds | None = None
    default_task_schedule_to_close_timeout: Seconds | None = None
    default_task_list: str | None = None
    default_task_priority: int | None = None


@attrs.frozen(kw_only=True)
class ActivityTypeDetail:
    """An activity type as described."""

    type_info: ActivityTypeInfo
    configuration: ActivityTypeConfiguration

    @classmethod
    def from_wire(cls, answer: Mapping[str, Any]) -> ActivityTypeDetail:
        """Read the answer of DescribeActivityType."""
        parts = _parts(answer, type_info=ActivityTypeInfo, configuration=ActivityTypeConfiguration)
        return cls(**parts)


@attrs.frozen(kw_only=True)
class WorkflowExecutionInfo:
    """An execution as listed."""

    execution: WorkflowExecution
    workflow_type: WorkflowType
    start_timestamp: datetime
    #: "OPEN" or "CLOSED"
    execution_status: ExecutionStatus
    #: None while it is open
    close_timestamp: datetime | None = None
    #: "COMPLETED", "FAILED", "CANCELED", "TERMINATED", "CONTINUED_AS_NEW" or "TIMED_OUT";
    #: None while it is open
    close_status: CloseStatus | None = None
    #: the parent of a child execution
    parent: WorkflowExecution | None = None
    tag_list: tuple[str, ...] | None = None
    #: whether a cancel request was recorded; reliable only while it is open
    cancel_requested: bool | None = None


@attrs.frozen(kw_only=True)
class WorkflowExecutionConfiguration:
    """The settings of one execution, as resolved when it was started."""

    task_start_to_close_timeout: Seconds
    execution_start_to_close_timeout: Seconds
    task_list: str
    child_policy: ChildPolicy
    task_priority: int | None = None
    lambda_role: str | None = None


@attrs.frozen(kw_only=True)
class WorkflowExecutionOpenCounts:
    """How much of an execution is open, or was when it closed."""

    open_activity_tasks: int
    #: 0 or 1
    open_decision_tasks: int
    open_timers: int
    open_child_workflow_executions: int
    open_lambda_functions: int | None = None


@attrs.frozen(kw_only=True)
class WorkflowExecutionDetail:
    """An execution as described."""

    execution_info: WorkflowExecutionInfo
    execution_configuration: WorkflowExecutionConfiguration
    open_counts: WorkflowExecutionOpenCounts
    #: time of the latest activity task event; None before the first
    latest_activity_task_timestamp: datetime | None = None
    #: the last execution context that a decider gave
    latest_execution_context: str | None = None

    @classmethod
    def from_wire(cls, answer: Mapping[str, Any]) -> WorkflowExecutionDetail:
        """Read the answer of DescribeWorkflowExecution."""
        parts = _parts(
            answer,
            execution_info=WorkflowExecutionInfo,
            execution_configuration=WorkflowExecutionConfiguration,
            open_counts=WorkflowExecutionOpenCounts,
        )
        return read_record(cls, answer, **parts)
