"""Around a decider: make its errors visible, cut long lists of decisions, find its deadline.

A decider is any function from a decision task to decisions. It keeps nothing between two tasks, so
anything that is put off is worked out again from the history, at the next task.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, TypeAlias, overload

import attrs

from py_swf import events as ev
from py_swf._failure_texts import DECIDER_ERROR, details_of_marker, reason_of, traceback_of
from py_swf.daemon.answers import GIVE_UP_AFTER
from py_swf.daemon.argument_checks import check_count
from py_swf.daemon.calling import Calling
from py_swf.daemon.error_verdicts import name_of, remedy_for, verdict_of
from py_swf.daemon.task_ids import ids_of, title_of
from py_swf.decisions import (
    Answer,
    Decision,
    FailWorkflowExecution,
    RecordMarker,
    StartTimer,
)
from py_swf.errors import is_of_reading
from py_swf.tasks import DecisionTask

__all__ = [
    "DECIDER_ERROR",
    "WAKE_UP",
    "Decide",
    "OnError",
    "complete",
    "decide_visibly",
    "fail_execution",
    "first_decisions",
    "is_unread",
    "is_wake_up",
    "retry_by_timer",
    "seconds_for",
]

_log = logging.getLogger(__name__)

#: from a decision task to what answers it: decisions, or an Answer
Decide: TypeAlias = Callable[[DecisionTask], Answer | Iterable[Decision]]
#: from a decision task, and what its decider raised, to what answers it instead
OnError: TypeAlias = Callable[[DecisionTask, Exception], Answer | Iterable[Decision]]

#: how the ids of the timers begin that this module starts to get another decision task
WAKE_UP = "py_swf.wake-up"


def is_wake_up(timer: Any) -> bool:
    """Return whether a timer, or an event of one, comes from this module and not from the decider.

    :param timer: a Timer of a history, or any event; False for events of anything else.
    """
    return str(getattr(timer, "timer_id", "")).startswith(f"{WAKE_UP}.")


def _wake_up(task: DecisionTask, seconds: int) -> StartTimer:
    # Each task has an id of its own, so a timer that is still running does not get in the way.
    return StartTimer(f"{WAKE_UP}.{task.started_event_id}", seconds)


@overload
def first_decisions(
    task: DecisionTask, decisions: Answer, most: int = ..., most_bytes: int = ...
) -> Answer: ...
@overload
def first_decisions(
    task: DecisionTask, decisions: Iterable[Decision], most: int = ..., most_bytes: int = ...
) -> list[Decision]: ...
def first_decisions(
    task: DecisionTask,
    decisions: Answer | Iterable[Decision],
    most: int = 100,
    most_bytes: int = 900_000,
) -> Answer | list[Decision]:
    """Return as many decisions as fit in one answer, and a timer that brings up the rest.

    Decisions that fit are returned as they are. Otherwise the last one returned is a timer of 0
    seconds, so that another decision task follows at once. **What was left out is not kept**: at
    that task the decider must work out from the history what is still to be done. A decider that
    decides from ``task.history`` ("schedule each item that has no activity yet") does so anyway;
    one that only looks at ``task.new_events`` would lose it.

    :param task: the task that is answered.
    :param decisions: what was decided, a closing decision last; or an Answer. In that case an
        Answer is returned, with the same execution context and task list.
    :param most: the largest number of decisions to return, at least 2, including the timer. The
        service documents no limit; 100 is what its flow libraries use.
    :param most_bytes: the largest size of them, as sent; the service takes requests of 1 MB.
    :raises ValueError: when ``most`` is less than 2.
    """
    check_count("most", most, 2, ": a decision and a timer")
    if isinstance(decisions, Answer):
        cut = first_decisions(task, decisions.decisions, most, most_bytes)
        return attrs.evolve(decisions, decisions=cut)
    decisions = list(decisions)
    fitting, size = 0, 0
    for decision in decisions[:most]:
        size += len(json.dumps(decision.to_wire()))
        if size > most_bytes:
            break
        fitting += 1
    if fitting == len(decisions):
        return decisions
    kept = decisions[: max(1, min(fitting, most - 1))]
    text = "%d decisions for %s are sent now; %d are left for its next task"
    left = len(decisions) - len(kept)
    _log.info(text, len(kept), title_of(task), left, extra=ids_of(task))
    return [*kept, _wake_up(task, 0)]


def fail_execution(task: DecisionTask, error: Exception) -> list[Decision]:
    """Fail the execution, with the decider's error in a marker and the traceback in the details.

    :param task: the task that could not be decided.
    :param error: what the decider raised.
    """
    return [
        RecordMarker(DECIDER_ERROR, details_of_marker(error)),
        FailWorkflowExecution(reason_of(error), traceback_of(error)),
    ]


def retry_by_timer(*, first: int = 10, longest: int = 3600, attempts: int | None = 8) -> OnError:
    """Return a policy that records the error in a marker and has the task decided again later.

    Use it for deciders that are fixed while executions wait for them. As with
    :func:`first_decisions`, the decider must decide from the whole history: the next task's
    ``new_events`` begin after this one, and its newest event may be the timer that woke it
    (:func:`is_wake_up`), or the marker. A signal or the end of an activity does not wait for the
    timer. Its decision task is decided too, and if that fails as well, the timer keeps running and
    no attempt is counted.

    :param first: seconds to the second attempt; each further wait is twice as long.
    :param longest: longest wait, in seconds.
    :param attempts: how many of them in a row may fail; after the last one the execution is failed
        as by :func:`fail_execution`. None never fails it: the waits continue.
    """

    def policy(task: DecisionTask, error: Exception) -> list[Decision]:
        marker = RecordMarker(DECIDER_ERROR, details_of_marker(error))
        if any(map(is_wake_up, task.history.open_timers)):
            return [marker]
        before = _errors_in_a_row(task)
        if attempts is not None and before + 1 >= attempts:
            return fail_execution(task, error)
        return [marker, _wake_up(task, min(longest, first * 2 ** min(before, 32)))]

    return policy


def _errors_in_a_row(task: DecisionTask) -> int:
    """Count the last attempts that ended in a marker of a decider's error and asked for a timer."""
    markers = (marker for marker in task.history.markers if marker.marker_name == DECIDER_ERROR)
    failed = {marker.decision_task_completed_event_id for marker in markers}
    row = 0
    for event in reversed(task.history.events):
        if isinstance(event, ev.DecisionTaskCompleted) and event.event_id not in failed:
            break
        row += isinstance(event, (ev.TimerStarted, ev.StartTimerFailed)) and is_wake_up(event)
    return row


@overload
def decide_visibly(
    task: DecisionTask,
    decide: Callable[[DecisionTask], Iterable[Decision]],
    *,
    on_error: Callable[[DecisionTask, Exception], Iterable[Decision]] = ...,
    give_up_after: float = ...,
    calling: Calling | None = ...,
) -> list[Decision]: ...
@overload
def decide_visibly(
    task: DecisionTask,
    decide: Decide,
    *,
    on_error: OnError = ...,
    give_up_after: float = ...,
    calling: Calling | None = ...,
) -> Answer | list[Decision]: ...
def decide_visibly(
    task: DecisionTask,
    decide: Decide,
    *,
    on_error: OnError = fail_execution,
    give_up_after: float = GIVE_UP_AFTER,
    calling: Calling | None = None,
) -> Answer | list[Decision]:
    """Have a task decided, so that an error of the decider can be seen in the history.

    If a decider raises, its task times out, is handed out again, and raises again, forever and in
    silence. Here ``on_error`` turns the error into decisions instead. It is also called if the
    decider returns something that the service would refuse, except for more decisions than one
    request can carry: see :func:`first_decisions`.

    If the history cannot be read, that is not an error of the decider: reading events may run into
    throttling or a lost connection. This is waited out, and the task is decided again; the pages
    that were read are kept. If a call that the decider makes itself fails like that, for example to
    a database, it is the decider's error.

    :param task: the task.
    :param decide: the decider; may be a generator function.
    :param on_error: makes the answer to a task that could not be decided.
    :param give_up_after: seconds after which an error in reading is raised; the task then times out
        and is handed out again.
    :param calling: how calls are timed, reported and tried again; None is ``Calling()``.
    :return: the decisions as a list, or the Answer that the decider returned; checked, for
        :func:`py_swf.daemon.respond`.
    :raises TypeError: when ``on_error`` does not return an answer either; likewise a ValueError.
        What ``on_error`` raises is passed on.
    :raises ClientError: when reading the history is refused, for example for lack of permission.
    """
    calling = calling or Calling()
    deadline = calling.clock() + give_up_after
    attempt = 0
    while True:
        try:
            return _decided(task, decide, on_error)
        except Exception as error:
            pause = calling.pause(attempt)
            if not is_unread(error) or calling.clock() + pause > deadline:
                raise
            text = "the history of %s could not be read (%s); trying again in %.1f s"
            _log.warning(text, title_of(task), name_of(error), pause, extra=ids_of(task))
        calling.sleep(pause)
        attempt += 1


def _decided(task: DecisionTask, decide: Decide, on_error: OnError) -> Answer | list[Decision]:
    try:
        return complete(decide(task))
    except Exception as error:
        if is_of_reading(error) and verdict_of(error) == "caller":
            text = "the history of %s may not be read: %s; %s"
            _log.error(text, title_of(task), error, remedy_for(error), extra=ids_of(task))
            raise
        if is_unread(error):
            raise
        text = "deciding for %s failed: %s"
        _log.error(text, title_of(task), error, exc_info=error, extra=ids_of(task))
        return complete(on_error(task, error))


def is_unread(error: BaseException) -> bool:
    """Return whether a history could not be read for the moment, so that waiting helps.

    :param error: what a decider raised. Faults from the decider's own calls do not count.
    """
    return is_of_reading(error) and verdict_of(error) == "wait"


def complete(answer: Answer | Iterable[Decision]) -> Answer | list[Decision]:
    """Run a decider that is a generator to its end, and check its decisions.

    :param answer: what the decider returned.
    :raises ValueError: when the service would refuse it, or a TypeError when it is not an answer.
    """
    return answer if isinstance(answer, Answer) else list(Answer(answer).decisions)


def seconds_for(task: DecisionTask) -> float | None:
    """Return how long the decision task may take, in seconds: its start-to-close timeout.

    :param task: a task as it was polled, in either order.
    :return: None if it has no limit, or if its first 1,000 events do not say.
    """
    for event in islice(task.events, 1000):
        if isinstance(event, ev.DecisionTaskScheduled):
            return _finite(event.start_to_close_timeout)
        if isinstance(event, ev.WorkflowExecutionStarted):
            return _finite(event.task_start_to_close_timeout)
    return None


def _finite(seconds: float | None) -> float | None:
    return None if seconds is None or seconds == math.inf else float(seconds)
