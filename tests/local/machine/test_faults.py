"""The faults: their names, wire types, statuses and bodies."""

from __future__ import annotations

import json

import pytest

from py_swf.local.machine.faults import FAULTS, Fault, invalid, unknown
from py_swf.local.machine.requests.model import service_model


def test_every_modelled_fault_is_there() -> None:
    """Each exception of botocore's model is in the table, under the service's namespace."""
    shapes = service_model()["shapes"]
    modelled = {name for name, shape in shapes.items() if shape.get("exception")}
    assert modelled == {name for name, (space, _) in FAULTS.items() if space.endswith("base.model")}


def test_a_fault_says_what_the_wire_needs() -> None:
    """A fault has type, message, status and wire type."""
    fault = unknown("Unknown domain: d")
    assert (fault.type, fault.message, fault.status) == (
        "UnknownResourceFault",
        "Unknown domain: d",
        400,
    )
    assert fault.wire_type == "com.amazonaws.swf.base.model#UnknownResourceFault"


def test_a_validation_exception_has_its_own_namespace() -> None:
    """ValidationException comes from the validating framework, not from the model."""
    assert invalid("m").wire_type == "com.amazon.coral.validate#ValidationException"


def test_the_body_is_json() -> None:
    """The body holds type and message."""
    body = json.loads(Fault("ThrottlingException", "Rate exceeded").body())
    assert body == {
        "__type": "com.amazon.coral.availability#ThrottlingException",
        "message": "Rate exceeded",
    }


def test_an_internal_failure_is_a_500() -> None:
    """The service's own failure has status 500."""
    assert Fault("InternalFailure").status == 500


def test_an_unknown_fault_is_refused() -> None:
    """A name outside the table is a mistake of the caller."""
    with pytest.raises(ValueError, match="type must be one of"):
        Fault("NoSuchFault")
