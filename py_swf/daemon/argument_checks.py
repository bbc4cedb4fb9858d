"""Check the arguments of a daemon when it gets them, not after it has taken a task."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from inspect import Signature, signature
from typing import Any

from py_swf._to_wire import Duration

__all__ = ["check_call", "check_count", "check_stop", "seconds_of"]


def seconds_of(name: str, value: Duration, least: float = 0.0) -> float:
    """Return a time in seconds; math.inf for no limit.

    :param name: name of the argument.
    :param value: seconds as a number or in digits, a timedelta, or math.inf or "NONE".
    :param least: the smallest value allowed.
    :raises ValueError: when it is none of these, or too small.
    """
    try:
        seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    except (TypeError, ValueError):
        seconds = math.inf if value == "NONE" else math.nan
    if isinstance(value, bool) or not seconds >= least:
        raise ValueError(
            f"{name} is {value!r}; it must be a number of seconds or a timedelta, not negative, "
            'or math.inf or "NONE" for no limit'
        )
    return seconds


def check_count(name: str, value: Any, least: int, why: str = "") -> None:
    """Refuse a number that is not whole, or too small.

    :param name: name of the argument.
    :param value: the number.
    :param least: the smallest value allowed.
    :param why: the end of the message.
    :raises ValueError: with the name, the value and the rule.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{name} is {value!r}; it must be {least} or more{why}")


def check_call(name: str, function: Any, *positional: str, **named: Any) -> None:
    """Refuse a function that cannot be called the way it will be.

    :param name: name of the argument.
    :param function: a function, or any other callable.
    :param positional: names of the values that are passed by position.
    :param named: values that are passed by name.
    :raises TypeError: with the name, the function and what it takes.
    """
    if not callable(function):
        raise TypeError(f"{name} is {function!r}; it must be a function")
    try:
        takes: Signature = signature(function)
    except (TypeError, ValueError):  # some functions written in C do not say
        return
    try:
        takes.bind(*positional, **named)
    except TypeError as error:
        arguments = ", ".join(
            [*positional, *(f"{name}={value!r}" for name, value in named.items())]
        )
        raise TypeError(
            f"{name} is called as {name}({arguments}), but {_name_of(function)}{takes} takes "
            f"something else: {error}"
        ) from None


def check_stop(stop: Any) -> None:
    """Refuse a stop that cannot be asked and waited on.

    :param stop: the argument; None is allowed.
    :raises TypeError: when it lacks a method.
    """
    if stop is not None and not all(callable(getattr(stop, m, None)) for m in ("is_set", "wait")):
        raise TypeError(
            f"stop is {stop!r}; it must have is_set() and wait(), as threading.Event has"
        )


def _name_of(function: Callable[..., Any]) -> str:
    return getattr(function, "__qualname__", None) or repr(function)
