"""How an album is made: the decisions and the work."""

from __future__ import annotations

import json
import time
from typing import Any

from py_swf import RegistrationClient
from py_swf.decisions import (
    CompleteWorkflowExecution,
    Decision,
    FailWorkflowExecution,
    ScheduleActivityTask,
)
from py_swf.history import History

DOMAIN = "photos"
FAILED = {"FAILED", "TIMED_OUT"}
#: a worker that is silent for this many seconds counts as dead
HEARTBEAT_TIMEOUT = 15


def decide(history: History) -> list[Decision]:
    """Shrink all photos at once, then bind the album; try what fails three times."""
    failed = [a for a in history.activities.values() if a.status in FAILED]
    if any(activity.attempt == 3 for activity in failed):
        return [FailWorkflowExecution("no album", failed[0].reason)]
    photos = json.loads(history.input or "[]")
    decisions: list[Decision] = [
        ScheduleActivityTask(each.activity_type, each.activity_id, each.input) for each in failed
    ]
    for photo in photos:
        if photo not in history.activities:
            decisions.append(ScheduleActivityTask(("shrink", "1"), photo, input=photo))
    if decisions or history.open_activities:
        return decisions
    if "bind" not in history.activities:
        results = [history.activities[photo].result for photo in photos]
        return [ScheduleActivityTask(("bind", "1"), "bind", input=json.dumps(results))]
    return [CompleteWorkflowExecution(result=history.activities["bind"].result)]


def shrink(photo: str, seconds: float) -> str:
    """Make a photo smaller: slow work, which is only waiting here."""
    time.sleep(seconds)
    return f"small-{photo}"


def bind(photos: str, seconds: float) -> str:
    """Put an album together."""
    return " + ".join(json.loads(photos))


ACTIVITIES = {"shrink": shrink, "bind": bind}


def register(boto_client: Any) -> None:
    """Register the domain and the types; doing it again does no harm."""
    registration_client = RegistrationClient(boto_client)
    registration_client.register_domain(DOMAIN, retention=7)
    registration_client.register_workflow_type(
        DOMAIN,
        "album",
        "1",
        child_policy="TERMINATE",
        task_list_name="decisions",
        execution_start_to_close_timeout=24 * 60 * 60,
        task_start_to_close_timeout=60,
    )
    for name in ACTIVITIES:
        registration_client.register_activity_type(
            DOMAIN,
            name,
            "1",
            task_list_name="work",
            task_schedule_to_start_timeout=60 * 60,
            task_start_to_close_timeout=10 * 60,
            task_schedule_to_close_timeout="NONE",
            task_heartbeat_timeout=HEARTBEAT_TIMEOUT,
        )
