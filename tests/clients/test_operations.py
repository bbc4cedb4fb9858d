"""Every operation of the service has a typed method, whose docstring says what counts."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from py_swf import ActivityTaskClient, DecisionClient, RegistrationClient, WorkflowClient
from tests.model import service_model

#: client -> operation -> the methods that call it
METHODS: dict[type[Any], dict[str, list[str]]] = {
    WorkflowClient: {
        "StartWorkflowExecution": ["start_workflow"],
        "SignalWorkflowExecution": ["signal_workflow"],
        "RequestCancelWorkflowExecution": ["request_cancel_workflow"],
        "TerminateWorkflowExecution": ["terminate_workflow"],
        "DescribeWorkflowExecution": ["describe_workflow_execution"],
        "GetWorkflowExecutionHistory": ["walk_execution_history"],
        "ListOpenWorkflowExecutions": ["list_open_workflow_executions"],
        "ListClosedWorkflowExecutions": ["list_closed_workflow_executions"],
        "CountOpenWorkflowExecutions": ["count_open_workflow_executions"],
        "CountClosedWorkflowExecutions": ["count_closed_workflow_executions"],
    },
    DecisionClient: {
        "PollForDecisionTask": ["poll"],
        "RespondDecisionTaskCompleted": [
            "respond",
            "finish_decision_with_activity",
            "finish_workflow",
        ],
        "GetWorkflowExecutionHistory": ["walk_execution_history"],
        "CountPendingDecisionTasks": ["count_pending_decision_tasks"],
    },
    ActivityTaskClient: {
        "PollForActivityTask": ["poll"],
        "RecordActivityTaskHeartbeat": ["heartbeat"],
        "RespondActivityTaskCompleted": ["finish"],
        "RespondActivityTaskFailed": ["fail"],
        "RespondActivityTaskCanceled": ["cancel"],
        "CountPendingActivityTasks": ["count_pending_activity_tasks"],
    },
    RegistrationClient: {
        "RegisterDomain": ["register_domain"],
        "DescribeDomain": ["describe_domain"],
        "ListDomains": ["list_domains"],
        "DeprecateDomain": ["deprecate_domain"],
        "UndeprecateDomain": ["undeprecate_domain"],
        "TagResource": ["tag_resource"],
        "UntagResource": ["untag_resource"],
        "ListTagsForResource": ["list_tags_for_resource"],
        "RegisterWorkflowType": ["register_workflow_type"],
        "DescribeWorkflowType": ["describe_workflow_type"],
        "ListWorkflowTypes": ["list_workflow_types"],
        "DeprecateWorkflowType": ["deprecate_workflow_type"],
        "UndeprecateWorkflowType": ["undeprecate_workflow_type"],
        "DeleteWorkflowType": ["delete_workflow_type"],
        "RegisterActivityType": ["register_activity_type"],
        "DescribeActivityType": ["describe_activity_type"],
        "ListActivityTypes": ["list_activity_types"],
        "DeprecateActivityType": ["deprecate_activity_type"],
        "UndeprecateActivityType": ["undeprecate_activity_type"],
        "DeleteActivityType": ["delete_activity_type"],
    },
}
#: methods that call more than one operation
OF_SEVERAL = {WorkflowClient: {"latest_run"}}
EACH = [
    pytest.param(operation, getattr(client, name), id=f"{client.__name__}.{name}")
    for client, operations in METHODS.items()
    for operation, names in operations.items()
    for name in names
]
for_each_method = pytest.mark.parametrize(("operation", "method"), EACH)

#: a parameter whose name matches -> what its text must say of units and limits
UNITS = {
    r".*timeout": r"seconds",
    "retention": r"days",
    "maximum_page_size": r"(events|executions|types|domains) per call, up to 1,000",
    "reason|identity|signal_name": r"up to 256 characters",
    "details": r"[0-9,]+ characters|are the reason",
    "result|(activity_)?input|execution_context": r"32,768 characters",
}


def text_of(method: Any) -> str:
    """Return a docstring without its line breaks."""
    return " ".join(inspect.cleandoc(method.__doc__).split())


def parameters_of(method: Any) -> list[str]:
    """Return the names of the parameters but self."""
    return list(inspect.signature(method).parameters)[1:]


def described(method: Any) -> dict[str, str]:
    """Return what the docstring says of each parameter, following a reference to another method."""
    text = text_of(method)
    reference = re.search(r"The parameters are those of :meth:`(\w+)`", text)
    if reference:
        return described(getattr(WorkflowClient, reference.group(1)))
    return dict(re.findall(r":param (\w+): (.*?)(?= :param | :return| :raises | AWS oper)", text))


def test_every_operation_has_a_method():
    """The operations of the table are those of botocore's model of the service, all 39."""
    reached = {operation for operations in METHODS.values() for operation in operations}

    assert reached == set(service_model().operation_names), "see 'A new operation' on Contribute"
    assert len(reached) == 39, "say so here, and where 'grep -rnw 39' finds it in the docs"


def test_every_public_method_is_in_the_table():
    """No client has a public method that the table does not know."""
    for client, operations in METHODS.items():
        public = {name for name in dir(client) if name[0] != "_"}
        of_one = {name for names in operations.values() for name in names}
        assert public == of_one | OF_SEVERAL.get(client, set()), "add it to METHODS above"


@for_each_method
def test_the_operation_is_named_and_linked(operation, method):
    """A method's docstring ends with the operation that it calls."""
    assert text_of(method).endswith(f"AWS operation: :swf:`{operation}`")


@for_each_method
def test_every_parameter_is_described(operation, method):
    """Every parameter is described, and nothing else is."""
    names = set(parameters_of(method))
    if "The parameters are those of" in text_of(method):
        assert names <= set(described(method))
    else:
        assert names == set(described(method))


@for_each_method
def test_units_and_limits_are_given(operation, method):
    """Timeouts say seconds, retention says days, texts say how long they may be."""
    texts = described(method)
    for name in parameters_of(method):
        for pattern, unit in UNITS.items():
            if re.fullmatch(pattern, name):
                assert re.search(unit, texts[name]), (name, texts[name])


@for_each_method
def test_its_faults_are_named(operation, method):
    """A docstring names faults that its operation has in the model, and no others."""
    (raised,) = re.findall(
        r":raises ClientError: (.*?)(?= :raises | AWS operation)", text_of(method)
    )
    named = set(re.findall(r"\w+Fault", raised))

    assert named
    assert named <= {
        shape.name for shape in service_model().operation_model(operation).error_shapes
    }


@pytest.mark.parametrize("client", METHODS, ids=lambda client: client.__name__)
def test_a_client_tells_what_comes_from_every_method(client):
    """The docstring of a client names the class of all faults, and what is refused unsent."""
    text = text_of(client)

    assert ":class:`botocore.exceptions.ClientError`" in text
    assert "OperationNotPermittedFault" in text
    assert ":class:`ValueError`" in text
