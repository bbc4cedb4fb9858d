"""Draws the states of everything in an execution as SVG, from the local service's own tables.

Each state that an event can leave is a box, with the timeouts that run in it. Below it are the
events, and beside each the state it leads to: a final state has round ends. The picture is 350
units wide, so that a phone shows it in its own size. Its colors are classes, to which the style
sheet of the pages gives a light and a dark form.
"""

from __future__ import annotations

from html import escape

from py_swf.local.machine.execution.activity_task import ActivityTask
from py_swf.local.machine.execution.child_execution import ChildExecution
from py_swf.local.machine.execution.decision_task import DecisionTask
from py_swf.local.machine.execution.entity import Entity
from py_swf.local.machine.execution.execution import Execution
from py_swf.local.machine.execution.external_request import ExternalCancel, ExternalSignal
from py_swf.local.machine.execution.lambda_function import LambdaFunction
from py_swf.local.machine.execution.timer import Timer

KINDS: list[type[Entity]] = [
    Execution,
    DecisionTask,
    ActivityTask,
    Timer,
    ChildExecution,
    ExternalSignal,
    ExternalCancel,
    LambdaFunction,
]

WIDTH = 350
LINE = 17
STEM = 12
INDENT = 24
#: the width of one letter, all of which are equally wide
LETTER = 6.4


def draw(kind: type[Entity]) -> str:
    """Return the states of one kind of thing as an SVG element."""
    picture = _Picture(frozenset(kind.states))
    for state, moves in kind.states.items():
        if state:
            picture.draw_state(state, list(kind.timeouts.get(state, ())))
        else:
            picture.draw_beginning()
        targets = list(dict.fromkeys(moves.values()))
        for target in targets:
            events = [event for event, after in moves.items() if after == target]
            picture.draw_moves(events, state, target, last=target == targets[-1])
        picture.y += 14
    size = f'viewBox="0 0 {WIDTH} {picture.y:g}" width="{WIDTH}" height="{picture.y:g}"'
    head = f'<svg class="states" role="img" xmlns="http://www.w3.org/2000/svg" {size}>'
    title = f"<title>{escape(f'The states of: {kind.name}')}</title>"
    return "\n".join([head, title, *picture.parts, "</svg>"])


class _Picture:
    """What has been drawn so far, down to ``y``."""

    def __init__(self, left: frozenset[str]) -> None:
        self.left = left
        self.parts: list[str] = []
        self.y = 2.0

    def draw_beginning(self) -> None:
        """Draw the dot from which everything begins."""
        self.parts.append(f'<circle class="begin" cx="{STEM}" cy="{self.y + 5:g}" r="5"/>')
        self.y += 10

    def draw_state(self, state: str, timeouts: list[str]) -> None:
        """Draw the box of a state."""
        longest = max(map(len, [state, *timeouts]))
        self._box("state", 2, self.y, longest * LETTER + 20, 24 + len(timeouts) * 15)
        self._text("state", 12, self.y + 16, state)
        for number, timeout in enumerate(timeouts, start=1):
            self._text("timeout", 12, self.y + 16 + number * 15, timeout)
        self.y += 24 + len(timeouts) * 15

    def draw_moves(self, events: list[str], state: str, target: str, *, last: bool) -> None:
        """Draw the events that lead from one state to one other, or back to itself."""
        label = target if target != state else f"stays {state}"
        names, box = max(map(len, events)) * LETTER, len(label) * LETTER + 18
        below = INDENT + names + 20 + box > WIDTH - 2
        height = len(events) * LINE + (LINE + 6 if below else 6)
        middle = self.y + (height - 10 if below else height / 2 + 1)
        x = INDENT + (24 if below else names + 20)
        for number, event in enumerate(events, start=1):
            self._text("event", INDENT, self.y + number * LINE, event)
        self._line(f"M{STEM} {self.y:g}V{middle if last else self.y + height:g}")
        self._line(f"M{STEM} {middle:g}H{x - 6 if below else INDENT - 3:g}")
        if not below:
            self._line(f"M{INDENT + names + 3:g} {middle:g}H{x - 6:g}")
        self.parts.append(f'<path class="tip" d="M{x - 7:g} {middle - 4:g}l6 4l-6 4z"/>')
        style = "next" if target in self.left else "final"
        self._box(style, x, middle - 9, box, 18)
        self._text(style, x + 9, middle + 4, label)
        self.y += height

    def _box(self, style: str, x: float, y: float, width: float, height: float) -> None:
        place = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
        corner = 9 if style == "final" else 4
        self.parts.append(f'<rect class="{style}" {place} rx="{corner}"/>')

    def _text(self, style: str, x: float, y: float, text: str) -> None:
        self.parts.append(f'<text class="{style}" x="{x:g}" y="{y:g}">{escape(text)}</text>')

    def _line(self, path: str) -> None:
        self.parts.append(f'<path class="move" d="{path}"/>')
