"""No snippet of the documentation is only to be looked at."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_every_python_snippet_is_run() -> None:
    """Python stands in blocks that the doctest builder runs, or on the page that a test runs."""
    looked_at = {
        path.stem
        for path in DOCS.rglob("*.rst")
        if "code-block:: python" in path.read_text("utf-8")
    }

    assert looked_at == {"local-service-over-http"}
