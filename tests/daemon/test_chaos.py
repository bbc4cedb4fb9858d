"""A small chaos run: daemons over HTTP, faults, lost answers, SIGKILL and SIGTERM.

The judge of the run is shown to be one: of each way in which the library is broken on purpose it
complains.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


#: what breaks the library -> what the judge says of it
SABOTAGES = {
    "finish_without_sending": "the answer returned True, but the service has",
    "respond_without_sending": "the answer returned True, but the service has",
    "drop_tasks": "but its loop never saw it",
    "count_errors_as_given": "the answer counted as given, but the task was open until later",
    "give_up_at_once": "the answer was given up after",
    "send_polls_again": "but its loop never saw it",
    "drop_the_last_task": "but its loop never saw it",
    "beat_forever": "sent a beat after the task was answered",
    "fail_what_was_refused": "nobody asked for ActivityTaskFailed",
    "take_anything_for_an_answer": "but its loop never saw it",
}


def chaos(*options: str) -> tuple[int, dict[str, Any], str]:
    """Run it at its small size; return the exit status, the figures, and what it says beside."""
    program = str(ROOT / "benchmarks" / "chaos.py")
    ran = subprocess.run(
        [sys.executable, program, "--small", "--json", *options],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    return ran.returncode, json.loads(ran.stdout), ran.stderr


@pytest.mark.chaos
@pytest.mark.timeout(300)
def test_nothing_is_lost_while_everything_goes_wrong():
    """Every execution completes, each answer is what it said to be, and no daemon breaks."""
    status, figures, said = chaos()

    assert said == ""
    assert figures["complaints"] == []
    assert figures["close_status"] == {"COMPLETED": figures["executions"]}
    assert figures["signals"]["SIGKILL"] > 0
    assert figures["stopped_in"]["poll"] > 0
    assert status == 0


@pytest.mark.chaos
@pytest.mark.timeout(300)
def test_workflows_survive_while_everything_goes_wrong():
    """Hosts of ``flow.Worker`` are no worse: all results are right, and every history replays."""
    status, figures, said = chaos("--flow")

    assert said == ""
    assert figures["complaints"] == []
    assert figures["close_status"] == {"COMPLETED": figures["executions"]}
    assert figures["signals"]["SIGKILL"] > 0
    assert status == 0


def test_each_sabotage_is_tried():
    """A way to break the library that is added is tried here."""
    source = (ROOT / "benchmarks" / "chaos_sabotage.py").read_text(encoding="utf-8")
    listed = source[source.index("SABOTAGES: dict") :]

    assert re.findall(r"^        (\w+),$", listed, re.MULTILINE) == list(SABOTAGES)


@pytest.mark.sabotage
@pytest.mark.timeout(300)
@pytest.mark.parametrize("sabotage", SABOTAGES)
def test_the_judge_sees_it(sabotage):
    """A library that is broken in this way does not pass."""
    status, figures, _ = chaos("--sabotage", sabotage)

    assert status == 1
    assert any(SABOTAGES[sabotage] in complaint for complaint in figures["complaints"])
