"""Everyday words, and the page that a search for each should find.

Sphinx's search looks an index entry up by the word that was typed, where the word is at least half
of the entry. So each of these words is an entry, or nearly, on its page: ``.. index:: debug``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
    "query": "how-to/workflows/from-temporal",
    "memo": "how-to/workflows/from-temporal",
    "reset": "how-to/workflows/from-temporal",
    "sticky": "how-to/workflows/from-temporal",
    "temporal": "how-to/workflows/from-temporal",
    "retry": "how-to/retries",
    "sleep": "how-to/timers",
    "stuck": "how-to/my-workflow-is-stuck",
    "timeout": "how-to/timeouts-explained",
    "upgrade": "how-to/change-a-decider",
}


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
