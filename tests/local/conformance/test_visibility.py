"""Finding executions, and counting them and their tasks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.local.scenes import (
    ACTIVITIES,
    DECISIONS,
    DOMAIN,
    EVER,
    WORKFLOW_DEFAULTS,
    cancel,
    complete,
    continue_as_new,
    decide,
    describe,
    fail,
    pages,
    poll_activity,
    poll_decision,
    refused,
    register_workflow,
    respond,
    schedule,
    start,
    terminate,
)


def opened(client: Any, **filters: Any) -> list[str]:
    """List the workflow ids of open executions."""
    filters = {"startTimeFilter": EVER, **filters}
    answer = client.list_open_workflow_executions(domain=DOMAIN, **filters)
    return [info["execution"]["workflowId"] for info in answer["executionInfos"]]


def closed(client: Any, **filters: Any) -> list[str]:
    """List the workflow ids of closed executions, over all start times unless told."""
    if "closeTimeFilter" not in filters:
        filters = {"startTimeFilter": EVER, **filters}
    answer = client.list_closed_workflow_executions(domain=DOMAIN, **filters)
    return [info["execution"]["workflowId"] for info in answer["executionInfos"]]


def started_at(client: Any, execution: dict[str, str]) -> datetime:
    """Read when an execution started."""
    return describe(client, execution)["executionInfo"]["startTimestamp"]


@pytest.fixture
def begun(swf: Any, ready: Any) -> datetime:
    """Start w0, w1 and w2 ten seconds apart and return when w0 started."""
    first = started_at(ready, start(ready, "w0"))
    for name in ("w1", "w2"):
        swf.advance(10)
        start(ready, name)
    return first


@pytest.fixture
def ended(swf: Any, ready: Any, begun: datetime) -> datetime:
    """Close w1, w2 and w0 in this order, ten seconds apart; return when w1 closed."""
    swf.advance(10)
    for name in ("w1", "w2", "w0"):
        terminate(ready, name)
        swf.advance(10)
    return begun + timedelta(seconds=30)


def test_open_needs_start_time(lax: Any, ready: Any) -> None:
    """Open executions are only listed and counted by start time."""
    for look in (lax.list_open_workflow_executions, lax.count_open_workflow_executions):
        with refused("ValidationException", part="Value null at 'startTimeFilter'"):
            look(domain=DOMAIN)


@pytest.mark.parametrize("verb", ["list", "count"])
def test_closed_needs_one_time(ready: Any, verb: str) -> None:
    """Closed executions are filtered by exactly one of the two times."""
    look = getattr(ready, f"{verb}_closed_workflow_executions")
    with refused("ValidationException", "Must specify time filter"):
        look(domain=DOMAIN)
    with refused(
        "ValidationException", "Cannot specify both a startTimeFilter and a closeTimeFilter"
    ):
        look(domain=DOMAIN, startTimeFilter=EVER, closeTimeFilter=EVER)
    look(domain=DOMAIN, closeTimeFilter=EVER)


EXCLUSIVE: dict[str, Any] = {
    "executionFilter": {"workflowId": "w"},
    "typeFilter": {"name": "flow"},
    "tagFilter": {"tag": "x"},
    "closeStatusFilter": {"status": "FAILED"},
}


@pytest.mark.parametrize(
    ("one", "other"),
    [(a, b) for a in EXCLUSIVE for b in EXCLUSIVE if a < b],
)
def test_exclusive_filters(ready: Any, one: str, other: str) -> None:
    """Two of the exclusive filters together are refused."""
    part = "Cannot specify more than one exclusive filters in the same query: "
    filters = {one: EXCLUSIVE[one], other: EXCLUSIVE[other]}
    with refused("ValidationException", part=part):
        closed(ready, **filters)
    with refused("ValidationException", part=part):
        ready.count_closed_workflow_executions(domain=DOMAIN, startTimeFilter=EVER, **filters)
    if "closeStatusFilter" not in filters:
        with refused("ValidationException", part=part):
            opened(ready, **filters)
        with refused("ValidationException", part=part):
            ready.count_open_workflow_executions(domain=DOMAIN, startTimeFilter=EVER, **filters)


@pytest.mark.parametrize(
    ("oldest", "latest", "found"),
    [
        (0, None, ["w2", "w1", "w0"]),
        (10, None, ["w2", "w1"]),
        (11, None, ["w2"]),
        (0, 10, ["w1", "w0"]),
        (0, 9, ["w0"]),
        (10, 10, ["w1"]),
        (21, None, []),
    ],
)
def test_start_time_range(
    ready: Any, begun: datetime, oldest: int, latest: int | None, found: list[str]
) -> None:
    """A start time range includes both ends and may be open at the later one."""
    window = {"oldestDate": begun + timedelta(seconds=oldest)}
    if latest is not None:
        window["latestDate"] = begun + timedelta(seconds=latest)
    assert opened(ready, startTimeFilter=window) == found


def test_close_time_range(ready: Any, ended: datetime) -> None:
    """A close time range looks at close times, not start times."""
    window = {"oldestDate": ended, "latestDate": ended + timedelta(seconds=10)}
    assert closed(ready, closeTimeFilter=window) == ["w2", "w1"]
    assert closed(ready, startTimeFilter={"oldestDate": ended}) == []


def test_type_filter(ready: Any) -> None:
    """A type without a version matches all versions; with one, only that."""
    for version in ("2", "3"):
        kind = register_workflow(ready, version=version, **WORKFLOW_DEFAULTS)
        start(ready, f"w{version}", workflowType=kind)
    other = register_workflow(ready, "flower", **WORKFLOW_DEFAULTS)
    start(ready, "wf", workflowType=other)
    assert sorted(opened(ready, typeFilter={"name": "flow"})) == ["w2", "w3"]
    assert opened(ready, typeFilter={"name": "flow", "version": "2"}) == ["w2"]
    assert opened(ready, typeFilter={"name": "flow", "version": "1"}) == []


def test_tag_filter(ready: Any) -> None:
    """A tag filter finds the executions that carry exactly this tag among theirs."""
    start(ready, "w1", tagList=["red", "blue"])
    start(ready, "w2", tagList=["redder"])
    assert opened(ready, tagFilter={"tag": "red"}) == ["w1"]
    assert opened(ready, tagFilter={"tag": "blue"}) == ["w1"]
    terminate(ready, "w1")
    assert closed(ready, tagFilter={"tag": "red"}) == ["w1"]


def test_execution_filter(ready: Any) -> None:
    """An execution filter finds every run of exactly this workflow id."""
    for _ in range(2):
        start(ready, "w")
        terminate(ready, "w")
    start(ready, "w")
    start(ready, "ww")
    assert opened(ready, executionFilter={"workflowId": "w"}) == ["w"]
    assert closed(ready, executionFilter={"workflowId": "w"}) == ["w", "w"]


def test_close_status_filter(swf: Any, ready: Any) -> None:
    """Each close status finds the executions that closed with it."""
    endings = {
        "COMPLETED": complete(),
        "FAILED": fail(),
        "CANCELED": cancel(),
        "CONTINUED_AS_NEW": continue_as_new(taskList={"name": "aside"}),
    }
    for status, ending in endings.items():
        start(ready, status)
        decide(ready, ending)
    start(ready, "TERMINATED")
    terminate(ready, "TERMINATED")
    start(ready, "TIMED_OUT", executionStartToCloseTimeout="1")
    swf.advance(1)
    for status in [*endings, "TERMINATED", "TIMED_OUT"]:
        assert closed(ready, closeStatusFilter={"status": status}) == [status]


def test_open_order(ready: Any, begun: datetime) -> None:
    """Open executions come newest first, or oldest first in reverse order."""
    assert opened(ready) == ["w2", "w1", "w0"]
    assert opened(ready, reverseOrder=True) == ["w0", "w1", "w2"]


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages(ready: Any, begun: datetime, size: int, reverse: bool) -> None:
    """Pages of any size put together are the list in its order."""
    request = {"domain": DOMAIN, "startTimeFilter": EVER, "reverseOrder": reverse}
    found = pages(
        ready.list_open_workflow_executions, "executionInfos", maximumPageSize=size, **request
    )
    ids = [info["execution"]["workflowId"] for page in found for info in page]
    assert ids == opened(ready, reverseOrder=reverse)
    assert len(found) == -(-3 // size)


def test_closed_order(ready: Any, ended: datetime) -> None:
    """Closed executions come in the order of the time they were asked for by."""
    assert closed(ready, startTimeFilter=EVER) == ["w2", "w1", "w0"]
    assert closed(ready, closeTimeFilter=EVER) == ["w0", "w2", "w1"]
    assert closed(ready, closeTimeFilter=EVER, reverseOrder=True) == ["w1", "w2", "w0"]


def test_counts(ready: Any, ended: datetime) -> None:
    """A count is the length of the list of the same filters, and is not truncated."""
    start(ready, "w0", tagList=["x"])
    start(ready, "w5")
    for filters in ({}, {"tagFilter": {"tag": "x"}}, {"executionFilter": {"workflowId": "w0"}}):
        request = {"domain": DOMAIN, "startTimeFilter": EVER, **filters}
        answer = ready.count_open_workflow_executions(**request)
        assert (answer["count"], answer["truncated"]) == (len(opened(ready, **filters)), False)
        answer = ready.count_closed_workflow_executions(**request)
        assert (answer["count"], answer["truncated"]) == (len(closed(ready, **filters)), False)
    answer = ready.count_closed_workflow_executions(
        domain=DOMAIN, closeTimeFilter=EVER, closeStatusFilter={"status": "TERMINATED"}
    )
    assert answer["count"] == 3


def test_unknown_list(ready: Any) -> None:
    """An unused task list has no pending tasks."""
    for count in (ready.count_pending_activity_tasks, ready.count_pending_decision_tasks):
        answer = count(domain=DOMAIN, taskList={"name": "unheard"})
        assert (answer["count"], answer["truncated"]) == (0, False)


def test_only_waiting_tasks(ready: Any) -> None:
    """Tasks wait to be handed out, per kind and list; a started one no longer counts."""

    def pending() -> tuple[int, int]:
        decisions = {"domain": DOMAIN, "taskList": {"name": DECISIONS}}
        activities = {"domain": DOMAIN, "taskList": {"name": ACTIVITIES}}
        return (
            ready.count_pending_decision_tasks(**decisions)["count"],
            ready.count_pending_activity_tasks(**activities)["count"],
        )

    start(ready, "w1")
    start(ready, "w2")
    seen = [pending()]
    task = poll_decision(ready)
    seen.append(pending())
    respond(ready, task, schedule("a"), schedule("b"))
    seen.append(pending())
    poll_activity(ready)
    seen.append(pending())
    for name in ("w1", "w2"):
        terminate(ready, name)
    seen.append(pending())
    assert seen == [(2, 0), (1, 0), (1, 2), (1, 1), (0, 0)]


def test_open_or_closed(ready: Any) -> None:
    """An execution is in the open list until it closes and in the closed list from then on."""
    start(ready, "w1")
    start(ready, "w2")
    assert (sorted(opened(ready)), closed(ready)) == (["w1", "w2"], [])
    terminate(ready, "w1")
    assert (opened(ready), closed(ready)) == (["w2"], ["w1"])
