"""Compare text with a file that somebody has checked.

After an intended change, write the files again with ``PY_SWF_WRITE_GOLDEN=1 pytest ...``, and check
the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["assert_golden"]


def assert_golden(path: Path, text: str) -> None:
    """Assert that text equals a golden file, except for spaces at the ends of lines."""
    text = "".join(f"{line.rstrip()}\n" for line in text.splitlines())
    if os.environ.get("PY_SWF_WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    golden = path.read_text(encoding="utf-8")
    assert text == golden, f"if this is meant, PY_SWF_WRITE_GOLDEN=1 writes {path.name} again"
