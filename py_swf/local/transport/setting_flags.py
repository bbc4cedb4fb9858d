"""Limits and choices as the command line spells them: ``NAME=VALUE``."""

from __future__ import annotations

from dataclasses import fields

from py_swf.local.machine.choices import Choices
from py_swf.local.machine.limits import Limits

__all__ = ["parse_setting", "shown"]

_WORDS = {"true": True, "false": False, "null": None}


def parse_setting(of: type[Limits] | type[Choices], text: str) -> tuple[str, object]:
    """Read a limit or a choice.

    >>> parse_setting(Limits, "events=100")
    ('events', 100)
    >>> parse_setting(Choices, "empty_task_token=")
    ('empty_task_token', '')

    :param of: which of the two
    :param text: ``NAME=VALUE``; a value is a number, ``true`` or ``false``, or a text, like the
        default; ``null`` is None if a text may be left out
    :return: name and value
    :raises ValueError: when there is no such name, or the value is of another type
    """
    name, is_given, value = text.partition("=")
    defaults = {field.name: (field.default, str(field.type)) for field in fields(of)}
    if not is_given or name not in defaults:
        raise ValueError(f"{text!r} is not NAME=VALUE with a NAME of {', '.join(defaults)}")
    default, kind = defaults[name]
    if isinstance(default, bool):
        if value not in ("true", "false"):
            raise ValueError(f"{name}={value}: the value is true or false")
        return name, _WORDS[value]
    if isinstance(default, int | float):
        return name, _number(name, value, type(default))
    return name, None if value == "null" and "None" in kind else value


def shown(default: object) -> str:
    """Return a default in the form that :func:`parse_setting` reads."""
    words = {value: word for word, value in _WORDS.items()}
    return words[default] if default is None or isinstance(default, bool) else str(default)


def _number(name: str, value: str, kind: type[int] | type[float]) -> float:
    try:
        return kind(value)
    except ValueError:
        raise ValueError(f"{name}={value}: the value is a number") from None
