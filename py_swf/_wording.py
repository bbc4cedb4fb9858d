"""Put durations, moments and foreign text into words: short, printable, cut to fit."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timezone
from itertools import accumulate

__all__ = ["cells", "cut", "cut_end", "duration", "moment", "one_line", "printable"]

#: seconds in a unit, its symbol, and that of the next smaller unit
_UNITS = [
    (86_400, "d", 3600, "h"),
    (3600, "h", 60, "min"),
    (60, "min", 1, "s"),
]
_WIDE = frozenset("WF")
#: characters that a terminal would take for a command, or that change the direction of a line
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def duration(seconds: float) -> str:
    """Put a length of time into words: ``12 ms``, ``1.2 s``, ``3 min 20 s``, ``2 d 4 h``."""
    if seconds == float("inf"):
        return "no limit"
    if seconds < 0.9995:
        return f"{max(seconds, 0) * 1000:.0f} ms" if seconds > 0 else "0 s"
    if seconds < 59.5:
        return f"{seconds:.1f}".removesuffix(".0") + " s" if seconds < 9.95 else f"{seconds:.0f} s"
    whole = round(seconds)
    size, unit, smaller_size, smaller = next(row for row in _UNITS if whole >= row[0])
    rest = whole % size // smaller_size
    return f"{whole // size} {unit} {rest} {smaller}" if rest else f"{whole // size} {unit}"


def moment(when: datetime) -> str:
    """Put a moment into words, in UTC: ``2026-11-21 15:02:11 UTC``."""
    return f"{when.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S} UTC"


def printable(text: str) -> str:
    """Replace characters that control a terminal or reverse the line; keep line ends and tabs."""
    if text.isprintable():
        return text
    return "".join(
        character
        if character in "\n\t" or unicodedata.category(character) not in _UNPRINTABLE
        else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def one_line(text: str) -> str:
    """Put text into one printable line: all white space becomes single spaces."""
    if text.isprintable() and "  " not in text:  # true for nearly all texts, maybe thousands
        return text.strip()
    return printable(" ".join(text.split()))


def cells(text: str) -> int:
    """Count the columns that text takes in a terminal."""
    if text.isascii():
        return len(text)
    return sum(_cells_of(character) for character in text)


def _cells_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def cut(text: str, width: int, ellipsis: str = "…") -> str:
    """Cut text to a number of columns, from its middle: ids differ at their ends."""
    if cells(text) <= width:
        return text
    room = width - cells(ellipsis)
    if room <= 0:
        return ellipsis[:width]
    front = _fitting(text, room - room // 2)
    back = _fitting(text[::-1], room - cells(front))[::-1]
    return f"{front}{ellipsis}{back}"


def cut_end(text: str, width: int, ellipsis: str = "…") -> str:
    """Cut text to a number of columns, at its end: sentences say the most at the beginning."""
    if cells(text) <= width:
        return text
    return f"{_fitting(text, width - cells(ellipsis))}{ellipsis}"


def _fitting(text: str, width: int) -> str:
    widths = accumulate(_cells_of(character) for character in text)
    return text[: sum(taken <= width for taken in widths)]
