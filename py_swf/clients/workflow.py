"""Start executions, look at them, and act on them from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from py_swf._to_wire import Duration, members
from py_swf.clients._history_walk import WalkingClient
from py_swf.config_definitions import WorkflowClientConfig
from py_swf.descriptions import WorkflowExecutionDetail, WorkflowExecutionInfo
from py_swf.enums import ChildPolicy, CloseStatus
from py_swf.types import WorkflowExecution

if TYPE_CHECKING:
    from mypy_boto3_swf import SWFClient

__all__ = ["CountWorkflowsResult", "WorkflowClient"]


class CountWorkflowsResult(NamedTuple):
    """How many executions matched.

    1.3 returned boto3's dict: ``count["count"]`` and ``count["truncated"]`` still work.
    """

    #: how many executions, as far as the service counts
    count: int  # type: ignore[assignment]  # hides tuple.count, as the service names it
    #: True if there are more than the service counts
    truncated: bool

    def __getitem__(self, key: Any) -> Any:
        return getattr(self, key) if isinstance(key, str) else tuple.__getitem__(self, key)


class WorkflowClient(WalkingClient):
    """Starts executions in one domain, signals, cancels, terminates, describes and lists them.

    A fault of the service is raised as a :class:`botocore.exceptions.ClientError`. Each method
    lists its own; any of them can raise OperationNotPermittedFault, if the caller lacks permission.
    A value that the service would refuse for its size or spelling raises a :class:`ValueError`, and
    nothing is sent.

    :param workflow_client_config: the domain, and the settings of executions started here.
    :param boto_client: a boto3 client for "swf".
    :raises TypeError: when the two are in the wrong order, or the client is an asynchronous one.
    """

    _checked = ("GetWorkflowExecutionHistory",)

    def __init__(
        self, workflow_client_config: WorkflowClientConfig, boto_client: SWFClient
    ) -> None:
        super().__init__(boto_client, workflow_client_config)
        self.workflow_client_config = workflow_client_config

    @property
    def _domain(self) -> str:
        return self.workflow_client_config.domain

    def start_workflow(
        self,
        input: str | None,
        id: str,
        workflow_name: str | None = None,
        version: str | None = None,
        workflow_start_to_close_timeout: Duration | None = None,
        *,
        task_start_to_close_timeout: Duration | None = None,
        task_list: str | None = None,
        task_priority: int | None = None,
        child_policy: ChildPolicy | None = "TERMINATE",
        tag_list: Iterable[str] | None = None,
        lambda_role: str | None = None,
    ) -> str:
        """Start an execution.

        .. attention:: Unless you say otherwise, ``childPolicy=TERMINATE`` is sent, as in 1.x: it
            overrides the child policy that is registered with the workflow type. To use the
            registered one, give ``child_policy=None``.

        :param input: what its decider finds in the first event, up to 32,768 characters.
        :param id: the workflow id: unique among the open executions of the domain, up to 256
            characters without ``:``, ``/``, ``|`` or control characters.
        :param workflow_name: name of a registered workflow type; None takes it from the config, if
            that has the six fields of 1.3.
        :param version: version of it; None takes it from such a config, too.
        :param workflow_start_to_close_timeout: longest life of the execution, in seconds, at most a
            year; None for the config's, or else the type's default.
        :param task_start_to_close_timeout: longest time for one decision task, in seconds, math.inf
            for no limit; None for the config's, or else the type's default.
        :param task_list: where its deciders poll; None for the config's, or else the type's
            default.
        :param task_priority: larger numbers are handed out first; None for the type's default, or
            else 0.
        :param child_policy: what happens to the children that are open when it closes: "TERMINATE",
            "REQUEST_CANCEL" or "ABANDON"; None for the type's default, which you do not get by
            leaving this parameter out.
        :param tag_list: up to 5 tags of up to 256 characters.
        :param lambda_role: ARN of the role that invokes Lambda functions.
        :return: the run id.
        :raises ValueError: when the service would refuse a value.
        :raises TypeError: when the workflow type is given neither here nor in the config.
        :raises ClientError: WorkflowExecutionAlreadyStartedFault when an execution of that id is
            open; UnknownResourceFault or TypeDeprecatedFault for the workflow type;
            DefaultUndefinedFault when a setting is given neither here nor with the type;
            LimitExceededFault when 100,000 executions are open.

        AWS operation: :swf:`StartWorkflowExecution`
        """
        config = self.workflow_client_config
        if task_start_to_close_timeout is None:
            task_start_to_close_timeout = config.task_start_to_close_timeout
        answer = self._call(
            "StartWorkflowExecution",
            domain=config.domain,
            id=id,
            workflow_type={
                "workflow_name": workflow_name or self._of_type("workflow_name"),
                "version": version or self._of_type("workflow_version"),
            },
            task_list=config.task_list if task_list is None else task_list,
            task_priority=task_priority,
            input=input,
            workflow_start_to_close_timeout=workflow_start_to_close_timeout,
            execution_start_to_close_timeout=(
                config.execution_start_to_close_timeout
                if workflow_start_to_close_timeout is None
                else None
            ),
            task_start_to_close_timeout=task_start_to_close_timeout,
            child_policy=child_policy,
            tag_list=tag_list,
            lambda_role=lambda_role,
        )
        run_id: str = answer["runId"]
        return run_id

    def _of_type(self, field: str) -> str:
        """Return a part of the workflow type from a config of 1.3."""
        value: str | None = getattr(self.workflow_client_config, field, None)
        if value is None:
            raise TypeError(
                "start_workflow() needs workflow_name and version: give them as arguments, or in "
                "the config"
            )
        return value

    def signal_workflow(
        self,
        workflow_id: str,
        signal_name: str,
        input: str | None = None,
        *,
        run_id: str | None = None,
    ) -> None:
        """Send a signal to an open execution; its decider finds it in a new decision task.

        :param workflow_id: the execution.
        :param signal_name: name of the signal, up to 256 characters.
        :param input: what it carries, up to 32,768 characters; None sends none.
        :param run_id: the run; None for the one that is open.
        :raises ClientError: UnknownResourceFault when there is no such open execution.

        AWS operation: :swf:`SignalWorkflowExecution`
        """
        self._call(
            "SignalWorkflowExecution",
            domain=self._domain,
            workflow_id=workflow_id,
            run_id=run_id,
            signal_name=signal_name,
            input=input,
        )

    def request_cancel_workflow(self, workflow_id: str, *, run_id: str | None = None) -> None:
        """Ask an open execution to cancel itself; nothing closes until its decider says so.

        :param workflow_id: the execution.
        :param run_id: the run; None for the one that is open.
        :raises ClientError: UnknownResourceFault when there is no such open execution.

        AWS operation: :swf:`RequestCancelWorkflowExecution`
        """
        operation = "RequestCancelWorkflowExecution"
        self._call(operation, domain=self._domain, workflow_id=workflow_id, run_id=run_id)

    def terminate_workflow(
        self,
        workflow_id: str,
        reason: str | None,
        *,
        run_id: str | None = None,
        details: str | None = None,
        child_policy: ChildPolicy | None = None,
    ) -> None:
        """Close an open execution at once, without asking its decider.

        :param workflow_id: the execution.
        :param reason: why, up to 256 characters.
        :param run_id: the run; None for the one that is open.
        :param details: more about it, up to 32,768 characters.
        :param child_policy: what happens to its open children: "TERMINATE", "REQUEST_CANCEL" or
            "ABANDON"; None for the policy that the execution was started with.
        :raises ClientError: UnknownResourceFault when there is no such open execution.

        AWS operation: :swf:`TerminateWorkflowExecution`
        """
        self._call(
            "TerminateWorkflowExecution",
            domain=self._domain,
            workflow_id=workflow_id,
            run_id=run_id,
            reason=reason,
            details=details,
            child_policy=child_policy,
        )

    def describe_workflow_execution(
        self, workflow_id: str, workflow_run_id: str
    ) -> WorkflowExecutionDetail:
        """Describe an execution, open or closed: its settings, what is open, how it closed.

        What the service shows can be some seconds old.

        :param workflow_id: the execution.
        :param workflow_run_id: the run.
        :raises ClientError: UnknownResourceFault when there is no such execution.

        AWS operation: :swf:`DescribeWorkflowExecution`
        """
        run = WorkflowExecution(workflow_id, workflow_run_id)
        answer = self._call("DescribeWorkflowExecution", domain=self._domain, execution=run)
        return WorkflowExecutionDetail.from_wire(answer)

    def latest_run(self, workflow_id: str) -> WorkflowExecution:
        """Return the latest run of a workflow id: the one that is open, else the last one closed.

        What the service shows can be some seconds old. A closed run is known only during the
        period of the domain.

        :param workflow_id: the workflow id.
        :raises LookupError: when there is no run of that workflow id.
        :raises ClientError: UnknownResourceFault when there is no such domain.

        AWS operations: :swf:`ListOpenWorkflowExecutions`, and :swf:`ListClosedWorkflowExecutions`
        if none is open
        """
        return self._latest_run(workflow_id).execution

    def list_open_workflow_executions(
        self,
        oldest_start_date: datetime,
        latest_start_date: datetime | None = None,
        workflow_name: str | None = None,
        version: str | None = None,
        tag: str | None = None,
        workflow_id: str | None = None,
        *,
        reverse_order: bool | None = None,
        maximum_page_size: int | None = None,
    ) -> Iterator[WorkflowExecutionInfo]:
        """List open executions, the latest start first, page by page as they are asked for.

        At most one of workflow name, tag and workflow id can be given: the service refuses more.

        :param oldest_start_date: leave out executions started before. boto3 takes a date without a
            time zone as UTC, and older versions of it send whole seconds; this goes for every date.
        :param latest_start_date: leave out executions started after; None for no end.
        :param workflow_name: only those of the workflow type of this name.
        :param version: with the name, only those of this version of it.
        :param tag: only those with this tag.
        :param workflow_id: only the one with this workflow id.
        :param reverse_order: True for the earliest start first.
        :param maximum_page_size: executions per call, up to 1,000, which is the service's default.
        :raises ClientError: UnknownResourceFault when there is no such domain.

        AWS operation: :swf:`ListOpenWorkflowExecutions`
        """
        started = (oldest_start_date, latest_start_date)
        filters = _filters(workflow_name, version, tag, workflow_id, started=started)
        return self._list(
            "ListOpenWorkflowExecutions",
            WorkflowExecutionInfo,
            "executionInfos",
            domain=self._domain,
            reverse_order=reverse_order,
            maximum_page_size=maximum_page_size,
            **filters,
        )

    def list_closed_workflow_executions(
        self,
        oldest_start_date: datetime | None = None,
        latest_start_date: datetime | None = None,
        oldest_close_date: datetime | None = None,
        latest_close_date: datetime | None = None,
        workflow_name: str | None = None,
        version: str | None = None,
        tag: str | None = None,
        workflow_id: str | None = None,
        close_status: CloseStatus | None = None,
        *,
        reverse_order: bool | None = None,
        maximum_page_size: int | None = None,
    ) -> Iterator[WorkflowExecutionInfo]:
        """List closed executions, the latest first, page by page as they are asked for.

        Either start or close dates must be given, and at most one of workflow name, tag, workflow
        id and close status: the service refuses more. They are ordered by the kind of dates that is
        given.

        :param oldest_start_date: leave out executions started before. boto3 takes a date without a
            time zone as UTC, and older versions of it send whole seconds; this goes for every date.
        :param latest_start_date: leave out executions started after; None for no end.
        :param oldest_close_date: leave out executions closed before.
        :param latest_close_date: leave out executions closed after; None for no end.
        :param workflow_name: only those of the workflow type of this name.
        :param version: with the name, only those of this version of it.
        :param tag: only those with this tag.
        :param workflow_id: only those of this workflow id.
        :param close_status: only those closed in this way: "COMPLETED", "FAILED", "CANCELED",
            "TERMINATED", "CONTINUED_AS_NEW" or "TIMED_OUT".
        :param reverse_order: True for the earliest first.
        :param maximum_page_size: executions per call, up to 1,000, which is the service's default.
        :raises ClientError: UnknownResourceFault when there is no such domain.

        AWS operation: :swf:`ListClosedWorkflowExecutions`
        """
        started = (oldest_start_date, latest_start_date)
        closed = (oldest_close_date, latest_close_date)
        filters = _filters(
            workflow_name, version, tag, workflow_id, close_status, started=started, closed=closed
        )
        return self._list(
            "ListClosedWorkflowExecutions",
            WorkflowExecutionInfo,
            "executionInfos",
            domain=self._domain,
            reverse_order=reverse_order,
            maximum_page_size=maximum_page_size,
            **filters,
        )

    def count_open_workflow_executions(
        self,
        oldest_start_date: datetime,
        latest_start_date: datetime | None = None,
        workflow_name: str | None = None,
        version: str | None = None,
        tag: str | None = None,
        workflow_id: str | None = None,
    ) -> CountWorkflowsResult:
        """Count open executions, up to the service's own limit.

        The parameters are those of :meth:`list_open_workflow_executions`.

        :raises ClientError: UnknownResourceFault when there is no such domain.

        AWS operation: :swf:`CountOpenWorkflowExecutions`
        """
        started = (oldest_start_date, latest_start_date)
        filters = _filters(workflow_name, version, tag, workflow_id, started=started)
        operation = "CountOpenWorkflowExecutions"
        return CountWorkflowsResult(*self._count(operation, domain=self._domain, **filters))

    def count_closed_workflow_executions(
        self,
        oldest_start_date: datetime | None = None,
        latest_start_date: datetime | None = None,
        oldest_close_date: datetime | None = None,
        latest_close_date: datetime | None = None,
        workflow_name: str | None = None,
        version: str | None = None,
        tag: str | None = None,
        workflow_id: str | None = None,
        close_status: CloseStatus | None = None,
    ) -> CountWorkflowsResult:
        """Count closed executions, up to the service's own limit.

        The parameters are those of :meth:`list_closed_workflow_executions`.

        :raises ClientError: UnknownResourceFault when there is no such domain.

        AWS operation: :swf:`CountClosedWorkflowExecutions`
        """
        started = (oldest_start_date, latest_start_date)
        closed = (oldest_close_date, latest_close_date)
        filters = _filters(
            workflow_name, version, tag, workflow_id, close_status, started=started, closed=closed
        )
        operation = "CountClosedWorkflowExecutions"
        return CountWorkflowsResult(*self._count(operation, domain=self._domain, **filters))


def _filters(
    workflow_name: str | None,
    version: str | None,
    tag: str | None,
    workflow_id: str | None,
    close_status: CloseStatus | None = None,
    *,
    started: tuple[datetime | None, datetime | None],
    closed: tuple[datetime | None, datetime | None] = (None, None),
) -> dict[str, Any]:
    """Return the filters as the list and count operations spell them, without those not given.

    An empty text counts as not given, as in 1.x.
    """
    if version and not workflow_name:
        raise ValueError(f"version {version!r} is given without the workflow_name it belongs to")
    filters = {
        "start_time_filter": _dates("start", *started),
        "close_time_filter": _dates("close", *closed),
        "type_filter": members(
            "typeFilter", workflow_name=workflow_name or None, version=version or None
        ),
        "tag_filter": members("tagFilter", tag=tag or None),
        "execution_filter": members("executionFilter", workflow_id=workflow_id or None),
        "close_status_filter": members("closeStatusFilter", close_status=close_status or None),
    }
    return {name: value for name, value in filters.items() if value}


def _dates(what: str, oldest: datetime | None, latest: datetime | None) -> dict[str, datetime]:
    if oldest is None and latest is not None:
        raise ValueError(f"latest_{what}_date is given without oldest_{what}_date")
    return members("timeFilter", oldest_date=oldest, latest_date=latest)
