"""Turn a recorded history back into the calls that made it, and repeat them on a virtual clock.

Each recorded event stands for a call of somebody (a decider, a worker, an operator, a child), or
for something the service does by itself (a timer fires, a child starts); the table ``ACTIONS`` says
which.  The clock is set to the time of the event, the call is made, and the resulting history can
be compared with the recorded one.

Two things get new names on the way: run ids, and the task lists of activities and children,
which get one list each.  The real service does not hand out tasks of one list in strict order,
and children share the list of their parent, so this is how each poll gets the task that it got
when it was recorded.  ``as_recorded`` undoes both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from py_swf.local import LocalSWF
from py_swf.local.machine.choices import Choices
from py_swf.local.machine.clock import VirtualClock
from tests.local.scenes import attributes, decision, moment

FOLDER = Path(__file__).parent / "recorded"
DOMAIN = "TestDomain"
WORKFLOW_ID = "test-simpleflow-workflow"
MARK = "#"
HISTORIES = [
    "activity-failed",
    "cancel-requested-while-activity-open",
    "child-workflow-completed",
    "markers-and-timers",
    "signals-and-parallel-activities",
    "timers-fired-and-canceled",
    "two-activities-in-sequence",
]
BACK_REFERENCES = ("decisionTaskCompletedEventId", "startedEventId")
DECISIONS = {
    "ActivityTaskScheduled": "ScheduleActivityTask",
    "MarkerRecorded": "RecordMarker",
    "TimerStarted": "StartTimer",
    "TimerCanceled": "CancelTimer",
    "StartChildWorkflowExecutionInitiated": "StartChildWorkflowExecution",
    "WorkflowExecutionCompleted": "CompleteWorkflowExecution",
}
OF_ITS_OWN_ACCORD = ("TimerFired", "ChildWorkflowExecutionStarted")

Event = Mapping[str, Any]


def recorded(name: str) -> list[dict[str, Any]]:
    """Read a recorded history."""
    return list(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["events"])


def without(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Copy a mapping without some of its names."""
    return {name: value for name, value in data.items() if name not in names}


class Replay:
    """One recorded history, played to the end or up to an event."""

    def __init__(self, history: list[dict[str, Any]], until: int | None = None) -> None:
        self.recorded = {event["eventId"]: event for event in history}
        said = attributes(self.recorded[2]).get("scheduleToStartTimeout")
        self.swf = LocalSWF(
            seed=0,
            clock=VirtualClock(start=moment(history[0])),
            choices=Choices(schedule_to_start=said),
        )
        self.client = self.swf.client()
        self.tokens: dict[int, str] = {}
        self.runs: dict[str, str] = {}
        self.execution: dict[str, str] = {}
        self.register()
        for event in history[:until]:
            self.swf.clock.set(moment(event))
            ACTIONS.get(event["eventType"], Replay.nothing)(self, event)
        self.swf.advance(0)

    def history(self) -> list[dict[str, Any]]:
        """Return the resulting history, with the names of the recorded one."""
        return [self.as_recorded(event) for event in self.swf.history(WORKFLOW_ID)]

    def as_recorded(self, value: Any) -> Any:
        """Give run ids and task lists their recorded names back."""
        if isinstance(value, dict):
            return {name: self.as_recorded(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.as_recorded(each) for each in value]
        if isinstance(value, str):
            return self.runs.get(value, value.split(MARK)[0])
        return value

    def register(self) -> None:
        """Register the domain and every type that the history names, without defaults."""
        self.client.register_domain(name=DOMAIN, workflowExecutionRetentionPeriodInDays="1")
        found = {
            (member, kind["name"], kind["version"])
            for event in self.recorded.values()
            for member, kind in attributes(event).items()
            if member in ("workflowType", "activityType")
        }
        verbs = {
            "workflowType": self.client.register_workflow_type,
            "activityType": self.client.register_activity_type,
        }
        for member, name, version in sorted(found):
            verbs[member](domain=DOMAIN, name=name, version=version)

    def nothing(self, event: Event) -> None:
        """Do nothing for an event that follows from another one."""

    def turn(self, event: Event) -> None:
        """Let the service do everything that is due."""
        self.swf.advance(0)

    def start(self, event: Event) -> None:
        """Start the execution."""
        given = without(attributes(event), "parentInitiatedEventId")
        answer = self.client.start_workflow_execution(
            domain=DOMAIN, workflowId=WORKFLOW_ID, **given
        )
        self.execution = {"workflowId": WORKFLOW_ID, "runId": answer["runId"]}

    def signal(self, event: Event) -> None:
        """Signal the execution from outside."""
        given = without(attributes(event), "externalInitiatedEventId")
        self.client.signal_workflow_execution(domain=DOMAIN, workflowId=WORKFLOW_ID, **given)

    def cancel(self, event: Event) -> None:
        """Ask the execution from outside to cancel."""
        self.client.request_cancel_workflow_execution(domain=DOMAIN, workflowId=WORKFLOW_ID)

    def poll_decision(self, event: Event) -> None:
        """Poll as a decider."""
        found = attributes(event)
        scheduled = attributes(self.recorded[found["scheduledEventId"]])
        task = self.client.poll_for_decision_task(
            domain=DOMAIN, taskList=scheduled["taskList"], identity=found["identity"]
        )
        self.tokens[event["eventId"]] = task["taskToken"]

    def decide(self, event: Event) -> None:
        """Answer with the decisions whose results name this completion."""
        found = attributes(event)
        self.client.respond_decision_task_completed(
            taskToken=self.tokens[found["startedEventId"]],
            decisions=[
                self.decision(each)
                for each in self.recorded.values()
                if attributes(each).get("decisionTaskCompletedEventId") == event["eventId"]
            ],
            **without(found, "scheduledEventId", "startedEventId"),
        )

    def decision(self, event: Event) -> dict[str, Any]:
        """Make the decision of which an event is the result."""
        given = without(attributes(event), *BACK_REFERENCES)
        if "taskList" in given:
            given["taskList"] = self.own_list(event)
        return decision(DECISIONS[event["eventType"]], **given)

    def own_list(self, event: Event) -> dict[str, str]:
        """Name the task list that only this activity or child has."""
        return {"name": f"{attributes(event)['taskList']['name']}{MARK}{event['eventId']}"}

    def poll_activity(self, event: Event) -> None:
        """Poll as a worker."""
        found = attributes(event)
        scheduled = self.recorded[found["scheduledEventId"]]
        task = self.client.poll_for_activity_task(
            domain=DOMAIN, taskList=self.own_list(scheduled), identity=found["identity"]
        )
        self.tokens[event["eventId"]] = task["taskToken"]

    def complete_activity(self, event: Event) -> None:
        """Answer as a worker that has completed its task."""
        self.answer(event, self.client.respond_activity_task_completed)

    def fail_activity(self, event: Event) -> None:
        """Answer as a worker that failed."""
        self.answer(event, self.client.respond_activity_task_failed)

    def answer(self, event: Event, respond: Callable[..., Any]) -> None:
        """Answer an activity task with the data of the event."""
        found = attributes(event)
        token = self.tokens[found["startedEventId"]]
        respond(taskToken=token, **without(found, "scheduledEventId", "startedEventId"))

    def child_started(self, event: Event) -> None:
        """Let the service start the child, and learn its run id."""
        self.swf.advance(0)
        child = attributes(event)["workflowExecution"]
        last = self.swf.history(WORKFLOW_ID)[event["eventId"] - 1]
        self.runs[attributes(last)["workflowExecution"]["runId"]] = child["runId"]

    def child_completed(self, event: Event) -> None:
        """Decide as the child."""
        found = attributes(event)
        initiated = self.recorded[found["initiatedEventId"]]
        task = self.client.poll_for_decision_task(domain=DOMAIN, taskList=self.own_list(initiated))
        done = decision("CompleteWorkflowExecution", result=found["result"])
        self.client.respond_decision_task_completed(taskToken=task["taskToken"], decisions=[done])


ACTIONS: dict[str, Callable[[Replay, Event], None]] = {
    "WorkflowExecutionStarted": Replay.start,
    "WorkflowExecutionSignaled": Replay.signal,
    "WorkflowExecutionCancelRequested": Replay.cancel,
    "DecisionTaskStarted": Replay.poll_decision,
    "DecisionTaskCompleted": Replay.decide,
    "ActivityTaskStarted": Replay.poll_activity,
    "ActivityTaskCompleted": Replay.complete_activity,
    "ActivityTaskFailed": Replay.fail_activity,
    "TimerFired": Replay.turn,
    "ChildWorkflowExecutionStarted": Replay.child_started,
    "ChildWorkflowExecutionCompleted": Replay.child_completed,
}
