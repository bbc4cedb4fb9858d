"""What all tests of the daemon need: a service, its clients, a task to work on."""

from __future__ import annotations

import threading
from typing import Any

import attrs
from botocore.config import Config

from py_swf import (
    ActivityTask,
    ActivityTaskClient,
    ActivityTaskConfig,
    DecisionClient,
    DecisionConfig,
    DecisionTask,
)
from py_swf.daemon import Calling
from py_swf.decisions import Decision, RequestCancelActivityTask, ScheduleActivityTask
from py_swf.events import event_from_wire
from py_swf.history import History
from py_swf.local import InjectedFault, LocalSWF
from tests.registered import register_activity, register_domain, register_workflow

DOMAIN = "d"
ONE_SEND = Config(retries={"total_max_attempts": 1})
DECISION_CONFIG = DecisionConfig(DOMAIN, "decisions")
ACTIVITY_CONFIG = ActivityTaskConfig(DOMAIN, "activities")


class Clock:
    """A clock that advances when something sleeps, and a record of the sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def calling(self, **changes: Any) -> Calling:
        """Return a Calling on this clock, whose pauses are as long as their bound."""
        settings = {"chance": lambda: 1.0, "clock": lambda: self.now, "sleep": self.sleep}
        return Calling(**{**settings, **changes})


class TurnedStop(threading.Event):
    """A stop that notes how long it was waited on, and turns a clock instead of waiting."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.clock.sleep(timeout)
        return self.is_set()


@attrs.frozen
class World:
    """A service with a domain and two types, and clients of it that send once."""

    swf: LocalSWF
    boto: Any
    decider: DecisionClient
    worker: ActivityTaskClient

    def start(self, workflow_id: str = "w") -> Any:
        """Start an execution, and return what the service answers."""
        return self.boto.start_workflow_execution(
            domain=DOMAIN, workflowId=workflow_id, workflowType={"name": "flow", "version": "1"}
        )

    def decide(self, *decisions: Decision) -> None:
        """Answer the next decision task."""
        self.decider.respond(self.decider.poll().task_token, decisions)

    def decision_task(self) -> DecisionTask:
        """Return the first decision task of a new execution."""
        self.start()
        return self.decider.poll()

    def activity_task(self, **timeouts: Any) -> ActivityTask:
        """Return an activity task of a new execution, started."""
        self.start()
        self.decide(activity(**timeouts))
        return self.worker.poll()

    def request_cancel(self) -> None:
        """Have the decider request that the activity task be canceled."""
        self.boto.signal_workflow_execution(domain=DOMAIN, workflowId="w", signalName="wake")
        self.decide(RequestCancelActivityTask("a"))

    def history(self, workflow_id: str = "w") -> History:
        """Return what the service has recorded of the last run."""
        return History(map(event_from_wire, self.swf.history(workflow_id)))

    def types(self, workflow_id: str = "w") -> list[str]:
        """Return the types of its events, oldest first."""
        return [event["eventType"] for event in self.swf.history(workflow_id)]


def activity(activity_id: str = "a", **timeouts: Any) -> ScheduleActivityTask:
    """Return the decision to schedule an activity."""
    return ScheduleActivityTask(("act", "1"), activity_id, **timeouts)


def world(*faults: InjectedFault, config: Config = ONE_SEND, **settings: Any) -> World:
    """Make a service on which these faults strike."""
    swf = LocalSWF(faults=faults, **settings)
    boto = swf.client(config=config)
    register(boto)
    return World(
        swf, boto, DecisionClient(DECISION_CONFIG, boto), ActivityTaskClient(ACTIVITY_CONFIG, boto)
    )


def register(boto: Any) -> None:
    """Register a domain, a workflow type and an activity type."""
    register_domain(boto, DOMAIN)
    register_workflow(boto, DOMAIN, "flow")
    register_activity(boto, DOMAIN, "act")
