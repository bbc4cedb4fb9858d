"""Programs as they were written for py_swf 1.x run unchanged, to the end of a workflow.

The three programs below know nothing of this version: they read events by the wire's names, as
attributes or as boto3's dicts, and their loops are those that the documentation of 1.x showed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import Any
from unittest import mock

import pytest

from py_swf.clients.activity_task import ActivityTaskClient
from py_swf.clients.admin import WorkflowRegistrar
from py_swf.clients.decision import DecisionClient
from py_swf.clients.workflow import WorkflowClient
from py_swf.config_definitions import ActivityTaskConfig, DecisionConfig, WorkflowClientConfig
from py_swf.errors import NoTaskFound
from py_swf.local import LocalSWF

DOMAIN = "orders"
ACTIVITIES = ["charge", "ship"]


def register(boto_client):
    registrar = WorkflowRegistrar(boto_client)
    for _ in range(2):
        registrar.register_domain(DOMAIN, description="orders of a shop", retention=7)
        registrar.register_workflow_type(
            DOMAIN, "order", "1", child_policy="TERMINATE", task_list_name="deciders"
        )
        for name in ACTIVITIES:
            registrar.register_activity_type(DOMAIN, name, "1", task_list_name="tasks")


def decide(boto_client):
    """The decider: one activity after the other, each tried again when it fails."""
    config = DecisionConfig(DOMAIN, "tasks", 600, 300, 300, "60")
    polling = DecisionClient(config._replace(task_list="deciders"), boto_client)
    answering = DecisionClient(config, boto_client)
    while True:
        try:
            task = polling.poll(identity="decider")
        except NoTaskFound:
            continue
        assert task.workflow_type["name"] == "order"
        scheduled = {}
        done = {}
        failures = 0
        for event in reversed(task.events):
            if event.eventType == "WorkflowExecutionStarted":
                order = event.workflowExecutionStartedEventAttributes.input
                assert event.workflowExecutionStartedEventAttributes.taskList.name == "deciders"
                assert not hasattr(event.workflowExecutionStartedEventAttributes, "tagList")
            elif event.eventType == "ActivityTaskScheduled":
                attributes = event.activityTaskScheduledEventAttributes
                scheduled[event.eventId] = attributes.activityType.name
            elif event.eventType == "ActivityTaskCompleted":
                attributes = event.activityTaskCompletedEventAttributes
                done[scheduled[attributes.scheduledEventId]] = attributes.result
            elif event.eventType == "ActivityTaskFailed":
                assert event.activityTaskFailedEventAttributes.reason == "declined"
                failures += 1
        missing = [name for name in ACTIVITIES if name not in done]
        if missing:
            answering.finish_decision_with_activity(
                task.task_token,
                f"{missing[0]}-{failures}",
                missing[0],
                "1",
                order,
                schedule_to_close_timeout=120,
            )
        else:
            answering.finish_workflow(task_token=task.task_token, result=f"{done}")


def decide_as_on_tuples(boto_client):
    """The same decider, using named tuples and lists."""
    config = DecisionConfig(DOMAIN, "tasks", 600, 300, 300, 60)
    polling = DecisionClient(config._replace(task_list="deciders"), boto_client)
    while True:
        try:
            events, token, workflow_id, _, workflow_type = polling.poll()
        except NoTaskFound:
            continue
        assert (workflow_id, workflow_type["version"]) == ("order-1", "1")
        events = [] + events.copy()  # noqa: RUF005 (as it was written)
        events.sort(key=lambda event: event.eventId)
        kinds = [event.eventType for event in events]
        names = {
            event.eventId: event.activityTaskScheduledEventAttributes.activityType.name
            for event in events
            if event.eventType == "ActivityTaskScheduled"
        }
        done = {}
        for event in events:
            if event.eventType == "ActivityTaskCompleted":
                attributes = event.activityTaskCompletedEventAttributes
                done[names[attributes.scheduledEventId]] = attributes.result
        missing = [name for name in ACTIVITIES if name not in done]
        if missing:
            attempt = kinds.count("ActivityTaskScheduled")
            DecisionClient(config, boto_client).finish_decision_with_activity(
                token, f"{missing[0]}-{attempt}", missing[0], "1", "book"
            )
        else:
            polling.finish_workflow(token, f"{done}")


def decide_on_dicts(boto_client):
    """The same decider on boto3's own dicts, with the history walked again for each task."""
    config = DecisionConfig(DOMAIN, "tasks", 600, 300, 300, 60)
    polling = DecisionClient(config._replace(task_list="deciders"), boto_client)
    while True:
        try:
            task = polling.poll(use_raw_event_history=True)
        except NoTaskFound:
            continue
        assert task.events[0]["eventType"] == "DecisionTaskStarted"
        names, done = {}, {}
        for event in polling.walk_execution_history(
            task.workflow_id, task.workflow_run_id, reverse_order=False, use_raw_event_history=True
        ):
            scheduled = event.get("activityTaskScheduledEventAttributes")
            completed = event.get("activityTaskCompletedEventAttributes")
            if scheduled:
                names[event["eventId"]] = scheduled["activityType"]["name"]
            if completed:
                done[names[completed["scheduledEventId"]]] = completed["result"]
        missing = [name for name in ACTIVITIES if name not in done]
        if missing:
            DecisionClient(config, boto_client).finish_decision_with_activity(
                task.task_token, f"{missing[0]}-{len(names)}", missing[0], "1", "book"
            )
        else:
            polling.finish_workflow(task.task_token, f"{done}")


def work(boto_client):
    """The activity worker; the first payment is declined."""
    client = ActivityTaskClient(ActivityTaskConfig(DOMAIN, "tasks"), boto_client)
    declined = False
    while True:
        try:
            task = client.poll(identity="worker")
        except NoTaskFound:
            continue
        if task.type == "charge" and not declined:
            declined = True
            client.fail(task.task_token, "declined", details=task.activity_id)
        else:
            client.finish(task.task_token, f"{task.type} {task.version}: {task.input}")


def start(boto_client):
    """The script: two orders, one of which is terminated at once."""
    client = WorkflowClient(WorkflowClientConfig(DOMAIN, "deciders", 3600, 60), boto_client)
    client.start_workflow("nothing", "order-0", "order", "1")
    client.terminate_workflow("order-0", "thought better of it")
    run_id = client.start_workflow("book", "order-1", "order", "1", 1800)
    yesterday = datetime.now(timezone.utc) - timedelta(days=365 * 10)
    counted = client.count_closed_workflow_executions(oldest_start_date=yesterday)
    assert (counted.count, counted.truncated) == (1, False)
    return run_id


def start_as_in_13(boto_client):
    """The same script for 1.3: the config has six fields, the workflow type among them, and a count
    is boto3's dict.
    """
    config = WorkflowClientConfig(
        domain=DOMAIN,
        workflow_name="order",
        workflow_version="1",
        task_list="deciders",
        execution_start_to_close_timeout=3600,
        task_start_to_close_timeout=60,
    )
    client = WorkflowClient(config, boto_client)
    client.start_workflow("nothing", "order-0")
    client.terminate_workflow("order-0", "thought better of it")
    run_id = client.start_workflow(input="book", id="order-1")
    long_ago = datetime.now(timezone.utc) - timedelta(days=365 * 10)
    counted = client.count_closed_workflow_executions(oldest_start_date=long_ago)
    assert (counted["count"], counted["truncated"]) == (1, False)
    return run_id


class Over(Exception):
    """The test is over."""


class Running:
    """Loops that never end, each in a thread with a client of its own."""

    def __init__(self, swf: LocalSWF) -> None:
        self.swf = swf
        self.closed = threading.Event()
        self.over = threading.Event()
        self.threads: list[threading.Thread] = []

    def run(self, loop: Callable[..., None]) -> None:
        """Run a loop from now on."""
        client = self.swf.client()
        client.meta.events.register("before-call.swf", self._end)
        client.meta.events.register("after-call.swf.RespondDecisionTaskCompleted", self._look)
        self.threads.append(threading.Thread(target=self._until_over, args=(loop, client)))
        self.threads[-1].start()

    def _until_over(self, loop: Callable[..., None], client: Any) -> None:
        with suppress(Over):
            loop(client)

    def _end(self, **_: Any) -> None:
        if self.over.is_set():
            raise Over

    def _look(self, **_: Any) -> None:
        if self.swf.history("order-1")[-1]["eventType"] == "WorkflowExecutionCompleted":
            self.closed.set()


@pytest.fixture
def running() -> Iterator[Running]:
    """A service that holds polls for a moment, and loops that end with the test."""
    running = Running(LocalSWF(seed=0, poll_seconds=0.05))
    yield running
    running.over.set()
    for thread in running.threads:
        thread.join(10)
        assert not thread.is_alive()


@pytest.mark.parametrize("starter", [start, start_as_in_13])
@pytest.mark.parametrize("decider", [decide, decide_as_on_tuples, decide_on_dicts])
def test_a_daemon_written_for_1x(running, decider, starter):
    """Registrar, starter, decider and worker of 1.x bring an order to its end: declined once,
    tried again, shipped.
    """
    swf = running.swf
    register(swf.client())
    run_id = starter(swf.client())
    running.run(decider)
    running.run(work)
    assert running.closed.wait(20)
    types = [event["eventType"] for event in swf.history("order-1", run_id)]

    assert types.count("ActivityTaskScheduled") == 3
    assert types.count("ActivityTaskFailed") == 1
    assert types.count("ActivityTaskCompleted") == 2
    closed = swf.history("order-1", run_id)[-1]["workflowExecutionCompletedEventAttributes"]
    assert closed["result"] == "{'charge': 'charge 1: book', 'ship': 'ship 1: book'}"


def test_a_unit_test_written_for_1x():
    """A Mock in place of the boto3 client is called once, with exactly the parameters of 1.x."""
    boto_client = mock.Mock()
    boto_client.poll_for_decision_task.return_value = {
        "taskToken": "token",
        "events": [{"eventId": 1, "eventType": "MarkerRecorded",
                    "markerRecordedEventAttributes": {"markerName": "m"}}],
        "workflowExecution": {"workflowId": "w", "runId": "r"},
        "workflowType": {"name": "order", "version": "1"},
    }  # fmt: skip
    task = DecisionClient(DecisionConfig("d", "list", 1, 2, 3, 4), boto_client).poll()

    assert task.events[0].markerRecordedEventAttributes.markerName == "m"
    boto_client.poll_for_decision_task.assert_called_once_with(
        domain="d", taskList={"name": "list"}, reverseOrder=True
    )
