"""Requests that the service refuses before it looks anything up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.scenes import (
    ACTIVITY_TYPE,
    DOMAIN,
    EVER,
    WORKFLOW_TYPE,
    attributes,
    child,
    complete,
    continue_as_new,
    decide,
    decision,
    events,
    is_task,
    of,
    poll_activity,
    poll_decision,
    refused,
    register_domain,
    respond,
    schedule,
    signal,
    start,
    terminate,
    timer,
)

BAD_NAMES = ["a:b", "a/b", "a|b", "a\u0000b", "a\u001fb", "a\u007fb", "a\u009fb", "arn"]
GOOD_NAMES = ["arns", "ärn", "a b", "a=b", "a+b", "a.b", "a\\b", "\u00a0b"]
BAD_DURATIONS = ["-1", "+1", "1.5", "soon", "none", "1e2", " 5"]
TOO_LONG = "failed to satisfy constraint: Member must have length less than or equal to"


def test_page_size_over_1000(lax: Any) -> None:
    """A page size of 1,001 is refused with the framework's text."""
    with refused(
        "ValidationException",
        "1 validation error detected: Value '1001' at 'maximumPageSize' failed to satisfy "
        "constraint: Member must have value less than or equal to 1000",
    ):
        lax.list_domains(registrationStatus="REGISTERED", maximumPageSize=1001)


def test_page_size_negative(lax: Any) -> None:
    """A negative page size is refused."""
    with refused("ValidationException", part="must have value greater than or equal to 0"):
        lax.list_domains(registrationStatus="REGISTERED", maximumPageSize=-1)


def test_page_size_zero(client: Any) -> None:
    """A page size of 0 means the maximum."""
    for name in ("a", "b", "c"):
        register_domain(client, name)
    answer = client.list_domains(registrationStatus="REGISTERED", maximumPageSize=0)
    assert len(answer["domainInfos"]) == 3
    assert "nextPageToken" not in answer


def test_input_of_32769(ready: Any) -> None:
    """An input of 32,769 characters is refused, one of 32,768 is accepted."""
    with refused("ValidationException", part=f"at 'input' {TOO_LONG} 32768"):
        start(ready, input="x" * 32769)
    start(ready, input="x" * 32768)


def test_lengths_count_utf16_units(ready: Any) -> None:
    """A character outside the basic plane counts twice."""
    start(ready, input="\U0001f600" * 16384)
    with refused("ValidationException"):
        start(ready, "w2", input="\U0001f600" * 16384 + "x")


def test_heartbeat_details(ready: Any) -> None:
    """Heartbeat details of 2,049 characters are refused, 2,048 are accepted."""
    start(ready)
    decide(ready, schedule())
    token = poll_activity(ready)["taskToken"]
    with refused("ValidationException", part=f"at 'details' {TOO_LONG} 2048"):
        ready.record_activity_task_heartbeat(taskToken=token, details="x" * 2049)
    ready.record_activity_task_heartbeat(taskToken=token, details="x" * 2048)


def test_reason(ready: Any) -> None:
    """A reason of 257 characters is refused everywhere, 256 are accepted."""
    start(ready)
    decide(ready, schedule())
    token = poll_activity(ready)["taskToken"]
    with refused("ValidationException", part=f"at 'reason' {TOO_LONG} 256"):
        ready.respond_activity_task_failed(taskToken=token, reason="x" * 257)
    with refused("ValidationException", part=f"at 'reason' {TOO_LONG} 256"):
        terminate(ready, reason="x" * 257)
    ready.respond_activity_task_failed(taskToken=token, reason="x" * 256)


def test_tags(ready: Any) -> None:
    """Six tags or a tag of 257 characters are refused; five of 256 are accepted."""
    with refused("ValidationException", part="at 'tagList' failed to satisfy constraint"):
        start(ready, tagList=list("abcdef"))
    with refused("ValidationException"):
        start(ready, tagList=["x" * 257])
    start(ready, tagList=[letter * 256 for letter in "abcde"])


@pytest.mark.parametrize("name", BAD_NAMES)
def test_workflow_id_characters(ready: Any, name: str) -> None:
    """A workflow id with a reserved or control character, or exactly arn, is refused."""
    with refused("ValidationException"):
        start(ready, name)


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_workflow_id_freedom(ready: Any, name: str) -> None:
    """Everything else is a valid workflow id."""
    assert start(ready, name)["runId"]


@pytest.mark.parametrize("name", ["a:b", "a/b", "a|b", "a\u0001b", "arn"])
def test_names_in_requests(ready: Any, name: str) -> None:
    """Task lists, type names, versions and domain names follow the same character rule."""
    versioned = {"domain": DOMAIN, "version": "9"}
    calls = [
        lambda: register_domain(ready, name),
        lambda: ready.register_workflow_type(name=name, **versioned),
        lambda: ready.register_activity_type(name=name, **versioned),
        lambda: ready.register_workflow_type(domain=DOMAIN, name="n", version=name),
        lambda: ready.register_activity_type(domain=DOMAIN, name="n", version=name),
        lambda: ready.register_workflow_type(name="n", defaultTaskList={"name": name}, **versioned),
        lambda: ready.register_activity_type(name="n", defaultTaskList={"name": name}, **versioned),
        lambda: start(ready, taskList={"name": name}),
        lambda: poll_decision(ready, name),
        lambda: poll_activity(ready, name),
    ]
    for call in calls:
        with refused("ValidationException"):
            call()


@pytest.mark.parametrize(
    "wrong",
    [
        schedule("a:b"),
        schedule(taskList={"name": "a/b"}),
        timer("a|b"),
        timer("arn"),
        child("a|b"),
        child("a\u0001b"),
        child("arn"),
        child(taskList={"name": "arn"}),
    ],
)
def test_names_in_decisions(ready: Any, wrong: dict[str, Any]) -> None:
    """Ids and task lists in decisions follow the rule too; none of the list is applied."""
    execution = start(ready)
    task = poll_decision(ready)
    with refused("ValidationException"):
        respond(ready, task, timer("good"), wrong)
    history = ready.get_workflow_execution_history(domain=DOMAIN, execution=execution)
    assert len(history["events"]) == 3


def test_task_list_override(ready: Any) -> None:
    """The task list a completed decision task names follows the rule."""
    start(ready)
    task = poll_decision(ready)
    with refused("ValidationException"):
        respond(ready, task, taskList={"name": "a:b"})


@pytest.mark.parametrize("name", [" d", "d ", "\td", " d "])
def test_domain_name_blanks(client: Any, name: str) -> None:
    """A domain name with a space at either end is refused; one inside is fine."""
    with refused("ValidationException"):
        register_domain(client, name)
    register_domain(client, "d d")


@pytest.mark.parametrize("value", BAD_DURATIONS)
def test_durations_in_requests(ready: Any, value: str) -> None:
    """A timeout in a request that is not a decimal integer is refused."""
    workflow = {"domain": DOMAIN, "name": "n", "version": "1"}
    for member in ("defaultTaskStartToCloseTimeout", "defaultExecutionStartToCloseTimeout"):
        with refused("ValidationException"):
            ready.register_workflow_type(**workflow, **{member: value})
    for member in ("Heartbeat", "ScheduleToStart", "ScheduleToClose", "StartToClose"):
        with refused("ValidationException"):
            ready.register_activity_type(**workflow, **{f"defaultTask{member}Timeout": value})
    for member in ("taskStartToCloseTimeout", "executionStartToCloseTimeout"):
        with refused("ValidationException"):
            start(ready, **{member: value})


@pytest.mark.parametrize("value", BAD_DURATIONS)
def test_durations_in_decisions(ready: Any, value: str) -> None:
    """A timeout in a decision that is not a decimal integer refuses the whole response."""
    start(ready)
    task = poll_decision(ready)
    wrong = [
        schedule(scheduleToStartTimeout=value),
        schedule(scheduleToCloseTimeout=value),
        schedule(startToCloseTimeout=value),
        schedule(heartbeatTimeout=value),
        timer(seconds=value),
        child(taskStartToCloseTimeout=value),
        child(executionStartToCloseTimeout=value),
        continue_as_new(taskStartToCloseTimeout=value),
        decision("ScheduleLambdaFunction", id="l", name="f", startToCloseTimeout=value),
    ]
    for each in wrong:
        with refused("ValidationException"):
            respond(ready, task, each)
    with refused("ValidationException"):
        respond(ready, task, taskList={"name": "x"}, taskListScheduleToStartTimeout=value)
    respond(ready, task, complete())


def test_none_where_allowed(ready: Any) -> None:
    """NONE is valid as a decision or activity timeout, but not as a timer."""
    start(ready, taskStartToCloseTimeout="NONE")
    task = poll_decision(ready)
    with refused("ValidationException"):
        respond(ready, task, timer(seconds="NONE"))
    respond(ready, task, schedule(heartbeatTimeout="NONE", startToCloseTimeout="NONE"))


@pytest.mark.parametrize("value", ["0", "901", "NONE"])
def test_lambda_timeout_range(ready: Any, value: str) -> None:
    """A Lambda timeout lies between 1 and 900 seconds."""
    start(ready)
    task = poll_decision(ready)
    with refused("ValidationException"):
        respond(
            ready,
            task,
            decision("ScheduleLambdaFunction", id="l", name="f", startToCloseTimeout=value),
        )


@pytest.mark.parametrize("value", ["NONE", "31536001"])
def test_execution_timeout_bounds(ready: Any, value: str) -> None:
    """An execution timeout of NONE or over one year is refused at registration and at start."""
    with refused("ValidationException"):
        ready.register_workflow_type(
            domain=DOMAIN, name="n", version="1", defaultExecutionStartToCloseTimeout=value
        )
    with refused("ValidationException"):
        start(ready, executionStartToCloseTimeout=value)
    start(ready, executionStartToCloseTimeout="31536000")


@pytest.mark.parametrize(
    "wrong",
    [
        child(executionStartToCloseTimeout="NONE"),
        continue_as_new(executionStartToCloseTimeout="NONE"),
    ],
)
def test_no_none_in_decisions(ready: Any, wrong: dict[str, Any]) -> None:
    """An execution timeout of NONE is refused for children and new runs as well."""
    start(ready)
    task = poll_decision(ready)
    with refused("ValidationException"):
        respond(ready, task, wrong)


@pytest.mark.parametrize("value", ["91", "-1", "many", "1.5"])
def test_retention_refused(client: Any, value: str) -> None:
    """A retention over 90 days, or one that is not a number of days, is refused."""
    with refused("ValidationException"):
        register_domain(client, "d", value)


@pytest.mark.parametrize("value", ["NONE", "0", "90"])
def test_retention_accepted(client: Any, value: str) -> None:
    """NONE, 0 and 90 are accepted and shown as they were given."""
    register_domain(client, "d", value)
    shown = client.describe_domain(name="d")["configuration"]
    assert shown == {"workflowExecutionRetentionPeriodInDays": value}


@pytest.mark.parametrize("value", ["2147483648", "-2147483649", "high", "1.5", "NONE"])
def test_priority_refused(ready: Any, value: str) -> None:
    """A priority that is no 32-bit integer is refused in every place."""
    with refused("ValidationException"):
        start(ready, taskPriority=value)
    for register_type in (ready.register_workflow_type, ready.register_activity_type):
        with refused("ValidationException"):
            register_type(domain=DOMAIN, name="n", version="1", defaultTaskPriority=value)
    start(ready)
    task = poll_decision(ready)
    for wrong in (schedule(taskPriority=value), child(taskPriority=value)):
        with refused("ValidationException"):
            respond(ready, task, wrong)


@pytest.mark.parametrize("value", ["-1", "0", "2147483647", "-2147483648"])
def test_priority_accepted(ready: Any, value: str) -> None:
    """Every 32-bit integer is a priority."""
    assert start(ready, taskPriority=value)["runId"]


def test_child_policy(ready: Any, lax: Any) -> None:
    """A child policy outside the enum is refused at start, termination and registration."""
    part = "at 'childPolicy' failed to satisfy constraint: Member must satisfy enum value set: ["
    with refused("ValidationException", part=part):
        start(lax, childPolicy="ADOPT")
    start(ready)
    with refused("ValidationException", part=part):
        terminate(lax, childPolicy="ADOPT")
    with refused("ValidationException", part="'defaultChildPolicy' failed"):
        lax.register_workflow_type(domain=DOMAIN, name="n", version="1", defaultChildPolicy="ADOPT")


def test_registration_status(ready: Any) -> None:
    """A registration status outside the enum is refused."""
    with refused("ValidationException", part="at 'registrationStatus' failed"):
        ready.list_domains(registrationStatus="GONE")
    with refused("ValidationException", part="at 'registrationStatus' failed"):
        ready.list_workflow_types(domain=DOMAIN, registrationStatus="registered")


def test_close_status(ready: Any) -> None:
    """A close status outside the enum is refused."""
    with refused("ValidationException", part="at 'closeStatusFilter.status' failed"):
        ready.list_closed_workflow_executions(
            domain=DOMAIN, startTimeFilter=EVER, closeStatusFilter={"status": "OPEN"}
        )


def test_good_requests_pass(ready: Any) -> None:
    """The unchanged requests of the other tests are accepted."""
    start(ready, workflowType=WORKFLOW_TYPE, childPolicy="ABANDON")
    decide(ready, schedule(activityType=ACTIVITY_TYPE))
    assert is_task(poll_activity(ready))


def test_these_texts_are_free(ready: Any) -> None:
    """Signal names, identities, Lambda ids and tags may hold characters that names may not."""
    free = ": / | \x01 arn"
    execution = start(ready, tagList=[free, "arn"])
    signal(ready, name=free)
    function = decision("ScheduleLambdaFunction", id=free, name="f")
    task = poll_decision(ready, identity=free)
    ready.respond_decision_task_completed(taskToken=task["taskToken"], decisions=[function])
    history = events(ready, execution)
    assert attributes(history[0])["tagList"] == [free, "arn"]
    assert of(history, "WorkflowExecutionSignaled")[0]["signalName"] == free
    assert of(history, "DecisionTaskStarted")[0]["identity"] == free
    assert of(history, "LambdaFunctionScheduled")[0]["id"] == free
