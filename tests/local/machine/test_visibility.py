"""The lists of open and closed executions, against a plain filter over all of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.local.bare_machine import Machine, complete, decision

TAGS = ["red", "blue"]
VERSIONS = ["1", "2"]


def stocked() -> Machine:
    """Return a machine with executions open and closed, at several times, of several kinds."""
    machine = Machine()
    settings_ = {"defaultTaskStartToCloseTimeout": "NONE", "defaultChildPolicy": "ABANDON"}
    machine.call(
        "RegisterWorkflowType",
        domain="d",
        name="flow",
        version="2",
        defaultExecutionStartToCloseTimeout="86400",
        defaultTaskList={"name": "decisions"},
        **settings_,
    )
    endings: list[Any] = [complete(), decision("FailWorkflowExecution"), None]
    for number in range(24):
        kind = {"name": "flow", "version": VERSIONS[number % 2]}
        tags = [tag for bit, tag in enumerate(TAGS) if number >> bit & 1]
        machine.start(f"w{number % 5}-{number // 5}", workflowType=kind, tagList=tags)
        if number % 4 != 3:
            machine.clock.advance(1)
        ending = endings[number % 3]
        if ending is not None and number % 2:
            machine.decide(ending)
    return machine


STOCKED = stocked()
BEGAN = STOCKED.clock.now() - 18
ALL = list(STOCKED.service._state.executions.values())
FILTERS: list[tuple[dict[str, Any], Any]] = [
    ({}, lambda run: True),
    ({"executionFilter": {"workflowId": "w1-2"}}, lambda run: run.workflow_id == "w1-2"),
    ({"typeFilter": {"name": "flow"}}, lambda run: True),
    (
        {"typeFilter": {"name": "flow", "version": "2"}},
        lambda run: run.attributes["workflowType"]["version"] == "2",
    ),
    ({"tagFilter": {"tag": "red"}}, lambda run: "red" in run.attributes.get("tagList", ())),
    ({"tagFilter": {"tag": "no"}}, lambda run: False),
]
STATUS = ({"closeStatusFilter": {"status": "FAILED"}}, lambda run: run.state == "FAILED")
KINDS = [
    ("Open", "startTimeFilter", "began", FILTERS),
    ("Closed", "startTimeFilter", "began", [*FILTERS, STATUS]),
    ("Closed", "closeTimeFilter", "closed", [*FILTERS, STATUS]),
]
QUERIES = [(*kind[:3], *chosen) for kind in KINDS for chosen in kind[3]]


def pages(operation: str, request: dict[str, Any]) -> list[str]:
    """Read all pages and return the run ids."""
    ids: list[str] = []
    answer = STOCKED.call(operation, **request)
    while True:
        ids += [info["execution"]["runId"] for info in answer["executionInfos"]]
        if "nextPageToken" not in answer:
            return ids
        answer = STOCKED.call(operation, **request, nextPageToken=answer["nextPageToken"])


@given(
    st.sampled_from(QUERIES),
    st.integers(-2, 20),
    st.none() | st.integers(-2, 20),
    st.integers(1, 30),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_any_query(query: Any, oldest: int, latest: int | None, size: int, reverse: bool) -> None:
    """Every filter, range, page size and direction gives the same as a plain search."""
    which, time_filter, time_of, given_, holds = query
    request = {"domain": "d", **given_, time_filter: {"oldestDate": BEGAN + oldest}}
    if latest is not None:
        request[time_filter]["latestDate"] = BEGAN + latest
    chosen = [
        run
        for run in ALL
        if (run.closed is None) == (which == "Open")
        and holds(run)
        and getattr(run, time_of) >= BEGAN + oldest
        and (latest is None or getattr(run, time_of) <= BEGAN + latest)
    ]
    chosen.sort(key=lambda run: (getattr(run, time_of), run.serial), reverse=not reverse)
    paging = {"maximumPageSize": size, "reverseOrder": reverse}
    listed = pages(f"List{which}WorkflowExecutions", {**request, **paging})
    assert listed == [run.run_id for run in chosen]
    counted = STOCKED.call(f"Count{which}WorkflowExecutions", **request)
    assert counted == {"count": len(chosen), "truncated": False}


def test_the_stock_is_mixed() -> None:
    """The executions above are open, completed and failed."""
    assert {run.state for run in ALL} == {"OPEN", "COMPLETED", "FAILED"}


def test_paging_goes_on_while_executions_come_and_go() -> None:
    """An execution started or closed between two pages makes none appear twice."""
    machine = Machine()
    for name in "abcdef":
        machine.start(name)
        machine.clock.advance(1)
    request = {"domain": "d", "startTimeFilter": {"oldestDate": 0}, "maximumPageSize": 2}
    first = machine.call("ListOpenWorkflowExecutions", **request)
    machine.start("g")
    machine.call("TerminateWorkflowExecution", domain="d", workflowId="d")
    machine.call("TerminateWorkflowExecution", domain="d", workflowId="e")
    second = machine.call(
        "ListOpenWorkflowExecutions", **request, nextPageToken=first["nextPageToken"]
    )
    names = [
        info["execution"]["workflowId"]
        for info in first["executionInfos"] + second["executionInfos"]
    ]
    assert names == ["f", "e", "c", "b"]


@pytest.mark.parametrize("looked", [False, True])
def test_expired_executions_take_no_room(looked: bool) -> None:
    """Nothing is left of executions after their retention, whether or not anybody listed them."""
    machine = Machine()
    for name in "abc":
        machine.start(name, tagList=[name])
        machine.decide(complete())
        machine.clock.advance(1)
    query = {"domain": "d", "startTimeFilter": {"oldestDate": 0}}
    if looked:
        assert machine.call("CountClosedWorkflowExecutions", **query)["count"] == 3
    machine.advance(8 * 86_400)
    assert machine.call("CountClosedWorkflowExecutions", **query)["count"] == 0
    listings = machine.service._state.domain("d").listings
    assert (listings._lists, listings._listed, listings._changed) == ({}, {}, {})
