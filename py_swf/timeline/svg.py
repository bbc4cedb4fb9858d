"""A timeline as SVG: no scripts, nothing fetched, light and dark, hover for more.

Places in time are percentages and text sizes are pixels. So the picture fills the width that it is
given, and is as readable on a phone as on a big screen. That is why there is no ``viewBox``.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from html import escape

from py_swf._wording import cut, duration, printable
from py_swf.history import History
from py_swf.timeline.axis import Axis, Tick
from py_swf.timeline.bars import Bar, bars_of, load_of
from py_swf.timeline.lanes import BAD, Lane
from py_swf.timeline.open_work import OpenWork
from py_swf.timeline.telling import STATUS_WORDS, Teller, label

__all__ = ["STYLE", "draw_svg"]

_LIGHT = """\
--ground:#fff;--ink:#1b2330;--dim:#5a6576;--line:#e4e8ee;--waiting:#b7c0cc;--stuck:#e58a00;
--working:#2f6fed;--good:#2a9d68;--bad:#d43a4c;--gone:#8d96a5;--timer:#8460cf;
--stuck-ink:#945000;--bad-ink:#b3202f"""
_DARK = """\
--ground:#11151b;--ink:#e7ebf1;--dim:#9aa5b5;--line:#262d38;--waiting:#56606f;--stuck:#f0a02c;
--working:#5b93ff;--good:#3fbf85;--bad:#f0596a;--gone:#7d8797;--timer:#a68be6;
--stuck-ink:#ffbe62;--bad-ink:#ff8a95"""

#: The style sheet of the pictures, for pages that include pictures without their own.
STYLE = f"""\
.swf-timeline{{{_LIGHT};color-scheme:light dark;
font:12px/1.3 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}}
@media (prefers-color-scheme:dark){{.swf-timeline{{{_DARK}}}}}
.swf-timeline .ground{{fill:var(--ground)}}
.swf-timeline text{{fill:var(--ink)}}
.swf-timeline .title{{font-size:15px;font-weight:650}}
.swf-timeline .dim{{fill:var(--dim)}}
.swf-timeline .small{{font-size:11px}}
.swf-timeline .stuck-ink{{fill:var(--stuck-ink);font-weight:600}}
.swf-timeline .bad-ink{{fill:var(--bad-ink)}}
.swf-timeline .grid{{stroke:var(--line);stroke-width:1}}
.swf-timeline .cut{{fill:var(--line);opacity:.5}}
.swf-timeline .waiting{{fill:var(--waiting)}}
.swf-timeline .stuck{{fill:var(--stuck)}}
.swf-timeline .working{{fill:var(--working)}}
.swf-timeline .good{{fill:var(--good)}}
.swf-timeline .bad{{fill:var(--bad)}}
.swf-timeline .gone{{fill:var(--gone)}}
.swf-timeline .timer{{fill:var(--timer)}}
.swf-timeline .wide{{display:none}}
@media (min-width:720px){{
.swf-timeline .wide{{display:inline}}.swf-timeline .narrow{{display:none}}}}
"""

_LANE, _LINE = 36, 18
_RESOLUTION = 0.002
_MOST_BARS = 150
_MOST_STUCK = 3
#: columns of text on a phone, and on a desktop: of an open-work line, of a name, of a note
_NARROW, _WIDE = (50, 28, 26), (140, 60, 60)

#: status -> class of a bar that ended with it
_LOOKS = {
    "COMPLETED": "good",
    "FIRED": "timer",
    "SIGNALED": "timer",
    "RECORDED": "working",
    "CANCEL_REQUESTED": "stuck",
    "CANCELED": "gone",
    "CONTINUED_AS_NEW": "good",
    "TAKEN": "waiting",
    **dict.fromkeys(BAD, "bad"),
}


def draw_svg(
    history: History,
    lanes: list[Lane],
    waits_for: list[OpenWork],
    axis: Axis,
    teller: Teller | None,
    *,
    title: str,
    width: int | None,
    with_style: bool,
    with_heading: bool,
) -> str:
    """Draw a timeline as an ``<svg>`` element."""
    state, rest = ("no events", "") if teller is None else teller.heading(history)
    parts: list[str] = []
    y = 8.0
    if with_heading:
        y = _heading(parts, [(title, "title"), (state, ""), (rest, "dim")], waits_for)
    top = y + 4
    bottom = top + _LINE + _LANE * len(lanes)
    if teller is not None and lanes:
        parts += _grid(axis, top, bottom)
        for number, lane in enumerate(lanes):
            parts += _lane(lane, axis, teller, top + _LINE + number * _LANE)
    described = escape(printable(f"Timeline of {title or 'an execution'}: {state}"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="swf-timeline" role="img" '
        f'aria-label="{described}" width="{"100%" if width is None else width}" '
        f'height="{bottom + 14:g}">'
        + (f"<style>{STYLE}</style>" if with_style else "")
        + '<rect class="ground" width="100%" height="100%"/>'
        + f'<svg x="2%" width="96%" height="{bottom + 14:g}" overflow="visible">'
        + "".join(parts)
        + "</svg></svg>"
    )


def _heading(parts: list[str], lines: list[tuple[str, str]], waits_for: list[OpenWork]) -> float:
    """Add what goes above the lanes; return where the next line is."""
    y = 26.0
    for text, look in lines:
        if text:
            parts += _text(0, y, text, look, _NARROW[0], _WIDE[0])
            y += _LINE
    for work in [work for work in waits_for if work.is_stuck][:_MOST_STUCK]:
        wrapped = textwrap.wrap(f"● {work.text}", _NARROW[0])
        parts.append(f'<g class="narrow">{"".join(_stuck_lines(wrapped, y))}</g>')
        parts += _text(0, y, f"● {work.text}", "stuck-ink wide", _WIDE[0], _WIDE[0])
        y += _LINE * len(wrapped)
    return y


def _stuck_lines(lines: list[str], y: float) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield from _text(0, y + number * _LINE, line, "stuck-ink", _NARROW[0], _NARROW[0])


def _text(
    place: float, y: float, text: str, look: str, narrow: int, wide: int, anchor: str = ""
) -> Iterator[str]:
    """Yield text, cut for a phone and for a desktop if it is too long for them."""
    where = f'x="{_percent(place)}" y="{y:g}"' + (f' text-anchor="{anchor}"' if anchor else "")
    text = printable(text)
    short, long = cut(text, narrow), cut(text, wide)
    if short == long:
        yield f'<text {where} class="{look}">{escape(short)}</text>'
    else:
        yield f'<text {where} class="{look} narrow">{escape(short)}</text>'
        yield f'<text {where} class="{look} wide">{escape(long)}</text>'


def _percent(place: float) -> str:
    return f"{place * 100:.2f}".rstrip("0").rstrip(".") + "%"


def _grid(axis: Axis, top: float, bottom: float) -> Iterator[str]:
    for left, right, seconds in axis.cuts:
        yield (
            f'<rect class="cut" x="{_percent(left)}" y="{top + _LINE - 4:g}" '
            f'width="{_percent(right - left)}" height="{bottom - top - _LINE + 4:g}">'
            f"<title>nothing happened for {duration(seconds)}: cut short</title></rect>"
        )
    written: list[float] = []
    ends = [
        Tick((left + right) / 2, f"… {duration(length)} …") for left, right, length in axis.cuts
    ]
    for tick in axis.ticks(5):
        x = _percent(tick.place)
        yield f'<line class="grid" x1="{x}" x2="{x}" y1="{top + _LINE - 4:g}" y2="{bottom:g}"/>'
    for tick in [*ends, *axis.ticks(5)]:
        if all(abs(tick.place - place) > 0.15 for place in written):
            written.append(tick.place)
            anchor = "start" if tick.place < 0.05 else "end" if tick.place > 0.9 else "middle"
            yield (
                f'<text x="{_percent(1 if anchor == "end" else tick.place)}" y="{top + 8:g}" '
                f'class="dim small" text-anchor="{anchor}">{escape(tick.text)}</text>'
            )


def _lane(lane: Lane, axis: Axis, teller: Teller, y: float) -> Iterator[str]:
    yield f'<line class="grid" x1="0" x2="100%" y1="{y:g}" y2="{y:g}"/>'
    yield from _text(0, y + 14, label(lane), "", _NARROW[1], _WIDE[1])
    yield from _text(1, y + 14, teller.note(lane), _ink(lane, teller), _NARROW[2], _WIDE[2], "end")
    bars = bars_of(lane, axis, _RESOLUTION) if lane.folded == 1 else []
    if not bars or len(bars) > _MOST_BARS:
        yield _load(lane, axis, y + 20)
    else:
        for bar in bars:
            yield from _bar(lane, bar, teller, y)


def _ink(lane: Lane, teller: Teller) -> str:
    if lane.attempts[-1].is_bad:
        return "bad-ink"
    if teller.is_closed or not lane.is_open:
        return "dim"
    return "stuck-ink" if lane.waits_in_vain else ""


def _look(lane: Lane, bar: Bar) -> str:
    if bar.phase == "waiting":
        return "stuck" if bar.is_open else _LOOKS[bar.status] if bar.status in BAD else "waiting"
    if lane.kind == "timer":
        return "gone" if bar.status == "CANCELED" else "timer"
    return "working" if bar.is_open else _LOOKS.get(bar.status, "gone")


def _bar(lane: Lane, bar: Bar, teller: Teller, y: float) -> Iterator[str]:
    about = teller.describe(lane, bar.number, bar.attempt)
    if bar.count > 1:
        word = STATUS_WORDS.get(bar.status, "waited")
        about = f"{bar.count:,} in a row, {word}; the first of them:\n{about}"
    title = f"<title>{escape(printable(about))}</title>"
    look = _look(lane, bar)
    if bar.phase == "mark":
        yield _diamond(bar.begin, y + 24, look, title)
        return
    top, height = (22, 4) if bar.phase == "waiting" or lane.kind == "timer" else (19, 10)
    # Something that takes no time should still be visible, also at the right end.
    width = max(bar.end - bar.begin, 0.004)
    begin = min(bar.begin, 1 - width)
    if bar.phase == "working" or bar.end > bar.begin or bar.attempt.started is None:
        yield (
            f'<rect class="{look}" x="{_percent(begin)}" y="{y + top:g}" '
            f'width="{_percent(width)}" height="{height}" rx="2">{title}</rect>'
        )
    if bar.is_open:
        yield (
            f'<svg x="100%" y="{y + 24:g}" overflow="visible"><path class="{look}" '
            'd="M-7-6L3 0L-7 6z"/></svg>'
        )


def _diamond(place: float, y: float, look: str, title: str) -> str:
    return (
        f'<svg x="{_percent(place)}" y="{y:g}" overflow="visible">'
        f'<path class="{look}" d="M0-6L6 0L0 6L-6 0z">{title}</path></svg>'
    )


def _load(lane: Lane, axis: Axis, y: float) -> str:
    """Draw how many attempts are open at a time, for a lane with too many to tell apart."""
    columns = 240
    load = load_of(lane, axis, columns)
    most = max(load)
    steps = "".join(f"H{column}V{12 - 12 * count / most:.4g}" for column, count in enumerate(load))
    last = lane.attempts[-1]
    look = "bad" if last.is_bad else "working" if lane.is_open else "good"
    about = f"{label(lane)}: {len(lane.attempts):,} attempts, at most {most:,} open at a time"
    return (
        f'<svg x="0" y="{y:g}" width="100%" height="11" viewBox="0 0 {columns} 12" '
        f'preserveAspectRatio="none"><path class="{look}" d="M0 12{steps}H{columns}V12z">'
        f"<title>{escape(printable(about))}</title></path></svg>"
    )
