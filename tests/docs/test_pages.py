"""Every snippet of the documentation is run."""

from __future__ import annotations

import codeop
import re
import textwrap
from pathlib import Path

from py_swf.flow.linting.rules import RULES

DOCS = Path(__file__).parents[2] / "docs"
TESTCODE = re.compile(r"^\.\. testcode::\n\n((?: {3}.*\n|\n)+)", re.MULTILINE)


def test_every_python_snippet_is_run() -> None:
    """Python is in blocks that the doctest builder runs, or on the page that a test runs."""
    looked_at = {
        path.stem
        for path in DOCS.rglob("*.rst")
        if "code-block:: python" in path.read_text("utf-8")
    }

    assert looked_at == {"local-service-over-http"}


def test_the_first_tutorial_can_be_pasted_line_by_line() -> None:
    """At Python's prompt, only an empty line ends a function."""
    pieces = TESTCODE.findall((DOCS / "tutorial" / "first-workflow.rst").read_text("utf-8"))

    for piece in pieces:
        entered: list[str] = []
        for line in [*textwrap.dedent(piece).strip().splitlines(), ""]:
            entered.append(line)
            if codeop.compile_command("\n".join(entered)) is not None:
                entered = []
        assert not any(entered)
    assert pieces


def test_the_page_on_workflows_names_every_rule_of_the_linter() -> None:
    """Every finding of the linter is explained on the page about what a workflow may do."""
    page = (DOCS / "explanation" / "what-a-workflow-may-do.rst").read_text("utf-8")

    assert [rule.name for rule in RULES if f"``{rule.name}``" not in page] == []
