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
from datetime import datetime
from typing import Any

from py_swf._from_wire import UNREADABLE
from py_swf.clients._request_marks import awaits_answer, hooks_of, installing, keep_marks, marked
from py_swf.events import Event, event_from_wire, read_page

__all__ = ["install", "reading"]

_TYPED = "typed events"


def install(boto_client: Any) -> None:
    """Have the client's typed history read here; a double without botocore's hooks is let be."""
    hooks = hooks_of(boto_client)
    if hooks is None:
        return
    with installing:
        for name in ("PollForDecisionTask", "GetWorkflowExecutionHistory"):
            keep_marks(hooks, name)
            hooks.register(
                f"before-parse.swf.{name}", _parse_events, unique_id=f"py_swf.history-parser.{name}"
            )


def reading(
    call: Callable[..., Any], *, raw: bool
) -> tuple[Callable[..., Any], Callable[[Mapping[str, Any]], list[Any]]]:
    """Return how to make a call that answers with events, and how to take them from its answer.

    :param call: a method of the boto3 client.
    :param raw: True for events as boto3 returns them, False for records.
    """
    return (call, _events_of) if raw else (marked(_TYPED, call), _records_of)


def _events_of(answer: Mapping[str, Any]) -> list[Any]:
    return list(answer["events"])


def _records_of(answer: Mapping[str, Any]) -> list[Any]:
    events = _events_of(answer)
    if events and isinstance(events[0], Event):
        return events
    return [event_from_wire(event) for event in events]


def _parse_events(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any
) -> None:
    if not awaits_answer(_TYPED) or response_dict["status_code"] >= 300:
        return
    try:
        answer = json.loads(response_dict["body"].decode())
        answer["events"] = _read_page(answer["events"])
    except UNREADABLE:
        return
    customized_response_dict.update(answer)
    response_dict["body"] = b"{}"


def _read_page(page: list[dict[str, Any]]) -> list[Event]:
    try:
        return read_page(page)
    except UNREADABLE:
        events = [event_from_wire(raw) for raw in page]
        # boto3 reads timestamps of other spellings too, and refuses what is none
        if any(type(event.event_timestamp) is not datetime for event in events):
            raise
        return events
