"""What Describe and the history of an execution show."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.local.scenes import (
    DOMAIN,
    EVER,
    cancel_activity,
    cancel_timer,
    child,
    complete,
    decide,
    describe,
    events,
    pages,
    poll_activity,
    poll_decision,
    refused,
    respond,
    schedule,
    signal,
    start,
    terminate,
    timer,
    work,
)

NOTHING_OPEN = {
    "openActivityTasks": 0,
    "openDecisionTasks": 0,
    "openTimers": 0,
    "openChildWorkflowExecutions": 0,
    "openLambdaFunctions": 0,
}
HISTORY = "get_workflow_execution_history"


def counts(client: Any, execution: dict[str, str]) -> dict[str, int]:
    """Read the open counts that are not 0."""
    found = describe(client, execution)["openCounts"]
    assert set(found) == set(NOTHING_OPEN)
    return {name: number for name, number in found.items() if number}


def test_open_execution(ready: Any) -> None:
    """An open execution shows its status, no close data and all five counts."""
    execution = start(ready)
    answer = describe(ready, execution)
    info = answer["executionInfo"]
    started = info.pop("startTimestamp")
    assert started == events(ready, execution)[0]["eventTimestamp"]
    assert info == {
        "execution": execution,
        "workflowType": {"name": "flow", "version": "1"},
        "executionStatus": "OPEN",
        "cancelRequested": False,
    }
    assert answer["openCounts"] == {**NOTHING_OPEN, "openDecisionTasks": 1}
    assert "latestExecutionContext" not in answer


def test_tags_are_shown(ready: Any) -> None:
    """The tags given at start are shown, in order."""
    execution = start(ready, tagList=["b", "a"])
    assert describe(ready, execution)["executionInfo"]["tagList"] == ["b", "a"]


def test_closed_execution(swf: Any, ready: Any) -> None:
    """A closed execution shows how and when it closed."""
    execution = start(ready)
    swf.advance(5)
    decide(ready, complete())
    info = describe(ready, execution)["executionInfo"]
    assert info["executionStatus"] == "CLOSED"
    assert info["closeStatus"] == "COMPLETED"
    assert info["closeTimestamp"] - info["startTimestamp"] == timedelta(seconds=5)


@pytest.mark.parametrize("operation", ["describe_workflow_execution", HISTORY])
def test_run_id_is_required(ready: Any, lax: Any, operation: str) -> None:
    """Describe and history need the run id."""
    start(ready)
    with refused("ValidationException", part="Value null at 'execution.runId'"):
        getattr(lax, operation)(domain=DOMAIN, execution={"workflowId": "w"})


@pytest.mark.parametrize("operation", ["describe_workflow_execution", HISTORY])
def test_wrong_run_id(ready: Any, operation: str) -> None:
    """A run id that is not one of the workflow id's is unknown."""
    start(ready)
    with refused(
        "UnknownResourceFault",
        "Unknown execution: WorkflowExecution=[workflowId=w, runId=none]",
    ):
        getattr(ready, operation)(domain=DOMAIN, execution={"workflowId": "w", "runId": "none"})


def test_ids_without_gaps(ready: Any) -> None:
    """Event ids are 1 to n ascending, and n to 1 in reverse order."""
    execution = start(ready)
    decide(ready, schedule(), timer())
    work(ready)
    request = {"domain": DOMAIN, "execution": execution}
    forward = ready.get_workflow_execution_history(**request)["events"]
    backward = ready.get_workflow_execution_history(**request, reverseOrder=True)["events"]
    assert [event["eventId"] for event in forward] == list(range(1, 10))
    assert backward == forward[::-1]


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("size", [1, 2, 6, 7, 8])
def test_history_pages(ready: Any, size: int, reverse: bool) -> None:
    """Pages of any size put together are the whole history of seven events."""
    execution = start(ready)
    decide(ready, timer(), timer("t2"), timer("t3"))
    whole = events(ready, execution)
    assert len(whole) == 7
    found = pages(
        ready.get_workflow_execution_history,
        "events",
        domain=DOMAIN,
        execution=execution,
        maximumPageSize=size,
        reverseOrder=reverse,
    )
    assert [event for page in found for event in page] == whole[:: -1 if reverse else 1]
    assert len(found) == -(-7 // size)


def test_page_token_is_good_again(ready: Any) -> None:
    """Asking for the same page again returns it again."""
    request = {"domain": DOMAIN, "execution": start(ready), "maximumPageSize": 1}
    token = ready.get_workflow_execution_history(**request)["nextPageToken"]
    first = ready.get_workflow_execution_history(**request, nextPageToken=token)
    again = ready.get_workflow_execution_history(**request, nextPageToken=token)
    assert first["events"] == again["events"]


def test_token_of_another_operation(ready: Any) -> None:
    """A page token of one operation is not a token of another."""
    execution = start(ready)
    start(ready, "w2")
    listed = ready.list_open_workflow_executions(
        domain=DOMAIN, startTimeFilter=EVER, maximumPageSize=1
    )
    history = ready.get_workflow_execution_history(
        domain=DOMAIN, execution=execution, maximumPageSize=1
    )
    with refused("ValidationException", "Invalid token"):
        ready.get_workflow_execution_history(
            domain=DOMAIN, execution=execution, nextPageToken=listed["nextPageToken"]
        )
    with refused("ValidationException", "Invalid token"):
        ready.list_open_workflow_executions(
            domain=DOMAIN, startTimeFilter=EVER, nextPageToken=history["nextPageToken"]
        )
    with refused("ValidationException", "Invalid token"):
        poll_decision(ready, nextPageToken=history["nextPageToken"])


@pytest.mark.parametrize("changed", [{"typeFilter": {"name": "flow"}}, {"reverseOrder": True}])
def test_token_of_another_query(ready: Any, changed: dict[str, Any]) -> None:
    """A page token of a list is invalid for other filters or another order."""
    for name in ("w1", "w2"):
        start(ready, name)
    request = {"domain": DOMAIN, "startTimeFilter": EVER, "maximumPageSize": 1}
    token = ready.list_open_workflow_executions(**request)["nextPageToken"]
    with refused("ValidationException", "Invalid token"):
        ready.list_open_workflow_executions(**request, **changed, nextPageToken=token)


def test_token_of_nobody(ready: Any) -> None:
    """A text that is not a page token at all is refused in the same words."""
    with refused("ValidationException", "Invalid token"):
        ready.list_domains(registrationStatus="REGISTERED", nextPageToken="garbage")


def test_token_too_old(swf: Any, ready: Any) -> None:
    """A page token is valid for 24 hours."""
    execution = start(ready, executionStartToCloseTimeout="31536000")
    request = {"domain": DOMAIN, "execution": execution, "maximumPageSize": 1}
    token = ready.get_workflow_execution_history(**request)["nextPageToken"]
    swf.advance(timedelta(hours=24, seconds=1))
    with refused("ValidationException", "Specified token has exceeded its maximum lifetime"):
        ready.get_workflow_execution_history(**request, nextPageToken=token)


def test_open_items_are_counted(swf: Any, ready: Any) -> None:
    """Scheduled and started activities, timers and children count until they close."""
    execution = start(ready)
    decide(
        ready,
        schedule("a"),
        schedule("b"),
        timer("t", "10"),
        timer("u", "1000"),
        child("c", taskList={"name": "elsewhere"}),
    )
    poll_activity(ready)
    expected = {"openActivityTasks": 2, "openTimers": 2, "openChildWorkflowExecutions": 1}
    assert counts(ready, execution) == {**expected, "openDecisionTasks": 1}
    work(ready)
    swf.advance(10)
    terminate(ready, "c")
    assert counts(ready, execution) == {
        "openActivityTasks": 1,
        "openTimers": 1,
        "openDecisionTasks": 1,
    }
    decide(ready, cancel_timer("u"), schedule("x"), cancel_activity("x"))
    assert counts(ready, execution) == {"openActivityTasks": 1, "openDecisionTasks": 1}


def test_counts_are_frozen_at_close(ready: Any) -> None:
    """What was open when the execution closed stays counted."""
    execution = start(ready)
    decide(ready, schedule(), timer(), complete())
    assert counts(ready, execution) == {"openActivityTasks": 1, "openTimers": 1}


def test_decision_count_frozen_by_termination(ready: Any) -> None:
    """After a termination, an open decision task is still counted."""
    execution = start(ready)
    terminate(ready)
    assert counts(ready, execution) == {"openDecisionTasks": 1}


def test_one_decision_task_at_most(ready: Any) -> None:
    """One started and one waiting decision task count as one."""
    execution = start(ready)
    task = poll_decision(ready)
    signal(ready)
    signal(ready)
    assert counts(ready, execution) == {"openDecisionTasks": 1}
    respond(ready, task)
    assert counts(ready, execution) == {"openDecisionTasks": 1}
    decide(ready)
    assert counts(ready, execution) == {}


def test_context_is_kept(ready: Any) -> None:
    """The execution context survives a completion without one; an empty text replaces it."""
    execution = start(ready)
    seen = []
    for more in ({"executionContext": "here"}, {}, {"executionContext": ""}, {}):
        decide(ready, **more)
        seen.append(describe(ready, execution).get("latestExecutionContext"))
        signal(ready)
    assert seen == ["here", "here", "", ""]


def test_latest_activity_time(swf: Any, ready: Any) -> None:
    """The latest activity time is absent at first and then that of the last activity event."""
    execution = start(ready)
    assert "latestActivityTaskTimestamp" not in describe(ready, execution)
    begun = describe(ready, execution)["executionInfo"]["startTimestamp"]
    swf.advance(1)
    decide(ready, schedule())
    seen = [describe(ready, execution)["latestActivityTaskTimestamp"] - begun]
    swf.advance(1)
    task = poll_activity(ready)
    seen.append(describe(ready, execution)["latestActivityTaskTimestamp"] - begun)
    swf.advance(1)
    ready.respond_activity_task_completed(taskToken=task["taskToken"])
    seen.append(describe(ready, execution)["latestActivityTaskTimestamp"] - begun)
    assert [each.total_seconds() for each in seen] == [1, 2, 3]
