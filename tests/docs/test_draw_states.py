"""The pictures of states: each shows a whole table, and fits on a phone."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from docs.draw_states import KINDS, LETTER, WIDTH, draw
from py_swf.local.machine.execution.entity import Entity

SVG = "{http://www.w3.org/2000/svg}"
EVERY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def drawn(kind: type[Entity], tag: str) -> list[ElementTree.Element]:
    """Return the elements of one tag in the picture of a kind."""
    return ElementTree.fromstring(draw(kind)).findall(SVG + tag)


def texts(kind: type[Entity], style: str) -> list[str | None]:
    """Return the texts of one style in the picture of a kind, downwards."""
    return [text.text for text in drawn(kind, "text") if text.get("class") == style]


def test_every_kind_is_drawn() -> None:
    """Every entity that events can begin is drawn."""
    assert {kind.name for kind in KINDS} == {kind.name for kind in _entities(Entity)}


def _entities(kind: type[Entity]) -> set[type[Entity]]:
    below = [each for child in kind.__subclasses__() for each in _entities(child)]
    return {*below, *([kind] if hasattr(kind, "name") else [])}


@EVERY_KIND
def test_every_move_is_drawn(kind: type[Entity]) -> None:
    """Each event is there, in the order of the table, with the state that it leads to."""
    events = [event for moves in kind.states.values() for event in _by_target(moves)]
    assert texts(kind, "event") == events
    targets = {after for moves in kind.states.values() for after in moves.values()}
    labels = {f"{text}".removeprefix("stays ") for text in texts(kind, "next")}
    assert {*labels, *texts(kind, "final")} == targets
    assert set(texts(kind, "final")) == targets - set(kind.states)


def _by_target(moves: dict[str, str]) -> list[str]:
    targets = list(dict.fromkeys(moves.values()))
    return sorted(moves, key=lambda event: targets.index(moves[event]))


@EVERY_KIND
def test_every_state_shows_its_timeouts(kind: type[Entity]) -> None:
    """Below a state are the timeouts that run in it."""
    assert texts(kind, "state") == [state for state in kind.states if state]
    assert texts(kind, "timeout") == [
        timeout for state in kind.states for timeout in kind.timeouts.get(state, ())
    ]


@EVERY_KIND
def test_it_fits_on_a_phone(kind: type[Entity]) -> None:
    """No box and no text ends beyond the right edge, and no text beyond its box."""
    for box in drawn(kind, "rect"):
        assert float(box.get("x", 0)) + float(box.get("width", 0)) <= WIDTH - 1
    for text in drawn(kind, "text"):
        assert float(text.get("x", 0)) + len(text.text or "") * LETTER <= WIDTH
