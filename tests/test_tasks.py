"""Tasks: how they are compared, made by hand in a user's tests, and pickled."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import Any

import attrs
import pytest

import py_swf
from py_swf.clients import activity_task, decision
from py_swf.tasks import ActivityTask, DecisionTask
from py_swf.types import ActivityType, WorkflowExecution, WorkflowType
from tests.model import HISTORIES

DECISION = DecisionTask([], "token", "w", "r", ("flow", "1"), 12, 8)
ACTIVITY = ActivityTask("a", "act", "1", "in", "token", "w", "r", 6)


class Unread(Sequence[Any]):
    """Events that nobody may read."""

    def __getitem__(self, index: Any) -> Any:
        raise AssertionError("it was read")

    __len__ = __getitem__  # type: ignore[assignment]


def test_the_old_import_paths() -> None:
    """The modules of the clients, and the package, have the very classes."""
    assert decision.DecisionTask is py_swf.DecisionTask is DecisionTask
    assert activity_task.ActivityTask is py_swf.ActivityTask is ActivityTask


def test_comparing_reads_nothing() -> None:
    """Two polls of one task are the same key, whatever their events; no page is read for it."""
    task = attrs.evolve(DECISION, events=Unread())
    again = attrs.evolve(DECISION, events=Unread(), earlier_events=Unread(), newest_first=False)

    assert task == again == DECISION
    assert len({task, again, DECISION}) == 1
    assert {task: "kept"}[again] == "kept"


@pytest.mark.parametrize(
    "change",
    [
        {"task_token": "other"},
        {"workflow_id": "other"},
        {"workflow_run_id": "other"},
        {"started_event_id": 13},
    ],
    ids=lambda change: next(iter(change)),
)
@pytest.mark.parametrize("task", [DECISION, ACTIVITY])
def test_another_task(task: Any, change: dict[str, Any]) -> None:
    """A task of another token, run or id is another one."""
    other = attrs.evolve(task, **change)

    assert task != other
    assert len({task, other}) == 2


def test_an_activity_task_compares_by_what_it_is() -> None:
    """An activity task of another activity or with another input is another one."""
    assert attrs.evolve(ACTIVITY) == ACTIVITY
    assert attrs.evolve(ACTIVITY, activity_id="b") != ACTIVITY
    assert attrs.evolve(ACTIVITY, input="other") != ACTIVITY
    assert ACTIVITY != DECISION


@pytest.mark.parametrize("task", [DECISION, ACTIVITY])
def test_a_copy_from_another_process(task: Any) -> None:
    """A task that was pickled is equal to itself, and is the same key."""
    assert {pickle.loads(pickle.dumps(task))} == {task}


def test_the_text_of_a_task() -> None:
    """It shows the ids, and nothing of how further events are read."""
    assert "workflow_id='w'" in repr(DECISION)
    assert "earlier_events" not in repr(DECISION)


def test_pairs() -> None:
    """The run and the type of a task are records of their own."""
    assert DECISION.workflow_execution == WorkflowExecution("w", "r")
    assert DECISION.workflow_type == WorkflowType("flow", "1")
    assert ACTIVITY.activity_type == ActivityType("act", "1")


@pytest.mark.parametrize("newest_first", [True, False])
def test_events_as_boto3_returns_them(newest_first: bool) -> None:
    """A task that a test makes of boto3's dicts, in either order, has a history of records."""
    history = HISTORIES["two-activities-in-sequence"]
    task = attrs.evolve(
        DECISION, events=history[:: -1 if newest_first else 1], newest_first=newest_first
    )

    assert [event.event_id for event in task.all_events()] == list(range(1, len(history) + 1))
    assert [event.event_id for event in task.new_events] == list(range(9, len(history) + 1))
    assert task.history.events == list(task.all_events())


def test_no_events() -> None:
    """A task without events has no history, and asks for nothing earlier."""
    assert list(attrs.evolve(DECISION, earlier_events=Unread()).all_events()) == []


AS_TUPLES = [
    (
        ActivityTask("id", "pack", "1", "in", "token", "w", "r", 7),
        ("id", "pack", "1", "in", "token", "w", "r"),
        ActivityTask("id", "pack", "1", "in", "other", "w", "r", 7),
    ),
    (
        DecisionTask([], "token", "w", "r", ("flow", "1"), 7, 3),
        ([], "token", "w", "r", WorkflowType("flow", "1")),
        DecisionTask([], "other", "w", "r", ("flow", "1"), 7, 3),
    ),
]


@pytest.mark.parametrize(("task", "values", "replaced"), AS_TUPLES)
def test_a_task_is_used_as_the_named_tuple_of_1x(task, values, replaced):
    """A task has the fields of 1.x by index, unpacked and as a dict, and replaces one of them."""
    first, *others = task

    assert (first, *others) == tuple(task) == values
    assert (task[0], task[-1], task[1:3], len(task)) == (
        values[0],
        values[-1],
        values[1:3],
        len(values),
    )
    assert task._asdict() == dict(zip(task._fields, values, strict=True))
    assert [getattr(task, name) for name in task._fields] == list(values)
    assert task._replace(task_token="other") == replaced
    assert task._replace(task_token="other").started_event_id == 7
