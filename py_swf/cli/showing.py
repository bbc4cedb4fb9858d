"""``show`` and ``history``: one execution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, takewhile
from typing import Any

import click

from py_swf._wording import duration, moment, one_line, printable
from py_swf.cli.connection import Connection, connected
from py_swf.cli.printing import (
    as_json as to_json,
)
from py_swf.cli.printing import (
    hide_option,
    is_colored,
    json_option,
    print_json,
    print_table,
    progress,
    width_of_terminal,
)
from py_swf.cli.statuses import NOT_COMPLETED, NOT_FOUND, CommandError
from py_swf.descriptions import WorkflowExecutionDetail
from py_swf.events import Event
from py_swf.executions import latest_run
from py_swf.history import History
from py_swf.timeline import Timeline
from py_swf.timeline.telling import hidden
from py_swf.types import WorkflowExecution

__all__ = ["find_run", "follow", "history", "run_option", "show"]

#: seconds between two looks at a followed execution
_INTERVAL = 2.0

run_option = click.option(
    "--run", "run_id", metavar="RUN_ID", help="The run; the latest if not given."
)


def find_run(connection: Connection, workflow_id: str, run_id: str | None) -> WorkflowExecution:
    """Return the requested run, or else the latest one.

    :raises CommandError: when no run has this workflow id.
    """
    if run_id is not None:
        return WorkflowExecution(workflow_id, run_id)
    try:
        return latest_run(connection.workflows, workflow_id).execution
    except LookupError as error:
        raise CommandError(str(error), NOT_FOUND) from None


def _read_history(connection: Connection, run: WorkflowExecution) -> History:
    walked = connection.workflows.walk_execution_history(run.workflow_id, run.run_id, False)
    with progress("events") as counted:
        return History(counted(walked))


@click.command()
@click.argument("workflow_id", metavar="ID")
@run_option
@click.option("--follow", "-f", "is_followed", is_flag=True, help="Show it until it closes.")
@click.option("--svg", "as_svg", is_flag=True, help="Print the timeline as SVG.")
@json_option
@hide_option
@connected()
def show(
    connection: Connection,
    workflow_id: str,
    run_id: str | None,
    is_followed: bool,
    as_svg: bool,
    as_json: bool,
    hide: bool,
) -> int:
    """Show an execution: its settings, what is open and since when, what failed and why.

    With --follow it is shown live until it closes, and the exit status is 0 if it then completed.
    """
    run = find_run(connection, workflow_id, run_id)
    if is_followed:
        return follow(connection, run, hide)
    detail = connection.workflows.describe_workflow_execution(run.workflow_id, run.run_id)
    timeline = _timeline(connection, run, _read_history(connection, run), hide)
    if as_svg:
        click.echo(timeline.svg(width=960))
    elif as_json:
        print_json(_shown_as_json(detail, timeline, hide))
    else:
        click.echo(_shown(detail, timeline, hide))
    return 0


def _timeline(
    connection: Connection, run: WorkflowExecution, history: History, hide: bool
) -> Timeline:
    return Timeline(history, now=connection.now(), title=run.workflow_id, hide_payloads=hide)


def _shown_as_json(detail: WorkflowExecutionDetail, timeline: Timeline, hide: bool) -> Any:
    shown: dict[str, Any] = to_json(detail)
    if hide:
        shown.pop("latestExecutionContext", None)
    history = timeline.history
    closed = history.closed
    return {
        **shown,
        "input": hidden(history.input, hide),
        "result": hidden(getattr(closed, "result", None), hide),
        "openWork": timeline.open_work,
        "failures": [
            {
                **to_json(failure),
                "reason": hidden(failure.reason, hide),
                "details": hidden(failure.details, hide),
            }
            for failure in timeline.failures
        ],
    }


def _shown(detail: WorkflowExecutionDetail, timeline: Timeline, hide: bool) -> str:
    bold = (lambda text: click.style(text, bold=True)) if is_colored() else str
    drawn = timeline.text(width_of_terminal(), color=is_colored())
    parts = [drawn, "\n".join(f"{bold(name + ':'):<12} {value}" for name, value in _facts(detail))]
    told = [_told_failure(failure, hide) for failure in timeline.failures[:5]]
    if told:
        more = len(timeline.failures) - len(told)
        ended = [f"and {more:,} more failures"] if more else []
        parts.append("\n".join([bold("What failed, the last first"), *told, *ended]))
    history = timeline.history
    for name, text in (
        ("Input", history.input),
        ("Result", getattr(history.closed, "result", None)),
        ("Execution context", history.execution_context),
    ):
        if text:
            parts.append(f"{bold(name)}\n{_indented(hidden(text, hide) or '')}")
    return "\n\n".join(parts)


def _facts(detail: WorkflowExecutionDetail) -> Iterator[tuple[str, str]]:
    info, settings = detail.execution_info, detail.execution_configuration
    yield "Type", f"{info.workflow_type.name} {info.workflow_type.version}"
    yield "Run", info.execution.run_id
    yield "Task list", settings.task_list
    yield "Times out", f"after {duration(settings.execution_start_to_close_timeout)}"
    yield "Children", settings.child_policy
    if info.tag_list:
        yield "Tags", ", ".join(info.tag_list)
    if info.parent:
        yield "Parent", f"{info.parent.workflow_id} (run {info.parent.run_id})"
    if info.cancel_requested:
        yield "Cancel", "was asked for"


def _told_failure(failure: Any, hide: bool) -> str:
    what = f"{failure.kind} {one_line(failure.name)}".strip()
    times = f", attempt {failure.attempt:,}" if failure.attempt > 1 else ""
    reason = (
        hidden(failure.reason, hide)
        if failure.status in ("FAILED", "TERMINATED")
        else failure.reason
    )
    said = f": {one_line(reason)}" if reason else ""
    line = f"  {moment(failure.when)}  {what}{times} {failure.status}{said}"
    details = hidden(failure.details, hide)
    return f"{line}\n{_indented(details, 6)}" if details else line


def _indented(text: str, spaces: int = 2, most: int = 30) -> str:
    lines = printable(text).splitlines()
    if len(lines) > most:
        lines = ["...", *lines[-most:]]
    return "\n".join(" " * spaces + line for line in lines)


def follow(connection: Connection, run: WorkflowExecution, hide: bool) -> int:
    """Show an execution until it closes: redrawn on a terminal, otherwise line by line.

    :return: the exit status: 0 if it completed.
    """
    history = _read_history(connection, run)
    if is_colored():
        _follow_on_terminal(connection, run, history, hide)
    else:
        _follow_in_lines(connection, run, history, hide)
    return 0 if history.close_status == "COMPLETED" else NOT_COMPLETED


def _follow_on_terminal(
    connection: Connection, run: WorkflowExecution, history: History, hide: bool
) -> None:
    from rich.live import Live
    from rich.text import Text

    def drawn() -> Text:
        timeline = _timeline(connection, run, history, hide)
        return Text.from_ansi(timeline.text(width_of_terminal(), color=True))

    with Live(drawn(), auto_refresh=False) as live:
        for _ in _looks(connection, run, history):
            live.update(drawn(), refresh=True)


def _follow_in_lines(
    connection: Connection, run: WorkflowExecution, history: History, hide: bool
) -> None:
    told = 0
    for _ in _looks(connection, run, history):
        for event in history.events[told:]:
            click.echo(_event_line(history, event, hide))
        told = len(history.events)


def _looks(connection: Connection, run: WorkflowExecution, history: History) -> Iterator[None]:
    """Yield after each look, until the execution is closed."""
    while True:
        yield
        if history.closed is not None:
            return
        connection.session.sleep(_INTERVAL)
        walked = connection.workflows.walk_execution_history(
            run.workflow_id, run.run_id, maximum_page_size=100
        )
        history.extend(reversed(_newer(walked, history)))


def _newer(newest_first: Iterable[Event], history: History) -> list[Event]:
    last = history.events[-1].event_id if history.events else 0
    return [*takewhile(lambda event: event.event_id > last, newest_first)]


@click.command()
@click.argument("workflow_id", metavar="ID")
@run_option
@click.option("--reverse", is_flag=True, help="The newest event first.")
@click.option("--limit", default=0, help="The largest number of events; 0 for all.")
@json_option
@hide_option
@connected()
def history(
    connection: Connection,
    workflow_id: str,
    run_id: str | None,
    reverse: bool,
    limit: int,
    as_json: bool,
    hide: bool,
) -> None:
    """Print the events of an execution.

    With --json they are printed like "aws swf get-workflow-execution-history" prints them, together
    with the workflow id and the run id. Save that output to replay it later.
    """
    run = find_run(connection, workflow_id, run_id)
    if as_json:
        walked = connection.workflows.walk_execution_history(
            run.workflow_id, run.run_id, reverse, use_raw_event_history=True
        )
        with progress("events") as counted:
            raw = list(islice(counted(walked), limit or None))
        shown = [_without_payloads(event) for event in raw] if hide else raw
        print_json({"events": shown, "workflowExecution": run}, is_sorted=True)
        return
    known = _read_history(connection, run)
    events: Iterable[Event] = reversed(known.events) if reverse else known.events
    rows = [_event_row(known, event, hide) for event in islice(events, limit or None)]
    print_table(["ID", "TIME", "EVENT", "ABOUT"], rows)


#: the members of an event that an application wrote
_PAYLOADS = {"input", "result", "details", "reason", "control", "executionContext"}


def _without_payloads(event: Any) -> Any:
    return {
        name: {k: hidden(v, k in _PAYLOADS) for k, v in value.items()}
        if isinstance(value, dict)
        else value
        for name, value in event.items()
    }


def _event_row(known: History, event: Event, hide: bool) -> list[str]:
    return [
        str(event.event_id),
        f"{event.event_timestamp:%Y-%m-%d %H:%M:%S}",
        event.event_type,
        _about(known, event, hide),
    ]


def _event_line(known: History, event: Event, hide: bool) -> str:
    number, when, what, about = _event_row(known, event, hide)
    return f"{when} {number:>5} {what} {about}".rstrip()


#: what distinguishes two events of one type: the first of these that they have
_NAMES = ("activity_id", "timer_id", "signal_name", "marker_name", "workflow_id", "id")


def _about(known: History, event: Any, hide: bool) -> str:
    """Say in one line what an event is about; later events of an activity also name it."""
    subject: Any = known.of(event) or event
    names = (getattr(subject, name, None) for name in _NAMES)
    parts = [next((name for name in names if name), None)]
    parts += [getattr(event, name, None) for name in ("task_list", "identity", "cause")]
    parts.append(getattr(event, "timeout_type", None))
    written = ("reason", "result", "input", "details")
    parts.append(
        next(
            (hidden(getattr(event, n, None), hide) for n in written if getattr(event, n, None)),
            None,
        )
    )
    return one_line("  ".join(str(part) for part in parts if part))[:500]
