"""What is open in an execution, since when, and who has it: why the execution does not go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import attrs

from py_swf._wording import duration, one_line
from py_swf.history import History
from py_swf.timeline.failures import decider_errors
from py_swf.timeline.lanes import Attempt, Lane
from py_swf.timeline.telling import hidden

__all__ = ["OpenWork", "open_work"]

#: how many events a history can have before the service terminates the execution
_MOST_EVENTS = 25_000
#: after a task has waited for this many seconds, it seems that nobody polls for it
_PATIENCE = 10
#: how much of an execution context is shown
_MOST_CONTEXT = 300


@attrs.frozen
class OpenWork:
    """One thing that an execution waits for."""

    #: a kind of :class:`~py_swf.timeline.Lane`, or "execution" if it concerns all of it
    kind: str
    #: the id that the decider gave it; "" for a decision task and for the execution
    name: str
    #: since when; None if it is not one thing that began
    since: datetime | None
    #: one sentence: how long, where, who has it, what will end it
    text: str
    #: whether it may wait in vain: nobody took it, or nothing will ever happen
    is_stuck: bool
    #: the task list in which it waits for somebody to take it; None if it waits in none
    task_list: str | None = None


def open_work(
    history: History, lanes: list[Lane], now: datetime, hide: bool = False
) -> list[OpenWork]:
    """Return what an execution waits for, what may wait in vain first.

    :param history: the history; for a closed execution nothing is returned.
    :param lanes: its lanes, as :func:`~py_swf.timeline.lanes.lanes_of` returns them.
    :param now: the time of asking, aware.
    :param hide: whether to show only the length of what deciders wrote.
    """
    if history.closed is not None or not history.events:
        return []
    found = [*_about_decider(history, hide), *_about_execution(history, lanes, now)]
    context = hidden(history.execution_context, hide)
    if context:
        text = f"its execution context: {one_line(context)[:_MOST_CONTEXT]}"
        found.append(OpenWork("execution", "", None, text, False))
    for lane in lanes:
        tell = _TELL.get(lane.kind)
        if tell is not None:
            found += [tell(lane, one, now) for one in _open_attempts(lane)]
    return sorted(found, key=lambda work: not work.is_stuck)


def _open_attempts(lane: Lane) -> list[Attempt]:
    attempts = [attempt for attempt in lane.attempts if attempt.is_open]
    # The next decision task is not handed out while a decider is working on one.
    return attempts[:1] if lane.kind == "decision" else attempts


def _about_decider(history: History, hide: bool) -> Iterator[OpenWork]:
    errors = decider_errors(history)
    if errors:
        times = f" {len(errors):,} times in a row" if len(errors) > 1 else ""
        error = hidden((errors[0].details or "").partition("\n")[0], hide)
        said = f": {one_line(error)}" if error else ""
        text = f"the decider failed{times}{said}"
        yield OpenWork("execution", "", errors[-1].event_timestamp, text, True)


def _about_execution(history: History, lanes: list[Lane], now: datetime) -> Iterator[OpenWork]:
    decisions = [one for lane in lanes if lane.kind == "decision" for one in lane.attempts]
    ended = [one for one in decisions if not one.is_open]
    lost = 0
    while lost < len(ended) and ended[-1 - lost].status == "TIMED_OUT":
        lost += 1
    if lost:
        times = "the last decision task" if lost == 1 else f"the last {lost:,} decision tasks"
        text = f"{times} timed out: a decider took it and did not answer"
        if ended[-1].started is None:
            text = f"{times} timed out: no decider took it"
        yield OpenWork("execution", "", ended[-lost].opened.event_timestamp, text, True)
    if len(history.events) >= _MOST_EVENTS * 0.9:
        text = (
            f"its history has {len(history.events):,} events; at {_MOST_EVENTS:,} the service "
            "terminates it"
        )
        yield OpenWork("execution", "", None, text, True)
    if not any(lane.is_open for lane in lanes if lane.kind in _TELL):
        last = history.events[-1].event_timestamp
        text = f"nothing is open for {_ago(last, now)}: only a signal or a cancel request can "
        text += f"make it go on{_execution_end(history, now)}"
        yield OpenWork("execution", "", last, text, True)


def _execution_end(history: History, now: datetime) -> str:
    started = history.started
    if started is None:
        return ""
    limit = _left(started.event_timestamp, started.execution_start_to_close_timeout, now)
    return f"; it times out {limit}" if limit else ""


def _tell_decision(lane: Lane, one: Attempt, now: datetime) -> OpenWork:
    task: Any = one.opened
    began = (one.started or task).event_timestamp
    if one.started is None:
        text = f"a decision task has waited {_ago(began, now)} in task list "
        text += f"{_quoted(task.task_list)}: no decider has taken it"
        return OpenWork(lane.kind, "", began, text, _is_long(began, now), task.task_list)
    text = f"{_who(one.started, 'a decider')} has had a decision task for "
    text += _ago(began, now) + _ends(began, task.start_to_close_timeout, now)
    return OpenWork(lane.kind, "", began, text, False)


def _tell_activity(lane: Lane, one: Attempt, now: datetime) -> OpenWork:
    task: Any = one.opened
    what = f"activity {_quoted(lane.name)} ({lane.type_name})"
    began = (one.started or task).event_timestamp
    until = [(task.event_timestamp, task.schedule_to_close_timeout)]
    if one.started is None:
        text = f"{what} has waited {_ago(began, now)} in task list "
        text += f"{_quoted(task.task_list)}: no worker has taken it"
        until.append((began, task.schedule_to_start_timeout))
        text += _ends_first(until, now)
        return OpenWork(lane.kind, lane.name, began, text, _is_long(began, now), task.task_list)
    text = f"{_who(one.started, 'a worker')} has worked on {what} for {_ago(began, now)}"
    text += _ends_first([*until, (began, task.start_to_close_timeout)], now)
    if _is_finite(task.heartbeat_timeout):
        text += f", or after {duration(task.heartbeat_timeout)} without a heartbeat"
    return OpenWork(lane.kind, lane.name, began, text, False)


def _tell_timer(lane: Lane, one: Attempt, now: datetime) -> OpenWork:
    timer: Any = one.opened
    fires = _left(timer.event_timestamp, timer.start_to_fire_timeout, now) or "some day"
    text = f"timer {_quoted(lane.name)} has run for {_ago(timer.event_timestamp, now)}; it fires "
    return OpenWork(lane.kind, lane.name, timer.event_timestamp, text + fires, False)


def _tell_child(lane: Lane, one: Attempt, now: datetime) -> OpenWork:
    child: Any = one.opened
    what = f"child workflow {_quoted(lane.name)} ({lane.type_name})"
    if one.started is None:
        text = f"{what} was asked for {_ago(child.event_timestamp, now)} ago and has not started"
        return OpenWork(lane.kind, lane.name, child.event_timestamp, text, False)
    began = one.started.event_timestamp
    text = f"{what} has run for {_ago(began, now)}"
    text += _ends(began, child.execution_start_to_close_timeout, now)
    return OpenWork(lane.kind, lane.name, began, text, False)


def _tell_function(lane: Lane, one: Attempt, now: datetime) -> OpenWork:
    task: Any = one.opened
    began = (one.started or task).event_timestamp
    how = "has waited to be invoked for" if one.started is None else "has run for"
    text = f"Lambda function {_quoted(lane.name)} ({lane.type_name}) {how} {_ago(began, now)}"
    text += _ends(task.event_timestamp, task.start_to_close_timeout, now)
    return OpenWork(lane.kind, lane.name, began, text, False)


#: kind of a lane -> how to describe an attempt that is open
_TELL: dict[str, Callable[[Lane, Attempt, datetime], OpenWork]] = {
    "decision": _tell_decision,
    "activity": _tell_activity,
    "timer": _tell_timer,
    "child workflow": _tell_child,
    "Lambda function": _tell_function,
}


def _quoted(text: str) -> str:
    return f"'{one_line(str(text))}'"


def _who(started: Any, somebody: str) -> str:
    return one_line(started.identity) if started.identity else somebody


def _ago(since: datetime, now: datetime) -> str:
    return duration(max((now - since).total_seconds(), 0))


def _is_long(since: datetime, now: datetime) -> bool:
    return (now - since).total_seconds() >= _PATIENCE


def _is_finite(seconds: Any) -> bool:
    return isinstance(seconds, int | float) and seconds != float("inf")


def _left(since: datetime, timeout: Any, now: datetime) -> str:
    """Say when a timeout ends; "" if there is none."""
    if not _is_finite(timeout):
        return ""
    left = (since + timedelta(seconds=timeout) - now).total_seconds()
    return f"in {duration(left)}" if left > 0 else "any moment"


def _ends(since: datetime, timeout: Any, now: datetime) -> str:
    left = _left(since, timeout, now)
    return f"; it times out {left}" if left else ""


def _ends_first(timeouts: list[tuple[datetime, Any]], now: datetime) -> str:
    """Say which of several timeouts comes first."""
    finite = [
        (since + timedelta(seconds=seconds), since, seconds)
        for since, seconds in timeouts
        if _is_finite(seconds)
    ]
    if not finite:
        return "; it never times out"
    _, since, seconds = min(finite)
    return _ends(since, seconds, now)
