"""Signals and cancel requests from one execution to another."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.scenes import (
    after_first_decision,
    attributes,
    complete,
    decide,
    decision,
    describe,
    events,
    of,
    start,
    terminate,
    types,
)

ASIDE = {"taskList": {"name": "aside"}}


def signal_to(workflow_id: str, **more: str) -> dict[str, Any]:
    """Signal another execution."""
    return decision(
        "SignalExternalWorkflowExecution", workflowId=workflow_id, signalName="s", **more
    )


def cancel_of(workflow_id: str, **more: str) -> dict[str, Any]:
    """Request the cancellation of another execution."""
    return decision("RequestCancelExternalWorkflowExecution", workflowId=workflow_id, **more)


def test_signal_delivered(ready: Any) -> None:
    """The sender records initiation and confirmation; the target knows sender and event."""
    target = start(ready, "target", **ASIDE)
    sender = start(ready)
    decide(ready, signal_to("target", input="i", control="c"))
    history = events(ready, sender)
    assert after_first_decision(history) == [
        "5 SignalExternalWorkflowExecutionInitiated(dtc 4)",
        "6 ExternalWorkflowExecutionSignaled(5)",
        "7 DTS",
    ]
    assert attributes(history[4]) == {
        "workflowId": "target",
        "signalName": "s",
        "input": "i",
        "control": "c",
        "decisionTaskCompletedEventId": 4,
    }
    assert attributes(history[5]) == {"workflowExecution": target, "initiatedEventId": 5}
    assert of(events(ready, target), "WorkflowExecutionSignaled") == [
        {
            "signalName": "s",
            "input": "i",
            "externalWorkflowExecution": sender,
            "externalInitiatedEventId": 5,
        }
    ]


EXTERNAL = pytest.mark.parametrize(
    ("kind", "make"),
    [("SignalExternal", signal_to), ("RequestCancelExternal", cancel_of)],
)


@EXTERNAL
@pytest.mark.parametrize("given", ["nobody", "closed run"])
def test_unknown_target(ready: Any, kind: str, make: Any, given: str) -> None:
    """An unknown target gives an initiation and a failure, which repeats the control."""
    gone = start(ready, "target", **ASIDE)
    terminate(ready, "target")
    run = {} if given == "nobody" else {"runId": gone["runId"]}
    if run:
        start(ready, "target", **ASIDE)
    sender = start(ready)
    decide(ready, make("target", control="c", **run))
    history = events(ready, sender)
    assert after_first_decision(history) == [
        f"5 {kind}WorkflowExecutionInitiated(dtc 4)",
        f"6 {kind}WorkflowExecutionFailed(UNKNOWN_EXTERNAL_WORKFLOW_EXECUTION, 5, dtc 4)",
        "7 DTS",
    ]
    assert attributes(history[5]) == {
        "workflowId": "target",
        "cause": "UNKNOWN_EXTERNAL_WORKFLOW_EXECUTION",
        "control": "c",
        "initiatedEventId": 5,
        "decisionTaskCompletedEventId": 4,
        **run,
    }


@EXTERNAL
def test_sender_closes(ready: Any, kind: str, make: Any) -> None:
    """If the sender closes in the same list, it is still delivered, but not confirmed."""
    target = start(ready, "target", **ASIDE)
    sender = start(ready)
    decide(ready, make("target"), complete())
    assert types(events(ready, target))[2:] in (
        ["WorkflowExecutionSignaled"],
        ["WorkflowExecutionCancelRequested"],
    )
    assert after_first_decision(events(ready, sender)) == [
        f"5 {kind}WorkflowExecutionInitiated(dtc 4)",
        "6 WorkflowExecutionCompleted(dtc 4)",
    ]


def test_cancel_delivered(ready: Any) -> None:
    """A cancel request follows the same pattern, and sets the target's flag."""
    target = start(ready, "target", **ASIDE)
    sender = start(ready)
    decide(ready, cancel_of("target", runId=target["runId"], control="c"))
    history = events(ready, sender)
    assert after_first_decision(history) == [
        "5 RequestCancelExternalWorkflowExecutionInitiated(dtc 4)",
        "6 ExternalWorkflowExecutionCancelRequested(5)",
        "7 DTS",
    ]
    assert attributes(history[4]) == {
        "workflowId": "target",
        "runId": target["runId"],
        "control": "c",
        "decisionTaskCompletedEventId": 4,
    }
    assert attributes(history[5]) == {"workflowExecution": target, "initiatedEventId": 5}
    assert of(events(ready, target), "WorkflowExecutionCancelRequested") == [
        {"externalWorkflowExecution": sender, "externalInitiatedEventId": 5}
    ]
    assert describe(ready, target)["executionInfo"]["cancelRequested"] is True


def test_signal_to_oneself(ready: Any) -> None:
    """An execution that signals itself gets three events, the last two in either order."""
    execution = start(ready)
    decide(ready, signal_to("w"))
    names = [name for name in types(events(ready, execution))[4:] if "Decision" not in name]
    assert names[0] == "SignalExternalWorkflowExecutionInitiated"
    assert sorted(names[1:]) == ["ExternalWorkflowExecutionSignaled", "WorkflowExecutionSignaled"]
    assert types(events(ready, execution)).count("DecisionTaskScheduled") == 2
    (signaled,) = of(events(ready, execution), "WorkflowExecutionSignaled")
    assert signaled["externalWorkflowExecution"] == execution
    assert signaled["externalInitiatedEventId"] == 5
