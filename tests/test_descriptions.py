"""What listing, describing and counting return matches the model and recorded answers."""

from __future__ import annotations

import json
import math
from datetime import datetime, timezone
from typing import Any

import attrs
import pytest

from py_swf import descriptions as ds
from py_swf.descriptions import (
    ActivityTypeConfiguration,
    ActivityTypeDetail,
    ActivityTypeInfo,
    DomainConfiguration,
    DomainDetail,
    DomainInfo,
    PendingTaskCount,
    WorkflowExecutionConfiguration,
    WorkflowExecutionDetail,
    WorkflowExecutionInfo,
    WorkflowExecutionOpenCounts,
    WorkflowTypeConfiguration,
    WorkflowTypeDetail,
    WorkflowTypeInfo,
)
from py_swf.types import ActivityType, WorkflowExecution, WorkflowType
from tests.model import RECORDED, members_of, required_of

SAMPLES = json.loads((RECORDED / "wire-samples.json").read_text(encoding="utf-8"))["samples"]
NAMES = [name for name in ds.__all__ if name != "PendingTaskCount"]


def answers(operation: str) -> list[dict[str, Any]]:
    """The recorded answers to an operation that went well."""
    return [
        sample["response"]
        for sample in SAMPLES
        if sample["operation"] == operation and sample["status"] == 200
    ]


def moment(seconds: float) -> datetime:
    """A moment, in UTC."""
    return datetime.fromtimestamp(seconds, timezone.utc)


@pytest.mark.parametrize("name", NAMES)
def test_fields_are_those_of_the_model(name: str) -> None:
    """A record is named as the service's structure and has its members; optional ones default."""
    fields = attrs.fields(getattr(ds, name))

    assert {field.name for field in fields} == members_of(name)
    assert {field.name for field in fields if field.default is attrs.NOTHING} == required_of(name)
    assert all(field.default is None for field in fields if field.default is not attrs.NOTHING)


def test_a_count_is_a_pair() -> None:
    """A count is read by name, by position and by unpacking, as in 1.x."""
    count, truncated = counted = PendingTaskCount(3, True)

    assert PendingTaskCount._fields == ("count", "truncated")
    assert (counted.count, counted.truncated) == (count, truncated) == (3, True)


def test_a_recorded_workflow_type() -> None:
    """The service's answer to DescribeWorkflowType becomes a record, typed all through."""
    detail = WorkflowTypeDetail.from_wire(answers("DescribeWorkflowType")[0])

    assert detail == WorkflowTypeDetail(
        type_info=WorkflowTypeInfo(
            workflow_type=WorkflowType("example", "example"),
            status="REGISTERED",
            creation_date=moment(1487851963.534),
        ),
        configuration=WorkflowTypeConfiguration(
            default_child_policy="TERMINATE",
            default_execution_start_to_close_timeout=300,
            default_task_list="None",
            default_task_start_to_close_timeout=300,
        ),
    )


def test_a_recorded_closed_execution() -> None:
    """The service's answer to DescribeWorkflowExecution becomes a record, of a closed one."""
    detail = WorkflowExecutionDetail.from_wire(answers("DescribeWorkflowExecution")[0])

    assert detail == WorkflowExecutionDetail(
        execution_info=WorkflowExecutionInfo(
            execution=WorkflowExecution(
                "test-simpleflow-workflow", "22X56OQhwfy+AtGx1iSo3HX51AK2DdtKzfUnU+RQElbms="
            ),
            workflow_type=WorkflowType("example", "example"),
            start_timestamp=moment(1497371587.073),
            close_timestamp=moment(1497371589.14),
            execution_status="CLOSED",
            close_status="CANCELED",
            cancel_requested=False,
        ),
        execution_configuration=WorkflowExecutionConfiguration(
            task_start_to_close_timeout=300,
            execution_start_to_close_timeout=300,
            task_list="test-simpleflow-workflow-5f7b987ba10e4b4db22192c044052319",
            child_policy="TERMINATE",
        ),
        open_counts=WorkflowExecutionOpenCounts(
            open_activity_tasks=1,
            open_decision_tasks=0,
            open_timers=0,
            open_child_workflow_executions=0,
            open_lambda_functions=0,
        ),
        latest_activity_task_timestamp=moment(1497371587.84),
    )


@pytest.mark.parametrize("answer", answers("DescribeWorkflowExecution"))
def test_every_recorded_execution_can_be_read(answer: dict[str, Any]) -> None:
    """Each recorded answer is read, whatever it leaves out."""
    detail = WorkflowExecutionDetail.from_wire(answer)

    assert detail.execution_info.execution.run_id == answer["executionInfo"]["execution"]["runId"]
    assert detail.latest_execution_context == answer.get("latestExecutionContext")
    assert detail.open_counts.open_timers == answer["openCounts"]["openTimers"]


def test_an_execution_with_everything() -> None:
    """Optional parts are read too: parent, tags, priority, context."""
    detail = WorkflowExecutionDetail.from_wire(
        {
            "executionInfo": {
                "execution": {"workflowId": "w", "runId": "r"},
                "workflowType": {"name": "n", "version": "v"},
                "startTimestamp": moment(5),
                "executionStatus": "OPEN",
                "parent": {"workflowId": "p", "runId": "q"},
                "tagList": ["a", "b"],
                "cancelRequested": True,
                "reopenable": True,
            },
            "executionConfiguration": {
                "taskStartToCloseTimeout": "NONE",
                "executionStartToCloseTimeout": "60",
                "taskList": {"name": "l"},
                "taskPriority": "-5",
                "childPolicy": "ABANDON",
                "lambdaRole": "arn",
            },
            "openCounts": {
                "openActivityTasks": 1,
                "openDecisionTasks": 1,
                "openTimers": 3,
                "openChildWorkflowExecutions": 4,
            },
            "latestExecutionContext": "context",
        }
    )

    assert detail.execution_info == WorkflowExecutionInfo(
        execution=WorkflowExecution("w", "r"),
        workflow_type=WorkflowType("n", "v"),
        start_timestamp=moment(5),
        execution_status="OPEN",
        parent=WorkflowExecution("p", "q"),
        tag_list=("a", "b"),
        cancel_requested=True,
    )
    assert detail.execution_configuration == WorkflowExecutionConfiguration(
        task_start_to_close_timeout=math.inf,
        execution_start_to_close_timeout=60,
        task_list="l",
        child_policy="ABANDON",
        task_priority=-5,
        lambda_role="arn",
    )
    assert detail.open_counts.open_lambda_functions is None
    assert detail.latest_execution_context == "context"
    assert detail.latest_activity_task_timestamp is None


@pytest.mark.parametrize(("retention", "days"), [("90", 90), ("NONE", math.inf)])
def test_a_domain(retention: str, days: float) -> None:
    """The answer to DescribeDomain becomes a record; days are a number."""
    detail = DomainDetail.from_wire(
        {
            "domainInfo": {
                "name": "shop",
                "status": "REGISTERED",
                "description": "d",
                "arn": "arn:aws:swf:us-east-1:1:/domain/shop",
            },
            "configuration": {"workflowExecutionRetentionPeriodInDays": retention},
        }
    )

    assert detail == DomainDetail(
        domain_info=DomainInfo(
            name="shop",
            status="REGISTERED",
            description="d",
            arn="arn:aws:swf:us-east-1:1:/domain/shop",
        ),
        configuration=DomainConfiguration(workflow_execution_retention_period_in_days=days),
    )


def test_an_activity_type() -> None:
    """The answer to DescribeActivityType becomes a record; what was not registered is None."""
    detail = ActivityTypeDetail.from_wire(
        {
            "typeInfo": {
                "activityType": {"name": "n", "version": "v"},
                "status": "DEPRECATED",
                "creationDate": 5.5,
                "deprecationDate": 6.5,
                "description": "d",
            },
            "configuration": {
                "defaultTaskHeartbeatTimeout": "NONE",
                "defaultTaskList": {"name": "l"},
                "defaultTaskPriority": "0",
            },
        }
    )

    assert detail == ActivityTypeDetail(
        type_info=ActivityTypeInfo(
            activity_type=ActivityType("n", "v"),
            status="DEPRECATED",
            creation_date=moment(5.5),
            deprecation_date=moment(6.5),
            description="d",
        ),
        configuration=ActivityTypeConfiguration(
            default_task_heartbeat_timeout=math.inf,
            default_task_list="l",
            default_task_priority=0,
        ),
    )
