"""Where a setting comes from: the request or decision, else the default of the registered type.

There is one table for each place that resolves settings, with rows in the order in which the
service checks them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from py_swf.local.machine.execution.entity import Wire

__all__ = ["ACTIVITY", "EXECUTION", "Setting", "resolve", "undefined_cause"]


class Setting(NamedTuple):
    """One setting.

    :param name: its member in a request, decision or event.
    :param default: its member in a registered type; empty when a type has none.
    :param required: whether one of the two must be given.
    """

    name: str
    default: str
    required: bool


EXECUTION = (
    Setting("executionStartToCloseTimeout", "defaultExecutionStartToCloseTimeout", True),
    Setting("taskList", "defaultTaskList", True),
    Setting("taskStartToCloseTimeout", "defaultTaskStartToCloseTimeout", True),
    Setting("childPolicy", "defaultChildPolicy", True),
    Setting("taskPriority", "defaultTaskPriority", False),
    Setting("lambdaRole", "defaultLambdaRole", False),
    Setting("input", "", False),
    Setting("tagList", "", False),
)

ACTIVITY = (
    Setting("taskList", "defaultTaskList", True),
    Setting("scheduleToStartTimeout", "defaultTaskScheduleToStartTimeout", True),
    Setting("scheduleToCloseTimeout", "defaultTaskScheduleToCloseTimeout", True),
    Setting("startToCloseTimeout", "defaultTaskStartToCloseTimeout", True),
    Setting("heartbeatTimeout", "defaultTaskHeartbeatTimeout", True),
    Setting("taskPriority", "defaultTaskPriority", False),
)

_CAUSES = {
    "executionStartToCloseTimeout": "DEFAULT_EXECUTION_START_TO_CLOSE_TIMEOUT_UNDEFINED",
    "taskList": "DEFAULT_TASK_LIST_UNDEFINED",
    "taskStartToCloseTimeout": "DEFAULT_TASK_START_TO_CLOSE_TIMEOUT_UNDEFINED",
    "childPolicy": "DEFAULT_CHILD_POLICY_UNDEFINED",
    "scheduleToStartTimeout": "DEFAULT_SCHEDULE_TO_START_TIMEOUT_UNDEFINED",
    "scheduleToCloseTimeout": "DEFAULT_SCHEDULE_TO_CLOSE_TIMEOUT_UNDEFINED",
    "startToCloseTimeout": "DEFAULT_START_TO_CLOSE_TIMEOUT_UNDEFINED",
    "heartbeatTimeout": "DEFAULT_HEARTBEAT_TIMEOUT_UNDEFINED",
}


def resolve(
    table: Iterable[Setting], given: Mapping[str, object], defaults: Mapping[str, object]
) -> tuple[Wire, str | None]:
    """Return the settings that apply, and the first required one that is given nowhere."""
    settings: Wire = {}
    for name, default, required in table:
        value = given.get(name)
        if value is None:
            value = defaults.get(default)
        if value is not None:
            settings[name] = value
        elif required:
            return settings, name
    return settings, None


def undefined_cause(name: str) -> str:
    """Return the cause of a failed decision that lacks this setting."""
    return _CAUSES[name]
