"""A thin, typed client library for Amazon SWF over an injected boto3 client.

The names here are loaded when they are first used, so a script that only starts executions does
not pay for what deciders need.
"""

from __future__ import annotations

from py_swf._lazy import lazy_names

# type checkers take this for true; importing typing would cost ten times all the rest here
TYPE_CHECKING = False

if TYPE_CHECKING:
    from botocore.config import Config

    from py_swf.clients.activity_task import ActivityTaskClient
    from py_swf.clients.decision import DecisionClient
    from py_swf.clients.registration import RegistrationClient
    from py_swf.clients.workflow import WorkflowClient
    from py_swf.config_definitions import (
        ActivityTaskConfig,
        DecisionConfig,
        WorkflowClientConfig,
    )
    from py_swf.errors import NoTaskFound, ReadTimeoutWarning
    from py_swf.tasks import ActivityTask, DecisionTask

    #: a botocore config for polling clients: ``boto3.client("swf", config=LONG_POLL_CONFIG)``
    LONG_POLL_CONFIG: Config

__all__ = [
    "LONG_POLL_CONFIG",
    "ActivityTask",
    "ActivityTaskClient",
    "ActivityTaskConfig",
    "DecisionClient",
    "DecisionConfig",
    "DecisionTask",
    "NoTaskFound",
    "ReadTimeoutWarning",
    "RegistrationClient",
    "WorkflowClient",
    "WorkflowClientConfig",
    "__version__",
]

__version__ = "2.0.0.dev0"

_HOMES = {
    "LONG_POLL_CONFIG": "._long_poll",
    "ActivityTask": ".tasks",
    "ActivityTaskClient": ".clients.activity_task",
    "ActivityTaskConfig": ".config_definitions",
    "DecisionClient": ".clients.decision",
    "DecisionConfig": ".config_definitions",
    "DecisionTask": ".tasks",
    "NoTaskFound": ".errors",
    "ReadTimeoutWarning": ".errors",
    "RegistrationClient": ".clients.registration",
    "WorkflowClient": ".clients.workflow",
    "WorkflowClientConfig": ".config_definitions",
}


if not TYPE_CHECKING:  # pragma: no branch (a type checker would accept any name)
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
