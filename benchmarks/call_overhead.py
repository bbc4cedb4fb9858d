"""What the thin clients add to a call, against the same call with boto3 alone.

The answers are canned, so only the client's own work is measured.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import canned
import measuring

from py_swf import (
    ActivityTaskClient,
    ActivityTaskConfig,
    DecisionClient,
    DecisionConfig,
    WorkflowClient,
    WorkflowClientConfig,
)
from py_swf.decisions import ScheduleActivityTask

ANSWERS = {
    "StartWorkflowExecution": {"runId": canned.RUN["runId"]},
    "RecordActivityTaskHeartbeat": {"cancelRequested": False},
    "CountOpenWorkflowExecutions": {"count": 3, "truncated": False},
    "PollForActivityTask": {
        "taskToken": "token",
        "activityId": "charge-card",
        "activityType": {"name": "charge-card", "version": "3"},
        "startedEventId": 6,
        "workflowExecution": canned.RUN,
        "input": "{}",
    },
}


def answer(request: Any) -> bytes:
    """Answer a request by its operation."""
    target = request.headers["X-Amz-Target"]
    operation = (target if isinstance(target, str) else target.decode()).rpartition(".")[2]
    return json.dumps(ANSWERS[operation]).encode() if operation in ANSWERS else b""


def works() -> dict[str, dict[str, Callable[[], Any]]]:
    """Return, for each call, boto3 alone and ours."""
    boto = canned.client(answer)  # without any hook of py_swf
    ours = canned.client(answer)
    starter = WorkflowClient(WorkflowClientConfig("d", "t", 3600, 60), ours)
    decider = DecisionClient(DecisionConfig("d", "t", 60, 60, 60, 60), ours)
    worker = ActivityTaskClient(ActivityTaskConfig("d", "t"), ours)
    since = datetime(2026, 1, 1, tzinfo=timezone.utc)
    attributes = {
        "activityType": {"name": "charge-card", "version": "3"},
        "activityId": "charge-card-1",
        "input": "{}",
        "taskList": {"name": "t"},
        "scheduleToCloseTimeout": "60",
        "scheduleToStartTimeout": "60",
        "startToCloseTimeout": "60",
        "heartbeatTimeout": "60",
    }
    raw_decision = {
        "decisionType": "ScheduleActivityTask",
        "scheduleActivityTaskDecisionAttributes": attributes,
    }
    decision = ScheduleActivityTask(
        ("charge-card", "3"), "charge-card-1", "{}", None, "t", 60, 60, 60, 60
    )
    return {
        "StartWorkflowExecution": {
            "boto3 alone": lambda: boto.start_workflow_execution(
                domain="d",
                workflowId="order-1",
                workflowType=canned.WORKFLOW_TYPE,
                taskList={"name": "t"},
                input="{}",
                executionStartToCloseTimeout="3600",
                taskStartToCloseTimeout="60",
                childPolicy="TERMINATE",
            ),
            "py_swf": lambda: starter.start_workflow("{}", "order-1", "order", "1"),
        },
        "PollForActivityTask": {
            "boto3 alone": lambda: boto.poll_for_activity_task(domain="d", taskList={"name": "t"}),
            "py_swf": worker.poll,
        },
        "RecordActivityTaskHeartbeat": {
            "boto3 alone": lambda: boto.record_activity_task_heartbeat(taskToken="token"),
            "py_swf": lambda: worker.heartbeat("token"),
        },
        "RespondActivityTaskCompleted": {
            "boto3 alone": lambda: boto.respond_activity_task_completed(
                taskToken="token", result="{}"
            ),
            "py_swf": lambda: worker.finish("token", "{}"),
        },
        "RespondDecisionTaskCompleted": {
            "boto3 alone": lambda: boto.respond_decision_task_completed(
                taskToken="token", decisions=[raw_decision]
            ),
            "py_swf": lambda: decider.respond("token", [decision]),
        },
        "CountOpenWorkflowExecutions": {
            "boto3 alone": lambda: boto.count_open_workflow_executions(
                domain="d", startTimeFilter={"oldestDate": since}
            ),
            "py_swf": lambda: starter.count_open_workflow_executions(since),
        },
    }


def main() -> None:
    """Measure and print."""
    options = measuring.arguments(__doc__)
    rows = []
    for operation, alternatives in works().items():
        rows += measuring.compare(
            operation, alternatives, rounds=3 if options.small else 61, per_round=20
        )
    measuring.report(rows, as_json=options.json)


if __name__ == "__main__":
    main()
