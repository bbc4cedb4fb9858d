"""A small chaos run: daemons over HTTP, faults, lost answers, SIGKILL and SIGTERM."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.chaos
def test_nothing_is_lost_while_everything_goes_wrong():
    """Every execution completes, no answer is lost or taken twice, and no daemon breaks."""
    command = [sys.executable, str(ROOT / "benchmarks" / "chaos.py"), "--small", "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=180
    )

    assert ran.stderr == ""
    figures = json.loads(ran.stdout)
    assert figures["complaints"] == []
    assert figures["close_status"] == {"COMPLETED": figures["executions"]}
    assert figures["signals"]["SIGKILL"] > 0
    assert figures["stopped_in"]["poll"] > 0
    assert ran.returncode == 0
