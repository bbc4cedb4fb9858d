"""The AWS SDK for JavaScript runs a workflow on the local service."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.sdks

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script, in a folder where npm has installed the SDK beside it."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("javascript")
    for name in ("package.json", "workflow.mjs"):
        shutil.copy(HERE / name, folder)
    install = ["npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(install, cwd=folder, check=True, capture_output=True, timeout=300)
    return folder / "workflow.mjs"


@pytest.fixture(scope="module")
def story(script: Path, environment: dict[str, str]) -> dict[str, Any]:
    """The script's output: it runs once, and each test checks one part of it."""
    done = subprocess.run(
        ["node", str(script)], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_the_history_is_whole(story: dict[str, Any]) -> None:
    """Start, decide, work, decide: the SDK reads the events of all of it."""
    assert story["events"] == [
        "WorkflowExecutionStarted",
        "DecisionTaskScheduled",
        "DecisionTaskStarted",
        "DecisionTaskCompleted",
        "ActivityTaskScheduled",
        "ActivityTaskStarted",
        "ActivityTaskCompleted",
        "DecisionTaskScheduled",
        "DecisionTaskStarted",
        "DecisionTaskCompleted",
        "WorkflowExecutionCompleted",
    ]


def test_texts_and_times_come_through(story: dict[str, Any]) -> None:
    """Results are texts, also beyond ASCII, and timestamps are dates of today."""
    assert story["result"] == "hello wörld ✓"
    assert story["secondsAgo"] < 600


def test_a_fault_is_the_sdks_own_class(story: dict[str, Any]) -> None:
    """The SDK recognizes a fault by its wire type, and finds the message."""
    assert story["fault"] == {"name": "UnknownResourceFault", "message": "Unknown domain: nowhere"}


def test_a_held_poll_ends_with_its_task(story: dict[str, Any]) -> None:
    """A poll that was sent before the start is answered by it."""
    assert story["heldPoll"] == "held"
