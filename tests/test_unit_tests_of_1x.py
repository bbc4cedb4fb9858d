"""What unit tests written for py_swf 1.x rely on: a ``Mock()`` for the boto3 client, the config, a
token and an answer, and calls with exactly the parameters of 1.x.

What 1.x's own unit tests state about its public names is stated here, except for values that the
service would refuse: a text is checked before it is sent.
"""

from __future__ import annotations

from collections import defaultdict, namedtuple
from datetime import datetime
from typing import Any, ClassVar
from unittest import mock

import pytest
from botocore.exceptions import ClientError
from botocore.vendored.requests.exceptions import ReadTimeout

from py_swf.clients.activity_task import ActivityTask, ActivityTaskClient
from py_swf.clients.activity_task import NoTaskFound as OfActivityTasks
from py_swf.clients.admin import WorkflowRegistrar, idempotent_create
from py_swf.clients.decision import (
    DecisionClient,
    DecisionTask,
    build_activity_task,
    build_workflow_complete,
    nametuplefy,
)
from py_swf.clients.decision import NoTaskFound as OfDecisions
from py_swf.clients.workflow import WorkflowClient
from py_swf.config_definitions import DecisionConfig
from py_swf.errors import NoTaskFound

STARTED = {
    "eventId": 3,
    "eventTimestamp": 1_600_000_000.5,
    "eventType": "DecisionTaskStarted",
    "decisionTaskStartedEventAttributes": {"scheduledEventId": 2, "identity": "decider"},
}
SCHEDULED = {
    "eventId": 2,
    "eventTimestamp": 1_600_000_000.25,
    "eventType": "DecisionTaskScheduled",
    "decisionTaskScheduledEventAttributes": {"taskList": {"name": "l"}, "taskPriority": "100"},
}
NO_TASK = {"startedEventId": 0, "previousStartedEventId": 0, "ResponseMetadata": {}}
OLDEST, LATEST = datetime(2016, 11, 11), datetime(2016, 11, 12)


class AnyAnswer(mock.Mock):
    """An answer that has any member: test doubles at every level, the same each time."""

    _members: ClassVar[Any] = defaultdict(lambda: AnyAnswer())

    def __getitem__(self, name: str) -> Any:
        """Return the double of a member."""
        return self._members[name]

    def __setitem__(self, name: str, value: Any) -> None:
        """Set a member."""
        self._members[name] = value


@pytest.fixture
def boto_client() -> Any:
    """A double that takes every call."""
    return mock.Mock()


@pytest.fixture
def config() -> Any:
    """A double for a config: each of its settings is a double, too."""
    return mock.Mock()


@pytest.fixture
def answer() -> Any:
    """A poll's answer that brings a task."""
    answer = AnyAnswer()
    answer["events"] = [STARTED, SCHEDULED]
    return answer


def decision_task(answer: Any, events: Any) -> DecisionTask:
    """The task that 1.x made of an answer."""
    return DecisionTask(
        events=events,
        task_token=answer["taskToken"],
        workflow_id=answer["workflowExecution"]["workflowId"],
        workflow_run_id=answer["workflowExecution"]["runId"],
        workflow_type=answer["workflowType"],
    )


@pytest.mark.parametrize("options", [{}, {"identity": "me"}])
def test_a_decision_task_is_polled_for(boto_client, config, answer, options):
    """One poll is sent with what is given, and its answer becomes the task."""
    boto_client.poll_for_decision_task.return_value = answer
    task = DecisionClient(config, boto_client).poll(**options)

    assert task == decision_task(answer, nametuplefy(answer["events"]))
    assert [event.eventType for event in task.events] == [
        "DecisionTaskStarted",
        "DecisionTaskScheduled",
    ]
    boto_client.poll_for_decision_task.assert_called_once_with(
        domain=config.domain, reverseOrder=True, taskList={"name": config.task_list}, **options
    )


def test_a_decision_task_of_raw_events(boto_client, config, answer):
    """On request the events are those of the answer, and the task replaces a field like a tuple."""
    boto_client.poll_for_decision_task.return_value = answer
    client = DecisionClient(config, boto_client)
    expected = decision_task(answer, nametuplefy(answer["events"]))

    for raw in (True, False):
        task = client.poll(use_raw_event_history=raw)
        assert task == expected._replace(events=answer["events"])
    assert client.poll(use_raw_event_history=True).events == [STARTED, SCHEDULED]


@pytest.mark.parametrize("options", [{}, {"identity": "me"}])
def test_an_activity_task_is_polled_for(boto_client, config, answer, options):
    """One poll is sent with what is given, and its answer becomes the task."""
    boto_client.poll_for_activity_task.return_value = answer
    task = ActivityTaskClient(config, boto_client).poll(**options)

    assert task == ActivityTask(
        activity_id=answer["activityId"],
        type=answer["activityType"]["name"],
        version=answer["activityType"]["version"],
        input=answer["input"],
        task_token=answer["taskToken"],
        workflow_id=answer["workflowExecution"]["workflowId"],
        workflow_run_id=answer["workflowExecution"]["runId"],
    )
    boto_client.poll_for_activity_task.assert_called_once_with(
        domain=config.domain, taskList={"name": config.task_list}, **options
    )


@pytest.mark.parametrize(
    ("cls", "kind"), [(DecisionClient, "decision"), (ActivityTaskClient, "activity")]
)
@pytest.mark.parametrize("ended", [{"side_effect": ReadTimeout}, {"return_value": NO_TASK}])
def test_a_poll_without_a_task(boto_client, config, cls, kind, ended):
    """A read timeout, and an answer without a token, are NoTaskFound."""
    getattr(boto_client, f"poll_for_{kind}_task").configure_mock(**ended)
    with pytest.raises(NoTaskFound):
        cls(config, boto_client).poll()


def test_an_activity_is_answered(boto_client, config):
    """Token and result are passed on unchanged, also test doubles; details only if given."""
    client = ActivityTaskClient(config, boto_client)
    token, result = mock.Mock(), mock.Mock()
    client.finish(token, result)
    client.fail(token, "because", "more")
    client.fail(token, "because")

    boto_client.respond_activity_task_completed.assert_called_once_with(
        taskToken=token, result=result
    )
    assert boto_client.respond_activity_task_failed.call_args_list == [
        mock.call(taskToken=token, reason="because", details="more"),
        mock.call(taskToken=token, reason="because"),
    ]


def test_a_decision_is_answered(boto_client, config):
    """One activity is scheduled, with the timeouts of a config that is a double."""
    names = ("id", "name", "version", "input")
    DecisionClient(config, boto_client).finish_decision_with_activity("token", *names)
    boto_client.respond_decision_task_completed.assert_called_once_with(
        taskToken="token", decisions=[mock.ANY]
    )
    ((decision,),) = [boto_client.respond_decision_task_completed.call_args[1]["decisions"]]

    attributes = decision["scheduleActivityTaskDecisionAttributes"]
    assert attributes["taskList"] == {"name": config.task_list}
    assert attributes["heartbeatTimeout"] == str(config.heartbeat_timeout)


def walked(client: DecisionClient, **options: Any) -> Any:
    """Walk a history."""
    return client.walk_execution_history(workflow_id="w", workflow_run_id="r", **options)


def test_a_history_is_walked_page_by_page(boto_client, config):
    """A page is asked for when it is needed, with the token of the one before; 1.x did not look
    at what an event is.
    """
    events = walked(DecisionClient(config, boto_client))
    boto_client.get_workflow_execution_history.return_value = {"events": [1], "nextPageToken": "t"}
    assert next(events) == 1
    asked = {
        "domain": config.domain,
        "reverseOrder": True,
        "execution": {"workflowId": "w", "runId": "r"},
        "maximumPageSize": 1000,
    }
    boto_client.get_workflow_execution_history.assert_called_with(**asked)
    boto_client.get_workflow_execution_history.return_value = {"events": [2]}
    assert next(events) == 2
    boto_client.get_workflow_execution_history.assert_called_with(**asked, nextPageToken="t")
    with pytest.raises(StopIteration):
        next(events)


def test_an_empty_history(boto_client, config):
    """A page without events ends the walk."""
    events = walked(DecisionClient(config, boto_client))
    boto_client.get_workflow_execution_history.return_value = {"events": []}
    assert list(events) == []


@pytest.mark.parametrize("raw", [True, False])
def test_a_dict_that_is_no_event(boto_client, config, raw):
    """A record that is not an event is still read by attribute, or stays a dict."""
    said = {"one": "two", "two": "one"}
    boto_client.get_workflow_execution_history.return_value = {"events": [said]}
    (event,) = walked(DecisionClient(config, boto_client), use_raw_event_history=raw)

    assert event == (said if raw else nametuplefy(said))


def test_an_execution_is_started_with_the_type_of_the_config(boto_client, config):
    """As in 1.3: all that is not given is the config's, and timeouts are spelled as texts."""
    boto_client.start_workflow_execution.return_value = run = mock.MagicMock()
    run_id = WorkflowClient(config, boto_client).start_workflow(input="in", id="w")

    boto_client.start_workflow_execution.assert_called_once_with(
        domain=config.domain,
        childPolicy="TERMINATE",
        workflowId="w",
        input="in",
        workflowType={"name": config.workflow_name, "version": config.workflow_version},
        taskList={"name": config.task_list},
        executionStartToCloseTimeout=str(config.execution_start_to_close_timeout),
        taskStartToCloseTimeout=str(config.task_start_to_close_timeout),
    )
    assert run_id == run["runId"]


@pytest.mark.parametrize(
    ("given", "sent"), [({}, "1"), ({"workflow_start_to_close_timeout": 123}, "123")]
)
def test_an_execution_is_started_with_a_type(boto_client, config, given, sent):
    """As in 1.4: the type is given, and the life of the execution may be."""
    config.execution_start_to_close_timeout = 1
    boto_client.start_workflow_execution.return_value = {"runId": "r"}
    WorkflowClient(config, boto_client).start_workflow(
        input="in", id="w", workflow_name="flow", version="0.1", **given
    )
    called = boto_client.start_workflow_execution.call_args[1]

    assert called["workflowType"] == {"name": "flow", "version": "0.1"}
    assert called["executionStartToCloseTimeout"] == sent
    assert called["taskStartToCloseTimeout"] == str(config.task_start_to_close_timeout)


def test_an_execution_is_terminated(boto_client, config):
    """Id and reason are sent, and nothing else."""
    WorkflowClient(config, boto_client).terminate_workflow("w", "because")

    boto_client.terminate_workflow_execution.assert_called_once_with(
        domain=config.domain, workflowId="w", reason="because"
    )


STARTED_SINCE = ({"oldest_start_date": OLDEST}, {"startTimeFilter": {"oldestDate": OLDEST}})
CLOSED_SINCE = ({"oldest_close_date": OLDEST}, {"closeTimeFilter": {"oldestDate": OLDEST}})
RANGES = [
    (
        {f"oldest_{what}_date": OLDEST, f"latest_{what}_date": LATEST},
        {f"{what}TimeFilter": {"oldestDate": OLDEST, "latestDate": LATEST}},
    )
    for what in ("start", "close")
]
FILTERS = [
    ({}, {}),
    ({"workflow_name": "flow", "version": "1"}, {"typeFilter": {"name": "flow", "version": "1"}}),
    ({"tag": "t"}, {"tagFilter": {"tag": "t"}}),
    ({"workflow_id": "w"}, {"executionFilter": {"workflowId": "w"}}),
]
FAILED = ({"close_status": "FAILED"}, {"closeStatusFilter": {"status": "FAILED"}})
COUNTS = [("open", STARTED_SINCE, one) for one in FILTERS]
COUNTS += [("closed", since, one) for since in (STARTED_SINCE, CLOSED_SINCE) for one in FILTERS]
COUNTS += [("closed", since, FAILED) for since in (STARTED_SINCE, CLOSED_SINCE)]
COUNTS += [("open", RANGES[0], FILTERS[0]), *(("closed", dates, FILTERS[0]) for dates in RANGES)]


@pytest.mark.parametrize(("which", "dates", "only"), COUNTS)
def test_executions_are_counted(boto_client, config, which, dates, only):
    """A filter is sent when it is given; the count is read by attribute, or as the dict of 1.3."""
    method = getattr(boto_client, f"count_{which}_workflow_executions")
    method.return_value = {"count": 123, "truncated": which == "closed"}
    client = WorkflowClient(config, boto_client)
    given = {**dates[0], **only[0]}
    count = getattr(client, f"count_{which}_workflow_executions")(**given)

    assert (count.count, count.truncated) == (123, which == "closed")
    assert count["count"] == 123
    method.assert_called_with(domain=config.domain, **dates[1], **only[1])


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({}, {"workflowExecutionRetentionPeriodInDays": "90"}),
        ({"retention": None}, {"workflowExecutionRetentionPeriodInDays": "NONE"}),
        (
            {"retention": 50, "description": "what"},
            {"workflowExecutionRetentionPeriodInDays": "50", "description": "what"},
        ),
    ],
)
def test_a_domain_is_registered(boto_client, given, sent):
    """Retention is 90 days unless it is given, and None is none."""
    WorkflowRegistrar(boto_client).register_domain(name="d", **given)

    boto_client.register_domain.assert_called_once_with(name="d", **sent)


ACTIVITY = {
    "task_heartbeat_timeout": "1",
    "task_list_name": "list",
    "task_priority": "2",
    "task_schedule_to_close_timeout": "3",
    "task_schedule_to_start_timeout": "4",
    "task_start_to_close_timeout": "5",
    "description": "what",
}
WORKFLOW = {
    "child_policy": "ABANDON",
    "execution_start_to_close_timeout": "1",
    "lambda_role": "arn",
    "task_list_name": "list",
    "task_priority": "2",
    "task_start_to_close_timeout": "3",
    "description": "what",
}


def sent_for(given: dict[str, str]) -> dict[str, Any]:
    """Return what 1.x sent for the settings of a type."""
    sent: dict[str, Any] = {}
    for name, value in given.items():
        wire = "default" + "".join(word.capitalize() for word in name.split("_"))
        sent["description" if name == "description" else wire] = value
    if "defaultTaskListName" in sent:
        sent["defaultTaskList"] = {"name": sent.pop("defaultTaskListName")}
    return sent


@pytest.mark.parametrize(("kind", "given"), [("activity", ACTIVITY), ("workflow", WORKFLOW)])
def test_a_type_is_registered(boto_client, kind, given):
    """A default is sent when it is given, as it is given."""
    of_type = {"domain": "d", "name": "x", "version": "1"}
    for settings in ({}, given):
        getattr(WorkflowRegistrar(boto_client), f"register_{kind}_type")(**of_type, **settings)
        getattr(boto_client, f"register_{kind}_type").assert_called_with(
            **of_type, **sent_for(settings)
        )


@pytest.mark.parametrize("code", ["DomainAlreadyExistsFault", "TypeAlreadyExistsFault"])
def test_what_is_there_is_no_error(code):
    """The decorator of 1.x ignores what is registered already, and nothing else."""

    @idempotent_create
    def create(error: Exception) -> None:
        raise error

    assert create(ClientError({"Error": {"Code": code}}, "Register")) is None
    for other in (ValueError(), ClientError({"Error": {"Code": "Other"}}, "Register")):
        with pytest.raises(type(other)):
            create(other)


def test_dicts_as_named_tuples():
    """``nametuplefy`` makes named tuples of dicts, also of those within dicts and lists."""
    outer, inner = namedtuple("Dict", "animals"), namedtuple("Dict", "kind")

    assert nametuplefy({"cat": "meow", "dog": "woof"})._asdict() == {"cat": "meow", "dog": "woof"}
    assert nametuplefy({})._asdict() == {}
    assert nametuplefy({"animals": {"kind": "cat"}}) == outer(animals=inner(kind="cat"))
    assert nametuplefy({"animals": [{"kind": "cat"}, {"kind": "dog"}]}) == outer(
        animals=[inner(kind="cat"), inner(kind="dog")]
    )


def test_the_decisions_that_1x_built():
    """The functions that made boto3's dicts for a decider are still there."""
    config = DecisionConfig("shop", "decisions", 60, None, "NONE", 20)

    assert build_workflow_complete("done") == {
        "decisionType": "CompleteWorkflowExecution",
        "completeWorkflowExecutionDecisionAttributes": {"result": "done"},
    }
    assert build_activity_task("charge-0", "charge", "1", "two cups", config) == {
        "decisionType": "ScheduleActivityTask",
        "scheduleActivityTaskDecisionAttributes": {
            "activityType": {"name": "charge", "version": "1"},
            "activityId": "charge-0",
            "input": "two cups",
            "taskList": {"name": "decisions"},
            "scheduleToCloseTimeout": "60",
            "startToCloseTimeout": "NONE",
            "heartbeatTimeout": "20",
        },
    }


def test_where_1x_had_it():
    """NoTaskFound can be imported from the modules that raise it."""
    assert OfActivityTasks is OfDecisions is NoTaskFound
