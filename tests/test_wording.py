"""Durations, moments and foreign text in a line of limited width."""

import math
from datetime import datetime, timedelta, timezone

import pytest

from py_swf._wording import cells, cut, cut_end, duration, moment, one_line, printable


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.0004, "0 ms"),
        (0.012, "12 ms"),
        (0.9996, "1 s"),
        (1.24, "1.2 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.5, "1 min"),
        (200, "3 min 20 s"),
        (3600, "1 h"),
        (2 * 3600 + 13 * 60 + 59, "2 h 13 min"),
        (3 * 86_400 + 4 * 3600, "3 d 4 h"),
        (math.inf, "no limit"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(seconds, words):
    """A duration is written as people write it, and never as sixty of a unit."""
    assert duration(seconds) == words


def test_a_moment_is_told_in_utc():
    """A moment of any time zone is shown in UTC, and says so."""
    berlin = timezone(timedelta(hours=1))

    assert moment(datetime(2026, 11, 21, 10, 2, 11, tzinfo=berlin)) == "2026-11-21 09:02:11 UTC"


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\x07", "\u202e", "\x9b31m", "\ud800", "\uffff"])
def test_what_commands_a_terminal_is_replaced(hostile):
    """Control characters, direction marks and invalid characters are replaced."""
    assert printable(f"a{hostile}b\tc\n").startswith("a\N{REPLACEMENT CHARACTER}")
    assert printable(f"a{hostile}b\tc\n").endswith("b\tc\n")


def test_one_line_has_no_line_ends():
    """White space of any length becomes one space."""
    assert one_line("  a\n\tb\r\n c ") == "a b c"
    assert one_line(" one line ") == "one line"


def test_wide_characters_take_two_columns():
    """Columns are counted as in a terminal: wide characters two, combining ones zero."""
    assert cells("茶a") == 3
    assert cells("e\N{COMBINING ACUTE ACCENT}") == 1


@pytest.mark.parametrize("width", range(1, 12))
@pytest.mark.parametrize("text", ["resize-1234", "茶壺茶壺茶壺"])
def test_what_is_cut_fits(text, width):
    """Text that is cut, in the middle or at the end, fits the columns."""
    assert cells(cut(text, width)) <= width
    assert cells(cut_end(text, width)) <= width


def test_an_id_is_cut_in_its_middle():
    """Both ends of an id are kept, since ids differ there."""
    assert cut("activity-resize-17", 9) == "acti…e-17"
    assert cut("pack", 4) == "pack"


def test_a_sentence_is_cut_at_its_end():
    """The beginning of a sentence is kept."""
    assert cut_end("failed: no money", 8) == "failed:…"
