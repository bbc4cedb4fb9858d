"""Execution: wait for the result, signal, cancel and look at an execution from outside."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from py_swf import (
    DecisionClient,
    DecisionConfig,
    NoTaskFound,
    RegistrationClient,
    WorkflowClient,
    WorkflowClientConfig,
    flow,
)
from py_swf.daemon import Calling
from py_swf.flow.executions import start_execution
from py_swf.local import InjectedFault, LocalSWF


@dataclass
class Receipt:
    order_id: str
    on: date


approve = flow.Signal("approve", Receipt)


@flow.workflow
async def greet(name: str) -> Receipt:
    return Receipt(name, date(2026, 1, 1))


@flow.workflow
async def told(days: int = 0) -> Receipt:
    flow.set_execution_context("waits")
    return await approve.receive()


@flow.workflow
async def fails() -> None:
    raise flow.FailWorkflow("no stock", "order o-1")


@flow.workflow
async def rounds(left: int) -> str:
    if left:
        await flow.continue_as_new(left - 1)
    receipt = await approve.receive()
    return receipt.order_id


WORKFLOWS = [greet, told, fails, rounds]


class Shop:
    """A domain, a decider that is called by hand, and a clock that sleeping turns."""

    def __init__(self, faults=()):
        self.swf = LocalSWF(faults=faults)
        boto_client = self.swf.client(config=Config(retries={"total_max_attempts": 1}))
        registration = RegistrationClient(boto_client)
        registration.register_domain("shop", retention=7)
        flow.register(registration, "shop", *WORKFLOWS, task_list="decisions")
        self.client = WorkflowClient(WorkflowClientConfig("shop"), boto_client)
        self.decisions = DecisionClient(DecisionConfig("shop", "decisions"), boto_client)
        self.decider = flow.Decider(WORKFLOWS)
        self.slept = []
        self.calling = Calling(clock=self.swf.clock.now, sleep=self.sleep, chance=lambda: 1.0)

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.swf.advance(seconds)

    def decide(self):
        while True:
            try:
                task = self.decisions.poll()
            except NoTaskFound:
                return
            self.decisions.respond(task.task_token, self.decider(task))


@pytest.fixture
def shop():
    return Shop()


def fault(call, *args, **kwargs):
    with pytest.raises(ClientError) as caught:
        call(*args, **kwargs)
    return caught.value.response["Error"]["Code"]


def test_the_result_is_as_annotated(shop):
    """The handle that start returns has the ids, and the result as the function returns it."""
    execution = greet.start(shop.client, "greet-1", "Ann")
    shop.decide()

    assert execution.result() == Receipt("Ann", date(2026, 1, 1))
    assert execution.workflow_id == "greet-1"
    assert execution.run_id == flow.Execution.of(greet, shop.client, "greet-1").run_id


def test_an_id_is_made_up(shop):
    """None as workflow id makes one that is not open anywhere."""
    first, second = (greet.start(shop.client, None, "Ann") for _ in range(2))

    assert first.workflow_id.startswith("greet-")
    assert first.workflow_id != second.workflow_id


def test_a_failure_is_raised_with_its_words(shop):
    """An execution that failed raises WorkflowFailed."""
    execution = fails.start(shop.client, "x")
    shop.decide()

    with pytest.raises(flow.WorkflowFailed) as caught:
        execution.result()
    assert (caught.value.reason, caught.value.details) == ("no stock", "order o-1")


def test_a_cancel_request_cancels(shop):
    """request_cancel raises CancelledError in the code, and the result says so."""
    execution = told.start(shop.client, "x")
    shop.decide()
    execution.request_cancel()
    shop.decide()

    with pytest.raises(flow.WorkflowCanceled):
        execution.result()


@pytest.mark.parametrize(
    ("end", "child_policy"),
    [
        (lambda execution: execution.terminate("lost", "found"), "TERMINATE"),
        (
            lambda execution: execution.terminate("lost", "found", "REQUEST_CANCEL"),
            "REQUEST_CANCEL",
        ),
        (lambda execution: execution.abandon("lost", "found"), "ABANDON"),
    ],
)
def test_terminating_ends_it_at_once(shop, end, child_policy):
    """terminate and abandon close it, with reason, details and child policy."""
    execution = told.start(shop.client, "x")
    end(execution)

    with pytest.raises(flow.WorkflowTerminated) as caught:
        execution.result()
    closed = execution.history().closed
    assert (caught.value.reason, caught.value.details) == ("lost", "found")
    assert closed.child_policy == child_policy


def test_a_timeout_of_the_execution_is_raised(shop):
    """An execution that outlived its timeout raises WorkflowTimedOut."""
    options = told.options(execution_start_to_close_timeout=60)
    execution = options.start(shop.client, "x")
    shop.swf.advance(61)

    with pytest.raises(flow.WorkflowTimedOut):
        execution.result()


def test_a_signal_is_received(shop):
    """A signal carries its value to the code, by the signal or by its name."""
    by_signal, by_name = told.start(shop.client, "a"), told.start(shop.client, "b")
    receipt = Receipt("o-1", date(2026, 1, 1))
    by_signal.signal(approve, receipt)
    by_name.signal("approve", receipt)
    shop.decide()

    assert by_signal.result() == by_name.result() == receipt


def test_waiting_is_polite(shop):
    """It looks at once, then after a quarter of a second, and then ever less often."""
    execution = told.start(shop.client, "x")

    with pytest.raises(TimeoutError, match="execution x is open after 300 s"):
        execution.result(timedelta(minutes=5), calling=shop.calling)
    assert shop.slept[:3] == [0.25, 0.375, 0.5625]
    assert max(shop.slept) == 20
    assert sum(shop.slept) == pytest.approx(300)
    assert len(shop.slept) < 30


def test_no_timeout_looks_once(shop):
    """A timeout of 0 makes one call, and does not sleep."""
    execution = told.start(shop.client, "x")

    with pytest.raises(TimeoutError):
        execution.result(0, calling=shop.calling)
    assert shop.slept == []


def test_waiting_ends_with_the_execution(shop):
    """The result is there at the first look after the execution has closed."""
    execution = told.start(shop.client, "x")
    execution.signal(approve, Receipt("o-1", date(2026, 1, 1)))
    calling = Calling(clock=shop.swf.clock.now, sleep=lambda seconds: shop.decide())

    assert execution.result(calling=calling).order_id == "o-1"


def test_what_passes_by_itself_is_waited_out():
    """Throttling does not end the wait; it looks again, later."""
    shop = Shop(
        [
            InjectedFault("throttle", "GetWorkflowExecutionHistory", calls=(1, 2, 3, 4)),
            InjectedFault("drop-before", "GetWorkflowExecutionHistory", calls=(5,)),
        ]
    )
    execution = greet.start(shop.client, "x", "Ann")
    shop.decide()

    assert execution.result(calling=shop.calling).order_id == "Ann"
    assert shop.slept == [1, 2, 4, 8, 16]


def test_what_does_not_pass_is_raised(shop):
    """An execution that the domain does not know is an error, not a wait."""
    execution = flow.Execution.of(greet, shop.client, "x", "no-such-run")

    assert fault(execution.result) == "UnknownResourceFault"


def test_it_follows_continue_as_new(shop):
    """Result, signals, descriptions and histories are those of the last run."""
    execution = rounds.start(shop.client, "x", 3)
    first = execution.run_id
    shop.decide()

    assert execution.describe().execution_info.execution_status == "OPEN"
    execution.run_id = first
    execution.signal(approve, Receipt("o-1", date(2026, 1, 1)))
    execution.run_id = first
    assert execution.history().is_open
    shop.decide()
    execution.run_id = first

    assert execution.result() == "o-1"
    assert execution.run_id != first


def test_what_needs_an_open_execution_says_so(shop):
    """Signal, cancel and terminate of a closed execution are the service's fault."""
    execution = greet.start(shop.client, "x", "Ann")
    shop.decide()

    assert fault(execution.signal, "approve") == "UnknownResourceFault"
    assert fault(execution.request_cancel) == "UnknownResourceFault"
    assert fault(execution.terminate) == "UnknownResourceFault"


def test_it_can_be_described(shop):
    """describe and history show what the service knows of it."""
    execution = told.options(tag_list=["urgent"]).start(shop.client, "x", days=2)
    shop.decide()

    detail = execution.describe()
    assert detail.execution_info.tag_list == ("urgent",)
    assert detail.latest_execution_context == "waits"
    assert execution.history().input == '{"days":2}'


def test_an_execution_is_found(shop):
    """of() finds the open run of a workflow id, else the one that was started last."""
    for days in range(2):
        told.start(shop.client, "x", days)
        shop.client.terminate_workflow("x", None)
        shop.swf.advance(1)
    last = flow.Execution.of(told, shop.client, "x").history().input
    opened = told.start(shop.client, "x", 2)

    assert last == '{"days":1}'
    assert flow.Execution.of(told, shop.client, "x").run_id == opened.run_id


def test_what_is_not_found_is_told(shop):
    """An id that nobody started is a LookupError."""
    with pytest.raises(LookupError, match="no execution has the workflow id 'y'"):
        flow.Execution.of(told, shop.client, "y")


def test_starting_twice_is_refused_unless_asked(shop):
    """A second start of an open id is the service's fault, or the open one by if_open="use"."""
    first = told.start(shop.client, "x")

    assert fault(told.start, shop.client, "x") == "WorkflowExecutionAlreadyStartedFault"
    assert told.options(if_open="use").start(shop.client, "x").run_id == first.run_id
    with pytest.raises(ValueError, match="if_open is 'open'; it must be 'raise' or 'use'"):
        told.options(if_open="open")


def unlisted(shop, monkeypatch, times):
    """Have the listing of open executions show none so many times; return the sleeps after it."""
    listed, left = shop.client.list_open_workflow_executions, [None] * times

    def stale(*args, **kwargs):
        if left:
            left.pop()
            return iter(())
        return listed(*args, **kwargs)

    monkeypatch.setattr(shop.client, "list_open_workflow_executions", stale)
    slept = []
    return slept, Calling(sleep=slept.append)


def start_or_use(shop, calling):
    return start_execution(told, shop.client, "x", "{}", {}, "use", calling)


def test_an_open_execution_that_is_not_listed_yet_is_waited_for(shop, monkeypatch):
    """The service shows a new execution some seconds later, and a closed one of its id before."""
    greet.start(shop.client, "x", "first")
    shop.decide()
    second = told.start(shop.client, "x")
    slept, calling = unlisted(shop, monkeypatch, 2)

    assert start_or_use(shop, calling).run_id == second.run_id
    assert slept == [0.5, 1.0]


def test_an_open_execution_that_has_closed_meanwhile_is_started_anew(shop, monkeypatch):
    """An execution that was open at the first attempt but not at the next cannot be used."""
    first = told.start(shop.client, "x")
    unlisted(shop, monkeypatch, 1)
    closing = Calling(sleep=lambda seconds: first.terminate())

    assert start_or_use(shop, closing).run_id != first.run_id


def test_an_open_execution_that_is_never_listed_is_told(shop, monkeypatch):
    """After some seconds the fault of the service is raised."""
    told.start(shop.client, "x")
    slept, calling = unlisted(shop, monkeypatch, 99)

    with pytest.raises(ClientError, match="WorkflowExecutionAlreadyStartedFault"):
        start_or_use(shop, calling)
    assert slept == [0.5, 1.0, 2.0, 4.0, 8.0]
