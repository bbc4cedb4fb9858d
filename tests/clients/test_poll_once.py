"""A poll that may have been handed a task is not sent again; it ends with a task or without."""

from __future__ import annotations

import json
import runpy
import socket
import sys
import threading
import time
import warnings
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from botocore.vendored.requests.exceptions import ReadTimeout

from py_swf import (
    LONG_POLL_CONFIG,
    ActivityTaskClient,
    ActivityTaskConfig,
    NoTaskFound,
    ReadTimeoutWarning,
)
from py_swf.clients import _poll_once
from py_swf.clients.decision import DecisionClient
from py_swf.errors import AnswerNotWhole, PollNotAnswered
from tests.clients.raw_server import HANG_UP, SILENCE, RawServer
from tests.clients.scripted import Scripted, fault, make_client

CONFIG = ActivityTaskConfig("d", "list")
POLLS = {"PollForDecisionTask": DecisionClient, "PollForActivityTask": ActivityTaskClient}
#: retry mode -> how often boto3 alone sends a request, by its own defaults
SENT_BY_BOTO3 = {"legacy": 5, "standard": 3, "adaptive": 3}
THROTTLED = (400, {"__type": "com.amazon.coral.availability#ThrottlingException"})
TASK: dict[str, Any] = {
    "taskToken": "token",
    "activityId": "a",
    "activityType": {"name": "act", "version": "1"},
    "startedEventId": 3,
    "previousStartedEventId": 0,
    "workflowExecution": {"workflowId": "w", "runId": "r"},
    "workflowType": {"name": "flow", "version": "1"},
    "events": [],
}
WHOLE = json.dumps(TASK).encode()
#: what may have been handed a task: never sent again
FAILURES = {
    "read timeout": (SILENCE, PollNotAnswered),
    "dropped connection": (HANG_UP, ConnectionClosedError),
    "server error": ((500, {}), ClientError),
    "bad gateway": ((502, b"<html>"), ClientError),
    "unavailable": ((503, {}), ClientError),
    "timeout of a gateway": ((408, b"<html>"), ClientError),
    "cut body": ((200, WHOLE[:40], len(WHOLE)), (AnswerNotWhole, ConnectionClosedError)),
    "half a body": ((200, WHOLE[:40]), AnswerNotWhole),
    "foreign page": ((200, b"<html>"), AnswerNotWhole),
    "empty body": ((200, b""), AnswerNotWhole),
}
#: what handed out nothing: the client's own retries go on
REFUSALS = {
    "throttling": THROTTLED,
    "throttling by another name": (400, {"__type": "RequestThrottledException"}),
}

pytestmark = pytest.mark.usefixtures("no_backoff")

in_each_mode = pytest.mark.parametrize("mode", SENT_BY_BOTO3)
for_each_poll = pytest.mark.parametrize("operation", POLLS)
on_each_failure = pytest.mark.parametrize("failure", FAILURES)


def client_of(server: RawServer, mode: str, read_timeout: float = 20) -> Any:
    """Return a boto3 client of the server."""
    settings = {"retries": {"mode": mode}, "read_timeout": read_timeout}
    return make_client(server.url, connect_timeout=5, **settings)


def patience(failure: str, seconds: float) -> float:
    """Return a read timeout: short where no answer comes, else one that a busy machine keeps."""
    return seconds if FAILURES.get(failure, ("",))[0] is SILENCE else 20


def typed_client(operation: str, boto_client: Any) -> Any:
    """Return the py_swf client that polls by an operation."""
    return POLLS[operation](CONFIG, boto_client)


@pytest.fixture
def unwarned() -> Any:
    """Let the short read timeouts of these tests pass without a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReadTimeoutWarning)
        yield


@pytest.mark.usefixtures("unwarned")
class TestSentOnce:
    """What the socket sees."""

    @in_each_mode
    @for_each_poll
    @on_each_failure
    def test_a_failed_poll_is_sent_once(self, raw_server, mode, operation, failure):
        """One call makes one HTTP request, whatever the retry mode: a task may have been lost."""
        raw_server.answers[operation], raised = FAILURES[failure]

        boto_client = client_of(raw_server, mode, patience(failure, 0.25))
        with pytest.raises(raised):
            typed_client(operation, boto_client).poll()

        assert raw_server.counts == {operation: 1}

    @in_each_mode
    @for_each_poll
    @pytest.mark.parametrize("refusal", REFUSALS)
    def test_a_poll_that_was_refused_is_sent_again(self, raw_server, mode, operation, refusal):
        """If the service said "not now", boto3's own retries go on, and may bring the task."""
        raw_server.answers[operation] = [REFUSALS[refusal], (200, TASK)]
        client = typed_client(operation, client_of(raw_server, mode))

        assert client.poll().task_token == "token"
        assert raw_server.counts == {operation: 2}

    @in_each_mode
    @for_each_poll
    def test_a_page_with_status_429_is_left_to_boto3(self, raw_server, mode, operation):
        """A page that says too many requests is sent again where this boto3 itself does so."""
        page = (429, b"<html>")
        raw_server.answers["ListDomains"] = page
        with pytest.raises(ClientError):
            client_of(raw_server, mode).list_domains(registrationStatus="REGISTERED")
        raw_server.answers[operation] = page
        with pytest.raises(ClientError):
            typed_client(operation, client_of(raw_server, mode)).poll()

        assert raw_server.counts[operation] == raw_server.counts["ListDomains"]

    @in_each_mode
    @for_each_poll
    def test_a_refusal_for_good_is_raised(self, raw_server, mode, operation):
        """After boto3's own retries the fault is raised, and says how often the poll was sent."""
        raw_server.answers[operation] = THROTTLED

        with pytest.raises(ClientError) as raised:
            typed_client(operation, client_of(raw_server, mode)).poll()

        assert raw_server.counts == {operation: SENT_BY_BOTO3[mode]}
        metadata = raised.value.response["ResponseMetadata"]
        assert metadata["RetryAttempts"] == SENT_BY_BOTO3[mode] - 1

    # after throttling, the adaptive mode waits for two seconds
    @pytest.mark.parametrize("mode", ["legacy", "standard"])
    @for_each_poll
    @on_each_failure
    def test_a_poll_that_fails_after_a_refusal(self, raw_server, mode, operation, failure):
        """The send that may have been handed a task is the last one."""
        last, raised = FAILURES[failure]
        raw_server.answers[operation] = [THROTTLED, last]

        boto_client = client_of(raw_server, mode, patience(failure, 1))
        with pytest.raises(raised):
            typed_client(operation, boto_client).poll()

        assert raw_server.counts == {operation: 2}

    @in_each_mode
    @for_each_poll
    def test_a_connection_that_was_not_made_is_tried_again(self, mode, operation):
        """If nobody listens nothing was sent, so boto3's own retries go on."""
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
            boto_client = make_client(url, retries={"mode": mode})
            tries = []
            boto_client.meta.events.register("before-send.swf", lambda **_: tries.append(1))

            with pytest.raises(EndpointConnectionError):
                typed_client(operation, boto_client).poll()

        assert len(tries) == SENT_BY_BOTO3[mode]

    @in_each_mode
    @pytest.mark.parametrize(
        "failure", ["read timeout", "dropped connection", "server error", "throttling"]
    )
    def test_boto3s_own_poll_on_the_same_client_is_sent_again(self, raw_server, mode, failure):
        """A poll that the caller makes with boto3 itself keeps the client's retries."""
        answer, _ = {**FAILURES, "throttling": (THROTTLED, None)}[failure]
        raw_server.answers["PollForDecisionTask"] = answer
        boto_client = client_of(raw_server, mode, patience(failure, 0.1))
        DecisionClient(CONFIG, boto_client)

        with pytest.raises((ClientError, ConnectionClosedError, ReadTimeoutError)):
            boto_client.poll_for_decision_task(domain="d", taskList={"name": "list"})

        assert raw_server.counts == {"PollForDecisionTask": SENT_BY_BOTO3[mode]}

    @in_each_mode
    def test_the_next_call_of_the_thread_keeps_its_retries(self, raw_server, mode):
        """After a poll that failed, another operation of the same client is sent again."""
        raw_server.answers["PollForActivityTask"] = HANG_UP
        raw_server.answers["CountPendingActivityTasks"] = (500, {})
        client = ActivityTaskClient(CONFIG, client_of(raw_server, mode))

        with pytest.raises(ConnectionClosedError):
            client.poll()
        with pytest.raises(ClientError):
            client.count_pending_activity_tasks()

        assert raw_server.counts["CountPendingActivityTasks"] == SENT_BY_BOTO3[mode]

    @in_each_mode
    def test_other_threads_keep_the_retries_during_a_poll(self, raw_server, mode):
        """While one thread polls, another's calls are sent again, boto3's own poll included."""
        raw_server.answers["PollForDecisionTask"] = SILENCE
        boto_client = client_of(raw_server, mode)
        client = DecisionClient(CONFIG, boto_client)
        ends = []

        def poll() -> None:
            try:
                client.poll()
            except ConnectionClosedError as error:
                ends.append(error)

        poller = threading.Thread(target=poll)
        poller.start()
        assert raw_server.arrived.acquire(timeout=10)
        raw_server.answers["PollForDecisionTask"] = (500, {})
        raw_server.answers["CountPendingDecisionTasks"] = (500, {})
        with pytest.raises(ClientError):
            client.count_pending_decision_tasks()
        with pytest.raises(ClientError):
            boto_client.poll_for_decision_task(domain="d", taskList={"name": "list"})
        raw_server.ending.set()
        poller.join(10)

        assert raw_server.counts["CountPendingDecisionTasks"] == SENT_BY_BOTO3[mode]
        assert raw_server.counts["PollForDecisionTask"] == 1 + SENT_BY_BOTO3[mode]
        assert len(ends) == 1

    @in_each_mode
    def test_calls_of_a_users_own_hook_keep_the_retries(self, raw_server, mode):
        """A hook of the caller that polls by boto3 in the middle of our poll is sent again; ours
        is not.
        """
        raw_server.answers["PollForDecisionTask"] = (500, {})
        boto_client, other = client_of(raw_server, mode), client_of(raw_server, mode)
        nested = []

        def users_hook(**_: Any) -> None:
            if not nested:
                nested.append(True)
                with pytest.raises(ClientError):
                    boto_client.poll_for_decision_task(domain="d", taskList={"name": "list"})
                with pytest.raises(ClientError):
                    other.poll_for_decision_task(domain="d", taskList={"name": "list"})

        boto_client.meta.events.register("before-send.swf.PollForDecisionTask", users_hook)
        DecisionClient(CONFIG, other)
        with pytest.raises(ClientError):
            DecisionClient(CONFIG, boto_client).poll()

        assert raw_server.counts["PollForDecisionTask"] == 1 + 2 * SENT_BY_BOTO3[mode]

    def test_further_pages_keep_the_retries(self, raw_server):
        """A poll for a further page hands out no other task, so it is sent again."""
        raw_server.answers["PollForDecisionTask"] = (200, {**TASK, "nextPageToken": "more"})
        task = DecisionClient(CONFIG, client_of(raw_server, "standard")).poll()
        raw_server.answers["PollForDecisionTask"] = HANG_UP

        with pytest.raises(ConnectionClosedError):
            list(task.events)

        assert raw_server.counts == {"PollForDecisionTask": 1 + 3}


@for_each_poll
def test_a_fault_is_boto3s_own(operation):
    """A poll that the service refuses raises boto3's class for that fault, as boto3 fills it."""
    scripted = Scripted(fault("UnknownResourceFault"))

    with pytest.raises(scripted.client.exceptions.UnknownResourceFault) as raised:
        typed_client(operation, scripted.client).poll()

    assert raised.value.operation_name == operation
    assert raised.value.response["Error"] == {"Code": "UnknownResourceFault", "Message": "because"}
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert raised.value.response["ResponseMetadata"]["RetryAttempts"] == 0


def test_an_error_without_a_body_is_a_client_error():
    """A bare 503 from a load balancer is boto3's ClientError."""
    scripted = Scripted((503, b""))

    with pytest.raises(ClientError) as raised:
        ActivityTaskClient(CONFIG, scripted.client).poll()

    assert raised.value.response["Error"]["Code"] == "503"


@for_each_poll
@pytest.mark.parametrize(
    "answer", [{}, {"taskToken": None}, {"taskToken": ""}, {"taskToken": "", "startedEventId": 0}]
)
def test_an_answer_without_a_task_is_no_task_found(operation, answer):
    """A token that is missing, null or empty says that there is no task."""
    with pytest.raises(NoTaskFound, match="empty"):
        typed_client(operation, Scripted(answer).client).poll()


class Double:
    """What a user's own test hands over for a boto3 client: two methods, nothing else."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def poll_for_decision_task(self, **params: Any) -> Any:
        """Answer, or raise."""
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    poll_for_activity_task = poll_for_decision_task


@for_each_poll
@pytest.mark.parametrize(
    "error", [ReadTimeout(), ReadTimeoutError(endpoint_url="http://x")], ids=["vendored", "own"]
)
def test_a_read_time_out_of_a_double_is_no_task_found(operation, error):
    """Both classes that botocore had for a read timeout mean that no task came."""
    with pytest.raises(NoTaskFound, match="read timeout") as raised:
        typed_client(operation, Double(error)).poll()

    assert raised.value.__cause__ is error


def test_a_botocore_without_vendored_requests(monkeypatch):
    """The module loads even if botocore no longer has its old copy of requests."""
    monkeypatch.setitem(sys.modules, "botocore.vendored.requests.exceptions", None)
    module = runpy.run_path(_poll_once.__file__)
    double = Double(ReadTimeoutError(endpoint_url="http://x"))

    with pytest.raises(NoTaskFound):
        module["poll"](double, double.poll_for_decision_task, {})


@for_each_poll
def test_an_error_of_a_double_passes(operation):
    """Other errors are not taken for a read timeout."""
    with pytest.raises(ZeroDivisionError):
        typed_client(operation, Double(ZeroDivisionError())).poll()


@for_each_poll
@pytest.mark.parametrize("answer", [{}, {"taskToken": None}, {"taskToken": ""}])
def test_an_empty_answer_of_a_double_is_no_task_found(operation, answer):
    """A test double without botocore's hooks and settings works without a warning."""
    with pytest.raises(NoTaskFound):
        typed_client(operation, Double(answer)).poll()


@for_each_poll
@pytest.mark.parametrize("seconds", [60, 0.5])
def test_a_short_read_time_out_is_told_once(operation, seconds):
    """The first poll of a client that gives up too soon warns, at the caller's line, with the fix;
    the second, also of another py_swf client over it, does not.
    """
    boto_client = Scripted({}, {}, {}, read_timeout=seconds).client
    client, other = typed_client(operation, boto_client), DecisionClient(CONFIG, boto_client)

    with pytest.warns(ReadTimeoutWarning) as told, pytest.raises(NoTaskFound):
        client.poll()
    with pytest.raises(NoTaskFound):
        client.poll()
    with pytest.raises(NoTaskFound):
        other.poll()

    (warning,) = told
    assert warning.filename == __file__
    assert f"stops reading after {seconds} s" in str(warning.message)
    assert 'boto3.client("swf", config=LONG_POLL_CONFIG)' in str(warning.message)


def test_each_client_is_told_of():
    """A second boto3 client with a short read timeout gets its own warning."""
    for _ in range(2):
        client = ActivityTaskClient(CONFIG, Scripted({}, read_timeout=60).client)
        with pytest.warns(ReadTimeoutWarning), pytest.raises(NoTaskFound):
            client.poll()


@pytest.mark.parametrize("seconds", [60.5, 61, None])
def test_a_long_read_time_out_is_not_told(seconds):
    """A client that reads for longer than the hold, or forever, causes no warning."""
    with pytest.raises(NoTaskFound):
        ActivityTaskClient(CONFIG, Scripted({}, read_timeout=seconds).client).poll()


def test_the_ready_config_reads_long_enough():
    """A client made with LONG_POLL_CONFIG causes no warning."""
    settings = {"read_timeout": LONG_POLL_CONFIG.read_timeout}
    with pytest.raises(NoTaskFound):
        DecisionClient(CONFIG, Scripted({}, **settings).client).poll()


PARSING: dict[str, Any] = {"response_dict": {}, "customized_response_dict": {}}
RETRYING: dict[str, Any] = {"attempts": 99, "response": None, "operation": None}


@pytest.mark.parametrize(
    ("event", "modules", "arguments"),
    [
        ("provide-client-params", ["_request_marks"], {"context": {}}),
        ("request-created", ["_request_marks"], {"request": AWSRequest("POST", "http://x")}),
        ("before-parse", ["_whole_answers", "_history_parser", "_whole_answers"], PARSING),
        ("needs-retry", ["_whole_answers", "_poll_once"], RETRYING),
    ],
)
def test_many_clients_over_one_boto3_client_add_no_hook_twice(event, modules, arguments):
    """A daemon that makes new py_swf clients for each task does not pile up hooks."""
    boto_client = make_client(retries={"mode": "standard"})
    for _ in range(3):
        DecisionClient(CONFIG, boto_client)
        ActivityTaskClient(CONFIG, boto_client)
    if event == "needs-retry":
        arguments = {**arguments, "caught_exception": ValueError(), "request_dict": {"context": {}}}

    called = boto_client.meta.events.emit(
        f"{event}.swf.PollForDecisionTask", operation_name="PollForDecisionTask", **arguments
    )

    ours = [handler.__module__ for handler, _ in called if "py_swf" in handler.__module__]
    assert ours == [f"py_swf.clients.{module}" for module in modules]


class SlowHooks:
    """Hooks that know one again by its id, as botocore's do, but for a moment do not."""

    def __init__(self) -> None:
        self.registered: list[str] = []

    def register(self, event: str, handler: Any, unique_id: str) -> None:
        """Register a handler, unless it is registered."""
        if unique_id not in self.registered:
            time.sleep(0.002)
            self.registered.append(unique_id)

    register_first = register_last = register


def test_threads_that_make_their_clients_at_once_add_one_hook():
    """Worker threads that each make a client over the same boto3 client do not double hooks."""
    hooks = SlowHooks()
    boto_client = SimpleNamespace(meta=SimpleNamespace(events=hooks))
    threads = [
        threading.Thread(target=DecisionClient, args=(CONFIG, boto_client)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(hooks.registered) == len(set(hooks.registered)) > 0
