"""How values of the wire become values of Python."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

from py_swf._from_wire import READ, _remembered, read_record, read_value, utc
from py_swf.types import ActivityType, WorkflowExecution, WorkflowType
from tests.model import service_model

NOON = datetime(2023, 7, 21, 12, 0, 0, 477_000, tzinfo=timezone.utc)
RUN = {"workflowId": "w", "runId": "r"}

#: kind of shape -> the members that READ has to know, and what one value becomes
KINDS: dict[str, tuple[Any, Any]] = {
    "Timestamp": (NOON.timestamp(), NOON),
    "DurationInSeconds": ("60", 60),
    "DurationInSecondsOptional": ("NONE", math.inf),
    "DurationInDays": ("90", 90),
    "TaskList": ({"name": "list"}, "list"),
    "TaskPriority": ("-5", -5),
    "TagList": (["a", "b"], ("a", "b")),
    "ActivityType": ({"name": "n", "version": "v"}, ActivityType("n", "v")),
    "WorkflowType": ({"name": "n", "version": "v"}, WorkflowType("n", "v")),
    "WorkflowExecution": (RUN, WorkflowExecution("w", "r")),
}

#: where boto3's own answers hold the values of records
ANSWERS = [
    "HistoryEvent",
    *(
        f"{kind}Type{part}"
        for kind in ("Workflow", "Activity")
        for part in ("Info", "Configuration")
    ),
]
ANSWERS += ["DomainInfo", "DomainConfiguration", "WorkflowExecutionInfo"]
ANSWERS += ["WorkflowExecutionConfiguration", "WorkflowExecutionDetail"]


def members_with_a_reading() -> list[tuple[str, str]]:
    """Every member of an answer whose shape is one of KINDS, by the model."""
    model = service_model()
    names = ANSWERS + [f"{event}EventAttributes" for event in model.shape_for("EventType").enum]
    return sorted(
        {
            (member, shape.name)
            for name in names
            for member, shape in model.shape_for(name).members.items()
            if shape.name in KINDS
        }
    )


def test_the_table_is_that_of_the_model() -> None:
    """Each member that needs reading is in the table, and no other."""
    assert {member for member, _ in members_with_a_reading()} == set(READ)


@pytest.mark.parametrize(("member", "kind"), members_with_a_reading())
def test_each_member_is_read_by_its_kind(member: str, kind: str) -> None:
    """A duration becomes seconds, a list its name, a timestamp an aware datetime, and so on."""
    value, expected = KINDS[kind]

    assert read_value(member, value) == expected
    assert type(read_value(member, value)) is type(expected)


@pytest.mark.parametrize("member", sorted(READ))
def test_null_is_none(member: str) -> None:
    """A null member counts as missing."""
    assert read_value(member, None) is None


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("heartbeatTimeout", "soon"),
        ("heartbeatTimeout", {}),
        ("taskPriority", "high"),
        ("taskPriority", []),
        ("taskList", "list"),
        ("taskList", {}),
        ("taskList", []),
        ("activityType", {"name": "n"}),
        ("activityType", {"name": [], "version": {}}),
        ("workflowType", "type"),
        ("workflowExecution", {"workflowId": "w"}),
        ("workflowExecution", 5),
        ("tagList", 5),
        ("eventTimestamp", "yesterday"),
        ("eventTimestamp", math.nan),
        ("eventTimestamp", 1e300),
        ("eventTimestamp", 1e15),
        ("eventTimestamp", {}),
    ],
)
def test_the_unreadable_stays_as_it_came(member: str, value: Any) -> None:
    """A value that cannot be read is kept, and nothing is raised."""
    assert read_value(member, value) is value


def test_unknown_members_are_taken_as_they_come() -> None:
    """A member without a reader keeps its value."""
    assert read_value("result", "60") == "60"


@pytest.mark.parametrize(
    "value",
    [
        NOON.timestamp(),
        NOON,
        NOON.astimezone(timezone(timedelta(hours=5))),
        int(NOON.timestamp()),
    ],
)
def test_timestamps_are_in_utc(value: Any) -> None:
    """A number and an aware datetime of any zone are the same moment, in UTC."""
    expected = NOON.replace(microsecond=0) if isinstance(value, int) else NOON

    assert utc(value) == expected
    assert utc(value).tzinfo is timezone.utc


@attrs.frozen(kw_only=True)
class Note:
    """A record as small as it can be."""

    task_list: str
    task_priority: int | None = None
    result: str | None = None


def test_a_record_says_what_it_reads() -> None:
    """The fields of the class are read; members that it does not name are ignored."""
    mapping = {"taskList": {"name": "l"}, "taskPriority": "5", "newMember": 1}

    assert read_record(Note, mapping) == Note(task_list="l", task_priority=5)


def test_what_is_missing_is_none() -> None:
    """A record can be made from an empty mapping."""
    assert read_record(Note, {}) == Note(task_list=None)  # type: ignore[arg-type]


def test_given_fields_are_not_read() -> None:
    """Given values override the mapping's."""
    assert read_record(Note, {"result": "wire"}, result=None, task_list="mine") == Note(
        task_list="mine"
    )


def test_what_is_remembered_is_bounded() -> None:
    """Only the last thousand different types are remembered."""
    remember = _remembered(int)

    assert [remember(str(number)) for number in range(5000)] == list(range(5000))
    assert remember.cache_info().currsize == 1024
