"""The pages "How SWF behaves": each statement has its mark, each mark names tests that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.loaders import Loader

from docs.named_tests import ROOT, named_tests

PAGES = ROOT / "docs" / "reference" / "how-swf-behaves"
CONFORMANCE = "tests/local/conformance/"
MARK = re.compile(r":(documented|observed|inferred):`(-|test_[\w:., ]+)`")
ITEM = re.compile(r"^\* .*(?:\n  .*)*", re.MULTILINE)
ROW = re.compile(r'^   ".*"$', re.MULTILINE)
HEADING = re.compile(r'   "[^"]*"(?:, "")+')

#: tests of the service that say nothing about it
OF_THE_TESTS_THEMSELVES = {
    "test_good_requests_pass",
}


def statements(page: str) -> Iterator[str]:
    """Give the items of the lists and the rows of the tables of a page."""
    yield from ITEM.findall(page)
    yield from (row for row in ROW.findall(page) if not HEADING.fullmatch(row))


def named(page: str) -> set[str]:
    """Return the names of tests in the marks of a page."""
    texts = [match.group(2) for match in MARK.finditer(page)]
    return {name.strip() for text in texts if text != "-" for name in text.split(",")}


def pages() -> dict[str, str]:
    """Read the pages that hold statements."""
    return {path.name: path.read_text("utf-8") for path in PAGES.glob("*.rst")}


@pytest.mark.parametrize("name", sorted(pages()))
def test_every_statement_ends_in_one_mark(name: str) -> None:
    """Each item of a list and each row of a table is documented, observed or inferred."""
    page = pages()[name]
    wrong = [each for each in statements(page) if len(MARK.findall(each)) != 1]
    assert not wrong
    assert list(statements(page)) or name == "index.rst"


def test_a_statement_without_a_mark_is_noticed() -> None:
    """Each item and row is a statement; the heading of a group of rows is not."""
    page = '* Bare,\n  on two lines.\n\n.. csv-table::\n\n   "a", "bare"\n   "**a group**", ""\n'
    assert list(statements(page)) == ["* Bare,\n  on two lines.", '   "a", "bare"']


def test_every_named_test_exists() -> None:
    """A test that is renamed is renamed on the pages too."""
    tests = named_tests(ROOT / "tests" / "local")
    missing = {name: named(page) - set(tests) for name, page in pages().items()}
    assert not {name: names for name, names in missing.items() if names}


def test_every_conformance_test_is_named() -> None:
    """The fact in each conformance test is stated somewhere."""
    stated = set().union(*map(named, pages().values()))
    tests = named_tests(ROOT / "tests" / "local")
    conformance = {name for name, test in tests.items() if test.path.startswith(CONFORMANCE)}
    unstated = conformance - stated - OF_THE_TESTS_THEMSELVES
    assert not unstated, "say on a page of How SWF behaves what they hold, and name them there"
    assert conformance >= OF_THE_TESTS_THEMSELVES


def test_every_cause_is_explained() -> None:
    """Each cause in the model for a failed decision is in the table of causes."""
    shapes = Loader().load_service_model("swf", "service-2")["shapes"]
    causes = {
        cause
        for name, shape in shapes.items()
        if name.endswith("FailedCause")
        for cause in shape["enum"]
    }
    assert not {cause for cause in causes if cause not in pages()["decisions.rst"]}


def test_a_name_in_two_files_is_told_by_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that one file has is enough; one that two files have needs the file too."""
    monkeypatch.setattr("docs.named_tests.ROOT", tmp_path)
    (tmp_path / "test_a.py").write_text('def test_x():\n    """One."""\n\ndef test_y(): ...\n')
    (tmp_path / "test_b.py").write_text("\n\n@mark\ndef test_x(): ...\n")
    found = named_tests(tmp_path)
    assert set(found) == {"test_y", "test_a.py::test_x", "test_b.py::test_x"}
    assert found["test_a.py::test_x"] == ("test_a.py", 1, "One.")
    assert found["test_b.py::test_x"].line == 3
