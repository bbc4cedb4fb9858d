"""The compiled checks: what they accept, what they refuse, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from py_swf.local.machine.faults import Fault
from py_swf.local.machine.requests.model import service_model
from py_swf.local.machine.requests.validation import utf16_length, validator

START = {"domain": "d", "workflowId": "w", "workflowType": {"name": "n", "version": "1"}}


def check(operation: str, request: Any) -> dict[str, Any]:
    """Check a request."""
    return validator().check(operation, request)


def refusal(operation: str, request: Any) -> Fault:
    """Return the fault with which a request is refused."""
    with pytest.raises(Fault) as caught:
        check(operation, request)
    return caught.value


def decisions(*chosen: Any) -> dict[str, Any]:
    """Return a response with these decisions."""
    return {"taskToken": "t", "decisions": list(chosen)}


def test_a_good_request_comes_back() -> None:
    """A request that meets every constraint is returned unchanged."""
    request = {**START, "tagList": ["a", ""], "input": "", "taskPriority": "-1"}
    assert check("StartWorkflowExecution", request) == request


def test_nulls_and_strangers_are_dropped() -> None:
    """Null members and unknown ones are gone, inside nested structures too."""
    request = {**START, "input": None, "junk": 1, "taskList": {"name": "l", "junk": 2}}
    assert check("StartWorkflowExecution", request) == {**START, "taskList": {"name": "l"}}


def test_empty_optional_texts_are_dropped() -> None:
    """An empty duration, run id or version counts as not given."""
    request = {**START, "executionStartToCloseTimeout": ""}
    assert check("StartWorkflowExecution", request) == START
    signal = {"domain": "d", "workflowId": "w", "signalName": "s"}
    assert check("SignalWorkflowExecution", {**signal, "runId": ""}) == signal


def test_the_request_is_not_changed() -> None:
    """The caller's own dictionaries stay as they were, and are not shared."""
    task_list = {"name": "l", "junk": None}
    request = {**START, "taskList": task_list}
    check("StartWorkflowExecution", request)["taskList"]["name"] = "other"
    assert task_list == {"name": "l", "junk": None}


def test_every_violation_is_told_in_one_message() -> None:
    """All violations are in one message, counted, with nested members first."""
    assert refusal("DescribeWorkflowExecution", {"execution": {}}).message == (
        "3 validation errors detected: "
        "Value null at 'execution.runId' failed to satisfy constraint: Member must not be null; "
        "Value null at 'execution.workflowId' failed to satisfy constraint: "
        "Member must not be null; "
        "Value null at 'domain' failed to satisfy constraint: Member must not be null"
    )


def test_a_missing_structure_is_one_violation() -> None:
    """Of a structure that is missing altogether no members are named."""
    assert refusal("DescribeWorkflowExecution", {"domain": "d"}).message == (
        "1 validation error detected: "
        "Value null at 'execution' failed to satisfy constraint: Member must not be null"
    )


def test_paths_count_list_elements_from_one() -> None:
    """A member inside a list is named by the element's number."""
    request = decisions({"decisionType": "StartTimer", "startTimerDecisionAttributes": {}})
    assert (
        "'decisions.1.member.startTimerDecisionAttributes.timerId'"
        in refusal("RespondDecisionTaskCompleted", request).message
    )


def test_attributes_of_another_type_are_checked_too() -> None:
    """Constraints hold for every attributes object of a decision, used or not."""
    chosen = {
        "decisionType": "CancelTimer",
        "cancelTimerDecisionAttributes": {"timerId": "t"},
        "recordMarkerDecisionAttributes": {},
    }
    message = refusal("RespondDecisionTaskCompleted", decisions(chosen)).message
    assert message.startswith("1 validation error detected: Value null at 'decisions.1.member.rec")


def test_an_unknown_decision_type_lists_the_known_ones() -> None:
    """The set of decision types is printed in the service's own order."""
    message = refusal("RespondDecisionTaskCompleted", decisions({"decisionType": "No"})).message
    assert message.startswith(
        "1 validation error detected: Value 'No' at 'decisions.1.member.decisionType' failed to "
        "satisfy constraint: Member must satisfy enum value set: "
        "[CompleteWorkflowExecution, StartTimer, RequestCancelExternalWorkflowExecution, "
    )
    assert all(kind in message for kind in service_model()["shapes"]["DecisionType"]["enum"])


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("abc", 3), ("é", 1), ("€€", 2), ("😀", 2), ("\ud800", 1)]
)
def test_lengths_are_utf16(text: str, length: int) -> None:
    """A character beyond the basic plane counts twice."""
    assert utf16_length(text) == length


def test_the_longest_input_and_one_more() -> None:
    """The limit counts UTF-16 units: 16,384 emoji fit into an input, one more character not."""
    longest = "😀" * 16_384
    assert check("StartWorkflowExecution", {**START, "input": longest})["input"] == longest
    message = refusal("StartWorkflowExecution", {**START, "input": longest + "x"}).message
    assert message.endswith(
        "at 'input' failed to satisfy constraint: "
        "Member must have length less than or equal to 32768"
    )


def test_too_short() -> None:
    """An empty text is refused if at least one character is required."""
    assert refusal("DescribeDomain", {"name": ""}).message == (
        "1 validation error detected: Value '' at 'name' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1"
    )


@pytest.mark.parametrize(("size", "bound"), [(1001, "less"), (-1, "greater")])
def test_numbers_out_of_range(size: int, bound: str) -> None:
    """A number outside its range is refused with the bound."""
    request = {"registrationStatus": "REGISTERED", "maximumPageSize": size}
    assert refusal("ListDomains", request).message == (
        f"1 validation error detected: Value '{size}' at 'maximumPageSize' failed to satisfy "
        f"constraint: Member must have value {bound} than or equal to {1000 if size > 0 else 0}"
    )


def test_a_list_too_long() -> None:
    """Six tags are too many."""
    message = refusal("StartWorkflowExecution", {**START, "tagList": list("abcdef")}).message
    assert message == (
        "1 validation error detected: Value '[a, b, c, d, e, f]' at 'tagList' failed to satisfy "
        "constraint: Member must have length less than or equal to 5"
    )


def test_a_null_in_a_list() -> None:
    """A null element of a list is a missing one, except in a list of execution tags."""
    request = {"resourceArn": "arn:aws:swf:us-east-1:1:/domain/d", "tagKeys": ["a", None]}
    message = refusal("UntagResource", request).message
    assert message.startswith("1 validation error detected: Value null at 'tagKeys.2.member' ")
    tagged = {**START, "tagList": ["a", None]}
    assert validator().check("StartWorkflowExecution", tagged)["tagList"] == ["a", None]


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("DescribeDomain", {"name": 1}),
        ("DescribeDomain", {"name": ["d"]}),
        ("StartWorkflowExecution", {**START, "workflowType": "n"}),
        ("StartWorkflowExecution", {**START, "tagList": "abc"}),
        ("ListDomains", {"registrationStatus": "REGISTERED", "maximumPageSize": "1"}),
        ("ListDomains", {"registrationStatus": "REGISTERED", "maximumPageSize": True}),
        ("ListDomains", {"registrationStatus": "REGISTERED", "reverseOrder": 1}),
        ("CountOpenWorkflowExecutions", {"domain": "d", "startTimeFilter": {"oldestDate": "1"}}),
        ("CountOpenWorkflowExecutions", {"domain": "d", "startTimeFilter": {"oldestDate": False}}),
    ],
)
def test_a_wrong_json_type(operation: str, request_: Any) -> None:
    """A value of the wrong JSON type is a SerializationException."""
    assert refusal(operation, request_).type == "SerializationException"


def test_constraints_come_before_the_other_rules() -> None:
    """If a constraint is violated, a bad identifier is not mentioned."""
    message = refusal(
        "StartWorkflowExecution", {**START, "domain": "a:b", "workflowId": ""}
    ).message
    assert message.startswith("1 validation error detected: Value '' at 'workflowId'")


def test_a_broken_rule_names_the_value() -> None:
    """What the model does not say is refused by a text with the member and its value."""
    fault = refusal("StartWorkflowExecution", {**START, "workflowId": "a:b"})
    assert fault.type == "ValidationException"
    assert "'workflowId'" in fault.message
    assert "'a:b'" in fault.message


def test_a_number_of_thousands_of_digits() -> None:
    """A duration far too long is a violation of its length, nothing worse."""
    request = {**START, "executionStartToCloseTimeout": "9" * 10_000, "taskPriority": "9" * 10_000}
    assert refusal("StartWorkflowExecution", request).message.startswith("1 validation error")
    request = {**START, "taskPriority": "9" * 10_000}
    assert "taskPriority" in refusal("StartWorkflowExecution", request).message
