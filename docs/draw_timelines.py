"""Draw the pictures of timelines that the pages show: ``python docs/draw_timelines.py``.

The histories are those of the tests, so the pictures change only when the drawing does.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from py_swf.timeline import Timeline  # noqa: E402
from tests.timeline.stories import stuck_order  # noqa: E402

PICTURES = {"stuck-order": stuck_order}


def main() -> None:
    """Write each picture into ``docs/pictures``."""
    for name, story in PICTURES.items():
        told = story()
        timeline = Timeline(told.history, now=told.now, title="order-17")
        path = ROOT / "docs" / "pictures" / f"{name}.svg"
        path.write_text(timeline.svg() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
