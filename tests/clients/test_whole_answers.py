"""A body that is not an answer of the service is reported; other calls are left alone."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError

from py_swf import ActivityTaskClient, ActivityTaskConfig, DecisionClient, NoTaskFound
from py_swf.clients._whole_answers import noting_sends
from py_swf.errors import AnswerNotWhole
from tests.clients.raw_server import HANG_UP
from tests.clients.scripted import Scripted, make_client
from tests.clients.test_poll_once import TASK

CONFIG = ActivityTaskConfig("d", "list")

#: operation -> a call of it through py_swf, and what the service answers to it
CALLS: dict[str, tuple[Any, Any]] = {
    "PollForDecisionTask": (lambda boto: DecisionClient(CONFIG, boto).poll(), TASK),
    "PollForActivityTask": (lambda boto: ActivityTaskClient(CONFIG, boto).poll(), TASK),
    "GetWorkflowExecutionHistory": (
        lambda boto: list(DecisionClient(CONFIG, boto).walk_execution_history("w", "r")),
        {"events": []},
    ),
    "RecordActivityTaskHeartbeat": (
        lambda boto: ActivityTaskClient(CONFIG, boto).heartbeat("t"),
        {"cancelRequested": False},
    ),
    "RespondActivityTaskCompleted": (
        lambda boto: ActivityTaskClient(CONFIG, boto).finish("t", None),
        None,
    ),
    "RespondActivityTaskFailed": (
        lambda boto: ActivityTaskClient(CONFIG, boto).fail("t", None),
        None,
    ),
    "RespondActivityTaskCanceled": (
        lambda boto: ActivityTaskClient(CONFIG, boto).cancel("t"),
        None,
    ),
    "RespondDecisionTaskCompleted": (lambda boto: DecisionClient(CONFIG, boto).respond("t"), None),
}
#: nothing that the service answers to anything
FOREIGN: dict[str, Any] = {
    "page": b"<html><body>Sign in</body></html>",
    "list": b"[]",
    "null": b"null",
    "text": b'"x"',
    "number": b"7",
    "not UTF-8": b"\xff\xfe{}",
    "cut": b'{"taskToken": "tok',
    "of something else": b'{"status": "ok"}',
}

for_each_call = pytest.mark.parametrize("operation", CALLS)


def body_of(operation: str) -> bytes:
    """Return what the service answers."""
    answer = CALLS[operation][1]
    return b"" if answer is None else json.dumps(answer).encode()


@for_each_call
def test_what_the_service_answers(operation):
    """An answer with what the service always sends is one."""
    call, _ = CALLS[operation]

    call(Scripted(body_of(operation)).client)


@for_each_call
@pytest.mark.parametrize("foreign", FOREIGN)
def test_what_is_no_answer(operation, foreign):
    """A page, half of an answer or another program's JSON is told, with what came, and once."""
    call, _ = CALLS[operation]
    scripted = Scripted(FOREIGN[foreign])

    with pytest.raises(AnswerNotWhole, match=f"^{operation} was answered with status 200, but"):
        call(scripted.client)

    assert scripted.operations == [operation]


@for_each_call
def test_an_empty_body(operation):
    """It is the whole of an answer to an answer, and of no other."""
    call, answer = CALLS[operation]
    if answer is None:
        call(Scripted(b"").client)
        call(Scripted(b"{}").client)
    else:
        with pytest.raises(AnswerNotWhole):
            call(Scripted(b"").client)
        with pytest.raises(AnswerNotWhole):
            call(Scripted((204, b"")).client)


@for_each_call
def test_less_than_was_announced(raw_server, operation):
    """A body shorter than its announced length is not an answer; urllib3 2 notices that itself."""
    call, _ = CALLS[operation]
    body = body_of(operation)
    raw_server.answers[operation] = (200, body, len(body) + 3)
    boto = make_client(raw_server.url, retries={"total_max_attempts": 1}, read_timeout=5)
    boto.meta.config.read_timeout = 70

    with pytest.raises((AnswerNotWhole, ConnectionClosedError)):
        call(boto)

    assert raw_server.counts == {operation: 1}


@for_each_call
@pytest.mark.parametrize("headers", [{"content-length": "999"}, {"content-length": " 999 "}])
def test_less_than_the_header_says(operation, headers):
    """What urllib3 1.26 lets pass is seen here."""
    call, _ = CALLS[operation]

    with pytest.raises(AnswerNotWhole, match="999 bytes were announced"):
        call(Scripted((200, body_of(operation), headers)).client)


@pytest.mark.parametrize(
    "headers", [{}, {"content-length": ""}, {"content-length": "999", "content-encoding": "gzip"}]
)
def test_a_length_that_says_nothing(headers):
    """Without a length, or where the body was unpacked, the body is what it is."""
    ActivityTaskClient(CONFIG, Scripted((200, b"", headers)).client).finish("t", None)


@pytest.mark.parametrize("operation", ["PollForDecisionTask", "PollForActivityTask"])
@pytest.mark.parametrize(
    "missing", ["startedEventId", "workflowExecution", "workflowExecution.runId"]
)
def test_a_task_that_lacks_something(operation, missing):
    """An answer that lacks members of every task is not a task; the error says what is missing."""
    task = json.loads(json.dumps(TASK))
    *above, last = missing.split(".")
    (task[above[0]] if above else task).pop(last)

    with pytest.raises(AnswerNotWhole, match=f"it has no {missing}: "):
        CALLS[operation][0](Scripted(task).client)


@pytest.mark.parametrize("operation", ["PollForDecisionTask", "PollForActivityTask"])
@pytest.mark.parametrize("empty", [{"startedEventId": 0}, {}, {"startedEventId": 0, "new": 1}])
def test_an_empty_poll(operation, empty):
    """What the service sends where there is no task is no task; a bare {} is taken for that."""
    with pytest.raises(NoTaskFound):
        CALLS[operation][0](Scripted(empty).client)


@for_each_call
@pytest.mark.parametrize("body", [b"\xe4\xf6 not now", b"[]", b"null", b'{"__type": 7}', b'"x"'])
def test_a_refusal_that_boto3_cannot_read(operation, body):
    """Boto3's own parser would stumble over it; the status is what counts."""
    with pytest.raises(ClientError) as raised:
        CALLS[operation][0](Scripted((404, body)).client)

    assert raised.value.response["Error"]["Code"] == "404"


def test_the_callers_own_calls_are_left_alone():
    """Calls that the caller makes with boto3 itself, on the same client, work as ever."""
    scripted = Scripted(b"<html>", b"[")
    ActivityTaskClient(CONFIG, scripted.client)

    scripted.client.poll_for_activity_task(domain="d", taskList={"name": "list"})
    scripted.client.respond_activity_task_completed(taskToken="t")

    assert len(scripted.requests) == 2


def test_it_is_an_error_of_botocore():
    """Code that catches botocore's errors catches it, and it can be pickled."""
    error = AnswerNotWhole(operation="RespondActivityTaskCompleted", status=200, why="because")

    assert isinstance(error, BotoCoreError)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.usefixtures("no_backoff")
def test_each_send_is_noted(raw_server):
    """All sends in the block are listed, in order, by status or exception."""
    throttled = (400, {"__type": "ThrottlingException"})
    raw_server.answers["RespondActivityTaskCompleted"] = [throttled, HANG_UP, (200, b"")]
    boto = make_client(raw_server.url, retries={"mode": "standard"})
    client = ActivityTaskClient(CONFIG, boto)

    with noting_sends() as sends:
        client.finish("t", None)
        raw_server.answers["RespondActivityTaskFailed"] = (200, b"")
        boto.respond_activity_task_failed(taskToken="t")
    client.finish("t", None)

    assert [getattr(send, "fmt", send) for send in sends] == [400, ConnectionClosedError.fmt, 200]
