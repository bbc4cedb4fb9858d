"""How SWF talks: JSON 1.0 over HTTP, read and written in the same way for every client.

A request names its operation in the ``X-Amz-Target`` header and carries one JSON object. An answer
is one JSON object, or nothing at all for the operations that have no output; a fault is an object
with ``__type`` and ``message``. Nothing here knows what an operation does, or how bytes travel.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from py_swf.local.machine.faults import Fault

__all__ = [
    "Reply",
    "fault_reply",
    "handle",
    "operation_of",
    "read_request",
    "refuse_too_large",
    "reply",
    "request_id",
]

Reply = tuple[int, dict[str, str], bytes]
"""Status, headers and body of one HTTP answer."""


def operation_of(target: str) -> str:
    """Return the operation that an ``X-Amz-Target`` header names, in its new or its older form.

    :param target: for example ``SimpleWorkflowService.ListDomains``
    :return: the text after the last dot
    """
    return target.rpartition(".")[2]


def refuse_too_large(size: int, largest: int) -> None:
    """Refuse a body that is larger than the service reads. The real service's text is not known.

    :param size: bytes that have arrived so far
    :param largest: the service's limit, in bytes
    :raises Fault: ValidationException when the size is over the limit
    """
    if size > largest:
        raise Fault("ValidationException", f"Request exceeds the maximum of {largest} bytes")


def read_request(body: bytes) -> dict[str, Any]:
    """Return the request in a body; members that are ``null`` are left out.

    :param body: UTF-8 JSON; an empty body is an empty object
    :return: the members of the object
    :raises Fault: SerializationException when the body is not a JSON object
    """
    try:
        request = _decode(body.decode("utf-8") or "{}")
        if b"null" in body:
            request = _without_nulls(request)
    except (ValueError, RecursionError) as error:
        raise Fault("SerializationException", f"Not JSON: {error}") from None
    if not isinstance(request, dict):
        raise Fault("SerializationException", "Start of structure or map found where not expected")
    return request


def handle(
    call: Callable[[str, dict[str, Any]], Mapping[str, Any]],
    target: str,
    content_type: str,
    body: bytes,
    reply_id: str,
    largest: int,
) -> Reply:
    """Answer one request: read it, pass it to ``call``, and write the outcome.

    :param call: takes the operation and the request, returns the answer or raises a Fault
    :param target: the ``X-Amz-Target`` header
    :param content_type: the ``Content-Type`` header of the request
    :param body: the body of the request
    :param reply_id: for the answer's ``x-amzn-RequestId`` header
    :param largest: size of the largest body that is read, in bytes
    :return: status, headers and body; a Fault becomes an answer too
    """
    try:
        refuse_too_large(len(body), largest)
        answer = call(operation_of(target), read_request(body))
    except Fault as fault:
        return fault_reply(fault, content_type, reply_id)
    return reply(answer, content_type, reply_id)


def reply(answer: Mapping[str, Any], content_type: str, reply_id: str) -> Reply:
    """Write an answer. The real service sorts the keys, and sends no body if there is nothing.

    :param answer: empty for the operations without output
    :param content_type: the ``Content-Type`` of the request, which the answer follows
    :param reply_id: for the ``x-amzn-RequestId`` header
    """
    body = _encode(answer).encode("ascii") if answer else b""
    return 200, _headers(content_type, reply_id), body


def fault_reply(fault: Fault, content_type: str, reply_id: str) -> Reply:
    """Write a fault, as :func:`reply` writes an answer."""
    return fault.status, _headers(content_type, reply_id), fault.body()


def request_id(number: int) -> str:
    """Return an id for the ``x-amzn-RequestId`` header.

    :param number: 128 random bits
    """
    digits = f"{number:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


_decode = json.JSONDecoder(parse_constant=_refuse_constant).decode
_encode = json.JSONEncoder(separators=(",", ":"), sort_keys=True, check_circular=False).encode


def _headers(content_type: str, reply_id: str) -> dict[str, str]:
    # Only two values are ever sent back, so a client cannot write its own header into an answer.
    older = not content_type.startswith("application/x-amz-json")
    return {
        "x-amzn-RequestId": reply_id,
        "Content-Type": "application/json" if older else "application/x-amz-json-1.0",
    }


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value
