"""What the clients do over a whole service: the same facts on the local service and on moto."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from botocore.exceptions import ClientError

from py_swf import NoTaskFound, decisions, events
from py_swf.errors import RegisteredDefaultsWarning
from py_swf.types import ActivityType, WorkflowExecution, WorkflowType
from tests.contract.conftest import DOMAIN, LONG_AGO, Place

ARN = f"arn:aws:swf:us-east-1:123456789012:/domain/{DOMAIN}"


def names(task_or_walk: Any) -> list[str]:
    """Return the types of events, oldest first."""
    return [event.event_type for event in task_or_walk]


def scheduled(activity_id: str = "a1", **options: Any) -> decisions.ScheduleActivityTask:
    """Return the decision for one activity."""
    return decisions.ScheduleActivityTask(("act", "1"), activity_id, **options)


def code_of(raised: pytest.ExceptionInfo[ClientError]) -> str:
    """Return the fault's name."""
    return raised.value.response["Error"]["Code"]


# Registration


def test_registering_again_does_nothing(place: Place):
    """An existing domain or type is left as it is; other defaults of a type cause a warning."""
    place.registration.register_domain(DOMAIN, "another", 1)
    with pytest.warns(RegisteredDefaultsWarning, match="is 'TERMINATE', not 'ABANDON'"):
        place.registration.register_workflow_type(DOMAIN, "flow", "1", "ABANDON")
    with pytest.warns(RegisteredDefaultsWarning, match="task_heartbeat_timeout is '30', not '1'"):
        place.registration.register_activity_type(DOMAIN, "act", "1", 1)

    described = place.registration.describe_domain(DOMAIN)
    assert described.configuration.workflow_execution_retention_period_in_days == 7
    flow = place.registration.describe_workflow_type(DOMAIN, "flow", "1")
    assert flow.configuration.default_child_policy == "TERMINATE"


def test_domains_are_listed(place: Place):
    """Domains come in the order of their names, or in reverse; deprecated ones apart."""
    for name in ("zoo", "ark"):
        place.registration.register_domain(name)
    place.registration.deprecate_domain("zoo")

    assert [d.name for d in place.registration.list_domains()] == ["ark", DOMAIN]
    reverse = place.registration.list_domains(reverse_order=True)
    assert [d.name for d in reverse] == [DOMAIN, "ark"]
    assert [d.name for d in place.registration.list_domains("DEPRECATED")] == ["zoo"]


def test_a_domain_is_deprecated_and_put_back(place: Place):
    """A description shows the deprecation, which can be undone."""
    place.registration.register_domain("zoo", "animals")
    place.registration.deprecate_domain("zoo")
    info = place.registration.describe_domain("zoo").domain_info
    assert (info.status, info.description) == ("DEPRECATED", "animals")

    place.registration.undeprecate_domain("zoo")
    assert place.registration.describe_domain("zoo").domain_info.status == "REGISTERED"


def test_an_unknown_domain(place: Place):
    """A missing domain or type is boto3's UnknownResourceFault."""
    with pytest.raises(place.boto_client.exceptions.UnknownResourceFault):
        place.registration.describe_domain("nowhere")


def test_tags_of_a_domain(place: Place):
    """Tags are added, replaced, removed and listed."""
    place.registration.tag_resource(ARN, {"a": "1", "b": "2"})
    place.registration.tag_resource(ARN, {"b": "3"})
    place.registration.untag_resource(ARN, ["a"])

    assert place.registration.list_tags_for_resource(ARN) == {"b": "3"}


def test_a_workflow_type_is_described(place: Place):
    """A type shows the defaults that it was registered with."""
    described = place.registration.describe_workflow_type(DOMAIN, "flow", "1")

    assert described.type_info.workflow_type == WorkflowType("flow", "1")
    assert described.type_info.status == "REGISTERED"
    assert described.configuration.default_execution_start_to_close_timeout == 3600
    assert described.configuration.default_task_list == "deciders"
    assert described.configuration.default_task_start_to_close_timeout == 60


def test_an_activity_type_is_described(place: Place):
    """A type shows the defaults that it was registered with."""
    configuration = place.registration.describe_activity_type(DOMAIN, "act", "1").configuration

    assert configuration.default_task_list == "workers"
    assert configuration.default_task_heartbeat_timeout == 30
    assert configuration.default_task_schedule_to_close_timeout == 400
    assert configuration.default_task_schedule_to_start_timeout == 300
    assert configuration.default_task_start_to_close_timeout == 200


def test_the_priority_of_an_activity_type(place: Place):
    """A default priority is kept."""
    place.registration.register_activity_type(DOMAIN, "urgent", "1", task_priority=7)
    configuration = place.registration.describe_activity_type(DOMAIN, "urgent", "1").configuration

    assert configuration.default_task_priority == 7


def test_when_a_type_was_made(place: Place):
    """The creation date is the time of the registration."""
    info = place.registration.describe_workflow_type(DOMAIN, "flow", "1").type_info

    assert info.creation_date > datetime(2025, 1, 1, tzinfo=timezone.utc)


@pytest.mark.parametrize("kind", ["workflow", "activity"])
def test_types_are_listed(place: Place, kind):
    """Types come in the order of their names, deprecated ones apart."""
    register = getattr(place.registration, f"register_{kind}_type")
    list_types = getattr(place.registration, f"list_{kind}_types")
    for name in ("zz", "aa"):
        register(DOMAIN, name, "1")
    getattr(place.registration, f"deprecate_{kind}_type")(DOMAIN, "zz", "1")
    own = "flow" if kind == "workflow" else "act"

    assert [getattr(i, f"{kind}_type").name for i in list_types(DOMAIN)] == sorted(["aa", own])
    (gone,) = list_types(DOMAIN, "DEPRECATED")
    assert gone.deprecation_date is not None


@pytest.mark.parametrize("kind", ["workflow", "activity"])
def test_types_are_listed_by_name(place: Place, kind):
    """A name lists the versions of that type alone."""
    for name, version in (("x", "1"), ("x", "2"), ("y", "1")):
        getattr(place.registration, f"register_{kind}_type")(DOMAIN, name, version)
    found = getattr(place.registration, f"list_{kind}_types")(DOMAIN, "REGISTERED", "x")

    assert {getattr(i, f"{kind}_type").version for i in found} == {"1", "2"}


@pytest.mark.parametrize("kind", ["workflow", "activity"])
def test_a_type_is_deprecated_and_put_back(place: Place, kind):
    """A deprecated type cannot be deprecated again, and can be put back."""
    name = "flow" if kind == "workflow" else "act"
    deprecate = getattr(place.registration, f"deprecate_{kind}_type")
    deprecate(DOMAIN, name, "1")
    with pytest.raises(place.boto_client.exceptions.TypeDeprecatedFault):
        deprecate(DOMAIN, name, "1")

    getattr(place.registration, f"undeprecate_{kind}_type")(DOMAIN, name, "1")
    described = getattr(place.registration, f"describe_{kind}_type")(DOMAIN, name, "1")
    assert described.type_info.status == "REGISTERED"


def test_a_workflow_type_is_deleted(place: Place):
    """A deprecated type is deleted, and is then unknown."""
    place.registration.deprecate_workflow_type(DOMAIN, "flow", "1")
    place.registration.delete_workflow_type(DOMAIN, "flow", "1")

    with pytest.raises(place.boto_client.exceptions.UnknownResourceFault):
        place.registration.describe_workflow_type(DOMAIN, "flow", "1")


def test_an_activity_type_is_deleted(place: Place):
    """A deprecated type is deleted, and is then unknown."""
    place.registration.deprecate_activity_type(DOMAIN, "act", "1")
    place.registration.delete_activity_type(DOMAIN, "act", "1")

    with pytest.raises(place.boto_client.exceptions.UnknownResourceFault):
        place.registration.describe_activity_type(DOMAIN, "act", "1")


# Starting, and what is seen from outside


def test_start_and_describe(place: Place):
    """An execution that was started is open, with the settings of the config."""
    run_id = place.start()
    described = place.workflows.describe_workflow_execution("w", run_id)

    info, configuration = described.execution_info, described.execution_configuration
    assert info.execution == WorkflowExecution("w", run_id)
    assert info.workflow_type == WorkflowType("flow", "1")
    assert (info.execution_status, info.close_status) == ("OPEN", None)
    assert configuration.execution_start_to_close_timeout == 1800
    assert configuration.task_start_to_close_timeout == 60
    assert (configuration.task_list, configuration.child_policy) == ("deciders", "TERMINATE")
    assert described.open_counts.open_decision_tasks == 1


def test_start_with_settings_of_its_own(place: Place):
    """Arguments of the start override config and type."""
    run_id = place.start(
        workflow_start_to_close_timeout=timedelta(minutes=5),
        task_start_to_close_timeout=math.inf,
        task_list="others",
        child_policy="ABANDON",
        tag_list=["a", "b"],
    )
    described = place.workflows.describe_workflow_execution("w", run_id)

    configuration = described.execution_configuration
    assert configuration.execution_start_to_close_timeout == 300
    assert configuration.task_start_to_close_timeout == math.inf
    assert (configuration.task_list, configuration.child_policy) == ("others", "ABANDON")
    assert described.execution_info.tag_list == ("a", "b")


def test_the_priority_of_an_execution(place: Place):
    """A priority is kept, and described."""
    run_id = place.start(task_priority=5)
    described = place.workflows.describe_workflow_execution("w", run_id)

    assert described.execution_configuration.task_priority == 5


def test_when_an_execution_was_started(place: Place):
    """The start is the time at which it was started."""
    described = place.workflows.describe_workflow_execution("w", place.start())

    assert described.execution_info.start_timestamp > datetime(2025, 1, 1, tzinfo=timezone.utc)


def test_start_twice(place: Place):
    """A second execution of an open workflow id is refused."""
    place.start()

    with pytest.raises(place.boto_client.exceptions.WorkflowExecutionAlreadyStartedFault):
        place.start()


def test_start_an_unknown_type(place: Place):
    """A type that is not registered is refused."""
    with pytest.raises(place.boto_client.exceptions.UnknownResourceFault):
        place.workflows.start_workflow("in", "w", "flow", "2")


def test_terminate(place: Place):
    """A terminated execution is closed, and its last event says why."""
    run_id = place.start()
    place.workflows.terminate_workflow("w", "thought better of it", details="more")
    (last, *_) = place.workflows.walk_execution_history("w", run_id)

    assert isinstance(last, events.WorkflowExecutionTerminated)
    assert (last.reason, last.details) == ("thought better of it", "more")
    assert place.closed().close_status == "TERMINATED"
    with pytest.raises(place.boto_client.exceptions.UnknownResourceFault):
        place.workflows.terminate_workflow("w", "again")


def test_when_an_execution_was_terminated(place: Place):
    """A terminated execution shows when it was closed."""
    place.start()
    place.workflows.terminate_workflow("w", "why")

    assert place.closed().close_timestamp is not None


def test_signal(place: Place):
    """A signal reaches the decider."""
    place.start()
    place.decide()
    place.workflows.signal_workflow("w", "paid", "42")
    task = place.decisions.poll()

    (signal,) = task.history.signals
    assert (signal.signal_name, signal.input) == ("paid", "42")
    assert signal in task.new_events


def test_signal_without_input(place: Place):
    """A signal needs no input."""
    place.start()
    place.workflows.signal_workflow("w", "paid")

    assert place.decisions.poll().history.signals[0].input is None


def test_two_signals_make_one_decision_task(place: Place):
    """While a decision task waits, no other is scheduled."""
    run_id = place.start()
    for _ in range(2):
        place.workflows.signal_workflow("w", "paid", "42")

    walk = place.workflows.walk_execution_history("w", run_id, reverse_order=False)
    assert names(walk).count("DecisionTaskScheduled") == 1


def test_request_cancel(place: Place):
    """A request to cancel reaches the decider, which cancels."""
    place.start()
    place.workflows.request_cancel_workflow("w")
    task = place.decide(decisions.CancelWorkflowExecution("as you wish"))

    assert task.history.cancel_requested
    assert place.closed().close_status == "CANCELED"


def test_executions_are_listed(place: Place):
    """Open and closed executions are listed apart."""
    first, second = place.start("w1"), place.start("w2")
    place.workflows.terminate_workflow("w1", "why")

    (open_,) = place.workflows.list_open_workflow_executions(LONG_AGO)
    assert open_.execution == WorkflowExecution("w2", second)
    assert place.closed().execution == WorkflowExecution("w1", first)


def test_executions_are_listed_by_tag(place: Place):
    """A tag lists those that have it."""
    place.start("w1", tag_list=["red"])
    place.start("w2", tag_list=["blue"])

    (found,) = place.workflows.list_open_workflow_executions(LONG_AGO, tag="red")
    assert found.execution.workflow_id == "w1"


def test_executions_are_listed_by_workflow_id(place: Place):
    """A workflow id lists that one alone."""
    place.start("w1")
    place.start("w2")

    (found,) = place.workflows.list_open_workflow_executions(LONG_AGO, workflow_id="w1")
    assert found.execution.workflow_id == "w1"


def test_executions_are_counted(place: Place):
    """Open and closed executions are counted apart, by the same filters."""
    place.start("w1")
    place.start("w2")
    place.workflows.terminate_workflow("w1", "why")

    assert place.workflows.count_open_workflow_executions(LONG_AGO) == (1, False)
    counted = place.workflows.count_closed_workflow_executions(LONG_AGO, workflow_name="flow")
    assert counted == (1, False)


# Deciding


def test_an_empty_list(place: Place):
    """If there is nothing to do, both polls end in NoTaskFound."""
    with pytest.raises(NoTaskFound):
        place.decisions.poll()
    with pytest.raises(NoTaskFound):
        place.activities.poll()


def test_a_poll_of_an_unknown_domain(place: Place):
    """A refused poll raises the service's fault."""
    config = place.decisions.decision_config._replace(domain="nowhere")
    client = type(place.decisions)(config, place.boto_client)
    with pytest.raises(place.boto_client.exceptions.UnknownResourceFault):
        client.poll()


def test_the_first_decision_task(place: Place):
    """The first task has three events, newest first, and nothing before it."""
    run_id = place.start()
    task = place.decisions.poll(identity="me")

    assert task.workflow_execution == WorkflowExecution("w", run_id)
    assert task.workflow_type == WorkflowType("flow", "1")
    assert names(task.events) == [
        "DecisionTaskStarted", "DecisionTaskScheduled", "WorkflowExecutionStarted",
    ]  # fmt: skip
    assert (task.started_event_id, task.previous_started_event_id) == (3, 0)
    assert task.events[0].identity == "me"
    assert task.history.input == "in"
    assert names(task.new_events) == names(task.events)[::-1]


def test_raw_events(place: Place):
    """A raw poll gives dicts, and its history is read all the same."""
    place.start()
    task = place.decisions.poll(use_raw_event_history=True)

    assert [event["eventId"] for event in task.events] == [3, 2, 1]
    assert task.history.input == "in"


def test_what_is_new(place: Place):
    """The second task tells what happened since the first was handed out."""
    place.start()
    place.decide(decisions.RecordMarker("m", "noted"))
    place.workflows.signal_workflow("w", "paid", "42")
    task = place.decisions.poll()

    assert task.previous_started_event_id == 3
    assert names(task.new_events) == [
        "DecisionTaskCompleted",
        "MarkerRecorded",
        "WorkflowExecutionSignaled",
        "DecisionTaskScheduled",
        "DecisionTaskStarted",
    ]
    assert task.history.markers[0].details == "noted"


def test_a_task_in_pages(place: Place):
    """A task that comes in small pages has the same events."""
    place.start()
    task = place.decisions.poll(maximum_page_size=1)

    assert [event.event_id for event in task.events] == [3, 2, 1]
    assert len(task.history.events) == 3


def test_a_task_from_the_previous_started_event(place: Place):
    """Such a task has the events from that one on; its history is whole."""
    place.start()
    place.decide(decisions.RecordMarker("m"))
    place.workflows.signal_workflow("w", "paid", "42")
    task = place.decisions.poll(start_at_previous_started_event=True)

    assert [event.event_id for event in task.events] == [8, 7, 6, 5, 4, 3]
    assert len(task.history.events) == 8


def test_several_decisions(place: Place):
    """The decisions of one response are applied in their order."""
    run_id = place.start()
    place.decide(
        decisions.RecordMarker("m"),
        scheduled("a1"),
        decisions.StartTimer("t1", 3600),
        scheduled("a2"),
    )
    walk = place.workflows.walk_execution_history("w", run_id, reverse_order=False)

    assert names(walk)[4:] == [
        "MarkerRecorded", "ActivityTaskScheduled", "TimerStarted", "ActivityTaskScheduled",
    ]  # fmt: skip


def test_the_execution_context(place: Place):
    """The execution context is described, and stays until another is given."""
    run_id = place.start()
    task = place.decisions.poll()
    place.decisions.respond(task.task_token, [], "remember")
    place.workflows.signal_workflow("w", "paid", "42")
    place.decide()

    described = place.workflows.describe_workflow_execution("w", run_id)
    assert described.latest_execution_context == "remember"


def test_another_task_list(place: Place):
    """A response can send the next decision tasks to another list."""
    place.start()
    task = place.decisions.poll()
    place.decisions.respond(task.task_token, [], task_list="sticky")
    place.workflows.signal_workflow("w", "paid", "42")

    assert place.decisions.count_pending_decision_tasks("sticky").count == 1


def test_a_decision_that_fails(place: Place):
    """A decision that fails is in the history, with its cause."""
    run_id = place.start()
    place.decide(decisions.ScheduleActivityTask(("no such act", "1"), "a1"))
    walk = place.workflows.walk_execution_history("w", run_id)
    (failed,) = (e for e in walk if isinstance(e, events.ScheduleActivityTaskFailed))

    assert failed.cause == "ACTIVITY_TYPE_DOES_NOT_EXIST"
    assert failed.activity_type == ActivityType("no such act", "1")


def test_complete(place: Place):
    """finish_workflow completes the execution with a result."""
    run_id = place.start()
    place.decisions.finish_workflow(place.decisions.poll().task_token, "done")
    last = next(place.workflows.walk_execution_history("w", run_id))

    assert isinstance(last, events.WorkflowExecutionCompleted)
    assert last.result == "done"
    assert place.closed().close_status == "COMPLETED"


def test_fail(place: Place):
    """An execution is failed with reason and details."""
    run_id = place.start()
    place.decide(decisions.FailWorkflowExecution("broken", "very"))
    last = next(place.workflows.walk_execution_history("w", run_id))

    assert isinstance(last, events.WorkflowExecutionFailed)
    assert (last.reason, last.details) == ("broken", "very")


def test_a_close_over_unseen_events(place: Place):
    """An execution does not close while its decider has not seen a signal."""
    run_id = place.start()
    task = place.decisions.poll()
    place.workflows.signal_workflow("w", "wait", "42")
    place.decisions.finish_workflow(task.task_token, "done")
    described = place.workflows.describe_workflow_execution("w", run_id)

    assert described.execution_info.execution_status == "OPEN"
    (failed,) = place.decisions.poll().history.failed_decisions
    assert failed.cause == "UNHANDLED_DECISION"


def test_continue_as_new(place: Place):
    """An execution goes on as a new run of the same workflow id."""
    run_id = place.start()
    place.decide(decisions.ContinueAsNewWorkflowExecution("again"))
    task = place.decisions.poll()

    assert task.workflow_id == "w"
    assert task.workflow_run_id != run_id
    assert (task.history.input, task.history.started.continued_execution_run_id) == (
        "again", run_id,
    )  # fmt: skip


def test_a_child(place: Place):
    """A child runs on its own, and its parent learns of its end."""
    place.start()
    place.decide(decisions.StartChildWorkflowExecution(("flow", "1"), "child", "small"))
    tasks = {task.workflow_id: task for task in (place.decisions.poll(), place.decisions.poll())}
    assert tasks["child"].history.input == "small"
    assert tasks["w"].history.child_workflows["child"].status == "STARTED"
    place.decisions.finish_workflow(tasks["child"].task_token, "grown")
    place.decisions.respond(tasks["w"].task_token)

    child = place.decisions.poll().history.child_workflows["child"]
    assert (child.status, child.result) == ("COMPLETED", "grown")


def test_a_timer_is_canceled(place: Place):
    """A timer that was started is open until it is canceled."""
    place.start()
    place.decide(decisions.StartTimer("t1", 3600))
    place.workflows.signal_workflow("w", "paid", "42")
    task = place.decide(decisions.CancelTimer("t1"))
    assert [timer.timer_id for timer in task.history.open_timers] == ["t1"]
    place.workflows.signal_workflow("w", "paid", "42")

    assert place.decisions.poll().history.timers["t1"].status == "CANCELED"


def test_a_task_is_answered_once(place: Place):
    """A decision task that was answered is unknown."""
    place.start()
    task = place.decide()

    with pytest.raises(place.boto_client.exceptions.UnknownResourceFault):
        place.decisions.respond(task.task_token)


def test_waiting_decision_tasks_are_counted(place: Place):
    """Tasks that wait in a list are counted; an unused list counts 0."""
    place.start("w1")
    place.start("w2")

    assert place.decisions.count_pending_decision_tasks() == (2, False)
    assert place.decisions.count_pending_decision_tasks("unused").count == 0


def test_a_started_task_does_not_wait(place: Place):
    """A task that was handed out is not counted among those that wait."""
    place.start()
    place.decisions.poll()

    assert place.decisions.count_pending_decision_tasks().count == 0


# Working


def working(place: Place, **options: Any) -> Any:
    """Start an execution, schedule one activity and poll for it."""
    place.start()
    place.decide(scheduled(**options))
    return place.activities.poll(identity="worker")


def test_an_activity_is_completed(place: Place):
    """From the config's timeouts to the result in the decider's history."""
    run_id = place.start()
    config = place.decisions.decision_config._replace(task_list="workers")
    client = type(place.decisions)(config, place.boto_client)
    client.finish_decision_with_activity(
        place.decisions.poll().task_token, "a1", "act", "1", "in", heartbeat_timeout=50
    )
    task = place.activities.poll()
    assert (task.activity_id, task.activity_type) == ("a1", ActivityType("act", "1"))
    assert (task.input, task.workflow_id, task.workflow_run_id) == ("in", "w", run_id)
    assert task.started_event_id == 6
    place.activities.finish(task.task_token, "out")

    activity = place.decisions.poll().history.activities["a1"]
    assert (activity.status, activity.result, activity.input) == ("COMPLETED", "out", "in")
    opened = activity.opened
    assert (opened.schedule_to_close_timeout, opened.schedule_to_start_timeout) == (600, 500)
    assert (opened.start_to_close_timeout, opened.heartbeat_timeout) == (400, 50)


def test_an_activity_without_input(place: Place):
    """An activity without input has an input of None, and needs no result."""
    task = working(place)
    assert task.input is None
    place.activities.finish(task.task_token, None)

    assert place.decisions.poll().history.activities["a1"].result is None


def test_an_activity_by_the_types_defaults(place: Place):
    """If a decision says nothing, the history shows the type's defaults."""
    working(place)
    place.workflows.signal_workflow("w", "look", "42")
    opened = place.decisions.poll().history.activities["a1"].opened

    assert (opened.schedule_to_close_timeout, opened.schedule_to_start_timeout) == (400, 300)
    assert (opened.start_to_close_timeout, opened.heartbeat_timeout) == (200, 30)


def test_an_activity_fails(place: Place):
    """An exception reaches the decider as reason and details, and a second attempt counts."""
    task = working(place)
    place.activities.fail(task.task_token, LookupError("no such order"))
    decision = place.decide(scheduled())
    failed = decision.history.activities["a1"]
    assert (failed.status, failed.reason) == ("FAILED", "LookupError: no such order")
    assert "LookupError" in failed.details


def test_an_id_can_be_used_again(place: Place):
    """The id of an activity that failed is free for another attempt."""
    place.activities.fail(working(place).task_token, "broken")
    place.decide(scheduled())
    place.activities.finish(place.activities.poll().task_token, "out")
    activity = place.decisions.poll().history.activities["a1"]

    assert (activity.status, activity.attempt) == ("COMPLETED", 2)


def test_a_heartbeat(place: Place):
    """A heartbeat says that nobody asked for cancellation."""
    assert place.activities.heartbeat(working(place).task_token, "half") is False


def test_a_heartbeat_tells_of_a_cancel_request(place: Place):
    """When the decider asks for it, the next beat says so, and the worker cancels."""
    task = working(place)
    place.workflows.signal_workflow("w", "stop", "42")
    place.decide(decisions.RequestCancelActivityTask("a1"))
    assert place.activities.heartbeat(task.task_token) is True
    place.activities.cancel(task.task_token, "as you wish")

    activity = place.decisions.poll().history.activities["a1"]
    assert (activity.status, activity.details) == ("CANCELED", "as you wish")


@pytest.mark.parametrize("answer", ["finish", "heartbeat"])
def test_a_completed_activity_is_unknown(place: Place, answer):
    """After its answer a task can be neither answered nor kept alive."""
    task = working(place)
    place.activities.finish(task.task_token, "out")

    with pytest.raises(place.boto_client.exceptions.UnknownResourceFault):
        getattr(place.activities, answer)(task.task_token, "again")


def test_a_failed_activity_is_unknown(place: Place):
    """After a failure a task cannot be answered."""
    task = working(place)
    place.activities.fail(task.task_token, "broken")

    with pytest.raises(place.boto_client.exceptions.UnknownResourceFault):
        place.activities.finish(task.task_token, "out")


def test_waiting_activity_tasks_are_counted(place: Place):
    """Tasks that wait in a list are counted."""
    place.start()
    place.decide(scheduled("a1"), scheduled("a2"))

    assert place.activities.count_pending_activity_tasks() == (2, False)


# History


@pytest.mark.parametrize("size", [1, 2, 1000])
@pytest.mark.parametrize("reverse", [True, False])
def test_the_history_is_walked(place: Place, size, reverse):
    """The whole history comes in either order, whatever the size of the pages."""
    run_id = place.start()
    place.decide(decisions.RecordMarker("m"))
    walk = place.decisions.walk_execution_history(
        "w", run_id, reverse_order=reverse, maximum_page_size=size
    )

    assert [event.event_id for event in walk] == ([5, 4, 3, 2, 1] if reverse else [1, 2, 3, 4, 5])


@pytest.mark.parametrize("raw", [True, False])
def test_both_clients_walk_alike(place: Place, raw):
    """The workflow client and the decision client give the same history."""
    run_id = place.start()
    walks = [
        client.walk_execution_history("w", run_id, use_raw_event_history=raw)
        for client in (place.workflows, place.decisions)
    ]

    assert list(walks[0]) == list(walks[1])


def test_the_history_of_an_unknown_run(place: Place):
    """A run that does not exist is refused when the walk begins."""
    place.start()
    walk = place.workflows.walk_execution_history("w", "no such run")

    with pytest.raises(place.boto_client.exceptions.UnknownResourceFault):
        next(walk)
