"""After a decision that was refused for the moment: wait, and decide again.

The service refuses single decisions when too much is created at once, or too much is open. A
decision task follows at once, so a decider that simply decides the same again makes hundreds of
events in a second. It should wait, longer each time, as it would after a throttled call.
"""

from __future__ import annotations

from py_swf import events as ev
from py_swf._refusal_causes import PASSING_CAUSES
from py_swf.daemon.deciding import WAKE_UP, is_wake_up
from py_swf.decisions import Decision, FailWorkflowExecution, StartTimer
from py_swf.history import FailedDecision, History

__all__ = ["is_passing", "wait_out_refusals"]

_AFTER_REFUSAL = f"{WAKE_UP}.refused"


def is_passing(failed: FailedDecision) -> bool:
    """Return whether a decision was refused only for the moment, so that it can be tried again.

    :param failed: an event of ``history.failed_decisions``.
    """
    return failed.cause in PASSING_CAUSES


def wait_out_refusals(
    history: History, *, first: int = 1, longest: int = 60, attempts: int | None = None
) -> list[Decision] | None:
    """Return what to decide while a refusal is waited out; None if there is nothing to wait for.

    Call it at the beginning of a decider that decides from the whole history::

        pause = wait_out_refusals(history)
        if pause is not None:
            return pause

    After a refusal it returns a timer, and an empty list while the timer runs. When it has fired,
    the decider finds in the history what is still to be done, and decides it again. The waits
    double for as long as each attempt is refused. Decide what must not wait, such as a cancel
    request, before the call. :func:`is_wake_up` is true for these timers.

    :param history: the whole history.
    :param first: seconds of the first wait.
    :param longest: longest wait, in seconds.
    :param attempts: after how many refused attempts in a row the execution is failed; with None,
        never. If the service refuses the timers too, there is nothing to wait with, and only this
        number ends the attempts.
    """
    refused = [failed for failed in history.failed_decisions if is_passing(failed)]
    if not refused:
        return None
    last = refused[-1]
    timer = history.timers.get(f"{_AFTER_REFUSAL}.{last.event_id}")
    if timer is not None:
        return [] if timer.is_open else None
    answers = {failed.decision_task_completed_event_id for failed in refused}
    row = max(1, _in_a_row(history, answers))
    if row == attempts:
        return [FailWorkflowExecution(f"refused {row} times in a row: {last.cause}")]
    seconds = min(longest, first * 2 ** min(row - 1, 32))
    return [StartTimer(f"{_AFTER_REFUSAL}.{last.event_id}", seconds)]


def _in_a_row(history: History, refused: set[int]) -> int:
    """Count the last answers that were refused in part, skipping those that only waited."""
    taken = {
        getattr(event, "decision_task_completed_event_id", None)
        for event in history.events
        if not is_wake_up(event)
    }
    row = 0
    for event in reversed(history.events):
        if isinstance(event, ev.DecisionTaskCompleted):
            if event.event_id in refused:
                row += 1
            elif event.event_id in taken:
                break
    return row
