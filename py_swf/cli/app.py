"""The commands of ``py-swf``, and how they end: with one clear line, never with a traceback."""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from py_swf._wording import one_line
from py_swf.cli.statuses import FAILED, INTERRUPTED, STATUSES, USAGE, CommandError

__all__ = ["command", "run"]

#: command -> the module that has it, and what it does
_COMMANDS = {
    "ls": ("listing", "List executions, the latest first."),
    "show": ("showing", "Show an execution: what is open, what failed, its timeline."),
    "history": ("showing", "Print the events of an execution."),
    "start": ("acting", "Start an execution."),
    "signal": ("acting", "Send a signal to an open execution."),
    "cancel": ("acting", "Ask an open execution to cancel itself."),
    "terminate": ("acting", "Close an open execution at once."),
    "tasks": ("listing", "Count the tasks that wait in a task list."),
    "types": ("listing", "List workflow types and activity types."),
    "domains": ("listing", "List domains."),
    "serve": ("serving", "Run a local service, with the console in the browser."),
    "advance": ("turning", "Turn the clock of a local service."),
    "console": ("serving", "Show a service in the browser."),
    "worker": ("working", "Run workflows and activities."),
    "replay": ("replaying", "Run the code of a workflow over saved histories."),
    "completion": ("completion", "Print the completion script of a shell."),
}

_ABOUT = """\
Look at Amazon SWF, on AWS or on a local service, and act on it.

\b
As for the AWS CLI, options, AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL_SWF
or your configuration say where the service is and who you are.
The domain is --domain or PY_SWF_DOMAIN, or else the only one there is.
"""
_STATUSES = "Exit status: " + "; ".join(f"{status} {text}" for status, text in STATUSES.items())


class _Commands(click.Group):
    """A group whose commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"py_swf.cli.{_COMMANDS[cmd_name][0]}")
        found: click.Command = getattr(module, cmd_name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in _COMMANDS.items()])


@click.group(
    cls=_Commands,
    help=_ABOUT,
    epilog=_STATUSES,
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
)
@click.version_option(package_name="py-swf", prog_name="py-swf", message="%(prog)s %(version)s")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Group the commands; list them if none is given."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def run(arguments: Sequence[str], session: Any = None) -> int:
    """Run one command line.

    :param arguments: the arguments, without the name of the program.
    :param session: the :class:`~py_swf.cli.connection.Session` to work with; None makes one.
    :return: the exit status.
    """
    try:
        arguments = list(arguments)
        ended = command.main(arguments, prog_name="py-swf", standalone_mode=False, obj=session)
        return ended or 0
    except (KeyboardInterrupt, click.Abort):
        click.echo(err=True)
        return INTERRUPTED
    except Exception as error:
        message, status = _explained(error)
        click.echo(f"py-swf: {message}", err=True)
        if os.environ.get("PY_SWF_TRACEBACK"):
            traceback.print_exc()
        return status


def _explained(error: Exception) -> tuple[str, int]:
    if isinstance(error, CommandError):
        return one_line(str(error)), error.status
    if isinstance(error, click.UsageError):
        where = f"; see '{error.ctx.command_path} --help'" if error.ctx else ""
        return one_line(error.format_message()).rstrip(".") + where, USAGE
    if isinstance(error, click.ClickException):
        return one_line(error.format_message()), error.exit_code
    if type(error).__module__.startswith("botocore."):
        from py_swf.cli.connection import explain

        return explain(error)
    from py_swf.errors import RegisteredDefaultsDiffer

    if isinstance(error, RegisteredDefaultsDiffer | LookupError | OSError):
        return one_line(str(error)), FAILED
    if isinstance(error, ValueError):
        return one_line(str(error)), USAGE
    return f"{type(error).__name__}: {one_line(str(error))}; PY_SWF_TRACEBACK=1 shows where", FAILED
