"""The picture of a history: it is drawn from a real one, and fits on a phone."""

from __future__ import annotations

from xml.etree import ElementTree

from docs.draw_history import PICTURE, draw, one_activity

SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_is_what_would_be_drawn_now() -> None:
    """``python docs/draw_history.py`` would change nothing."""
    assert PICTURE.read_text("utf-8") == draw(one_activity()) + "\n"


def test_every_event_is_in_its_lane() -> None:
    """There is a dot for each event, further right for an activity task than for the execution."""
    picture = ElementTree.fromstring(draw(one_activity()))
    across = [float(dot.get("cx", 0)) for dot in picture.findall(f"{SVG}circle")]

    assert len(across) == len(one_activity())
    assert [sorted(set(across)).index(x) for x in across] == [0, 1, 1, 1, 2, 2, 2, 1, 1, 1, 0]


def test_nothing_is_beyond_the_right_edge() -> None:
    """The longest line of small print ends within the 350 units."""
    for text in ElementTree.fromstring(draw(one_activity())).findall(f"{SVG}text"):
        assert float(text.get("x", 0)) + 7 * len(text.text or "") <= 350
