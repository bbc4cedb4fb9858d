"""The contents of a file in the current format: a later version must read it, or refuse it.

``golden/format-1.jsonl`` is the file that the scene below leaves, row by row. When it changes, a
file of today would be misread tomorrow, or the other way round: so raise ``FORMAT``, make sure that
the old format is refused or read, and keep the old golden file for the test of that.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from py_swf.local.machine.tokens import NO_SALT
from py_swf.local.storage.state_file import FORMAT
from tests.golden_files import assert_golden
from tests.local.bare_machine import ROLE, activity, child, complete, decision, timer
from tests.local.storage.reopening import StoredMachine, known

GOLDEN = Path(__file__).parent / "golden" / f"format-{FORMAT}.jsonl"


def never_answers(_: str) -> str:
    """Run for longer than anybody waits."""
    raise TimeoutError


def scene(path: Path) -> StoredMachine:
    """Build a service that contains one of everything."""
    options: dict[str, Any] = {"token_salt": NO_SALT, "lambda_functions": {"f": never_answers}}
    machine = StoredMachine(path, **options)
    arn = "arn:aws:swf:us-east-1:123456789012:/domain/d"
    machine.call("TagResource", resourceArn=arn, tags=[{"key": "team", "value": "shop"}])
    machine.call("RegisterActivityType", domain="d", name="old", version="1", description="was")
    machine.call("DeprecateActivityType", domain="d", activityType={"name": "old", "version": "1"})
    machine.start("closed", tagList=["red"])
    machine.decide(complete(result="done"))
    machine.start("w", lambdaRole=ROLE, input="é\ud800")
    machine.decide(
        activity("waits", scheduleToStartTimeout="900"),
        activity("works", heartbeatTimeout="60", taskPriority="1"),
        timer("t", 300),
        child("c"),
        decision("ScheduleLambdaFunction", id="1", name="f", startToCloseTimeout="120"),
        taskList={"name": "sticky"},
        taskListScheduleToStartTimeout="30",
        executionContext="so far",
    )
    token = machine.poll_activity()["taskToken"]
    machine.advance(1.5)
    machine.call("RecordActivityTaskHeartbeat", taskToken=token, details="half")
    machine.decide(decision("RequestCancelActivityTask", activityId="works"), task_list="sticky")
    machine.start("works")
    machine.poll()
    return machine


def rows(path: Path) -> str:
    """Return all that is in a file, one JSON text a line."""
    connection = sqlite3.connect(path)
    read = connection.execute
    names = ("application_id", "user_version")
    found = [[name, *read(f"PRAGMA {name}").fetchone()] for name in names]
    found += [
        ["schema", sql]
        for (sql,) in read("SELECT sql FROM sqlite_master WHERE sql NOT NULL ORDER BY name")
    ]
    for table, order in (("service", "1"), ("registrations", "1"), ("executions", "1, 2, 3")):
        found += [[table, *row] for row in read(f"SELECT * FROM {table} ORDER BY {order}")]
    connection.close()
    return "\n".join(map(json.dumps, found))


def written(path: Path) -> Path:
    """Make a file from the golden file."""
    connection = sqlite3.connect(path)
    for line in GOLDEN.read_text(encoding="utf-8").splitlines():
        kind, *values = json.loads(line)
        if kind == "schema":
            connection.execute(*values)
        elif kind in ("application_id", "user_version"):
            connection.execute(f"PRAGMA {kind} = {values[0]}")
        else:
            marks = ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO {kind} VALUES ({marks})", values)
    connection.commit()
    connection.close()
    return path


def test_what_is_written_is_what_the_format_says(tmp_path: Path) -> None:
    """The rows that this version writes are those of the format whose number it gives."""
    scene(tmp_path / "now.swf").file.close()
    assert_golden(GOLDEN, rows(tmp_path / "now.swf"))


def test_a_file_of_the_format_is_read(tmp_path: Path) -> None:
    """A service that reads the golden file knows the same as the one that wrote it."""
    expected = scene(tmp_path / "now.swf")
    read = StoredMachine.__new__(StoredMachine)
    read.path, read.options = written(tmp_path / "golden.swf"), expected.options
    read.open()
    for machine in (expected, read):
        machine.advance(1_000)
    assert known(read.service) == known(expected.service)
    for machine in (expected, read):
        machine.file.close()
