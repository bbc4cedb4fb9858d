"""Which member of a union a JSON value is: decided by its kind, its fields, or its value.

A union whose members cannot be told apart in JSON, such as ``date | str``, is refused as a whole,
before a value arrives that fits both.
"""

from __future__ import annotations

import collections
import collections.abc as abc
import dataclasses
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import attrs

from py_swf.flow.values.json_values import Leaf, field_names

__all__ = ["Choose", "kind_of", "name_of", "telling_apart", "unwrapped"]

#: a JSON value -> the members of the union that it fits
Choose: TypeAlias = Callable[[Any], list[Any]]

_KIND_OF: dict[type, str] = {
    NoneType: "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
_KINDS: dict[type, str] = {
    **_KIND_OF,
    tuple: "array",
    set: "array",
    frozenset: "array",
    collections.deque: "array",
    abc.Mapping: "object",
    abc.Iterable: "array",
}


def kind_of(value: Any) -> str:
    """Return what a JSON value is, in JSON's words."""
    return _KIND_OF[type(value)]


def name_of(kind: Any) -> str:
    """Return the name of a type in errors."""
    if kind in (None, NoneType):
        return "None"
    if get_origin(kind) in (Union, UnionType):
        return " | ".join(map(name_of, get_args(kind)))
    is_class = isinstance(kind, type) and not get_args(kind)
    return kind.__qualname__ if is_class else repr(kind).replace("typing.", "")


def unwrapped(kind: Any) -> Any:
    """Return the type behind NewType, Annotated and ``type X = ...``."""
    while True:
        if get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        elif hasattr(kind, "__supertype__"):
            kind = kind.__supertype__
        elif type(kind).__name__ == "TypeAliasType":
            kind = kind.__value__
        else:
            return NoneType if kind is None else kind


def telling_apart(union: Any, leaves: Mapping[type, Leaf]) -> Choose:
    """Return a function that finds the member of a union that a JSON value is.

    :raises TypeError: when two members look alike in JSON.
    """
    by_kind: dict[str, list[Any]] = {}
    for member in _members(union):
        for kind in _kinds(member, leaves):
            by_kind.setdefault(kind, []).append(member)
    choosers = {
        kind: _choose_among(kind, members, leaves) if len(members) > 1 else _only(members)
        for kind, members in by_kind.items()
    }
    return lambda value: choosers.get(kind_of(value), lambda value: [])(value)


def _members(union: Any) -> Iterable[Any]:
    for member in map(unwrapped, get_args(union)):
        if get_origin(member) in (Union, UnionType):
            yield from _members(member)
        else:
            yield member


def _only(members: list[Any]) -> Choose:
    return lambda value: members


def _values(kind: Any) -> list[Any] | None:
    """Return the only values that a type has, as in JSON; None for a type with more."""
    if get_origin(kind) is Literal:
        return [arg.value if isinstance(arg, Enum) else arg for arg in get_args(kind)]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [member.value for member in kind]
    return None


def _kinds(kind: Any, leaves: Mapping[type, Leaf]) -> Iterable[str]:
    """Return what a type can be in JSON."""
    everything = list(dict.fromkeys(_KIND_OF.values()))
    values = _values(kind)
    if values is not None:
        return {_KIND_OF.get(type(value), "array") for value in values}
    cls = get_origin(kind) or kind
    if is_typeddict(cls) or (isinstance(cls, type) and field_names(cls) is not None):
        return ["object"]
    for base in getattr(cls, "__mro__", ()):
        found = leaves[base].kind if base in leaves else _KINDS.get(base)
        if found is not None:
            return [found]
    return everything


def _choose_among(kind: str, members: list[Any], leaves: Mapping[type, Leaf]) -> Choose:
    if all(_is_itself(member) for member in members):
        return lambda value: [Any]
    pairs = [((type(v), v), member) for member in members for v in _values(member) or [member]]
    if all(map(_values, members)) and len(found := dict(pairs)) == len(pairs):
        return lambda value: [found[key]] if (key := (type(value), value)) in found else []
    if kind == "object":
        shapes = [_Shape.of(member) for member in members]
        if None not in shapes:
            return _by_fields([shape for shape in shapes if shape])
    names = " and ".join(map(name_of, members))
    raise TypeError(
        f"{names} cannot be told apart: each is {'an' if kind[0] in 'ao' else 'a'} {kind} in JSON. "
        "Put them into dataclasses with fields of different names"
    )


def _is_itself(kind: Any) -> bool:
    """Return whether values of a type are taken from JSON as they are."""
    if get_origin(kind) is Literal:
        return not any(isinstance(arg, Enum | bytes) for arg in get_args(kind))
    return kind in (str, int, float, bool, NoneType)


@dataclasses.dataclass(frozen=True)
class _Shape:
    """The fields of a class that distinguish it from another."""

    member: Any
    fields: frozenset[str]
    required: frozenset[str]
    literals: Mapping[str, list[Any]]

    @classmethod
    def of(cls, member: Any) -> _Shape | None:
        origin = get_origin(member) or member
        if is_typeddict(origin):
            fields, required = frozenset(origin.__annotations__), origin.__required_keys__
        elif names := isinstance(origin, type) and field_names(origin):
            fields, required = frozenset(names), _required(origin)
        else:
            return None
        hints = get_type_hints(origin).items()
        literals = {name: values for name, hint in hints if (values := _values(unwrapped(hint)))}
        return cls(member, fields, required, literals)

    def looks_like(self, other: _Shape) -> bool:
        """Return whether a value that is complete can be of both."""
        return self.fields == other.fields and not any(
            set(self.literals[name]).isdisjoint(other.literals[name])
            for name in self.literals.keys() & other.literals.keys()
        )

    def takes(self, value: Mapping[str, Any]) -> bool:
        return self.required <= value.keys() and all(
            value[name] in values for name, values in self.literals.items() if name in value
        )

    def distance(self, value: Mapping[str, Any]) -> tuple[int, int]:
        """Count the fields that are unknown, then those that are left to their defaults."""
        return len(value.keys() - self.fields), len(self.fields - value.keys())


def _required(cls: type) -> frozenset[str]:
    if dataclasses.is_dataclass(cls):
        missing = dataclasses.MISSING
        return frozenset(
            field.name
            for field in dataclasses.fields(cls)
            if field.init and field.default is missing and field.default_factory is missing
        )
    return frozenset(a.name for a in attrs.fields(cls) if a.init and a.default is attrs.NOTHING)


def _by_fields(shapes: list[_Shape]) -> Choose:
    for i, shape in enumerate(shapes):
        for other in shapes[:i]:
            if shape.looks_like(other):
                raise TypeError(
                    f"{name_of(other.member)} and {name_of(shape.member)} cannot be told apart: "
                    "they have the same fields. Give each a field such as "
                    '`kind: Literal["..."] = "..."` with its own value'
                )

    def choose(value: Any) -> list[Any]:
        found = sorted((s for s in shapes if s.takes(value)), key=lambda s: s.distance(value))
        nearest = [s for s in found if s.distance(value) == found[0].distance(value)]
        return [shape.member for shape in nearest]

    return choose
