"""The errors that the service answers with, in one table: name, namespace and HTTP status."""

from __future__ import annotations

import json

__all__ = ["FAULTS", "Fault", "invalid", "unknown", "unknown_execution", "unknown_type"]

_SWF = "com.amazonaws.swf.base.model"
_SERVICE = "com.amazon.coral.service"

#: fault name -> (namespace of its wire type, HTTP status)
FAULTS: dict[str, tuple[str, int]] = {
    "UnknownResourceFault": (_SWF, 400),
    "OperationNotPermittedFault": (_SWF, 400),
    "LimitExceededFault": (_SWF, 400),
    "DomainAlreadyExistsFault": (_SWF, 400),
    "DomainDeprecatedFault": (_SWF, 400),
    "TypeAlreadyExistsFault": (_SWF, 400),
    "TypeDeprecatedFault": (_SWF, 400),
    "TypeNotDeprecatedFault": (_SWF, 400),
    "WorkflowExecutionAlreadyStartedFault": (_SWF, 400),
    "DefaultUndefinedFault": (_SWF, 400),
    "TooManyTagsFault": (_SWF, 400),
    "ValidationException": ("com.amazon.coral.validate", 400),
    "ThrottlingException": ("com.amazon.coral.availability", 400),
    "SerializationException": (_SERVICE, 400),
    "UnknownOperationException": (_SERVICE, 400),
    "UnrecognizedClientException": (_SERVICE, 400),
    "AccessDeniedException": (_SERVICE, 403),
    "InternalFailure": (_SERVICE, 500),
    "ServiceUnavailable": (_SERVICE, 503),
}


class Fault(Exception):
    """An error answer.

    :param type: the fault's name, a key of :data:`FAULTS`.
    :param message: the text for the caller; may be empty.
    :raises ValueError: when the name is not in the table.
    """

    def __init__(self, type: str, message: str = "") -> None:
        if type not in FAULTS:
            raise ValueError(f"type must be one of {sorted(FAULTS)}, got {type!r}")
        super().__init__(f"{type}: {message}")
        self.type = type
        self.message = message
        namespace, self.status = FAULTS[type]
        self.wire_type = f"{namespace}#{type}"

    def body(self) -> bytes:
        """Return the JSON body of the answer."""
        return json.dumps({"__type": self.wire_type, "message": self.message}).encode()


def invalid(message: str) -> Fault:
    """Return a ValidationException with this text."""
    return Fault("ValidationException", message)


def unknown(message: str) -> Fault:
    """Return an UnknownResourceFault with this text."""
    return Fault("UnknownResourceFault", message)


def unknown_execution(workflow_id: str, run_id: str) -> Fault:
    """Return the fault for a run that does not exist, or is closed."""
    names = f"[workflowId={workflow_id}, runId={run_id}]"
    return unknown(f"Unknown execution: WorkflowExecution={names}")


def unknown_type(kind: str, name: str, version: str) -> Fault:
    """Return the fault for an unknown type; the kind is "WorkflowType", for example."""
    return unknown(f"Unknown type: {kind}=[name={name}, version={version}]")
