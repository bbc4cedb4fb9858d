"""Continue as new: the close of one run and the start of the next."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.scenes import (
    DOMAIN,
    WORKFLOW_DEFAULTS,
    WORKFLOW_TYPE,
    after_first_decision,
    attributes,
    cancel_request,
    child,
    complete,
    continue_as_new,
    decide,
    decision,
    describe,
    events,
    is_task,
    of,
    open_run,
    poll_activity,
    refused,
    register_workflow,
    schedule,
    shape,
    start,
    timer,
)

ROLE = "arn:aws:iam::1:role/r"


GIVEN: dict[str, Any] = {
    "executionStartToCloseTimeout": "100",
    "taskList": {"name": "aside"},
    "taskStartToCloseTimeout": "50",
    "childPolicy": "ABANDON",
    "taskPriority": "4",
    "lambdaRole": ROLE,
    "tagList": ["t"],
    "input": "i",
}


SETTINGS = {
    "executionStartToCloseTimeout": "EXECUTION_START_TO_CLOSE_TIMEOUT",
    "taskList": "TASK_LIST",
    "taskStartToCloseTimeout": "TASK_START_TO_CLOSE_TIMEOUT",
    "childPolicy": "CHILD_POLICY",
}


def test_settings_of_the_decision(ready: Any) -> None:
    """The closing event and the new run's first event show what the decision said."""
    old = start(ready)
    decide(ready, continue_as_new(**GIVEN))
    new = open_run(ready, "w")
    last = events(ready, old)[-1]
    assert last["eventType"] == "WorkflowExecutionContinuedAsNew"
    assert attributes(last) == {
        **GIVEN,
        "newExecutionRunId": new["runId"],
        "workflowType": WORKFLOW_TYPE,
        "decisionTaskCompletedEventId": 4,
    }
    history = events(ready, new)
    assert shape(history) == ["1 WES", "2 DTS"]
    assert attributes(history[0]) == {
        **GIVEN,
        "workflowType": WORKFLOW_TYPE,
        "continuedExecutionRunId": old["runId"],
        "parentInitiatedEventId": 0,
    }
    assert describe(ready, old)["executionInfo"]["closeStatus"] == "CONTINUED_AS_NEW"
    assert new["runId"] != old["runId"]


def test_settings_of_the_type(ready: Any) -> None:
    """What the decision leaves out comes from the type, not from the closing run."""
    start(ready, **{**GIVEN, "taskList": {"name": "decisions"}})
    decide(ready, continue_as_new())
    (started,) = of(events(ready, open_run(ready, "w")), "WorkflowExecutionStarted")
    started.pop("continuedExecutionRunId")
    assert started == {
        "workflowType": WORKFLOW_TYPE,
        "parentInitiatedEventId": 0,
        **{name[7].lower() + name[8:]: value for name, value in WORKFLOW_DEFAULTS.items()},
    }


def test_version_change(ready: Any) -> None:
    """The new run may be of another version of the same type."""
    register_workflow(ready, version="2", **WORKFLOW_DEFAULTS)
    start(ready)
    decide(ready, continue_as_new(workflowTypeVersion="2"))
    new = open_run(ready, "w")
    info = describe(ready, new)["executionInfo"]
    assert info["workflowType"] == {"name": "flow", "version": "2"}
    decide(ready, complete())


def test_new_run_is_fresh(swf: Any, ready: Any) -> None:
    """Nothing carries over to the new run: no timer, activity, request or timeout."""
    start(ready, executionStartToCloseTimeout="86400")
    cancel_request(ready)
    swf.advance(80000)
    decide(ready, timer("t", "10"), schedule(), continue_as_new())
    new = open_run(ready, "w")
    assert describe(ready, new)["executionInfo"]["cancelRequested"] is False
    assert not is_task(poll_activity(ready))
    swf.advance(80000)
    assert shape(events(ready, new)) == ["1 WES", "2 DTS"]


@pytest.mark.parametrize("missing", SETTINGS)
def test_missing_default(ready: Any, missing: str) -> None:
    """A setting that neither decision nor type has fails with its cause; the run goes on."""
    bare = register_workflow(ready, "bare")
    execution = start(ready, workflowType=bare, **{**GIVEN, "taskList": {"name": "decisions"}})
    decide(ready, continue_as_new(**{n: v for n, v in GIVEN.items() if n != missing}))
    cause = f"DEFAULT_{SETTINGS[missing]}_UNDEFINED"
    assert after_first_decision(events(ready, execution)) == [
        f"5 ContinueAsNewWorkflowExecutionFailed({cause}, dtc 4)",
        "6 DTS",
    ]


@pytest.mark.parametrize("deprecated", [False, True])
def test_version_gone(ready: Any, deprecated: bool) -> None:
    """A version unknown or deprecated fails with its cause, and the execution stays open."""
    if deprecated:
        kind = register_workflow(ready, version="2", **WORKFLOW_DEFAULTS)
        ready.deprecate_workflow_type(domain=DOMAIN, workflowType=kind)
    execution = start(ready)
    decide(ready, continue_as_new(workflowTypeVersion="2"))
    cause = "WORKFLOW_TYPE_DEPRECATED" if deprecated else "WORKFLOW_TYPE_DOES_NOT_EXIST"
    assert after_first_decision(events(ready, execution)) == [
        f"5 ContinueAsNewWorkflowExecutionFailed({cause}, dtc 4)",
        "6 DTS",
    ]
    assert open_run(ready, "w") == execution


def test_continued_child(ready: Any) -> None:
    """A child that continues as new reports its final close, with the last run's id."""
    aside = {"taskList": {"name": "aside"}}
    parent = start(ready)
    decide(ready, child("c", **aside))
    first = open_run(ready, "c")
    decide(ready, continue_as_new(**aside), task_list="aside")
    last = open_run(ready, "c")
    started = of(events(ready, last), "WorkflowExecutionStarted")[0]
    assert (started["parentWorkflowExecution"], started["parentInitiatedEventId"]) == (parent, 5)
    assert describe(ready, last)["executionInfo"]["parent"] == parent
    assert describe(ready, parent)["openCounts"]["openChildWorkflowExecutions"] == 1
    decide(ready, complete(), task_list="aside")
    history = events(ready, parent)
    assert after_first_decision(history)[1:] == [
        "6 ChildWorkflowExecutionStarted(5)",
        "7 DTS",
        "8 ChildWorkflowExecutionCompleted(5,6)",
    ]
    assert attributes(history[5])["workflowExecution"] == first
    assert attributes(history[7])["workflowExecution"] == last


def test_a_new_run_has_no_context(ready: Any) -> None:
    """The execution context stays with the run that it was given for."""
    start(ready)
    decide(ready, decision("ContinueAsNewWorkflowExecution"), executionContext="half-way")
    assert "latestExecutionContext" not in describe(ready, open_run(ready, "w"))


def test_a_continued_workflow_id_is_taken(ready: Any) -> None:
    """Right after the old run has closed, the workflow id is open again."""
    start(ready)
    decide(ready, decision("ContinueAsNewWorkflowExecution"))
    with refused("WorkflowExecutionAlreadyStartedFault"):
        start(ready)
