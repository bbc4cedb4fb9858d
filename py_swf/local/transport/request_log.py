"""One log line for each request: what was asked, about what, how it ended, how long it took.

No line contains an input, a result or anything else that an application wrote.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any

from py_swf.local.machine.clock import Clock
from py_swf.local.machine.tokens import TaskToken
from py_swf.local.transport.protocol import operation_of

__all__ = ["RequestLog", "ids_of"]

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]

#: name in the line -> where the value is in a request or an answer
_PATHS = {
    "domain": ("domain",),
    "workflow_id": ("workflowId",),
    "run_id": ("runId",),
    "activity_id": ("activityId",),
    "task_list": ("taskList", "name"),
    "identity": ("identity",),
}
#: members that name an execution by its ids
_EXECUTIONS = ("execution", "workflowExecution")


class RequestLog:
    """An ASGI application in front of another one, which writes a line for each request.

    :param app: answers the requests
    :param clock: the clock of the service; each line begins with its time
    :param write: takes one line, without the line end
    :param real: returns real seconds, which never go backwards
    """

    def __init__(
        self,
        app: Callable[[_Message, _Receive, _Send], Awaitable[None]],
        clock: Clock,
        write: Callable[[str], object],
        real: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._app, self._clock, self._write, self._real = app, clock, write, real

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        """Pass on one request, and write its line when its answer has been sent."""
        began, asked, answered, status = self._real(), bytearray(), bytearray(), 0

        async def receive_noted() -> _Message:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        async def send_noted(message: _Message) -> None:
            nonlocal status
            status = message.get("status", status)
            answered.extend(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive_noted, send_noted)
        finally:
            seconds = self._real() - began
            what = _operation(scope) or f"{scope['method']} {scope['path']}"
            request, answer = _read(asked), _read(answered)
            words = [_moment(self._clock.now()), what, _ended(status, answer)]
            words.append(f"{seconds * 1e3:.1f} ms")
            words += [f"{k}={_word(v)}" for k, v in ids_of(request, answer).items()]
            self._write(" ".join(words))


def ids_of(request: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, str]:
    """Return what a request was about: domain, workflow id, run id, activity id, task list, poller.

    :param request: as it came; in an answer to a task, the task token names the execution
    :param answer: as it was sent; for a poll and a start it says which execution it was
    """
    ids: dict[str, str] = {}
    for message in (request, answer):
        for part in _named(message):
            for name, path in _PATHS.items():
                value: Any = part
                for step in path:
                    value = value.get(step) if isinstance(value, Mapping) else None
                if isinstance(value, str):
                    ids.setdefault(name, value)
    return {name: ids[name] for name in _PATHS if name in ids}


def _named(message: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the mappings that name something: the message, its execution, its token's task."""
    yield message
    for member in _EXECUTIONS:
        if isinstance(message.get(member), Mapping):
            yield message[member]
    token = message.get("taskToken")
    task = TaskToken.parse(token) if isinstance(token, str) else None
    if task is not None:
        yield {"workflowId": task.workflow_id, "runId": task.run_id}


def _operation(scope: _Message) -> str:
    targets = [value for name, value in scope["headers"] if name == b"x-amz-target"]
    return _word(operation_of(targets[0].decode("latin-1"))) if targets else ""


def _read(body: bytearray) -> Mapping[str, Any]:
    with suppress(ValueError, RecursionError):
        read = json.loads(body)
        if isinstance(read, Mapping):
            return read
    return {}


def _ended(status: int, answer: Mapping[str, Any]) -> str:
    if not status:
        return "no answer"
    fault = str(answer.get("__type", "")).rpartition("#")[2]
    return f"{status} {fault}" if fault else str(status)


def _moment(now: float) -> str:
    return datetime.fromtimestamp(now, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _word(value: str) -> str:
    """Return a value that cannot end its line, or look like two words."""
    is_plain = value.isprintable() and " " not in value and '"' not in value
    return value if is_plain else json.dumps(value)
