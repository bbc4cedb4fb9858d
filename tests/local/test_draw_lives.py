"""The script that draws the lives."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from py_swf.local.lives import LIVES

SCRIPT = Path(__file__).parents[2] / "docs" / "draw_lives.py"


def test_every_move_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    """The pictures show each life, and each event on an arrow between its two states."""
    runpy.run_path(str(SCRIPT), run_name="__main__")
    drawn = capsys.readouterr().out
    assert drawn.count("digraph") == len(LIVES)
    arrows = [line for line in drawn.splitlines() if "->" in line]
    for table in LIVES.values():
        for before, moves in table.items():
            for event, after in moves.items():
                assert any(
                    line.startswith(f'  "{before}" -> "{after}"') and event in line
                    for line in arrows
                )
