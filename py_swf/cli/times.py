"""Durations and times as people type them: ``90s``, ``1h30m``, ``2d``, ``2026-11-21``."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import click

__all__ = ["DURATION", "MOMENT", "moment_before"]

_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}
_LONGEST = 10 * 366 * 86_400
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(min|[smhdw])\s*")


def parse_duration(text: str) -> timedelta:
    """Read a duration.

    :raises ValueError: when it is not a duration.
    """
    position, seconds = 0, 0.0
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            break
        seconds += float(part[1]) * _UNITS[part[2]]
        position = part.end()
    if not text or position < len(text):
        raise ValueError(f"{text!r} is not a duration: write it as 90s, 10m, 1h30m or 2d")
    if seconds > _LONGEST:
        raise ValueError(f"{text!r:.40} is longer than ten years")
    return timedelta(seconds=seconds)


class _Duration(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on
    """A bare number is in seconds, like SWF's own timeouts."""

    name = "duration"

    def convert(self, value: Any, param: Any, ctx: Any) -> timedelta:
        try:
            if isinstance(value, timedelta):
                return value
            return parse_duration(f"{value}s" if value.isdecimal() else value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


# Only the annotations of newer releases of click make this generic.
class _Moment(click.ParamType):  # type: ignore[type-arg]
    """A duration means that long ago; a time without a time zone is in UTC."""

    name = "moment"

    def convert(self, value: Any, param: Any, ctx: Any) -> timedelta | datetime:
        if not isinstance(value, str):
            moment: timedelta | datetime = value
            return moment
        try:
            return parse_duration(value)
        except ValueError:
            pass
        try:
            moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            self.fail(
                f"{value!r} is not a time: write it as 2h (ago), 2026-11-21 or 2026-11-21T10:30",
                param,
                ctx,
            )
        return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


DURATION = _Duration()
MOMENT = _Moment()


def moment_before(
    now: Callable[[], datetime], given: timedelta | datetime | None
) -> datetime | None:
    """Return the given time, or the time that long ago."""
    return now() - given if isinstance(given, timedelta) else given
