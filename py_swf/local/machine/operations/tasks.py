"""What the operations on decision tasks and on activity tasks share: polls, tokens, counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from py_swf.local.machine.execution.entity import Task, Wire
from py_swf.local.machine.execution.execution import Execution, HistoryFull
from py_swf.local.machine.faults import invalid, unknown_execution
from py_swf.local.machine.operations.operation import Operation
from py_swf.local.machine.state.service_state import ServiceState
from py_swf.local.machine.tokens import TaskToken

__all__ = ["count_pending", "empty_answer", "find_execution", "take_task", "task_token"]


def task_token(state: ServiceState, execution: Execution, task: Task) -> str:
    """Return the token with which a worker answers a task."""
    salt = state.token_salt
    return TaskToken(task.kind, execution.run_id, task.opened, execution.workflow_id, salt).text()


def find_execution(state: ServiceState, token: str, kind: str) -> tuple[Execution, int]:
    """Return the open execution that a task token names, and the id of the Scheduled event.

    :raises Fault: ValidationException when it is not a token of a task of this kind,
        UnknownResourceFault when the execution is closed or does not exist, or the token is from
        an earlier start of this service.
    """
    found = TaskToken.parse(token)
    if found is None or found.kind != kind:
        raise invalid("Invalid token")
    execution = state.executions.get(found.run_id)
    if (
        execution is None
        or execution.closed is not None
        or found.salt != state.token_salt
        or not found.is_for(execution.workflow_id)
    ):
        raise unknown_execution(found.workflow_id, found.run_id)
    return execution, found.scheduled_event_id


def take_task(
    state: ServiceState,
    kind: str,
    request: Wire,
    start: Callable[[Execution, Any, str | None], None],
) -> tuple[Execution, Any] | None:
    """Start the first task of a list and return it with its execution, None if none waits.

    :param start: takes the execution, the task and the identity of the worker.
    """
    key = (kind, state.domain(request["domain"]).name, request["taskList"]["name"])
    while (found := state.task_lists.take(key)) is not None:
        execution, task = found
        task.place = None
        try:
            start(execution, task, request.get("identity"))
        except HistoryFull:
            continue
        return execution, task
    return None


def empty_answer(state: ServiceState, answer: Wire) -> Wire:
    """Return the answer to a poll that found nothing."""
    text = state.choices.empty_task_token
    return answer if text is None else {**answer, "taskToken": text}


def count_pending(kind: str) -> Operation:
    """Return the operation that counts the tasks waiting in a task list."""

    def count(state: ServiceState, request: Wire) -> Wire:
        key = (kind, state.domain(request["domain"]).name, request["taskList"]["name"])
        return {"count": state.task_lists.count(key), "truncated": False}

    return count
