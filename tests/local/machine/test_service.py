"""The one call: time, refusals, determinism, and what is asked about the machine from outside."""

from __future__ import annotations

import json
from typing import Any

import pytest

from py_swf.local.machine.clock import VirtualClock
from py_swf.local.machine.faults import Fault
from py_swf.local.machine.service import Service
from tests.local.bare_machine import ROLE, Machine, activity, child, complete, decision, timer


def test_an_unknown_operation() -> None:
    """An unknown operation is refused as such."""
    with pytest.raises(Fault) as caught:
        Machine().call("NoSuchOperation")
    assert caught.value.type == "UnknownOperationException"


def test_no_output_is_an_empty_answer() -> None:
    """Operations without output answer an empty dictionary."""
    machine = Machine()
    machine.start()
    request = {"domain": "d", "workflowId": "w", "signalName": "s"}
    assert machine.call("SignalWorkflowExecution", **request) == {}


def test_a_call_does_first_what_is_due() -> None:
    """A deadline that has passed unseen is recorded at its own time, before the call's events."""
    machine = Machine()
    machine.start()
    machine.decide(timer(seconds=10))
    machine.clock.advance(25)
    machine.signal()
    events = machine.service.history("w")[-3:]
    assert [event["eventType"] for event in events] == [
        "TimerFired",
        "DecisionTaskScheduled",
        "WorkflowExecutionSignaled",
    ]
    began = VirtualClock().now()
    assert [event["eventTimestamp"] - began for event in events] == [10, 10, 25]


def test_a_refused_call_still_does_what_is_due() -> None:
    """Time passes even if the request is invalid."""
    machine = Machine()
    machine.start(executionStartToCloseTimeout="5")
    machine.clock.advance(5)
    with pytest.raises(Fault):
        machine.call("DescribeDomain")
    assert machine.service.next_deadline() is None


def test_follow_up_steps_wait_for_the_next_call() -> None:
    """A child is started after the response, and until then it is the next thing to happen."""
    machine = Machine()
    machine.start()
    machine.decide(child())
    assert machine.service.next_deadline() == machine.clock.now()
    machine.call("ListDomains", registrationStatus="REGISTERED")
    assert machine.types("c") == ["WorkflowExecutionStarted", "DecisionTaskScheduled"]


def test_run_due_does_the_follow_up_steps() -> None:
    """So does running what is due."""
    machine = Machine()
    machine.start()
    machine.decide(child())
    machine.service.run_due()
    assert machine.service.waiting_tasks()
    assert machine.service.next_deadline() != machine.clock.now()


def test_nothing_pending() -> None:
    """With everything closed nothing is pending; the end of retention does not count."""
    machine = Machine()
    assert machine.service.next_deadline() is None
    machine.start()
    assert machine.service.next_deadline() == machine.clock.now() + 86_400
    machine.decide(complete())
    assert machine.service.next_deadline() is None
    assert not machine.service.waiting_tasks()


def test_tasks_are_announced() -> None:
    """Each task that can be polled is announced once, with its kind, domain and list."""
    machine = Machine()
    seen: list[tuple[str, str, str]] = []
    machine.service.on_task = lambda *task: seen.append(task)
    machine.start()
    task = machine.poll()
    machine.signal()
    assert seen == [("decision", "d", "decisions")]
    machine.respond(task, activity())
    assert seen[1:] == [("activity", "d", "activities"), ("decision", "d", "decisions")]


def test_waiting_tasks_are_known() -> None:
    """A task counts as waiting until it is handed out or withdrawn."""
    machine = Machine()
    machine.start()
    assert machine.service.waiting_tasks()
    task = machine.poll()
    assert not machine.service.waiting_tasks()
    machine.respond(task, activity())
    assert machine.service.waiting_tasks()
    machine.call("TerminateWorkflowExecution", domain="d", workflowId="w")
    assert not machine.service.waiting_tasks()


def test_history_of_the_latest_run() -> None:
    """Without a run id, it is the latest run; with one, that run."""
    machine = Machine()
    first = machine.start()
    machine.decide(complete())
    machine.start()
    assert machine.types() == ["WorkflowExecutionStarted", "DecisionTaskScheduled"]
    assert machine.types(run_id=first)[-1] == "WorkflowExecutionCompleted"


def test_history_in_two_domains() -> None:
    """A workflow id held by two domains asks for the domain."""
    machine = Machine()
    machine.call("RegisterDomain", name="e", workflowExecutionRetentionPeriodInDays="1")
    versioned = {"domain": "e", "name": "flow", "version": "1"}
    machine.call("RegisterWorkflowType", **versioned)
    machine.start()
    machine.call(
        "StartWorkflowExecution",
        domain="e",
        workflowId="w",
        workflowType={"name": "flow", "version": "1"},
        taskList={"name": "x"},
        childPolicy="ABANDON",
        executionStartToCloseTimeout="1",
        taskStartToCloseTimeout="1",
    )
    with pytest.raises(LookupError, match="several domains hold"):
        machine.service.history("w")
    settings = machine.service.history("w", domain="e")[0][
        "workflowExecutionStartedEventAttributes"
    ]
    assert settings["childPolicy"] == "ABANDON"


@pytest.mark.parametrize("named", [("no",), ("w", "22no"), ("w", None, "no")])
def test_history_of_nothing(named: tuple[Any, ...]) -> None:
    """An execution that is not there is a LookupError which names it."""
    machine = Machine()
    machine.start()
    with pytest.raises(LookupError, match="no domain holds"):
        machine.service.history(*named)


def test_history_is_a_copy() -> None:
    """Changing what ``history`` returned changes no record."""
    machine = Machine()
    machine.start(input="x")
    machine.service.history("w")[0]["workflowExecutionStartedEventAttributes"]["input"] = "y"
    assert machine.last("WorkflowExecutionStarted")["input"] == "x"


def busy_run(seed: int) -> str:
    """Run a bit of everything and return all histories as text."""
    machine = Machine(seed=seed, lambda_functions={"f": lambda text: text})
    machine.start(lambdaRole=ROLE)
    machine.start("other")
    machine.decide(
        activity(), timer(), child(), decision("ScheduleLambdaFunction", id="l", name="f")
    )
    machine.poll_activity()
    machine.advance(100)
    machine.decide(decision("ContinueAsNewWorkflowExecution"))
    machine.advance(90_000)
    return json.dumps([machine.service.history(name) for name in ("w", "other", "c")])


def test_the_same_calls_give_the_same_histories() -> None:
    """The same calls on the same seed give the same text; another seed gives other run ids."""
    assert busy_run(1) == busy_run(1)
    assert busy_run(1) != busy_run(2)


def test_domains_are_named_by_region_and_account() -> None:
    """The ARN of a domain names the region and the account given."""
    service = Service(VirtualClock(), region="eu-west-1", account="210987654321")
    request = {"name": "d", "workflowExecutionRetentionPeriodInDays": "1"}
    service.call("RegisterDomain", request)
    info = service.call("DescribeDomain", {"name": "d"})["domainInfo"]
    assert info["arn"] == "arn:aws:swf:eu-west-1:210987654321:/domain/d"


class Stepping:
    """A clock that can be set back, like that of a real machine."""

    def __init__(self) -> None:
        self.time = 100.0

    def now(self) -> float:
        """Return the time."""
        return self.time


def test_a_clock_put_back_does_not_turn_history() -> None:
    """Timestamps never decrease, even if the machine's clock does."""
    clock = Stepping()
    machine = Machine()
    machine.service = Service(clock)
    machine.call("RegisterDomain", name="d", workflowExecutionRetentionPeriodInDays="1")
    machine.call("RegisterWorkflowType", domain="d", name="flow", version="1")
    clock.time = 200.0
    settings = {"executionStartToCloseTimeout": "99", "taskStartToCloseTimeout": "9"}
    machine.start(taskList={"name": "l"}, childPolicy="ABANDON", **settings)
    clock.time = 150.0
    machine.signal()
    assert [event["eventTimestamp"] for event in machine.service.history("w")] == [200.0] * 3


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("StartWorkflowExecution", {"domain": "d", "workflowId": "w", "workflowType": "x"}),
    ("SignalWorkflowExecution", {"domain": "d", "workflowId": "no", "signalName": "s"}),
    ("RespondDecisionTaskCompleted", {"taskToken": "garbage"}),
    ("RespondActivityTaskCompleted", {"taskToken": "garbage"}),
    ("TerminateWorkflowExecution", {"domain": "d", "workflowId": "w", "runId": "22no"}),
    ("PollForDecisionTask", {"domain": "no", "taskList": {"name": "decisions"}}),
    (
        "PollForDecisionTask",
        {"domain": "d", "taskList": {"name": "decisions"}, "nextPageToken": "garbage"},
    ),
]


@pytest.mark.parametrize(("operation", "request_"), REFUSED)
def test_a_refused_request_changes_nothing(operation: str, request_: dict[str, Any]) -> None:
    """After a refusal the history, the waiting task and the deadlines are as before."""
    machine = Machine()
    machine.start()
    before = (machine.service.history("w"), machine.service.next_deadline())
    with pytest.raises(Fault):
        machine.call(operation, **request_)
    assert (machine.service.history("w"), machine.service.next_deadline()) == before
    assert machine.poll()["startedEventId"] == 3


@pytest.mark.parametrize("salt", [b"", b"1234567", b"123456789"])
def test_a_salt_of_another_length_is_refused(salt: bytes) -> None:
    """A salt that a token cannot hold is refused."""
    with pytest.raises(ValueError, match="token_salt must be 8 bytes"):
        Service(VirtualClock(), token_salt=salt)
