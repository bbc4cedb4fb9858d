"""Members of a union are distinguished by their JSON, or the union is refused."""

from dataclasses import make_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

import pytest

from py_swf.flow.values.codec import JsonCodec
from py_swf.flow.values.codec_error import CodecError
from tests.flow.values.samples import Address, Card, Cash, Color, Created, Deleted, Order, Twin

CODEC = JsonCodec()


class Shade(Enum):
    RED = "red"


ALIKE = [
    (date | str, "date and str cannot be told apart: each is a string in JSON"),
    (datetime | date, "datetime and date cannot be told apart"),
    (Decimal | str | None, "Decimal and str"),
    (list[int] | set[int], "list[int] and set[int] cannot be told apart: each is an array in JSON"),
    (Color | str, "Color and str"),
    (Color | Shade, "Color and Shade"),
    (dict[str, Any] | Card, "each is an object in JSON"),
    (Cash | Twin, "Cash and Twin cannot be told apart: they have the same fields"),
]


@pytest.mark.parametrize(("union", "said"), ALIKE)
@pytest.mark.parametrize("text", ['"x"', "1", "[]", "{}"])
def test_members_that_look_alike_are_refused(union, said, text):
    """A union that cannot be decided is refused for every value, not only for an unlucky one."""
    with pytest.raises(CodecError) as caught:
        CODEC.decode(text, union)

    assert said in str(caught.value)


def test_a_union_within_a_class_is_refused_with_its_words():
    """The error of a field's union is the same as that of the union itself."""
    cls = make_dataclass("Note", [("when", date | str)])

    with pytest.raises(CodecError, match="date and str cannot be told apart"):
        CODEC.decode('{"when":"2026-01-01"}', cls)


CHOICES = [
    ('{"number":"4","expires":"2027-01-31"}', Card | Cash, Card),
    ('{"amount":1}', Card | Cash, Cash),
    ("{}", Card | Cash, Cash),
    ('{"amount":1,"new":2}', Card | Cash, Cash),
    ('{"kind":"deleted","id":"x"}', Created | Deleted, Deleted),
    ('{"street":"x","since":null}', Address | Cash, dict),
    ("1", int | Card, int),
    ('"x"', int | str | Card, str),
]


@pytest.mark.parametrize(("text", "union", "kind"), CHOICES)
def test_a_member_is_found(text, union, kind):
    """Kind, required fields, literals and the number of fields known choose the member."""
    assert type(CODEC.decode(text, union)) is kind


NEITHER = [
    ('{"x":1}', Card | Order, "the value must be one of Card | Order, not {'x': 1}"),
    ("3", Card | str, "the value must be one of Card | str, not 3"),
    ('{"id":"x"}', Created | Deleted, "the value is more than one of Created | Deleted"),
    ('{"kind":"x","id":"x"}', Created | Deleted, "the value must be one of Created | Deleted"),
    ('"x"', Color | Literal["none"], "the value must be one of"),
]


@pytest.mark.parametrize(("text", "union", "said"), NEITHER)
def test_a_value_that_is_no_member_is_refused(text, union, said):
    """A value that fits none, or more than one, is refused."""
    with pytest.raises(CodecError) as caught:
        CODEC.decode(text, union)

    assert said in str(caught.value)
