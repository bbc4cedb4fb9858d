"""Saved histories, replayed: does today's code do what it did then?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from py_swf.decisions import Decision
from py_swf.events import Event, event_from_wire
from py_swf.flow.engine.run import PAGE, Run
from py_swf.flow.workflows import Workflow

__all__ = ["SavedHistory", "replay", "saved"]


class SavedHistory(list[Event]):
    """The events of a history, oldest first, and its execution if that is known.

    :param events: the events.
    :param workflow_id: the execution; empty if it is not known.
    :param run_id: the run; empty if it is not known.
    """

    def __init__(
        self, events: Iterable[Event] = (), workflow_id: str = "", run_id: str = ""
    ) -> None:
        super().__init__(events)
        self.workflow_id = workflow_id
        self.run_id = run_id


def replay(
    workflow: Workflow[Any, Any],
    history: Iterable[Event | Mapping[str, Any]],
    *,
    workflow_id: str | None = None,
    run_id: str | None = None,
) -> list[Decision]:
    """Run the code of a workflow over a history, and check that they agree.

    :param workflow: the workflow.
    :param history: the events, oldest first, as records or as boto3's dicts; of an open or a closed
        execution. It is read 1,000 events at a time: a walk over a history is never held whole.
    :param workflow_id: the execution; None takes it from a history of :func:`saved`.
    :param run_id: the run, on which ``flow.random()`` depends; None takes it from a history of
        :func:`saved`.
    :return: its decisions for a decision task that is open at the end; empty if there is none.
    :raises NonDeterminismError: when the code does something else; a different input counts here
        too.
    """
    run = Run(
        workflow,
        getattr(history, "workflow_id", "") if workflow_id is None else workflow_id,
        getattr(history, "run_id", "") if run_id is None else run_id,
    )
    try:
        events = iter(history)
        while page := [*islice(events, PAGE)]:
            run.take(_as_records(page))
        run.finish()
        return run.decide()
    finally:
        run.evict()


def _as_records(page: list[Any]) -> list[Event]:
    if all(issubclass(kind, Event) for kind in set(map(type, page))):
        return page
    return [each if isinstance(each, Event) else event_from_wire(each) for each in page]


def _with_time(event: dict[str, Any]) -> dict[str, Any]:
    """Read the time of an event if it is text, as version 2 of the AWS CLI prints it."""
    when = event.get("eventTimestamp")
    if not isinstance(when, str):
        return event
    return {**event, "eventTimestamp": datetime.fromisoformat(when.replace("Z", "+00:00"))}


def saved(path: str | Path) -> SavedHistory:
    """Read a history from a file.

    :param path: a JSON file as ``aws swf get-workflow-execution-history`` prints it, with the
        ``workflowExecution`` next to its ``events`` if somebody has added it, or a bare list of
        events; oldest or newest first.
    :raises ValueError: when it is neither.
    """
    read = json.loads(Path(path).read_text(encoding="utf-8"))
    wrapped: dict[str, Any] = read if isinstance(read, dict) else {"events": read}
    events = wrapped.get("events")
    if not isinstance(events, list) or not all(isinstance(e, dict) for e in events):
        raise ValueError(f"{path} has no list of events, alone or as 'events' of an object")
    execution = wrapped.get("workflowExecution") or {}
    return SavedHistory(
        sorted(
            (event_from_wire(_with_time(event)) for event in events),
            key=lambda event: event.event_id,
        ),
        execution.get("workflowId", ""),
        execution.get("runId", ""),
    )
