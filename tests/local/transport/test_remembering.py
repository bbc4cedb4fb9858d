"""A server with a file resumes where it was, however it ended."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from py_swf.local import VirtualClock
from py_swf.local.storage import StateFile
from py_swf.local.transport.command_line import main
from tests.local.scenes import (
    ACTIVITY_DEFAULTS,
    WORKFLOW_DEFAULTS,
    complete,
    poll_decision,
    register_activity,
    register_workflow,
    start,
)
from tests.local.transport.serving import POLL, Asker, Server, bare_app, run, server

PROGRAM = Path(__file__).parents[3] / "benchmarks" / "kill_local_service.py"


@contextmanager
def remembering(path: Path, *flags: str) -> Iterator[Server]:
    """Run a server on a file, with a domain "d"."""
    with server("--file", str(path), "--domain", "d", *flags) as running:
        yield running


def test_a_killed_server_goes_on(tmp_path: Path) -> None:
    """Types, executions and taken tasks exist after kill -9, and a token is accepted."""
    path = tmp_path / "shop.swf"
    with remembering(path) as running:
        client = running.client()
        register_workflow(client, **WORKFLOW_DEFAULTS)
        register_activity(client, **ACTIVITY_DEFAULTS)
        names = start(client)
        task = poll_decision(client)
        running.process.send_signal(signal.SIGKILL)
        running.process.wait(30)
    with remembering(path) as running:
        client = running.client()
        client.respond_decision_task_completed(taskToken=task["taskToken"], decisions=[complete()])
        (closed,) = client.list_closed_workflow_executions(
            domain="d", startTimeFilter={"oldestDate": 0}
        )["executionInfos"]
    assert closed["execution"] == names
    assert closed["closeStatus"] == "COMPLETED"


def test_a_server_that_is_told_to_stop_leaves_one_file(tmp_path: Path) -> None:
    """After SIGTERM the file is complete and can be copied."""
    path = tmp_path / "shop.swf"
    with remembering(path) as running:
        register_workflow(running.client(), **WORKFLOW_DEFAULTS)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(30) == 0
    assert [each.name for each in tmp_path.iterdir()] == ["shop.swf"]


def test_a_file_is_served_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second server on the file is refused; a killed one does not block it."""
    path = tmp_path / "shop.swf"
    with remembering(path) as running:
        assert main(["--port", "0", "--file", str(path)]) == 1
        assert capsys.readouterr().err == f"{path}: another server is using this file\n"
        running.process.kill()
        running.process.wait(30)
    StateFile(path).close()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("notes.txt", "this is not a file of the local SWF service"),
        ("none/shop.swf", "unable to open database file"),
    ],
)
def test_a_file_that_cannot_be_served(
    name: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error names the file and says what is wrong, in one line; the status is 1."""
    (tmp_path / "notes.txt").write_text("nothing of the kind\n" * 50)
    assert main(["--port", "0", "--file", str(tmp_path / name)]) == 1
    assert capsys.readouterr().err == f"{tmp_path / name}: {said}\n"


def test_the_domain_of_the_file_stays_as_it_is(tmp_path: Path) -> None:
    """An existing domain from the command line keeps its retention."""
    for retention in (3, 5):
        file = StateFile(tmp_path / "shop.swf")
        app = bare_app(file=file, retention=retention)
        found = app.service.call("DescribeDomain", {"name": "d"})["configuration"]
        file.close()
        assert found == {"workflowExecutionRetentionPeriodInDays": "3"}


def test_a_server_without_a_file_does_without_sqlite() -> None:
    """The code for files is not loaded without a file."""
    code = "import sys, py_swf.local.transport.command_line; print('sqlite3' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_what_cannot_be_written_is_no_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """On a full disk a call and a held poll get status 500, and the log says why; it goes on."""
    file = StateFile(tmp_path / "full.swf")
    execute = file._connection.execute

    async def scene() -> tuple[list[int], int]:
        app = bare_app(file=file, poll_seconds=30.0)
        machine = Asker(app)
        call = app.service.call
        versioned = {"domain": "d", "name": "flow", "version": "1"}
        call("RegisterWorkflowType", {**versioned, **WORKFLOW_DEFAULTS})
        held = asyncio.ensure_future(
            Asker(app).ask(json.dumps(POLL).encode(), "PollForDecisionTask")
        )
        await asyncio.sleep(0)
        pages = execute("PRAGMA page_count").fetchone()[0]
        execute(f"PRAGMA max_page_count = {pages}")
        starting: dict[str, Any] = {
            "domain": "d",
            "workflowId": "w",
            "workflowType": {"name": "flow", "version": "1"},
            "input": "x" * 30_000,
        }
        body = json.dumps(starting).encode()
        statuses = [(await machine.ask(body, "StartWorkflowExecution")).status]
        statuses.append((await held).status)
        execute("PRAGMA max_page_count = 100000")
        listed = await machine.ask(b'{"registrationStatus": "REGISTERED"}')
        return statuses, listed.status

    assert run(scene()) == ([500, 500], 200)
    assert "full.swf: database or disk is full" in caplog.text
    file.close()


def test_the_timer_outlives_a_write_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the file cannot be written when something falls due, held polls keep their timer."""
    file = StateFile(tmp_path / "shop.swf")

    async def scene() -> bool:
        app = bare_app(file=file, poll_seconds=30.0)
        versioned = {"domain": "d", "name": "flow", "version": "1"}
        app.service.call("RegisterWorkflowType", {**versioned, **WORKFLOW_DEFAULTS})
        names = {"domain": "d", "workflowId": "w", "taskList": {"name": "elsewhere"}}
        kind = {"workflowType": {"name": "flow", "version": "1"}}
        app.service.call("StartWorkflowExecution", {**names, **kind})
        asker = Asker(app)
        held = asyncio.ensure_future(asker.ask(json.dumps(POLL).encode(), "PollForDecisionTask"))
        await asyncio.sleep(0)
        that_fires = app._timer
        with monkeypatch.context() as patched:
            patched.setattr(app.service, "run_due", lambda: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                app._deadline_reached()
        next_timer = app._timer
        asker.gone.set()
        await held
        return next_timer not in (None, that_fires)

    assert run(scene())
    file.close()


def test_a_turned_clock_waits_for_who_takes_the_tasks_of_an_earlier_start(tmp_path: Path) -> None:
    """Tasks that wait in the file count as those that appear: their programs may just start."""
    left = []
    for _ in range(2):
        file = StateFile(tmp_path / "shop.swf")
        app = bare_app(file=file, clock=VirtualClock(file.time or 0))
        left.append(app._turning._at_work.seconds_left(app.service.waiting_tasks(), 1_000))
        if not app.service.waiting_tasks():
            kind = {"name": "flow", "version": "1"}
            app.service.call("RegisterWorkflowType", {"domain": "d", **kind, **WORKFLOW_DEFAULTS})
            names = {"domain": "d", "workflowId": "w", "workflowType": kind}
            app.service.call("StartWorkflowExecution", names)
        file.close()
    assert left[0] == 0
    assert left[1] > 0


def program() -> Any:
    """Load the program that kills servers, which is not a module of the package."""
    spec = importlib.util.spec_from_file_location("kill_local_service", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["kill_local_service"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_nothing_confirmed_is_lost_when_servers_are_killed() -> None:
    """Servers killed under load lose no answered call, and tasks survive them."""
    found = program().run(kills=3, seed=7)
    assert found["complaints"] == []
    assert found["confirmed"] >= 150
    assert found["tasks_answered_after_the_kill"] > 0


@pytest.mark.parametrize(
    ("marks", "said"),
    [(["a", "b"], "r: b is not there"), (["a"], None), (["a", "c"], "r: c is there twice")],
)
def test_a_loss_is_seen(marks: list[str], said: str | None) -> None:
    """A confirmed mark that is in no event, or in two, is a complaint."""
    killing = program()
    signals = [{"input": "a"}]
    if "c" in marks:
        signals += [{"input": "c"}, {"input": "c"}]
    events = [
        {
            "eventId": number,
            "eventType": "WorkflowExecutionSignaled",
            "workflowExecutionSignaledEventAttributes": attributes,
        }
        for number, attributes in enumerate(signals, start=1)
    ]
    books = killing.Books(marks={"r": marks})
    assert killing.judge(books, {"r": events}, set()) == ([said] if said else [])


def test_a_virtual_clock_stands_where_it_stood(tmp_path: Path) -> None:
    """A turned clock shows the same time after kill -9, and continues from there."""
    path = tmp_path / "shop.swf"
    turned = []
    for _ in range(2):
        with remembering(path, "--clock", "virtual") as running:
            connection = running.connect()
            connection.request("POST", "/clock", json.dumps({"advance": 86_400}).encode())
            turned.append(json.loads(connection.getresponse().read()))
            connection.close()
    assert [answer["now"] for answer in turned] == [1767312000.0, 1767398400.0]
