"""Nothing is left out: every event, operation and member."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.loaders import Loader

from py_swf.local import LocalSWF
from py_swf.local.transport.injected_faults import InjectedFault
from tests.local.scenes import (
    ACTIVITY_TYPE,
    DOMAIN,
    EVER,
    UNLIMITED,
    WORKFLOW_TYPE,
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
    marker,
    poll_activity,
    poll_decision,
    register,
    respond,
    schedule,
    signal,
    start,
    terminate,
    timer,
)

MODEL = Loader().load_service_model("swf", "service-2")
ROLE = "arn:aws:iam::1:role/r"


def function(name: str = "f", function_id: str = "l", **more: str) -> dict[str, Any]:
    """Schedule a Lambda function."""
    return decision("ScheduleLambdaFunction", id=function_id, name=name, **more)


def unanswered(text: str) -> str:
    """Act as a Lambda function that never returns."""
    raise TimeoutError


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
def test_injected_causes(kind: str, cause: str) -> None:
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


def test_every_event_type() -> None:
    """One service can record all event types, by all decision types."""
    swf = LocalSWF(
        seed=0,
        lambda_functions={"ok": str, "bad": int, "slow": unanswered},
        faults=[InjectedFault("OPERATION_NOT_PERMITTED", operation="RecordMarker", calls=(2,))],
    )
    client = swf.client()
    register(client)
    found = {event["eventType"] for event in every_event(swf, client)}
    missing = set(MODEL["shapes"]["EventType"]["enum"]) ^ found
    assert not missing, "add a scene to every_event() that brings it about"
    assert set(EXAMPLES) == set(MODEL["shapes"]["DecisionType"]["enum"])


def every_event(swf: Any, client: Any) -> Iterator[dict[str, Any]]:
    """Cause every type of event, scene by scene."""
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
    """Decide what fails; also let a decision time out and a timer fire."""
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


def test_every_operation(swf: Any, client: Any) -> None:
    """Every operation's answer parses in an unmodified SDK and has all required members."""
    called: dict[str, list[str]] = {}

    def check(parsed: dict[str, Any], model: Any, **_: Any) -> None:
        output = MODEL["operations"][model.name].get("output")
        missing = required_members_missing(parsed, output["shape"]) if output else []
        called.setdefault(model.name, []).extend(missing)

    client.meta.events.register("after-call.swf", check)
    call_every_operation(client)
    assert not {name: missing for name, missing in called.items() if missing}
    assert set(called) == set(MODEL["operations"]), "add it to call_every_operation()"


def call_every_operation(client: Any) -> None:
    """Call each operation with success."""
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
