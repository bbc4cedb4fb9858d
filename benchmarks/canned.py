"""A real boto3 client with canned answers, and histories to put into them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config

WORKFLOW_TYPE = {"name": "order", "version": "1"}
RUN = {"workflowId": "order-1", "runId": "22X56OQhwfy+AtGx1iSo3HX51AK2DdtKzfUnU+RQElbms="}


class _Body:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._body


def client(answer: Callable[[Any], bytes]) -> Any:
    """Make a client that signs and serializes as usual, and gets its answers from a function."""
    made = boto3.client(
        "swf",
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        config=Config(read_timeout=70),
    )

    def send(request: Any, **_: Any) -> AWSResponse:
        headers = {"content-type": "application/x-amz-json-1.0"}
        return AWSResponse(request.url, 200, headers, _Body(answer(request)))

    made.meta.events.register("before-send.swf", send)
    return made


def history(count: int, *, width: int = 10) -> list[dict[str, Any]]:
    """Make the events of an order that ``width`` activities work on at a time."""
    events: list[dict[str, Any]] = []
    clock = 1_700_000_000.0

    def add(event_type: str, **attributes: Any) -> int:
        nonlocal clock
        clock = round(clock + 0.041, 3)
        member = f"{event_type[0].lower()}{event_type[1:]}EventAttributes"
        events.append(
            {
                "eventId": len(events) + 1,
                "eventTimestamp": clock,
                "eventType": event_type,
                member: attributes,
            }
        )
        return len(events)

    task_list = {"name": "orders"}
    add(
        "WorkflowExecutionStarted",
        childPolicy="TERMINATE",
        executionStartToCloseTimeout="86400",
        taskStartToCloseTimeout="60",
        taskList=task_list,
        workflowType=WORKFLOW_TYPE,
        input='{"order": 1}',
        parentInitiatedEventId=0,
    )
    while len(events) < count:
        scheduled = add("DecisionTaskScheduled", taskList=task_list, startToCloseTimeout="60")
        started = add("DecisionTaskStarted", scheduledEventId=scheduled, identity="decider-1")
        decided = add("DecisionTaskCompleted", scheduledEventId=scheduled, startedEventId=started)
        open_tasks = [
            add(
                "ActivityTaskScheduled",
                activityId=f"charge-{len(events)}",
                activityType={"name": "charge-card", "version": "3"},
                decisionTaskCompletedEventId=decided,
                heartbeatTimeout="NONE",
                input='{"amount": 1299, "currency": "EUR"}',
                scheduleToCloseTimeout="600",
                scheduleToStartTimeout="300",
                startToCloseTimeout="300",
                taskList=task_list,
            )
            for _ in range(width)
        ]
        for task in open_tasks:
            begun = add("ActivityTaskStarted", scheduledEventId=task, identity="worker-1")
            add(
                "ActivityTaskCompleted",
                scheduledEventId=task,
                startedEventId=begun,
                result='{"charged": true}',
            )
    return events[:count]


def decision_task(events: list[dict[str, Any]], **more: Any) -> bytes:
    """Make the answer to a PollForDecisionTask that has these events, newest first."""
    return json.dumps(
        {
            "taskToken": "AAAAKgAAAAIAAAAAAAAAAg==",
            "startedEventId": events[-1]["eventId"],
            "previousStartedEventId": 0,
            "workflowExecution": RUN,
            "workflowType": WORKFLOW_TYPE,
            "events": events[::-1],
            **more,
        }
    ).encode()
