"""The project's words: ``docs/words.csv`` says which to use, and every text keeps to it."""

import csv
import re

import pytest

from tests.house.project import ROOT, texts

TABLE = (ROOT / "docs" / "words.csv").read_text(encoding="utf-8")
WORDS = list(csv.DictReader(TABLE.splitlines()))
SAY_INSTEAD = {phrase: row["say"] for row in WORDS for phrase in row["not"].split(", ")}
# A phrase may be broken at the end of a line, before a comment goes on. Code is not meant: neither
# future.cancelled(), nor a name that holds the word, nor what is quoted. A docstring is text.
BROKEN_LINE = r"\s+(?:#:?\s+)?"
NOT_QUOTED = r"""(?<![\w.`'-])(?<!(?<!"")")"""
PHRASES = "|".join(phrase.replace(" ", BROKEN_LINE) for phrase in SAY_INSTEAD)
FORBIDDEN = re.compile(rf"""{NOT_QUOTED}(?:{PHRASES})(?![\w(`"'])""", re.IGNORECASE)
#: the table itself, the license, and what the service or another SDK wrote
NOT_OURS = ("LICENSE", "docs/words.csv", "tests/house/test_words.py", "tests/local/recorded/")


def offences(text):
    """Yield each phrase of a text that the project does not use, with its line."""
    for found in FORBIDDEN.finditer(text):
        phrase = re.sub(BROKEN_LINE, " ", found.group().lower())
        line = text[: found.start()].count("\n") + 1
        yield f"line {line}: {phrase!r}, say {SAY_INSTEAD[phrase]!r}"


OFFENCES = {
    name: list(offences(text))
    for path, text in texts()
    if not (name := path.relative_to(ROOT).as_posix()).startswith(NOT_OURS)
}


@pytest.mark.parametrize("name", sorted(OFFENCES))
def test_a_file_keeps_to_the_words(name):
    """A file uses the project's words."""
    assert OFFENCES[name] == []


@pytest.mark.parametrize(
    "text", ["A time-out.", "for\never", "# it is let\n    # be", "Shall it?", '"""Shall it?"""']
)
def test_a_word_that_is_not_used_is_seen(text):
    """The lint finds a phrase in any case, across a line break or a comment, and after quotes."""
    assert len(list(offences(text))) == 1


@pytest.mark.parametrize(
    "text", ["future.cancelled()", "``cancelled``", "marshall", "CancelledError", '"CANCELLED"']
)
def test_code_is_not_meant(text):
    """The lint ignores text that only looks like the word."""
    assert list(offences(text)) == []
