"""The log line for each request."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest

from py_swf.local import InjectedFault, VirtualClock
from py_swf.local.transport.request_log import RequestLog, ids_of
from tests.local.scenes import (
    WORKFLOW_TYPE,
    poll_activity,
    poll_decision,
    register,
    schedule,
    start,
)
from tests.local.transport.serving import Asker, Machine, bare_app, run, server

SECRET = "nobody's business"
DECISION_POLL = {"domain": "d", "taskList": {"name": "decisions"}, "identity": "me:1"}


@pytest.fixture
def machine() -> Machine:
    """The service of an application, with the types of the scenes, and time at 0:10."""
    app = bare_app(clock=VirtualClock(start=1_767_225_610.25), domains=[])
    register(Machine(app))
    return Machine(app)


def line(machine: Machine, operation: str, request: Any, **arguments: Any) -> str:
    """Make one request, which takes 12.5 ms, and return its line."""
    written: list[str] = []
    ticks = itertools.count(0, 0.0125)
    log: Any = RequestLog(machine.app, machine.app.clock, written.append, lambda: next(ticks))
    body = request if isinstance(request, bytes) else json.dumps(request).encode()
    run(Asker(log).ask(body, operation, **arguments))
    (only,) = written
    return only


def test_a_start_says_which_run_it_began(machine: Machine) -> None:
    """The run id comes from the answer, and the input is not logged."""
    request = {"domain": "d", "workflowId": "w", "workflowType": WORKFLOW_TYPE, "input": SECRET}
    told = line(machine, "StartWorkflowExecution", request)
    run_id = machine.app.service._state.domain("d").latest["w"].run_id
    assert told == (
        "2026-01-01T00:00:10.250Z StartWorkflowExecution 200 12.5 ms "
        f"domain=d workflow_id=w run_id={run_id}"
    )


def test_a_poll_says_what_it_brought_and_an_answer_what_it_is_about(machine: Machine) -> None:
    """A task is named by its execution, and so is the answer that has only a token."""
    execution = start(machine, "w", input=SECRET)
    names = f"workflow_id=w run_id={execution['runId']}"
    told = line(machine, "PollForDecisionTask", DECISION_POLL)
    assert told.endswith(f"200 12.5 ms domain=d {names} task_list=decisions identity=me:1")

    machine.app.service.call("TerminateWorkflowExecution", {"domain": "d", "workflowId": "w"})
    execution = start(machine, "w")
    names = f"workflow_id=w run_id={execution['runId']}"
    task = poll_decision(machine)
    decisions = [schedule("a", input=SECRET)]
    answer = {"taskToken": task["taskToken"], "decisions": decisions, "executionContext": SECRET}
    told = line(machine, "RespondDecisionTaskCompleted", answer)
    assert told.endswith(f"RespondDecisionTaskCompleted 200 12.5 ms {names}")

    task = poll_activity(machine)
    answer = {"taskToken": task["taskToken"], "result": SECRET}
    assert line(machine, "RespondActivityTaskCompleted", answer).endswith(names)


def test_a_refusal_says_its_name(machine: Machine) -> None:
    """The status is followed by the fault."""
    told = line(machine, "DescribeDomain", {"name": "e"})
    assert told.endswith("DescribeDomain 400 UnknownResourceFault 12.5 ms")


def test_a_request_without_an_answer_is_told() -> None:
    """A dropped connection gets a line too."""
    app = bare_app(clock=VirtualClock(), faults=[InjectedFault("drop-before")])

    class Transport:
        def close(self) -> None:
            pass

    async def dropped(scope: Any, receive: Any, send: Any) -> None:
        asker.gone.set()
        await app({**scope, "state": {"transport": Transport()}}, receive, send)

    written: list[str] = []
    log: Any = RequestLog(dropped, app.clock, written.append)
    asker = Asker(log)
    run(asker.ask(b"{}", "ListDomains"))
    assert "ListDomains no answer" in written[0]


def test_what_is_no_request_of_swf_is_told_by_its_path(machine: Machine) -> None:
    """Requests to the clock and other paths are logged with method and path."""
    told = line(machine, "", b"", method="GET", path="/clock", headers=[])
    assert " GET /clock 200 12.5 ms" in told


@pytest.mark.parametrize("body", [b"", b"[]", b"no JSON", b'{"domain": 1, "taskList": "x"}'])
def test_nonsense_is_told_without_ids(machine: Machine, body: bytes) -> None:
    """A body that is not a request gets a line with its fault."""
    told = line(machine, "PollForDecisionTask", body)
    assert re.search(r"PollForDecisionTask 400 \w+ 12.5 ms$", told)


def test_an_id_cannot_forge_a_line(machine: Machine) -> None:
    """Text that would end the line, or look like another word, is written as JSON."""
    told = line(machine, "PollForDecisionTask", {"identity": "me\n2026 a=b", "runId": 'a "b"'})
    assert r'run_id="a \"b\"" identity="me\n2026 a=b"' in told
    assert "\n" not in told


def test_the_request_goes_before_the_answer() -> None:
    """If both request and answer name something, the request counts."""
    assert ids_of({"runId": "asked"}, {"runId": "answered"}) == {"run_id": "asked"}


def test_the_command_line_turns_it_on() -> None:
    """--log writes to standard error, a line for each request."""
    with server("--log", "--domain", "d", stderr=True) as running:
        running.client().describe_domain(name="d")
        assert running.process.stderr is not None
        told = running.process.stderr.readline()
    assert re.fullmatch(r"\S+Z DescribeDomain 200 \d+\.\d ms\n", told)
