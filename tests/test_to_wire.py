"""How SWF spells things: names, limits, timeouts, identifiers, pages."""

from __future__ import annotations

import math
from datetime import timedelta
from enum import Enum
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py_swf._to_wire import (
    DATA_LIMIT,
    REASON_LIMIT,
    camel_case,
    cut,
    members,
    pages,
    snake_case,
    utf16_length,
    wire_name,
)
from tests.model import service_model

#: members that are structures, or that no caller gives: the clients build them themselves
BUILT = {"nextPageToken", "decisions", "reverseOrder", "startAtPreviousStartedEvent", "execution"}

ASTRAL = "\N{GRINNING FACE}"


def limited_members() -> list[tuple[str, str, int, int]]:
    """Every text with a limit that an operation or a decision takes, by the model."""
    model = service_model()
    found = [
        (name, member, text)
        for name in model.operation_names
        for member, text in model.operation_model(name).input_shape.members.items()
    ]
    found += [
        (decision, member, text)
        for decision in model.shape_for("DecisionType").enum
        for member, text in model.shape_for(f"{decision}DecisionAttributes").members.items()
    ]
    return [
        (owner, snake_case(member), text.metadata.get("min", 0), text.metadata["max"])
        for owner, member, text in found
        if text.type_name == "string"
        and "max" in text.metadata
        and not text.name.startswith("Duration")
        and member not in BUILT
    ]


@pytest.mark.parametrize(
    ("snake", "camel"),
    [
        ("task_list", "taskList"),
        ("input", "input"),
        ("schedule_to_start_timeout", "scheduleToStartTimeout"),
        (
            "workflow_execution_retention_period_in_days",
            "workflowExecutionRetentionPeriodInDays",
        ),
    ],
)
def test_names_go_both_ways(snake: str, camel: str) -> None:
    """A name in snake_case has one spelling on the wire, and back."""
    assert camel_case(snake) == camel
    assert snake_case(camel) == snake


def test_every_name_of_the_model_survives() -> None:
    """Each member name of the service is what its Python name is spelled as."""
    model = service_model()
    names = {
        member
        for name in model.shape_names
        for member in getattr(model.shape_for(name), "members", ())
    }

    assert len(names) > 150
    assert {camel_case(snake_case(name)) for name in names} == names


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("abc", 3), ("äöü", 3), (ASTRAL, 2), ("a" + ASTRAL, 3)]
)
def test_length_counts_utf16_units(text: str, length: int) -> None:
    """A character beyond the basic plane counts twice, as in the service."""
    assert utf16_length(text) == length


def test_a_lone_surrogate_has_a_length() -> None:
    """Half a character, as a broken source may give it, counts as one unit."""
    assert utf16_length("\ud83d") == 1


@pytest.mark.parametrize(
    ("text", "limit", "start", "end"),
    [
        ("abcdef", 3, "abc", "def"),
        ("abc", 3, "abc", "abc"),
        ("ab", 3, "ab", "ab"),
        ("abc", 0, "", ""),
        (ASTRAL * 2, 3, ASTRAL, ASTRAL),
        (ASTRAL * 2, 1, "", ""),
        ("a" + ASTRAL, 3, "a" + ASTRAL, "a" + ASTRAL),
        ("\ud83dabc", 2, "?a", "bc"),
    ],
)
def test_cut_keeps_whole_characters(text: str, limit: int, start: str, end: str) -> None:
    """A text is cut to the limit, from either side, and never within a character."""
    assert cut(text, limit) == start
    assert cut(text, limit, keep_end=True) == end


@given(st.text(max_size=40), st.integers(0, 30), st.booleans())
def test_what_is_cut_fits(text: str, limit: int, keep_end: bool) -> None:
    """A cut text is within the limit, is part of the original, and lacks at most one unit."""
    kept = cut(text, limit, keep_end=keep_end)

    assert utf16_length(kept) <= limit
    assert text.endswith(kept) if keep_end else text.startswith(kept)
    assert utf16_length(kept) >= min(limit, utf16_length(text)) - 1


def test_the_limits_by_name_are_those_of_the_model() -> None:
    """The limits that callers cut to are the service's for details and for a reason."""
    model = service_model()

    assert model.shape_for("Data").metadata["max"] == DATA_LIMIT
    assert model.shape_for("FailureReason").metadata["max"] == REASON_LIMIT


def test_none_is_left_out() -> None:
    """A member of None is not sent, whatever the rule of its name."""
    assert members("StartTimer", timer_id="t", control=None, start_to_fire_timeout=None) == {
        "timerId": "t"
    }


def test_a_member_without_a_rule_goes_as_it_is() -> None:
    """A value without a rule only gets its name on the wire."""
    assert members("Any", reverse_order=False, type_filter={"name": "x"}) == {
        "reverseOrder": False,
        "typeFilter": {"name": "x"},
    }


@pytest.mark.parametrize(("owner", "member", "least", "most"), limited_members())
def test_limits_of_texts(owner: str, member: str, least: int, most: int) -> None:
    """Each text is taken up to the limit of the model, and refused one character beyond."""
    assert members(owner, **{member: "x" * most}) == {camel_case(member): "x" * most}
    with pytest.raises(ValueError, match="the limit is") as refusal:
        members(owner, **{member: "x" * (most + 1)})
    assert str(refusal.value) == f"{owner}.{member} has {most + 1} characters; the limit is {most}"
    assert members(owner, **{member: "x" * max(1, least)})


@pytest.mark.parametrize(
    ("filter_name", "member", "most"),
    [
        ("typeFilter", "name", 256),
        ("typeFilter", "version", 64),
        ("tagFilter", "tag", 256),
        ("executionFilter", "workflow_id", 256),
    ],
)
def test_limits_of_filters(filter_name: str, member: str, most: int) -> None:
    """A filter has the same limits as the value that it is compared with."""
    assert members(filter_name, **{member: "x" * most}) == {camel_case(member): "x" * most}
    with pytest.raises(ValueError, match=rf"^{filter_name}\.{member} has {most + 1} characters; "):
        members(filter_name, **{member: "x" * (most + 1)})


@pytest.mark.parametrize(("owner", "member", "least", "most"), limited_members())
def test_empty_texts(owner: str, member: str, least: int, most: int) -> None:
    """An empty text is refused where the service needs a character, or could mean nothing by it."""
    needed = least > 0 or member == "run_id"
    if needed:
        with pytest.raises(ValueError, match="is empty; it needs at least 1 character") as refusal:
            members(owner, **{member: ""})
        assert str(refusal.value).startswith(f"{owner}.{member} ")
    else:
        assert members(owner, **{member: ""}) == {camel_case(member): ""}


@pytest.mark.parametrize("value", [b"bytes", 5, ["list"], {}])
def test_a_text_must_be_a_string(value: Any) -> None:
    """A value that is not a string is refused, not turned into one."""
    with pytest.raises(TypeError, match=r"^RecordMarker\.details must be a string, not ") as error:
        members("RecordMarker", details=value)
    assert repr(value) in str(error.value)
    assert type(value).__name__ in str(error.value)


def test_characters_beyond_the_basic_plane_count_twice() -> None:
    """The limit is one of UTF-16 units: 128 such characters fill a reason."""
    assert members("FailWorkflowExecution", reason=ASTRAL * 128)
    with pytest.raises(ValueError, match="has 258 characters; the limit is 256"):
        members("FailWorkflowExecution", reason=ASTRAL * 129)


def test_a_long_wrong_value_is_shown_in_part() -> None:
    """An error stays readable even if the value is long."""
    with pytest.raises(TypeError) as error:
        members("RecordMarker", details=b"x" * 100_000)
    assert len(str(error.value)) < 200


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        (0, "0"),
        (60, "60"),
        (99_999_999, "99999999"),
        (60.0, "60"),
        (timedelta(minutes=2), "120"),
        (timedelta(0), "0"),
        (timedelta(days=1000), "86400000"),
        ("45", "45"),
        ("007", "7"),
        (math.inf, "NONE"),
        ("NONE", "NONE"),
    ],
)
def test_spelling_of_a_time_out(value: Any, spelled: str) -> None:
    """Seconds, timedelta, digits, inf and "NONE" are all spelled as the service does."""
    assert members("X", heartbeat_timeout=value) == {"heartbeatTimeout": spelled}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (-1, "is -1 seconds; it must be from 0 to 99999999"),
        ("-1", "is -1 seconds; it must be from 0 to 99999999"),
        (timedelta(seconds=-1), "is -1 seconds; it must be from 0 to 99999999"),
        (100_000_000, "is 100000000 seconds; it must be from 0 to 99999999"),
        (1.5, 'must be a whole number of seconds, or "NONE", not 1.5'),
        (timedelta(milliseconds=1500), 'must be a whole number of seconds, or "NONE", not 1.5'),
        (True, 'must be a whole number of seconds, or "NONE", not True'),
        (False, 'must be a whole number of seconds, or "NONE", not False'),
        (math.nan, 'must be a whole number of seconds, or "NONE", not nan'),
        (-math.inf, 'must be a whole number of seconds, or "NONE", not -inf'),
        ("none", "must be a whole number of seconds, or \"NONE\", not 'none'"),
        ("5s", "must be a whole number of seconds, or \"NONE\", not '5s'"),
        ("1.0", "must be a whole number of seconds, or \"NONE\", not '1.0'"),
        ("٣", "must be a whole number of seconds, or \"NONE\", not '٣'"),
        ("9" * 19, f"must be a whole number of seconds, or \"NONE\", not '{'9' * 19}'"),
        ([60], 'must be a whole number of seconds, or "NONE", not [60]'),
    ],
)
def test_refusal_of_a_time_out(value: Any, reason: str) -> None:
    """A timeout that the service would refuse is refused, by its name and the rule."""
    with pytest.raises(ValueError, match="heartbeat_timeout") as error:
        members("X", heartbeat_timeout=value)
    assert str(error.value) == f"X.heartbeat_timeout {reason}"


@pytest.mark.parametrize(
    "member",
    [
        "default_task_heartbeat_timeout",
        "default_task_schedule_to_close_timeout",
        "default_task_schedule_to_start_timeout",
        "default_task_start_to_close_timeout",
        "heartbeat_timeout",
        "schedule_to_close_timeout",
        "schedule_to_start_timeout",
        "start_to_close_timeout",
        "task_list_schedule_to_start_timeout",
        "task_start_to_close_timeout",
    ],
)
def test_time_outs_that_may_be_endless(member: str) -> None:
    """The timeouts of tasks can be switched off."""
    assert members("X", **{member: math.inf}) == {camel_case(member): "NONE"}
    assert members("X", **{member: 0}) == {camel_case(member): "0"}


@pytest.mark.parametrize(
    ("owner", "member", "least", "most"),
    [
        ("X", "execution_start_to_close_timeout", 0, 31_536_000),
        ("X", "default_execution_start_to_close_timeout", 0, 31_536_000),
        ("X", "start_to_fire_timeout", 0, 99_999_999),
        ("ScheduleLambdaFunction", "start_to_close_timeout", 1, 900),
    ],
)
def test_time_outs_that_must_end(owner: str, member: str, least: int, most: int) -> None:
    """An execution, a timer and a Lambda function cannot be unlimited; each has its own bounds."""
    for seconds in (least, most):
        assert members(owner, **{member: seconds}) == {camel_case(member): str(seconds)}
    for seconds in (least - 1, most + 1):
        with pytest.raises(ValueError, match=f"it must be from {least} to {most}$"):
            members(owner, **{member: seconds})
    for endless in (math.inf, "NONE"):
        with pytest.raises(ValueError, match="no limit") as error:
            members(owner, **{member: endless})
        assert str(error.value) == (
            f"{owner}.{member} must be finite: no limit ({endless!r}) is not allowed here"
        )
    with pytest.raises(ValueError, match="must be a whole number of seconds, not 'soon'"):
        members(owner, **{member: "soon"})


@pytest.mark.parametrize(
    ("value", "spelled"),
    [(0, "0"), (90, "90"), ("NONE", "NONE"), (timedelta(days=30), "30")],
)
def test_retention_is_in_days(value: Any, spelled: str) -> None:
    """Closed executions are kept for up to 90 days; a timedelta is counted in days."""
    name = "workflow_execution_retention_period_in_days"

    assert members("RegisterDomain", **{name: value}) == {camel_case(name): spelled}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (91, "is 91 days; it must be from 0 to 90"),
        (timedelta(hours=36), 'must be a whole number of days, or "NONE", not 1.5'),
    ],
)
def test_refusal_of_a_retention(value: Any, reason: str) -> None:
    """A retention beyond 90 days, or of parts of a day, is refused."""
    with pytest.raises(ValueError, match="retention") as error:
        members("RegisterDomain", workflow_execution_retention_period_in_days=value)
    assert str(error.value).endswith(f"_in_days {reason}")


@pytest.mark.parametrize("member", ["task_priority", "default_task_priority"])
@pytest.mark.parametrize(
    ("value", "spelled"),
    [(0, "0"), (-5, "-5"), ("7", "7"), ("-7", "-7"), (2**31 - 1, None), (-(2**31), None)],
)
def test_spelling_of_a_priority(member: str, value: Any, spelled: str | None) -> None:
    """A priority is any 32-bit number, negative ones too."""
    assert members("X", **{member: value}) == {camel_case(member): spelled or str(value)}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (2**31, "is 2147483648; it must be from -2147483648 to 2147483647"),
        (-(2**31) - 1, "is -2147483649; it must be from -2147483648 to 2147483647"),
        ("high", "must be a whole number, not 'high'"),
        ("5\n", "must be a whole number, not '5\\n'"),
        (True, "must be a whole number, not True"),
        (0.5, "must be a whole number, not 0.5"),
    ],
)
def test_refusal_of_a_priority(value: Any, reason: str) -> None:
    """A priority beyond 32 bits, or that is not a number, is refused."""
    with pytest.raises(ValueError, match="task_priority") as error:
        members("X", task_priority=value)
    assert str(error.value) == f"X.task_priority {reason}"


IDENTIFIERS = [
    ("RegisterActivityType", "name", 256),
    ("RegisterActivityType", "version", 64),
    ("RegisterDomain", "name", 256),
    ("RegisterWorkflowType", "name", 256),
    ("RegisterWorkflowType", "version", 64),
    ("ScheduleActivityTask", "activity_id", 256),
    ("StartTimer", "timer_id", 256),
    ("StartWorkflowExecution", "workflow_id", 256),
    ("PollForActivityTask", "task_list", 256),
    ("PollForDecisionTask", "task_list", 256),
    ("RegisterActivityType", "default_task_list", 256),
    ("StartChildWorkflowExecution", "task_list", 256),
]


CHILD_ID = ("StartChildWorkflowExecution", "workflow_id", 256)


@pytest.mark.parametrize("good", ["22Od4CZ7N+C2GIlgTxog/frqMuSCRwza3ikH=:1", ":", "/"])
def test_child_workflow_ids(good: str) -> None:
    """A child's workflow id may contain the separators that AWS's own Flow library puts there."""
    assert members("StartChildWorkflowExecution", workflow_id=good) == {"workflowId": good}


@pytest.mark.parametrize("bad", ["|", "\0", "\x9f"])
def test_forbidden_in_child_workflow_ids(bad: str) -> None:
    """Other separators and control characters are refused there too, and the rule is said."""
    with pytest.raises(ValueError, match=r"it must not hold '\|' or control characters$") as error:
        members("StartChildWorkflowExecution", workflow_id=f"a:{bad}b")
    said = f"StartChildWorkflowExecution.workflow_id {f'a:{bad}b'!r} holds {bad!r}; "
    assert str(error.value).startswith(said)


@pytest.mark.parametrize(("owner", "member", "limit"), IDENTIFIERS)
@pytest.mark.parametrize("bad", [":", "/", "|", "\0", "\n", "\x1f", "\x7f", "\x9f"])
def test_forbidden_characters(owner: str, member: str, limit: int, bad: str) -> None:
    """An identifier that is coined holds no separators and no control characters."""
    with pytest.raises(ValueError, match="it must not hold") as error:
        members(owner, **{member: f"a{bad}b"})
    assert str(error.value).startswith(f"{owner}.{member} {f'a{bad}b'!r} holds {bad!r}; ")


@pytest.mark.parametrize(("owner", "member", "limit"), [*IDENTIFIERS, CHILD_ID])
def test_identifiers(owner: str, member: str, limit: int) -> None:
    """An identifier may hold any other character, but is not "arn", not empty, not too long."""
    wrap = (lambda text: {"name": text}) if "task_list" in member else str
    for good in ("a b", "arns", "a\x20~\xa0ü", "x" * limit, "a.b-c_d#1"):
        assert members(owner, **{member: good}) == {camel_case(member): wrap(good)}
    with pytest.raises(ValueError, match=f"^{owner}.{member} must not be the word 'arn'$"):
        members(owner, **{member: "arn"})
    with pytest.raises(ValueError, match="is empty"):
        members(owner, **{member: ""})
    with pytest.raises(ValueError, match=f"has {limit + 1} characters; the limit is {limit}$"):
        members(owner, **{member: "x" * (limit + 1)})


@pytest.mark.parametrize(
    ("owner", "member"),
    [
        ("RecordMarker", "marker_name"),
        ("SignalWorkflowExecution", "signal_name"),
        ("PollForActivityTask", "identity"),
        ("ScheduleLambdaFunction", "id"),
        ("RequestCancelActivityTask", "activity_id"),
        ("CancelTimer", "timer_id"),
    ],
)
def test_free_names(owner: str, member: str) -> None:
    """Names that are not identifiers, or that only refer to one, may hold any character."""
    assert members(owner, **{member: "a:b/c|d"}) == {camel_case(member): "a:b/c|d"}


@pytest.mark.parametrize(
    ("owner", "member"),
    [
        ("RegisterDomain", "name"),
        ("PollForActivityTask", "task_list"),
        ("StartChildWorkflowExecution", "task_list"),
    ],
)
@pytest.mark.parametrize("name", [" shop", "shop ", "\u2003shop"])
def test_white_space_around_a_name(owner: str, member: str, name: str) -> None:
    """Where the service documents it, a name must not begin or end with white space."""
    with pytest.raises(ValueError, match=r"begins or ends with white space$") as error:
        members(owner, **{member: name})
    assert repr(name) in str(error.value)


@pytest.mark.parametrize("member", ["activity_type", "workflow_type"])
def test_types(member: str) -> None:
    """A type is sent as its name and version, each within its limit."""
    full = {"name": "n" * 256, "version": "v" * 64}

    assert members("X", **{member: full}) == {camel_case(member): full}
    for part, limit in (("name", 256), ("version", 64)):
        for bad, reason in (("x" * (limit + 1), f"the limit is {limit}$"), ("", "is empty")):
            with pytest.raises(ValueError, match=reason) as error:
                members("X", **{member: {**full, part: bad}})
            assert str(error.value).startswith(f"X.{member}.{part} ")


def test_tags_of_an_execution() -> None:
    """Up to five tags of up to 256 characters go as a list, whatever held them."""
    tags = ("x" * 256, "", "a:b/c|d", "ü", "t")

    assert members("X", tag_list=tags) == {"tagList": list(tags)}
    assert members("X", tag_list=iter(["a"])) == {"tagList": ["a"]}
    assert members("X", tag_list=[]) == {"tagList": []}


@pytest.mark.parametrize(
    ("value", "error", "reason"),
    [
        (["t"] * 6, ValueError, "X.tag_list has 6 tags; the limit is 5"),
        (["t", "x" * 257], ValueError, "X.tag_list[1] has 257 characters; the limit is 256"),
        (["t", 5], TypeError, "X.tag_list[1] must be a string, not int: 5"),
        ("tag", TypeError, "X.tag_list must be a list of strings, not 'tag'"),
        (7, TypeError, "X.tag_list must be a list of strings, not 7"),
    ],
)
def test_refusal_of_tags(value: Any, error: type[Exception], reason: str) -> None:
    """More tags, longer tags, a lone string for a list: each is refused."""
    with pytest.raises(error) as refusal:
        members("X", tag_list=value)
    assert str(refusal.value) == reason


def test_tags_of_a_domain() -> None:
    """Tags of a domain go as pairs, keys and values each within their limit."""
    assert members("TagResource", tags={"k" * 128: "v" * 256, "empty": ""}) == {
        "tags": [{"key": "k" * 128, "value": "v" * 256}, {"key": "empty", "value": ""}]
    }


@pytest.mark.parametrize(
    ("value", "error", "reason"),
    [
        ({"k" * 129: ""}, ValueError, "X.tags, its key, has 129 characters; the limit is 128"),
        ({"": ""}, ValueError, "X.tags, its key, is empty; it needs at least 1 character"),
        ({"k": "v" * 257}, ValueError, "X.tags['k'] has 257 characters; the limit is 256"),
        ({"k": 5}, TypeError, "X.tags['k'] must be a string, not int: 5"),
        (["k"], TypeError, "X.tags must be a mapping from tag keys to values, not ['k']"),
    ],
)
def test_refusal_of_tags_of_a_domain(value: Any, error: type[Exception], reason: str) -> None:
    """A key or value beyond its limit, and what is not a mapping, is refused."""
    with pytest.raises(error) as refusal:
        members("X", tags=value)
    assert str(refusal.value) == reason


def test_tag_keys() -> None:
    """Keys of tags go as a list, each within its limit."""
    assert members("UntagResource", tag_keys=("a", "k" * 128)) == {"tagKeys": ["a", "k" * 128]}
    with pytest.raises(ValueError, match=r"tag_keys\[1\] has 129 characters; the limit is 128"):
        members("UntagResource", tag_keys=["a", "k" * 129])
    with pytest.raises(ValueError, match=r"tag_keys\[0\] is empty"):
        members("UntagResource", tag_keys=[""])
    with pytest.raises(TypeError, match="must be a list of strings, not 'key'"):
        members("UntagResource", tag_keys="key")


@pytest.mark.parametrize(
    ("member", "enum"),
    [
        ("child_policy", "ChildPolicy"),
        ("default_child_policy", "ChildPolicy"),
        ("registration_status", "RegistrationStatus"),
        ("status", "CloseStatus"),
    ],
)
def test_choices_are_those_of_the_model(member: str, enum: str) -> None:
    """A word that is one of a set is taken when it is in the service's set, and only then."""
    words = service_model().shape_for(enum).enum
    for word in words:
        assert members("X", **{member: word}) == {camel_case(member): word}
    for bad in (words[0].lower(), "", 5, "NEVER"):
        with pytest.raises(ValueError, match="it must be one of ") as error:
            members("X", **{member: bad})
        assert str(error.value).startswith(f"X.{member} is {bad!r}; ")
        assert all(word in str(error.value) for word in words)


class Word(str, Enum):
    """A user's enum of texts."""

    POLICY = "ABANDON"
    STATUS = "FAILED"


class Indexed:
    """A stand-in for a number of NumPy."""

    def __index__(self) -> int:
        return 7


@pytest.mark.parametrize("owner", ["ScheduleActivityTask", "StartWorkflowExecution"])
def test_an_empty_timeout_is_not_given(owner: str) -> None:
    """An empty timeout is left out, as in 1.x."""
    assert members(owner, heartbeat_timeout="", execution_start_to_close_timeout="") == {}


def test_an_empty_timeout_that_is_needed() -> None:
    """A timer cannot do without its timeout, so an empty one is refused."""
    with pytest.raises(ValueError, match=r"^StartTimer\.start_to_fire_timeout must be a whole "):
        members("StartTimer", start_to_fire_timeout="")


DOUBLES = {
    "Mock": mock.Mock(),
    "autospec of a text": mock.create_autospec("text", instance=True),
    "object": type("Double", (), {"__slots__": ()})(),
}
#: member -> what is sent for a value
AS_IT_IS = {
    "task_token": lambda value: value,
    "details": lambda value: value,
    "domain": lambda value: value,
    "workflow_id": lambda value: value,
    "child_policy": lambda value: value,
    "task_list": lambda value: {"name": value},
    "heartbeat_timeout": str,
    "task_priority": str,
}


@pytest.mark.parametrize("double", DOUBLES.values(), ids=DOUBLES)
@pytest.mark.parametrize("member", AS_IT_IS)
@pytest.mark.parametrize("owner", ["X", "StartWorkflowExecution", "PollForActivityTask"])
def test_a_double_is_for_botocore_to_judge(owner: str, member: str, double: Any) -> None:
    """Only Python's own types are checked; an object of another class goes on as it is."""
    assert members(owner, **{member: double}) == {camel_case(member): AS_IT_IS[member](double)}


def test_a_parameter_that_has_another_name() -> None:
    """A member goes by its name on the wire, and an error says what the caller wrote."""
    assert members("StartWorkflowExecution", id="w") == {"workflowId": "w"}
    assert members("RegisterActivityType", task_list_name="l", task_priority=2) == {
        "defaultTaskList": {"name": "l"},
        "defaultTaskPriority": "2",
    }
    assert wire_name("RegisterDomain", "retention") == "workflowExecutionRetentionPeriodInDays"
    with pytest.raises(ValueError, match=r"^RegisterActivityType\.task_heartbeat_timeout is -1"):
        members("RegisterActivityType", task_heartbeat_timeout=-1)


def test_a_number_that_is_no_int() -> None:
    """An object that can be a whole number, like one of NumPy, is accepted."""
    sent = members("StartTimer", start_to_fire_timeout=Indexed())
    assert sent == {"startToFireTimeout": "7"}
    assert members("StartWorkflowExecution", task_priority=Indexed()) == {"taskPriority": "7"}


class Number(int, Enum):
    """A user's enum of numbers."""

    HIGH = 7


def test_enums_of_the_user() -> None:
    """An enum of texts or of numbers is spelled by its value, never by its name."""
    assert members(
        "X",
        child_policy=Word.POLICY,
        status=Word.STATUS,
        task_priority=Number.HIGH,
        heartbeat_timeout=Number.HIGH,
    ) == {
        "childPolicy": "ABANDON",
        "status": "FAILED",
        "taskPriority": "7",
        "heartbeatTimeout": "7",
    }


def test_page_size() -> None:
    """A page has up to 1,000 entries, and 0 leaves it to the service."""
    for size in (0, 1, 1000):
        assert members("X", maximum_page_size=size) == {"maximumPageSize": size}
    for bad in (-1, 1001, "10", 1.0, True):
        with pytest.raises(ValueError, match=r"must be a whole number from 0 to 1000$") as error:
            members("X", maximum_page_size=bad)
        assert str(error.value).startswith(f"X.maximum_page_size is {bad!r}; ")


class Pages:
    """An operation that answers page by page, and remembers its calls."""

    def __init__(self, *tokens: Any) -> None:
        self.tokens = list(tokens)
        self.calls: list[dict[str, Any]] = []

    def __call__(self, **params: Any) -> dict[str, Any]:
        self.calls.append(params)
        token = self.tokens.pop(0)
        return {"page": len(self.calls)} | ({} if token is ... else {"nextPageToken": token})


def test_pages_are_called_for_on_demand() -> None:
    """Nothing is called before the first next, and no page before it is asked for."""
    operation = Pages("a", "b", ...)
    walk = pages(operation, domain="d")
    assert operation.calls == []
    next(walk)
    assert operation.calls == [{"domain": "d"}]

    assert [page["page"] for page in walk] == [2, 3]
    assert operation.calls[1:] == [
        {"domain": "d", "nextPageToken": "a"},
        {"domain": "d", "nextPageToken": "b"},
    ]


@pytest.mark.parametrize("last", [..., None, ""])
def test_the_last_page_has_no_token(last: Any) -> None:
    """A page whose token is missing, null or empty is the last."""
    operation = Pages("a", last, "never read")

    assert len(list(pages(operation))) == 2
