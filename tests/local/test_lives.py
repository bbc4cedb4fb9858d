"""The tables of lives, held to botocore's model and to what a table must be."""

from __future__ import annotations

from collections import Counter

import pytest

from py_swf.local.lives import ATTRIBUTES, CLOCKS, CLOSING_EVENTS, LIVES, RANKS, TRIGGERS
from py_swf.local.validation import service_model

SHAPES = service_model()["shapes"]
EVENTS = set(SHAPES["EventType"]["enum"])


def events_of(life: str) -> set[str]:
    """Return the events of one life."""
    return {event for moves in LIVES[life].values() for event in moves}


def test_the_lives_hold_all_events() -> None:
    """Each of the model's 54 event types moves some life, and no other does."""
    assert set().union(*map(events_of, LIVES)) == EVENTS
    assert len(EVENTS) == 54


def test_an_event_belongs_to_one_life() -> None:
    """Only a refused child has two: that of the execution before, of the child after Initiated."""
    counts = Counter(event for life in LIVES for event in events_of(life))
    assert {event for event, count in counts.items() if count > 1} == {
        "StartChildWorkflowExecutionFailed"
    }


def test_the_attribute_members_are_the_models() -> None:
    """Each event's attributes stand under the member that the model names."""
    members = {name for name in SHAPES["HistoryEvent"]["members"] if name.endswith("Attributes")}
    assert set(ATTRIBUTES.values()) == members


@pytest.mark.parametrize("life", LIVES)
def test_every_state_is_reached(life: str) -> None:
    """Each state with a row is reached from the beginning."""
    table = LIVES[life]
    reached, fresh = {""}, {""}
    while fresh:
        fresh = {after for state in fresh for after in table.get(state, {}).values()} - reached
        reached |= fresh
    assert set(table) <= reached


@pytest.mark.parametrize("life", LIVES)
def test_a_life_begins_once(life: str) -> None:
    """One event begins it, and nothing leads back to the beginning."""
    table = LIVES[life]
    assert len(table[""]) == 1
    assert all("" not in moves.values() for moves in table.values())


@pytest.mark.parametrize("life", LIVES)
def test_a_life_can_end(life: str) -> None:
    """From every state a final one is reached."""
    table = LIVES[life]
    ending = {after for moves in table.values() for after in moves.values()} - set(table)
    assert ending
    for _ in table:
        ending |= {state for state, moves in table.items() if ending & set(moves.values())}
    assert set(table) <= ending


def test_the_close_statuses_are_the_models() -> None:
    """A closed execution's state is its close status."""
    assert sorted(CLOSING_EVENTS.values()) == sorted(SHAPES["CloseStatus"]["enum"])


def test_clocks_run_in_states_that_exist() -> None:
    """Every life has its row of clocks, for states of its table, and every clock has a rank."""
    assert set(CLOCKS) == set(LIVES)
    for life, states in CLOCKS.items():
        assert set(states) <= set(LIVES[life])
        assert {clock for clocks in states.values() for clock in clocks} <= set(RANKS)


def test_the_clocks_are_the_models_time_outs() -> None:
    """The clocks of a task are its timeout types in the model."""
    for life, shape in [
        ("activity task", "ActivityTaskTimeoutType"),
        ("decision task", "DecisionTaskTimeoutType"),
        ("workflow execution", "WorkflowExecutionTimeoutType"),
        ("lambda function", "LambdaFunctionTimeoutType"),
    ]:
        running = {clock for clocks in CLOCKS[life].values() for clock in clocks}
        assert running == set(SHAPES[shape]["enum"])


def test_the_end_of_an_activity_clock_goes_by_rank() -> None:
    """Of clocks that end at once start-to-close is told before schedule-to-close and heartbeat."""
    assert sorted(RANKS, key=RANKS.__getitem__) == [
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
