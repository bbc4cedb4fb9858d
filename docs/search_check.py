"""Checks in each whole build that a search for an everyday word finds the page that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from docs.search_words import WORDS, found_by, read_index

_log = logging.getLogger(__name__)


class _Check:
    """Checks whole builds: Sphinx forgets the index entries of pages that it reads no more."""

    is_whole = False

    def before(self, app: Sphinx, env: BuildEnvironment, names: Sequence[str]) -> None:
        """Notice how many of the pages are read."""
        self.is_whole = len(names) == len(env.found_docs)

    def after(self, app: Sphinx, error: Exception | None) -> None:
        """Look every word up."""
        if error or app.builder.name != "html" or not self.is_whole:
            return
        index = read_index(Path(app.outdir, "searchindex.js"))
        for word, page in WORDS.items():
            if page not in found_by(index, word):
                _log.warning("a search for %r does not find %s", word, page)


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx of the check."""
    check = _Check()
    app.connect("env-before-read-docs", check.before)
    app.connect("build-finished", check.after)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
