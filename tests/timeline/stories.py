"""Histories to draw: a shop's orders, played on a local service whose clock the story turns."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from py_swf.decisions import (
    CancelTimer,
    CompleteWorkflowExecution,
    Decision,
    RecordMarker,
    RequestCancelActivityTask,
    ScheduleActivityTask,
    StartChildWorkflowExecution,
    StartTimer,
)
from py_swf.events import event_from_wire
from py_swf.history import History
from py_swf.local import LocalSWF, VirtualClock
from tests.registered import register_activity, register_domain, register_workflow

DOMAIN = "shop"


class Story:
    """One execution, and the steps of its decider, workers and customers."""

    def __init__(self, workflow_id: str = "order-17") -> None:
        # 2026-11-21 09:00 UTC
        self.swf = LocalSWF(clock=VirtualClock(1_795_251_600.0))
        self.boto = self.swf.client()
        register_domain(self.boto, DOMAIN)
        for name in ("order", "parcel"):
            week = {"defaultExecutionStartToCloseTimeout": "604800"}
            register_workflow(self.boto, DOMAIN, name, **week)
        for name in ("charge", "pack", "resize", "send"):
            register_activity(self.boto, DOMAIN, name, defaultTaskList={"name": "work"})
        self.workflow_id = workflow_id
        self.run_id = self.boto.start_workflow_execution(
            domain=DOMAIN,
            workflowId=workflow_id,
            workflowType={"name": "order", "version": "1"},
            input='{"goods": ["teapot"]}',
            tagList=["gift"],
        )["runId"]

    def after(self, seconds: float) -> Story:
        """Let time go by."""
        self.swf.advance(seconds)
        return self

    def take_decision(self, identity: str = "decider@web-1") -> Any:
        """Take the decision task."""
        return self.boto.poll_for_decision_task(
            domain=DOMAIN, taskList={"name": "decisions"}, identity=identity
        )

    def decide(self, *decisions: Decision, seconds: float = 0.2) -> Story:
        """Take the decision task and answer it with decisions."""
        token = self.take_decision()["taskToken"]
        self.after(seconds)
        self.boto.respond_decision_task_completed(
            taskToken=token, decisions=[decision.to_wire() for decision in decisions]
        )
        return self

    def take(self, identity: str = "worker@web-2") -> str:
        """Take an activity task; return its token."""
        task = self.boto.poll_for_activity_task(
            domain=DOMAIN, taskList={"name": "work"}, identity=identity
        )
        return task["taskToken"]

    def work(self, seconds: float, result: str | None = "done") -> Story:
        """Take an activity task and complete it; a result of None fails it."""
        token = self.take()
        self.after(seconds)
        if result is None:
            self.boto.respond_activity_task_failed(
                taskToken=token,
                reason="CardDeclined: the bank said no",
                details='Traceback (most recent call last):\n  File "bank.py"\nCardDeclined',
            )
        else:
            self.boto.respond_activity_task_completed(taskToken=token, result=result)
        return self

    def signal(self, name: str, input: str = "") -> Story:
        """Send the execution a signal."""
        self.boto.signal_workflow_execution(
            domain=DOMAIN, workflowId=self.workflow_id, signalName=name, input=input
        )
        return self

    def signal_to(self, workflow_id: str) -> Story:
        """Send another execution of the shop a signal."""
        self.boto.signal_workflow_execution(
            domain=DOMAIN, workflowId=workflow_id, signalName="hurry"
        )
        return self

    @property
    def now(self) -> datetime:
        """The time on the story's clock."""
        return datetime.fromtimestamp(self.swf.clock.now(), timezone.utc)

    @property
    def history(self) -> History:
        """The history so far."""
        return History(map(event_from_wire, self.swf.history(self.workflow_id, self.run_id)))


def activity(activity_id: str, name: str) -> ScheduleActivityTask:
    """Schedule an activity of the shop."""
    return ScheduleActivityTask((name, "1"), activity_id, input="{}")


def completed_order() -> Story:
    """An order whose card is charged at the second attempt, with everything that can be drawn."""
    story = Story().after(0.4)
    story.decide(
        activity("charge-card", "charge"),
        activity("pack", "pack"),
        StartTimer("give-up", 3600),
        StartChildWorkflowExecution(("parcel", "1"), "parcel-17", task_list="parcels"),
        RecordMarker("prices", details="2026"),
    )
    story.after(1.5).work(4, None)
    story.decide(StartTimer("retry-1", 30))
    story.work(12)
    story.decide(RequestCancelActivityTask("no-such-activity"))
    story.after(5).signal("gift-wrap", "blue").decide()
    story.after(14).decide(activity("charge-card", "charge"))
    story.after(2).work(6)
    story.decide(CancelTimer("give-up"), activity("send", "send"))
    story.work(20)
    return story.decide(CompleteWorkflowExecution("sent"))


def stuck_order() -> Story:
    """An order that nobody packs: no worker polls the task list of its last activity."""
    story = Story().after(0.4)
    story.decide(
        activity("charge-card", "charge"),
        StartChildWorkflowExecution(("parcel", "1"), "parcel-17", task_list="parcels"),
    )
    story.after(1).work(3, None)
    story.decide(StartTimer("retry-1", 30)).after(30).decide(activity("charge-card", "charge"))
    story.after(1).work(5)
    story.decide(
        ScheduleActivityTask(("pack", "1"), "pack", task_list="packing", input="{}"),
        StartTimer("remind-customer", timedelta(days=3)),
    )
    return story.after(2 * 3600 + 13 * 60)


def crowd(count: int = 4000) -> list[dict[str, Any]]:
    """Raw events: many activities, 40 at a time, one in 500 of them failed, five still open."""
    events: list[dict[str, Any]] = []

    def add(at: float, event_type: str, **attributes: Any) -> int:
        member = f"{event_type[0].lower()}{event_type[1:]}EventAttributes"
        events.append(
            {
                "eventId": len(events) + 1,
                "eventTimestamp": round(1_795_251_600 + at, 3),
                "eventType": event_type,
                member: attributes,
            }
        )
        return len(events)

    add(
        0,
        "WorkflowExecutionStarted",
        childPolicy="TERMINATE",
        taskList={"name": "decisions"},
        workflowType={"name": "album", "version": "1"},
        parentInitiatedEventId=0,
    )
    at = 0.0
    for first in range(0, count, 40):
        scheduled = add(at, "DecisionTaskScheduled", taskList={"name": "decisions"})
        started = add(at + 0.1, "DecisionTaskStarted", scheduledEventId=scheduled)
        at += 0.4
        decided = add(
            at, "DecisionTaskCompleted", scheduledEventId=scheduled, startedEventId=started
        )
        opened = [
            add(
                at,
                "ActivityTaskScheduled",
                activityId=f"resize-{number}",
                activityType={"name": "resize", "version": "1"},
                taskList={"name": "work"},
                decisionTaskCompletedEventId=decided,
            )
            for number in range(first, min(first + 40, count))
        ]
        taken = [add(at + 0.2, "ActivityTaskStarted", scheduledEventId=one) for one in opened]
        for number, (one, two) in enumerate(zip(opened, taken, strict=True), first):
            if count - number > 5:
                how = "Failed" if number % 500 == 499 else "Completed"
                at += 0.05
                add(at + 1, f"ActivityTask{how}", scheduledEventId=one, startedEventId=two)
        at += 1
    return events
