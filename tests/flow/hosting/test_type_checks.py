"""Annotations that no value could be read back to are named before the first task."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypedDict

import attrs
import pytest

from py_swf import flow
from py_swf.flow.hosting.type_checks import check_types


class Stranger:
    """A class that no codec knows."""


@dataclass
class Order:
    """An order that may be part of another."""

    number: int
    goods: list[str]
    part_of: Order | None = None


@attrs.frozen
class Parcel:
    """What holds orders."""

    orders: dict[str, Order]
    sent: datetime | None


class Color(enum.Enum):
    """Of a cup."""

    RED = "red"


class Size(NamedTuple):
    """Of a cup, too."""

    height: float
    width: float = 1.0


class Cup(TypedDict, total=False):
    """A cup."""

    color: Color
    size: Size


@dataclass
class Box:
    """Holds what nobody knows, further down."""

    content: dict[str, list[Stranger]]


@dataclass
class Tag:
    """Holds what could be two things."""

    text: date | str


KNOWN = [
    Any,
    None,
    int,
    Order,
    Parcel | None,
    list[Cup],
    tuple[int, ...],
    tuple[int, Path],
    set[Color],
    Literal["a", 7],
    Annotated[Order, "noted"],
    dict[str, Any],
    list,
]
UNKNOWN = [
    (Stranger, "cannot be made into Stranger: it is not a type that the codec knows"),
    (list[Stranger], "Stranger"),
    (Stranger | None, "Stranger"),
    (Box, "Stranger"),
    (dict[str, Box], "Stranger"),
    (date | str, "date and str cannot be told apart: each is a string in JSON"),
    (Tag, "cannot be made into date | str"),
    (list[list[str] | set[str]], "cannot be told apart: each is an array"),
]


@pytest.mark.parametrize("kind", KNOWN)
def test_what_can_be_read_back_is_let_through(kind):
    """Types that the codec knows are not refused."""
    flow.JsonCodec().check(kind)


@pytest.mark.parametrize(("kind", "told"), UNKNOWN)
def test_what_cannot_be_read_back_is_told(kind, told):
    """Wherever it is, it is named with the reason that decoding would give."""
    with pytest.raises(flow.CodecError, match=told):
        flow.JsonCodec().check(kind)


def test_a_type_that_is_added_is_known():
    """``JsonCodec(types=...)`` makes the codec know a class."""
    codec = flow.JsonCodec({Stranger: (lambda value: "someone", lambda text: Stranger())})

    codec.check(Box)


def test_the_codec_within_a_claim_check_is_asked():
    """A claim check refuses what its codec refuses, and nothing else."""

    class Plain:
        """A codec that says nothing of types."""

    with pytest.raises(flow.CodecError, match="Stranger"):
        flow.ClaimCheck(flow.JsonCodec(), None).check(Stranger)  # type: ignore[arg-type]
    flow.ClaimCheck(Plain(), None).check(Stranger)  # type: ignore[arg-type]


def test_each_place_is_named():
    """Faults of several types are reported together."""

    @flow.activity
    def send(box: Box, to: str) -> None: ...

    @flow.workflow("order", "2")
    async def order(number: int) -> Stranger:
        return Stranger()

    with pytest.raises(flow.CodecError) as raised:
        check_types([send, order])

    assert str(raised.value).startswith("the parameter box of send 1: cannot be made into Stranger")
    assert "; the result of order 2: cannot be made into Stranger" in str(raised.value)


def test_an_annotation_that_names_nothing_is_told():
    """Names that exist only for type checkers cannot be used at run time."""

    @flow.activity
    def send(box: Nothing, to: str) -> None:  # type: ignore[name-defined]  # noqa: F821
        ...

    with pytest.raises(flow.CodecError, match=r"^send 1: an annotation of .*'Nothing'"):
        check_types([send])


def test_a_codec_that_cannot_be_asked_is_let_through():
    """A codec is anything that encodes and decodes."""

    class Spells:
        """Writes everything as Python does."""

        def encode(self, value: Any) -> str:
            """Return the text."""
            return repr(value)

        def decode(self, text: str, type: Any) -> Any:
            """Return no value at all."""

    @flow.activity(codec=Spells())
    def send(box: Box) -> None: ...

    check_types([send])
