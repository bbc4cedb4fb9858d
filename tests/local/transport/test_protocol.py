"""Reading requests and writing answers: the JSON protocol, without a service."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py_swf.local.machine.faults import Fault
from py_swf.local.transport.protocol import (
    fault_reply,
    handle,
    operation_of,
    read_request,
    refuse_too_large,
    reply,
    request_id,
)

NEW = "application/x-amz-json-1.0"


@pytest.mark.parametrize(
    "target",
    [
        "SimpleWorkflowService.ListDomains",
        "com.amazonaws.swf.service.model.SimpleWorkflowService.ListDomains",
        "ListDomains",
    ],
)
def test_the_operation_stands_after_the_last_dot(target: str) -> None:
    """The new and the older target name the same operation."""
    assert operation_of(target) == "ListDomains"


@pytest.mark.parametrize("target", ["", "SimpleWorkflowService."])
def test_a_target_without_an_operation_names_none(target: str) -> None:
    """Nothing after the last dot is the empty operation."""
    assert operation_of(target) == ""


def test_nulls_are_absent_at_every_depth() -> None:
    """A null member is dropped from the request, from what is inside it and from lists in it."""
    body = b'{"a": null, "b": {"c": null, "d": 1}, "e": [{"f": null}]}'
    assert read_request(body) == {"b": {"d": 1}, "e": [{}]}


def test_the_text_null_is_no_null() -> None:
    """Only the JSON null counts as absent, not the text "null"."""
    assert read_request(b'{"a": "null"}') == {"a": "null"}


def test_an_empty_body_is_an_empty_request() -> None:
    """An empty body is an empty request."""
    assert read_request(b"") == {}


@pytest.mark.parametrize(
    "body",
    [
        *(b"{", b"[]", b"3", b"null", b'"{}"', b"{}{}", b"\xff"),
        *(b"NaN", b'{"a": NaN}', b'{"a": -Infinity}', b"[" * 100_000, b'{"a":' * 100_000),
    ],
)
def test_what_is_not_a_json_object_is_refused(body: bytes) -> None:
    """Broken, foreign, endless and non-object JSON is a SerializationException."""
    with pytest.raises(Fault) as caught:
        read_request(body)
    assert caught.value.type == "SerializationException"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_request_or_a_fault(body: bytes) -> None:
    """Whatever the body is, the reader raises only its fault."""

    def call(operation: str, request: dict[str, Any]) -> dict[str, Any]:
        assert isinstance(request, dict)
        return {}

    status, _, answer = handle(call, "S.Op", NEW, body, "id", 200)
    assert (status, answer) == (200, b"") or b"#SerializationException" in answer


def test_a_body_may_have_as_many_bytes_as_the_limit() -> None:
    """The limit itself is allowed; one byte more is refused."""
    refuse_too_large(10, largest=10)
    with pytest.raises(Fault, match="maximum of 10 bytes"):
        refuse_too_large(11, largest=10)


def test_an_answer_is_written_with_sorted_keys() -> None:
    """The keys are in alphabetical order, at every depth."""
    _, _, body = reply({"b": 1, "a": {"d": 2.5, "c": "é\ud800"}}, NEW, "id")
    assert body == b'{"a":{"c":"\\u00e9\\ud800","d":2.5},"b":1}'


def test_no_answer_is_no_bytes() -> None:
    """An operation without output answers with an empty body."""
    assert reply({}, NEW, "id")[2] == b""


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        (NEW, NEW),
        (NEW + "; charset=utf-8", NEW),
        ("application/json; charset=UTF-8", "application/json"),
        ("", "application/json"),
        ("text/html\r\nX-Mine: 1", "application/json"),
    ],
)
def test_the_content_type_follows_the_request(sent: str, answered: str) -> None:
    """New requests are answered in the new type, all others in the older one."""
    assert reply({}, sent, "id")[1]["Content-Type"] == answered


def test_a_fault_is_written_with_its_status_and_type() -> None:
    """A fault carries its own status and body, and a request id."""
    status, headers, body = fault_reply(Fault("InternalFailure", "oh"), NEW, "id")
    wire_type = "com.amazon.coral.service#InternalFailure"
    assert (status, json.loads(body)) == (500, {"__type": wire_type, "message": "oh"})
    assert headers["x-amzn-RequestId"] == "id"


def test_a_request_id_is_a_uuid() -> None:
    """The id has the usual form, leading zeros included."""
    assert uuid.UUID(request_id(7)).int == 7


def test_handle_turns_a_fault_into_an_answer() -> None:
    """A fault of the operation comes back as its answer."""

    def call(operation: str, request: dict[str, Any]) -> dict[str, Any]:
        raise Fault("UnknownResourceFault", f"{operation} {request}")

    status, _, body = handle(call, "S.Op", NEW, b'{"a":1}', "id", 100)
    assert status == 400
    assert json.loads(body)["message"] == "Op {'a': 1}"


def test_handle_refuses_a_large_body_before_reading_it() -> None:
    """A body over the limit never reaches the operation."""
    status, _, body = handle(lambda *_: {}, "S.Op", NEW, b"x" * 101, "id", 100)
    assert status == 400
    assert b"ValidationException" in body
