"""Windows on a history, and the tokens between pages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py_swf.local.machine.faults import Fault
from py_swf.local.machine.limits import Limits
from py_swf.local.machine.operations.pages import _bound_to, window
from py_swf.local.machine.tokens import _seal, open_page_token, page_token
from tests.local.bare_machine import Machine, activity, decision

EVENTS = [{"eventId": number} for number in range(1, 41)]


@given(st.integers(1, 40), st.integers(0, 39), st.integers(1, 45), st.booleans())
def test_pages_join(first: int, more: int, size: int, reverse: bool) -> None:
    """The pages of any stretch, of any size, in either order, make up the stretch."""
    last = min(first + more, 40)
    read: list[int] = []
    left: list[int] | None = [first, last]
    while left is not None:
        page, left = window(EVENTS, left[0], left[1], size, reverse)
        assert 1 <= len(page) <= size
        read += [event["eventId"] for event in page]
    assert sorted(read, reverse=reverse) == read
    assert sorted(read) == list(range(first, last + 1))


def long_machine(**options: Any) -> tuple[Machine, dict[str, Any]]:
    """Return a machine with one execution of 12 events, and the request for its history."""
    machine = Machine(**options)
    run_id = machine.start()
    for _ in range(10):
        machine.signal()
    execution = {"workflowId": "w", "runId": run_id}
    return machine, {"domain": "d", "execution": execution, "maximumPageSize": 5}


def refusal(machine: Machine, operation: str, **request: Any) -> str:
    """Return the message with which a call is refused as invalid."""
    with pytest.raises(Fault) as caught:
        machine.call(operation, **request)
    assert caught.value.type == "ValidationException"
    return caught.value.message


def test_a_token_of_another_question_is_invalid() -> None:
    """A token is valid only for its operation, domain and order; the page size may change."""
    machine, request = long_machine()
    operation = "GetWorkflowExecutionHistory"
    token = machine.call(operation, **request)["nextPageToken"]
    again = {**request, "nextPageToken": token}
    assert refusal(machine, operation, **again, reverseOrder=True) == "Invalid token"
    poll = {"domain": "d", "taskList": {"name": "decisions"}, "nextPageToken": token}
    assert refusal(machine, "PollForDecisionTask", **poll) == "Invalid token"
    assert len(machine.call(operation, **{**again, "maximumPageSize": 1})["events"]) == 1


def test_a_flag_that_is_false_may_be_left_out() -> None:
    """A page asked for without a flag goes on with the flag as False, and the other way round."""
    machine, request = long_machine()
    operation = "GetWorkflowExecutionHistory"
    for first, then in (({}, {"reverseOrder": False}), ({"reverseOrder": False}, {})):
        token = machine.call(operation, **request, **first)["nextPageToken"]
        page = machine.call(operation, **request, **then, nextPageToken=token)
        assert page["events"][0]["eventId"] == 6


def test_a_token_is_good_again() -> None:
    """Asking for the same page again gives it again."""
    machine, request = long_machine()
    token = machine.call("GetWorkflowExecutionHistory", **request)["nextPageToken"]
    again = {**request, "nextPageToken": token}
    page = machine.call("GetWorkflowExecutionHistory", **again)
    assert machine.call("GetWorkflowExecutionHistory", **again) == page


def test_a_token_grows_old() -> None:
    """A token is valid for 24 hours, not longer."""
    machine, request = long_machine(limits=Limits(page_token_seconds=86_400))
    token = machine.call("GetWorkflowExecutionHistory", **request)["nextPageToken"]
    again = {**request, "nextPageToken": token}
    machine.clock.advance(86_400)
    assert machine.call("GetWorkflowExecutionHistory", **again)["events"]
    machine.clock.advance(0.001)
    assert refusal(machine, "GetWorkflowExecutionHistory", **again) == (
        "Specified token has exceeded its maximum lifetime"
    )


def test_an_empty_token_asks_for_the_first_page() -> None:
    """An empty token is none."""
    machine, request = long_machine()
    first = machine.call("GetWorkflowExecutionHistory", **request, nextPageToken="")
    assert first["events"][0]["eventId"] == 1


def test_no_size_and_size_nought_ask_for_the_most() -> None:
    """Without a size, or with 0, a page holds as much as the limit allows."""
    machine, request = long_machine(limits=Limits(page_size=7))
    for size in ({}, {"maximumPageSize": 0}, {"maximumPageSize": 1000}):
        page = machine.call(
            "GetWorkflowExecutionHistory", **{**request, "maximumPageSize": 0, **size}
        )
        assert len(page["events"]) == 7


def poll_pages(machine: Machine, **request: Any) -> list[dict[str, Any]]:
    """Read a decision task to its last page."""
    pages = [machine.poll(**request)]
    while "nextPageToken" in pages[-1]:
        pages.append(machine.poll(**{**request, "nextPageToken": pages[-1]["nextPageToken"]}))
    return pages


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("size", [1, 2, 12, 13, 14])
def test_a_decision_task_in_pages(size: int, reverse: bool) -> None:
    """All pages repeat the task's members; together they hold the events up to its start."""
    machine, _ = long_machine()
    paging = {"maximumPageSize": size, "reverseOrder": reverse}
    pages = poll_pages(machine, **paging)
    ids = [event["eventId"] for page in pages for event in page["events"]]
    assert ids == sorted(range(1, 14), reverse=reverse)
    same = ("taskToken", "startedEventId", "previousStartedEventId", "workflowExecution")
    assert all(page[name] == pages[0][name] for page in pages for name in same)


def test_what_happens_meanwhile_is_on_no_page() -> None:
    """Events recorded after the hand-out are not on later pages."""
    machine, _ = long_machine()
    first = machine.poll(maximumPageSize=5)
    machine.signal()
    rest = poll_pages(machine, maximumPageSize=5, nextPageToken=first["nextPageToken"])
    assert rest[-1]["events"][-1]["eventId"] == first["startedEventId"] == 13


@pytest.mark.parametrize("reverse", [False, True])
def test_a_task_from_its_previous_start(reverse: bool) -> None:
    """On request the history begins at the previous started event, on all pages."""
    machine, _ = long_machine()
    machine.decide(activity())
    machine.signal()
    wanted = {"startAtPreviousStartedEvent": True, "maximumPageSize": 2, "reverseOrder": reverse}
    pages = poll_pages(machine, **wanted)
    ids = [event["eventId"] for page in pages for event in page["events"]]
    assert ids == sorted(range(13, 19), reverse=reverse)


def test_a_first_task_from_its_previous_start() -> None:
    """The first task has no previous start and gives the whole history."""
    machine, _ = long_machine()
    assert machine.poll(startAtPreviousStartedEvent=True)["events"][0]["eventId"] == 1


def test_pages_end_with_the_task() -> None:
    """Once the task has timed out, been answered, or its execution closed, there are no pages."""
    machine, _ = long_machine()
    first = machine.poll(maximumPageSize=5)
    more = {"maximumPageSize": 5, "nextPageToken": first["nextPageToken"]}
    machine.respond(first, decision("RecordMarker", markerName="m"))
    with pytest.raises(Fault, match="Unknown decision task, scheduledEventId = 2"):
        machine.poll(**more)
    machine.call("TerminateWorkflowExecution", domain="d", workflowId="w")
    with pytest.raises(Fault, match="Unknown execution"):
        machine.poll(**more)


PLACES: list[list[Any]] = [
    [],
    [1],
    [1, 2, 3],
    ["x", 1, 2],
    [None, {}],
    [0, 5],
    [-3, -1],
    [7, 3],
    [1, 99],
    [10**400, 10**401],
    [1.5, 2],
    [True, True],
    ["a", "b"],
    [["w"], "1"],
]


def questions(machine: Machine) -> list[tuple[str, dict[str, Any]]]:
    """Return one request for each operation that answers in pages."""
    domain: dict[str, Any] = {"domain": "d"}
    run_id = machine.start("other")
    execution = {"workflowId": "other", "runId": run_id}
    since = {"startTimeFilter": {"oldestDate": 0}}
    listed = {"registrationStatus": "REGISTERED"}
    return [
        ("ListDomains", listed),
        ("ListWorkflowTypes", {**domain, **listed}),
        ("ListActivityTypes", {**domain, **listed}),
        ("ListOpenWorkflowExecutions", {**domain, **since}),
        ("ListClosedWorkflowExecutions", {**domain, **since}),
        ("GetWorkflowExecutionHistory", {**domain, "execution": execution}),
        ("PollForDecisionTask", {**domain, "taskList": {"name": "decisions"}}),
    ]


@pytest.mark.parametrize("reverse", [{}, {"reverseOrder": True}])
@pytest.mark.parametrize("number", range(7))
def test_a_token_that_was_never_given_out(number: int, reverse: dict[str, bool]) -> None:
    """A correctly sealed token with invalid content is refused, or gives a page."""
    machine, _ = long_machine()
    operation, request = questions(machine)[number]
    request = {**request, **reverse}
    faults = []
    for place in PLACES:
        token = page_token(_bound_to(operation, request), machine.clock.now(), place)
        try:
            machine.call(operation, **request, nextPageToken=token)
        except Fault as fault:
            faults.append((fault.type, fault.message))
    assert set(faults) == {("ValidationException", "Invalid token")}


@pytest.mark.parametrize(
    "content",
    [
        b"[",
        b"[]",
        b"[1]",
        b"7",
        b"[[[",
        b"[" * 100_000,
        b'["x", "y", []]',
        b'["x", 1, []]',
        b'["x", 1.5, {}]',
        b"\xff",
    ],
)
def test_what_is_sealed_and_no_page_token(content: bytes) -> None:
    """A sealed text with any other content is not a page token."""
    assert open_page_token(_seal(content)) is None
