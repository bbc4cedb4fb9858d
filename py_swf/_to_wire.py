"""How SWF spells things, and what it would refuse: the one place for camelCase, "NONE" and limits.

A client method or a decision passes its members by their snake_case names. :func:`members` leaves
out those that are None, checks each value against the rule of the service, and returns what boto3
sends. Nothing else in the library spells a timeout or a page token.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from functools import cache, partial
from numbers import Number
from operator import index
from typing import Any, TypeAlias, get_args

from py_swf import enums

__all__ = [
    "DATA_LIMIT",
    "REASON_LIMIT",
    "Duration",
    "camel_case",
    "cut",
    "is_text",
    "members",
    "pages",
    "snake_case",
    "utf16_length",
    "wire_name",
]

#: A timeout to be sent: whole seconds, a timedelta, or math.inf or "NONE" for no limit.
Duration: TypeAlias = int | float | str | timedelta

#: longest input, result, details, control and execution context, in characters
DATA_LIMIT = 32_768
#: longest reason, in characters
REASON_LIMIT = 256

#: (label for the error, value) -> the value in the wire's spelling, None to leave it out
Spell: TypeAlias = Callable[[str, Any], Any]


@cache
def camel_case(name: str) -> str:
    """Spell a Python name as the wire does: ``task_list`` is ``taskList``."""
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


@cache
def snake_case(name: str) -> str:
    """Spell a wire name as Python does: ``taskList`` is ``task_list``."""
    return re.sub(r"(?<=.)([A-Z])", r"_\1", name).lower()


def utf16_length(text: str) -> int:
    """Count characters as the service does: in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int, *, keep_end: bool = False) -> str:
    """Cut a text to what the service takes, in whole characters; keep its start or its end."""
    units = text.encode("utf-16-le", "replace")
    begin = max(0, len(units) - 2 * limit) if keep_end else 0
    return units[begin : begin + 2 * limit].decode("utf-16-le", "ignore")


def members(owner: str, /, **values: Any) -> dict[str, Any]:
    """Spell and check the members of an operation or decision; leave out those that are None.

    Python's own types are checked here. An object of any other class, such as a test double, is
    passed on, and botocore judges it.

    :param owner: name of the operation or decision type, for the error and for its own rules.
    :param values: the members, by the names that the caller gave them.
    :raises ValueError: when a value breaks a rule of the service; names member, value and rule.
    :raises TypeError: when a value is of a type that cannot be spelled.
    """
    spelled = {}
    for name, value in values.items():
        if value is not None:
            member, spell, label = _rule(owner, name)
            spelling = value if spell is None else spell(label, value)
            if spelling is not None:
                spelled[member] = spelling
    return spelled


@cache
def _rule(owner: str, name: str) -> tuple[str, Spell | None, str]:
    """Return a member's name on the wire, the function that spells it, and its name in errors."""
    member = _MEMBERS.get(owner, {}).get(name, name)
    spell = _SPELL_FOR.get((owner, member)) or _SPELL.get(member)
    return camel_case(member), spell, f"{owner}.{name}"


def wire_name(owner: str, name: str) -> str:
    """Return the wire's name of a member that :func:`members` takes by this name."""
    return _rule(owner, name)[0]


def pages(call: Callable[..., Mapping[str, Any]], **params: Any) -> Iterator[Mapping[str, Any]]:
    """Call a paged operation page by page; nothing is called before the first ``next``.

    A page is dropped before the next is read, so a caller that drops it too holds one at a time.
    """
    more: dict[str, Any] = {}
    while True:
        page = call(**params, **more)
        token = page.get("nextPageToken")
        yield page
        del page
        if not token:
            return
        more = {"nextPageToken": token}


def _is(value: Any, kind: type | tuple[type, ...]) -> bool:
    """Return whether a value really has a type: a test double may fake its ``__class__``."""
    return issubclass(type(value), kind)


def _is_foreign(value: Any) -> bool:
    """Return whether botocore should judge this: no string, and not of Python's own types."""
    return type(value).__module__ != "builtins" and not _is(value, str)


def is_text(value: Any) -> bool:
    """Return whether this can be a text: a string, or something for botocore to judge."""
    return _is(value, str) or _is_foreign(value)


def _is_no_number(value: Any) -> bool:
    """Return whether a number is expected here but botocore should judge this value."""
    counts = _is(value, Number) or hasattr(type(value), "__index__")
    return _is_foreign(value) and not counts


def _text(label: str, value: Any, limit: int, minimum: int = 0) -> Any:
    if not _is(value, str):
        if _is_foreign(value):
            return value
        raise TypeError(f"{label} must be a string, not {type(value).__name__}: {value!r:.60}")
    length = utf16_length(value)
    if length > limit:
        raise ValueError(f"{label} has {length} characters; the limit is {limit}")
    if length < minimum:
        raise ValueError(f"{label} is empty; it needs at least {minimum} character")
    return value


_FORBIDDEN = re.compile(r"[:/|\x00-\x1f\x7f-\x9f]")


def _identifier(label: str, value: Any, limit: int = 256, allowed: str = "") -> Any:
    text = _text(label, value, limit, minimum=1)
    if not _is(text, str):
        return text
    found = [each for each in _FORBIDDEN.findall(text) if each not in allowed]
    if found:
        separators = ", ".join(repr(each) for each in ":/|" if each not in allowed)
        raise ValueError(
            f"{label} {text!r} holds {found[0]!r}; it must not hold {separators} "
            "or control characters"
        )
    if text == "arn":
        raise ValueError(f"{label} must not be the word 'arn'")
    return text


def _trimmed(label: str, value: Any) -> Any:
    text = _identifier(label, value)
    if _is(text, str) and text != text.strip():
        raise ValueError(f"{label} {text!r} begins or ends with white space")
    return text


_DIGITS = re.compile(r"-?[0-9]{1,18}")


def _whole(label: str, value: Any, of: str = "") -> int:
    """Read a whole number from what callers pass as one."""
    number: Any = int(value) if _is(value, str) and _DIGITS.fullmatch(value) else value
    if _is(number, float) and number.is_integer():
        number = int(number)
    if _is(number, bool) or not hasattr(number, "__index__"):
        raise ValueError(f"{label} must be a whole number{of}, not {value!r:.60}")
    return index(number)  # the int that an enum member or a NumPy number represents


def _duration(
    label: str,
    value: Any,
    *,
    least: int = 0,
    most: int = 99_999_999,
    none: bool = True,
    optional: bool = True,
    unit: str = "seconds",
) -> str | None:
    number = value
    if type(value) is not int:  # it nearly always is an int, and then there is nothing to read
        if optional and value == "":
            return None
        if value == "NONE" or value == math.inf:
            if none:
                return "NONE"
            raise ValueError(f"{label} must be finite: no limit ({value!r}) is not allowed here")
        if _is(value, timedelta):
            value = value / timedelta(**{unit: 1})
        if _is_no_number(value):
            return str(value)
        number = _whole(label, value, f' of {unit}, or "NONE"' if none else f" of {unit}")
    if not least <= number <= most:
        raise ValueError(f"{label} is {number} {unit}; it must be from {least} to {most}")
    return str(number)


def _retention(label: str, value: Any) -> str | None:
    if value == math.inf:
        raise ValueError(
            f"{label} is {value!r}, but nothing is kept forever: give 0 to 90 days, or None or "
            '"NONE", which keep nothing'
        )
    return _duration(label, value, most=90, optional=False, unit="days")


def _priority(label: str, value: Any) -> str:
    if _is_no_number(value):
        return str(value)
    number = _whole(label, value)
    if not -(2**31) <= number < 2**31:
        raise ValueError(f"{label} is {number}; it must be from {-(2**31)} to {2**31 - 1}")
    return str(number)


def _task_list(label: str, value: Any) -> dict[str, str]:
    return {"name": _identifier(label, value)}


def _trimmed_task_list(label: str, value: Any) -> dict[str, str]:
    return {"name": _trimmed(label, value)}


def _mapping(label: str, value: Any) -> Any:
    if not hasattr(type(value), "keys"):
        raise TypeError(f"{label} must be a record of py_swf.types, not {value!r:.60}")
    return value


def _type(label: str, value: Any) -> dict[str, str]:
    value = _mapping(label, value)
    called = "name" if "name" in value else "workflow_name"  # as the caller named it
    return {
        "name": _text(f"{label}.{called}", value[called], 256, minimum=1),
        "version": _text(f"{label}.version", value["version"], 64, minimum=1),
    }


def _execution(label: str, value: Any, run_id: str = "run_id") -> dict[str, str]:
    value = _mapping(label, value)
    return {
        "workflowId": _text(f"{label}.workflow_id", value["workflowId"], 256, minimum=1),
        "runId": _text(f"{label}.{run_id}", value["runId"], 64, minimum=1),
    }


def _texts(label: str, value: Any, limit: int, minimum: int = 0) -> list[str]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError(f"{label} must be a list of strings, not {value!r:.60}")
    return [_text(f"{label}[{i}]", text, limit, minimum) for i, text in enumerate(value)]


def _tag_list(label: str, value: Any) -> list[str]:
    tags = _texts(label, value, 256)
    if len(tags) > 5:
        raise ValueError(f"{label} has {len(tags)} tags; the limit is 5")
    return tags


def _resource_tags(label: str, value: Any) -> list[dict[str, str]]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{label} must be a mapping from tag keys to values, not {value!r:.60}")
    return [
        {
            "key": _text(f"{label}, its key,", key, 128, minimum=1),
            "value": _text(f"{label}[{key!r}]", text, 256),
        }
        for key, text in value.items()
    ]


def _choice(label: str, value: Any, choices: tuple[str, ...]) -> Any:
    if _is_foreign(value):
        return value
    if value not in choices:
        raise ValueError(f"{label} is {value!r}; it must be one of {', '.join(choices)}")
    return choices[choices.index(value)]  # the text that an enum member represents


def _page_size(label: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1000:
        raise ValueError(f"{label} is {value!r}; it must be a whole number from 0 to 1000")
    return value


_name = partial(_text, limit=256, minimum=1)
_short_name = partial(_text, limit=64, minimum=1)
_arn = partial(_text, limit=1600, minimum=1)
_data = partial(_text, limit=DATA_LIMIT)
_short = partial(_text, limit=REASON_LIMIT)
_finite = partial(_duration, none=False, optional=False)
_life = partial(_duration, none=False, most=31_536_000)
_child_policy = partial(_choice, choices=get_args(enums.ChildPolicy))

#: member -> how it is spelled and checked, wherever it occurs
_SPELL: dict[str, Spell] = {
    "activity_id": _name,
    "activity_type": _type,
    "child_policy": _child_policy,
    "control": _data,
    "default_child_policy": _child_policy,
    "default_execution_start_to_close_timeout": _life,
    "default_lambda_role": _arn,
    "default_task_heartbeat_timeout": _duration,
    "default_task_list": _task_list,
    "default_task_priority": _priority,
    "default_task_schedule_to_close_timeout": _duration,
    "default_task_schedule_to_start_timeout": _duration,
    "default_task_start_to_close_timeout": _duration,
    "description": partial(_text, limit=1024),
    "details": _data,
    "domain": _name,
    "execution": partial(_execution, run_id="workflow_run_id"),
    "execution_context": _data,
    "execution_start_to_close_timeout": _life,
    "external_workflow_execution": _execution,
    "heartbeat_timeout": _duration,
    "id": _name,
    "identity": _short,
    "input": _data,
    "lambda_role": _arn,
    "marker_name": _name,
    "maximum_page_size": _page_size,
    "name": _name,
    "parent_workflow_execution": _execution,
    "reason": _short,
    "registration_status": partial(_choice, choices=get_args(enums.RegistrationStatus)),
    "resource_arn": _arn,
    "result": _data,
    "run_id": _short_name,
    "schedule_to_close_timeout": _duration,
    "schedule_to_start_timeout": _duration,
    "signal_name": _name,
    "start_to_close_timeout": _duration,
    "start_to_fire_timeout": _finite,
    "status": partial(_choice, choices=get_args(enums.CloseStatus)),
    "tag": _short,
    "tag_keys": partial(_texts, limit=128, minimum=1),
    "tag_list": _tag_list,
    "tags": _resource_tags,
    "task_list": _task_list,
    "task_list_schedule_to_start_timeout": _duration,
    "task_priority": _priority,
    "task_start_to_close_timeout": _duration,
    "task_token": partial(_text, limit=1024, minimum=1),
    "timer_id": _name,
    "version": _short_name,
    "workflow_execution_retention_period_in_days": _retention,
    "workflow_execution": _execution,
    "workflow_id": _name,
    "workflow_type": _type,
    "workflow_type_version": _short_name,
}

_DEFAULTS = [member.removeprefix("default_") for member in _SPELL if member[:8] == "default_"]

#: operation or filter -> the names of the methods' parameters -> the member that they give
_MEMBERS: dict[str, dict[str, str]] = {
    "RegisterDomain": {"retention": "workflow_execution_retention_period_in_days"},
    "StartWorkflowExecution": {
        "id": "workflow_id",
        "workflow_start_to_close_timeout": "execution_start_to_close_timeout",
    },
    "closeStatusFilter": {"close_status": "status"},
    "finish_decision_with_activity": {
        "activity_name": "name",
        "activity_version": "version",
        "activity_input": "input",
    },
    "typeFilter": {"workflow_name": "name"},
    **dict.fromkeys(
        ("RegisterActivityType", "RegisterWorkflowType"),
        {"task_list_name": "default_task_list"} | {name: f"default_{name}" for name in _DEFAULTS},
    ),
}

#: (operation or decision, member) -> its rule if it differs from the general one
_SPELL_FOR: dict[tuple[str, str], Spell] = {
    ("PollForActivityTask", "task_list"): _trimmed_task_list,
    ("RecordActivityTaskHeartbeat", "details"): partial(_text, limit=2048),
    ("RegisterActivityType", "name"): _identifier,
    ("RegisterActivityType", "version"): partial(_identifier, limit=64),
    ("RegisterDomain", "name"): _trimmed,
    ("RegisterWorkflowType", "name"): _identifier,
    ("RegisterWorkflowType", "version"): partial(_identifier, limit=64),
    ("ScheduleActivityTask", "activity_id"): _identifier,
    ("ScheduleLambdaFunction", "name"): _short_name,
    ("ScheduleLambdaFunction", "start_to_close_timeout"): partial(_finite, least=1, most=900),
    ("StartChildWorkflowExecution", "task_list"): _trimmed_task_list,
    # AWS's own Flow Framework names a child "22Od...=:1": the run id of its parent and a number.
    ("StartChildWorkflowExecution", "workflow_id"): partial(_identifier, allowed=":/"),
    ("StartTimer", "timer_id"): _identifier,
    ("StartWorkflowExecution", "workflow_id"): _identifier,
}
