"""Everyday words, and the page that a search for each should find.

Sphinx's search looks an index entry up by the word that was typed, where the word is at least half
of the entry. It lists main entries first, the longer the word the earlier, and others last. So each
of these words is a main entry, or nearly, on its page: ``.. index:: ! debug``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: what somebody types -> the page that should be found
WORDS = {
    "access denied": "how-to/permissions",
    "asyncio": "explanation/how-replay-works",
    "cancel": "how-to/cancel",
    "child workflow": "how-to/child-workflows",
    "console": "how-to/see-it-in-the-browser",
    "cron": "how-to/periodic-work",
    "debug": "how-to/my-workflow-is-stuck",
    "deadline": "how-to/signal-with-a-deadline",
    "deploy": "how-to/change-a-decider",
    "docker": "how-to/local-service-over-http",
    "emulator": "how-to/local-service-over-http",
    "encryption": "how-to/secrets",
    "heartbeat": "how-to/heartbeats",
    "iam": "how-to/permissions",
    "kubernetes": "how-to/stop-cleanly",
    "lambda": "how-to/workflows/call-a-lambda-function",
    "logging": "how-to/logging-and-metrics",
    "memo": "how-to/workflows/from-temporal",
    "metrics": "how-to/logging-and-metrics",
    "mock": "how-to/test-a-decider",
    "moto": "how-to/test-a-decider",
    "opentelemetry": "how-to/workflows/trace-executions",
    "pagination": "how-to/list-and-count",
    "parallel": "how-to/limited-parallelism",
    "password": "how-to/secrets",
    "price": "how-to/costs-and-limits",
    "production": "how-to/workflows/running-in-production",
    "pytest": "how-to/test-a-decider",
    "query": "how-to/workflows/from-temporal",
    "ratelimit": "how-to/costs-and-limits",
    "repair": "how-to/workflows/repair-a-failed-execution",
    "replay": "explanation/how-replay-works",
    "reset": "how-to/workflows/from-temporal",
    "retry": "how-to/retries",
    "saga": "how-to/workflows/undo-what-was-done",
    "shutdown": "how-to/stop-cleanly",
    "signal": "how-to/signals",
    "sleep": "how-to/timers",
    "sticky": "how-to/workflows/from-temporal",
    "stuck": "how-to/my-workflow-is-stuck",
    "temporal": "how-to/workflows/from-temporal",
    "thread": "how-to/lose-no-task",
    "throttle": "how-to/costs-and-limits",
    "timeout": "how-to/timeouts-explained",
    "upgrade": "how-to/change-a-decider",
    "versioning": "how-to/change-a-decider",
}


def found_by(index: Mapping[str, Any], word: str) -> set[str]:
    """Return the pages that the search finds by a main index entry, and so lists first.

    :param index: what is in ``searchindex.js``.
    :param word: what was typed, in small letters.
    """
    return {
        index["docnames"][page]
        for entry, places in index["indexentries"].items()
        if word in entry and len(word) >= len(entry) / 2
        for page, _, main in places
        if main
    }


def read_index(path: Path) -> Any:
    """Read a ``searchindex.js``: a call with JSON in it."""
    text = path.read_text("utf-8")
    return json.loads(text[text.index("(") + 1 : text.rindex(")")])
