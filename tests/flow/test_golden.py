"""Histories that were recorded once and must replay forever, on every Python."""

import sys
from pathlib import Path

import pytest

from py_swf import flow
from tests.flow.game import child, game
from tests.flow.test_replays import order

RECORDED = sorted((Path(__file__).parent / "golden").glob("*.json"))
WORKFLOWS = {(each.name, each.version): each for each in (order, game, child)}


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_history_replays(path):
    """A history that an earlier engine made is replayed by this one."""
    if path.stem.startswith(("game", "child")) and sys.version_info < (3, 11):
        pytest.skip("the programs of the game have task groups")
    history = flow.saved(path)
    kind = history[0].workflow_type

    assert flow.replay(WORKFLOWS[kind.name, kind.version], history) == []


def test_there_are_some():
    """The histories are where they are looked for."""
    assert len(RECORDED) >= 10
