"""Walk the history of an execution: of a given run, or of the latest one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Literal, overload

from py_swf._to_wire import members
from py_swf.clients import _history_parser
from py_swf.clients._client import Client
from py_swf.clients._event_pages import walk_history
from py_swf.descriptions import WorkflowExecutionInfo
from py_swf.events import Event
from py_swf.types import WorkflowExecution

if TYPE_CHECKING:
    from mypy_boto3_swf import SWFClient

__all__ = ["WalkingClient"]

#: the service is not older than this
_BEGINNING = datetime(2012, 2, 22, tzinfo=timezone.utc)


class WalkingClient(Client, ABC):
    """A client that reads the histories of the executions of a domain."""

    def __init__(self, boto_client: SWFClient, config: Any) -> None:
        super().__init__(boto_client, config)
        _history_parser.install(boto_client)

    @property
    @abstractmethod
    def _domain(self) -> str:
        """The name of the domain."""

    def _latest_run(self, workflow_id: str) -> WorkflowExecutionInfo:
        """Return the run that is open, else the one that was started last.

        :raises LookupError: when there is none.
        """
        for operation in ("ListOpenWorkflowExecutions", "ListClosedWorkflowExecutions"):
            for info in self._list(
                operation,
                WorkflowExecutionInfo,
                "executionInfos",
                domain=self._domain,
                start_time_filter={"oldestDate": _BEGINNING},
                execution_filter=members("executionFilter", workflow_id=workflow_id),
                maximum_page_size=1,
            ):
                return info
        raise LookupError(
            f"no execution has the workflow id {workflow_id!r} in domain {self._domain!r}"
        )

    # A call without use_raw_event_history also matches the second overload, which has a default
    # only because Python's syntax wants one. Type checkers take the first match, which is right.
    @overload
    def walk_execution_history(  # pyright: ignore[reportOverlappingOverload]
        self,
        workflow_id: str,
        workflow_run_id: str | None = None,
        reverse_order: bool = True,
        use_raw_event_history: Literal[False] = False,
        maximum_page_size: int = 1000,
    ) -> Generator[Event, None, None]: ...
    @overload
    def walk_execution_history(
        self,
        workflow_id: str,
        workflow_run_id: str | None = None,
        reverse_order: bool = True,
        use_raw_event_history: Literal[True] = ...,
        maximum_page_size: int = 1000,
    ) -> Generator[dict[str, Any], None, None]: ...
    @overload
    def walk_execution_history(
        self,
        workflow_id: str,
        workflow_run_id: str | None = None,
        reverse_order: bool = True,
        use_raw_event_history: bool = False,
        maximum_page_size: int = 1000,
    ) -> Generator[Any, None, None]: ...
    def walk_execution_history(
        self,
        workflow_id: str,
        workflow_run_id: str | None = None,
        reverse_order: bool = True,
        use_raw_event_history: bool = False,
        maximum_page_size: int = 1000,
    ) -> Generator[Any, None, None]:
        """Walk the history of an execution, open or closed, page by page as it is asked for.

        :param workflow_id: the execution.
        :param workflow_run_id: the run; None for the latest: the one that is open, else the last
            one closed.
        :param reverse_order: True for the newest event first.
        :param use_raw_event_history: True for events as boto3's dicts instead of records.
        :param maximum_page_size: events per call, up to 1,000.
        :raises ClientError: UnknownResourceFault, on reading the first page, when there is no such
            execution.
        :raises LookupError: when no run is given and there is none, also on reading the first page.

        AWS operation: :swf:`GetWorkflowExecutionHistory`
        """
        options: dict[str, Any] = {
            "reverse_order": reverse_order,
            "raw": use_raw_event_history,
            "maximum_page_size": maximum_page_size,
        }
        if not workflow_run_id:
            return self._walk_latest(workflow_id, options)
        run = WorkflowExecution(workflow_id, workflow_run_id)
        return walk_history(self.boto_client, self._domain, run, **options)

    def _walk_latest(self, workflow_id: str, options: dict[str, Any]) -> Generator[Any, None, None]:
        run = self._latest_run(workflow_id).execution
        yield from walk_history(self.boto_client, self._domain, run, **options)
