"""The script that draws the states of everything in an execution."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "docs" / "draw_states.py"


def test_every_move_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    """The pictures show each kind of thing, and each event on an arrow between its two states."""
    kinds = runpy.run_path(str(SCRIPT), run_name="__main__")["KINDS"]
    drawn = capsys.readouterr().out
    assert drawn.count("digraph") == len(kinds) == 8
    arrows = [line for line in drawn.splitlines() if "->" in line]
    for states in (kind.states for kind in kinds):
        for before, moves in states.items():
            for event, after in moves.items():
                assert any(
                    line.startswith(f'  "{before}" -> "{after}"') and event in line
                    for line in arrows
                )
