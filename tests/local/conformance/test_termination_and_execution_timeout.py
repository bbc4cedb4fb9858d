"""Executions that are terminated, or run out of time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.scenes import (
    DOMAIN,
    after_first_decision,
    attributes,
    decide,
    describe,
    events,
    moment,
    poll_activity,
    poll_decision,
    refused,
    respond,
    schedule,
    shape,
    signal,
    start,
    terminate,
    timer,
    types,
)


def test_terminate(ready: Any) -> None:
    """Termination closes at once, with reason, details, effective policy and its cause."""
    execution = start(ready)
    terminate(ready, reason="r", details="d", childPolicy="ABANDON")
    history = events(ready, execution)
    assert shape(history) == ["1 WES", "2 DTS", "3 WorkflowExecutionTerminated(OPERATOR_INITIATED)"]
    assert attributes(history[-1]) == {
        "reason": "r",
        "details": "d",
        "childPolicy": "ABANDON",
        "cause": "OPERATOR_INITIATED",
    }
    info = describe(ready, execution)["executionInfo"]
    assert info["closeStatus"] == "TERMINATED"
    assert info["closeTimestamp"] == history[-1]["eventTimestamp"]


def test_bare_termination(ready: Any) -> None:
    """Missing values are left out, but the execution's own policy is shown."""
    execution = start(ready, childPolicy="REQUEST_CANCEL")
    terminate(ready)
    assert attributes(events(ready, execution)[-1]) == {
        "childPolicy": "REQUEST_CANCEL",
        "cause": "OPERATOR_INITIATED",
    }


def test_tokens_die(swf: Any, ready: Any) -> None:
    """Earlier tokens are invalid, and nothing comes after the termination."""
    execution = start(ready)
    decide(ready, schedule(), timer())
    token = poll_activity(ready)["taskToken"]
    signal(ready)
    task = poll_decision(ready)
    terminate(ready)
    message = f"Unknown execution: WorkflowExecution=[workflowId=w, runId={execution['runId']}]"
    with refused("UnknownResourceFault", message):
        respond(ready, task)
    with refused("UnknownResourceFault", message):
        ready.respond_activity_task_completed(taskToken=token)
    swf.advance(3600)
    assert types(events(ready, execution))[-1] == "WorkflowExecutionTerminated"


@pytest.mark.parametrize("polled", [False, True])
def test_execution_timeout(swf: Any, ready: Any, polled: bool) -> None:
    """An execution times out at its time; its open decision task leaves no event."""
    execution = start(ready, executionStartToCloseTimeout="100", childPolicy="ABANDON")
    if polled:
        poll_decision(ready)
    swf.advance(200)
    *before, last = events(ready, execution)
    assert types(before) == [
        "WorkflowExecutionStarted",
        "DecisionTaskScheduled",
        *["DecisionTaskStarted"] * polled,
    ]
    assert last["eventType"] == "WorkflowExecutionTimedOut"
    assert attributes(last) == {"timeoutType": "START_TO_CLOSE", "childPolicy": "ABANDON"}
    assert moment(last) == moment(before[0]) + 100
    info = describe(ready, execution)["executionInfo"]
    assert info["closeStatus"] == "TIMED_OUT"
    assert (info["closeTimestamp"] - info["startTimestamp"]).total_seconds() == 100


def test_decision_and_execution_at_once(swf: Any, ready: Any) -> None:
    """A decision task that times out earlier is rescheduled until the execution times out."""
    execution = start(ready, executionStartToCloseTimeout="100", taskStartToCloseTimeout="60")
    poll_decision(ready)
    swf.advance(200)
    assert shape(events(ready, execution))[3:] == [
        "4 DTTO(START_TO_CLOSE, 2,3)",
        "5 DTS",
        "6 WorkflowExecutionTimedOut(START_TO_CLOSE)",
    ]


def test_open_activity_leaves_no_event(swf: Any, ready: Any) -> None:
    """An activity that is open at the timeout is dropped without an event, but still counted."""
    execution = start(ready, executionStartToCloseTimeout="100")
    decide(ready, schedule())
    swf.advance(100)
    assert after_first_decision(events(ready, execution))[1:] == [
        "6 WorkflowExecutionTimedOut(START_TO_CLOSE)"
    ]
    assert describe(ready, execution)["openCounts"]["openActivityTasks"] == 1
    listed = ready.count_pending_activity_tasks(domain=DOMAIN, taskList={"name": "activities"})
    assert listed["count"] == 0
