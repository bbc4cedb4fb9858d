"""The names, signatures and shapes that callers of 1.x rely on."""

from __future__ import annotations

import inspect
from types import SimpleNamespace
from typing import Any

import pytest

from py_swf.clients.activity_task import ActivityTask, ActivityTaskClient
from py_swf.clients.admin import WorkflowRegistrar
from py_swf.clients.decision import DecisionClient, DecisionTask
from py_swf.clients.workflow import CountWorkflowsResult, WorkflowClient
from py_swf.config_definitions import ActivityTaskConfig, DecisionConfig, WorkflowClientConfig
from py_swf.errors import NoTaskFound
from tests.clients.scripted import Scripted

#: method -> its parameters in 1.x
SIGNATURES: dict[Any, str] = {
    ActivityTaskClient: "(activity_task_config, boto_client)",
    ActivityTaskClient.poll: "(self, identity=None)",
    ActivityTaskClient.finish: "(self, task_token, result)",
    ActivityTaskClient.fail: "(self, task_token, reason, details=None)",
    DecisionClient: "(decision_config, boto_client)",
    DecisionClient.poll: "(self, identity=None, use_raw_event_history=False)",
    DecisionClient.walk_execution_history: (
        "(self, workflow_id, workflow_run_id=None, reverse_order=True, "
        "use_raw_event_history=False, maximum_page_size=1000)"
    ),
    DecisionClient.finish_decision_with_activity: (
        "(self, task_token, activity_id, activity_name, activity_version, activity_input, "
        "schedule_to_close_timeout=None, schedule_to_start_timeout=None, "
        "start_to_close_timeout=None, heartbeat_timeout=None)"
    ),
    DecisionClient.finish_workflow: "(self, task_token, result)",
    WorkflowClient: "(workflow_client_config, boto_client)",
    WorkflowClient.start_workflow: (
        "(self, input, id, workflow_name=None, version=None, workflow_start_to_close_timeout=None)"
    ),
    WorkflowClient.terminate_workflow: "(self, workflow_id, reason)",
    WorkflowClient.count_open_workflow_executions: (
        "(self, oldest_start_date, latest_start_date=None, workflow_name=None, version=None, "
        "tag=None, workflow_id=None)"
    ),
    WorkflowClient.count_closed_workflow_executions: (
        "(self, oldest_start_date=None, latest_start_date=None, oldest_close_date=None, "
        "latest_close_date=None, workflow_name=None, version=None, tag=None, workflow_id=None, "
        "close_status=None)"
    ),
    WorkflowRegistrar: "(boto_client)",
    WorkflowRegistrar.register_domain: "(self, name, description=None, retention=90)",
    WorkflowRegistrar.register_activity_type: (
        "(self, domain, name, version, task_heartbeat_timeout=None, task_list_name=None, "
        "task_priority=None, task_schedule_to_close_timeout=None, "
        "task_schedule_to_start_timeout=None, task_start_to_close_timeout=None, description=None)"
    ),
    WorkflowRegistrar.register_workflow_type: (
        "(self, domain, name, version, child_policy=None, execution_start_to_close_timeout=None, "
        "lambda_role=None, task_list_name=None, task_priority=None, "
        "task_start_to_close_timeout=None, description=None)"
    ),
}


@pytest.mark.parametrize("function", SIGNATURES, ids=lambda function: function.__qualname__)
def test_a_signature_of_1x(function):
    """A method takes what it took in 1.x, by position and by name; what is new is keyword-only and
    optional, and what was required may be so no longer.
    """
    parameters = list(inspect.signature(function).parameters.values())
    old = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    new = parameters[len(old) :]
    bare = [p.replace(annotation=p.empty) for p in old]

    assert str(inspect.Signature(bare)) == SIGNATURES[function]
    assert all(p.kind is p.KEYWORD_ONLY and p.default is not p.empty for p in new)


#: config -> its fields, by position
CONFIGS = {
    WorkflowClientConfig: (
        "domain",
        "task_list",
        "execution_start_to_close_timeout",
        "task_start_to_close_timeout",
    ),
    DecisionConfig: (
        "domain",
        "task_list",
        "schedule_to_close_timeout",
        "schedule_to_start_timeout",
        "start_to_close_timeout",
        "heartbeat_timeout",
    ),
    ActivityTaskConfig: ("domain", "task_list"),
    CountWorkflowsResult: ("count", "truncated"),
}


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.__name__)
def test_a_named_tuple_of_1x(config):
    """A config, and the result of a count, is a named tuple of the fields of 1.x in their order."""
    values = tuple(range(len(CONFIGS[config])))

    assert config._fields == CONFIGS[config]
    assert config(*values) == values == config(**dict(zip(config._fields, values, strict=True)))


def test_a_count_is_read_as_the_dict_that_13_returned():
    """A count is read by attribute, by position, and by the wire's keys, as boto3's dict was."""
    count = CountWorkflowsResult(2, True)

    assert (count["count"], count["truncated"]) == (count.count, count.truncated) == (2, True)
    assert (count[0], count[-1], count[:1]) == (2, True, (2,))


@pytest.mark.parametrize(
    ("client", "attribute"),
    [
        (ActivityTaskClient, "activity_task_config"),
        (DecisionClient, "decision_config"),
        (WorkflowClient, "workflow_client_config"),
    ],
)
def test_a_client_keeps_what_it_is_given(client, attribute):
    """Config and boto3 client are attributes under the names of 1.x, as they were given."""
    config, boto_client = object(), object()
    made = client(config, boto_client)

    assert getattr(made, attribute) is config
    assert made.boto_client is boto_client
    assert WorkflowRegistrar(boto_client).boto_client is boto_client


def test_any_object_with_two_attributes_is_a_config():
    """An activity client takes a decision config, or whatever has a domain and a task list."""
    for config in (
        DecisionConfig("d", "list", 1, 2, 3, 4),
        SimpleNamespace(domain="d", task_list="list"),
    ):
        scripted = Scripted({})
        with pytest.raises(NoTaskFound):
            ActivityTaskClient(config, scripted.client).poll()
        assert scripted.requests == [
            ("PollForActivityTask", {"domain": "d", "taskList": {"name": "list"}})
        ]


def test_a_decision_task_by_keyword():
    """A decision task is made of the five names of 1.x, and read by them."""
    task = DecisionTask(
        events=[1],
        task_token="t",
        workflow_id="w",
        workflow_run_id="r",
        workflow_type={"name": "flow", "version": "1"},
    )

    assert (task.events, task.task_token) == ([1], "t")
    assert (task.workflow_id, task.workflow_run_id) == ("w", "r")
    assert (task.workflow_type["name"], task.workflow_type["version"]) == ("flow", "1")
    assert task == DecisionTask([1], "t", "w", "r", ("flow", "1"))
    assert task != DecisionTask([1], "t", "w", "r", ("flow", "2"))


def test_an_activity_task_by_keyword():
    """An activity task is made of the seven names of 1.x, and read by them."""
    names = (
        "activity_id",
        "type",
        "version",
        "input",
        "task_token",
        "workflow_id",
        "workflow_run_id",
    )
    task = ActivityTask(**{name: f"the {name}" for name in names})

    assert [getattr(task, name) for name in names] == [f"the {name}" for name in names]
    assert task == ActivityTask(*(f"the {name}" for name in names))


def test_a_task_does_not_change():
    """The fields of a task cannot be set, as with the named tuples of 1.x."""
    with pytest.raises(AttributeError):
        ActivityTask(*"abcdefg").type = "other"
    with pytest.raises(AttributeError):
        DecisionTask([], "t", "w", "r", ("flow", "1")).task_token = "other"
