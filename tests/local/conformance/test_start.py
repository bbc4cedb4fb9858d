"""Starting executions, and where their settings come from."""

from __future__ import annotations

from typing import Any

import pytest

from py_swf.local import Limits, LocalSWF
from tests.local.scenes import (
    DECISIONS,
    DOMAIN,
    WORKFLOW_DEFAULTS,
    WORKFLOW_TYPE,
    child,
    complete,
    continue_as_new,
    decide,
    describe,
    events,
    moment,
    of,
    open_run,
    refused,
    register,
    register_workflow,
    shape,
    start,
    terminate,
)

MANDATORY = [
    "executionStartToCloseTimeout",
    "taskList",
    "taskStartToCloseTimeout",
    "childPolicy",
]
GIVEN: dict[str, Any] = {
    "executionStartToCloseTimeout": "100",
    "taskList": {"name": "mine"},
    "taskStartToCloseTimeout": "NONE",
    "childPolicy": "REQUEST_CANCEL",
    "taskPriority": "7",
    "lambdaRole": "arn:aws:iam::1:role/mine",
}


def test_start(ready: Any) -> None:
    """Start returns a short run id; the history has two events of one moment."""
    execution = start(ready)
    assert 1 <= len(execution["runId"]) <= 64
    history = events(ready, execution)
    assert shape(history) == ["1 WES", "2 DTS"]
    assert moment(history[0]) == moment(history[1])


def test_only_what_was_given(ready: Any) -> None:
    """The started event of a bare start holds the resolved settings and nothing optional."""
    (started,) = of(events(ready, start(ready)), "WorkflowExecutionStarted")
    assert started == {
        "workflowType": WORKFLOW_TYPE,
        "taskList": {"name": DECISIONS},
        "executionStartToCloseTimeout": WORKFLOW_DEFAULTS["defaultExecutionStartToCloseTimeout"],
        "taskStartToCloseTimeout": WORKFLOW_DEFAULTS["defaultTaskStartToCloseTimeout"],
        "childPolicy": "TERMINATE",
        "parentInitiatedEventId": 0,
    }


def test_everything_given(ready: Any) -> None:
    """The started event of a full start holds input, tags, priority and role too."""
    execution = start(ready, input="", tagList=["a", "b"], **GIVEN)
    (started,) = of(events(ready, execution), "WorkflowExecutionStarted")
    assert started == {
        "workflowType": WORKFLOW_TYPE,
        "input": "",
        "tagList": ["a", "b"],
        "parentInitiatedEventId": 0,
        **GIVEN,
    }


def test_empty_tag_list(ready: Any) -> None:
    """An empty tag list that was given is in the history."""
    (started,) = of(events(ready, start(ready, tagList=[])), "WorkflowExecutionStarted")
    assert started["tagList"] == []


def test_empty_tag_list_in_decisions(ready: Any) -> None:
    """The empty tag list of a child and of a new run is in their histories."""
    parent = start(ready, childPolicy="ABANDON")
    decide(ready, child("c", tagList=[]), continue_as_new(tagList=[]))
    initiated = of(events(ready, parent), "StartChildWorkflowExecutionInitiated")
    continued = of(events(ready, parent), "WorkflowExecutionContinuedAsNew")
    assert [each["tagList"] for each in initiated + continued] == [[], []]
    for name in ("c", "w"):
        (started,) = of(events(ready, open_run(ready, name)), "WorkflowExecutionStarted")
        assert started["tagList"] == []


def test_null_as_a_tag(lax: Any) -> None:
    """A null tag is accepted and returned, as was recorded in 2016."""
    register(lax)
    execution = start(lax, tagList=[None])
    (started,) = of(events(lax, execution), "WorkflowExecutionStarted")
    assert started["tagList"] == [None]
    assert describe(lax, execution)["executionInfo"]["tagList"] == [None]


def test_no_parent(ready: Any) -> None:
    """Without a parent the initiated event id is a real 0 and there is no parent execution."""
    (started,) = of(events(ready, start(ready)), "WorkflowExecutionStarted")
    assert started["parentInitiatedEventId"] == 0
    assert "parentWorkflowExecution" not in started
    assert "continuedExecutionRunId" not in started


@pytest.mark.parametrize("missing", MANDATORY)
def test_one_setting_missing(ready: Any, missing: str) -> None:
    """Each mandatory setting missing in both places is refused by its request member's name."""
    bare = register_workflow(ready, "bare")
    given = {name: value for name, value in GIVEN.items() if name != missing}
    with refused("DefaultUndefinedFault", missing):
        start(ready, workflowType=bare, **given)


@pytest.mark.parametrize("known", range(4))
def test_order_of_checks(ready: Any, known: int) -> None:
    """Of several missing settings the first of the fixed order is named."""
    bare = register_workflow(ready, "bare")
    given = {name: GIVEN[name] for name in MANDATORY[:known]}
    with refused("DefaultUndefinedFault", MANDATORY[known]):
        start(ready, workflowType=bare, **given)


def test_request_overrides_type(ready: Any) -> None:
    """A value in the request overrides the type's default, for every setting."""
    full = {
        **WORKFLOW_DEFAULTS,
        "defaultTaskPriority": "1",
        "defaultLambdaRole": "arn:aws:iam::1:role/other",
    }
    kind = register_workflow(ready, "full", **full)
    execution = start(ready, workflowType=kind, **GIVEN)
    assert describe(ready, execution)["executionConfiguration"] == GIVEN


def test_type_fills_in(ready: Any) -> None:
    """A default of the type is used and shown if the request has no value."""
    full = {
        **WORKFLOW_DEFAULTS,
        "defaultTaskPriority": "1",
        "defaultLambdaRole": "arn:aws:iam::1:role/other",
    }
    kind = register_workflow(ready, "full", **full)
    execution = start(ready, workflowType=kind)
    shown = describe(ready, execution)["executionConfiguration"]
    assert shown == {name[7].lower() + name[8:]: value for name, value in full.items()}
    scheduled = of(events(ready, execution), "DecisionTaskScheduled")[0]
    assert scheduled["taskPriority"] == "1"


def test_empty_is_not_given(ready: Any) -> None:
    """An empty text for an optional timeout counts as not given."""
    execution = start(ready, executionStartToCloseTimeout="", taskStartToCloseTimeout="")
    shown = describe(ready, execution)["executionConfiguration"]
    for name in ("executionStartToCloseTimeout", "taskStartToCloseTimeout"):
        assert shown[name] == WORKFLOW_DEFAULTS[f"default{name[0].upper()}{name[1:]}"]


def test_unset_priority(ready: Any) -> None:
    """A priority that nobody set appears in no event and no description."""
    execution = start(ready)
    assert "taskPriority" not in describe(ready, execution)["executionConfiguration"]
    history = events(ready, execution)
    assert not ["taskPriority" for event in history if "taskPriority" in repr(event)]


def test_deprecated_type(ready: Any) -> None:
    """A deprecated type cannot be started."""
    ready.deprecate_workflow_type(domain=DOMAIN, workflowType=WORKFLOW_TYPE)
    with refused("TypeDeprecatedFault", "WorkflowType=[name=flow, version=1]"):
        start(ready)


def test_unknown_type(ready: Any) -> None:
    """An unregistered type is unknown."""
    with refused("UnknownResourceFault", "Unknown type: WorkflowType=[name=flow, version=2]"):
        start(ready, workflowType={"name": "flow", "version": "2"})


def test_already_started(ready: Any) -> None:
    """An open workflow id is refused, also for another type."""
    other = register_workflow(ready, "other", **WORKFLOW_DEFAULTS)
    start(ready)
    with refused("WorkflowExecutionAlreadyStartedFault", "Already Started"):
        start(ready)
    with refused("WorkflowExecutionAlreadyStartedFault", "Already Started"):
        start(ready, workflowType=other)


def test_domains_are_apart(ready: Any) -> None:
    """The same workflow id may be open in two domains."""
    ready.register_domain(name="d2", workflowExecutionRetentionPeriodInDays="1")
    register_workflow(ready, domain="d2", **WORKFLOW_DEFAULTS)
    first, second = start(ready), start(ready, domain="d2")
    assert first["runId"] != second["runId"]


@pytest.mark.parametrize("how", ["completed", "terminated"])
def test_started_again(ready: Any, how: str) -> None:
    """After close the id can be started again; the old run stays describable by its run id."""
    old = start(ready)
    if how == "completed":
        decide(ready, complete())
    else:
        terminate(ready)
    new = start(ready)
    assert new["runId"] != old["runId"]
    assert describe(ready, old)["executionInfo"]["executionStatus"] == "CLOSED"
    assert describe(ready, new)["executionInfo"]["executionStatus"] == "OPEN"


def test_a_start_is_checked_in_this_order() -> None:
    """The domain, the type, its status, the settings, the workflow id, and then the quota."""
    client = LocalSWF(seed=0, limits=Limits(open_executions=1)).client()
    bare = {"name": "bare", "version": "1"}
    with refused("UnknownResourceFault", f"Unknown domain: {DOMAIN}"):
        start(client, workflowType=bare)
    register(client)
    start(client)
    with refused("UnknownResourceFault", "Unknown type: WorkflowType=[name=bare, version=1]"):
        start(client, workflowType=bare)
    register_workflow(client, "bare")
    client.deprecate_workflow_type(domain=DOMAIN, workflowType=bare)
    with refused("TypeDeprecatedFault"):
        start(client, workflowType=bare)
    client.undeprecate_workflow_type(domain=DOMAIN, workflowType=bare)
    with refused("DefaultUndefinedFault", "executionStartToCloseTimeout"):
        start(client, workflowType=bare)
    with refused("WorkflowExecutionAlreadyStartedFault"):
        start(client)
    with refused("LimitExceededFault"):
        start(client, "w2")
