"""Find executions: by any number of filters, and the latest run of a workflow id.

The service takes a window of time and one further filter a call. Here the one that leaves the
fewest is sent, and the others are applied to what comes back.
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

#: before the first execution of all: the service began in 2012
_BEGINNING = datetime(2012, 1, 1, tzinfo=timezone.utc)


@attrs.frozen(kw_only=True)
class Search:
    """What to look for; None or False leaves it open."""

    #: True for those that are open
    is_open: bool = False
    #: True for those that are closed
    is_closed: bool = False
    #: only those closed so: "COMPLETED", "FAILED", "CANCELED", "TERMINATED", "CONTINUED_AS_NEW" or
    #: "TIMED_OUT"
    close_status: CloseStatus | None = None
    workflow_name: str | None = None
    #: with the name, only this version of the workflow type
    version: str | None = None
    tag: str | None = None
    #: the workflow id; with ``*`` or ``?`` in it a pattern
    workflow_id: str | None = None
    #: not those that began before; of closed ones alone, not those that closed before
    since: datetime | None = None
    #: not those that began, or closed, after
    until: datetime | None = None

    @property
    def sent(self) -> str | None:
        """Which filter the service applies; None for none but the time."""
        return next((name for name, value in self._filters(sent=True)), None)

    @property
    def applied_here(self) -> list[str]:
        """Which filters are applied to what the service returns."""
        return [name for name, _ in self._filters() if name != self.sent]

    def _filters(self, sent: bool = False) -> Iterator[tuple[str, str]]:
        """Yield the filters that are set, the one that leaves the fewest first."""
        is_pattern = self.workflow_id is not None and any(c in self.workflow_id for c in "*?[")
        both = self.is_open and self.is_closed
        for name, value, can_be_sent in (
            ("workflow id", self.workflow_id, not is_pattern),
            ("tag", self.tag, True),
            ("status", self.close_status, not both),
            ("type", self.workflow_name, True),
        ):
            if value is not None and (can_be_sent or not sent):
                yield name, value

    def matches(self, info: WorkflowExecutionInfo) -> bool:
        """Tell whether an execution passes all filters but that of time."""
        type_, id_ = info.workflow_type, info.execution.workflow_id
        return (
            (self.workflow_id is None or _is_like(id_, self.workflow_id))
            and (self.tag is None or self.tag in (info.tag_list or ()))
            and (self.close_status is None or info.close_status == self.close_status)
            and (self.workflow_name is None or type_.name == self.workflow_name)
            and (self.version is None or type_.version == self.version)
        )


def _is_like(workflow_id: str, pattern: str) -> bool:
    return workflow_id == pattern or fnmatchcase(workflow_id, pattern)


def find_executions(
    client: WorkflowClient, search: Search, *, maximum_page_size: int | None = None
) -> Iterator[WorkflowExecutionInfo]:
    """Find executions, the latest first, page by page as they are asked for.

    Closed executions alone come in the order in which they closed, all others in that of their
    start.

    :param client: knows the domain.
    :param search: what to look for; neither open nor closed means open.
    :param maximum_page_size: executions a call, up to 1,000, which is the service's default.
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
    by_close = search.is_closed and not search.is_open
    dates = ("oldest_close_date", "latest_close_date")
    if not by_close:
        dates = ("oldest_start_date", "latest_start_date")
    arguments: dict[str, Any] = {
        dates[0]: search.since or _BEGINNING,
        dates[1]: search.until,
        "maximum_page_size": page_size,
    }
    if search.sent == "type":
        arguments |= {"workflow_name": search.workflow_name, "version": search.version}
    elif search.sent is not None:
        named = {"workflow id": "workflow_id", "tag": "tag", "status": "close_status"}[search.sent]
        arguments[named] = getattr(search, named)
    return (info for info in call(**arguments) if search.matches(info))


def latest_run(client: WorkflowClient, workflow_id: str) -> WorkflowExecutionInfo:
    """Return the open run of a workflow id, or else the one that was started last.

    :param client: knows the domain.
    :param workflow_id: the workflow id, as it is.
    :raises LookupError: when the domain has no execution of that id, or keeps it no longer.
    :raises ClientError: UnknownResourceFault when there is no such domain.

    AWS operations: :swf:`ListOpenWorkflowExecutions`, :swf:`ListClosedWorkflowExecutions`
    """
    return client._latest_run(workflow_id)
