"""pyright finds nothing in the package itself; run by ``tox -e types``."""

from __future__ import annotations

import json
import sys

import pytest

from tests.typing.test_mistakes import ROOT, run

pytestmark = pytest.mark.types

#: all but the local service, the console and the command; mypy --strict goes over those as well
PLACES = ["py_swf/clients", "py_swf/daemon", "py_swf/flow", "py_swf/timeline"]


def test_pyright_finds_nothing_in_the_core_the_daemon_and_flow():
    """A user's editor shows no errors in the source."""
    core = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "py_swf").glob("*.py"))]
    options = ["--outputjson", "--pythonpath", sys.executable]

    report = json.loads(run("pyright", *options, *core, *PLACES, cwd=ROOT))

    assert report["summary"]["filesAnalyzed"] > 50
    assert [
        f"{error['file']}:{error['range']['start']['line'] + 1}: {error['message']}"
        for error in report["generalDiagnostics"]
        if error["severity"] == "error"
    ] == []
