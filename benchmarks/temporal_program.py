"""Replay activities in a row with Temporal's replayer, once for each line of input.

Run in a separate environment, which ``temporal.py`` makes. The history has the same shape as that
of ``flow_replay.py``, six events per activity, and is parsed beforehand. The output is the CPU time
of the process, in seconds.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import time
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
from written import Log

QUEUE = {"name": "list", "kind": "TASK_QUEUE_KIND_NORMAL"}


@activity.defn
async def add(x: int) -> int:
    """Add one."""
    return x + 1


@workflow.defn
class Row:
    """Await activities one after the other."""

    @workflow.run
    async def run(self, count: int) -> int:
        """Await them."""
        value = 0
        timeout = timedelta(seconds=300)
        for _ in range(count):
            value = await workflow.execute_activity(add, value, start_to_close_timeout=timeout)
        return value


class Written(Log):
    """A history as Temporal's service would write it."""

    def add(self, kind: str, **attributes: Any) -> str:
        """Write an event, and return its id."""
        name = "".join(word.capitalize() for word in kind.split("_"))
        event_id = str(len(self.raw) + 1)
        head = {"eventTime": "2026-01-01T00:00:00Z", "eventType": f"EVENT_TYPE_{kind}"}
        self.append(name, attributes, eventId=event_id, **head)
        return event_id

    def workflow_task(self) -> str:
        """Write that a workflow task is scheduled, started and completed."""
        scheduled = self.add("WORKFLOW_TASK_SCHEDULED", taskQueue=QUEUE, startToCloseTimeout="60s")
        ids = {"scheduledEventId": scheduled, "identity": "host:1"}
        started = self.add("WORKFLOW_TASK_STARTED", **ids, requestId="r")
        return self.add("WORKFLOW_TASK_COMPLETED", **ids, startedEventId=started)

    def activity(self, number: int, completed: str) -> None:
        """Write that an activity is scheduled, started and completed."""
        scheduled = self.add(
            "ACTIVITY_TASK_SCHEDULED",
            activityId=str(number + 1),
            activityType={"name": "add"},
            taskQueue=QUEUE,
            input=payload(number),
            startToCloseTimeout="300s",
            workflowTaskCompletedEventId=completed,
        )
        ids = {"scheduledEventId": scheduled, "identity": "host:2"}
        started = self.add("ACTIVITY_TASK_STARTED", **ids, requestId="r", attempt=1)
        result = payload(number + 1)
        self.add("ACTIVITY_TASK_COMPLETED", **ids, startedEventId=started, result=result)


def payload(value: object) -> dict[str, Any]:
    """Return a value as Temporal's JSON converter writes it."""
    encoding, data = (base64.b64encode(text.encode()) for text in ("json/plain", json.dumps(value)))
    return {"payloads": [{"metadata": {"encoding": encoding.decode()}, "data": data.decode()}]}


def in_a_row(count: int) -> dict[str, Any]:
    """Write the history of activities one after the other."""
    history = Written()
    history.add(
        "WORKFLOW_EXECUTION_STARTED",
        workflowType={"name": "Row"},
        taskQueue=QUEUE,
        input=payload(count),
        workflowTaskTimeout="60s",
        originalExecutionRunId="r",
        firstExecutionRunId="r",
        attempt=1,
    )
    for number in range(count):
        history.activity(number, history.workflow_task())
    completed = history.workflow_task()
    ids = {"workflowTaskCompletedEventId": completed}
    history.add("WORKFLOW_EXECUTION_COMPLETED", **ids, result=payload(count))
    return {"events": history.raw}


async def main(runner: str, count: int) -> None:
    """Replay once for each line."""
    options = {"workflow_runner": UnsandboxedWorkflowRunner()} if runner == "unsandboxed" else {}
    replayer = Replayer(workflows=[Row], **options)
    history = WorkflowHistory.from_json("w", in_a_row(count))
    for _ in sys.stdin:
        began = time.process_time()
        await replayer.replay_workflow(history)  # raises if it does not replay
        print(time.process_time() - began, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
