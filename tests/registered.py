"""A domain and types for tests, registered with all the defaults that they need."""

from __future__ import annotations

from typing import Any


def register_domain(boto: Any, domain: str) -> None:
    """Register a domain that keeps closed executions for a week."""
    boto.register_domain(name=domain, workflowExecutionRetentionPeriodInDays="7")


def register_workflow(boto: Any, domain: str, name: str, **defaults: Any) -> None:
    """Register version 1 of a workflow type: a day for an execution, a minute for a decision."""
    usual = {
        "defaultTaskList": {"name": "decisions"},
        "defaultTaskStartToCloseTimeout": "60",
        "defaultExecutionStartToCloseTimeout": "86400",
        "defaultChildPolicy": "TERMINATE",
    }
    boto.register_workflow_type(domain=domain, name=name, version="1", **usual | defaults)


def register_activity(boto: Any, domain: str, name: str, **defaults: Any) -> None:
    """Register version 1 of an activity type: an hour to work on a task, and no other limit."""
    usual = {
        "defaultTaskList": {"name": "activities"},
        "defaultTaskScheduleToStartTimeout": "NONE",
        "defaultTaskScheduleToCloseTimeout": "NONE",
        "defaultTaskStartToCloseTimeout": "3600",
        "defaultTaskHeartbeatTimeout": "NONE",
    }
    boto.register_activity_type(domain=domain, name=name, version="1", **usual | defaults)
