"""What errors of codecs say: where in a value something is wrong."""

from __future__ import annotations

from typing import Any

__all__ = ["CodecError", "place_of", "step_of"]


class CodecError(ValueError):
    """A value that cannot be encoded, or text that cannot be decoded: says where and why."""


def step_of(step: Any) -> str:
    """Return how errors write one step into a value: ``.name``, ``[0]`` or ``['a b']``."""
    return f".{step}" if isinstance(step, str) and step.isidentifier() else f"[{step!r}]"


def place_of(steps: tuple[Any, ...]) -> str:
    """Return how errors name a place: ``the value.lines[0]``.

    :param steps: the attributes, keys and indexes that lead to it.
    """
    return "the value" + "".join(map(step_of, steps))
