"""Checks of requests, compiled once from botocore's own model of the service.

Each shape becomes a small function that takes a value, its path and a report, notes every
violation in the report, and returns the value as the service understands it: without unknown
members and nulls, and without empty text if the model calls the shape optional. The violations of
one request make one message. Violations of the rules beyond the model are reported only if the
model's own constraints hold: the service checks in that order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from py_swf.local.machine.faults import Fault, invalid
from py_swf.local.machine.requests.model import service_model
from py_swf.local.machine.requests.rules import (
    MEMBER_RULES,
    REQUEST_RULES,
    SHAPE_RULES,
    Rule,
)

__all__ = ["Validator", "utf16_length", "validator"]

#: (is it a constraint of the model, text)
Report = list[tuple[bool, str]]
Check = Callable[[Any, str, Report], Any]

_MUST = "failed to satisfy constraint: Member must"
_OPTIONAL_TEXTS = frozenset(
    {"DurationInSecondsOptional", "WorkflowRunIdOptional", "VersionOptional"}
)

# The live service prints this set in this order.
_PRINTED_ENUMS = {
    "DecisionType": [
        "CompleteWorkflowExecution",
        "StartTimer",
        "RequestCancelExternalWorkflowExecution",
        "SignalExternalWorkflowExecution",
        "CancelTimer",
        "RecordMarker",
        "ScheduleActivityTask",
        "ContinueAsNewWorkflowExecution",
        "ScheduleLambdaFunction",
        "FailWorkflowExecution",
        "RequestCancelActivityTask",
        "StartChildWorkflowExecution",
        "CancelWorkflowExecution",
    ],
}
# The live service names missing members of this structure in this order.
_MEMBER_ORDER = {"WorkflowExecution": ["runId", "workflowId"]}


# The live service accepted a null in this list, and returned it later.
_MAY_HOLD_NULL = frozenset({"TagList"})


def utf16_length(text: str) -> int:
    """Return the length of a text as the service counts it, in UTF-16 units."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _wrong_type(path: str, wanted: str) -> Fault:
    return Fault("SerializationException", f"Expected {wanted} at '{path}'")


def _missing_text(path: str) -> str:
    return f"Value null at '{path}' {_MUST} not be null"


def _invalid_text(path: str, value: Any, problem: str) -> str:
    return f"Invalid value at '{path}': {value!r}: {problem}"


def _text(name: str, shape: Mapping[str, Any]) -> Check:
    least, most, enum = shape.get("min", 0), shape.get("max"), shape.get("enum")
    allowed = frozenset(enum) if enum else None
    printed = ", ".join(_PRINTED_ENUMS.get(name, enum or []))
    optional = name in _OPTIONAL_TEXTS

    def check(value: Any, path: str, report: Report) -> Any:
        if not isinstance(value, str):
            raise _wrong_type(path, "a string")
        if allowed is not None:
            if value not in allowed:
                text = f"Value '{value}' at '{path}' {_MUST} satisfy enum value set: [{printed}]"
                report.append((True, text))
        elif len(value) < least:
            text = f"have length greater than or equal to {least}"
            report.append((True, f"Value '{value}' at '{path}' {_MUST} {text}"))
        elif most is not None and len(value) * 2 > most and utf16_length(value) > most:
            text = f"have length less than or equal to {most}"
            report.append((True, f"Value '{value}' at '{path}' {_MUST} {text}"))
        return None if optional and not value else value

    return check


def _integer(name: str, shape: Mapping[str, Any]) -> Check:
    least, most = shape.get("min"), shape.get("max")

    def check(value: Any, path: str, report: Report) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            raise _wrong_type(path, "an integer")
        if most is not None and value > most:
            text = f"have value less than or equal to {most}"
            report.append((True, f"Value '{value}' at '{path}' {_MUST} {text}"))
        if least is not None and value < least:
            text = f"have value greater than or equal to {least}"
            report.append((True, f"Value '{value}' at '{path}' {_MUST} {text}"))
        return value

    return check


def _boolean(name: str, shape: Mapping[str, Any]) -> Check:
    def check(value: Any, path: str, report: Report) -> Any:
        if not isinstance(value, bool):
            raise _wrong_type(path, "a boolean")
        return value

    return check


def _timestamp(name: str, shape: Mapping[str, Any]) -> Check:
    def check(value: Any, path: str, report: Report) -> Any:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise _wrong_type(path, "a number of seconds")
        return value

    return check


def _nested_first(name: str, shape: Mapping[str, Any], shapes: Mapping[str, Any]) -> list[str]:
    # Seen from the live service: members of nested structures are named before plain ones.
    names = _MEMBER_ORDER.get(name, list(shape["members"]))
    plain = {
        member: shapes[shape["members"][member]["shape"]]["type"] not in {"structure", "list"}
        for member in names
    }
    return sorted(names, key=lambda member: plain[member])


class Validator:
    """The checks of every operation's input.

    :param model: a service model as botocore's loader returns it.
    """

    def __init__(self, model: Mapping[str, Any]) -> None:
        self._shapes: Mapping[str, Any] = model["shapes"]
        self._compiled: dict[str, Check] = {}
        self._inputs = {
            operation: self._compile(spec["input"]["shape"])
            for operation, spec in model["operations"].items()
        }

    def check(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return the request without nulls and unknown members.

        :raises Fault: a ValidationException that names every violation, or a
            SerializationException when a value has the wrong JSON type.
        """
        report: Report = []
        clean: dict[str, Any] = self._inputs[operation](request, "", report)
        if report:
            raise _refusal(report)
        for rule in REQUEST_RULES.get(operation, ()):
            problem = rule(clean)
            if problem is not None:
                raise invalid(problem)
        return clean

    def _compile(self, name: str) -> Check:
        if name not in self._compiled:
            shape = self._shapes[name]
            self._compiled[name] = _COMPILERS[shape["type"]](self, name, shape)
        return self._compiled[name]

    def _structure(self, name: str, shape: Mapping[str, Any]) -> Check:
        required = frozenset(shape.get("required", ()))
        members: list[tuple[str, Check, bool, Rule | None]] = []
        for member in _nested_first(name, shape, self._shapes):
            inner = shape["members"][member]["shape"]
            rule = MEMBER_RULES.get((name, member), SHAPE_RULES.get(inner))
            members.append((member, self._compile(inner), member in required, rule))

        def check(value: Any, path: str, report: Report) -> Any:
            if not isinstance(value, dict | Mapping):
                raise _wrong_type(path, "an object")
            clean: dict[str, Any] = {}
            prefix = path + "." if path else ""
            for member, inner_check, needed, rule in members:
                item = value.get(member)
                if item is None:
                    if needed:
                        report.append((True, _missing_text(prefix + member)))
                    continue
                item = inner_check(item, prefix + member, report)
                if item is None:
                    continue
                clean[member] = item
                if rule is not None and not report and (problem := rule(item)) is not None:
                    report.append((False, _invalid_text(prefix + member, item, problem)))
            return clean

        return check

    def _list(self, name: str, shape: Mapping[str, Any]) -> Check:
        inner = shape["member"]["shape"]
        inner_check, rule, most = self._compile(inner), SHAPE_RULES.get(inner), shape.get("max")
        null_allowed = name in _MAY_HOLD_NULL

        def check(value: Any, path: str, report: Report) -> Any:
            if not isinstance(value, list | tuple):
                raise _wrong_type(path, "a list")
            if most is not None and len(value) > most:
                shown = ", ".join(str(item) for item in value)
                text = f"have length less than or equal to {most}"
                report.append((True, f"Value '[{shown}]' at '{path}' {_MUST} {text}"))
            clean: list[Any] = []
            for number, item in enumerate(value, start=1):
                where = f"{path}.{number}.member"
                if item is None:
                    if null_allowed:
                        clean.append(None)
                    else:
                        report.append((True, _missing_text(where)))
                    continue
                clean.append(inner_check(item, where, report))
                if rule is not None and not report and (problem := rule(item)) is not None:
                    report.append((False, _invalid_text(where, item, problem)))
            return clean

        return check


def _refusal(report: Report) -> Fault:
    constraints = [text for of_the_model, text in report if of_the_model]
    if not constraints:
        return invalid(report[0][1])
    count = len(constraints)
    noun = "validation error" if count == 1 else "validation errors"
    return invalid(f"{count} {noun} detected: {'; '.join(constraints)}")


_COMPILERS: dict[str, Callable[[Validator, str, Mapping[str, Any]], Check]] = {
    "structure": Validator._structure,
    "list": Validator._list,
    "string": lambda _, name, shape: _text(name, shape),
    "integer": lambda _, name, shape: _integer(name, shape),
    "long": lambda _, name, shape: _integer(name, shape),
    "boolean": lambda _, name, shape: _boolean(name, shape),
    "timestamp": lambda _, name, shape: _timestamp(name, shape),
}


@cache
def validator() -> Validator:
    """Return the validator for botocore's model, compiled once."""
    return Validator(service_model())
