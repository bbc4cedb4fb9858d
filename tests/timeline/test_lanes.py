"""The lanes into which a history is put, and how they are folded."""

import json
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from py_swf.events import event_from_wire
from py_swf.history import History
from py_swf.timeline.lanes import fold, lanes_of
from tests.generated import events as wire_events
from tests.house.project import ROOT
from tests.timeline.stories import completed_order, crowd

RECORDED = sorted((ROOT / "tests" / "local" / "recorded").glob("*[a-z].json"))


def lanes_by_label(history):
    return {(lane.kind, lane.name): lane for lane in lanes_of(history)}


@pytest.fixture(scope="module")
def order():
    return lanes_by_label(completed_order().history)


def test_each_thing_has_a_lane_in_the_order_of_beginning(order):
    """Decision tasks, activities, timers, children and marks each have a lane."""
    assert list(order) == [
        ("decision", "decision tasks"),
        ("activity", "charge-card"),
        ("activity", "pack"),
        ("timer", "give-up"),
        ("child workflow", "parcel-17"),
        ("marker", "prices"),
        ("timer", "retry-1"),
        ("failed decision", "RequestCancelActivityTask: ACTIVITY_ID_UNKNOWN"),
        ("signal", "gift-wrap"),
        ("activity", "send"),
    ]


def test_all_attempts_under_an_id_are_in_its_lane(order):
    """The attempts of an activity are in one lane, each with how it ended."""
    lane = order["activity", "charge-card"]

    assert [attempt.status for attempt in lane.attempts] == ["FAILED", "COMPLETED"]
    assert lane.type_name == "charge 1"


def test_decision_tasks_are_joined(order):
    """A decision task is one thing, from its scheduling to its completion."""
    lane = order["decision", "decision tasks"]

    assert set(lane.statuses) == {"COMPLETED"}
    assert all(attempt.started and attempt.closed for attempt in lane.attempts)


def test_a_decision_task_can_be_open():
    """A decision task that nobody took is open; one that was taken and not answered is, too."""
    story = completed_order()
    events = story.history.events
    (first, second) = [n for n, e in enumerate(events) if e.event_type == "DecisionTaskStarted"][:2]

    waiting = lanes_of(History(events[:first]))[0].attempts[-1]
    taken = lanes_of(History(events[: second + 1]))[0].attempts[-1]

    assert (waiting.status, waiting.is_open, waiting.started) == ("SCHEDULED", True, None)
    assert (taken.status, taken.is_open) == ("STARTED", True)


@pytest.mark.parametrize("path", [p for p in RECORDED if p.stem != "wire-samples"], ids=str)
def test_what_opens_in_a_recorded_history_is_in_a_lane(path):
    """No activity, timer or child of a history that the real service wrote is lost."""
    events = json.loads(path.read_text(encoding="utf-8"))["events"]
    opening = {
        "ActivityTaskScheduled": "activity",
        "TimerStarted": "timer",
        "StartChildWorkflowExecutionInitiated": "child workflow",
        "DecisionTaskScheduled": "decision",
        "WorkflowExecutionSignaled": "signal",
        "MarkerRecorded": "marker",
    }

    lanes = lanes_of(History(map(event_from_wire, events)))

    drawn = Counter()
    for lane in lanes:
        drawn[lane.kind] += len(lane.attempts)
    there = Counter(opening[e["eventType"]] for e in events if e["eventType"] in opening)
    assert {kind: drawn[kind] for kind in there} == there


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(wire_events, max_size=30))
def test_no_history_is_too_strange(events):
    """Events of any type, in any order, are put into lanes without an error."""
    numbered = [{**event, "eventId": number} for number, event in enumerate(events, 1)]

    for lane in lanes_of(History(map(event_from_wire, numbered))):
        assert lane.attempts


def test_few_lanes_are_not_folded(order):
    """Lanes that fit are not folded."""
    assert fold(list(order.values()), 10) == list(order.values())


def test_what_repeats_is_folded_and_what_stands_out_is_not():
    """Among thousands of activities, those that are open or failed keep their lanes."""
    lanes = lanes_of(History(map(event_from_wire, crowd(4000))))

    folded = fold(lanes, 40)

    big = max(folded, key=lambda lane: lane.folded)
    alone = [lane.attempts[0].status for lane in folded if lane.kind == "activity" and lane != big]
    assert len(lanes) == 4001
    assert (big.name, big.folded, big.statuses) == ("resize-*", 3988, Counter(COMPLETED=3988))
    assert Counter(alone) == Counter(FAILED=7, STARTED=5)


@pytest.mark.parametrize("most", [12, 20, 40])
def test_folding_ends_where_it_was_asked_to(most):
    """However many lanes there are, folding leaves at most the given number, and loses nothing."""
    lanes = lanes_of(History(map(event_from_wire, crowd(9000)[:25_000])))

    folded = fold(lanes, most)

    assert len(folded) <= most
    assert sum(lane.folded for lane in folded) == len(lanes)
    assert sum(len(lane.attempts) for lane in folded) == sum(len(lane.attempts) for lane in lanes)
