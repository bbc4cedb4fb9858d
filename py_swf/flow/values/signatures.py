"""A call of a function as text and back: its arguments by the names of its parameters.

There are three forms. By name, ``{"order": ..., "box": 1}``, is ours, and the easiest for workers
in other languages. ``{"args": [...], "kwargs": {...}}`` is simpleflow's. A single value is what AWS
Lambda functions, and pyflow, take.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cached_property
from inspect import BoundArguments, Parameter
from types import GenericAlias
from typing import Any, TypeAlias, TypedDict, get_type_hints

from py_swf.flow.trace_context import without_traceparent
from py_swf.flow.values.codec import Codec
from py_swf.flow.values.codec_error import CodecError

__all__ = ["Arguments", "Signature"]

#: the positional and the keyword arguments of a call
Arguments: TypeAlias = tuple[tuple[Any, ...], dict[str, Any]]


class Signature:
    """How the arguments and the result of a function travel.

    What the caller leaves out is not sent, so a parameter that is added with a default changes no
    input that is on its way or in a history. Annotations are resolved when the first text is
    decoded.

    :param function: a plain or an ``async`` function.
    :param codec: what turns values into text; its attribute ``form`` says how arguments travel,
        "by-name" if it has none.
    :raises TypeError: when arguments of the function cannot travel in that form.
    :raises ValueError: when there is no such form.
    """

    def __init__(self, function: Callable[..., Any], codec: Codec) -> None:
        self.name: str = getattr(function, "__qualname__", repr(function))
        #: the parameters, as inspect reads them
        self.signature = inspect.signature(function)
        self._function = function
        self._codec = codec
        parameters = self.signature.parameters.values()
        plain = all(p.kind is Parameter.POSITIONAL_OR_KEYWORD for p in parameters)
        self._names = tuple(self.signature.parameters) if plain else None
        form = getattr(codec, "form", "by-name")
        if form not in _FORMS:
            raise ValueError(f"form is {form!r}; it must be one of {', '.join(map(repr, _FORMS))}")
        self._join, self._split = _FORMS[form]
        if form == "single-value" and (len(parameters) > 1 or not plain):
            raise TypeError(
                f"{self.name}{self.signature} must have one parameter at most: its input is that "
                "single value"
            )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.name}{self.signature}>"

    def encode(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
        """Return the text for a call.

        :param args: the positional arguments.
        :param kwargs: the keyword arguments.
        :raises TypeError: when the function cannot be called like this.
        :raises CodecError: when an argument cannot be encoded.
        """
        try:
            return self._codec.encode(self._join(self, args, kwargs))
        except CodecError as error:
            raise CodecError(f"the input of {self.name}: {error}") from None

    def decode(self, text: str | None) -> Arguments:
        """Return the arguments that a text stands for, as annotated.

        :param text: an input; None is a call without arguments.
        :raises CodecError: when a parameter is missing, unknown or of another type.
        :raises TypeError: when an annotation cannot be resolved.
        """
        text = without_traceparent(text)
        try:
            values = {} if text is None else self._split(self, text, self._codec)
            self._check_names(values)
        except CodecError as error:
            raise CodecError(f"the input of {self.name}: {error}") from None
        bound = BoundArguments(self.signature, values)
        return bound.args, bound.kwargs

    def encode_result(self, value: Any) -> str:
        """Return the text for what the function returned.

        :raises CodecError: when the value cannot be encoded.
        """
        try:
            return self._codec.encode(value)
        except CodecError as error:
            raise CodecError(f"the result of {self.name}: {error}") from None

    def decode_result(self, text: str | None) -> Any:
        """Return the result that a text stands for, as annotated.

        :param text: a result; None, from a worker that sent none, is None.
        :raises CodecError: when it does not fit the annotation.
        :raises TypeError: when the annotation cannot be resolved.
        """
        if text is None:
            return None
        try:
            return self._codec.decode(text, self.returns)
        except CodecError as error:
            raise CodecError(f"the result of {self.name}: {error}") from None

    def type_of(self, name: str) -> Any:
        """Return the annotation of a parameter, resolved; Any if there is none.

        :param name: name of a parameter; that of ``*args`` has a list, of ``**kwargs`` a dict.
        :raises TypeError: when the annotation names something that does not exist at run time.
        """
        hint = self._hints.get(name, Any)
        parameter = self.signature.parameters.get(name)
        if parameter is not None and parameter.kind is Parameter.VAR_POSITIONAL:
            return GenericAlias(list, (hint,))
        if parameter is not None and parameter.kind is Parameter.VAR_KEYWORD:
            return GenericAlias(dict, (str, hint))
        return hint

    def by_name(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of a call by the names of their parameters.

        :raises TypeError: when the function cannot be called like this.
        """
        if self._names is not None and not kwargs and len(args) == len(self._names):
            return dict(zip(self._names, args))  # noqa: B905 (there are equally many)
        try:
            return self.signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{self.name}(): {error}") from None

    @cached_property
    def _hints(self) -> dict[str, Any]:
        try:
            return get_type_hints(self._function, include_extras=True)
        except NameError as error:
            raise TypeError(
                f"an annotation of {self.name} cannot be resolved: {error}. What it names must "
                "exist at run time, in the function's module, and not only under TYPE_CHECKING"
            ) from None

    @cached_property
    def returns(self) -> Any:
        """The annotation of what the function returns; Any if there is none."""
        return self._hints.get("return", Any)

    @cached_property
    def fields(self) -> Any:
        """The parameters as a TypedDict: what an input by name is decoded to."""
        types = {name: self.type_of(name) for name in self.signature.parameters}
        # Made at run time, from names that no type checker can know.
        return TypedDict(self.name, types, total=False)  # type: ignore[operator]

    def _check_names(self, values: Mapping[str, Any]) -> None:
        parameters = self.signature.parameters
        unknown = [name for name in values if name not in parameters]
        missing = [
            name
            for name, parameter in parameters.items()
            if parameter.default is Parameter.empty
            and parameter.kind not in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
            and name not in values
        ]
        if unknown or missing:
            faults = [f"{name!r} is missing" for name in missing]
            faults += [f"{name!r} is not a parameter" for name in unknown]
            raise CodecError(f"{'; '.join(faults)}. The parameters are {self.signature}")


# a pair for each form: from a call to the value to encode, and from a text to arguments by name


def _split_by_name(self: Signature, text: str, codec: Codec) -> Any:
    return codec.decode(text, self.fields)


def _join_args_kwargs(self: Signature, args: Any, kwargs: Any) -> Any:
    self.by_name(args, kwargs)
    return {"args": args, "kwargs": kwargs}


def _split_args_kwargs(self: Signature, text: str, codec: Codec) -> Any:
    """Give the values their names first, which determine their types."""
    raw = codec.decode(text, dict[str, Any])
    try:
        values = self.by_name(tuple(raw.get("args", ())), raw.get("kwargs", {}))
    except TypeError as error:
        raise CodecError(f"{error}. The parameters are {self.signature}") from None
    return codec.decode(codec.encode(values), self.fields)


def _join_single_value(self: Signature, args: Any, kwargs: Any) -> Any:
    return next(iter(self.by_name(args, kwargs).values()), None)


def _split_single_value(self: Signature, text: str, codec: Codec) -> Any:
    return {name: codec.decode(text, self.type_of(name)) for name in self.signature.parameters}


_FORMS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "by-name": (Signature.by_name, _split_by_name),
    "args-kwargs": (_join_args_kwargs, _split_args_kwargs),
    "single-value": (_join_single_value, _split_single_value),
}
