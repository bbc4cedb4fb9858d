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
    """A history that an earlier engine made, on another Python, is replayed by this one."""
    has_task_groups = path.stem.startswith(("game", "child")) and not path.stem.endswith("py310")
    if has_task_groups and sys.version_info < (3, 11):
        pytest.skip("from Python 3.11 on, the programs of the game have task groups")
    history = flow.saved(path)
    kind = history[0].workflow_type

    assert flow.replay(WORKFLOWS[kind.name, kind.version], history) == []


@pytest.mark.parametrize("python", ["", "py310", "py313"])
def test_there_are_some(python):
    """The histories are in their folder, from the oldest Python and the newest."""
    assert len([path for path in RECORDED if path.stem.endswith(python)]) >= 8
