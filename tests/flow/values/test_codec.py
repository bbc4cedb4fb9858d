"""JsonCodec: values come back as annotated, text is always the same, errors say where."""

import ast
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from py_swf.flow.values.codec import JsonCodec
from py_swf.flow.values.codec_error import CodecError
from tests.flow.values.samples import (
    NOON,
    ORDER,
    ROUND_TRIPS,
    Address,
    Color,
    Item,
    Named,
    Node,
    Order,
    Plain,
)

CODEC = JsonCodec()


class Money:
    def __init__(self, cents):
        self.cents = cents


@dataclass
class Price:
    amount: Money


def complaint(call, *args):
    with pytest.raises(CodecError) as caught:
        call(*args)
    return str(caught.value)


@pytest.mark.parametrize(("value", "kind", "text"), ROUND_TRIPS)
def test_a_value_comes_back_as_annotated(value, kind, text):
    """An encoded value is decoded to an equal value of the same type."""
    decoded = CODEC.decode(CODEC.encode(value), kind)

    assert decoded == value
    assert type(decoded) is type(value)


@pytest.mark.parametrize(("value", "kind", "text"), [row for row in ROUND_TRIPS if row[2]])
def test_a_value_is_written_in_its_usual_form(value, kind, text):
    """Each type has the form in JSON that workers in other languages expect."""
    assert CODEC.encode(value) == text


def test_a_z_is_utc():
    """The Z that most other languages write for UTC is read on every Python."""
    assert CODEC.decode('"2026-11-21T12:00:00Z"', datetime) == NOON


def test_text_is_the_same_in_every_process():
    """Sets are sorted whatever the hash seed of the process."""
    code = (
        "from datetime import date; from py_swf.flow.values.codec import JsonCodec\n"
        "value = [{'b', 'a', 'c'}, {date(2026, 1, d) for d in range(1, 9)}, {1, 'x', (2, 'y')}]\n"
        "print(ascii(JsonCodec().encode(value)))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(texts) == 1
    assert ast.literal_eval(texts.pop()).startswith('[["a","b","c"],["2026-01-01"')


PLAIN = """
import sys
from datetime import date
from typing import Any, Literal
from py_swf.flow.values.codec import JsonCodec
from tests.flow.values.samples import ORDER, Plain

codec = JsonCodec()
codec.encode(ORDER)
codec.decode("null", Any)
codec.decode("[1]", list[int] | None)
codec.decode('{"a":[1]}', dict[str, list[int]])
codec.decode('"x"', Literal["x"] | int)
codec.decode('{"sizes":[1]}', Plain)
assert "cattrs" not in sys.modules
codec.decode('"2026-01-01"', date)
assert "cattrs" in sys.modules
"""


def test_plain_json_needs_no_cattrs():
    """Neither encoding anything nor decoding plain JSON imports cattrs."""
    subprocess.run([sys.executable, "-c", PLAIN], check=True)


def test_without_cattrs_the_error_says_what_to_install(monkeypatch):
    """A type that is not plain JSON needs the extra, and the error names it."""
    monkeypatch.delitem(sys.modules, "py_swf.flow.values.structurer", raising=False)
    monkeypatch.setitem(sys.modules, "cattrs", None)

    text = r"needs cattrs; install it with: pip install 'py-swf\[flow\]'"
    with pytest.raises(ImportError, match=text):
        JsonCodec().decode('"2026-01-01"', date)
    assert complaint(JsonCodec().decode, "1", str) == "the value must be <class 'str'>, not 1"


def test_a_type_can_be_added():
    """A pair of functions makes a type of one's own travel, in fields and in keys too."""
    codec = JsonCodec({Money: (lambda money: money.cents, Money)})

    text = codec.encode([Price(Money(5))])

    assert text == '[{"amount":5}]'
    assert codec.decode(text, list[Price])[0].amount.cents == 5


def test_a_mapping_is_an_object():
    """Whatever is a Mapping is written as an object, as a view of SWF's own types is."""

    class View(Mapping):
        def __len__(self):
            return 1

        def __iter__(self):
            return iter("a")

        def __getitem__(self, key):
            return 1

    assert CODEC.encode(View()) == '{"a":1}'


WHAT_HAS_NO_TEXT = [
    (object(), "the value is of type object, which has no form in JSON: <object"),
    ({"a": [1, {"b c": {1j}}]}, "the value.a[1]['b c'][1j] is of type complex"),
    (Order("x", [Item(object(), Decimal(1))], None), "the value.items[0].name is of type object"),
    ({(1, 2): 3}, "the value has a key of type tuple; a key in JSON is a string: (1, 2)"),
]


@pytest.mark.parametrize(("value", "said"), WHAT_HAS_NO_TEXT)
def test_what_has_no_text_is_named(value, said):
    """The error names the place of the value and its type."""
    assert said in complaint(CODEC.encode, value)


def test_a_value_that_holds_itself_has_no_text():
    """A list within itself is an error, and no endless loop."""
    loop = [1]
    loop.append(loop)

    assert complaint(CODEC.encode, loop) == "the value[1] contains itself, which JSON cannot say"


WHAT_DOES_NOT_FIT = [
    ("{", Any, "'{' is not JSON"),
    ('"12"', int, "the value must be an integer, not '12'"),
    ("1.5", int, "the value must be an integer, not 1.5"),
    ("true", int, "the value must be an integer, not True"),
    ("1", bool, "the value must be true or false, not 1"),
    ("1", str, "the value must be a string, not 1"),
    ("1", None, "the value must be null, not 1"),
    ("null", int, "the value must be an integer, not None"),
    ('"abc"', list[str], "the value must be an array, for list[str], not 'abc'"),
    ("[]", dict[str, int], "the value must be an object, for dict[str, int], not []"),
    ("[1]", tuple[int, int], "the value must be an array of 2, not [1]"),
    ('[[1],["x"]]', list[list[int]], "the value[1][0] must be an integer, not 'x'"),
    ('{"a b":"x"}', dict[str, int], "the value['a b'] must be an integer, not 'x'"),
    ('{"x":1}', dict[int, int], "the value.x has a key that must be int, not 'x'"),
    ('"green"', Color, 'the value must be one of "red", "blue", not \'green\''),
    ('"x"', date, "the value must be a date in ISO 8601, not 'x'"),
    ("5", date, "the value must be a date in ISO 8601, not 5"),
    ('"x"', Decimal, "the value must be a decimal number in a string, not 'x'"),
    ('"%"', bytes, "the value must be bytes in base64, not '%'"),
    ("[]", Order, "the value must be an object with the fields of Order, not []"),
    ('{"street":1,"since":null}', Address, "the value.street must be a string, not 1"),
    ('{"street":"x"}', Address, "the value.since is missing"),
    ("{}", Named, "the value.name is missing"),
    ('{"sizes":["x"]}', Plain, "the value.sizes[0] must be an integer, not 'x'"),
    ("1", Money, "the value cannot be made into Money: it is not a type that the codec knows"),
]


@pytest.mark.parametrize(("text", "kind", "said"), WHAT_DOES_NOT_FIT)
def test_what_does_not_fit_is_told(text, kind, said):
    """Nothing is converted silently: the error says where, what is expected and what is there."""
    assert said in complaint(CODEC.decode, text, kind)


def test_each_place_is_told():
    """All that does not fit is in one error, each with its place in the value."""
    said = complaint(CODEC.decode, '{"items":[{"name":1},{"name":"x","price":2}]}', Order)

    assert said.split("; ") == [
        "the value.id is missing",
        "the value.items[0].name must be a string, not 1",
        "the value.items[0].price is missing",
        "the value.items[1].price must be a decimal number in a string, not 2",
        "the value.placed is missing",
    ]


def test_what_a_class_refuses_is_told():
    """An error of the class's own check comes with its words."""

    @dataclass
    class Positive:
        value: int

        def __post_init__(self):
            if self.value < 1:
                raise ValueError("not positive")

    said = complaint(CODEC.decode, '[{"value":0}]', list[Positive])

    assert said == "the value[0] is refused: ValueError: not positive"


def test_a_field_that_is_not_known_is_passed_over():
    """A worker that is older than the sender reads what it knows."""
    assert CODEC.decode('{"value":1,"children":[],"new":2}', Node) == Node(1, [])


def test_the_value_that_was_encoded_is_not_changed():
    """Encoding reads a value, and leaves it as it is."""
    CODEC.encode(ORDER)

    assert ORDER.tags == {"b", "a"}
