"""Read histories straight from the body of an answer, bypassing boto3's own parser.

boto3 walks its model of the service for every member of every event, which takes many times as
long as reading the JSON. A handler on botocore's ``before-parse`` event reads the body itself and
leaves botocore nothing to parse. It returns the same plain dicts as boto3, so other handlers on
the client notice no difference. Records are made from them after the call.

Two things differ. If the caller wants records, a timestamp stays the number that the service sent,
and becomes a datetime when it is read. And members that boto3 does not know are kept.

The handler acts only on calls that are made from here. It leaves an answer that it does not
understand to boto3's own parser. The same records are made from that, as with a Stubber.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timezone
from functools import cache
from types import ModuleType
from typing import Any

from py_swf._from_wire import UNREADABLE
from py_swf._of_1x import nametuplefy
from py_swf.clients._request_marks import awaits_answer, hooks_of, installing, keep_marks
from py_swf.events import attributes_member, event_from_wire

__all__ = ["form", "install"]

#: what the caller of a marked call wants: records, or events as boto3 returns them
_TYPED, _RAW = "typed events", "raw events"

#: the end of the year 9999, the last moment that a datetime can hold
_LATEST = 253_402_300_799
_1970 = datetime(1970, 1, 1, tzinfo=timezone.utc)


def install(boto_client: Any) -> None:
    """Read the client's histories here; ignore a test double without botocore's hooks."""
    hooks = hooks_of(boto_client)
    if hooks is None:
        return
    with installing:
        for name in ("PollForDecisionTask", "GetWorkflowExecutionHistory"):
            keep_marks(hooks, name)
            hooks.register(
                f"before-parse.swf.{name}",
                _parse_history,
                unique_id=f"py_swf.history-parser.{name}",
            )


def form(*, raw: bool) -> tuple[str, Callable[[Mapping[str, Any]], Iterator[Any]]]:
    """Return the mark of calls that answer with events, and what takes the events from an answer.

    :param raw: True for events as boto3 returns them, False for records.
    """
    return (_RAW, _dicts_of) if raw else (_TYPED, _records_of)


def _dicts_of(answer: Mapping[str, Any]) -> Iterator[Any]:
    return iter(answer["events"])


def _records_of(answer: Mapping[str, Any]) -> Iterator[Any]:
    page = answer["events"]
    # 1.x did not check what an event is, so unit tests that were written for it may pass anything
    are_events = not page or (isinstance(page[0], Mapping) and "eventType" in page[0])
    return map(event_from_wire if are_events else nametuplefy, page)


def _parse_history(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any
) -> None:
    raw = awaits_answer(_RAW)
    if not (raw or awaits_answer(_TYPED)) or response_dict["status_code"] >= 300:
        return
    body = response_dict["body"]
    try:
        answer = _load(body)
        events = answer["events"]
        _check_timestamp(events)
        if raw:
            if b"null" in body:
                _check_for_null(events)
            _show_local_time(events)
    except UNREADABLE:
        return
    customized_response_dict.update(answer)
    response_dict["body"] = b""


@cache
def _orjson() -> ModuleType | None:
    """Return orjson, which the extra "speed" installs; None if it is not there."""
    try:
        import orjson
    except ImportError:
        return None
    return orjson


def _load(body: bytes) -> Any:
    orjson = _orjson()
    if orjson is not None:
        # it refuses some input that json, and so boto3, accepts: half a surrogate pair, NaN
        with suppress(ValueError):
            return orjson.loads(body)
    return json.loads(body.decode())


def _check_timestamp(page: list[dict[str, Any]]) -> None:
    """Raise if a timestamp is not a number: boto3 reads other formats, too."""
    for event in page[:1]:
        if not 0 <= event["eventTimestamp"] <= _LATEST:
            raise ValueError(event)


def _check_for_null(page: list[dict[str, Any]]) -> None:
    """Raise if a member is null: boto3 leaves it out."""
    for event in page:
        attributes = event.get(attributes_member(event["eventType"]), event)
        if None in event.values() or None in attributes.values():
            raise ValueError(event)


def _show_local_time(page: list[dict[str, Any]]) -> None:
    """Turn each timestamp into what boto3 returns: a datetime in local time.

    boto3 is slow with the local time zone. Zones change their offset only on a quarter hour, so
    boto3 is asked once for each quarter hour in which something happened.
    """
    quarters: dict[float, tuple[datetime, int]] = {}
    for event in page:
        moment = event["eventTimestamp"]
        since_1970 = datetime.fromtimestamp(moment, timezone.utc) - _1970
        quarter = moment // 900
        if quarter not in quarters:
            local = _ask_boto3(moment)
            quarters[quarter] = local - since_1970, local.fold
        local_1970, fold = quarters[quarter]
        local = local_1970 + since_1970
        event["eventTimestamp"] = local.replace(fold=fold) if fold else local


def _ask_boto3(moment: float) -> datetime:
    # slow to import, but boto3 has imported it by the time it returns an answer
    from botocore.utils import parse_timestamp

    local: datetime = parse_timestamp(moment)  # type: ignore[arg-type]  # a number will do
    return local
