"""How commands print: tables, JSON as the AWS CLI prints it, and colors only on a terminal."""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any, TypeVar

import attrs
import click

from py_swf._to_wire import camel_case
from py_swf._wording import cells, one_line

__all__ = [
    "as_json",
    "is_colored",
    "json_option",
    "print_json",
    "print_table",
    "progress",
    "width_of_terminal",
]

T = TypeVar("T")

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
hide_option = click.option(
    "--hide-payloads",
    "hide",
    is_flag=True,
    envvar="PY_SWF_HIDE_PAYLOADS",
    help="Show only the length of inputs, results, reasons and details.",
)


def is_colored() -> bool:
    """Return whether to print colors: on a terminal whose user has not set NO_COLOR."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def width_of_terminal() -> int:
    """Return the columns of the terminal; 80 if there is none."""
    return shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else 80


def as_json(value: Any) -> Any:
    """Turn records into JSON values, with the names and spellings of the service."""
    if isinstance(value, Mapping):
        return {name: as_json(item) for name, item in value.items()}
    if attrs.has(type(value)):
        fields = {field.name: getattr(value, field.name) for field in attrs.fields(type(value))}
        return {camel_case(n): as_json(v) for n, v in fields.items() if v is not None}
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat()
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    return "NONE" if value == math.inf else value


def print_json(value: Any, *, is_sorted: bool = False) -> None:
    """Print a value as JSON, indented; if asked for, with the members of objects sorted."""
    text = json.dumps(as_json(value), indent=4, ensure_ascii=False, sort_keys=is_sorted)
    click.echo(text)


def print_table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns, cut to the width of the terminal; not cut if there is none."""
    texts = [list(map(one_line, row)) for row in rows]
    if not sys.stdout.isatty():
        widths = [max(map(cells, column)) for column in zip(headers, *texts, strict=True)]
        for line in (headers, *texts):
            padded = (
                text + " " * (width - cells(text)) for text, width in zip(line, widths, strict=True)
            )
            click.echo("  ".join(padded).rstrip())
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for header in headers:
        table.add_column(header, no_wrap=True, overflow="ellipsis")
    for row in texts:
        table.add_row(*map(Text, row))
    Console(highlight=False, no_color=not is_colored()).print(table)


@contextmanager
def progress(what: str) -> Iterator[Callable[[Iterable[T]], Iterator[T]]]:
    """Count what is read, on standard error, if that is a terminal.

    :param what: what is counted, for example "events".
    :return: a function that passes an iterable on.
    """
    if not sys.stderr.isatty():
        yield iter
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status(f"reading {what}") as status:

        def counted(items: Iterable[T]) -> Iterator[T]:
            for number, item in enumerate(items, 1):
                if number % 500 == 0:
                    status.update(f"reading {what}: {number:,}")
                yield item

        yield counted
