"""The lists of the pages: a line that was filled again does not swallow the item after it."""

import re

import pytest

from tests.house.project import ROOT, texts

# Code is indented by three spaces or more; an inner list follows an empty line.
CODE = re.compile(r"``[^`]*``")
SWALLOWED = re.compile(r"^ {0,2}(?! )[^\n]*[^*\s](?: \* \S|\n {1,2}\* )[^\n]*", re.MULTILINE)


def swallowed(text):
    """Return the lines in which an item of a list does not begin a line."""
    return SWALLOWED.findall(CODE.sub("code", text))


PAGES = {p.relative_to(ROOT).as_posix(): text for p, text in texts() if p.suffix == ".rst"}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_each_item_begins_a_line(name):
    """No item of a list has become a part of the one before it."""
    assert swallowed(PAGES[name]) == []


@pytest.mark.parametrize(
    "text", ["* One. * Two.", "* One, and\n  more. * **Two**.", "* One.\n  * ``Two``."]
)
def test_an_item_that_is_swallowed_is_seen(text):
    """It is found in the middle of a line and at the beginning of one."""
    assert len(swallowed(text)) == 1


@pytest.mark.parametrize(
    "text", ["* One, *two*.\n* ``3 * 4`` **five**", "* One\n\n  * inner", "::\n\n   a = 3 * 4"]
)
def test_other_stars_are_not_meant(text):
    """Emphasis, multiplications in code and inner lists stay as they are."""
    assert swallowed(text) == []
