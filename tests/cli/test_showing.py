"""``py-swf show`` and ``py-swf history``."""

import json
from pathlib import Path

import pytest

from py_swf.decisions import CompleteWorkflowExecution, FailWorkflowExecution
from py_swf.events import event_from_wire
from py_swf.history import History
from tests.golden_files import assert_golden
from tests.timeline.stories import DOMAIN

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("show-stuck", ["show", "order-17"]),
        ("show-failed", ["show", "order-19"]),
        ("show-json", ["show", "order-19", "--json"]),
        ("show-hidden", ["show", "order-17", "--hide-payloads"]),
        ("history", ["history", "order-17"]),
        ("history-json", ["history", "order-19", "--json"]),
    ],
)
def test_what_is_printed(py_swf, name, arguments):
    """An execution is shown with what is open, what failed and its timeline."""
    ran = py_swf(*arguments)

    assert (ran.status, ran.err) == (0, "")
    assert_golden(GOLDEN / f"{name}.txt", ran.out)


def test_the_picture_can_be_had_as_svg(py_swf):
    """With --svg only the picture is printed."""
    ran = py_swf("show", "order-17", "--svg")

    assert ran.out.startswith("<svg ")
    assert ran.out.endswith("</svg>\n")


def test_history_as_json_is_what_the_service_sent(py_swf, shop):
    """Except for times, which are spelled as in the AWS CLI, the events are unchanged."""
    events = json.loads(py_swf("history", "order-17", "--json").out)["events"]

    wire = shop.swf.history("order-17")
    assert [e.pop("eventTimestamp")[:10] for e in events] == ["2026-11-21"] * len(wire)
    assert events == [{k: v for k, v in e.items() if k != "eventTimestamp"} for e in wire]


def test_history_can_be_reversed_and_limited(py_swf):
    """The newest events come first, up to the limit."""
    rows = py_swf("history", "order-17", "--reverse", "--limit", "2").out.splitlines()

    assert [row.split()[0] for row in rows] == ["ID", "25", "24"]
    (first,) = json.loads(py_swf("history", "order-17", "--json", "--limit", "1").out)["events"]
    assert first["eventType"] == "WorkflowExecutionStarted"


@pytest.mark.parametrize("command", ["show", "history"])
@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_hidden_payloads_do_not_appear(py_swf, command, as_json):
    """Nothing that deciders, workers or starters wrote is printed with --hide-payloads."""
    out = "".join(
        py_swf(command, id_, "--hide-payloads", *as_json).out for id_ in ("order-17", "order-19")
    )

    assert not [text for text in ("teapot", "bank", "NoTea", "none left") if text in out]
    assert "(hidden, " in out


def test_the_latest_run_is_shown_unless_another_is_named(py_swf, shop):
    """The open run is shown by default, and any other run can be named."""
    old = json.loads(py_swf("show", "order-18", "--json").out)["executionInfo"]["execution"]
    new = shop.boto.start_workflow_execution(
        domain=DOMAIN, workflowId="order-18", workflowType={"name": "order", "version": "1"}
    )

    latest = json.loads(py_swf("show", "order-18", "--json").out)
    named = json.loads(py_swf("show", "order-18", "--run", old["runId"], "--json").out)

    assert latest["executionInfo"]["execution"]["runId"] == new["runId"]
    assert named["executionInfo"]["closeStatus"] == "COMPLETED"


@pytest.mark.parametrize("command", ["show", "history"])
def test_an_unknown_id_is_told(py_swf, command):
    """A missing execution is one line, with its own exit status."""
    ran = py_swf(command, "order-99")

    assert (ran.status, ran.out) == (3, "")
    assert ran.err == "py-swf: no execution has the workflow id 'order-99' in domain 'shop'\n"


@pytest.mark.parametrize(
    ("decision", "status"), [(CompleteWorkflowExecution(), 0), (FailWorkflowExecution("no"), 5)]
)
def test_following_prints_each_event_once_until_the_end(py_swf, shop, decision, status):
    """With --follow, each event is printed, and the exit status says how the execution closed."""
    waits = []

    def sleep(seconds):
        waits.append(seconds)
        shop.decide() if len(waits) == 1 else shop.signal_to("order-20").decide(decision)

    ran = py_swf("show", "order-20", "--follow", sleep=sleep)

    history = History(map(event_from_wire, shop.swf.history("order-20")))
    printed = [line.split()[2:4] for line in ran.out.splitlines()]
    assert printed == [[str(e.event_id), e.event_type] for e in history.events]
    assert (ran.status, len(waits)) == (status, 2)
