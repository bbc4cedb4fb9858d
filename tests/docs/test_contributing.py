"""What the contributor's page names exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_file_that_the_page_names_exists() -> None:
    """A newcomer is sent to no file or folder that has moved."""
    page = (ROOT / "docs" / "contributing.rst").read_text("utf-8")
    named = set(re.findall(r"\b(?:py_swf|docs|tests)/[\w/.-]*[\w/]", page)) - {"docs/_build"}

    assert len(named) > 12
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
