"""Timers: how they fire, are canceled, and are refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.scenes import (
    after_first_decision,
    attributes,
    cancel_timer,
    complete,
    decide,
    events,
    is_task,
    marker,
    moment,
    of,
    poll_decision,
    respond,
    shape,
    signal,
    start,
    timer,
    types,
)


def test_timer_fires(swf: Any, ready: Any) -> None:
    """A timer fires at its own time and refers to its start, which alone holds the control."""
    execution = start(ready)
    decide(ready, timer("t", "10", control="c"))
    swf.advance(9.999)
    assert len(events(ready, execution)) == 5
    swf.advance(3600)
    history = events(ready, execution)
    assert after_first_decision(history) == ["5 TimerStarted(dtc 4)", "6 TimerFired(5)", "7 DTS"]
    assert attributes(history[4]) == {
        "timerId": "t",
        "startToFireTimeout": "10",
        "control": "c",
        "decisionTaskCompletedEventId": 4,
    }
    assert attributes(history[5]) == {"timerId": "t", "startedEventId": 5}
    assert moment(history[5]) == moment(history[4]) + 10


def test_several_timers(swf: Any, ready: Any) -> None:
    """Timers fire in the order of their times; the waiting task sees them all."""
    execution = start(ready)
    decide(ready, timer("late", "30"), timer("soon", "10"), timer("then", "20"))
    swf.advance(30)
    history = events(ready, execution)
    assert [each["timerId"] for each in of(history, "TimerFired")] == ["soon", "then", "late"]
    assert types(history)[7:] == [
        "TimerFired",
        "DecisionTaskScheduled",
        "TimerFired",
        "TimerFired",
    ]


def test_timer_of_zero_seconds(ready: Any) -> None:
    """A timer of 0 seconds fires in a step of its own, after the whole list."""
    execution = start(ready)
    decide(ready, timer("t", "0"), marker())
    assert after_first_decision(events(ready, execution)) == [
        "5 TimerStarted(dtc 4)",
        "6 MarkerRecorded(dtc 4)",
        "7 TimerFired(5)",
        "8 DTS",
    ]


def test_zero_timer_can_be_canceled(ready: Any) -> None:
    """A timer of 0 seconds canceled in its own list does not fire."""
    execution = start(ready)
    decide(ready, timer("t", "0"), cancel_timer())
    assert after_first_decision(events(ready, execution)) == [
        "5 TimerStarted(dtc 4)",
        "6 TimerCanceled(5, dtc 4)",
    ]


def test_closed_execution(swf: Any, ready: Any) -> None:
    """A timer does not fire after the execution closed."""
    execution = start(ready)
    decide(ready, timer("t", "10"), complete())
    swf.advance(60)
    assert types(events(ready, execution))[-1] == "WorkflowExecutionCompleted"


def test_canceled_timer(swf: Any, ready: Any) -> None:
    """A canceled timer is recorded with its start, and never fires."""
    execution = start(ready)
    decide(ready, timer("t", "10"))
    signal(ready)
    decide(ready, cancel_timer())
    swf.advance(60)
    history = events(ready, execution)
    assert shape(history)[-1] == "10 TimerCanceled(5, dtc 9)"
    assert attributes(history[-1])["timerId"] == "t"
    assert not is_task(poll_decision(ready))


@pytest.mark.parametrize("state", ["never started", "fired", "canceled"])
def test_unknown_timer(ready: Any, state: str) -> None:
    """Canceling a timer that is not open fails and schedules a decision."""
    execution = start(ready)
    if state == "fired":
        decide(ready, timer("t", "0"))
    if state == "canceled":
        decide(ready, timer(), cancel_timer(), cancel_timer())
    else:
        decide(ready, cancel_timer())
    history = events(ready, execution)
    assert types(history)[-2:] == ["CancelTimerFailed", "DecisionTaskScheduled"]
    failed = attributes(history[-2])
    assert (failed["timerId"], failed["cause"]) == ("t", "TIMER_ID_UNKNOWN")


def test_fired_while_deciding(swf: Any, ready: Any) -> None:
    """A timer that fires while the decision to cancel it is out cannot be canceled any more."""
    execution = start(ready)
    decide(ready, timer("t", "10"))
    signal(ready)
    task = poll_decision(ready)
    swf.advance(10)
    respond(ready, task, cancel_timer())
    assert after_first_decision(events(ready, execution)) == [
        "5 TimerStarted(dtc 4)",
        "6 WorkflowExecutionSignaled",
        "7 DTS",
        "8 DTStarted(7)",
        "9 TimerFired(5)",
        "10 DTS",
        "11 DTC(7,8)",
        "12 CancelTimerFailed(TIMER_ID_UNKNOWN, dtc 11)",
    ]


def test_timer_id_in_use(ready: Any) -> None:
    """The id of an open timer cannot be used again; the failure schedules a decision."""
    execution = start(ready)
    decide(ready, timer(), timer())
    assert after_first_decision(events(ready, execution)) == [
        "5 TimerStarted(dtc 4)",
        "6 StartTimerFailed(TIMER_ID_ALREADY_IN_USE, dtc 4)",
        "7 DTS",
    ]
    assert of(events(ready, execution), "StartTimerFailed")[0]["timerId"] == "t"


def test_timer_id_free_again(ready: Any) -> None:
    """The id of a timer that fired, or was canceled even in the same list, is free."""
    execution = start(ready)
    decide(ready, timer("t", "0"))
    decide(ready, timer("t", "10"), cancel_timer(), timer("t", "20"))
    history = events(ready, execution)
    assert types(history).count("TimerStarted") == 3
    assert "StartTimerFailed" not in types(history)
