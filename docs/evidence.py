"""Marks on statements: how well each is known, and which tests hold the local service to it.

A statement is an item of a list or a row of a table, and ends in one of three roles. The text of
the role names tests, or is a hyphen when there is none::

    * A timer of 0 seconds fires in a step of its own. :observed:`test_a_timer_of_zero_seconds`
    * A decision is checked like an action of IAM. :documented:`-`

In the pages of :data:`MARKED` each statement must have exactly one mark. A mark links to the tests
it names, whose source is put beside the pages, and to its statement, which gets an anchor named
after its first test.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from docs.named_tests import ROOT, named_tests

MARKS = ("documented", "observed", "inferred")
MARKED = "reference/how-swf-behaves/"
TESTS = named_tests(ROOT / "tests" / "local")

_log = logging.getLogger(__name__)


class evidence(nodes.Inline, nodes.Element):
    """A mark, with ``mark``, ``tests`` and, once its statement is known, ``anchor``."""


class _Mark(SphinxRole):
    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        names = [] if self.text == "-" else re.split(r",\s*", self.text)
        for name in names:
            if name not in TESTS:
                _log.warning("no such test: %s", name, location=self.get_location())
        known = [name for name in names if name in TESTS]
        return [evidence(self.rawtext, mark=self.name, tests=known)], []


def _find_statements(doctree: nodes.document) -> Iterator[nodes.Element]:
    yield from doctree.findall(nodes.list_item)
    for body in doctree.findall(nodes.tbody):
        for row in body.findall(nodes.row):
            if any(cell.astext() or list(cell.findall(evidence)) for cell in row.children[1:]):
                yield row


def _check_statements(app: Sphinx, doctree: nodes.document) -> None:
    """Require one mark of each statement, and give each an anchor."""
    if not app.env.docname.startswith(MARKED):
        return
    for statement in _find_statements(doctree):
        marks = list(statement.findall(evidence))
        if len(marks) != 1:
            text = " ".join(statement.astext().split())[:60]
            _log.warning("%d marks, not 1: %s", len(marks), text, location=statement)
            continue
        for name in marks[0]["tests"]:
            anchor = name.rpartition("::")[2].removeprefix("test_").replace("_", "-")
            if anchor not in doctree.ids:
                doctree.ids[anchor] = statement
                statement["ids"].append(anchor)
                marks[0]["anchor"] = anchor
                break


def _page_of(path: str) -> str:
    return path.removesuffix(".py")


def _show_marks(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put a word and its links in the place of each mark."""
    for mark in list(doctree.findall(evidence)):
        word: nodes.Element = nodes.inline("", mark["mark"])
        if "anchor" in mark:
            word = nodes.reference("", mark["mark"], refid=mark["anchor"], internal=True)
        shown = nodes.inline("", "", word, classes=["evidence", mark["mark"]])
        for name in mark["tests"]:
            test = TESTS[name]
            uri = app.builder.get_relative_uri(docname, _page_of(test.path))
            check = nodes.reference("", "\N{CHECK MARK}", refuri=f"{uri}#line-{test.line}")
            check["reftitle"] = f"{name}: {test.fact}"
            shown += check
        mark.replace_self(shown)


def _test_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Give each file of tests a page that shows its source."""
    for path in sorted({test.path for test in TESTS.values()}):
        source = (ROOT / path).read_text("utf-8")
        highlighter = app.builder.highlighter  # type: ignore[attr-defined]
        body = highlighter.highlight_block(source, "python", linespans="line")
        name = path.rpartition("/")[2]
        shown = f"<h1>{name}</h1><p>{path}</p>{body}"
        yield _page_of(path), {"title": name, "body": shown}, "page.html"


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx of the roles, the check and the pages."""
    app.add_node(evidence)
    for mark in MARKS:
        app.add_role(mark, _Mark())
    app.connect("doctree-read", _check_statements)
    app.connect("doctree-resolved", _show_marks)
    app.connect("html-collect-pages", _test_pages)
    app.add_css_file("evidence.css")
    # A test that was moved or renamed has every page read again.
    state = zlib.crc32(repr(sorted(TESTS.items())).encode())
    return {"env_version": state, "parallel_read_safe": True, "parallel_write_safe": True}
