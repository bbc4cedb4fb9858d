"""Make JSON values into what an annotation asks for: cattrs, but strict about what it accepts.

The only module that imports cattrs; it is loaded when a value other than plain JSON is decoded.
Nothing is converted silently: "12" is not an int, and a string is not a list of letters.
"""

from __future__ import annotations

import collections
import collections.abc as abc
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum, Flag
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints, is_typeddict

from cattrs import Converter
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ClassValidationError,
    IterableValidationError,
    IterableValidationNote,
    StructureHandlerNotFoundError,
)

from py_swf.flow.values.annotations import within
from py_swf.flow.values.codec_error import CodecError, step_of
from py_swf.flow.values.json_values import Leaf, field_names
from py_swf.flow.values.unions import kind_of, name_of, telling_apart, unwrapped

__all__ = ["Structurer"]

#: (JSON value, type) -> value
Hook = Callable[[Any, Any], Any]

_ARRAYS: dict[Any, Callable[[list[Any]], Any]] = {
    list: list,
    abc.Sequence: list,
    abc.MutableSequence: list,
    abc.Collection: list,
    abc.Iterable: list,
    set: set,
    abc.MutableSet: set,
    frozenset: frozenset,
    abc.Set: frozenset,
    collections.deque: collections.deque,
    tuple: tuple,
}
_MAPPINGS: dict[Any, Callable[[Any], Any]] = {
    dict: dict,
    abc.Mapping: dict,
    abc.MutableMapping: dict,
    collections.OrderedDict: collections.OrderedDict,
    collections.Counter: collections.Counter,
}
_KEYS: dict[Any, Callable[[str], Any]] = {
    int: int,
    float: float,
    bool: lambda text: {"true": True, "false": False}[text],
}
#: types that are the same in JSON as in Python -> their name there
_PRIMITIVES = {str: "a string", int: "an integer", float: "a number", bool: "true or false"}


class Structurer:
    """Makes JSON values into what annotations ask for.

    :param leaves: the types that are a single string or number in JSON.
    :param encode: converts the other way, for the values of enums and literals.
    """

    def __init__(self, leaves: Mapping[type, Leaf], encode: Callable[[Any], str]) -> None:
        self._leaves = leaves
        self._encode = encode
        self._converter = Converter()
        self._hook = cache(self._hook_or_refusal)
        self._converter.register_structure_hook_func(
            lambda kind: self._hook(kind) is not None, self._structured
        )
        for cls in (str, bytes, int, float, Enum, *leaves):  # cattrs looks these up first, by class
            self._converter.register_structure_hook(cls, self._structured)

    def structure(self, value: Any, kind: Any) -> Any:
        """Make a JSON value into what an annotation asks for.

        :raises CodecError: when it does not fit; names each place.
        """
        try:
            return self._made(value, kind)
        except BaseValidationError as error:
            raise CodecError("; ".join(_sentences(error, "the value"))) from None
        except Exception as error:
            raise CodecError(f"the value {_said(error)}") from None

    def check(self, kind: Any) -> None:
        """Refuse an annotation that no JSON value could be made into, or only by guessing.

        :param kind: the annotation; all its parts are checked.
        :raises CodecError: names the type, and why.
        """
        for each in within(kind):
            try:
                is_known = self._make_hook(each) is not None
            except (NameError, TypeError) as error:
                raise CodecError(f"cannot be made into {name_of(each)}: {error}") from None
            if not is_known and isinstance(get_origin(each) or each, type):
                raise CodecError(_unknown(each))

    def _made(self, value: Any, kind: Any) -> Any:
        # looked up when it is used, so that a type can be part of itself
        return self._converter.structure(value, kind)

    def _structured(self, value: Any, kind: Any) -> Any:
        hook = self._hook(kind)
        assert hook is not None
        return hook(value, kind)

    def _hook_or_refusal(self, kind: Any) -> Hook | None:
        try:
            return self._make_hook(kind)
        except (NameError, TypeError) as error:  # cattrs would ignore what its predicates raise
            return _refused(f"cannot be made into {name_of(kind)}: {error}")

    def _make_hook(self, kind: Any) -> Hook | None:
        """Choose how values of a type are made; None leaves it to cattrs."""
        bare = unwrapped(kind)
        if bare is not kind:
            return lambda value, _: self._made(value, bare)
        origin = get_origin(kind) or kind
        if kind in (Any, object) or isinstance(kind, TypeVar):
            return lambda value, _: value
        if origin in (Union, UnionType):
            return self._union(kind)
        if origin is Literal:
            return self._one_of(get_args(kind))
        if isinstance(origin, type) and issubclass(origin, Enum):
            return self._one_of(origin, kind if issubclass(origin, Flag) else None)
        if origin in _ARRAYS:
            return self._array(kind, origin)
        if origin in _MAPPINGS:
            return self._mapping(kind, origin)
        if is_typeddict(origin):
            return _an_object(kind, self._typed_dict(origin))
        if not isinstance(origin, type):
            return None
        return self._class(kind, origin)

    def _class(self, kind: Any, cls: type) -> Hook | None:
        if cls is NoneType:
            return _checked(lambda value: value is None, lambda value, _: None, "null")
        if field_names(cls) is not None:
            return _an_object(kind, self._converter.gen_structure_attrs_fromdict(kind))
        if issubclass(cls, tuple) and hasattr(cls, "_fields"):
            return self._named_tuple(cls)
        for base in cls.__mro__:
            if base in self._leaves:
                return _leaf(self._leaves[base])
            if base in _PRIMITIVES:
                return _primitive(cls, base)
        return None

    def _union(self, kind: Any) -> Hook:
        choose = telling_apart(kind, self._leaves)

        def hook(value: Any, _: Any) -> Any:
            found = choose(value)
            if len(found) != 1:
                what = "is more than one of" if found else "must be one of"
                raise CodecError(f"{what} {name_of(kind)}, not {value!r:.100}")
            return self._made(value, found[0])

        return hook

    def _one_of(self, members: Iterable[Any], flags: Callable[[int], Any] | None = None) -> Hook:
        by_text = {self._encode(member): member for member in members}

        def hook(value: Any, _: Any) -> Any:
            text = self._encode(value)
            if text not in by_text and flags and type(value) is int:
                return flags(value)
            if text not in by_text:
                raise CodecError(f"must be one of {', '.join(by_text)}, not {value!r:.100}")
            return by_text[text]

        return hook

    def _array(self, kind: Any, origin: Any) -> Hook:
        make, args = _ARRAYS[origin], get_args(kind)
        if origin is tuple and args and args[-1] is not Ellipsis:
            # in Python 3.10, tuple[()] has the argument ()
            return self._tuple(() if args == ((),) else args, tuple)
        element = args[0] if args else Any
        return _checked(
            lambda value: type(value) is list,
            lambda value, _: make(
                self._each(enumerate(value), lambda _, part: self._made(part, element))
            ),
            f"an array, for {name_of(kind)}",
        )

    def _tuple(
        self, kinds: tuple[Any, ...], make: Callable[[list[Any]], Any], optional: int = 0
    ) -> Hook:
        least, most = len(kinds) - optional, len(kinds)
        return _checked(
            lambda value: type(value) is list and least <= len(value) <= most,
            lambda value, _: make(
                self._each(enumerate(value), lambda i, part: self._made(part, kinds[i]))
            ),
            f"an array of {f'{least} to {most}' if optional else most}",
        )

    def _named_tuple(self, cls: Any) -> Hook:
        hints = get_type_hints(cls, include_extras=True)
        kinds = tuple(hints.get(name, Any) for name in cls._fields)
        return self._tuple(kinds, lambda values: cls(*values), len(cls._field_defaults))

    def _typed_dict(self, cls: Any) -> Hook:
        hints, required = get_type_hints(cls), cls.__required_keys__

        def hook(value: dict[str, Any], _: Any) -> Any:
            names = [name for name in hints if name in value or name in required]
            made = self._each(
                zip(names, names, strict=True),
                lambda name, _: self._made(value[name], hints[name]),
            )
            return {**value, **dict(zip(names, made, strict=True))}

        return hook

    def _mapping(self, kind: Any, origin: Any) -> Hook:
        make, args = _MAPPINGS[origin], get_args(kind)
        key, item = (*args, int) if len(args) == 1 else args or (Any, Any)

        def hook(value: dict[str, Any], _: Any) -> Any:
            keys = self._each(zip(value, value, strict=True), lambda _, text: self._key(text, key))
            items = self._each(value.items(), lambda _, part: self._made(part, item))
            return make(dict(zip(keys, items, strict=True)))

        return _checked(lambda value: type(value) is dict, hook, f"an object, for {name_of(kind)}")

    def _key(self, text: str, kind: Any) -> Any:
        """Convert the key of an object, which is always a string in JSON."""
        read = _KEYS.get(unwrapped(kind))
        if read is None:
            return self._made(text, kind)
        try:
            return read(text)
        except (KeyError, ValueError):
            raise CodecError(f"has a key that must be {name_of(kind)}, not {text!r:.100}") from None

    def _each(self, parts: Iterable[tuple[Any, Any]], make: Callable[[Any, Any], Any]) -> list[Any]:
        """Make each part, and note the place of each that does not fit."""
        done: list[Any] = []
        errors: list[Exception] = []
        for place, part in parts:
            try:
                done.append(make(place, part))
            except Exception as error:
                note = IterableValidationNote(f"at {place!r}", place, None)
                # as add_note, which Python 3.10 does not have
                setattr(error, "__notes__", [*getattr(error, "__notes__", []), note])  # noqa: B010
                errors.append(error)
        if errors:
            # pyright looks at the __init__ of ExceptionGroup, not at the __new__ of cattrs
            raise IterableValidationError("in an array or object", errors, list)  # pyright: ignore
        return done


def _checked(fits: Callable[[Any], bool], hook: Hook, rule: str) -> Hook:
    """Refuse what does not fit before it is converted."""

    def checked(value: Any, kind: Any) -> Any:
        if not fits(value):
            raise CodecError(f"must be {rule}, not {value!r:.100}")
        return hook(value, kind)

    return checked


def _refused(why: str) -> Hook:
    def hook(value: Any, kind: Any) -> Any:
        raise CodecError(why)

    return hook


def _an_object(kind: Any, hook: Hook) -> Hook:
    return _checked(
        lambda value: type(value) is dict, hook, f"an object with the fields of {name_of(kind)}"
    )


def _primitive(cls: Any, base: type) -> Hook:
    exact = (float, int) if base is float else (base,)
    make = (lambda value, _: value) if cls is base else (lambda value, _: cls(value))
    return _checked(lambda value: type(value) in exact, make, _PRIMITIVES[base])


def _leaf(leaf: Leaf) -> Hook:
    def hook(value: Any, _: Any) -> Any:
        if leaf.kind in (None, kind_of(value)):
            try:
                return leaf.from_json(value)
            except (ArithmeticError, TypeError, ValueError):  # decimal's is the first
                pass
        raise CodecError(f"must be {leaf.rule}, not {value!r:.100}")

    return hook


def _sentences(error: Any, place: str) -> Iterator[str]:
    """Yield everything that does not fit, each with its place."""
    if not isinstance(error, ClassValidationError | IterableValidationError):
        yield f"{place} {_said(error)}"
        return
    noted, others = error.group_exceptions()
    for inner, note in noted:
        step = note.name if isinstance(note, AttributeValidationNote) else note.index
        yield from _sentences(inner, place + step_of(step))
    for inner in others:
        yield from _sentences(inner, place)


def _unknown(kind: Any) -> str:
    return (
        f"cannot be made into {name_of(kind)}: it is not a type that the codec knows; "
        "JsonCodec(types=...) adds one"
    )


def _said(error: Exception) -> str:
    if isinstance(error, KeyError):
        return "is missing"
    if isinstance(error, CodecError):
        return str(error)
    if isinstance(error, StructureHandlerNotFoundError):
        return _unknown(error.type_)
    return f"is refused: {type(error).__name__}: {error}"
