"""ActivityTaskClient: what each method sends, and what it makes of the answer."""

from __future__ import annotations

from typing import Any

import pytest

from py_swf import ActivityTask, ActivityTaskClient, ActivityTaskConfig
from py_swf.clients.activity_task import reason_of, traceback_of
from py_swf.types import ActivityType
from tests.clients.scripted import Stubbed

ANSWER: dict[str, Any] = {
    "taskToken": "token",
    "activityId": "a1",
    "startedEventId": 6,
    "workflowExecution": {"workflowId": "w", "runId": "r"},
    "activityType": {"name": "act", "version": "1"},
    "input": "in",
}
LIST = {"domain": "d", "taskList": {"name": "list"}}


@pytest.fixture
def client(stubbed: Stubbed) -> ActivityTaskClient:
    """A client over the stubbed boto3 client."""
    return ActivityTaskClient(ActivityTaskConfig("d", "list"), stubbed.client)


def test_poll(stubbed, client):
    """A poll sends domain, task list and identity, and returns the whole task."""
    stubbed.answers("poll_for_activity_task", ANSWER, **LIST, identity="me")
    task = client.poll("me")

    assert task == ActivityTask("a1", "act", "1", "in", "token", "w", "r", 6)
    assert task.activity_type == ActivityType("act", "1")
    assert task.task_list == "list"


def test_poll_without_identity_and_input(stubbed, client):
    """An identity of None is not sent; an input that is absent is None."""
    bare = {name: value for name, value in ANSWER.items() if name != "input"}
    stubbed.answers("poll_for_activity_task", bare, **LIST)

    assert client.poll().input is None


def test_poll_of_a_double_without_started_event_id(stubbed, client):
    """A test double written for 1.x works, though its answer lacks the started event's id."""

    class Double:
        """A user's double."""

        def poll_for_activity_task(self, **params: Any) -> Any:
            """Answer as little as 1.x needed."""
            return {name: ANSWER[name] for name in ANSWER if name != "startedEventId"}

    assert (
        ActivityTaskClient(ActivityTaskConfig("d", "list"), Double()).poll().started_event_id == 0
    )


@pytest.mark.parametrize("requested", [True, False])
def test_heartbeat(stubbed, client, requested):
    """A heartbeat sends details and returns whether cancellation was requested."""
    answer = {"cancelRequested": requested}
    stubbed.answers("record_activity_task_heartbeat", answer, taskToken="t", details="half")
    stubbed.answers("record_activity_task_heartbeat", answer, taskToken="t")

    assert client.heartbeat("t", "half") is requested
    assert client.heartbeat("t") is requested


def test_heartbeat_details_are_shorter(client):
    """The details of a heartbeat are refused above their own limit of 2,048 characters."""
    with pytest.raises(ValueError, match=r"details has 2049 characters; the limit is 2048"):
        client.heartbeat("t", "x" * 2049)


@pytest.mark.parametrize("result", ["out", "", None])
def test_finish(stubbed, client, result):
    """A result is sent, an empty one too; None is not."""
    expected = {} if result is None else {"result": result}
    stubbed.answers("respond_activity_task_completed", {}, taskToken="t", **expected)

    assert client.finish("t", result) is None


def test_fail(stubbed, client):
    """Reason and details are sent if they are given."""
    stubbed.answers("respond_activity_task_failed", {}, taskToken="t", reason="r", details="d")
    stubbed.answers("respond_activity_task_failed", {}, taskToken="t", reason="r")
    stubbed.answers("respond_activity_task_failed", {}, taskToken="t")

    assert client.fail("t", "r", "d") is None
    client.fail("t", "r")
    client.fail("t", None)


@pytest.mark.parametrize(("field", "limit"), [("reason", 256), ("details", 32_768)])
def test_fail_refuses_what_is_too_long(client, field, limit):
    """A text from the caller is never cut: it is refused, with its name and limit."""
    client_fail = {"reason": "r", field: "x" * (limit + 1)}
    with pytest.raises(
        ValueError, match=f"{field} has {limit + 1} characters; the limit is {limit}"
    ):
        client.fail("t", **client_fail)


def raised(error: BaseException) -> BaseException:
    """Return the exception as it is after it was raised."""
    try:
        raise error
    except BaseException as caught:
        return caught


def test_fail_from_an_exception(stubbed, client):
    """An exception becomes its type and message, and its traceback."""
    error = raised(LookupError("no such order"))
    stubbed.answers(
        "respond_activity_task_failed",
        {},
        taskToken="t",
        reason="LookupError: no such order",
        details=traceback_of(error),
    )
    client.fail("t", error)

    assert "Traceback" in traceback_of(error)
    assert "raise error" in traceback_of(error)
    assert traceback_of(error).endswith("LookupError: no such order\n")


def test_fail_from_an_exception_with_details(stubbed, client):
    """Given details replace the traceback, even if they are empty."""
    for details in ("what I know", ""):
        stubbed.answers(
            "respond_activity_task_failed", {}, taskToken="t", reason="KeyError", details=details
        )
        client.fail("t", KeyError(), details)


@pytest.mark.parametrize("text", ["x" * 40_000, "\U0001f600" * 40_000, "a" + "\U0001f600" * 40_000])
def test_fail_from_a_long_exception(stubbed, client, text):
    """Whatever an exception says is cut to what the service takes: the end of the reason, the
    front of the traceback, and no character in halves.
    """
    error = raised(RuntimeError(text))
    reason, details = reason_of(error), traceback_of(error)
    stubbed.answers(
        "respond_activity_task_failed", {}, taskToken="t", reason=reason, details=details
    )
    client.fail("t", error)

    assert reason.startswith(f"RuntimeError: {text[:100]}")
    assert details.endswith(f"{text[-100:]}\n")
    assert 255 <= len(reason.encode("utf-16-le")) / 2 <= 256
    assert 32_767 <= len(details.encode("utf-16-le")) / 2 <= 32_768


def test_fail_from_an_exception_of_odd_characters(stubbed, client):
    """Half a surrogate pair in a message, which no JSON can carry, is replaced."""
    error = raised(RuntimeError("half \ud83d"))
    stubbed.answers(
        "respond_activity_task_failed",
        {},
        taskToken="t",
        reason="RuntimeError: half ?",
        details=traceback_of(error),
    )
    client.fail("t", error)

    traceback_of(error).encode()


def test_fail_from_an_exception_that_cannot_be_printed(stubbed, client):
    """An exception whose own message fails is still an answer: its type, and a traceback."""

    class Odd(Exception):
        """An exception with a fault in its message."""

        def __str__(self) -> str:
            raise ZeroDivisionError

    error = raised(Odd())
    stubbed.answers(
        "respond_activity_task_failed", {}, taskToken="t", reason="Odd", details=traceback_of(error)
    )
    client.fail("t", error)

    assert "Odd" in traceback_of(error)


def test_fail_from_an_exception_that_python_cannot_show(stubbed, client):
    """If Python's traceback module fails, the places are still named and the task is answered."""
    error = raised(SyntaxError("bad", ("order.txt", 3, 1, b"text in bytes")))
    stubbed.answers(
        "respond_activity_task_failed",
        {},
        taskToken="t",
        reason=reason_of(error),
        details=traceback_of(error),
    )
    client.fail("t", error)

    assert "raise error" in traceback_of(error)


@pytest.mark.parametrize("details", ["d", None])
def test_cancel(stubbed, client, details):
    """Details of a cancellation are sent if they are given."""
    expected = {} if details is None else {"details": details}
    stubbed.answers("respond_activity_task_canceled", {}, taskToken="t", **expected)

    assert client.cancel("t", details) is None


@pytest.mark.parametrize("answer", [{"count": 3, "truncated": True}, {"count": 3}])
def test_count_pending_activity_tasks(stubbed, client, answer):
    """The config's list is counted; an answer that does not say truncated is not."""
    stubbed.answers("count_pending_activity_tasks", answer, **LIST)
    counted = client.count_pending_activity_tasks()

    assert counted == (3, "truncated" in answer)
    assert counted.truncated is ("truncated" in answer)


def test_count_pending_activity_tasks_of_another_list(stubbed, client):
    """A given list is counted instead."""
    stubbed.answers(
        "count_pending_activity_tasks", {"count": 0}, domain="d", taskList={"name": "other"}
    )

    assert client.count_pending_activity_tasks("other").count == 0


def test_a_fault_passes(stubbed, client):
    """A fault of the service reaches the caller as boto3's own class."""
    stubbed.refuses("respond_activity_task_completed", "UnknownResourceFault")
    with pytest.raises(stubbed.client.exceptions.UnknownResourceFault):
        client.finish("t", "out")
