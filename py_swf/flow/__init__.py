"""Workflows as plain async functions, replayed over SWF histories.

asyncio works as it is. ``asyncio.wait_for`` takes its steps in a different order from Python 3.12
on, so an execution that is open during such an upgrade may not agree with its history;
``asyncio.timeout`` is the same everywhere.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from py_swf.flow.activities import Activity, activity
from py_swf.flow.completion_order import as_completed
from py_swf.flow.engine.run import Run
from py_swf.flow.errors import (
    ActivityCanceled,
    ActivityFailed,
    ActivityNotScheduled,
    ActivityTimedOut,
    CancelNotDelivered,
    ChildCanceled,
    ChildFailed,
    ChildNotStarted,
    ChildTerminated,
    ChildTimedOut,
    ContinueAsNewRefused,
    DecisionRefused,
    Failure,
    FailWorkflow,
    LambdaFailed,
    LambdaNotStarted,
    LambdaTimedOut,
    NonDeterminismError,
    NotForWorkflows,
    NotInActivity,
    NotInWorkflow,
    NotTaken,
    SignalNotDelivered,
    WorkflowCanceled,
    WorkflowFailed,
    WorkflowNotCompleted,
    WorkflowTerminated,
    WorkflowTimedOut,
)
from py_swf.flow.in_workflow import (
    Info,
    condition,
    info,
    logger,
    markers,
    now,
    patched,
    random,
    record,
    record_marker,
    replaying,
    set_execution_context,
    uuid4,
)
from py_swf.flow.lambdas import LambdaFunction
from py_swf.flow.replays import SavedHistory, replay, saved
from py_swf.flow.retry import Retry
from py_swf.flow.signals import Signal, request_cancel_external, signal_external
from py_swf.flow.values.codec import Codec, JsonCodec
from py_swf.flow.values.codec_error import CodecError
from py_swf.flow.workflows import Child, Workflow, continue_as_new, workflow

if TYPE_CHECKING:
    from py_swf.daemon.errors import CancelRequested
    from py_swf.flow.executions import Execution
    from py_swf.flow.hosting.activity_handler import ActivityHandler
    from py_swf.flow.hosting.decider import Decider
    from py_swf.flow.hosting.log_ids import IdsFilter
    from py_swf.flow.hosting.registration import register
    from py_swf.flow.hosting.worker import Worker
    from py_swf.flow.in_activity import activity_info, heartbeat
    from py_swf.flow.values.claim_check import ClaimCheck, DirectoryStore, S3Store

__all__ = [
    "Activity",
    "ActivityCanceled",
    "ActivityFailed",
    "ActivityHandler",
    "ActivityNotScheduled",
    "ActivityTimedOut",
    "CancelNotDelivered",
    "CancelRequested",
    "Child",
    "ChildCanceled",
    "ChildFailed",
    "ChildNotStarted",
    "ChildTerminated",
    "ChildTimedOut",
    "ClaimCheck",
    "Codec",
    "CodecError",
    "ContinueAsNewRefused",
    "Decider",
    "DecisionRefused",
    "DirectoryStore",
    "Execution",
    "FailWorkflow",
    "Failure",
    "IdsFilter",
    "Info",
    "JsonCodec",
    "LambdaFailed",
    "LambdaFunction",
    "LambdaNotStarted",
    "LambdaTimedOut",
    "NonDeterminismError",
    "NotForWorkflows",
    "NotInActivity",
    "NotInWorkflow",
    "NotTaken",
    "Retry",
    "Run",
    "S3Store",
    "SavedHistory",
    "Signal",
    "SignalNotDelivered",
    "Worker",
    "Workflow",
    "WorkflowCanceled",
    "WorkflowFailed",
    "WorkflowNotCompleted",
    "WorkflowTerminated",
    "WorkflowTimedOut",
    "activity",
    "activity_info",
    "as_completed",
    "condition",
    "continue_as_new",
    "heartbeat",
    "info",
    "logger",
    "markers",
    "now",
    "patched",
    "random",
    "record",
    "record_marker",
    "register",
    "replay",
    "replaying",
    "request_cancel_external",
    "saved",
    "set_execution_context",
    "signal_external",
    "uuid4",
    "workflow",
]

#: names that workflows do not need, loaded when they are first used: what runs them and activities
_HOMES = {
    "ActivityHandler": "py_swf.flow.hosting.activity_handler",
    "CancelRequested": "py_swf.daemon.errors",
    "ClaimCheck": "py_swf.flow.values.claim_check",
    "Decider": "py_swf.flow.hosting.decider",
    "DirectoryStore": "py_swf.flow.values.claim_check",
    "Execution": "py_swf.flow.executions",
    "IdsFilter": "py_swf.flow.hosting.log_ids",
    "S3Store": "py_swf.flow.values.claim_check",
    "Worker": "py_swf.flow.hosting.worker",
    "activity_info": "py_swf.flow.in_activity",
    "heartbeat": "py_swf.flow.in_activity",
    "register": "py_swf.flow.hosting.registration",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Load a name of this package from its home when it is first used."""
        if name not in _HOMES:
            raise AttributeError(f"module 'py_swf.flow' has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_HOMES[name]), name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
