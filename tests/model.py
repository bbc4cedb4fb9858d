"""botocore's own model of SWF, which the records must match, and the recorded histories."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import botocore.loaders
import botocore.model
import botocore.parsers
import botocore.serialize
import botocore.validate

from py_swf._to_wire import snake_case

RECORDED = Path(__file__).parent / "local" / "recorded"

#: the recorded histories, by name; each is a list of events in the wire's spelling
HISTORIES: dict[str, list[dict[str, Any]]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))["events"]
    for path in sorted(RECORDED.glob("*.json"))
    if path.stem != "wire-samples"
}


@cache
def service_model() -> Any:
    """Return the model of SWF that the installed botocore has."""
    loader = botocore.loaders.Loader()
    return botocore.model.ServiceModel(loader.load_service_model("swf", "service-2"), "swf")


def shape(name: str) -> Any:
    """Return a shape of the model by its name."""
    return service_model().shape_for(name)


def members_of(name: str) -> set[str]:
    """Return the members of a structure, in snake_case."""
    return {snake_case(member) for member in shape(name).members}


def required_of(name: str) -> set[str]:
    """Return the required members of a structure, in snake_case."""
    return {snake_case(member) for member in shape(name).required_members}


def parsed(event: dict[str, Any]) -> dict[str, Any]:
    """Return an event as boto3 parses it: timestamps become datetimes."""
    operation = service_model().operation_model("GetWorkflowExecutionHistory")
    parser = botocore.parsers.create_parser("json")
    answer = {"status_code": 200, "headers": {}, "body": json.dumps({"events": [event]}).encode()}
    result: dict[str, Any]
    (result,) = parser.parse(answer, operation.output_shape)["events"]
    return result


def sent(operation: str, **params: Any) -> dict[str, Any]:
    """Return the body that boto3 sends for a call, judged by botocore's own validator."""
    method = service_model().operation_model(operation)
    report = botocore.validate.ParamValidator().validate(params, method.input_shape)
    assert not report.has_errors(), report.generate_report()
    serializer = botocore.serialize.create_serializer("json", include_validation=False)
    body: dict[str, Any] = json.loads(serializer.serialize_to_request(params, method)["body"])
    return body
