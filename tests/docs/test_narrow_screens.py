"""Which tables a phone shows as blocks, and what is written into them."""

from __future__ import annotations

import pytest
from docutils import nodes
from docutils.core import publish_doctree

from docs.narrow_screens import break_names, is_wide, label_cells

TEXT = "it is told so by its next heartbeat"


def table_of(*rows: str) -> nodes.table:
    """Parse a table whose first row has the heads."""
    lines = [f"   {row}" for row in rows]
    source = "\n".join([".. csv-table::", "   :header-rows: 1", "", *lines])
    return next(publish_doctree(source).findall(nodes.table))


@pytest.mark.parametrize(
    ("row", "wide"),
    [
        (f"worker, {TEXT}", False),
        (f"worker, {TEXT}, 1", True),
        (f"{TEXT}, 2.6, 3.9", False),
        ("worker, 1, 2, 3, 4", True),
    ],
)
def test_a_table_is_wide_by_its_columns_and_what_is_in_them(row: str, wide: bool) -> None:
    """Two columns fit, and so do four of numbers beside a text."""
    heads = ", ".join("abcde"[: row.count(",") + 1])

    assert is_wide(table_of(heads, row)) is wide


def test_each_cell_says_the_head_of_its_column() -> None:
    """The first cell is the title of the block, and an empty one says nothing."""
    table = table_of("who, is told, when", f"worker, {TEXT}, ")

    label_cells(table)

    body = next(table.findall(nodes.tbody))
    assert [cell.astext() for cell in body.findall(nodes.entry)] == [
        "worker",
        f"is told: {TEXT}",
        "",
    ]


@pytest.mark.parametrize(
    ("html", "broken"),
    [
        ("<td>RecordMarkerFailed</td>", "<td>Record<wbr>Marker<wbr>Failed</td>"),
        ("<td>OPEN_TIMERS_LIMIT</td>", "<td>OPEN_<wbr>TIMERS_<wbr>LIMIT</td>"),
        ('<td><a href="RecordMarkerFailed">a</td>', '<td><a href="RecordMarkerFailed">a</td>'),
        ("<p>RecordMarkerFailed", "<p>RecordMarkerFailed"),
        ("<p>WorkflowExecutionTimeoutType", "<p>Workflow<wbr>Execution<wbr>Timeout<wbr>Type"),
        ('<a id="WorkflowExecutionTimeoutType">', '<a id="WorkflowExecutionTimeoutType">'),
        ("<pre>WorkflowExecutionTimeoutType</pre>", "<pre>WorkflowExecutionTimeoutType</pre>"),
        ("<svg>WorkflowExecutionTimeoutType</svg>", "<svg>WorkflowExecutionTimeoutType</svg>"),
    ],
)
def test_a_long_name_may_be_broken_between_its_parts(html: str, broken: str) -> None:
    """In a cell from 14 characters, elsewhere from 24; not in addresses, code or pictures."""
    assert break_names(html) == broken


def test_a_signature_may_be_broken_before_its_name_and_its_parameters() -> None:
    """The name of the module, the name and the first parameter can each have a line."""
    name = '<span class="sig-name">poll</span>'
    paren = '<span class="sig-paren">(</span>'

    assert break_names(f"py_swf.{name}{paren}a") == f"py_swf.<wbr>{name}{paren}<wbr>a"
