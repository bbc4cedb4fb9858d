"""The states and timeouts of all entities, held to botocore's model."""

from __future__ import annotations

from collections import Counter

import pytest

from docs.draw_states import KINDS
from py_swf.local.machine.execution.activity_task import ActivityTask
from py_swf.local.machine.execution.child_execution import ChildExecution
from py_swf.local.machine.execution.decision_task import TRIGGERS, DecisionTask
from py_swf.local.machine.execution.entity import (
    TIMEOUT_ORDER,
    Entity,
    States,
    event_attributes_member,
)
from py_swf.local.machine.execution.execution import CLOSING_EVENTS, Execution
from py_swf.local.machine.execution.lambda_function import LambdaFunction
from py_swf.local.machine.requests.model import service_model

every_kind = pytest.mark.parametrize("states", [pytest.param(k.states, id=k.name) for k in KINDS])
SHAPES = service_model()["shapes"]
EVENTS = set(SHAPES["EventType"]["enum"])


def events_of(kind: type[Entity]) -> set[str]:
    """Return the events that move one kind of entity."""
    return {event for moves in kind.states.values() for event in moves}


def test_the_entities_know_all_events() -> None:
    """Each of the model's event types moves some entity, and no other does."""
    assert set().union(*map(events_of, KINDS)) == EVENTS, "add it to the states of what it moves"


def test_an_event_belongs_to_one_entity() -> None:
    """Only a refused child has two: before Initiated it is the execution's, then the child's."""
    counts = Counter(event for kind in KINDS for event in events_of(kind))
    assert {event for event, count in counts.items() if count > 1} == {
        "StartChildWorkflowExecutionFailed"
    }


def test_the_attribute_members_are_the_models() -> None:
    """Each event's attributes are under the member that the model names."""
    members = {name for name in SHAPES["HistoryEvent"]["members"] if name.endswith("Attributes")}
    assert set(map(event_attributes_member, EVENTS)) == members


@every_kind
def test_every_state_is_reached(states: States) -> None:
    """Each state with a row is reached from the beginning."""
    reached, fresh = {""}, {""}
    while fresh:
        fresh = {after for state in fresh for after in states.get(state, {}).values()} - reached
        reached |= fresh
    assert set(states) <= reached


@every_kind
def test_an_entity_begins_once(states: States) -> None:
    """One event begins it, and nothing leads back to the beginning."""
    assert len(states[""]) == 1
    assert all("" not in moves.values() for moves in states.values())


@every_kind
def test_an_entity_can_end(states: States) -> None:
    """From every state a final one is reached."""
    ending = {after for moves in states.values() for after in moves.values()} - set(states)
    assert ending
    for _ in states:
        ending |= {state for state, moves in states.items() if ending & set(moves.values())}
    assert set(states) <= ending


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_an_entity_is_found_by_is_in_its_first_event(kind: type[Entity]) -> None:
    """Its own id, and the lengths of its timeouts, are attributes of the event that begins it."""
    (first,) = kind.states[""]
    members = set(SHAPES[f"{first}EventAttributes"]["members"])
    assert {kind.id_member} - {""} <= members
    assert {member for row in kind.timeouts.values() for member in row.values()} <= members


def test_the_close_statuses_are_the_models() -> None:
    """A closed execution's state is its close status."""
    assert sorted(CLOSING_EVENTS.values()) == sorted(SHAPES["CloseStatus"]["enum"])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_timeouts_run_in_states_that_exist(kind: type[Entity]) -> None:
    """Timeouts run in states of the table, and each has its place in the order."""
    assert set(kind.timeouts) <= set(kind.states)
    assert {timeout for row in kind.timeouts.values() for timeout in row} <= set(TIMEOUT_ORDER)


def test_the_timeouts_are_the_models() -> None:
    """The timeouts of a task are its timeout types in the model."""
    for kind, shape in [
        (ActivityTask, "ActivityTaskTimeoutType"),
        (DecisionTask, "DecisionTaskTimeoutType"),
        (Execution, "WorkflowExecutionTimeoutType"),
        (LambdaFunction, "LambdaFunctionTimeoutType"),
    ]:
        running = {timeout for row in kind.timeouts.values() for timeout in row}
        assert running == set(SHAPES[shape]["enum"])


def test_an_entity_without_timeouts_has_no_event_for_one() -> None:
    """A child has no timeouts, so the end of one is a bug."""
    with pytest.raises(NotImplementedError, match="child workflow execution has no timeout X"):
        ChildExecution().timeout_event("X")


def test_timeouts_that_end_at_once_go_in_order() -> None:
    """Of timeouts that end at once start-to-close comes before schedule-to-close and heartbeat."""
    assert sorted(TIMEOUT_ORDER, key=TIMEOUT_ORDER.__getitem__) == [
        "START_TO_FIRE",
        "SCHEDULE_TO_START",
        "START_TO_CLOSE",
        "SCHEDULE_TO_CLOSE",
        "HEARTBEAT",
    ]


def test_what_calls_the_decider() -> None:
    """The events that trigger no decision task are these; all others do."""
    silent = {
        "DecisionTaskScheduled",
        "DecisionTaskStarted",
        "DecisionTaskCompleted",
        "ActivityTaskScheduled",
        "ActivityTaskStarted",
        "ActivityTaskCancelRequested",
        "MarkerRecorded",
        "TimerStarted",
        "TimerCanceled",
        "StartChildWorkflowExecutionInitiated",
        "SignalExternalWorkflowExecutionInitiated",
        "RequestCancelExternalWorkflowExecutionInitiated",
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
    }
    assert silent | set(CLOSING_EVENTS) == EVENTS - TRIGGERS
