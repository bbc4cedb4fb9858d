"""The shop in which the snippets of the how-to pages work: a local service, types and clients."""

from __future__ import annotations

from typing import Any

from py_swf import (
    ActivityTaskClient,
    ActivityTaskConfig,
    DecisionClient,
    DecisionConfig,
    RegistrationClient,
    WorkflowClient,
    WorkflowClientConfig,
)
from py_swf.local import LocalSWF

WORKFLOW_TYPES = ["order", "invoice"]
ACTIVITY_TYPES = ["charge", "pack", "resize", "send"]


def open_shop(**arguments: Any) -> dict[str, Any]:
    """Return the names that the snippets use, on a local service of their own."""
    swf = LocalSWF(**arguments)
    boto_client = swf.client()
    registration_client = RegistrationClient(boto_client)
    registration_client.register_domain("shop", retention=7)
    for name in WORKFLOW_TYPES:
        registration_client.register_workflow_type(
            "shop",
            name,
            "1",
            child_policy="TERMINATE",
            task_list_name="decisions",
            execution_start_to_close_timeout=86_400,
            task_start_to_close_timeout=60,
        )
    for name in ACTIVITY_TYPES:
        registration_client.register_activity_type(
            "shop",
            name,
            "1",
            task_list_name="work",
            task_schedule_to_start_timeout=3600,
            task_start_to_close_timeout=600,
            task_schedule_to_close_timeout="NONE",
            task_heartbeat_timeout="NONE",
        )
    decision_config = DecisionConfig("shop", "decisions")
    return {
        "swf": swf,
        "boto_client": boto_client,
        "registration_client": registration_client,
        "workflow_client": WorkflowClient(WorkflowClientConfig("shop"), boto_client),
        "decision_client": DecisionClient(decision_config, boto_client),
        "activity_client": ActivityTaskClient(ActivityTaskConfig("shop", "work"), boto_client),
    }
