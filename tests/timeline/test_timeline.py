"""Timeline: its arguments, and how it shows itself."""

from datetime import datetime, timedelta, timezone
from xml.etree import ElementTree

import pytest

from py_swf.history import History
from py_swf.timeline import Timeline
from tests.timeline.stories import Story, completed_order


def test_it_shows_itself_when_printed_and_in_a_notebook():
    """Printed it is text, in a notebook it is a picture."""
    timeline = Timeline(completed_order().history)

    assert str(timeline) == timeline.text()
    assert timeline._repr_html_() == timeline.svg()
    assert ElementTree.fromstring(timeline._repr_svg_()).get("width") == "960"
    assert repr(timeline).startswith("<Timeline of <History of 44 events")


def test_without_a_title_it_has_the_workflow_type():
    """The workflow id is not in a history; the type is."""
    history = Story().history

    assert str(Timeline(history)).startswith("order 1\n")
    assert str(Timeline(history, title="order-17")).startswith("order-17\n")


@pytest.mark.parametrize("now", [None, datetime(2026, 11, 21, 10, tzinfo=timezone.utc)])
def test_a_history_without_events_is_drawn(now):
    """An empty history has a picture, too."""
    timeline = Timeline(History(), now=now)

    assert str(timeline) == "no events"
    assert ElementTree.fromstring(timeline.svg()) is not None
    assert (timeline.lanes, timeline.open_work, timeline.failures) == ([], [], [])


def test_a_history_without_its_beginning_is_drawn():
    """A history without its beginning is drawn, without a type."""
    events = completed_order().history.events[20:]

    text = str(Timeline(History(events)))

    assert text.startswith("COMPLETED after")
    assert "charge-card" in text


def test_an_open_execution_lasts_until_now():
    """Open work is drawn up to the given time, but never to one before the last event."""
    story = Story()

    assert "OPEN for 1 h" in str(Timeline(story.history, now=story.now + timedelta(hours=1)))
    assert "OPEN for 0 s" in str(Timeline(story.history, now=story.now - timedelta(hours=1)))


def test_a_closed_execution_ends_when_it_closed():
    """The present does not stretch a closed execution."""
    story = completed_order()

    late = Timeline(story.history, now=story.now + timedelta(days=9))

    assert str(late) == str(Timeline(story.history))


def test_events_instead_of_a_history_are_refused():
    """A list of events is not taken for a history, and the error says what to do."""
    with pytest.raises(TypeError, match=r"history must be .*History, not list: wrap"):
        Timeline(completed_order().history.events)


def test_a_time_without_a_zone_is_refused():
    """A naive time cannot be compared with those of the service."""
    with pytest.raises(TypeError, match="now must be aware"):
        Timeline(History(), now=datetime(2026, 11, 21))
