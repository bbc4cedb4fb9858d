"""The latest run of a workflow id, open or closed."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, timezone
from typing import Any

from py_swf._to_wire import members, pages
from py_swf.clients._event_pages import walk_history
from py_swf.types import WorkflowExecution

__all__ = ["latest_run", "walk"]

#: the service is no older than that
_BEGINNING = datetime(2012, 2, 22, tzinfo=timezone.utc)


def latest_run(boto_client: Any, domain: str, workflow_id: str) -> WorkflowExecution:
    """Return the run that is open, else the one that was started last.

    :raises LookupError: when there is none.
    """
    since = {"oldestDate": _BEGINNING}
    for operation, call in (
        ("ListOpenWorkflowExecutions", boto_client.list_open_workflow_executions),
        ("ListClosedWorkflowExecutions", boto_client.list_closed_workflow_executions),
    ):
        params = members(operation, domain=domain, maximum_page_size=1)
        only = members("executionFilter", workflow_id=workflow_id)
        for page in pages(call, **params, startTimeFilter=since, executionFilter=only):
            for info in page["executionInfos"]:
                return WorkflowExecution(
                    info["execution"]["workflowId"], info["execution"]["runId"]
                )
    raise LookupError(f"there is no execution of workflow id {workflow_id!r} in domain {domain!r}")


def walk(
    boto_client: Any, domain: str, workflow_id: str, run_id: str | None, **options: Any
) -> Generator[Any, None, None]:
    """Walk the history of a run, of the latest one where none is given; see ``walk_history``."""
    if run_id:
        run = WorkflowExecution(workflow_id, run_id)
        return walk_history(boto_client, domain, run, **options)
    return _walk_latest(boto_client, domain, workflow_id, options)


def _walk_latest(
    boto_client: Any, domain: str, workflow_id: str, options: dict[str, Any]
) -> Generator[Any, None, None]:
    run = latest_run(boto_client, domain, workflow_id)
    yield from walk_history(boto_client, domain, run, **options)
