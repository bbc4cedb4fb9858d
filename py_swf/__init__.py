"""A thin, typed client library for Amazon SWF over an injected boto3 client.

The names here are loaded when they are first used, so that a script which only starts executions
does not pay for what deciders need.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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
    "LONG_POLL_CONFIG": "py_swf._long_poll",
    "ActivityTask": "py_swf.tasks",
    "ActivityTaskClient": "py_swf.clients.activity_task",
    "ActivityTaskConfig": "py_swf.config_definitions",
    "DecisionClient": "py_swf.clients.decision",
    "DecisionConfig": "py_swf.config_definitions",
    "DecisionTask": "py_swf.tasks",
    "NoTaskFound": "py_swf.errors",
    "ReadTimeoutWarning": "py_swf.errors",
    "RegistrationClient": "py_swf.clients.registration",
    "WorkflowClient": "py_swf.clients.workflow",
    "WorkflowClientConfig": "py_swf.config_definitions",
}


if not TYPE_CHECKING:  # pragma: no branch (a type checker would take any name for one)

    def __getattr__(name: str) -> Any:
        """Load a name of this package from its home when it is first used."""
        if name not in _HOMES:
            raise AttributeError(f"module 'py_swf' has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_HOMES[name]), name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
