"""The pure machine as its own tests use it: direct calls, no boto3, a virtual clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from py_swf.local.machine.clock import VirtualClock
from py_swf.local.machine.service import Service

WORKFLOW = {"name": "flow", "version": "1"}
ACTIVITY = {"name": "act", "version": "1"}
ROLE = "arn:aws:iam::123456789012:role/r"


class Machine:
    """A service with a domain "d" and one type of each kind, on a virtual clock."""

    def __init__(self, **options: Any) -> None:
        self.clock = VirtualClock()
        self.service = Service(self.clock, **options)
        self.register()

    def register(self) -> None:
        """Register the domain and the types."""
        self.call("RegisterDomain", name="d", workflowExecutionRetentionPeriodInDays="7")
        self.call(
            "RegisterWorkflowType",
            domain="d",
            **WORKFLOW,
            defaultExecutionStartToCloseTimeout="86400",
            defaultTaskStartToCloseTimeout="600",
            defaultTaskList={"name": "decisions"},
            defaultChildPolicy="TERMINATE",
        )
        self.call(
            "RegisterActivityType",
            domain="d",
            **ACTIVITY,
            defaultTaskList={"name": "activities"},
            defaultTaskScheduleToStartTimeout="NONE",
            defaultTaskScheduleToCloseTimeout="NONE",
            defaultTaskStartToCloseTimeout="NONE",
            defaultTaskHeartbeatTimeout="NONE",
        )

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        """Make a call."""
        return self.service.call(operation, request)

    def start(self, workflow_id: str = "w", **more: Any) -> str:
        """Start an execution and return its run id."""
        request = {"domain": "d", "workflowId": workflow_id, "workflowType": WORKFLOW, **more}
        run_id: str = self.call("StartWorkflowExecution", **request)["runId"]
        return run_id

    def signal(self, workflow_id: str = "w") -> None:
        """Signal an execution."""
        request = {"domain": "d", "workflowId": workflow_id, "signalName": "s"}
        self.call("SignalWorkflowExecution", **request)

    def poll(self, task_list: str = "decisions", **more: Any) -> dict[str, Any]:
        """Poll for a decision task."""
        return self.call("PollForDecisionTask", domain="d", taskList={"name": task_list}, **more)

    def poll_activity(self, task_list: str = "activities") -> dict[str, Any]:
        """Poll for an activity task."""
        return self.call("PollForActivityTask", domain="d", taskList={"name": task_list})

    def respond(self, task: Mapping[str, Any], *decisions: Any, **more: Any) -> None:
        """Answer a decision task."""
        request = {"taskToken": task["taskToken"], "decisions": list(decisions), **more}
        self.call("RespondDecisionTaskCompleted", **request)

    def decide(self, *decisions: Any, task_list: str = "decisions", **more: Any) -> None:
        """Poll for a decision task and answer it."""
        self.respond(self.poll(task_list), *decisions, **more)

    def advance(self, seconds: float = 0) -> None:
        """Turn the clock and do everything that falls due."""
        self.clock.advance(seconds)
        self.service.run_due()

    def types(self, workflow_id: str = "w", run_id: str | None = None) -> list[str]:
        """Return the types of an execution's events."""
        return [event["eventType"] for event in self.service.history(workflow_id, run_id)]

    def last(self, event_type: str, workflow_id: str = "w") -> dict[str, Any]:
        """Return the attributes of the last event of a type."""
        for event in reversed(self.service.history(workflow_id)):
            if event["eventType"] == event_type:
                return attributes_of(event)
        raise LookupError(f"no {event_type} in {self.types(workflow_id)}")


def attributes_of(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of an event."""
    (found,) = (value for key, value in event.items() if key.endswith("EventAttributes"))
    return dict(found)


def decision(kind: str, **attributes: Any) -> dict[str, Any]:
    """Return a decision."""
    key = f"{kind[0].lower()}{kind[1:]}DecisionAttributes"
    return {"decisionType": kind, key: attributes}


def timer(timer_id: str = "t", seconds: int = 60) -> dict[str, Any]:
    """Return a StartTimer decision."""
    return decision("StartTimer", timerId=timer_id, startToFireTimeout=str(seconds))


def activity(activity_id: str = "a", **more: Any) -> dict[str, Any]:
    """Return a ScheduleActivityTask decision."""
    content = {"activityType": ACTIVITY, "activityId": activity_id, **more}
    return decision("ScheduleActivityTask", **content)


def child(workflow_id: str = "c", **more: Any) -> dict[str, Any]:
    """Return a StartChildWorkflowExecution decision."""
    content = {"workflowType": WORKFLOW, "workflowId": workflow_id, **more}
    return decision("StartChildWorkflowExecution", **{"taskList": {"name": "children"}, **content})


def complete(**attributes: Any) -> dict[str, Any]:
    """Return a CompleteWorkflowExecution decision."""
    return decision("CompleteWorkflowExecution", **attributes)
