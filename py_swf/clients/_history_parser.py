"""Events straight from the body of an answer, past boto3's own parser.

boto3 walks its model of the service for every member of every event, which costs many times what
reading the JSON costs. A handler on botocore's ``before-parse`` event reads the body itself, makes
the records, and leaves botocore nothing to parse. It acts on the calls that are made from here, and
where anything is not as expected it stands back: then, as with a Stubber or another double,
the same records are made from boto3's parsed answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from py_swf.events import Event, event_from_wire

__all__ = ["install", "reading"]

_typed = ContextVar("py_swf_typed_events", default=False)


def install(boto_client: Any) -> None:
    """Have the client's typed history read here; a double without botocore's hooks is let be."""
    events = getattr(getattr(boto_client, "meta", None), "events", None)
    if events is None:
        return
    for name in ("PollForDecisionTask", "GetWorkflowExecutionHistory"):
        events.register(
            f"before-parse.swf.{name}", _parse_events, unique_id=f"py_swf.history-parser.{name}"
        )


def reading(
    call: Callable[..., Any], *, raw: bool
) -> tuple[Callable[..., Any], Callable[[Mapping[str, Any]], list[Any]]]:
    """Return how to make a call that answers with events, and how to take them from its answer.

    :param call: a method of the boto3 client.
    :param raw: True for events as boto3 returns them, False for records.
    """
    if raw:
        return call, lambda answer: list(answer["events"])

    def typed_call(**params: Any) -> Any:
        token = _typed.set(True)
        try:
            return call(**params)
        finally:
            _typed.reset(token)

    return typed_call, _records_of


def _records_of(answer: Mapping[str, Any]) -> list[Any]:
    events = answer["events"]
    if events and isinstance(events[0], Event):
        return list(events)
    return [event_from_wire(event) for event in events]


def _parse_events(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any
) -> None:
    if not _typed.get() or response_dict["status_code"] >= 300:
        return
    try:
        answer = json.loads(response_dict["body"])
        answer["events"] = [event_from_wire(event) for event in answer["events"]]
    except (ValueError, LookupError, TypeError, AttributeError):
        return
    customized_response_dict.update(answer)
    response_dict["body"] = b"{}"
