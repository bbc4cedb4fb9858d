"""Conformance items 147 to 151: new runs, Lambda tasks, and the length of a history."""

from __future__ import annotations

import json
from typing import Any

import pytest

from py_swf.local import LocalSWF
from py_swf.local.limits import Limits
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
    marker,
    moment,
    of,
    open_run,
    poll_activity,
    register,
    register_workflow,
    schedule,
    shape,
    signal,
    start,
    timer,
    types,
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


def function(name: str = "f", function_id: str = "l", **more: str) -> dict[str, Any]:
    """Schedule a Lambda function."""
    return decision("ScheduleLambdaFunction", id=function_id, name=name, **more)


def test_conformance_147_settings_of_the_decision(ready: Any) -> None:
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


def test_conformance_147_settings_of_the_type(ready: Any) -> None:
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


def test_conformance_147_version_change(ready: Any) -> None:
    """The new run may be of another version of the same type."""
    register_workflow(ready, version="2", **WORKFLOW_DEFAULTS)
    start(ready)
    decide(ready, continue_as_new(workflowTypeVersion="2"))
    new = open_run(ready, "w")
    info = describe(ready, new)["executionInfo"]
    assert info["workflowType"] == {"name": "flow", "version": "2"}
    decide(ready, complete())


def test_conformance_147_new_run_is_fresh(swf: Any, ready: Any) -> None:
    """Nothing of the old run reaches the new one: no timer, activity, request or clock."""
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
def test_conformance_148_missing_default(ready: Any, missing: str) -> None:
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
def test_conformance_148_version_gone(ready: Any, deprecated: bool) -> None:
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


def test_conformance_149_continued_child(ready: Any) -> None:
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


def lambda_scene(name: str, **functions: Any) -> tuple[Any, dict[str, str]]:
    """Start an execution with a role in a service with these functions, and call one of them."""
    client = LocalSWF(seed=0, lambda_functions=functions).client()
    register(client)
    execution = start(client, lambdaRole=ROLE)
    decide(client, function(name, input="in", control="c"))
    return client, execution


def test_conformance_150_lambda_completes() -> None:
    """A function's result is recorded with references to its schedule and start."""
    client, execution = lambda_scene("f", f=lambda text: f"got {text}")
    history = events(client, execution)
    assert after_first_decision(history) == [
        "5 LambdaFunctionScheduled(dtc 4)",
        "6 LambdaFunctionStarted(5)",
        "7 LambdaFunctionCompleted(5,6)",
        "8 DTS",
    ]
    scheduled = attributes(history[4])
    assert scheduled.pop("startToCloseTimeout", "900") == "900"
    assert scheduled == {
        "id": "l",
        "name": "f",
        "input": "in",
        "control": "c",
        "decisionTaskCompletedEventId": 4,
    }
    assert attributes(history[6])["result"] == "got in"


def test_conformance_150_lambda_fails() -> None:
    """A function that raises gives a failure with the error as JSON text."""

    def broken(text: str) -> str:
        raise ValueError(f"no {text}")

    client, execution = lambda_scene("f", f=broken)
    history = events(client, execution)
    assert shape(history)[6:] == ["7 LambdaFunctionFailed(5,6)", "8 DTS"]
    failed = attributes(history[6])
    details = json.loads(failed["details"])
    assert failed["reason"] == "UnhandledError"
    assert (details["errorType"], details["errorMessage"]) == ("ValueError", "no in")
    assert "stackTrace" in details


def test_conformance_150_lambda_unknown() -> None:
    """A function that does not exist fails as a missing resource."""
    client, execution = lambda_scene("nothing")
    (failed,) = of(events(client, execution), "LambdaFunctionFailed")
    assert failed["reason"] == "ResourceNotFoundException"


def test_conformance_150_lambda_without_input() -> None:
    """A function called without input gets an empty object."""
    client = LocalSWF(seed=0, lambda_functions={"f": lambda text: text}).client()
    register(client)
    execution = start(client, lambdaRole=ROLE)
    decide(client, function())
    assert of(events(client, execution), "LambdaFunctionCompleted")[0]["result"] == "{}"


def test_conformance_150_lambda_without_role(ready: Any) -> None:
    """Without a role the function is scheduled and cannot be started."""
    execution = start(ready)
    decide(ready, function())
    history = events(ready, execution)
    assert after_first_decision(history) == [
        "5 LambdaFunctionScheduled(dtc 4)",
        "6 StartLambdaFunctionFailed(ASSUME_ROLE_FAILED, 5)",
        "7 DTS",
    ]
    message = "No IAM role is attached to the current workflow execution."
    assert attributes(history[5])["message"] == message


def unanswered(text: str) -> str:
    """Stand for a Lambda function that never returns."""
    raise TimeoutError


@pytest.mark.parametrize(
    ("given", "limit"), [({"startToCloseTimeout": "10"}, 10), ({}, 900)], ids=["given", "default"]
)
def test_conformance_150_lambda_times_out(given: dict[str, str], limit: int) -> None:
    """A function that does not return times out, by default after 900 seconds."""
    swf = LocalSWF(seed=0, lambda_functions={"f": unanswered})
    client = swf.client()
    register(client)
    execution = start(client, lambdaRole=ROLE)
    decide(client, function(**given))
    swf.advance(limit - 0.001)
    assert after_first_decision(events(client, execution))[1:] == ["6 LambdaFunctionStarted(5)"]
    assert describe(client, execution)["openCounts"]["openLambdaFunctions"] == 1
    swf.advance(60)
    history = events(client, execution)
    assert shape(history)[6:] == ["7 LambdaFunctionTimedOut(START_TO_CLOSE, 5,6)", "8 DTS"]
    assert moment(history[6]) == moment(history[5]) + limit


def test_conformance_150_lambda_id_in_use() -> None:
    """The id of an open Lambda task cannot be used again, that of a closed one can."""
    client = LocalSWF(seed=0, lambda_functions={"f": lambda text: text}).client()
    register(client)
    execution = start(client, lambdaRole=ROLE)
    decide(client, function(), function())
    (failed,) = of(events(client, execution), "ScheduleLambdaFunctionFailed")
    assert (failed["id"], failed["name"], failed["cause"]) == ("l", "f", "ID_ALREADY_IN_USE")
    decide(client, function())
    assert types(events(client, execution)).count("LambdaFunctionCompleted") == 2


@pytest.mark.parametrize("limit", [20, 21])
def test_conformance_151_history_limit(limit: int) -> None:
    """The last event a history has room for is its termination, in the midst of a list or not."""
    client = LocalSWF(seed=0, limits=Limits(events=limit)).client()
    register(client)
    execution = start(client)
    decide(client, *(marker(f"m{number}") for number in range(40)))
    history = events(client, execution)
    assert len(history) == limit
    assert history[-1]["eventType"] == "WorkflowExecutionTerminated"
    ended = attributes(history[-1])
    assert (ended["cause"], ended["childPolicy"]) == ("EVENT_LIMIT_EXCEEDED", "TERMINATE")
    assert describe(client, execution)["executionInfo"]["closeStatus"] == "TERMINATED"


def test_conformance_151_history_limit_by_signals() -> None:
    """A call from outside may be what fills the history."""
    client = LocalSWF(seed=0, limits=Limits(events=8)).client()
    register(client)
    execution = start(client)
    while describe(client, execution)["executionInfo"]["executionStatus"] == "OPEN":
        signal(client)
    assert types(events(client, execution))[2:] == [
        *["WorkflowExecutionSignaled"] * 5,
        "WorkflowExecutionTerminated",
    ]


def test_conformance_151_no_room_for_a_time_out() -> None:
    """A decision task whose time out finds no room in the history is open at the termination."""
    swf = LocalSWF(seed=0, limits=Limits(events=8))
    client = swf.client()
    register(client)
    execution = start(client)
    override = {"taskList": {"name": "other"}, "taskListScheduleToStartTimeout": "10"}
    decide(client, timer("t", "0"), **override)
    swf.advance(10)
    assert after_first_decision(events(client, execution)) == [
        "5 TimerStarted(dtc 4)",
        "6 TimerFired(5)",
        "7 DTS",
        "8 WorkflowExecutionTerminated(EVENT_LIMIT_EXCEEDED)",
    ]
    assert describe(client, execution)["openCounts"]["openDecisionTasks"] == 1


def test_conformance_151_the_real_limit() -> None:
    """The service's own limit is 25,000 events."""
    assert Limits().events == 25_000
