"""An execution, seen from outside: a handle for the one who started it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import attrs

from py_swf import events as ev
from py_swf.flow.errors import (
    WorkflowCanceled,
    WorkflowFailed,
    WorkflowTerminated,
    WorkflowTimedOut,
)

if TYPE_CHECKING:
    from py_swf.clients.workflow import WorkflowClient
    from py_swf.flow.workflows import Workflow

__all__ = ["Execution", "outcome_of", "start_execution"]

R = TypeVar("R")


@attrs.frozen
class Execution(Generic[R]):
    """A handle of an execution.

    :param workflow: its workflow.
    :param workflow_client: calls the service.
    :param workflow_id: its workflow id.
    :param run_id: its run id.
    """

    workflow: Workflow[Any, R]
    workflow_client: WorkflowClient
    workflow_id: str
    run_id: str


def outcome_of(workflow: Workflow[Any, R], closed: ev.Event) -> R:
    """Return the result of an execution, or raise how else it ended.

    :param workflow: its workflow.
    :param closed: the event that closed it.
    :raises WorkflowNotCompleted: one of its kinds, when it did not complete.
    """
    if isinstance(closed, ev.WorkflowExecutionCompleted):
        result: R = workflow.signature.decode_result(closed.result)
        return result
    if isinstance(closed, ev.WorkflowExecutionFailed):
        raise WorkflowFailed(closed.reason, closed.details)
    if isinstance(closed, ev.WorkflowExecutionCanceled):
        raise WorkflowCanceled(closed.details)
    if isinstance(closed, ev.WorkflowExecutionTerminated):
        raise WorkflowTerminated(closed.reason, closed.details, closed.cause)
    raise WorkflowTimedOut(f"{workflow.name} {workflow.version}")


def start_execution(
    workflow: Workflow[Any, R],
    workflow_client: WorkflowClient,
    workflow_id: str | None,
    input: str,
    settings: dict[str, Any],
) -> Execution[R]:
    """Start an execution.

    :param workflow: what is started.
    :param workflow_client: starts it.
    :param workflow_id: its workflow id; None makes one up.
    :param input: its input.
    :param settings: as of ``Workflow.options``.
    :return: a handle of it.
    """
    workflow_id = workflow_id or f"{workflow.name}-{uuid.uuid4()}"
    renamed = dict(settings)
    timeout = renamed.pop("execution_start_to_close_timeout", None)
    run_id = workflow_client.start_workflow(
        input,
        workflow_id,
        workflow.name,
        workflow.version,
        timeout,
        **{"child_policy": None, **renamed},
    )
    return Execution(workflow, workflow_client, workflow_id, run_id)
