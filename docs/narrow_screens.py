"""What a phone needs, as classes for ``narrow.css``.

Each row of a wide table is shown as a block there, with the column heads inside it: the class
``stacks`` marks such a table, and the head of its column is repeated in each cell. Tables of two
columns, or of a few numbers, fit as they are. The class ``long`` marks code with a word that is
longer than a line, and is broken; others stay whole, with their hyphens. A very long name, a long
one in a table, and a signature may be broken between their parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

#: What a phone shows of one cell, in characters, where there are three or four columns.
FITS = 12
#: What a phone shows of one line, in characters of code.
LINE = 36

_CELL = re.compile(r"<t([dh])\b.*?</t\1>", re.DOTALL)
_LONG_NAME = re.compile(r"[\w.()\[/=]{14,}(?![^<]*>)")
_AS_IT_IS = re.compile(r"(<pre\b.*?</pre>|<svg\b.*?</svg>)", re.DOTALL)
_VERY_LONG_NAME = re.compile(r"(?<![\w&])\w{24,}(?![^<]*>)")
_IN_SIGNATURE = re.compile(r'(?=<span class="sig-name)|(?<=<span class="sig-paren">\(</span>)')
_JOINT = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[_.(\[/=])(?=\w)")


def _rows(table: nodes.table) -> Iterator[nodes.row]:
    for body in table.findall(nodes.tbody):
        yield from body.findall(nodes.row)


def is_wide(table: nodes.table) -> bool:
    """Return whether a table has too much in its rows for a phone."""
    rows = [[len(cell.astext()) for cell in row.children] for row in _rows(table)]
    columns = max((len(row) for row in rows), default=0)
    return columns > 4 or (columns > 2 and any(max(row[1:], default=0) > FITS for row in rows))


def label_cells(table: nodes.table) -> None:
    """Put the head of its column before the text of each cell, except in the first column."""
    heads = [cell.astext() for head in table.findall(nodes.thead) for cell in head[0].children]
    for row in _rows(table):
        for head, cell in zip(heads[1:], row.children[1:], strict=False):
            if cell.astext():  # a mark of how well something is known has no text yet
                cell[0].insert(0, nodes.inline("", f"{head}: ", classes=["column-head"]))


def _add_classes(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for code in doctree.findall(nodes.literal):
        if any(len(word) > LINE for word in code.astext().split()):
            code["classes"].append("long")
    for table in doctree.findall(nodes.table):
        if is_wide(table):
            table["classes"].append("stacks")
            label_cells(table)


def _break_name(name: re.Match[str]) -> str:
    return _JOINT.sub("<wbr>", name[0])


def break_names(html: str) -> str:
    """Allow a line to end in a signature, and between the parts of a long name."""
    html = _CELL.sub(lambda td: _LONG_NAME.sub(_break_name, td[0]), html)
    parts = _AS_IT_IS.split(_IN_SIGNATURE.sub("<wbr>", html))
    parts[::2] = [_VERY_LONG_NAME.sub(_break_name, part) for part in parts[::2]]
    return "".join(parts)


def _break_names(app: Sphinx, page: str, template: str, context: Any, tree: object) -> None:
    if tree:
        context["body"] = break_names(context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx of the classes."""
    app.connect("doctree-resolved", _add_classes, priority=400)  # before the marks get their words
    app.connect("html-page-context", _break_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
