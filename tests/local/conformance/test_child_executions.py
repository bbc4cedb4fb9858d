"""Child workflow executions: their start, their end, the child policy."""

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
    describe,
    events,
    fail,
    is_task,
    of,
    open_run,
    poll_decision,
    refused,
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


def test_parent_side(ready: Any) -> None:
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


def test_child_side(ready: Any) -> None:
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


def test_settings_of_the_type(ready: Any) -> None:
    """What the decision leaves out comes from the child's type; nothing comes from the parent."""
    start(ready, taskPriority="9", lambdaRole="arn:aws:iam::1:role/r", tagList=["t"])
    decide(ready, child("c"))
    (started,) = of(events(ready, open_run(ready, "c")), "WorkflowExecutionStarted")
    assert {name: value for name, value in started.items() if "parent" not in name} == {
        "workflowType": WORKFLOW_TYPE,
        **{name[7].lower() + name[8:]: value for name, value in WORKFLOW_DEFAULTS.items()},
    }


@pytest.mark.parametrize("workflow_id", ["22Od4CZ7N+C2GIlgTxog/frqMuSCRwza3ikH=:1", "a:b", "a/b"])
def test_ids_that_only_a_child_may_have(ready: Any, workflow_id: str) -> None:
    """A child's workflow id may contain ``:`` and ``/``: AWS's own Flow library makes such ids."""
    start(ready)
    decide(ready, child(workflow_id, **ASIDE))
    decide(ready, complete(result="r"), task_list="aside")
    (ended,) = of(events(ready, open_run(ready, "w")), "ChildWorkflowExecutionCompleted")
    assert ended["workflowExecution"]["workflowId"] == workflow_id
    with refused("ValidationException"):
        start(ready, workflow_id)


def test_started_before_closed(ready: Any) -> None:
    """Even if the child is fast, its start is reported before its close."""
    parent, _ = family(ready)
    terminate(ready, "c")
    names = types(events(ready, parent))
    first = names.index("ChildWorkflowExecutionStarted")
    assert first < names.index("ChildWorkflowExecutionTerminated")


def test_busy_workflow_id(ready: Any) -> None:
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
def test_failure_before_a_child(ready: Any, cause: str, given: Any) -> None:
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
def test_ways_to_close(swf: Any, ready: Any, ending: Any, event: str, data: dict[str, str]) -> None:
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
    """Assert that a parent's close had only its policy's effect on its child."""
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
def test_policy(swf: Any, ready: Any, policy: str, how: str) -> None:
    """A parent terminated or timed out has its policy applied to its open child."""
    parent, kid = parent_with_policy(ready, policy)
    if how == "terminate":
        terminate(ready)
    else:
        swf.advance(100)
    effect_on_child(ready, parent, kid, policy)
    assert types(events(ready, parent))[-1].startswith("WorkflowExecutionT")


@POLICIES
def test_policy_of_the_termination(ready: Any, policy: str) -> None:
    """A policy given with the termination overrides the execution's own."""
    parent, kid = parent_with_policy(ready, "ABANDON" if policy != "ABANDON" else "TERMINATE")
    terminate(ready, childPolicy=policy)
    effect_on_child(ready, parent, kid, policy)


def test_grandchildren(ready: Any) -> None:
    """A child that its parent's policy terminates has its own policy applied in turn."""
    family(ready, childPolicy="REQUEST_CANCEL")
    decide(ready, child("cc", taskList={"name": "aside2"}), task_list="aside")
    grandchild = open_run(ready, "cc")
    terminate(ready)
    assert types(events(ready, grandchild))[2:] == ["WorkflowExecutionCancelRequested"]


def test_canceled_child_decides(ready: Any) -> None:
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
def test_policy_on_normal_close(ready: Any, policy: str, ending: dict[str, Any]) -> None:
    """A parent that closes by its own decision has its policy applied as well."""
    parent, kid = parent_with_policy(ready, policy)
    decide(ready, ending)
    effect_on_child(ready, parent, kid, policy)


def test_child_of_a_closing_list(ready: Any) -> None:
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


def test_child_of_a_continued_parent(ready: Any) -> None:
    """After its parent continued as new, a child that is still open reports to nobody."""
    start(ready, childPolicy="ABANDON")
    decide(ready, child("c", **ASIDE))
    decide(ready, continue_as_new())
    decide(ready, complete(), task_list="aside")
    assert shape(events(ready, open_run(ready, "w"))) == ["1 WES", "2 DTS"]


def test_no_report_to_a_waiting_decision(ready: Any) -> None:
    """If a task is waiting, a child's start adds none, and makes a close unhandled."""
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


def test_a_closed_parent_is_still_named(ready: Any) -> None:
    """A child's description names its parent after the parent has closed."""
    parent = start(ready, childPolicy="ABANDON")
    decide(ready, child("c", taskList={"name": "aside"}), complete())
    assert describe(ready, open_run(ready, "c"))["executionInfo"]["parent"] == parent
