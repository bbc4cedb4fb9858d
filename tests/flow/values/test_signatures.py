"""A call as text: by the names of parameters, as simpleflow does, or as a single value."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from py_swf.flow.values.codec import JsonCodec
from py_swf.flow.values.codec_error import CodecError
from py_swf.flow.values.signatures import Signature
from tests.flow.values.samples import Card, Item

if TYPE_CHECKING:
    from nowhere import Nothing

BY_NAME = JsonCodec()


def pack(item: Item, box: int = 1, *, gift: bool = False) -> list[Item]: ...


async def ship(order_id: str) -> date | None: ...


def gather(first: int, /, *cards: Card, on: date | None = None, **more: date): ...


def nothing() -> None: ...


def untyped(a, b=2): ...


def unknown(a: Nothing) -> Nothing: ...


CARD = Card("4", date(2027, 1, 31))
CARD_TEXT = '{"number":"4","expires":"2027-01-31"}'
CALLS = [
    (pack, (Item("x", Decimal(1)),), {}, '{"item":{"name":"x","price":"1"}}'),
    (ship, ("o-1",), {}, '{"order_id":"o-1"}'),
    (ship, (), {"order_id": "o-1"}, '{"order_id":"o-1"}'),
    (gather, (1,), {}, '{"first":1}'),
    (
        gather,
        (1, CARD, CARD),
        {"on": date(2026, 1, 1), "x": date(2026, 1, 2)},
        f'{{"first":1,"cards":[{CARD_TEXT},{CARD_TEXT}],"on":"2026-01-01",'
        '"more":{"x":"2026-01-02"}}',
    ),
    (nothing, (), {}, "{}"),
    (untyped, ([1], {"x": None}), {}, '{"a":[1],"b":{"x":null}}'),
]


def called(function, args, kwargs):
    """Return what a function would be called with, in one spelling."""
    return Signature(function, BY_NAME).by_name(args, kwargs)


@pytest.mark.parametrize(("function", "args", "kwargs", "text"), CALLS)
def test_an_input_is_an_object_by_parameter_name(function, args, kwargs, text):
    """Arguments travel by name, and what the caller leaves out is not sent."""
    assert Signature(function, BY_NAME).encode(args, kwargs) == text


@pytest.mark.parametrize("form", ["by-name", "args-kwargs"])
@pytest.mark.parametrize(("function", "args", "kwargs", "text"), CALLS)
def test_arguments_come_back_as_annotated(function, args, kwargs, text, form):
    """Decoded arguments call the function with equal values, positional ones in place."""
    signature = Signature(function, JsonCodec(form=form))

    decoded = signature.decode(signature.encode(args, kwargs))

    assert called(function, *decoded) == called(function, args, kwargs)


def test_simpleflow_reads_args_and_kwargs():
    """The args-kwargs form keeps positional and keyword arguments apart."""
    signature = Signature(pack, JsonCodec(form="args-kwargs"))

    text = signature.encode((Item("x", Decimal(1)),), {"box": 2})

    assert text == '{"args":[{"name":"x","price":"1"}],"kwargs":{"box":2}}'


def test_what_simpleflow_writes_is_read():
    """An input of simpleflow's, which has more keys, is arguments as annotated."""
    signature = Signature(pack, JsonCodec(form="args-kwargs"))
    text = '{"args": [{"name": "x", "price": "1"}, 3], "kwargs": {}, "meta": {}}'

    assert signature.decode(text) == ((Item("x", Decimal(1)), 3), {})


def test_a_single_value_is_the_input():
    """The single-value form is the argument itself, null if there is none."""
    codec = JsonCodec(form="single-value")

    assert Signature(ship, codec).encode(("o-1",), {}) == '"o-1"'
    assert Signature(ship, codec).decode('"o-1"') == (("o-1",), {})
    assert Signature(nothing, codec).encode((), {}) == "null"
    assert Signature(nothing, codec).decode("null") == ((), {})


@pytest.mark.parametrize("function", [pack, gather])
def test_a_single_value_is_one_parameter(function):
    """A function with more than one parameter cannot take a single value, and it says so."""
    with pytest.raises(TypeError, match="must have one parameter at most"):
        Signature(function, JsonCodec(form="single-value"))


def test_a_form_that_does_not_exist_is_refused():
    """The error lists the forms."""
    with pytest.raises(ValueError, match="'by-name', 'args-kwargs', 'single-value'"):
        Signature(ship, JsonCodec(form="json"))


@pytest.mark.parametrize("text", [None, "{}"])
def test_no_input_is_a_call_without_arguments(text):
    """An execution that was started without an input calls its workflow with nothing."""
    assert Signature(nothing, BY_NAME).decode(text) == ((), {})


INPUTS = [
    (None, "the input of ship: 'order_id' is missing. The parameters are (order_id: "),
    ("{}", "'order_id' is missing"),
    ('{"order_id":"x","id":1,"y":2}', "'id' is not a parameter; 'y' is not a parameter"),
    ('{"id":1}', "'order_id' is missing; 'id' is not a parameter"),
    ('{"order_id":1}', "the input of ship: the value.order_id must be a string, not 1"),
    ('["x"]', "the input of ship: the value must be an object with the fields of ship"),
    ("x", "the input of ship: 'x' is not JSON"),
]


@pytest.mark.parametrize(("text", "said"), INPUTS)
def test_an_input_that_does_not_fit_is_told(text, said):
    """A parameter that is missing, unknown or of another type is named."""
    with pytest.raises(CodecError) as caught:
        Signature(ship, BY_NAME).decode(text)

    assert said in str(caught.value)


@pytest.mark.parametrize("form", ["by-name", "args-kwargs", "single-value"])
@pytest.mark.parametrize(("args", "kwargs"), [((), {}), ((1, 2), {}), ((1,), {"x": 1})])
def test_a_call_that_python_would_refuse_is_refused(args, kwargs, form):
    """Wrong arguments are a TypeError at the call, in Python's words."""
    with pytest.raises(TypeError, match=r"ship\(\): (missing a required|too many|got an unexp)"):
        Signature(ship, JsonCodec(form=form)).encode(args, kwargs)


def test_what_simpleflow_sends_wrongly_is_refused():
    """An input in the args-kwargs form that the function does not take names the function."""
    with pytest.raises(CodecError, match=r"the input of ship: ship\(\): too many positional"):
        Signature(ship, JsonCodec(form="args-kwargs")).decode('{"args":[1,2]}')


def test_an_argument_without_text_is_named():
    """The error says which function's input it is, and where."""
    with pytest.raises(CodecError, match=r"input of ship: the value\.order_id is of type object"):
        Signature(ship, BY_NAME).encode((object(),), {})


def test_a_result_travels_as_annotated():
    """A result is encoded as it is, and decoded by what the function says that it returns."""
    signature = Signature(ship, BY_NAME)

    assert signature.encode_result(date(2026, 1, 1)) == '"2026-01-01"'
    assert signature.decode_result('"2026-01-01"') == date(2026, 1, 1)
    assert signature.decode_result(None) is None


def test_a_result_that_does_not_fit_is_told():
    """The error says of which function it is the result."""
    signature = Signature(ship, BY_NAME)

    with pytest.raises(CodecError, match="the result of ship: the value must be one of date"):
        signature.decode_result("5")
    with pytest.raises(CodecError, match="the result of ship: the value is of type object"):
        signature.encode_result(object())


def test_an_annotation_that_cannot_be_resolved_is_told():
    """A name that exists only for type checkers is an error when a text is decoded, not before."""
    signature = Signature(unknown, BY_NAME)

    assert signature.encode((1,), {}) == '{"a":1}'
    with pytest.raises(TypeError, match=r"of unknown cannot be resolved: name 'Nothing' is not"):
        signature.decode("{}")
