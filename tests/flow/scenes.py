"""One execution on a local SWF, decided step by step, with whatever a test does in between."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from py_swf import flow
from py_swf.clients.activity_task import ActivityTask, ActivityTaskClient
from py_swf.clients.decision import DecisionClient, DecisionTask
from py_swf.clients.registration import RegistrationClient
from py_swf.clients.workflow import WorkflowClient
from py_swf.config_definitions import ActivityTaskConfig, DecisionConfig, WorkflowClientConfig
from py_swf.decisions import Answer, Decision
from py_swf.errors import NoTaskFound
from py_swf.events import Event, event_from_wire
from py_swf.local import LocalSWF

LIST = "list"
DOMAIN = "scene"


class Scene:
    """A domain with the types of some workflows and activities, and one execution of the first.

    :param workflows: the workflows.
    :param activities: the activities.
    :param swf: the local SWF; None makes one.
    """

    def __init__(
        self,
        workflows: list[flow.Workflow[..., Any]],
        activities: Iterable[flow.Activity[..., Any]] = (),
        swf: LocalSWF | None = None,
    ) -> None:
        self.swf = swf or LocalSWF()
        self.workflows = workflows
        boto = self.swf.client()
        registration = RegistrationClient(boto)
        registration.register_domain(DOMAIN, retention=7)
        for workflow in workflows:
            registration.register_workflow_type(
                *(DOMAIN, workflow.name, workflow.version, "TERMINATE", 31_536_000, None, LIST),
                task_start_to_close_timeout=60,
            )
        for each in activities:
            registration.register_activity_type(
                DOMAIN, each.name, each.version, "NONE", LIST, None, "NONE", "NONE", "NONE"
            )
        self.client = DecisionClient(DecisionConfig(DOMAIN, LIST, *[None] * 4), boto)
        self.worker = ActivityTaskClient(ActivityTaskConfig(DOMAIN, LIST), boto)
        self.outside = WorkflowClient(WorkflowClientConfig(DOMAIN), boto)
        self.handler = flow.ActivityHandler(list(activities))

    def start(self, *args: Any, **kwargs: Any) -> Scene:
        """Start the execution."""
        self.execution = self.workflows[0].start(self.outside, "scene", *args, **kwargs)
        return self

    def signal(self, signal: flow.Signal[Any], value: Any = None) -> None:
        """Signal the execution."""
        self.outside.signal_workflow("scene", signal.name, signal.encode(value))

    def poll(self, **options: Any) -> DecisionTask:
        """Take a decision task."""
        return self.client.poll(**options)

    def has_task(self) -> bool:
        """Return whether a decision task waits."""
        return self.client.count_pending_decision_tasks().count > 0

    def respond(self, task: DecisionTask, answer: Answer | list[Decision]) -> None:
        """Answer a decision task."""
        self.client.respond(task.task_token, answer)

    def decide(self, decider: flow.Decider | None = None, **options: Any) -> Answer:
        """Take a decision task, decide it and answer it."""
        task = self.poll(**options)
        answer = (decider or flow.Decider(self.workflows))(task)
        self.respond(task, answer)
        return answer

    def work(self) -> ActivityTask | None:
        """Do the work of one activity task; None when there is none."""
        try:
            task = self.worker.poll()
        except NoTaskFound:
            return None
        try:
            result = self.handler(task)
        except Exception as error:
            self.worker.fail(task.task_token, error)
        else:
            self.worker.finish(task.task_token, result)
        return task

    @property
    def history(self) -> list[Event]:
        """The events so far, oldest first."""
        return [event_from_wire(event) for event in self.swf.history("scene")]

    @property
    def types(self) -> list[str]:
        """The types of the events so far, oldest first."""
        return [event.event_type for event in self.history]
