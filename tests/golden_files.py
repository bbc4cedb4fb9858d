"""Compare text with a file that was looked at when it was written.

After a change that is meant, write the files again with ``PY_SWF_WRITE_GOLDEN=1 pytest ...``, and
look at the difference before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["assert_golden"]


def assert_golden(path: Path, text: str) -> None:
    """Assert that text is what a golden file says, but for blanks at the ends of lines."""
    text = "".join(f"{line.rstrip()}\n" for line in text.splitlines())
    if os.environ.get("PY_SWF_WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    golden = path.read_text(encoding="utf-8")
    assert text == golden, f"if this is meant, PY_SWF_WRITE_GOLDEN=1 writes {path.name} again"
