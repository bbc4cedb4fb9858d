"""README.rst does what it says: its Python runs in order, its commands are what CI runs."""

from __future__ import annotations

import contextlib
import io
import re
import textwrap
from pathlib import Path

import click
import pytest

from py_swf.cli.app import command as py_swf_command

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.rst").read_text(encoding="utf-8")
BLOCK = re.compile(r"^\.\. code-block:: (\w+)\n\n((?:   .*\n|\n)+)", re.MULTILINE)
BLOCKS = [(language, textwrap.dedent(body).strip()) for language, body in BLOCK.findall(README)]


def command(name: str) -> str:
    """Return the shell command that stands between two comments of that name."""
    section = README.split(f".. begin-{name}-command\n")[1].split(f".. end-{name}-command\n")[0]
    ((language, body),) = BLOCK.findall(section)
    assert language == "sh"
    return " ".join(body.split())


def test_the_python_runs_in_order_and_prints_what_is_shown() -> None:
    """All Python blocks run one after the other, and print what the text blocks after them show."""
    shown: list[str] = []
    printed: list[str] = []
    names: dict[str, object] = {"__name__": "readme"}

    for language, body in BLOCKS:
        if language == "text":
            shown.append(body)
        if language == "python":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(body, "README.rst", "exec"), names)
            printed.extend([out.getvalue().strip()] if out.getvalue() else [])

    assert shown
    assert printed == shown


def test_every_block_is_of_a_language_that_is_tested() -> None:
    """There is no block but of Python, of its output, of commands and of what one of them shows."""
    languages = [language for language, _ in BLOCKS]

    assert README.count("code-block::") == len(BLOCKS)
    assert languages.count("console") == 1
    assert set(languages) == {"sh", "python", "text", "console"}


def test_what_the_command_shows_is_what_it_prints() -> None:
    """The output of ``py-swf show`` is the beginning of what the tests of the command look at."""
    (shown,) = (body for language, body in BLOCKS if language == "console")
    printed = (ROOT / "tests" / "cli" / "golden" / "show-stuck.txt").read_text(encoding="utf-8")

    command, _, output = shown.partition("\n")
    assert command == "$ py-swf show order-17"
    assert printed.startswith(f"{output}\n")


def test_pictures_are_of_the_published_pages() -> None:
    """Pictures have full addresses, as a package index needs; each exists on a page."""
    named = re.findall(r"^\.\. image:: (\S+)$", README, re.MULTILINE)

    assert named
    for address in named:
        published, _, name = address.rpartition("/")
        assert published == "https://py-swf.readthedocs.io/en/latest/_images"
        assert (ROOT / "docs" / "pictures" / name).exists()


@pytest.mark.parametrize(
    "command",
    [
        "serve --domain shop --file shop.swf",
        "start process-order --id order-18 --task-list nowhere",
    ],
)
def test_the_commands_of_the_console_are_understood(command: str) -> None:
    """The command accepts each ``py-swf`` command line."""
    name, *arguments = command.split()

    assert f".venv/bin/py-swf {command}" in README
    group = py_swf_command.get_command(click.Context(py_swf_command), name)
    assert group is not None
    group.make_context(name, arguments)


@pytest.mark.parametrize(
    ("name", "end"),
    [("demo", "python examples/order_processing.py"), ("tests", "python -m pytest -q")],
)
def test_a_command_stands_where_it_is_looked_for(name: str, end: str) -> None:
    """Each command makes a virtual environment, installs, and runs what it is for."""
    parts = command(name).split(" && ")

    assert parts[0] == "python3 -m venv .venv"
    assert parts[1].startswith(".venv/bin/pip install -q -e ")
    assert parts[2] == f".venv/bin/{end}"


def test_each_file_that_is_named_is_there() -> None:
    """Each path that README names exists in the repository."""
    named = set(re.findall(r"``([\w/]+(?:/|\.rst))``", README))

    assert {"docs/", "examples/", "CHANGELOG.rst"} <= named
    assert [name for name in named if not (ROOT / name).exists()] == []
