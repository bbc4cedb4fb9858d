"""What all tests of the local service need: register, start, poll, decide, look.

Pure functions over a boto3 client; nothing here remembers anything between calls.  ``shape``
writes a history in a compact notation (``"7 ActivityTaskCompleted(5,6)"``), so that a test can
state a whole history as a list of short lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any

import pytest
from botocore.exceptions import ClientError

DOMAIN = "d"
DECISIONS = "decisions"
ACTIVITIES = "activities"
WORKFLOW_TYPE = {"name": "flow", "version": "1"}
ACTIVITY_TYPE = {"name": "act", "version": "1"}

WORKFLOW_DEFAULTS: dict[str, Any] = {
    "defaultExecutionStartToCloseTimeout": "86400",
    "defaultTaskStartToCloseTimeout": "600",
    "defaultTaskList": {"name": DECISIONS},
    "defaultChildPolicy": "TERMINATE",
}
ACTIVITY_DEFAULTS: dict[str, Any] = {
    "defaultTaskList": {"name": ACTIVITIES},
    "defaultTaskScheduleToStartTimeout": "3000",
    "defaultTaskScheduleToCloseTimeout": "6000",
    "defaultTaskStartToCloseTimeout": "4000",
    "defaultTaskHeartbeatTimeout": "2000",
}
UNLIMITED: dict[str, Any] = {
    "scheduleToStartTimeout": "NONE",
    "scheduleToCloseTimeout": "NONE",
    "startToCloseTimeout": "NONE",
    "heartbeatTimeout": "NONE",
}
NO_LIMIT_DATE = datetime(2100, 1, 1, tzinfo=timezone.utc)
EVER = {"oldestDate": datetime(1970, 1, 2, tzinfo=timezone.utc), "latestDate": NO_LIMIT_DATE}

FIRST_DECISION = ["1 WES", "2 DTS", "3 DTStarted(2)", "4 DTC(2,3)"]
SHORT = {
    "WorkflowExecutionStarted": "WES",
    "DecisionTaskScheduled": "DTS",
    "DecisionTaskStarted": "DTStarted",
    "DecisionTaskCompleted": "DTC",
    "DecisionTaskTimedOut": "DTTO",
}
REFERENCES = ("scheduledEventId", "initiatedEventId", "startedEventId")
CLOSING = {
    "WorkflowExecutionCompleted": "COMPLETED",
    "WorkflowExecutionFailed": "FAILED",
    "WorkflowExecutionCanceled": "CANCELED",
    "WorkflowExecutionTerminated": "TERMINATED",
    "WorkflowExecutionTimedOut": "TIMED_OUT",
    "WorkflowExecutionContinuedAsNew": "CONTINUED_AS_NEW",
}


def register_domain(client: Any, name: str = DOMAIN, retention: str = "1") -> None:
    """Register a domain."""
    client.register_domain(name=name, workflowExecutionRetentionPeriodInDays=retention)


def register_workflow(
    client: Any, name: str = "flow", version: str = "1", domain: str = DOMAIN, **defaults: Any
) -> dict[str, str]:
    """Register a workflow type with exactly the defaults given."""
    client.register_workflow_type(domain=domain, name=name, version=version, **defaults)
    return {"name": name, "version": version}


def register_activity(
    client: Any, name: str = "act", version: str = "1", domain: str = DOMAIN, **defaults: Any
) -> dict[str, str]:
    """Register an activity type with exactly the defaults given."""
    client.register_activity_type(domain=domain, name=name, version=version, **defaults)
    return {"name": name, "version": version}


def register(client: Any, domain: str = DOMAIN) -> None:
    """Register the domain, ``WORKFLOW_TYPE`` and ``ACTIVITY_TYPE``, with all their defaults."""
    register_domain(client, domain)
    register_workflow(client, domain=domain, **WORKFLOW_DEFAULTS)
    register_activity(client, domain=domain, **ACTIVITY_DEFAULTS)


def start(
    client: Any, workflow_id: str = "w", domain: str = DOMAIN, **settings: Any
) -> dict[str, str]:
    """Start an execution and return its ``{workflowId, runId}``."""
    settings.setdefault("workflowType", WORKFLOW_TYPE)
    answer = client.start_workflow_execution(domain=domain, workflowId=workflow_id, **settings)
    return {"workflowId": workflow_id, "runId": answer["runId"]}


def signal(client: Any, workflow_id: str = "w", name: str = "s", **more: Any) -> None:
    """Signal an execution."""
    client.signal_workflow_execution(domain=DOMAIN, workflowId=workflow_id, signalName=name, **more)


def cancel_request(client: Any, workflow_id: str = "w", **more: Any) -> None:
    """Ask an execution to cancel."""
    client.request_cancel_workflow_execution(domain=DOMAIN, workflowId=workflow_id, **more)


def terminate(client: Any, workflow_id: str = "w", **more: Any) -> None:
    """Terminate an execution."""
    client.terminate_workflow_execution(domain=DOMAIN, workflowId=workflow_id, **more)


def poll_decision(
    client: Any, task_list: str = DECISIONS, domain: str = DOMAIN, **more: Any
) -> dict[str, Any]:
    """Poll once for a decision task; an empty answer has no token."""
    return client.poll_for_decision_task(domain=domain, taskList={"name": task_list}, **more)


def poll_activity(
    client: Any, task_list: str = ACTIVITIES, domain: str = DOMAIN, **more: Any
) -> dict[str, Any]:
    """Poll once for an activity task; an empty answer has no token."""
    return client.poll_for_activity_task(domain=domain, taskList={"name": task_list}, **more)


def is_task(answer: Mapping[str, Any]) -> bool:
    """Return whether a poll brought a task."""
    return bool(answer.get("taskToken"))


def respond(client: Any, task: Mapping[str, Any], *decisions: dict[str, Any], **more: Any) -> None:
    """Answer a decision task."""
    client.respond_decision_task_completed(
        taskToken=task["taskToken"], decisions=list(decisions), **more
    )


def decide(
    client: Any, *decisions: dict[str, Any], task_list: str = DECISIONS, **more: Any
) -> dict[str, Any]:
    """Poll for the decision task that must be waiting, answer it, and return it."""
    task = poll_decision(client, task_list)
    assert is_task(task), f"no decision task is waiting in {task_list!r}"
    respond(client, task, *decisions, **more)
    return task


def work(client: Any, result: str | None = None, task_list: str = ACTIVITIES) -> dict[str, Any]:
    """Poll for the activity task that must be waiting, complete it, and return it."""
    task = poll_activity(client, task_list)
    assert is_task(task), f"no activity task is waiting in {task_list!r}"
    more = {} if result is None else {"result": result}
    client.respond_activity_task_completed(taskToken=task["taskToken"], **more)
    return task


def decision(kind: str, **attributes: Any) -> dict[str, Any]:
    """Write a decision of any type."""
    return {"decisionType": kind, attributes_name(kind): attributes}


def attributes_name(kind: str) -> str:
    """Name the attributes member of a decision type."""
    return f"{kind[0].lower()}{kind[1:]}DecisionAttributes"


def schedule(activity_id: str = "a", **attributes: Any) -> dict[str, Any]:
    """Schedule an activity of ``ACTIVITY_TYPE`` unless another type is given."""
    attributes.setdefault("activityType", ACTIVITY_TYPE)
    return decision("ScheduleActivityTask", activityId=activity_id, **attributes)


def cancel_activity(activity_id: str = "a") -> dict[str, Any]:
    """Request the cancellation of an activity."""
    return decision("RequestCancelActivityTask", activityId=activity_id)


def timer(timer_id: str = "t", seconds: str = "10", **attributes: Any) -> dict[str, Any]:
    """Start a timer."""
    return decision("StartTimer", timerId=timer_id, startToFireTimeout=seconds, **attributes)


def cancel_timer(timer_id: str = "t") -> dict[str, Any]:
    """Cancel a timer."""
    return decision("CancelTimer", timerId=timer_id)


def marker(name: str = "m", **attributes: Any) -> dict[str, Any]:
    """Record a marker."""
    return decision("RecordMarker", markerName=name, **attributes)


def child(workflow_id: str = "c", **attributes: Any) -> dict[str, Any]:
    """Start a child of ``WORKFLOW_TYPE`` unless another type is given."""
    attributes.setdefault("workflowType", WORKFLOW_TYPE)
    return decision("StartChildWorkflowExecution", workflowId=workflow_id, **attributes)


def complete(**attributes: Any) -> dict[str, Any]:
    """Complete the execution."""
    return decision("CompleteWorkflowExecution", **attributes)


def fail(**attributes: Any) -> dict[str, Any]:
    """Fail the execution."""
    return decision("FailWorkflowExecution", **attributes)


def cancel(**attributes: Any) -> dict[str, Any]:
    """Cancel the execution."""
    return decision("CancelWorkflowExecution", **attributes)


def continue_as_new(**attributes: Any) -> dict[str, Any]:
    """Continue the execution as a new run."""
    return decision("ContinueAsNewWorkflowExecution", **attributes)


def events(client: Any, execution: Mapping[str, str], domain: str = DOMAIN) -> list[dict[str, Any]]:
    """Read the whole history of a run."""
    found: list[dict[str, Any]] = []
    more: dict[str, Any] = {}
    while True:
        page = client.get_workflow_execution_history(
            domain=domain, execution=dict(execution), **more
        )
        found += page["events"]
        if "nextPageToken" not in page:
            return found
        more = {"nextPageToken": page["nextPageToken"]}


def open_run(client: Any, workflow_id: str) -> dict[str, str]:
    """Find the open run of a workflow id."""
    answer = client.list_open_workflow_executions(
        domain=DOMAIN, startTimeFilter=EVER, executionFilter={"workflowId": workflow_id}
    )
    (info,) = answer["executionInfos"]
    return dict(info["execution"])


def describe(client: Any, execution: Mapping[str, str]) -> dict[str, Any]:
    """Describe a run."""
    return client.describe_workflow_execution(domain=DOMAIN, execution=dict(execution))


def attributes(event: Mapping[str, Any]) -> dict[str, Any]:
    """Take the one attributes member of an event."""
    name = f"{event['eventType'][0].lower()}{event['eventType'][1:]}EventAttributes"
    return dict(event[name])


def of(history: Sequence[Mapping[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Take the attributes of every event of one type, in order."""
    return [attributes(event) for event in history if event["eventType"] == kind]


def types(history: Sequence[Mapping[str, Any]]) -> list[str]:
    """Take the event types, in order."""
    return [event["eventType"] for event in history]


def shape(history: Sequence[Mapping[str, Any]]) -> list[str]:
    """Write a history as short lines: id, type, cause or timeout type, references."""
    return [line(event) for event in history]


def line(event: Mapping[str, Any]) -> str:
    """Write one event, for example ``"7 ActivityTaskTimedOut(HEARTBEAT, 5,6)"``."""
    found = attributes(event)
    shown = [found[name] for name in ("cause", "timeoutType") if name in found]
    references = ",".join(str(found[name]) for name in REFERENCES if name in found)
    shown += [references] if references else []
    if "latestCancelRequestedEventId" in found:
        shown.append(f"latest {found['latestCancelRequestedEventId']}")
    if "decisionTaskCompletedEventId" in found:
        shown.append(f"dtc {found['decisionTaskCompletedEventId']}")
    kind = SHORT.get(event["eventType"], event["eventType"])
    return f"{event['eventId']} {kind}" + (f"({', '.join(shown)})" if shown else "")


def after_first_decision(history: Sequence[Mapping[str, Any]]) -> list[str]:
    """Write what follows the first four events, which must be those of every execution."""
    lines = shape(history)
    assert lines[:4] == FIRST_DECISION
    return lines[4:]


def moment(event: Mapping[str, Any]) -> float:
    """Take the time of an event, in seconds since the epoch."""
    stamp = event["eventTimestamp"]
    return float(stamp.timestamp() if isinstance(stamp, datetime) else stamp)


@contextmanager
def refused(
    fault: str, message: str | None = None, part: str | None = None
) -> Iterator[pytest.ExceptionInfo[ClientError]]:
    """Expect the service to refuse with this fault, and with this message or a part of it."""
    with pytest.raises(ClientError) as caught:
        yield caught
    error = caught.value.response["Error"]
    assert error["Code"] == fault, error
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    if message is not None:
        assert error["Message"] == message
    if part is not None:
        assert part in error["Message"]


def pages(call: Callable[..., dict[str, Any]], member: str, **request: Any) -> list[list[Any]]:
    """Follow ``nextPageToken`` and return what ``member`` held on every page."""
    found = []
    token: dict[str, str] = {}
    while True:
        answer = call(**request, **token)
        found.append(answer[member])
        if "nextPageToken" not in answer:
            return found
        token = {"nextPageToken": answer["nextPageToken"]}
