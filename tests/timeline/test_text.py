"""A timeline drawn for a terminal."""

import json
import re
from pathlib import Path

import pytest

from py_swf._wording import cells
from py_swf.decisions import ScheduleActivityTask
from py_swf.events import event_from_wire
from py_swf.history import History
from py_swf.timeline import Timeline
from tests.golden_files import assert_golden
from tests.house.project import ROOT
from tests.timeline.stories import Story, completed_order, crowd, stuck_order

GOLDEN = Path(__file__).parent / "golden"
RECORDED = ["activity-failed", "child-workflow-completed", "signals-and-parallel-activities"]


def drawn(story, **options):
    return Timeline(story.history, now=story.now, title="order-17").text(**options)


def test_a_completed_order():
    """Everything that a history can hold is drawn in one picture."""
    assert_golden(GOLDEN / "completed-order.txt", drawn(completed_order()))


def test_a_stuck_order():
    """The reason why an order is stuck is above its picture."""
    assert_golden(GOLDEN / "stuck-order.txt", drawn(stuck_order()))


def test_a_stuck_order_on_a_wide_terminal_without_unicode():
    """On a terminal that knows ASCII only the picture has other signs, and uses its width."""
    assert_golden(
        GOLDEN / "stuck-order-ascii.txt", drawn(stuck_order(), width=110, ascii_only=True)
    )


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_history(name):
    """Histories from the real service are drawn."""
    path = ROOT / "tests" / "local" / "recorded" / f"{name}.json"
    events = json.loads(path.read_text(encoding="utf-8"))["events"]

    text = str(Timeline(History(map(event_from_wire, events))))

    assert_golden(GOLDEN / f"{name}.txt", text)


def test_the_longest_history_stays_readable():
    """A history of 25,000 events is one page of text."""
    history = History(map(event_from_wire, crowd(9000)[:25_000]))

    assert_golden(GOLDEN / "crowd.txt", Timeline(history).text())


@pytest.mark.parametrize("width", [20, 40, 57, 80, 200])
@pytest.mark.parametrize("story", [completed_order, stuck_order])
def test_no_line_is_longer_than_the_terminal(story, width):
    """Whatever the width, from 40 columns on, no line is longer than that."""
    text = drawn(story(), width=width)

    assert max(map(cells, text.splitlines())) <= max(width, 40)


def test_color_adds_nothing_but_color():
    """With color the same text is drawn, between the codes of a terminal."""
    colored = drawn(stuck_order(), color=True)

    assert "\x1b[33;1m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == drawn(stuck_order())


def test_ascii_only_is_ascii():
    """With ``ascii_only``, only ASCII is drawn, whatever the names are."""
    story = Story()
    story.decide(ScheduleActivityTask(("pack", "1"), "茶"))

    assert drawn(story, ascii_only=True).isascii()


def test_hidden_payloads_are_told_by_their_length():
    """A worker's texts are not shown if payloads are hidden."""
    story = Story().decide(ScheduleActivityTask(("pack", "1"), "pack")).work(1, None)

    shown = Timeline(story.history).text(120)
    hidden = Timeline(story.history, hide_payloads=True).text(120)

    assert "failed: CardDeclined" in shown
    assert "CardDeclined" not in hidden
    assert "failed: (hidden, 30 characters)" in hidden


def test_a_hostile_name_cannot_command_the_terminal():
    """Ids, titles and reasons are drawn without their control characters."""
    story = Story()
    story.signal("\x1b]0;evil\x07\nsecond line").decide()
    text = Timeline(story.history, title="\x1b[2Ja\nb").text()

    assert "\x1b" not in text
    assert "\x07" not in text
    assert "second line" in text
