"""Conformance items 139 to 146: children, and signals and cancel requests between executions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.scenes import (
    DOMAIN,
    WORKFLOW_DEFAULTS,
    WORKFLOW_TYPE,
    after_first_decision,
    attributes,
    cancel,
    child,
    complete,
    continue_as_new,
    decide,
    decision,
    describe,
    events,
    fail,
    is_task,
    of,
    open_run,
    poll_decision,
    register_workflow,
    respond,
    shape,
    signal,
    start,
    terminate,
    types,
)

ASIDE = {"taskList": {"name": "aside"}}
SETTINGS: dict[str, Any] = {
    "executionStartToCloseTimeout": "500",
    "taskList": {"name": "aside"},
    "taskStartToCloseTimeout": "50",
    "childPolicy": "ABANDON",
}


def family(client: Any, **given: Any) -> tuple[dict[str, str], dict[str, str]]:
    """Start parent ``w`` and its child ``c``, which decides on the list ``aside``."""
    parent = start(client)
    decide(client, child("c", **{**ASIDE, **given}))
    return parent, open_run(client, "c")


def signal_to(workflow_id: str, **more: str) -> dict[str, Any]:
    """Signal another execution."""
    return decision(
        "SignalExternalWorkflowExecution", workflowId=workflow_id, signalName="s", **more
    )


def cancel_of(workflow_id: str, **more: str) -> dict[str, Any]:
    """Request the cancellation of another execution."""
    return decision("RequestCancelExternalWorkflowExecution", workflowId=workflow_id, **more)


def test_conformance_139_parent_side(ready: Any) -> None:
    """The parent records initiation, start and close, each referring to the ones before."""
    given = {**SETTINGS, "taskPriority": "3", "lambdaRole": "arn:aws:iam::1:role/r"}
    given |= {"input": "i", "control": "c", "tagList": ["t"]}
    parent, kid = family(ready, **given)
    decide(ready, complete(result="r"), task_list="aside")
    history = events(ready, parent)
    assert after_first_decision(history) == [
        "5 StartChildWorkflowExecutionInitiated(dtc 4)",
        "6 ChildWorkflowExecutionStarted(5)",
        "7 DTS",
        "8 ChildWorkflowExecutionCompleted(5,6)",
    ]
    identity = {"workflowId": "c", "workflowType": WORKFLOW_TYPE}
    assert attributes(history[4]) == {**identity, **given, "decisionTaskCompletedEventId": 4}
    about = {"workflowExecution": kid, "workflowType": WORKFLOW_TYPE, "initiatedEventId": 5}
    assert attributes(history[5]) == about
    assert attributes(history[7]) == {**about, "startedEventId": 6, "result": "r"}


def test_conformance_139_child_side(ready: Any) -> None:
    """The child knows its parent and the initiating event, and all its settings."""
    given = {**SETTINGS, "taskPriority": "3", "input": "i", "tagList": ["t"]}
    parent, kid = family(ready, **given, control="not for the child")
    history = events(ready, kid)
    assert shape(history) == ["1 WES", "2 DTS"]
    assert attributes(history[0]) == {
        **given,
        "workflowType": WORKFLOW_TYPE,
        "parentWorkflowExecution": parent,
        "parentInitiatedEventId": 5,
    }
    assert describe(ready, kid)["executionInfo"]["parent"] == parent


def test_conformance_139_settings_of_the_type(ready: Any) -> None:
    """What the decision leaves out comes from the child's type; nothing comes from the parent."""
    start(ready, taskPriority="9", lambdaRole="arn:aws:iam::1:role/r", tagList=["t"])
    decide(ready, child("c"))
    (started,) = of(events(ready, open_run(ready, "c")), "WorkflowExecutionStarted")
    assert {name: value for name, value in started.items() if "parent" not in name} == {
        "workflowType": WORKFLOW_TYPE,
        **{name[7].lower() + name[8:]: value for name, value in WORKFLOW_DEFAULTS.items()},
    }


def test_conformance_139_started_before_closed(ready: Any) -> None:
    """However fast the child is, its start is reported before its close."""
    parent, _ = family(ready)
    terminate(ready, "c")
    names = types(events(ready, parent))
    first = names.index("ChildWorkflowExecutionStarted")
    assert first < names.index("ChildWorkflowExecutionTerminated")


def test_conformance_140_busy_workflow_id(ready: Any) -> None:
    """A child whose workflow id is open is initiated, then fails with that event's id."""
    start(ready, "busy", **ASIDE)
    parent = start(ready)
    decide(ready, child("busy", control="c"))
    history = events(ready, parent)
    assert after_first_decision(history) == [
        "5 StartChildWorkflowExecutionInitiated(dtc 4)",
        "6 StartChildWorkflowExecutionFailed(WORKFLOW_ALREADY_RUNNING, 5, dtc 4)",
        "7 DTS",
    ]
    assert attributes(history[5]) == {
        "workflowId": "busy",
        "workflowType": WORKFLOW_TYPE,
        "cause": "WORKFLOW_ALREADY_RUNNING",
        "control": "c",
        "initiatedEventId": 5,
        "decisionTaskCompletedEventId": 4,
    }


@pytest.mark.parametrize(
    ("cause", "given"),
    [
        ("WORKFLOW_TYPE_DOES_NOT_EXIST", {"workflowType": {"name": "flow", "version": "2"}}),
        ("WORKFLOW_TYPE_DEPRECATED", {"workflowType": {"name": "old", "version": "1"}}),
        ("DEFAULT_EXECUTION_START_TO_CLOSE_TIMEOUT_UNDEFINED", "executionStartToCloseTimeout"),
        ("DEFAULT_TASK_LIST_UNDEFINED", "taskList"),
        ("DEFAULT_TASK_START_TO_CLOSE_TIMEOUT_UNDEFINED", "taskStartToCloseTimeout"),
        ("DEFAULT_CHILD_POLICY_UNDEFINED", "childPolicy"),
    ],
)
def test_conformance_140_failure_before_a_child(ready: Any, cause: str, given: Any) -> None:
    """Every other failure comes without an initiation, and with the id 0."""
    old = register_workflow(ready, "old")
    ready.deprecate_workflow_type(domain=DOMAIN, workflowType=old)
    bare = register_workflow(ready, "bare")
    if isinstance(given, str):
        given = {"workflowType": bare, **{n: v for n, v in SETTINGS.items() if n != given}}
    parent = start(ready)
    decide(ready, child("c", control="c", **given))
    history = events(ready, parent)
    assert after_first_decision(history) == [
        f"5 StartChildWorkflowExecutionFailed({cause}, 0, dtc 4)",
        "6 DTS",
    ]
    failed = attributes(history[4])
    assert (failed["workflowId"], failed["control"]) == ("c", "c")
    assert failed["workflowType"] == given["workflowType"]


@pytest.mark.parametrize(
    ("ending", "event", "data"),
    [
        (complete(result="r"), "Completed", {"result": "r"}),
        (fail(reason="r", details="d"), "Failed", {"reason": "r", "details": "d"}),
        (cancel(details="d"), "Canceled", {"details": "d"}),
        (complete(), "Completed", {}),
        (fail(), "Failed", {}),
        (cancel(), "Canceled", {}),
        ("terminate", "Terminated", {}),
        ("time out", "TimedOut", {"timeoutType": "START_TO_CLOSE"}),
    ],
)
def test_conformance_141_ways_to_close(
    swf: Any, ready: Any, ending: Any, event: str, data: dict[str, str]
) -> None:
    """Each way a child closes gives the parent its event, with the child's data."""
    parent, kid = family(ready, executionStartToCloseTimeout="500")
    if ending == "terminate":
        terminate(ready, "c", reason="not for the parent", details="neither")
    elif ending == "time out":
        swf.advance(500)
    else:
        decide(ready, ending, task_list="aside")
    (report,) = of(events(ready, parent), f"ChildWorkflowExecution{event}")
    assert report == {
        "workflowExecution": kid,
        "workflowType": WORKFLOW_TYPE,
        "initiatedEventId": 5,
        "startedEventId": 6,
        **data,
    }


def effect_on_child(client: Any, parent: dict[str, str], kid: dict[str, str], policy: str) -> None:
    """Hold that a parent's close had the effect of its policy on its child, and no more."""
    history = events(client, kid)
    if policy == "TERMINATE":
        assert shape(history)[2:] == ["3 WorkflowExecutionTerminated(CHILD_POLICY_APPLIED)"]
        own = {"cause": "CHILD_POLICY_APPLIED", "childPolicy": "ABANDON"}
        assert attributes(history[-1]) == own
    elif policy == "REQUEST_CANCEL":
        assert shape(history)[2:] == ["3 WorkflowExecutionCancelRequested(CHILD_POLICY_APPLIED)"]
        assert attributes(history[-1]) == {
            "cause": "CHILD_POLICY_APPLIED",
            "externalWorkflowExecution": parent,
            "externalInitiatedEventId": 0,
        }
        assert describe(client, kid)["executionInfo"]["cancelRequested"] is True
    else:
        assert shape(history) == ["1 WES", "2 DTS"]
    assert describe(client, kid)["executionInfo"]["parent"] == parent


def parent_with_policy(client: Any, policy: str) -> tuple[dict[str, str], dict[str, str]]:
    """Start a parent of a policy, and its child, whose own policy is ABANDON."""
    parent = start(client, childPolicy=policy, executionStartToCloseTimeout="100")
    decide(client, child("c", **SETTINGS))
    return parent, open_run(client, "c")


POLICIES = pytest.mark.parametrize("policy", ["TERMINATE", "REQUEST_CANCEL", "ABANDON"])


@POLICIES
@pytest.mark.parametrize("how", ["terminate", "time out"])
def test_conformance_142_policy(swf: Any, ready: Any, policy: str, how: str) -> None:
    """A parent terminated or timed out has its policy applied to its open child."""
    parent, kid = parent_with_policy(ready, policy)
    if how == "terminate":
        terminate(ready)
    else:
        swf.advance(100)
    effect_on_child(ready, parent, kid, policy)
    assert types(events(ready, parent))[-1].startswith("WorkflowExecutionT")


@POLICIES
def test_conformance_142_policy_of_the_termination(ready: Any, policy: str) -> None:
    """A policy given with the termination goes before the execution's own."""
    parent, kid = parent_with_policy(ready, "ABANDON" if policy != "ABANDON" else "TERMINATE")
    terminate(ready, childPolicy=policy)
    effect_on_child(ready, parent, kid, policy)


def test_conformance_142_grandchildren(ready: Any) -> None:
    """A child that its parent's policy terminates has its own policy applied in turn."""
    family(ready, childPolicy="REQUEST_CANCEL")
    decide(ready, child("cc", taskList={"name": "aside2"}), task_list="aside")
    grandchild = open_run(ready, "cc")
    terminate(ready)
    assert types(events(ready, grandchild))[2:] == ["WorkflowExecutionCancelRequested"]


def test_conformance_142_canceled_child_decides(ready: Any) -> None:
    """A policy's cancel request schedules a decision in the child."""
    parent = start(ready, childPolicy="REQUEST_CANCEL")
    decide(ready, child("c", **ASIDE))
    kid = open_run(ready, "c")
    decide(ready, task_list="aside")
    terminate(ready)
    assert types(events(ready, kid))[4:] == [
        "WorkflowExecutionCancelRequested",
        "DecisionTaskScheduled",
    ]
    assert types(events(ready, parent))[-1] == "WorkflowExecutionTerminated"


@POLICIES
@pytest.mark.parametrize("ending", [complete(), fail(), cancel()])
def test_conformance_143_policy_on_normal_close(
    ready: Any, policy: str, ending: dict[str, Any]
) -> None:
    """A parent that closes by its own decision has its policy applied as well."""
    parent, kid = parent_with_policy(ready, policy)
    decide(ready, ending)
    effect_on_child(ready, parent, kid, policy)


def test_conformance_143_child_of_a_closing_list(ready: Any) -> None:
    """A child of the very list that closes its parent is started, then has the policy applied."""
    start(ready)
    decide(ready, child("c", childPolicy="ABANDON"), complete())
    listed = ready.list_closed_workflow_executions(
        domain=DOMAIN,
        startTimeFilter={"oldestDate": 0},
        executionFilter={"workflowId": "c"},
    )
    (info,) = listed["executionInfos"]
    assert types(events(ready, info["execution"])) == [
        "WorkflowExecutionStarted",
        "DecisionTaskScheduled",
        "WorkflowExecutionTerminated",
    ]


def test_conformance_144_signal_delivered(ready: Any) -> None:
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
def test_conformance_144_unknown_target(ready: Any, kind: str, make: Any, given: str) -> None:
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
def test_conformance_144_sender_closes(ready: Any, kind: str, make: Any) -> None:
    """If the sender closes in the same list it is delivered all the same, unconfirmed."""
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


def test_conformance_145_cancel_delivered(ready: Any) -> None:
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


def test_conformance_146_signal_to_oneself(ready: Any) -> None:
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


def test_conformance_139_child_of_a_continued_parent(ready: Any) -> None:
    """After its parent continued as new, a child that lives on reports to nobody."""
    start(ready, childPolicy="ABANDON")
    decide(ready, child("c", **ASIDE))
    decide(ready, continue_as_new())
    decide(ready, complete(), task_list="aside")
    assert shape(events(ready, open_run(ready, "w"))) == ["1 WES", "2 DTS"]


def test_conformance_139_no_report_to_a_waiting_decision(ready: Any) -> None:
    """A child's start that finds a task waiting adds none, and makes a close unhandled."""
    parent = start(ready)
    task = poll_decision(ready)
    signal(ready)
    respond(ready, task, child("c", **ASIDE))
    assert is_task(poll_decision(ready))
    names = types(events(ready, parent))
    assert names[6:] == [
        "StartChildWorkflowExecutionInitiated",
        "ChildWorkflowExecutionStarted",
        "DecisionTaskStarted",
    ]
