"""Replay workflows over long histories, against json.loads of the same events.

Activities in a row, with a task each; and 1,000 activities at once, with ten or one of their ends
per task. Then 1,000 activities from start to end on a local SWF; the replay of 1,000 activities in
a row by Temporal's replayer, in a virtual environment made for it, against ours; and the memory of
suspended runs.
"""

from __future__ import annotations

import asyncio
import gc
import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import measuring
import temporal
from written import LIST, Written

from py_swf import flow
from py_swf.events import Event, event_from_wire
from py_swf.flow.engine.run import Run
from py_swf.testing import play

TYPE = {"name": "add", "version": "1"}


@flow.activity(start_to_close_timeout=300)
def add(x: int) -> int:
    """Add one."""
    return x + 1


@flow.workflow
async def row(count: int) -> int:
    """Await activities one after the other."""
    value = 0
    for _ in range(count):
        value = await add(value)
    return value


@flow.workflow
async def fan(count: int) -> int:
    """Await activities side by side."""
    return sum(await asyncio.gather(*(add(n) for n in range(count))))


class Activities(Written):
    """The history of a workflow that awaits activities."""

    def __init__(self, count: int) -> None:
        super().__init__("w", json.dumps({"count": count}, separators=(",", ":")))

    def activity(self, number: int, value: int, completed: int) -> int:
        """Write that an activity task is scheduled."""
        unlimited = ("scheduleToStartTimeout", "scheduleToCloseTimeout", "heartbeatTimeout")
        return self.add(
            "ActivityTaskScheduled",
            activityType=TYPE,
            activityId=f"add-{number}",
            taskList=LIST,
            input=f'{{"x":{value}}}',
            startToCloseTimeout="300",
            decisionTaskCompletedEventId=completed,
            **dict.fromkeys(unlimited, "NONE"),
        )


def in_a_row(count: int, *, more: int = 0) -> list[dict[str, Any]]:
    """Write the history of activities one after the other; its last decision task is open.

    :param count: how many have completed.
    :param more: how many are still to come.
    """
    history = Activities(count + more)
    for n in range(count):
        history.start()
        history.work(history.activity(n + 1, n, history.complete()), n + 1)
        history.scheduled = history.schedule()
    history.start()
    return history.raw


def at_once(count: int, ends: int) -> list[dict[str, Any]]:
    """Write the history of activities side by side, with this many of their ends per task."""
    history, opened = Activities(count), []
    history.start()
    for first in range(0, count, 99):
        completed = history.complete()
        for n in range(first, min(first + 99, count)):
            opened.append((n, history.activity(n + 1, n, completed)))
        if first + 99 < count:
            name = f"py_swf.wake-up.{history.started}"
            dtc = {"decisionTaskCompletedEventId": completed}
            timer = history.add("TimerStarted", timerId=name, startToFireTimeout="0", **dtc)
            history.add("TimerFired", timerId=name, startedEventId=timer)
            history.scheduled = history.schedule()
            history.start()
    for first in range(0, count, ends):
        for n, scheduled in opened[first : first + ends]:
            history.work(scheduled, n + 1)
        history.scheduled = history.schedule()
        history.start()
        if first + ends < count:
            history.complete()
    return history.raw


def alternatives(workflow: Any, raw: list[dict[str, Any]]) -> dict[str, Callable[[], Any]]:
    """Return what is compared for one history."""
    body = json.dumps({"events": raw}).encode()
    events = [event_from_wire(event) for event in raw]

    return {
        "json.loads of the events": lambda: json.loads(body),
        "replay": lambda: flow.replay(workflow, events),
        "from bytes to decisions": lambda: flow.replay(workflow, json.loads(body)["events"]),
    }


def against_temporal(count: int, *, rounds: int) -> list[measuring.Row]:
    """Compare our replay of activities in a row with that of Temporal's replayer."""
    events = [event_from_wire(event) for event in in_a_row(count)]
    return temporal.compare(count, lambda: flow.replay(row, events), rounds=rounds)


def memory(workflow: Any, raw: list[dict[str, Any]], runs: int) -> float:
    """Return how many KiB one suspended run takes, without its events."""
    kept = [_suspended(workflow, raw)]  # so that anything made only once exists now
    tracemalloc.start()
    kept += [_suspended(workflow, raw) for _ in range(runs)]
    gc.collect()  # also what Python keeps of freed objects for reuse
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    for run in kept:
        run.evict()
    return taken / runs / 1024


def _suspended(workflow: Any, raw: list[dict[str, Any]]) -> Run:
    run = Run(workflow, "w", "r")
    events: list[Event] = [event_from_wire(event) for event in raw]
    run.take(events)
    run.decide()
    assert not run.ended
    return run


def main() -> None:
    """Measure and print."""
    options = measuring.arguments(__doc__)
    rounds = 3 if options.small else 15
    count, width = (100, 100) if options.small else (4_165, 1_000)
    histories = {
        "activities in a row": (row, in_a_row(count)),
        "at once, ten ends per task": (fan, at_once(width, 10)),
        "at once, one end per task": (fan, at_once(width, 1)),
    }
    rows: list[measuring.Row] = []
    for name, (workflow, raw) in histories.items():
        work = f"{name}, {len(raw):,} events"
        rows += measuring.compare(work, alternatives(workflow, raw), rounds=rounds)
    played = {"on a local SWF, in one thread": lambda: play(row, width, activities=[add])}
    rows += measuring.compare(f"{width:,} activities, start to end", played, rounds=1)
    if not options.no_peers:
        rows += against_temporal(width, rounds=rounds)
    measuring.report(rows, as_json=options.json)
    if not options.json:
        few, many = memory(row, in_a_row(10, more=1), 20), memory(row, in_a_row(count, more=1), 3)
        print(f"a suspended run takes {few:.1f} KiB after 10 decisions,")
        print(f"{many:.1f} KiB after {count:,}; with {width:,} open")
        print(f"activities {memory(fan, at_once(width, 1)[:3], 3) / 1024:.2f} MiB")


if __name__ == "__main__":
    main()
