"""Checks that a search of the built pages leads from everyday words to the page that answers them.

Sphinx's search looks an index entry up by the word that was typed, where the word is at least half
of the entry. So each of these words is an entry, or nearly, on its page: ``.. index:: debug``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

#: what somebody types -> the page that should be found
WORDS = {
    "cron": "how-to/periodic-work",
    "debug": "how-to/my-workflow-is-stuck",
    "deadline": "how-to/signal-with-a-deadline",
    "heartbeat": "how-to/heartbeats",
    "iam": "how-to/permissions",
    "mock": "how-to/test-a-decider",
    "parallel": "how-to/limited-parallelism",
    "password": "how-to/secrets",
    "price": "how-to/costs-and-limits",
    "retry": "how-to/retries",
    "sleep": "how-to/timers",
    "stuck": "how-to/my-workflow-is-stuck",
    "timeout": "how-to/timeouts-explained",
    "upgrade": "how-to/change-a-decider",
}

_log = logging.getLogger(__name__)


def found_by(index: Mapping[str, Any], word: str) -> set[str]:
    """Return the pages that the search finds by an index entry.

    :param index: what is in ``searchindex.js``.
    :param word: what was typed, in small letters.
    """
    return {
        index["docnames"][page]
        for entry, places in index["indexentries"].items()
        if word in entry and len(word) >= len(entry) / 2
        for page, *_ in places
    }


def read_index(path: Path) -> Any:
    """Read a ``searchindex.js``: a call with JSON in it."""
    text = path.read_text("utf-8")
    return json.loads(text[text.index("(") + 1 : text.rindex(")")])


class _Check:
    """Checks whole builds: Sphinx forgets the index entries of pages that it does not read again."""

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
