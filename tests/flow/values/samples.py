"""The types that travel in the tests of codecs and signatures."""

import collections
import dataclasses
import enum
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, TypedDict, TypeVar
from uuid import UUID

import attrs

T = TypeVar("T")
Cents = NewType("Cents", int)


class OrderId(str):
    """A string that is more than a string."""


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


class Extra(enum.Flag):
    GIFT = 1
    EXPRESS = 2


@dataclasses.dataclass(frozen=True)
class Item:
    name: str
    price: Decimal


@dataclasses.dataclass
class Order:
    id: str
    items: list[Item]
    placed: datetime
    note: str | None = None
    tags: set[str] = dataclasses.field(default_factory=set)
    total: Decimal = dataclasses.field(init=False, default=Decimal(0))


@attrs.frozen
class Card:
    number: str
    expires: date


@attrs.frozen
class Cash:
    amount: int = 0


@dataclasses.dataclass
class Created:
    id: str
    kind: Literal["created"] = "created"


@dataclasses.dataclass
class Deleted:
    id: str
    kind: Literal["deleted"] = "deleted"


@dataclasses.dataclass
class Twin:
    amount: int = 0


class Point(NamedTuple):
    x: int
    on: date = date(2026, 1, 1)


class Address(TypedDict):
    street: str
    since: date | None


class Plain(TypedDict, total=False):
    name: str
    sizes: list[int]


class Named(TypedDict):
    name: str


class Tree(TypedDict):
    name: str
    branches: "list[Tree]"


@dataclasses.dataclass
class Node:
    value: int
    children: "list[Node]"
    left: "Node | None" = None


@dataclasses.dataclass
class Box(Generic[T]):
    inner: T


NOON = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
ORDER = Order("o-1", [Item("tea", Decimal("4.20"))], NOON, tags={"b", "a"})

#: value, annotation, what it is in JSON
ROUND_TRIPS = [
    ("tea", str, '"tea"'),
    ("tée", Any, '"tée"'),
    (1, int, "1"),
    (0.5, float, "0.5"),
    (2, float, "2"),
    (None, None, "null"),
    ([1, [True, None]], list[Any], "[1,[true,null]]"),
    ({"b": 1, "a": 2}, dict[str, int], '{"b":1,"a":2}'),
    ({"name": "x"}, Plain, '{"name":"x"}'),
    ("b", Literal["a", "b"], '"b"'),
    (3, Cents, "3"),
    (4, Annotated[int, "of euros"], "4"),
    (OrderId("o-1"), OrderId, '"o-1"'),
    (
        ORDER,
        Order,
        '{"id":"o-1","items":[{"name":"tea","price":"4.20"}],'
        '"placed":"2026-11-21T12:00:00+00:00","note":null,"tags":["a","b"]}',
    ),
    ([Item("x", Decimal(1))], list[Item], '[{"name":"x","price":"1"}]'),
    ({"k": Item("x", Decimal(1))}, dict[str, Item], '{"k":{"name":"x","price":"1"}}'),
    (Card("4", date(2027, 1, 31)), Card, '{"number":"4","expires":"2027-01-31"}'),
    (Point(1), Point, '[1,"2026-01-01"]'),
    ({"street": "A", "since": date(2020, 2, 29)}, Address, '{"street":"A","since":"2020-02-29"}'),
    (Node(1, [Node(2, [])], Node(3, [])), Node, None),
    ({"name": "a", "branches": [{"name": "b", "branches": []}]}, Tree, None),
    (Box(Item("x", Decimal(1))), Box[Item], '{"inner":{"name":"x","price":"1"}}'),
    (Color.RED, Color, '"red"'),
    (Size.LARGE, Size, "2"),
    (Extra.GIFT | Extra.EXPRESS, Extra, "3"),
    (NOON, datetime, '"2026-11-21T12:00:00+00:00"'),
    (date(2026, 11, 21), date, '"2026-11-21"'),
    (time(7, 30), time, '"07:30:00"'),
    (timedelta(minutes=5), timedelta, "300"),
    (timedelta(days=30_000, microseconds=1), timedelta, "2592000000.000001"),
    (Decimal("0.10"), Decimal, '"0.10"'),
    (UUID(int=7), UUID, '"00000000-0000-0000-0000-000000000007"'),
    (b"\x00\xff", bytes, '"AP8="'),
    (Path("a/b"), Path, '"a/b"'),
    ((1, "a"), tuple[int, str], '[1,"a"]'),
    ((1, 2, 3), tuple[int, ...], "[1,2,3]"),
    ((), tuple[()], "[]"),
    ({10, 9, 1}, set[int], "[1,9,10]"),
    (frozenset({date(2026, 1, 2), date(2026, 1, 1)}), frozenset[date], None),
    (collections.deque([1, 2]), collections.deque[int], "[1,2]"),
    (collections.Counter("aab"), collections.Counter[str], '{"a":2,"b":1}'),
    (collections.OrderedDict(b=1), collections.OrderedDict[str, int], '{"b":1}'),
    ({1: "a"}, dict[int, str], '{"1":"a"}'),
    ({True: 1, False: 2}, dict[bool, int], '{"true":1,"false":2}'),
    ({Color.RED: 1}, dict[Color, int], '{"red":1}'),
    ({UUID(int=7): NOON}, dict[UUID, datetime], None),
    # unions
    (None, Order | None, "null"),
    (ORDER, Order | None, None),
    (5, int | str | list[int], "5"),
    ([5], int | str | list[int], "[5]"),
    (1.5, int | float, "1.5"),
    (date(2026, 1, 1), date | int | None, '"2026-01-01"'),
    (Cash(3), Card | Cash, '{"amount":3}'),
    (Card("4", date(2027, 1, 31)), Card | Cash | None, None),
    ({"street": "A", "since": None}, Address | Card, None),
    (Deleted("x"), Created | Deleted, '{"id":"x","kind":"deleted"}'),
    ([Created("x"), Deleted("y")], list[Created | Deleted], None),
    (Color.BLUE, Color | Literal["none"], '"blue"'),
    ("none", Color | Literal["none"], '"none"'),
    ("auto", Literal["auto"] | str, '"auto"'),
]
