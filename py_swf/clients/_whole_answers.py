"""Check that answers are whole, and that they come from SWF at all.

botocore takes a body that is not JSON for one without members, and does not notice a truncated one.
So a gateway's error page, or half an answer, would pass for an empty poll, or end a program with a
KeyError. A handler on botocore's ``before-parse`` event checks the answers to the calls that are
made from here, and raises :class:`~py_swf.errors.AnswerNotWhole`. That ends the call: boto3 does
not retry it.

A second handler notes how each send of such a call ended, since boto3 raises only the error of the
last one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias

from py_swf.clients._request_marks import (
    awaits_answer,
    hooks_of,
    installing,
    keep_marks,
    marked,
    request_is,
)
from py_swf.errors import AnswerNotWhole

__all__ = ["CHECKED", "Send", "checked", "install", "noting_sends"]

#: the mark of the calls whose answers are checked
CHECKED = "checked"
_POLLS = ("PollForDecisionTask", "PollForActivityTask")
#: the members of the answer to a poll that found no task; a bare {} is accepted, too
_OF_AN_EMPTY_POLL = "startedEventId"

#: the kinds of members that cannot be null
_JSON_TYPES: Mapping[str, type] = {"structure": dict, "list": list, "string": str}

#: how one send ended: an exception, or the status of the answer
Send: TypeAlias = Exception | int
_sends: ContextVar[list[Send] | None] = ContextVar("py_swf_sends", default=None)


def install(boto_client: Any, *operations: str) -> None:
    """Check the answers to some operations; ignore a test double without botocore's hooks.

    :param boto_client: the boto3 client.
    :param operations: names of AWS operations.
    """
    hooks = hooks_of(boto_client)
    if hooks is None:
        return
    with installing:
        for name in operations:
            keep_marks(hooks, name)
            for event, register, handler in (
                ("before-parse", hooks.register_first, _check_body),
                ("before-parse", hooks.register_last, _check_members),
                ("needs-retry", hooks.register_first, _note_send),
            ):
                unique_id = f"py_swf.{handler.__name__}.{name}"
                register(f"{event}.swf.{name}", handler, unique_id=unique_id)


def checked(call: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a method of the boto3 client so that its answers are checked."""
    return marked(call, CHECKED)


@contextmanager
def noting_sends() -> Iterator[list[Send]]:
    """Give the block a list of how each send of the checked calls in it ended.

    It stays empty if nothing was sent, and with a test double.
    """
    sends: list[Send] = []
    before = _sends.set(sends)
    try:
        yield sends
    finally:
        _sends.reset(before)


def _note_send(response: Any, caught_exception: Any, request_dict: Any, **_: Any) -> None:
    sends = _sends.get()
    if sends is not None and request_is(CHECKED, request_dict["context"]):
        sends.append(caught_exception or response[0].status_code)


def _check_body(response_dict: dict[str, Any], operation_model: Any = None, **_: Any) -> None:
    """Check that all bytes arrived, and make a refusal readable for botocore's parser."""
    if not awaits_answer(CHECKED):
        return
    if response_dict["status_code"] >= 300:
        response_dict["body"] = _readable(response_dict["body"])
        return
    headers, length = response_dict["headers"], len(response_dict["body"])
    announced = str(headers.get("content-length", "")).strip()
    if announced.isdigit() and "content-encoding" not in headers and int(announced) > length:
        why = f"{announced} bytes were announced, but {length} arrived"
        raise AnswerNotWhole(operation=operation_model.name, status=200, why=why)


def _check_members(
    response_dict: dict[str, Any],
    customized_response_dict: dict[str, Any],
    operation_model: Any = None,
    **_: Any,
) -> None:
    """Check that the answer has what the service always sends, whichever parser read it."""
    if not awaits_answer(CHECKED) or response_dict["status_code"] >= 300:
        return
    body = response_dict["body"]
    answer = customized_response_dict or (body and _loaded(body))
    why = _lacking(operation_model, answer)
    if why:
        name, status = operation_model.name, response_dict["status_code"]
        raise AnswerNotWhole(operation=name, status=status, why=why)


def _loaded(body: bytes) -> Any:
    """Return the JSON in a body, or the body itself if it is not JSON."""
    try:
        return json.loads(body.decode())
    except ValueError:
        return body


def _lacking(operation_model: Any, answer: Any) -> str:
    """Say what an answer lacks that the service always sends; "" if it is whole."""
    output = operation_model.output_shape
    if output is None and answer in (b"", {}):
        return ""
    if output is None or not isinstance(answer, dict):
        expected = "nothing" if output is None else "a JSON object"
        return f"{expected} was expected, not {answer!r:.100}"
    if operation_model.name in _POLLS and not answer.get("taskToken"):
        bare = set(answer) <= {"taskToken"} or _OF_AN_EMPTY_POLL in answer
        missing = [] if bare else [_OF_AN_EMPTY_POLL]
    else:
        missing = _missing(output, answer)
    return f"it has no {', '.join(missing)}: {answer!r:.100}" if missing else ""


def _missing(shape: Any, value: dict[str, Any], place: str = "") -> list[str]:
    """Return the members that the model requires and a value lacks, also in nested structures."""
    missing = []
    for name in shape.required_members:
        member = shape.members[name]
        kind = member.type_name
        if name not in value or not isinstance(value[name], _JSON_TYPES.get(kind, object)):
            missing.append(place + name)
        elif kind == "structure":
            missing += _missing(member, value[name], f"{place}{name}.")
    return missing


def _readable(body: bytes) -> bytes:
    """Return the body of a refusal in a form that botocore's parser can read."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return json.dumps({"message": body.decode(errors="replace")}).encode()
    try:
        refusal = json.loads(text)
    except ValueError:
        return body
    if isinstance(refusal, dict) and isinstance(refusal.get("__type", ""), str):
        return body
    return json.dumps({"message": text}).encode()
