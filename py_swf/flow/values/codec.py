"""Values to text and back, for inputs, results, details and markers.

Any object with ``encode(value) -> str`` and ``decode(text, type)`` is a codec. :class:`JsonCodec`
is the default. Plain JSON values need only :mod:`json`; for everything else, decoding loads cattrs,
which comes with the extra ``flow``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cache
from importlib import import_module
from json import JSONDecoder, JSONEncoder
from json.encoder import c_make_encoder, encode_basestring  # type: ignore[attr-defined]  # json's own
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    Protocol,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from py_swf.flow.values.codec_error import CodecError, place_of
from py_swf.flow.values.json_values import LEAVES, Leaf, ToJson, lowering

__all__ = ["Codec", "Form", "JsonCodec"]


def _writer(default: Callable[[Any], Any]) -> Callable[[Any, int], Iterable[str]]:
    """Return a function that writes compact JSON: the inner part of JSONEncoder.encode, made once.

    For a value that contains itself it raises a RecursionError, not a ValueError.
    """
    if c_make_encoder is None:  # Python without its accelerators
        encoder = JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=default)
        return lambda value, level: encoder.iterencode(value)
    settings = (None, ":", ",", False, False, True)
    chunks: Callable[[Any, int], Iterable[str]] = c_make_encoder(
        None, default, encode_basestring, *settings
    )
    return chunks


_decoder = JSONDecoder()
_scan = _decoder.scan_once  # type: ignore[attr-defined]  # the inner part of decode()


def _read(text: str) -> Any:
    """Decode a text as json.loads does, which always looks for white space first."""
    try:
        value, end = _scan(text, 0)
        if end == len(text):
            return value
    except (StopIteration, ValueError):
        pass
    return _decoder.decode(text)  # with white space around it, or not JSON


#: how the arguments of a call become one value
Form = Literal["by-name", "args-kwargs", "single-value"]


class Codec(Protocol):
    """Turns values into text and back.

    The same value must always give the same text, in every process: the inputs of activities are
    compared in replay.
    """

    def encode(self, value: Any) -> str:
        """Return the text for a value.

        :param value: an argument or result of an activity or workflow, or the value of a signal.
        """
        ...

    def decode(self, text: str, type: Any) -> Any:
        """Return the value that a text stands for.

        :param text: what ``encode`` returned, here or elsewhere.
        :param type: the annotation that the value must fit; Any if there is none.
        """


class JsonCodec:
    """JSON: plain JSON values as they are, and common Python types in their usual form.

    A dataclass, attrs class or TypedDict is an object; a tuple, named tuple or set is an array,
    sets in sorted order; an Enum is its value; a datetime, date or time is ISO 8601; a timedelta is
    seconds; a Decimal, UUID or path is a string; bytes are base64. They are converted back as
    annotated.

    :param types: further types, each with a pair of functions: from the value to JSON, and back.
    :param form: how arguments are sent: "by-name" as an object by parameter name; "args-kwargs" as
        ``{"args": [...], "kwargs": {...}}``, which workers of simpleflow read; "single-value" as
        the one argument itself, which AWS Lambda functions read.
    """

    def __init__(
        self,
        types: Mapping[type, tuple[ToJson, Callable[[Any], Any]]] | None = None,
        form: Form = "by-name",
    ) -> None:
        self.form: Form = form
        added = {
            cls: Leaf(None, to_json, from_json, f"a {cls.__name__}")
            for cls, (to_json, from_json) in (types or {}).items()
        }
        self._leaves = {**LEAVES, **added}
        self._lowering: Callable[[Any], ToJson | None] = cache(
            lambda cls: lowering(cls, self._leaves, self.encode)
        )
        self._write = _writer(self._to_json)
        self._structurer: Any = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(form={self.form!r})"

    def encode(self, value: Any) -> str:
        """Return the JSON for a value.

        :param value: anything that the class describes, nested to any depth.
        :raises CodecError: when it holds something else; says where, and its type.
        """
        try:
            return "".join(self._write(value, 0))
        except (TypeError, ValueError, RecursionError):
            # Either a key is not a string, or something cannot be written: find out where.
            return "".join(self._write(self._lowered(value, (), ()), 0))

    def decode(self, text: str, type: Any = Any) -> Any:
        """Return the value that a text stands for.

        :param text: JSON.
        :param type: the annotation that the value must fit.
        :raises CodecError: when the text is not JSON, or the value does not fit; says where, what
            is there and what is expected.
        :raises ImportError: when the type is not plain JSON and cattrs is not installed.
        """
        try:
            value = _read(text)
        except (TypeError, ValueError) as error:
            raise CodecError(f"{text!r:.200} is not JSON: {error}") from None
        fits = _plain(type)
        if fits is None or not fits(value):
            return self._structure(value, type)
        return value

    def _to_json(self, value: Any) -> Any:
        to_json = self._lowering(type(value))
        if to_json is None:
            raise TypeError(type(value).__name__)
        return to_json(value)

    def check(self, type: Any) -> None:
        """Refuse an annotation that no text could be decoded to, before there is one.

        :param type: the annotation that values will have to fit.
        :raises CodecError: when a type in it is unknown, or two members of a union look alike in
            JSON; says which and why.
        :raises ImportError: when the type is not plain JSON and cattrs is not installed.
        """
        if _plain(type) is None:
            self._structuring(type).check(type)

    def _structure(self, value: Any, type: Any) -> Any:
        try:
            structurer = self._structuring(type)
        except ImportError:
            if _plain(type):
                raise CodecError(f"the value must be {type!r}, not {value!r:.100}") from None
            raise
        return structurer.structure(value, type)

    def _structuring(self, type: Any) -> Any:
        if self._structurer is None:
            try:
                structuring = import_module("py_swf.flow.values.structurer")
            except ModuleNotFoundError as error:
                how = "install it with: pip install 'py-swf[flow]'"
                raise ImportError(f"decoding {type!r} needs {error.name}; {how}") from error
            self._structurer = structuring.Structurer(self._leaves, self.encode)
        return self._structurer

    def _lowered(self, value: Any, place: tuple[Any, ...], above: tuple[int, ...]) -> Any:
        """Make a value into plain JSON, all the way down; errors name the place."""
        kind = type(value)
        if kind in (str, int, float, bool, NoneType):
            return value
        if id(value) in above:
            raise CodecError(f"{place_of(place)} contains itself, which JSON cannot say")
        above = (*above, id(value))
        if isinstance(value, dict):
            return {
                self._key(key, place): self._lowered(item, (*place, key), above)
                for key, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [self._lowered(item, (*place, i), above) for i, item in enumerate(value)]
        if isinstance(value, str | int | float):
            return value
        if isinstance(value, set | frozenset):  # look inside it here, where the place is known
            for item in value:
                self._lowered(item, (*place, item), above)
        to_json = self._lowering(kind)
        if to_json is None:
            raise CodecError(
                f"{place_of(place)} is of type {kind.__qualname__}, which has no form in JSON: "
                f"{value!r:.100}"
            )
        return self._lowered(to_json(value), place, above)

    def _key(self, key: Any, place: tuple[Any, ...]) -> Any:
        lowered = self._lowered(key, (*place, key), ())
        if not isinstance(lowered, str | int | float):
            raise CodecError(
                f"{place_of(place)} has a key of type {type(key).__qualname__}; a key in JSON is a "
                f"string: {key!r:.100}"
            )
        return lowered


_EXACT: dict[Any, Callable[[Any], bool]] = {
    Any: lambda value: True,
    object: lambda value: True,
    None: lambda value: value is None,
    NoneType: lambda value: value is None,
    str: lambda value: type(value) is str,
    bool: lambda value: type(value) is bool,
    int: lambda value: type(value) is int,
    # as in calls: an int is accepted as a float
    float: lambda value: type(value) in (float, int),
    list: lambda value: type(value) is list,
    dict: lambda value: type(value) is dict,
}


@cache
def _plain(kind: Any) -> Callable[[Any], bool] | None:
    """Return a check whether a JSON value fits as it is; None for types that need more."""
    try:
        return _plain_or_not(kind)
    except (NameError, RecursionError):  # in a TypedDict; of a type inside itself
        return None


def _plain_or_not(kind: Any) -> Callable[[Any], bool] | None:
    if kind in _EXACT:
        return _EXACT[kind]
    if is_typeddict(kind):
        return _plain_fields(kind)
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _plain_or_not(args[0])
    if origin is Literal:
        allowed = {(type(arg), arg) for arg in args}
        return lambda value: isinstance(value, Hashable) and (type(value), value) in allowed
    inner = [_plain_or_not(arg) for arg in args if arg is not Ellipsis]
    if origin is list and inner[0]:
        element = inner[0]
        return lambda value: type(value) is list and all(map(element, value))
    if origin is dict and args[0] is str and inner[1]:
        item = inner[1]
        return lambda value: type(value) is dict and all(map(item, value.values()))
    if origin in (Union, UnionType) and all(inner):
        return lambda value: any(fits(value) for fits in inner if fits)
    return None


def _plain_fields(kind: Any) -> Callable[[Any], bool] | None:
    fields = {name: _plain_or_not(hint) for name, hint in get_type_hints(kind).items()}
    if not all(fields.values()):
        return None
    required = kind.__required_keys__

    def fits(value: Any) -> bool:
        return (
            type(value) is dict
            and required <= value.keys()
            and all(field(value[name]) for name, field in fields.items() if field and name in value)
        )

    return fits
