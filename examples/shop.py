"""What the example programs share: names, the command line, the connection to the service."""

from __future__ import annotations

import argparse
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from orders import ACTIVITIES, HEARTBEAT_TIMEOUT, WORKFLOW_TYPE

from py_swf import (
    LONG_POLL_CONFIG,
    ActivityTaskClient,
    ActivityTaskConfig,
    DecisionClient,
    DecisionConfig,
    RegistrationClient,
    WorkflowClient,
    WorkflowClientConfig,
)

DOMAIN = "shop"
DECISIONS = "decisions"  # the task list of the decider
WORK = "work"  # the task list of the activity worker

ORDER = {
    "goods": ["teapot", "two cups"],
    "amount": "42.50",
    "bank": "quick",
    "gift_card": "With love from us all",
}


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return the command line that all programs have."""
    parser = argparse.ArgumentParser(description=description)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--aws", action="store_true", help="use AWS; needs --domain")
    where.add_argument(
        "--endpoint",
        metavar="URL",
        help="use the service at this URL, for example python -m py_swf.local",
    )
    parser.add_argument("--domain", help=f"domain to work in (without --aws: {DOMAIN})")
    return parser


def connect(options: argparse.Namespace) -> Any:
    """Return a boto3 client for the chosen service; None if none was chosen."""
    if options.aws:
        if options.domain is None:
            # A domain exists forever, so the program does not invent one.
            raise SystemExit("--aws needs --domain: a domain that is yours to use")
        return boto3.client("swf", config=LONG_POLL_CONFIG)
    options.domain = options.domain or DOMAIN
    if options.endpoint is None:
        return None
    return boto3.client(
        "swf",
        endpoint_url=options.endpoint,
        region_name="us-east-1",
        config=LONG_POLL_CONFIG.merge(Config(signature_version=UNSIGNED)),
    )


def register(boto_client: Any, domain: str) -> None:
    """Register the domain and the types; leave those that are registered already as they are."""
    registration = RegistrationClient(boto_client)
    registration.register_domain(domain, retention=1)
    registration.register_workflow_type(
        domain,
        WORKFLOW_TYPE.name,
        WORKFLOW_TYPE.version,
        child_policy="TERMINATE",
        execution_start_to_close_timeout=24 * 60 * 60,
        task_start_to_close_timeout=60,
        task_list_name=DECISIONS,
    )
    for name in ACTIVITIES:
        registration.register_activity_type(
            domain,
            name,
            "1",
            task_list_name=WORK,
            task_schedule_to_start_timeout=60 * 60,
            task_start_to_close_timeout=60 * 60,
            task_schedule_to_close_timeout="NONE",
            task_heartbeat_timeout=HEARTBEAT_TIMEOUT if name == "write-gift-card" else "NONE",
        )


def decision_client(boto_client: Any, domain: str) -> DecisionClient:
    """Return the decider's client; activities get the timeouts of their types."""
    return DecisionClient(DecisionConfig(domain, DECISIONS), boto_client)


def activity_client(boto_client: Any, domain: str) -> ActivityTaskClient:
    """Return the activity worker's client."""
    return ActivityTaskClient(ActivityTaskConfig(domain, WORK), boto_client)


def workflow_client(boto_client: Any, domain: str) -> WorkflowClient:
    """Return the starter's client; executions get the settings of their type."""
    return WorkflowClient(WorkflowClientConfig(domain), boto_client)
