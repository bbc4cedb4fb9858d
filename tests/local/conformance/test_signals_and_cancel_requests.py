"""Signals and cancel requests from outside."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.scenes import (
    cancel_request,
    complete,
    decide,
    describe,
    events,
    of,
    refused,
    signal,
    start,
    terminate,
    types,
)


def test_signal_attributes(ready: Any) -> None:
    """A signal's event holds its name and the input given, which may be empty."""
    execution = start(ready)
    signal(ready, name="s: 1")
    signal(ready, input="")
    signal(ready, input="x")
    assert of(events(ready, execution), "WorkflowExecutionSignaled") == [
        {"signalName": "s: 1", "externalInitiatedEventId": 0},
        {"signalName": "s", "input": "", "externalInitiatedEventId": 0},
        {"signalName": "s", "input": "x", "externalInitiatedEventId": 0},
    ]


def test_signal_goes_to_the_open_run(ready: Any) -> None:
    """Without a run id, or with an empty one, a signal reaches the open run; else just that run."""
    old = start(ready)
    terminate(ready)
    new = start(ready)
    signal(ready)
    signal(ready, runId="")
    signal(ready, runId=new["runId"])
    assert types(events(ready, new)).count("WorkflowExecutionSignaled") == 3
    message = f"Unknown execution: WorkflowExecution=[workflowId=w, runId={old['runId']}]"
    with refused("UnknownResourceFault", message):
        signal(ready, runId=old["runId"])


@pytest.mark.parametrize("call", [signal, cancel_request, terminate])
def test_closed_execution(ready: Any, call: Any) -> None:
    """A closed execution, and one that never was, cannot be signaled, canceled or terminated."""
    with refused("UnknownResourceFault", "Unknown execution, workflowId = w"):
        call(ready)
    execution = start(ready)
    terminate(ready)
    with refused("UnknownResourceFault", "Unknown execution, workflowId = w"):
        call(ready)
    message = f"Unknown execution: WorkflowExecution=[workflowId=w, runId={execution['runId']}]"
    with refused("UnknownResourceFault", message):
        call(ready, runId=execution["runId"])


def test_cancel_request(ready: Any) -> None:
    """A cancel request sets the flag and an event and closes nothing, however often it comes."""
    execution = start(ready)
    for _ in range(2):
        cancel_request(ready)
        info = describe(ready, execution)["executionInfo"]
        assert (info["cancelRequested"], info["executionStatus"]) == (True, "OPEN")
    requests = of(events(ready, execution), "WorkflowExecutionCancelRequested")
    assert requests == [{"externalInitiatedEventId": 0}] * 2


def test_flag_after_close(ready: Any) -> None:
    """Once closed the execution no longer says that cancellation was requested."""
    execution = start(ready)
    cancel_request(ready)
    decide(ready, complete())
    assert describe(ready, execution)["executionInfo"]["cancelRequested"] is False
