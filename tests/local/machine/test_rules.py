"""The rules beyond the model, one by one."""

from __future__ import annotations

import pytest

from py_swf.local.machine.requests.rules import (
    MEMBER_RULES,
    REQUEST_RULES,
    SHAPE_RULES,
    duration,
    identifier,
    priority,
    tag_text,
    trimmed_identifier,
)


@pytest.mark.parametrize("text", ["a", "arn1", "a b", " a ", "é", "a.b-c_d", "x" * 256, "\xa0"])
def test_a_good_identifier(text: str) -> None:
    """Everything that is not forbidden is allowed, also spaces at the ends."""
    assert identifier(text) is None


@pytest.mark.parametrize("text", ["arn", "a:b", "a/b", "a|b", "\x00", "a\n", "\x7f", "\x9f"])
def test_a_bad_identifier(text: str) -> None:
    """The word arn, three signs and control characters are refused."""
    assert identifier(text)


@pytest.mark.parametrize("text", [" a", "a ", "\ta", "arn", "a:b"])
def test_a_trimmed_identifier(text: str) -> None:
    """If the ends must be trimmed, the other rule applies too."""
    assert trimmed_identifier(text)
    assert trimmed_identifier("a b") is None


@pytest.mark.parametrize("text", ["0", "1", "007", "99999999"])
def test_a_good_duration(text: str) -> None:
    """Digits are a duration."""
    assert duration(none_allowed=False)(text) is None


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.5", "1 ", "none", "NONE", "1e3", "٣"])
def test_a_bad_duration(text: str) -> None:
    """Signs, points, words and foreign digits are none."""
    assert duration(none_allowed=False)(text)


def test_none_where_it_is_allowed() -> None:
    """NONE is a duration only where that is allowed."""
    assert duration(none_allowed=True)("NONE") is None


def test_a_duration_in_bounds() -> None:
    """Bounds are inclusive, and named in the error."""
    rule = duration(none_allowed=False, least=1, most=900)
    assert (rule("1"), rule("900")) == (None, None)
    assert "from 1 to 900" in (rule("901") or "")
    assert rule("0")


@pytest.mark.parametrize("text", ["0", "-1", "2147483647", "-2147483648"])
def test_a_good_priority(text: str) -> None:
    """A priority is a signed 32-bit integer."""
    assert priority(text) is None


@pytest.mark.parametrize("text", ["", "x", "1.0", "+1", "2147483648", "-2147483649", "1" * 9999])
def test_a_bad_priority(text: str) -> None:
    """Anything else is refused."""
    assert priority(text)


def test_resource_tags() -> None:
    """Resource tags hold letters of any script, digits, blanks and some signs."""
    assert tag_text("Größe 1_.:/=+-@") is None
    assert tag_text("") is None
    assert tag_text("a#b")


@pytest.mark.parametrize("text", ["0", "90", "NONE"])
def test_a_good_retention(text: str) -> None:
    """Retention is up to 90 days, or NONE."""
    assert SHAPE_RULES["DurationInDays"](text) is None


@pytest.mark.parametrize("text", ["91", "-1", "x"])
def test_a_bad_retention(text: str) -> None:
    """More is refused, and so is nonsense."""
    assert SHAPE_RULES["DurationInDays"](text)


@pytest.mark.parametrize(
    "place", [place for place in MEMBER_RULES if place[1].endswith("xecutionStartToCloseTimeout")]
)
def test_an_execution_lasts_a_year_at_most(place: tuple[str, str]) -> None:
    """Everywhere an execution timeout is a number of seconds up to one year."""
    rule = MEMBER_RULES[place]
    assert rule("31536000") is None
    assert rule("31536001")
    assert rule("NONE")


def test_closing_decisions_may_lack_attributes() -> None:
    """Other decisions must have an attributes object; the closing ones need none."""
    (rule,) = REQUEST_RULES["RespondDecisionTaskCompleted"]
    assert rule({"decisions": [{"decisionType": "CompleteWorkflowExecution"}]}) is None
    assert rule({"decisions": [{"decisionType": "StartTimer"}]}) == (
        "StartTimerDecisionAttributes must be specified for decision of type StartTimer"
    )


def test_a_closing_decision_is_the_last() -> None:
    """A closing decision with any other after it is refused, a second closing one too."""
    (rule,) = REQUEST_RULES["RespondDecisionTaskCompleted"]
    closing = {"decisionType": "ContinueAsNewWorkflowExecution"}
    marker = {"decisionType": "RecordMarker", "recordMarkerDecisionAttributes": {}}
    assert rule({"decisions": [marker, closing]}) is None
    assert rule({"decisions": [closing, marker]}) == "Close must be last decision in list"
    assert rule({"decisions": [closing, closing]}) == "Close must be last decision in list"
    assert rule({}) is None
