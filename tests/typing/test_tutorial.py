"""The first tutorial's code is as well typed as the library: it passes mypy --strict."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytestmark = pytest.mark.types

ROOT = Path(__file__).parents[2]
TESTCODE = re.compile(r"^\.\. testcode::\n\n((?: {3}.*\n|\n)+)", re.MULTILINE)


def strict(*names: str, cwd: Path) -> str:
    """Return what mypy --strict prints of some files."""
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", *names]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False).stdout


def test_the_first_tutorial_passes_mypy(tmp_path: Path) -> None:
    """All pieces of the first workflow, one after the other, are a typed program."""
    page = (ROOT / "docs" / "tutorial" / "first-workflow.rst").read_text("utf-8")
    pieces = [textwrap.dedent(piece) for piece in TESTCODE.findall(page)]
    (tmp_path / "first_workflow.py").write_text("\n".join(pieces), "utf-8")

    assert pieces
    assert strict("first_workflow.py", cwd=tmp_path) == ""


def test_the_programs_of_the_tutorial_pass_mypy() -> None:
    """So do the four programs of the second page."""
    names = ["album.py", "album_decider.py", "album_worker.py", "start_album.py"]

    assert strict(*names, cwd=ROOT / "tests" / "docs") == ""
