"""``py-swf replay``: today's code over yesterday's histories."""

import json
import textwrap

import pytest

from py_swf.cli.app import run

CODE = """
from py_swf import flow

@flow.activity(name="charge", version="1")
async def charge(order: str) -> str: ...

@flow.activity(name="pack", version="1")
async def pack(order: str) -> str: ...

@flow.workflow(name="order", version="1")
async def order(number: str) -> None:
    await {first}(number)

nothing = 7
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with a workflow that charges, and the history of an order that was charged."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name, first in (("today", "charge"), ("tomorrow", "pack")):
        text = textwrap.dedent(CODE.format(first=first))
        (tmp_path / f"replayed_{name}.py").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def history(project, py_swf, shop):
    """The history, as ``py-swf history --json`` prints it."""
    from replayed_today import order

    from py_swf import flow
    from py_swf.clients.decision import DecisionClient
    from py_swf.config_definitions import DecisionConfig

    shop.boto.start_workflow_execution(
        domain="shop",
        workflowId="order-30",
        workflowType={"name": "order", "version": "1"},
        taskList={"name": "flow"},
        input='{"number": "30"}',
    )
    client = DecisionClient(DecisionConfig("shop", "flow"), shop.boto)
    task = client.poll()
    client.respond(task.task_token, flow.replay(order, task.history.events))
    saved = project / "order-30.json"
    saved.write_text(py_swf("history", "order-30", "--json").out, encoding="utf-8")
    assert "ActivityTaskScheduled" in saved.read_text(encoding="utf-8")
    return saved


def test_code_that_agrees_is_told(history, capsys):
    """If the code does the same as before, the exit status is 0."""
    status = run(["replay", "replayed_today:order", str(history)])

    assert status == 0
    assert capsys.readouterr().out == f"agrees   {history}\n"


def test_code_that_differs_is_told(history, capsys):
    """If the code does something else, it prints where, and the exit status is 1."""
    status = run(["replay", "replayed_tomorrow:order", str(history), str(history)])

    out = capsys.readouterr().out
    assert status == 1
    assert out.startswith(f"differs  {history}\nevent 5, ActivityTaskScheduled")
    assert out.count("differs  ") == 1


def test_the_outcome_can_be_read_by_programs(history, capsys):
    """As JSON, each file is listed with its error or null."""
    run(["replay", "replayed_today:order", str(history), "--json"])

    assert json.loads(capsys.readouterr().out) == [{"file": str(history), "error": None}]


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("replayed_today", "is not written as module:name, like shop.orders:order"),
        ("replayed_today:", "is not written as module:name"),
        ("no_such_module:order", "module 'no_such_module' cannot be imported"),
        ("replayed_today:odrer", "module 'replayed_today' has no 'odrer'"),
        ("replayed_today:nothing", "replayed_today:nothing is no workflow of py_swf.flow, but int"),
    ],
)
def test_what_is_no_workflow_is_told(project, capsys, where, told):
    """A name that leads nowhere is an error of one line that says why."""
    (project / "empty.json").write_text('{"events": []}', encoding="utf-8")

    assert run(["replay", where, "empty.json"]) == 2

    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1


def test_a_file_that_is_no_history_is_told(project, capsys):
    """A file with other contents and a missing file are errors of one line."""
    (project / "other.json").write_text("7", encoding="utf-8")

    assert run(["replay", "replayed_today:order", "other.json"]) == 2
    assert run(["replay", "replayed_today:order", "gone.json"]) == 2
    assert capsys.readouterr().err.count("\n") == 2
