"""Find executions: by any number of filters, and the latest run of a workflow id.

The service takes a time window and one other filter per call. The filter that leaves the fewest
executions is sent, and the others are applied here to what comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from heapq import merge
from typing import Any

import attrs

from py_swf.clients.workflow import WorkflowClient
from py_swf.descriptions import WorkflowExecutionInfo
from py_swf.enums import CloseStatus

__all__ = ["Search", "find_executions", "latest_run"]

#: before the first execution ever: the service began in 2012
_BEGINNING = datetime(2012, 1, 1, tzinfo=timezone.utc)

#: filter -> the fields that it is made of, the filter that leaves the fewest first
_FILTERS = {
    "workflow id": ("workflow_id",),
    "tag": ("tag",),
    "status": ("close_status",),
    "type": ("workflow_name", "version"),
}


@attrs.frozen(kw_only=True)
class Search:
    """What to look for; None or False does not filter."""

    #: True for those that are open
    is_open: bool = False
    #: True for those that are closed
    is_closed: bool = False
    #: only those closed this way: "COMPLETED", "FAILED", "CANCELED", "TERMINATED",
    #: "CONTINUED_AS_NEW" or "TIMED_OUT"
    close_status: CloseStatus | None = None
    workflow_name: str | None = None
    #: with the name, only this version of the workflow type
    version: str | None = None
    tag: str | None = None
    #: the workflow id; a pattern if it contains ``*`` or ``?``
    workflow_id: str | None = None
    #: leave out those that began before; among closed ones alone, those that closed before
    since: datetime | None = None
    #: leave out those that began, or closed, after
    until: datetime | None = None

    @property
    def sent(self) -> str | None:
        """Which filter the service applies; None for none but the time window."""
        is_pattern = self.workflow_id is not None and any(c in self.workflow_id for c in "*?[")
        refused = {"workflow id": is_pattern, "status": self.is_open and self.is_closed}
        return next((name for name in self._given if not refused.get(name)), None)

    @property
    def applied_here(self) -> list[str]:
        """Which filters are applied to what the service returns."""
        return [name for name in self._given if name != self.sent]

    @property
    def _given(self) -> list[str]:
        return [name for name, fields in _FILTERS.items() if getattr(self, fields[0]) is not None]

    def matches(self, info: WorkflowExecutionInfo) -> bool:
        """Return whether an execution passes all filters except the time window."""
        type_, id_, pattern = info.workflow_type, info.execution.workflow_id, self.workflow_id
        return (
            (pattern is None or id_ == pattern or fnmatchcase(id_, pattern))
            and (self.tag is None or self.tag in (info.tag_list or ()))
            and (self.close_status is None or info.close_status == self.close_status)
            and (self.workflow_name is None or type_.name == self.workflow_name)
            and (self.version is None or type_.version == self.version)
        )


def find_executions(
    client: WorkflowClient, search: Search, *, maximum_page_size: int | None = None
) -> Iterator[WorkflowExecutionInfo]:
    """Find executions, the latest first, page by page as they are asked for.

    Closed executions alone come in the order in which they closed, others in the order in which
    they started.

    :param client: the client for the domain.
    :param search: what to look for; neither open nor closed means open.
    :param maximum_page_size: executions per call, up to 1,000, which is the service's default.
    :raises ClientError: UnknownResourceFault when there is no such domain.
    :raises ValueError: when a filter is one that the service would refuse.

    AWS operations: :swf:`ListOpenWorkflowExecutions`, :swf:`ListClosedWorkflowExecutions`
    """
    lists: list[Iterator[WorkflowExecutionInfo]] = []
    if search.is_open or not search.is_closed:
        lists.append(_listed(client.list_open_workflow_executions, search, maximum_page_size))
    if search.is_closed:
        lists.append(_listed(client.list_closed_workflow_executions, search, maximum_page_size))
    if len(lists) == 1:
        return lists[0]
    return merge(*lists, key=lambda info: info.start_timestamp, reverse=True)


def _listed(
    call: Callable[..., Iterator[WorkflowExecutionInfo]], search: Search, page_size: int | None
) -> Iterator[WorkflowExecutionInfo]:
    dates = "close" if search.is_closed and not search.is_open else "start"
    arguments: dict[str, Any] = {
        f"oldest_{dates}_date": search.since or _BEGINNING,
        f"latest_{dates}_date": search.until,
        "maximum_page_size": page_size,
    }
    if search.sent is not None:
        arguments |= {field: getattr(search, field) for field in _FILTERS[search.sent]}
    return (info for info in call(**arguments) if search.matches(info))


def latest_run(client: WorkflowClient, workflow_id: str) -> WorkflowExecutionInfo:
    """Return the open run of a workflow id, or else the one that was started last.

    :param client: the client for the domain.
    :param workflow_id: the workflow id, without wildcards.
    :raises LookupError: when the domain has no execution of that id, or no longer keeps it.
    :raises ClientError: UnknownResourceFault when there is no such domain.

    AWS operations: :swf:`ListOpenWorkflowExecutions`, :swf:`ListClosedWorkflowExecutions`
    """
    return client._latest_run(workflow_id)
