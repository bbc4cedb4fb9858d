"""A timeline drawn as SVG."""

import re
from xml.etree import ElementTree

import pytest

from py_swf.decisions import ScheduleActivityTask
from py_swf.events import event_from_wire
from py_swf.history import History
from py_swf.timeline import STYLE, Timeline
from tests.timeline.stories import Story, completed_order, crowd, stuck_order

SVG = "{http://www.w3.org/2000/svg}"
#: valid places in time: inside the picture
PERCENT = re.compile(r"(100|\d{1,2}(\.\d+)?)%")


def picture(story, **options):
    return ElementTree.fromstring(
        Timeline(story.history, now=story.now, title="order-17").svg(**options)
    )


def texts(root):
    return [element.text for element in root.iter(f"{SVG}text")]


def titles(root):
    return [element.text for element in root.iter(f"{SVG}title")]


def test_the_picture_says_why_the_order_is_stuck():
    """The sentence about the task that nobody takes is above the lanes."""
    root = picture(stuck_order())

    (wide,) = [t for t in root.iter(f"{SVG}text") if t.get("class") == "stuck-ink wide"]
    assert wide.text.startswith("● activity 'pack' (pack 1) has waited 2 h 13 min in task list")
    assert "waiting for 2 h 13 min" in texts(root)


def test_hovering_tells_all_about_an_attempt():
    """A bar has a title: which attempt, where it waited, who took it, how it ended."""
    drawn = set(titles(picture(completed_order())))
    (failed,) = [title for title in drawn if "bank said no" in title]

    assert failed.splitlines() == [
        "activity charge-card (charge 1), 1 of 2",
        "event 5, 2026-11-21 09:00:00 UTC",
        "waited 1.5 s in task list work, taken by worker@web-2",
        "failed, 4 s",
        "CardDeclined: the bank said no",
    ]


@pytest.mark.parametrize("story", [completed_order, stuck_order, Story])
def test_all_is_inside_the_picture(story):
    """Every bar begins and ends between the left and the right edge."""
    for rect in picture(story()).iter(f"{SVG}rect"):
        places = [float(rect.get(name, "0%").rstrip("%")) for name in ("x", "width")]
        assert all(0 <= place <= 100 for place in places)
        assert sum(places) <= 100.01


def test_what_takes_no_time_can_be_seen():
    """An execution on a clock that stands still has bars."""
    root = picture(Story().decide(ScheduleActivityTask(("pack", "1"), "pack"), seconds=0))

    bars = [rect for rect in root.iter(f"{SVG}rect") if rect.get("class") in ("good", "stuck")]
    assert len(bars) == 2
    assert all(float(bar.get("width").rstrip("%")) > 0 for bar in bars)


def test_there_is_no_script_and_nothing_is_fetched():
    """The picture has no script, no link and no address but the name of its language."""
    svg = Timeline(completed_order().history).svg()

    assert not re.search(r"<script|href|url\(|@import|\son\w+=|\sstyle=", svg)
    assert re.findall(r"https?://[^\"]+", svg) == ["http://www.w3.org/2000/svg"]


def test_a_hostile_name_is_only_text():
    """Names that look like markup are text in the picture, in titles and in labels."""
    hostile = '"><script>alert(1)</script>&\x00\x0b'
    story = Story()
    story.signal(hostile, hostile).decide()

    root = ElementTree.fromstring(Timeline(story.history, title=hostile).svg())

    assert not list(root.iter(f"{SVG}script"))
    assert any("<script>alert(1)</script>" in (text or "") for text in texts(root))
    assert any("<script>alert(1)</script>" in title for title in titles(root))


def test_light_and_dark_have_the_same_colors_to_set():
    """Each color of the light theme has its counterpart in the dark one."""
    light, dark = re.findall(r"\{(--ground[^}]+)\}", STYLE.replace(";color-scheme", "};"))

    assert re.findall(r"--[\w-]+", light) == re.findall(r"--[\w-]+", dark)


def test_the_style_sheet_can_be_left_to_the_page():
    """A page with a strict policy can use the picture without its style sheet."""
    assert STYLE in Timeline(Story().history).svg()
    assert "<style" not in Timeline(Story().history).svg(with_style=False)


def test_the_width_can_be_fixed():
    """A picture has the width of its surroundings, or one in pixels."""
    assert picture(Story()).get("width") == "100%"
    assert picture(Story(), width=640).get("width") == "640"


def test_the_longest_history_is_a_small_picture():
    """A history of 25,000 events is drawn with few elements, and mentions the fold."""
    history = History(map(event_from_wire, crowd(9000)[:25_000]))

    root = ElementTree.fromstring(Timeline(history).svg())

    assert len(list(root.iter())) < 1000
    assert any("of resize-*" in (text or "") for text in texts(root))
    assert any("open at a time" in title for title in titles(root))


def test_many_attempts_in_one_lane_are_drawn_together():
    """Attempts that are too close to tell apart are one bar, which says how many they are."""
    story = Story()
    for _ in range(40):
        story.decide(ScheduleActivityTask(("pack", "1"), "pack"), seconds=0).work(0.01, None)
    story.after(3600)

    assert any("in a row, failed" in title for title in titles(picture(story)))
