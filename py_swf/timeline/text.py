"""A timeline as text: for terminals, logs and test reports."""

from __future__ import annotations

import textwrap

from py_swf._wording import cells, cut, cut_end, duration, printable
from py_swf.history import History
from py_swf.timeline.axis import Axis
from py_swf.timeline.bars import Bar, bars_of, load_of
from py_swf.timeline.lanes import BAD, Lane
from py_swf.timeline.open_work import OpenWork
from py_swf.timeline.telling import Teller, label

__all__ = ["draw_text"]

#: what is drawn -> its sign, its sign in ASCII, what it means, its color
_SIGNS = {
    "waiting": ("░", ".", "waiting", "2"),
    "working": ("█", "=", "working", "36"),
    "timer": ("─", "-", "timer", "35"),
    "decision": ("┃", "|", "decision task", "2"),
    "open": ("▶", ">", "goes on", "33;1"),
    "COMPLETED": ("✓", "+", "completed", "32"),
    "FIRED": ("✓", "+", "fired", "32"),
    "FAILED": ("✗", "x", "failed", "31;1"),
    "START_FAILED": ("✗", "x", "could not start", "31;1"),
    "TIMED_OUT": ("!", "!", "timed out", "31;1"),
    "CANCELED": ("⊘", "/", "canceled", "33"),
    "TERMINATED": ("†", "T", "terminated", "31;1"),
    "SIGNALED": ("◆", "*", "signal", "35;1"),
    "RECORDED": ("◇", "o", "marker", "34"),
    "CANCEL_REQUESTED": ("⊘", "/", "cancel request", "33;1"),
    "REFUSED": ("✗", "x", "refused decision", "31;1"),
}
_LOAD = " ▁▂▃▄▅▆▇█"
_ASCII_LOAD = " .:-=+*%@"
_ASCII = str.maketrans({"·": "-", "\N{MULTIPLICATION SIGN}": "x"})
_MOST_OPEN = 6
_BOLD, _DIM, _WARNING = "1", "2", "33;1"


class _Pen:
    """Draws signs in color or without, in Unicode or ASCII; remembers which ones it has drawn."""

    def __init__(self, color: bool, ascii_only: bool) -> None:
        self._color, self._ascii = color, ascii_only
        self.load = _ASCII_LOAD if ascii_only else _LOAD
        self.ellipsis = "~" if ascii_only else "…"
        self.drawn: dict[str, None] = {}

    def paint(self, text: str, color: str) -> str:
        """Return text in a color, if this pen has any."""
        if self._ascii:
            text = text.translate(_ASCII).encode("ascii", "replace").decode()
        return f"\x1b[{color}m{text}\x1b[0m" if self._color and color and text.strip() else text

    def sign(self, name: str) -> str:
        """Return the sign of something, in its color."""
        self.drawn[name] = None
        return self.paint(_SIGNS[name][1 if self._ascii else 0], _SIGNS[name][3])

    def legend(self, width: int) -> list[str]:
        """Explain each sign that was drawn, in lines of this many columns."""
        told: dict[str, str] = {}
        for name in _SIGNS:
            if name in self.drawn:
                told.setdefault(self.sign(name), _SIGNS[name][2])
        lines, room = [""], width
        for sign, meaning in told.items():
            room -= len(meaning) + 4
            if room < 0:
                lines, room = [*lines, ""], width - len(meaning) - 4
            lines[-1] += f"  {sign} {meaning}"
        return [line.removeprefix("  ") for line in lines if line]


def draw_text(
    history: History,
    lanes: list[Lane],
    waits_for: list[OpenWork],
    axis: Axis,
    teller: Teller,
    *,
    title: str,
    width: int,
    color: bool,
    ascii_only: bool,
) -> str:
    """Draw a timeline as lines of text, none of them longer than ``width`` columns.

    :return: the lines, joined, without a line end after the last.
    """
    width = max(width, 40)
    pen = _Pen(color, ascii_only)
    lines = [pen.paint(cut(title, width, pen.ellipsis), _BOLD)] if title else []
    stands = " · ".join(teller.heading(history))
    lines += [pen.paint(line, _BOLD) for line in textwrap.wrap(stands, width)]
    for work in waits_for[:_MOST_OPEN]:
        lines += _paragraph(pen, work, width)
    if len(waits_for) > _MOST_OPEN:
        lines.append(f"  and {len(waits_for) - _MOST_OPEN:,} more that are open")
    if not lanes:
        return "\n".join(lines)
    names = max(min(max(cells(label(lane)) for lane in lanes), width * 3 // 10), 10)
    notes = max(min(max(cells(teller.note(lane)) for lane in lanes), width * 3 // 10), 8)
    columns = width - names - notes - 3
    indent = " " * (names + 1)
    lines += ["", indent + pen.paint(_tick_line(axis, columns), _DIM)]
    for lane in lanes:
        name = cut(label(lane), names, pen.ellipsis)
        drawn = "".join(_cells_of(lane, axis, columns, pen))
        told = cut_end(teller.note(lane), notes, pen.ellipsis)
        name = pen.paint(_padded(name, names), "")
        lines.append(f"{name} {drawn} {pen.paint(told, _color_of(lane, teller))}")
    return "\n".join([*lines, "", *pen.legend(width)])


def _paragraph(pen: _Pen, work: OpenWork, width: int) -> list[str]:
    bullet = "! " if work.is_stuck else "- "
    lines = textwrap.wrap(
        printable(work.text), width - 2, break_long_words=True, break_on_hyphens=False
    )
    color = _WARNING if work.is_stuck else ""
    return [
        pen.paint((bullet if number == 0 else "  ") + line, color)
        for number, line in enumerate(lines)
    ]


def _color_of(lane: Lane, teller: Teller) -> str:
    if lane.attempts[-1].is_bad:
        return _SIGNS["FAILED"][3]
    if teller.is_closed or not lane.is_open:
        return _DIM
    return _WARNING if lane.waits_in_vain else ""


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cells(text))


def _tick_line(axis: Axis, columns: int) -> str:
    """Write the ticks above their columns: both ends, and those between that fit."""
    first, *between = axis.ticks(max(columns // 10, 2))
    end = duration(axis.last - axis.first)
    line = first.text
    for tick in between:
        column = int(tick.place * columns)
        if len(line) < column <= columns - len(tick.text) - len(end) - 1:
            line = line.ljust(column) + tick.text
    return line + end.rjust(columns - len(line))


def _cells_of(lane: Lane, axis: Axis, columns: int, pen: _Pen) -> list[str]:
    if lane.folded > 1:
        return _load_cells(lane, axis, columns, pen)
    drawn = [" "] * columns
    ends: list[tuple[bool, int, str]] = []
    for bar in bars_of(lane, axis, 1 / columns):
        first = min(int(bar.begin * columns), columns - 1)
        last = min(int(bar.end * columns), columns - 1)
        inner, end = _look(lane, bar)
        if inner and (bar.phase != "waiting" or last > first):
            drawn[first : last + 1] = [pen.sign(inner)] * (last + 1 - first)
        if end:
            ends.append((bar.status in BAD, last, end))
    for _, column, sign in sorted(ends):  # failures are drawn over the rest
        drawn[column] = pen.sign(sign)
    return drawn


def _look(lane: Lane, bar: Bar) -> tuple[str, str]:
    """Return the signs of a bar: for its length, and for its end; "" draws none."""
    if bar.phase == "mark":
        return "", bar.status
    if lane.kind == "decision" and bar.status == "COMPLETED":
        return "decision", ""
    inner = "timer" if lane.kind == "timer" else bar.phase
    if bar.is_open:
        return inner, "open"
    return inner, bar.status if bar.status in _SIGNS else ""


def _load_cells(lane: Lane, axis: Axis, columns: int, pen: _Pen) -> list[str]:
    load = load_of(lane, axis, columns)
    most = max(load)
    color = _SIGNS["FAILED"][3] if lane.attempts[-1].is_bad else _SIGNS["working"][3]
    return [pen.paint(pen.load[-(-count * 8 // most)], color) for count in load]
