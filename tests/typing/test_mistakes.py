"""Both type checkers find each of the mistakes, and nothing wrong in the right lines.

They are run over all at once, by ``tox -e types``: ``python -m pytest -m types``.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.typing.mistakes import BEFORE, MISTAKES

pytestmark = pytest.mark.types

ROOT = Path(__file__).parents[2]
NAMES = [re.sub(r"\W+", "_", mistake) for mistake in MISTAKES]


def run(*command: str, cwd: Path) -> str:
    """Run a checker in the folder of a user's project, and return what it prints."""
    command = (sys.executable, "-m", *command)
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False).stdout


def found_by_mypy(project: Path) -> dict[str, list[str]]:
    """Return the errors of each file."""
    found: dict[str, list[str]] = {}
    for line in run("mypy", "--strict", "--no-error-summary", ".", cwd=project).splitlines():
        name, _, error = line.partition(".py:")
        if ": error: " in error:
            found.setdefault(name, []).append(error)
    return found


def found_by_pyright(project: Path) -> dict[str, list[str]]:
    """Return the errors of each file."""
    settings = {"typeCheckingMode": "strict", "reportWildcardImportFromLibrary": False}
    settings |= {"reportUnusedImport": False, "reportUnusedParameter": False}
    (project / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    report = run("pyright", "--outputjson", "--pythonpath", sys.executable, ".", cwd=project)
    found: dict[str, list[str]] = {}
    for error in json.loads(report)["generalDiagnostics"]:
        if error["severity"] == "error":
            found.setdefault(Path(error["file"]).stem, []).append(error["message"])
    return found


CHECKERS: dict[str, Callable[[Path], dict[str, list[str]]]] = {
    "mypy": found_by_mypy,
    "pyright": found_by_pyright,
}


@pytest.fixture(scope="module", params=CHECKERS)
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> object:
    """What one checker finds in a project that lies elsewhere, with one file for each line."""
    project = tmp_path_factory.mktemp("project")
    for name, lines in zip(NAMES, MISTAKES.values(), strict=True):
        for kind, line in zip(("wrong", "right"), lines, strict=True):
            (project / f"{kind}_{name}.py").write_text(f"{BEFORE}    {line}\n", encoding="utf-8")
    return CHECKERS[request.param](project)


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_is_an_error(found, name):
    """The line that is wrong is an error."""
    assert found.get(f"wrong_{name}")


@pytest.mark.parametrize("name", NAMES)
def test_the_same_put_right_is_none(found, name):
    """The right line is not an error, so the wrong one is an error for the right reason."""
    assert found.get(f"right_{name}") is None


def test_there_are_enough():
    """The table has at least fifteen mistakes."""
    assert len(MISTAKES) >= 15
