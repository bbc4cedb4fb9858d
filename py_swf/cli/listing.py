"""``ls``, ``tasks``, ``types`` and ``domains``: list what there is."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import Any, get_args

import click

from py_swf._wording import duration
from py_swf.cli.connection import Connection, connected
from py_swf.cli.printing import json_option, print_json, print_table, progress
from py_swf.cli.statuses import USAGE, CommandError
from py_swf.cli.times import MOMENT, moment_before
from py_swf.descriptions import WorkflowExecutionInfo
from py_swf.enums import CloseStatus, RegistrationStatus
from py_swf.executions import Search, find_executions

__all__ = ["domains", "ls", "tasks", "types"]


@click.command()
@click.option("--closed", is_flag=True, help="Closed executions, the last closed first.")
@click.option("--all", "both", is_flag=True, help="Open and closed executions.")
@click.option("--type", "type_", metavar="NAME[:VERSION]", help="Only this workflow type.")
@click.option("--tag", help="Only with this tag.")
@click.option("--id", "workflow_id", metavar="ID", help="Only this workflow id; * is any text.")
@click.option(
    "--status",
    type=click.Choice(sorted(get_args(CloseStatus)), case_sensitive=False),
    help="Only those that closed this way; implies --closed.",
)
@click.option(
    "--since",
    type=MOMENT,
    help="Only those started (with --closed: closed) since then: 2h, 2026-11-21.",
)
@click.option("--until", type=MOMENT, help="Only those started (or closed) before then.")
@click.option("--limit", default=50, show_default=True, help="How many at most; 0 for all.")
@click.option("--long", "-l", "is_long", is_flag=True, help="Also print run ids, times and tags.")
@json_option
@connected()
def ls(
    connection: Connection,
    closed: bool,
    both: bool,
    type_: str | None,
    tag: str | None,
    workflow_id: str | None,
    status: CloseStatus | None,
    since: timedelta | datetime | None,
    until: timedelta | datetime | None,
    limit: int,
    is_long: bool,
    as_json: bool,
) -> None:
    """List executions, the latest first; by default, the open ones.

    SWF takes one filter per call. Others are applied here, and a note says so.
    """
    if both and status is not None:
        raise CommandError("--status with --all: only closed executions have a status", USAGE)
    name, _, version = (type_ or "").partition(":")
    search = Search(
        is_open=both or not (closed or status),
        is_closed=bool(both or closed or status),
        close_status=status,
        workflow_name=name or None,
        version=version or None,
        tag=tag,
        workflow_id=workflow_id,
        since=moment_before(connection.now, since),
        until=moment_before(connection.now, until),
    )
    page_size = min(limit + 1, 1000) if limit > 0 and not search.applied_here else None
    found = find_executions(connection.workflows, search, maximum_page_size=page_size)
    with progress("executions") as counted:
        infos = list(islice(counted(found), limit + 1 if limit > 0 else None))
    now = connection.now()
    is_cut = 0 < limit < len(infos)
    shown = infos[:limit] if is_cut else infos
    if as_json:
        print_json({"executionInfos": shown})
    elif is_long:
        print_table(_LONG_HEADERS, [_long_row(info, now) for info in shown])
    elif shown:
        print_table(_HEADERS, [_row(info, now) for info in shown])
    _say_what_was_done(search, shown, is_cut)


_HEADERS = ["WORKFLOW ID", "TYPE", "STATUS", "STARTED", "LASTED"]
_LONG_HEADERS = [*_HEADERS, "RUN ID", "CLOSED", "TAGS", "PARENT"]


def _row(info: WorkflowExecutionInfo, now: datetime) -> list[str]:
    end = info.close_timestamp or now
    status = info.close_status or ("OPEN, cancel asked" if info.cancel_requested else "OPEN")
    return [
        info.execution.workflow_id,
        f"{info.workflow_type.name}:{info.workflow_type.version}",
        status,
        f"{info.start_timestamp:%Y-%m-%d %H:%M:%S}",
        duration(max((end - info.start_timestamp).total_seconds(), 0)),
    ]


def _long_row(info: WorkflowExecutionInfo, now: datetime) -> list[str]:
    closed = info.close_timestamp
    return [
        *_row(info, now),
        info.execution.run_id,
        f"{closed:%Y-%m-%d %H:%M:%S}" if closed else "",
        ", ".join(info.tag_list or ()),
        info.parent.workflow_id if info.parent else "",
    ]


def _say_what_was_done(search: Search, shown: list[Any], is_cut: bool) -> None:
    """Report on standard error what a reader of the list may not expect."""
    if not shown:
        which = "execution" if search.is_open and search.is_closed else "open execution"
        which = "closed execution" if search.is_closed and not search.is_open else which
        click.echo(f"no {which} matches", err=True)
    if is_cut:
        click.echo(f"there are more than {len(shown)}: --limit 0 lists all", err=True)
    if search.applied_here:
        sent = f"by {search.sent}" if search.sent else "by time only"
        here = " and ".join(search.applied_here)
        click.echo(f"SWF takes one filter per call: it filtered {sent}; {here} here", err=True)


@click.command()
@click.argument("task_list", metavar="LIST", nargs=-1, required=True)
@json_option
@connected()
def tasks(connection: Connection, task_list: tuple[str, ...], as_json: bool) -> None:
    """Count the decision tasks and the activity tasks that wait in a task list.

    The numbers are the service's estimates. A list that nobody uses counts zero.
    """
    counts = [
        {
            "taskList": name,
            "decisionTasks": connection.deciders(name).count_pending_decision_tasks(),
            "activityTasks": connection.workers(name).count_pending_activity_tasks(),
        }
        for name in task_list
    ]
    if as_json:
        kinds = ("decisionTasks", "activityTasks")
        # The two counts are named tuples; the other values of a row are texts.
        print_json([{**row, **{k: row[k]._asdict() for k in kinds}} for row in counts])  # type: ignore[attr-defined]
        return
    rows = [
        [str(row["taskList"]), _counted(row["decisionTasks"]), _counted(row["activityTasks"])]
        for row in counts
    ]
    print_table(["TASK LIST", "DECISION TASKS", "ACTIVITY TASKS"], rows)


def _counted(count: Any) -> str:
    return f"{count.count:,}" + (" or more" if count.truncated else "")


@click.command()
@click.option("--workflow", "kind", flag_value="workflow", help="Only workflow types.")
@click.option("--activity", "kind", flag_value="activity", help="Only activity types.")
@click.option("--deprecated", is_flag=True, help="List the deprecated ones instead.")
@json_option
@connected()
def types(connection: Connection, kind: str | None, deprecated: bool, as_json: bool) -> None:
    """List the registered workflow types and activity types."""
    status: RegistrationStatus = "DEPRECATED" if deprecated else "REGISTERED"
    client, domain = connection.registration, connection.domain
    with progress("types") as counted:
        workflows = (
            [] if kind == "activity" else [*counted(client.list_workflow_types(domain, status))]
        )
        activities = (
            [] if kind == "workflow" else [*counted(client.list_activity_types(domain, status))]
        )
    if as_json:
        print_json({"workflowTypes": workflows, "activityTypes": activities})
        return
    named = [("workflow", i.workflow_type, i) for i in workflows]
    rows: list[Any] = [*named, *(("activity", i.activity_type, i) for i in activities)]
    print_table(
        ["KIND", "NAME", "VERSION", "CREATED", "DESCRIPTION"],
        [
            [kind, type_.name, type_.version, f"{i.creation_date:%Y-%m-%d}", i.description or ""]
            for kind, type_, i in rows
        ],
    )


@click.command()
@click.option("--deprecated", is_flag=True, help="List the deprecated ones instead.")
@json_option
@connected(with_domain=False)
def domains(connection: Connection, deprecated: bool, as_json: bool) -> None:
    """List the domains."""
    status: RegistrationStatus = "DEPRECATED" if deprecated else "REGISTERED"
    with progress("domains") as counted:
        found = [*counted(connection.registration.list_domains(status))]
    if as_json:
        print_json({"domainInfos": found})
        return
    print_table(
        ["NAME", "STATUS", "DESCRIPTION"],
        [[info.name, info.status, info.description or ""] for info in found],
    )
