"""What the service requires of a request beyond the constraints in its model.

The model gives lengths, ranges and enums. The texts inside (durations, priorities, identifiers)
and the members that exclude each other are checked by the rules in these tables. A rule takes the
value and returns what is wrong with it, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["MEMBER_RULES", "REQUEST_RULES", "SHAPE_RULES", "attributes_key"]

Rule = Callable[[Any], "str | None"]

_ONE_YEAR = 31_536_000
_NOT_IN_NAMES = re.compile(r"[:/|\x00-\x1f\x7f-\x9f]")
_TAG = re.compile(r"[\w\s.:/=+\-@]*")
_INTEGER = re.compile(r"-?[0-9]+")
_DIGITS = re.compile(r"[0-9]+")


def identifier(text: str, allowed: str = "") -> str | None:
    """Refuse characters and words that a restricted name must not contain."""
    if text == "arn":
        return "the name must not be 'arn'"
    if _NOT_IN_NAMES.search(text) and set(_NOT_IN_NAMES.findall(text)) - set(allowed):
        separators = "".join(f"{each!r}, " for each in ":/|" if each not in allowed)
        return f"it must not contain {separators[:-2]} or control characters"
    return None


def child_workflow_id(text: str) -> str | None:
    """Refuse what :func:`identifier` refuses, except for ``:`` and ``/``.

    The service's documentation forbids them, but AWS's own Flow Framework names a child by the run
    id of its parent and a number, "22Od...=:1", and the service accepts it.
    """
    return identifier(text, allowed=":/")


def trimmed_identifier(text: str) -> str | None:
    """Refuse what :func:`identifier` refuses, and white space at either end."""
    if text != text.strip():
        return "it must not start or end with whitespace"
    return identifier(text)


def trimmed_task_list(task_list: Mapping[str, str]) -> str | None:
    """Check the name of a task list with :func:`trimmed_identifier`."""
    return trimmed_identifier(task_list.get("name", ""))


def duration(
    *, none_allowed: bool, least: int = 0, most: int | None = None, unit: str = "seconds"
) -> Rule:
    """Return a rule for a text that holds a whole number, and "NONE" where that is allowed."""
    wanted = f"a whole number of {unit}" + (" or NONE" if none_allowed else "")
    span = f" of at least {least}" if most is None else f" from {least} to {most}"

    def rule(text: str) -> str | None:
        if text == "NONE" and none_allowed:
            return None
        if not _DIGITS.fullmatch(text):
            return f"it must be {wanted}"
        if int(text) < least or (most is not None and int(text) > most):
            return f"it must be {wanted}{span}"
        return None

    return rule


def priority(text: str) -> str | None:
    """Refuse a text that is not a signed 32-bit integer."""
    if len(text) <= 16 and _INTEGER.fullmatch(text) and -(2**31) <= int(text) < 2**31:
        return None
    return "it must be an integer from -2147483648 to 2147483647"


def tag_text(text: str) -> str | None:
    """Refuse characters that a resource tag must not hold."""
    if _TAG.fullmatch(text):
        return None
    return "it must consist of letters, digits, whitespace and _ . : / = + - @"


_EXECUTION_TIMEOUT = duration(none_allowed=False, most=_ONE_YEAR)

#: shape -> rule for every value of that shape
SHAPE_RULES: dict[str, Rule] = {
    "DurationInSecondsOptional": duration(none_allowed=True),
    "DurationInSeconds": duration(none_allowed=False),
    "DurationInDays": duration(none_allowed=True, most=90, unit="days"),
    "TaskPriority": priority,
    "ResourceTagKey": tag_text,
    "ResourceTagValue": tag_text,
}

#: (structure, member) -> rule, instead of that of the member's shape
MEMBER_RULES: dict[tuple[str, str], Rule] = {
    ("RegisterDomainInput", "name"): trimmed_identifier,
    ("RegisterWorkflowTypeInput", "name"): identifier,
    ("RegisterWorkflowTypeInput", "version"): identifier,
    ("RegisterWorkflowTypeInput", "defaultExecutionStartToCloseTimeout"): _EXECUTION_TIMEOUT,
    ("RegisterActivityTypeInput", "name"): identifier,
    ("RegisterActivityTypeInput", "version"): identifier,
    ("StartWorkflowExecutionInput", "domain"): identifier,
    ("StartWorkflowExecutionInput", "workflowId"): identifier,
    ("StartWorkflowExecutionInput", "executionStartToCloseTimeout"): _EXECUTION_TIMEOUT,
    ("TaskList", "name"): identifier,
    ("PollForActivityTaskInput", "taskList"): trimmed_task_list,
    ("ScheduleActivityTaskDecisionAttributes", "activityId"): identifier,
    ("StartTimerDecisionAttributes", "timerId"): identifier,
    ("StartChildWorkflowExecutionDecisionAttributes", "workflowId"): child_workflow_id,
    ("StartChildWorkflowExecutionDecisionAttributes", "taskList"): trimmed_task_list,
    (
        "StartChildWorkflowExecutionDecisionAttributes",
        "executionStartToCloseTimeout",
    ): _EXECUTION_TIMEOUT,
    (
        "ContinueAsNewWorkflowExecutionDecisionAttributes",
        "executionStartToCloseTimeout",
    ): _EXECUTION_TIMEOUT,
    ("ScheduleLambdaFunctionDecisionAttributes", "startToCloseTimeout"): duration(
        none_allowed=False, least=1, most=900
    ),
}

CLOSING = frozenset(
    {
        "CompleteWorkflowExecution",
        "FailWorkflowExecution",
        "CancelWorkflowExecution",
        "ContinueAsNewWorkflowExecution",
    }
)


def attributes_key(decision_type: str) -> str:
    """Return the member of a decision that holds the attributes of this type."""
    return decision_type[0].lower() + decision_type[1:] + "DecisionAttributes"


def decision_list(request: Mapping[str, Any]) -> str | None:
    """Refuse a decision without attributes, and a closing decision that is not the last."""
    decisions = request.get("decisions", ())
    for number, decision in enumerate(decisions, start=1):
        kind = decision["decisionType"]
        if kind in CLOSING:
            if number < len(decisions):
                return "Close must be last decision in list"
        elif attributes_key(kind) not in decision:
            return f"{kind}DecisionAttributes must be specified for decision of type {kind}"
    return None


def _at_most_one(*filters: str) -> Rule:
    def rule(request: Mapping[str, Any]) -> str | None:
        given = [name for name in filters if name in request]
        if len(given) < 2:
            return None
        return (
            "Cannot specify more than one exclusive filters in the same query: "
            f"[{', '.join(given)}]"
        )

    return rule


def one_time_filter(request: Mapping[str, Any]) -> str | None:
    """Require exactly one of the two time filters."""
    given = [name for name in ("startTimeFilter", "closeTimeFilter") if name in request]
    if not given:
        return "Must specify time filter"
    if len(given) == 2:
        return "Cannot specify both a startTimeFilter and a closeTimeFilter"
    return None


_OPEN_FILTERS = _at_most_one("executionFilter", "typeFilter", "tagFilter")
_CLOSED_FILTERS = _at_most_one("executionFilter", "typeFilter", "tagFilter", "closeStatusFilter")

#: operation -> rules about the request as a whole
REQUEST_RULES: dict[str, tuple[Rule, ...]] = {
    "RespondDecisionTaskCompleted": (decision_list,),
    "ListOpenWorkflowExecutions": (_OPEN_FILTERS,),
    "CountOpenWorkflowExecutions": (_OPEN_FILTERS,),
    "ListClosedWorkflowExecutions": (one_time_filter, _CLOSED_FILTERS),
    "CountClosedWorkflowExecutions": (one_time_filter, _CLOSED_FILTERS),
}
