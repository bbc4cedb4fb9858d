"""The check of the search: it finds what Sphinx's own search finds by an index entry."""

from __future__ import annotations

from pathlib import Path

from docs.search_words import found_by, read_index

INDEX = """Search.setIndex({"docnames": ["timers", "stuck", "cost", "speed"],
"indexentries": {"debug": [[1, "index-0", true], [3, "index-0", false]],
"debug a workflow": [[0, "index-0", true]], "debugger": [[2, "index-0", true]]}})"""


def test_an_entry_is_found_where_the_word_is_half_of_it(tmp_path: Path) -> None:
    """A short word in a long entry finds nothing, as in the browser, and only main entries lead."""
    path = tmp_path / "searchindex.js"
    path.write_text(INDEX, "utf-8")
    index = read_index(path)

    assert found_by(index, "debug") == {"stuck", "cost"}
    assert found_by(index, "cron") == set()
