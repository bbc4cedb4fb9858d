"""``replay``: run the code of a workflow over saved histories."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from py_swf.cli.loading import load
from py_swf.cli.printing import json_option, print_json
from py_swf.cli.statuses import FAILED

__all__ = ["replay"]


@click.command()
@click.argument("workflow", metavar="MODULE:WORKFLOW")
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@json_option
def replay(workflow: str, files: tuple[Path, ...], as_json: bool) -> int:
    """Run the code of a workflow over saved histories, and say where it behaves differently.

    FILE is the output of "py-swf history ID --json". The exit status is 1 if the code and a history
    do not agree. So you find a breaking change before it meets open executions.
    """
    from py_swf.flow.workflows import Workflow

    loaded = load(workflow, Workflow, "workflow of py_swf.flow")
    results = dict(zip(map(str, files), _replayed(loaded, files), strict=True))
    if as_json:
        print_json([{"file": file, "error": error} for file, error in results.items()])
    else:
        for file, error in results.items():
            click.echo(f"agrees   {file}" if error is None else f"differs  {file}\n{error}")
    return FAILED if any(results.values()) else 0


def _replayed(workflow: object, files: tuple[Path, ...]) -> Iterator[str | None]:
    from py_swf.flow import replays
    from py_swf.flow.errors import NonDeterminismError

    for file in files:
        try:
            replays.replay(workflow, replays.saved(file))  # type: ignore[arg-type]  # see load()
        except NonDeterminismError as error:
            yield str(error)
        else:
            yield None
