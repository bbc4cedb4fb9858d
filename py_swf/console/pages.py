"""What is on the pages: from the query of a request to what its template shows.

The functions here run in worker threads and return data; templates decide how it looks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlencode

import attrs

from py_swf._wording import duration, moment, one_line, printable
from py_swf.console.reader import Reader
from py_swf.descriptions import WorkflowExecutionInfo
from py_swf.events import (
    ActivityTaskScheduled,
    ActivityTaskStarted,
    DecisionTaskScheduled,
    DecisionTaskStarted,
    Event,
    WorkflowExecutionContinuedAsNew,
)
from py_swf.executions import Search, find_executions, latest_run
from py_swf.history import CLOSE_STATUS, History
from py_swf.timeline import Timeline
from py_swf.timeline.telling import hidden
from py_swf.types import WorkflowExecution

__all__ = ["execution", "execution_url", "executions", "task_lists", "types"]

Query = Mapping[str, str]

#: executions, and events, on one page
_EXECUTIONS, _EVENTS = 50, 200
_MOST_RUNS, _MOST_LISTS = 20, 60
_SINCE = {"1h": 1, "1d": 24, "1w": 168, "30d": 720}
#: members of an event that an application wrote
_PAYLOADS = frozenset({"input", "result", "details", "reason", "control", "executionContext"})


def execution_url(domain: str, run: WorkflowExecution) -> str:
    """Return the address of a run's page."""
    query = {"domain": domain, "id": run.workflow_id, "run": run.run_id}
    return f"/execution?{urlencode(query)}"


# ---- executions


def executions(reader: Reader, domain: str, query: Query) -> dict[str, Any]:
    """Return what the page of executions shows: the matching ones, starting at the cursor."""
    search = _search(query, reader.now())
    page_size = None if search.applied_here else _EXECUTIONS + 1
    found = find_executions(reader.workflows(domain), search, maximum_page_size=page_size)
    offset = _number(query.get("from"))
    infos = list(islice(found, offset, offset + _EXECUTIONS + 1))
    now = reader.now()
    following = {**query, "from": str(offset + _EXECUTIONS)}
    return {
        "rows": [_row(domain, info, now) for info in infos[:_EXECUTIONS]],
        "query": query,
        "is_filtered": any(query.get(name) for name in ("id", "type", "tag", "since")),
        "statuses": ["open", "closed", "all", *sorted(CLOSE_STATUS.values())],
        "periods": list(_SINCE),
        "offset": offset,
        "next_url": f"/?{urlencode(following)}" if len(infos) > _EXECUTIONS else None,
        "first_url": f"/?{urlencode({**query, 'from': '0'})}" if offset else None,
        "search": search,
    }


def _search(query: Query, now: datetime) -> Search:
    status = query.get("status") or "open"
    hours = _SINCE.get(query.get("since", ""))
    name, _, version = query.get("type", "").strip().partition(":")
    return Search(
        is_open=status in ("open", "all"),
        is_closed=status != "open",
        # The test makes sure that it is one of the words, but a type checker does not see that.
        close_status=status if status in CLOSE_STATUS.values() else None,  # type: ignore[arg-type]
        workflow_name=name or None,
        version=version or None,
        tag=query.get("tag", "").strip() or None,
        workflow_id=query.get("id", "").strip() or None,
        since=None if hours is None else now - timedelta(hours=hours),
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 7 else 0


def _row(domain: str, info: WorkflowExecutionInfo, now: datetime) -> dict[str, Any]:
    end = info.close_timestamp or now
    return {
        "url": execution_url(domain, info.execution),
        "workflow_id": printable(info.execution.workflow_id),
        "run_id": info.execution.run_id,
        "type": f"{info.workflow_type.name} {info.workflow_type.version}",
        "status": info.close_status or "OPEN",
        "cancel_requested": info.cancel_requested and not info.close_status,
        "started": info.start_timestamp,
        "lasted": duration(max((end - info.start_timestamp).total_seconds(), 0)),
        "tags": info.tag_list or (),
    }


# ---- one execution


def execution(reader: Reader, domain: str, query: Query, hide: bool) -> dict[str, Any]:
    """Return what the page of one execution shows.

    :raises LookupError: when no execution has that workflow id.
    :raises ClientError: UnknownResourceFault when there is no such run.
    """
    workflow_id, run_id = query.get("id", ""), query.get("run", "")
    client = reader.workflows(domain)
    if not run_id:
        run_id = latest_run(client, workflow_id).execution.run_id
    detail = client.describe_workflow_execution(workflow_id, run_id)
    run = detail.execution_info.execution
    history = reader.history(domain, run)
    timeline = Timeline(history, now=reader.now(), title=workflow_id, hide_payloads=hide)
    closed = history.closed
    texts = [("Input", history.input), ("Result", getattr(closed, "result", None))]
    texts.append(("Execution context", history.execution_context))
    return {
        "run": run,
        "info": detail.execution_info,
        "row": _row(domain, detail.execution_info, reader.now()),
        "settings": detail.execution_configuration,
        "waits_for": timeline.open_work,
        "failures": [_failure(failure, hide) for failure in timeline.failures[:20]],
        "more_failures": max(len(timeline.failures) - 20, 0),
        "svg": timeline.svg(with_style=False, with_heading=False),
        "texts": [(name, hidden(text, hide)) for name, text in texts if text],
        "links": list(_links(domain, history, detail.execution_info)),
        "runs": _runs(reader, domain, run),
        "events": _events(history, query, hide),
        "query": query,
    }


def _failure(failure: Any, hide: bool) -> dict[str, Any]:
    is_written = failure.status in ("FAILED", "TERMINATED")
    return {
        "what": f"{failure.kind} {failure.name}".strip(),
        "attempt": failure.attempt,
        "status": failure.status,
        "when": failure.when,
        "event_id": failure.event_id,
        "reason": hidden(failure.reason, hide and is_written),
        "details": hidden(failure.details, hide),
    }


def _links(
    domain: str, history: History, info: WorkflowExecutionInfo
) -> Iterator[tuple[str, str, str]]:
    """Yield the relation, workflow id and page of each run that is related to this one."""
    workflow_id = info.execution.workflow_id
    if info.parent:
        yield "Parent", info.parent.workflow_id, execution_url(domain, info.parent)
    began = history.started
    if began is not None and began.continued_execution_run_id:
        before = WorkflowExecution(workflow_id, began.continued_execution_run_id)
        yield "Continues", workflow_id, execution_url(domain, before)
    if isinstance(history.closed, WorkflowExecutionContinuedAsNew):
        after = WorkflowExecution(workflow_id, history.closed.new_execution_run_id)
        yield "Continued by", workflow_id, execution_url(domain, after)
    for child in islice(history.child_workflows.values(), _MOST_LISTS):
        started = child.workflow_execution
        if started is not None:
            told = f"{child.workflow_id} ({child.status.lower()})"
            yield "Child", told, execution_url(domain, started)


def _runs(reader: Reader, domain: str, run: WorkflowExecution) -> list[dict[str, Any]]:
    """Return the runs of this workflow id, the latest first, if there are more than this one."""
    search = Search(is_open=True, is_closed=True, workflow_id=run.workflow_id)
    client = reader.workflows(domain)
    found = islice(find_executions(client, search, maximum_page_size=_MOST_RUNS), _MOST_RUNS)
    rows = [_row(domain, info, reader.now()) for info in found]
    return rows if len(rows) > 1 else []


def _events(history: History, query: Query, hide: bool) -> dict[str, Any]:
    """Return one page of the events that match, the newest first."""
    wanted = query.get("q", "").strip().lower()
    events = reversed(history.events)
    matching = (e for e in events if not wanted or wanted in _searched(history, e, hide))
    offset = _number(query.get("from"))
    shown = list(islice(matching, offset, offset + _EVENTS + 1))
    following = {**query, "from": str(offset + _EVENTS)}
    return {
        "rows": [_event_row(history, event, hide) for event in shown[:_EVENTS]],
        "total": len(history.events),
        "wanted": query.get("q", ""),
        "next_url": f"/execution?{urlencode(following)}#events" if len(shown) > _EVENTS else None,
        "first_url": f"/execution?{urlencode({**query, 'from': '0'})}#events" if offset else None,
    }


def _attributes(event: Event, hide: bool) -> dict[str, Any]:
    raw: Any = event.raw or {}
    attributes = next((v for k, v in raw.items() if k.endswith("EventAttributes")), None) or {}
    return {name: hidden(v, hide and name in _PAYLOADS) for name, v in attributes.items()}


def _searched(history: History, event: Event, hide: bool) -> str:
    attributes = json.dumps(_attributes(event, hide), default=str, ensure_ascii=False)
    about = _about(history, event)
    return f"{event.event_id} {event.event_type} {about} {attributes}".lower()


#: what distinguishes two events of one type: the first of these that they have
_NAMES = ("activity_id", "timer_id", "signal_name", "marker_name", "workflow_id", "id")


def _about(history: History, event: Event) -> str:
    subject: Any = history.of(event) or event
    return one_line(str(next((n for n in (getattr(subject, n, None) for n in _NAMES) if n), "")))


def _event_row(history: History, event: Event, hide: bool) -> dict[str, Any]:
    attributes = _attributes(event, hide)
    return {
        "event_id": event.event_id,
        "when": event.event_timestamp,
        "type": event.event_type,
        "about": _about(history, event),
        "attributes": [(name, _shown(value)) for name, value in attributes.items()],
    }


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return printable(value)
    return json.dumps(value, default=str, ensure_ascii=False)


# ---- task lists and types


@attrs.define
class _TaskList:
    name: str
    #: who last started a task from it, and when
    decider: tuple[str, datetime] | None = None
    worker: tuple[str, datetime] | None = None


def task_lists(reader: Reader, domain: str) -> dict[str, Any]:
    """Return what the page of task lists shows.

    SWF cannot list them. Shown are the ones of the registered types, and those in which the latest
    executions had tasks.
    """
    found = {name: _TaskList(name) for name in reader.default_task_lists(domain)}
    search = Search(is_open=True)
    client = reader.workflows(domain)
    for info in islice(find_executions(client, search, maximum_page_size=10), 10):
        _note_task_lists(found, reader.last_events(domain, info.execution, 200))
    shown = sorted(found.values(), key=lambda each: each.name)[:_MOST_LISTS]
    return {"rows": [_task_list_row(reader, domain, each) for each in shown], "now": reader.now()}


def _note_task_lists(found: dict[str, _TaskList], events: list[Event]) -> None:
    scheduled: dict[int, _TaskList] = {}
    for event in events:
        if isinstance(event, ActivityTaskScheduled | DecisionTaskScheduled):
            each = found.setdefault(event.task_list, _TaskList(event.task_list))
            scheduled[event.event_id] = each
        elif isinstance(event, ActivityTaskStarted | DecisionTaskStarted):
            noted = scheduled.get(event.scheduled_event_id)
            if noted is None:
                continue
            taken = (event.identity or "somebody", event.event_timestamp)
            attribute = "decider" if isinstance(event, DecisionTaskStarted) else "worker"
            before = getattr(noted, attribute)
            if before is None or before[1] < taken[1]:
                setattr(noted, attribute, taken)


def _task_list_row(reader: Reader, domain: str, each: _TaskList) -> dict[str, Any]:
    decisions, activities = reader.pending(domain, each.name)
    return {
        "name": printable(each.name),
        "decisions": _counted(decisions),
        "activities": _counted(activities),
        "decider": each.decider,
        "worker": each.worker,
    }


def _counted(count: Any) -> str:
    return f"{count.count:,}" + (" or more" if count.truncated else "")


def types(reader: Reader, domain: str) -> dict[str, Any]:
    """Return what the page of types shows."""
    return {
        "workflow_types": list(reader.registration.list_workflow_types(domain)),
        "activity_types": list(reader.registration.list_activity_types(domain)),
    }


def timeout(seconds: float) -> str:
    """Say how long a timeout is."""
    return duration(seconds)


def ago(when: datetime, now: datetime) -> str:
    """Say how long ago something was, and when."""
    return f"{duration(max((now - when).total_seconds(), 0))} ago ({moment(when)})"
