"""Conformance items 147 to 153: new runs, Lambda tasks, limits, and that nothing is left out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.loaders import Loader
from scenes import (
    ACTIVITY_TYPE,
    DOMAIN,
    EVER,
    UNLIMITED,
    WORKFLOW_DEFAULTS,
    WORKFLOW_TYPE,
    after_first_decision,
    attributes,
    cancel,
    cancel_activity,
    cancel_request,
    cancel_timer,
    child,
    complete,
    continue_as_new,
    decide,
    decision,
    describe,
    events,
    fail,
    is_task,
    marker,
    moment,
    of,
    open_run,
    poll_activity,
    poll_decision,
    register,
    register_workflow,
    respond,
    schedule,
    shape,
    signal,
    start,
    terminate,
    timer,
    types,
)

from py_swf.local import LocalSWF
from py_swf.local.injected_faults import InjectedFault
from py_swf.local.limits import Limits

MODEL = Loader().load_service_model("swf", "service-2")
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


def test_conformance_151_the_real_limit() -> None:
    """The service's own limit is 25,000 events."""
    assert Limits().events == 25_000


# The decisions that can be refused, each with a good example and the causes that only come so.
RATES = {
    "ScheduleActivityTask": "ACTIVITY_CREATION_RATE_EXCEEDED",
    "StartTimer": "TIMER_CREATION_RATE_EXCEEDED",
    "StartChildWorkflowExecution": "CHILD_CREATION_RATE_EXCEEDED",
    "SignalExternalWorkflowExecution": "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_RATE_EXCEEDED",
    "RequestCancelExternalWorkflowExecution": (
        "REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_RATE_EXCEEDED"
    ),
    "ContinueAsNewWorkflowExecution": "CONTINUE_AS_NEW_WORKFLOW_EXECUTION_RATE_EXCEEDED",
    "ScheduleLambdaFunction": "LAMBDA_FUNCTION_CREATION_RATE_EXCEEDED",
}
EXAMPLES = {
    each["decisionType"]: each
    for each in (
        schedule(),
        cancel_activity(),
        complete(),
        fail(),
        cancel(),
        continue_as_new(),
        marker(),
        timer(),
        cancel_timer(),
        child(),
        decision("SignalExternalWorkflowExecution", workflowId="x", signalName="s"),
        decision("RequestCancelExternalWorkflowExecution", workflowId="x"),
        function(),
    )
}


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        *RATES.items(),
        *((kind, "OPERATION_NOT_PERMITTED") for kind in EXAMPLES if "Lambda" not in kind),
    ],
)
def test_conformance_152_injected_causes(kind: str, cause: str) -> None:
    """A refused decision gives its failed event with the cause, and a decision task."""
    swf = LocalSWF(seed=0, faults=[InjectedFault(cause, operation=kind)])
    client = swf.client()
    register(client)
    execution = start(client)
    decide(client, EXAMPLES[kind])
    *_, failed, scheduled = events(client, execution)
    assert failed["eventType"] == f"{kind}Failed"
    assert attributes(failed)["cause"] == cause
    assert scheduled["eventType"] == "DecisionTaskScheduled"
    assert required_members_missing(failed, "HistoryEvent") == []


def test_conformance_152_every_event_type() -> None:
    """One service can be brought to record all 54 event types by all 13 decision types."""
    swf = LocalSWF(
        seed=0,
        lambda_functions={"ok": str, "bad": int, "slow": unanswered},
        faults=[InjectedFault("OPERATION_NOT_PERMITTED", operation="RecordMarker", calls=(2,))],
    )
    client = swf.client()
    register(client)
    found = {event["eventType"] for event in every_event(swf, client)}
    assert found == set(MODEL["shapes"]["EventType"]["enum"])
    assert len(found) == 54
    assert set(EXAMPLES) == set(MODEL["shapes"]["DecisionType"]["enum"])
    assert len(EXAMPLES) == 13


def every_event(swf: Any, client: Any) -> Iterator[dict[str, Any]]:
    """Bring about every event there is, scene by scene."""
    for scene in (
        decisions_that_fail,
        activities_that_end,
        children_that_close,
        lambda_functions_that_end,
        external_executions,
        closes_that_fail,
    ):
        yield from scene(swf, client)
    listed = client.list_closed_workflow_executions(domain=DOMAIN, startTimeFilter=EVER)
    for info in listed["executionInfos"]:
        yield from events(client, info["execution"])


def decisions_that_fail(swf: Any, client: Any) -> list[dict[str, Any]]:
    """Decide what cannot be done; also time out a decision, and a timer fires."""
    execution = start(client, taskStartToCloseTimeout="10")
    poll_decision(client)
    swf.advance(10)
    decide(
        client,
        marker(),
        marker(),
        timer("t1", "0"),
        timer("t2"),
        cancel_timer("t2"),
        cancel_timer("t2"),
        timer("t1"),
        cancel_activity("none"),
        schedule(activityType={"name": "none", "version": "1"}),
        child(workflowType={"name": "none", "version": "1"}),
        continue_as_new(workflowTypeVersion="none"),
    )
    found = events(client, execution)
    terminate(client)
    return found


def activities_that_end(swf: Any, client: Any) -> list[dict[str, Any]]:
    """End activities in all four ways."""
    execution = start(client)
    names = ("completed", "failed", "canceled")
    decide(client, *(schedule(name) for name in names))
    for name in names:
        token = poll_activity(client)["taskToken"]
        getattr(client, f"respond_activity_task_{name}")(taskToken=token)
    decide(client, schedule(), cancel_activity())
    decide(client, schedule("late", **{**UNLIMITED, "scheduleToStartTimeout": "1"}))
    swf.advance(1)
    found = events(client, execution)
    terminate(client)
    return found


def children_that_close(swf: Any, client: Any) -> list[dict[str, Any]]:
    """Close children in all five ways, and one by continuing first."""
    execution = start(client)
    aside = {"taskList": {"name": "aside"}}
    endings = (complete(), fail(), cancel(), continue_as_new(**aside), None)
    for number, ending in enumerate(endings):
        decide(client, child(f"c{number}", **aside, executionStartToCloseTimeout="100"))
        if ending:
            decide(client, ending, task_list="aside")
    swf.advance(100)
    terminate(client, "c3")
    found = events(client, execution)
    terminate(client)
    return found


def lambda_functions_that_end(swf: Any, client: Any) -> list[dict[str, Any]]:
    """Call functions that return, raise and take too long; and two of one id."""
    execution = start(client, lambdaRole=ROLE)
    decide(client, *(function(name, name) for name in ("ok", "bad", "slow", "slow")))
    swf.advance(1000)
    found = events(client, execution)
    terminate(client)
    without_role = start(client)
    decide(client, function("ok"))
    found += events(client, without_role)
    terminate(client)
    return found


def external_executions(swf: Any, client: Any) -> list[dict[str, Any]]:
    """Signal and cancel an execution that is there and one that is not."""
    start(client, "target", taskList={"name": "aside"})
    execution = start(client)
    decide(
        client,
        *(
            decision(f"{kind}ExternalWorkflowExecution", workflowId=target, **more)
            for target in ("target", "nobody")
            for kind, more in (("Signal", {"signalName": "s"}), ("RequestCancel", {}))
        ),
    )
    found = events(client, execution)
    terminate(client)
    terminate(client, "target")
    return found


def closes_that_fail(swf: Any, client: Any) -> list[dict[str, Any]]:
    """Try every way to close while a signal waits."""
    execution = start(client)
    for ending in (complete(), fail(), cancel(), continue_as_new()):
        task = poll_decision(client)
        signal(client)
        respond(client, task, ending)
    found = events(client, execution)
    terminate(client)
    return found


def required_members_missing(value: Any, shape_name: str, path: str = "") -> list[str]:
    """Name the members that the model requires of an answer and that it lacks."""
    shape_model = MODEL["shapes"][shape_name]
    if shape_model["type"] == "list":
        inner = shape_model["member"]["shape"]
        found = (required_members_missing(item, inner, f"{path}[]") for item in value)
        return [missing for each in found for missing in each]
    if shape_model["type"] != "structure":
        return []
    missing = [f"{path}.{name}" for name in shape_model.get("required", ()) if name not in value]
    for name, member in shape_model["members"].items():
        if name in value:
            missing += required_members_missing(value[name], member["shape"], f"{path}.{name}")
    return missing


def test_conformance_153_every_operation(swf: Any, client: Any) -> None:
    """Every operation's answer parses in an unmodified SDK and has all required members."""
    called: dict[str, list[str]] = {}

    def check(parsed: dict[str, Any], model: Any, **_: Any) -> None:
        output = MODEL["operations"][model.name].get("output")
        missing = required_members_missing(parsed, output["shape"]) if output else []
        called.setdefault(model.name, []).extend(missing)

    client.meta.events.register("after-call.swf", check)
    call_every_operation(client)
    assert not {name: missing for name, missing in called.items() if missing}
    assert set(called) == set(MODEL["operations"])
    assert len(called) == 39


def call_every_operation(client: Any) -> None:
    """Call each of the 39 operations with success."""
    register(client)
    arn = client.describe_domain(name=DOMAIN)["domainInfo"]["arn"]
    client.tag_resource(resourceArn=arn, tags=[{"key": "k"}])
    client.list_tags_for_resource(resourceArn=arn)
    client.untag_resource(resourceArn=arn, tagKeys=["k"])
    client.list_domains(registrationStatus="REGISTERED")
    execution = start(client)
    decide(client, schedule("a"), schedule("b"), schedule("c"), timer())
    for answer in ("completed", "failed", "canceled"):
        token = poll_activity(client)["taskToken"]
        client.record_activity_task_heartbeat(taskToken=token)
        getattr(client, f"respond_activity_task_{answer}")(taskToken=token)
    signal(client)
    cancel_request(client)
    for kind in ("decision", "activity"):
        getattr(client, f"count_pending_{kind}_tasks")(domain=DOMAIN, taskList={"name": "x"})
    every = {"domain": DOMAIN, "startTimeFilter": EVER}
    client.list_open_workflow_executions(**every)
    client.count_open_workflow_executions(**every)
    terminate(client)
    client.list_closed_workflow_executions(**every)
    client.count_closed_workflow_executions(**every)
    describe(client, execution)
    events(client, execution)
    for kind, name in (("workflow", WORKFLOW_TYPE), ("activity", ACTIVITY_TYPE)):
        getattr(client, f"list_{kind}_types")(domain=DOMAIN, registrationStatus="REGISTERED")
        for verb in ("describe", "deprecate", "undeprecate", "deprecate", "delete"):
            getattr(client, f"{verb}_{kind}_type")(domain=DOMAIN, **{f"{kind}Type": name})
    client.deprecate_domain(name=DOMAIN)
    client.undeprecate_domain(name=DOMAIN)
