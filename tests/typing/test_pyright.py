"""pyright finds nothing in the package itself; run by ``tox -e types``."""

from __future__ import annotations

import json
import sys

import pytest

from tests.typing.test_mistakes import ROOT, run

pytestmark = pytest.mark.types

#: what needs no extra; mypy --strict goes over all of it
PLACES = ["py_swf/clients", "py_swf/daemon", "py_swf/timeline"]


def test_pyright_finds_nothing_in_the_core_and_the_daemon():
    """What a user's editor shows of the source has no errors in it."""
    core = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "py_swf").glob("*.py"))]
    options = ["--outputjson", "--pythonpath", sys.executable]

    report = json.loads(run("pyright", *options, *core, *PLACES, cwd=ROOT))

    assert report["summary"]["filesAnalyzed"] > 50
    assert [
        f"{error['file']}:{error['range']['start']['line'] + 1}: {error['message']}"
        for error in report["generalDiagnostics"]
        if error["severity"] == "error"
    ] == []
