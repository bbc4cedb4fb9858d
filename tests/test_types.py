"""Types and runs: records, and the mappings that boto3 returns for them."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import attrs
import pytest

from py_swf.types import ActivityType, WorkflowExecution, WorkflowType
from tests.model import members_of, required_of

PAIRS = [
    (WorkflowType("order", "1"), {"name": "order", "version": "1"}),
    (ActivityType("pack", "2"), {"name": "pack", "version": "2"}),
    (WorkflowExecution("order-7", "22+/="), {"workflowId": "order-7", "runId": "22+/="}),
]

pytestmark = pytest.mark.parametrize(("pair", "mapping"), PAIRS, ids=lambda value: "")


def test_fields_are_those_of_the_model(pair: Any, mapping: Any) -> None:
    """Each has the members of the service's structure, both required."""
    fields = {field.name for field in attrs.fields(type(pair))}

    assert fields == members_of(type(pair).__name__) == required_of(type(pair).__name__)


def test_it_reads_as_the_mapping(pair: Any, mapping: Any) -> None:
    """Code that expects boto3's dict works, except for iterating over the keys."""
    assert dict(pair) == mapping
    assert dict(**pair) == mapping
    assert list(pair.keys()) == list(mapping)
    assert list(pair.items()) == list(mapping.items())
    assert list(pair.values()) == list(mapping.values())
    assert len(pair) == 2
    for key, value in mapping.items():
        assert pair[key] == pair.get(key) == value
        assert key in pair


def test_it_unpacks_to_its_values(pair: Any, mapping: Any) -> None:
    """It unpacks to the two values that it was made of, not to their names."""
    first, second = pair

    assert (first, second) == tuple(pair) == tuple(mapping.values())
    assert type(pair)(*pair) == pair


def test_it_equals_the_mapping(pair: Any, mapping: Any) -> None:
    """Code of 1.x that compares it with a dict finds the same as it did with boto3's."""
    key, value = next(iter(mapping.items()))

    assert pair == mapping
    assert mapping == pair
    for other in ({**mapping, key: value + "x"}, {**mapping, "new": "member"}, {}, value, None):
        assert pair != other
        assert other != pair


def test_unknown_keys(pair: Any, mapping: Any) -> None:
    """A key that is not the service's is a KeyError, even if it names an attribute."""
    for key in ("workflow_id", "nope", "keys", 0):
        assert key not in pair
        assert pair.get(key) is None
        assert pair.get(key, "x") == "x"
        with pytest.raises(KeyError, match=str(key)):
            pair[key]


def test_made_of_what_there_is(pair: Any, mapping: Any) -> None:
    """It can be made from itself, a mapping, a tuple, or its members by position or name."""
    cls, values = type(pair), tuple(mapping.values())

    assert cls.of(pair) is pair
    assert cls.of(mapping) == cls.of(values) == cls(*values) == pair
    assert cls.of({**mapping, "new": "member"}) == pair
    assert cls(**attrs.asdict(pair)) == pair


@pytest.mark.parametrize(
    "wrong",
    ["ab", None, 5, ("a",), ("a", "b", "c"), ["a", "b"], {}, {"name": "a"}, ("a", 1), ("a", None)],
)
def test_made_of_something_else(pair: Any, mapping: Any, wrong: Any) -> None:
    """Anything else is refused, with the accepted forms."""
    with pytest.raises(TypeError, match=f"is not of type {type(pair).__name__}: give one") as error:
        type(pair).of(wrong)
    assert str(error.value).startswith(repr(wrong))
    assert str(error.value).endswith(
        f"or a tuple ({', '.join(mapping)}) of two strings, or a mapping with these keys"
    )


def test_one_is_not_another(pair: Any, mapping: Any) -> None:
    """Records of different classes differ, and none is taken for another."""
    others = [other for other, _ in PAIRS if type(other) is not type(pair)]

    assert all(pair != other for other in others)
    for other in others:
        with pytest.raises(TypeError, match="is no"):
            type(pair).of(other)
    assert WorkflowType("x", "1") != ActivityType("x", "1")


def test_it_is_a_value(pair: Any, mapping: Any) -> None:
    """Equal members make equal records: hashed, copied, pickled, never changed."""
    twin = type(pair)(*mapping.values())

    assert twin == pair
    assert hash(twin) == hash(pair)
    for again in (copy.copy(pair), copy.deepcopy(pair), pickle.loads(pickle.dumps(pair))):
        assert again == pair
        assert type(again) is type(pair)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(pair, attrs.fields(type(pair))[0].name, "other")


def test_match(pair: Any, mapping: Any) -> None:
    """Patterns match it by position."""
    match pair:
        case WorkflowType(first, second) | ActivityType(first, second):
            found = [first, second]
        case WorkflowExecution(first, second):
            found = [first, second]

    assert found == list(mapping.values())


def test_repr(pair: Any, mapping: Any) -> None:
    """Its repr is the call that makes it."""
    names = {"WorkflowType": WorkflowType, "ActivityType": ActivityType}

    assert eval(repr(pair), {**names, "WorkflowExecution": WorkflowExecution}) == pair
