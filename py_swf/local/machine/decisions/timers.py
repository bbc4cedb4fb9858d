"""The decisions about timers: to start one and to cancel it."""

from __future__ import annotations

from py_swf.local.machine.decisions.completion import Completion
from py_swf.local.machine.execution.entity import Wire
from py_swf.local.machine.execution.timer import Timer

__all__ = ["cancel_timer", "start_timer"]


def start_timer(completion: Completion, attributes: Wire) -> str | None:
    """Start a timer."""
    state, timers = completion.state, completion.execution.open(Timer)
    timer_id = attributes["timerId"]
    still_taken = () if state.choices.timer_id_free_at_once else completion.canceled_timers
    if timer_id in timers or timer_id in still_taken:
        return "TIMER_ID_ALREADY_IN_USE"
    if len(timers) >= state.limits.open_timers:
        return "OPEN_TIMERS_LIMIT_EXCEEDED"
    content = {**attributes, "decisionTaskCompletedEventId": completion.completed}
    completion.execution.record("TimerStarted", Timer(), **content)
    return None


def cancel_timer(completion: Completion, attributes: Wire) -> str | None:
    """Cancel a timer."""
    timer = completion.execution.open(Timer).get(attributes["timerId"])
    if timer is None:
        return "TIMER_ID_UNKNOWN"
    completion.canceled_timers.add(attributes["timerId"])
    completion.execution.record(
        "TimerCanceled",
        timer,
        timerId=attributes["timerId"],
        startedEventId=timer.opened,
        decisionTaskCompletedEventId=completion.completed,
    )
    return None
