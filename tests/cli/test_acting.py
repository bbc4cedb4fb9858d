"""``py-swf start``, ``signal``, ``cancel`` and ``terminate``."""

import io
import json

import pytest

from tests.timeline.stories import DOMAIN


def events(shop, workflow_id):
    return shop.swf.history(workflow_id)


def test_start_prints_the_run(py_swf, shop):
    """The command names the execution that it started, with its run id."""
    ran = py_swf("start", "order:1", "two cups", "--id", "order-30", "--tag", "a", "--tag", "b")

    began = events(shop, "order-30")[0]["workflowExecutionStartedEventAttributes"]
    assert ran.status == 0
    assert ran.out.startswith("started order-30, run 22")
    assert (began["input"], began["tagList"]) == ("two cups", ["a", "b"])


def test_what_is_not_given_is_as_registered(py_swf, shop):
    """Settings that are given are used; the others are those of the type."""
    py_swf("start", "order", "--id", "plain")
    py_swf(
        *("start", "order", "--id", "special", "--timeout", "1h30m", "--task-timeout", "30s"),
        *("--task-list", "fast", "--priority", "7", "--child-policy", "abandon"),
    )

    plain, special = (
        events(shop, id_)[0]["workflowExecutionStartedEventAttributes"]
        for id_ in ("plain", "special")
    )
    names = ["executionStartToCloseTimeout", "taskStartToCloseTimeout", "childPolicy"]
    assert [plain[name] for name in names] == ["604800", "60", "TERMINATE"]
    assert [special[name] for name in names] == ["5400", "30", "ABANDON"]
    assert (special["taskList"], special["taskPriority"]) == ({"name": "fast"}, "7")


def test_an_id_is_made_up(py_swf, shop):
    """Without an id there is a new one for each start."""
    first, second = (json.loads(py_swf("start", "order", "--json").out) for _ in range(2))

    assert first["workflowId"].startswith("order-")
    assert first["workflowId"] != second["workflowId"]
    assert events(shop, first["workflowId"])


def test_input_can_come_from_standard_input(py_swf, shop, monkeypatch):
    """A dash stands for standard input, unchanged."""
    monkeypatch.setattr("sys.stdin", io.StringIO('{"goods": []}\n'))

    py_swf("start", "order", "-", "--id", "order-30")

    began = events(shop, "order-30")[0]["workflowExecutionStartedEventAttributes"]
    assert began["input"] == '{"goods": []}\n'


def test_a_type_without_version_must_have_one_version(py_swf, shop):
    """If a type has several versions, they are named; if it has none, an error says so."""
    shop.boto.register_workflow_type(domain=DOMAIN, name="order", version="2")

    several, none = py_swf("start", "order"), py_swf("start", "nothing")

    assert (several.status, none.status) == (2, 3)
    assert "has the versions 1, 2: give one, as in order:1" in several.err
    assert "no workflow type 'nothing' is registered in domain 'shop'" in none.err


def test_a_signal_is_sent(py_swf, shop):
    """Name and input arrive at the execution."""
    ran = py_swf("signal", "order-20", "gift-wrap", "blue")

    told = events(shop, "order-20")[-1]["workflowExecutionSignaledEventAttributes"]
    assert ran.out == "sent gift-wrap to order-20\n"
    assert (told["signalName"], told["input"]) == ("gift-wrap", "blue")


def test_a_cancel_request_is_sent(py_swf, shop):
    """The execution learns of it, and stays open; the list says so."""
    ran = py_swf("cancel", "order-20")

    assert ran.out == "asked order-20 to cancel itself\n"
    assert events(shop, "order-20")[-1]["eventType"] == "WorkflowExecutionCancelRequested"
    assert "OPEN, cancel asked" in py_swf("ls", "--id", "order-20").out


def test_terminate_does_not_ask_where_there_is_no_terminal(py_swf, shop):
    """In a script an execution is closed at once, with its reason."""
    ran = py_swf("terminate", "order-20", "--reason", "sold out", "--child-policy", "ABANDON")

    told = events(shop, "order-20")[-1]["workflowExecutionTerminatedEventAttributes"]
    assert (ran.status, ran.out) == (0, "terminated order-20\n")
    assert (told["reason"], told["childPolicy"]) == ("sold out", "ABANDON")


@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("n\n", 130)])
def test_terminate_asks_on_a_terminal(py_swf, shop, monkeypatch, answer, status):
    """On a terminal it asks first, and does nothing if the answer is no."""
    terminal = io.StringIO(answer)
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stdin", terminal)

    ran = py_swf("terminate", "order-20")

    closed = events(shop, "order-20")[-1]["eventType"] == "WorkflowExecutionTerminated"
    assert "terminate order-20 in domain shop?" in ran.err
    assert (ran.status, closed) == (status, status == 0)


@pytest.mark.parametrize("command", [["signal", "gone", "s"], ["cancel", "gone"]])
def test_an_execution_that_is_not_there_is_told(py_swf, command):
    """The service's own words are printed, in one line."""
    ran = py_swf(*command)

    assert ran.status == 3
    assert ran.err.startswith("py-swf: UnknownResourceFault: ")
    assert ran.err.count("\n") == 1
