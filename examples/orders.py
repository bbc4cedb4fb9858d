"""How an order is processed: what is decided, and what the activities do.

Nothing here talks to a service, so a test of it needs none: give ``decide`` a history and look at
the decisions. The programs beside this file run it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from py_swf.daemon import is_passing, wait_out_refusals
from py_swf.decisions import (
    CancelWorkflowExecution,
    CompleteWorkflowExecution,
    Decision,
    FailWorkflowExecution,
    RequestCancelActivityTask,
    ScheduleActivityTask,
    StartTimer,
)
from py_swf.events import ScheduleActivityTaskFailed, StartTimerFailed
from py_swf.history import History, wind_up
from py_swf.types import WorkflowType

WORKFLOW_TYPE = WorkflowType("process-order", "1")
NO_GIFT_CARD = "no-gift-card"

MOST_ATTEMPTS = 3
PAUSE_AFTER_FAILURE = 10  # seconds
HEARTBEAT_TIMEOUT = 300  # seconds


def decide(history: History) -> list[Decision]:
    """Say what should be done next for an order, from its history and nothing else."""
    failure = what_failed_for_good(history)
    if failure is not None:
        return [FailWorkflowExecution(failure)]
    if history.cancel_requested:
        if history.open_activities:
            return wind_up(history)
        return [CancelWorkflowExecution("canceled on request")]
    pause = wait_out_refusals(history)
    if pause is not None:
        return pause
    for stage in stages(history):
        decisions = [one for activity_id in stage for one in next_for(history, activity_id)]
        if decisions or history.open_activities or history.open_timers:
            return decisions
    return [CompleteWorkflowExecution(history.activities["ship"].result)]


def stages(history: History) -> list[list[str]]:
    """Return the activities, stage by stage; those of one stage run at the same time."""
    order = order_of(history)
    first = ["charge-card", "reserve-goods"]
    if "gift_card" in order:
        first.append("write-gift-card")
    return [first, ["ship"]]


def next_for(history: History, activity_id: str) -> list[Decision]:
    """Schedule an activity; after a failure, schedule it again when a pause is over."""
    activity = history.activities.get(activity_id)
    if activity is None:
        return [schedule(history, activity_id, attempt=1)]
    if activity.is_open:
        unwanted = activity_id == "write-gift-card" and any(
            signal.signal_name == NO_GIFT_CARD for signal in history.signals
        )
        if unwanted and activity.cancel_requested is None:
            return [RequestCancelActivityTask(activity_id)]
        return []
    if activity.status not in {"FAILED", "TIMED_OUT"}:
        return []
    pause_id = f"{activity_id} after attempt {activity.attempt}"
    pause = history.timers.get(pause_id)
    if pause is None:
        return [StartTimer(pause_id, PAUSE_AFTER_FAILURE)]
    return [] if pause.is_open else [schedule(history, activity_id, activity.attempt + 1)]


def schedule(history: History, activity_id: str, attempt: int) -> ScheduleActivityTask:
    """Schedule an activity whose id is the name of its type."""
    return ScheduleActivityTask(
        (activity_id, "1"),
        activity_id,
        input=json.dumps({"order": order_of(history), "attempt": attempt}),
    )


def what_failed_for_good(history: History) -> str | None:
    """Say why the order cannot be processed; return None while it can."""
    for event in history.failed_decisions:
        match event:
            case ScheduleActivityTaskFailed() | StartTimerFailed() if not is_passing(event):
                return f"{event.event_type}: {event.cause}"
    for activity in history.activities.values():
        failed = activity.status in {"FAILED", "TIMED_OUT"}
        if failed and activity.attempt == MOST_ATTEMPTS:
            return f"{activity.activity_id} failed {MOST_ATTEMPTS} times: {activity.reason}"
    return None


def order_of(history: History) -> dict[str, Any]:
    """Return the order that the execution was started with."""
    order: dict[str, Any] = json.loads(history.input or "{}")
    return order


#: reports the progress of an activity; raises when the activity should be canceled
Report = Callable[[str], None]


def charge_card(order: dict[str, Any], attempt: int, report: Report) -> str:
    """Charge the card; the bank called "slow" only answers the second attempt."""
    if order["bank"] == "slow" and attempt == 1:
        raise ConnectionError("the bank does not answer")
    return f"charged {order['amount']}"


def reserve_goods(order: dict[str, Any], attempt: int, report: Report) -> str:
    """Put the goods aside."""
    return f"reserved {', '.join(order['goods'])}"


def write_gift_card(order: dict[str, Any], attempt: int, report: Report) -> str:
    """Write a card by hand: slow work, which reports its progress after each word."""
    words = order["gift_card"].split()
    for number, _word in enumerate(words, start=1):
        report(f"{number} of {len(words)} words written")
    return "gift card written"


def ship(order: dict[str, Any], attempt: int, report: Report) -> str:
    """Hand the parcel to the courier."""
    return f"shipped {', '.join(order['goods'])}"


#: name of an activity type -> what it does
ACTIVITIES: dict[str, Callable[[dict[str, Any], int, Report], str]] = {
    "charge-card": charge_card,
    "reserve-goods": reserve_goods,
    "write-gift-card": write_gift_card,
    "ship": ship,
}


def perform(activity_name: str, input: str | None, report: Report) -> str:
    """Do the work of one activity task.

    :param activity_name: name of its activity type.
    :param input: its input, from :func:`schedule`.
    :param report: called by slow work, now and then.
    :return: the result.
    """
    job = json.loads(input or "{}")
    return ACTIVITIES[activity_name](job["order"], job["attempt"], report)
