"""Where the context of a trace travels: tags of executions, inputs of activities."""

from __future__ import annotations

import json

import pytest

from py_swf.flow.trace_context import (
    traceparent_of_input,
    traceparent_of_tags,
    with_traceparent,
    with_traceparent_tag,
    without_traceparent,
)

ONE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TWO = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


@pytest.mark.parametrize("text", ["{}", "{ }", '{"x":1}', '{ "x": {"y": "}"} }', '{"ä":"\\u0000"}'])
def test_an_input_carries_a_context(text):
    """It stays a JSON object, with one member more, and is afterwards what it was before."""
    carrying = with_traceparent(text, ONE)

    assert json.loads(carrying) == {"py_swf.traceparent": ONE, **json.loads(text)}
    assert traceparent_of_input(carrying) == ONE
    assert without_traceparent(carrying) == text


@pytest.mark.parametrize("text", [None, "", "[1]", "1", "py_swf.claim-check:0", "\x01{}"])
def test_what_is_no_object_carries_none(text):
    """Such an input is left as it is, and read as it is."""
    assert with_traceparent(text, ONE) == text
    assert traceparent_of_input(text) is None
    assert without_traceparent(text) == text


def test_an_input_that_would_be_too_long_carries_none():
    """The context never makes an input longer than the service takes."""
    room = 32_768 - len(with_traceparent('{"x":""}', ONE))

    fits, too_long = (json.dumps({"x": "y" * n}, separators=(",", ":")) for n in (room, room + 1))

    assert len(with_traceparent(fits, ONE)) == 32_768
    assert with_traceparent(too_long, ONE) == too_long


def test_an_input_carries_one_context():
    """A second one is not added."""
    carrying = with_traceparent('{"x":1}', ONE)

    assert with_traceparent(carrying, TWO) == carrying


@pytest.mark.parametrize("value", ["", "00-1-2-01", ONE.upper(), f"{ONE}-more"])
def test_only_a_context_is_taken_off(value):
    """A member of that name with another value is left in the input."""
    text = json.dumps({"py_swf.traceparent": value}, separators=(",", ":"))

    assert traceparent_of_input(text) is None
    assert without_traceparent(text) == text


def test_a_context_within_a_value_is_left():
    """Only the first member of the input itself is meant."""
    text = json.dumps({"x": with_traceparent("{}", ONE)})

    assert without_traceparent(text) == text


def test_tags_carry_a_context():
    """It goes behind the others, in the place of one that was there."""
    assert with_traceparent_tag(None, ONE) == [f"traceparent={ONE}"]
    tags = with_traceparent_tag([f"traceparent={TWO}", "eu"], ONE)
    assert tags == ["eu", f"traceparent={ONE}"]
    assert traceparent_of_tags(tags) == ONE


def test_five_tags_are_left_alone():
    """An execution has five tags at most; a trace is not worth one of the user's."""
    assert with_traceparent_tag("abcde", ONE) == [*"abcde"]
    assert len(with_traceparent_tag("abcd", ONE)) == 5


@pytest.mark.parametrize("tags", [None, [], ["traceparent=", "eu"], [f"x traceparent={ONE}"]])
def test_other_tags_carry_none(tags):
    """Neither another tag, nor one that only looks like it."""
    assert traceparent_of_tags(tags) is None
