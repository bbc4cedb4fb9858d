"""``start``, ``signal``, ``cancel`` and ``terminate``: act on executions."""

from __future__ import annotations

import sys
from datetime import timedelta
from uuid import uuid4

import click

from py_swf.cli.connection import Connection, connected
from py_swf.cli.printing import hide_option, json_option, print_json
from py_swf.cli.showing import follow, run_option
from py_swf.cli.statuses import NOT_FOUND, USAGE, CommandError
from py_swf.cli.times import DURATION
from py_swf.enums import ChildPolicy
from py_swf.types import WorkflowExecution

__all__ = ["cancel", "signal", "start", "terminate"]

_POLICIES = ["TERMINATE", "REQUEST_CANCEL", "ABANDON"]
child_policy_option = click.option(
    "--child-policy",
    type=click.Choice(_POLICIES, case_sensitive=False),
    help="What happens to the children that are open when it closes.",
)


def _input(text: str | None) -> str | None:
    """Return an input; "-" reads it from standard input."""
    return sys.stdin.read() if text == "-" else text


@click.command()
@click.argument("type_", metavar="TYPE")
@click.argument("input_", metavar="[INPUT]", required=False)
@click.option("--id", "workflow_id", help="The workflow id; generated if not given.")
@click.option("--tag", "tags", multiple=True, help="A tag; can be given up to 5 times.")
@click.option("--task-list", help="Where its deciders poll.")
@click.option("--timeout", type=DURATION, help="Its longest life: 90s, 2h, 3d.")
@click.option("--task-timeout", type=DURATION, help="Longest time for one decision task.")
@click.option("--priority", type=int, help="Larger numbers are handed out first.")
@click.option("--lambda-role", metavar="ARN", help="The role that invokes Lambda functions.")
@child_policy_option
@click.option("--follow", "-f", "is_followed", is_flag=True, help="Show it until it closes.")
@json_option
@hide_option
@connected()
def start(
    connection: Connection,
    type_: str,
    input_: str | None,
    workflow_id: str | None,
    tags: tuple[str, ...],
    task_list: str | None,
    timeout: timedelta | None,
    task_timeout: timedelta | None,
    priority: int | None,
    lambda_role: str | None,
    child_policy: ChildPolicy | None,
    is_followed: bool,
    as_json: bool,
    hide: bool,
) -> int:
    """Start an execution of TYPE, a workflow type as NAME:VERSION or, if it has one, NAME.

    INPUT is text; "-" reads standard input. A py_swf.flow workflow takes JSON: its arguments by
    name, '{"photo": "sea.jpg"}'. Settings that are not given get the defaults registered with the
    type. With --follow, the exit status is 0 if the execution completed.
    """
    name, version = _resolve_type(connection, type_)
    workflow_id = workflow_id or f"{name}-{uuid4()}"
    run_id = connection.workflows.start_workflow(
        _input(input_),
        workflow_id,
        name,
        version,
        timeout,
        task_start_to_close_timeout=task_timeout,
        task_list=task_list,
        task_priority=priority,
        child_policy=child_policy,
        tag_list=tags or None,
        lambda_role=lambda_role,
    )
    if as_json:
        print_json({"workflowId": workflow_id, "runId": run_id})
    else:
        click.echo(f"started {workflow_id}, run {run_id}")
    if not is_followed:
        return 0
    return follow(connection, WorkflowExecution(workflow_id, run_id), hide)


def _resolve_type(connection: Connection, type_: str) -> tuple[str, str]:
    name, _, version = type_.partition(":")
    if version:
        return name, version
    listed = connection.registration.list_workflow_types(connection.domain, name=name)
    versions = [info.workflow_type.version for info in listed]
    if len(versions) == 1:
        return name, versions[0]
    if not versions:
        raise CommandError(
            f"no workflow type {name!r} is registered in domain {connection.domain!r}; "
            "'py-swf types' lists them",
            NOT_FOUND,
        )
    raise CommandError(
        f"workflow type {name!r} has the versions {', '.join(versions)}: give one, as in "
        f"{name}:{versions[0]}",
        USAGE,
    )


@click.command()
@click.argument("workflow_id", metavar="ID")
@click.argument("name")
@click.argument("input_", metavar="[INPUT]", required=False)
@run_option
@connected()
def signal(
    connection: Connection, workflow_id: str, name: str, input_: str | None, run_id: str | None
) -> None:
    """Send the signal NAME to an open execution, with INPUT; "-" reads standard input.

    A py_swf.flow workflow takes JSON: '"yes"', with both kinds of quotes.
    """
    connection.workflows.signal_workflow(workflow_id, name, _input(input_), run_id=run_id)
    click.echo(f"sent {name} to {workflow_id}")


@click.command()
@click.argument("workflow_id", metavar="ID")
@run_option
@connected()
def cancel(connection: Connection, workflow_id: str, run_id: str | None) -> None:
    """Ask an open execution to cancel itself; nothing closes until its decider says so."""
    connection.workflows.request_cancel_workflow(workflow_id, run_id=run_id)
    click.echo(f"asked {workflow_id} to cancel itself")


@click.command()
@click.argument("workflow_id", metavar="ID")
@run_option
@click.option("--reason", help="Why, up to 256 characters.")
@click.option("--details", help="More about it.")
@child_policy_option
@click.option("--yes", "-y", is_flag=True, help="Do not ask for confirmation.")
@connected()
def terminate(
    connection: Connection,
    workflow_id: str,
    run_id: str | None,
    reason: str | None,
    details: str | None,
    child_policy: ChildPolicy | None,
    yes: bool,
) -> None:
    """Close an open execution at once, without asking its decider.

    On a terminal this asks for confirmation first, unless --yes is given.
    """
    if not yes and sys.stdin.isatty():
        click.confirm(
            f"terminate {workflow_id} in domain {connection.domain}?", abort=True, err=True
        )
    connection.workflows.terminate_workflow(
        workflow_id, reason, run_id=run_id, details=details, child_policy=child_policy
    )
    click.echo(f"terminated {workflow_id}")
