"""What the pages show in several processes: the server, boto3 at it, the tutorial's programs."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

import py_swf

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "local-service-over-http.rst").read_text(encoding="utf-8")
TUTORIAL = (ROOT / "docs" / "tutorial" / "from-snippets-to-daemons.rst").read_text(encoding="utf-8")
BLOCK = re.compile(r"^(?:\.\. code-block:: (\w+)|.*::)\n\n((?: {3,}.*\n|\n)+)", re.MULTILINE)
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(py_swf.__file__).parents[1])}


def blocks(text: str) -> list[tuple[str, str]]:
    """Return the blocks of a page with their languages; "" for one after a double colon."""
    return [(language, textwrap.dedent(body).strip()) for language, body in BLOCK.findall(text)]


@pytest.fixture(scope="module")
def server() -> Iterator[list[str]]:
    """Start the server by the first command of the page; give the lines that it prints."""
    language, command = blocks(PAGE)[0]
    assert language == "sh"
    assert command.startswith("python -m py_swf.local ")
    words = [sys.executable, *shlex.split(command)[1:], "--port", "0", "--poll-seconds", "1"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        assert process.stdout is not None
        try:
            yield [process.stdout.readline().strip() for _ in range(3)]
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def exported(server: list[str]) -> dict[str, str]:
    """The environment of a program, after pasting the two lines of the server."""
    pasted = [word for line in server[1:] for word in shlex.split(line)[1:]]
    return {**ENVIRONMENT, **dict(word.split("=", 1) for word in pasted)}


def test_the_server_prints_what_the_page_shows(server: list[str]) -> None:
    """The page shows the three lines of the server, except for the port."""
    _, shown = blocks(PAGE)[1]

    assert [re.sub(r":\d+$", ":4580", line) for line in server] == shown.splitlines()


def test_boto3_goes_there_by_itself(exported: dict[str, str]) -> None:
    """The page's Python prints what the page shows, in the environment that the server gives."""
    (_, _, (_, code), (_, shown), *_) = blocks(PAGE)

    ran = subprocess.run(
        [sys.executable, "-c", code], env=exported, capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == shown


def test_the_programs_of_the_tutorial_make_an_album(exported: dict[str, str]) -> None:
    """Decider and worker run as daemons, the starter prints what is shown, SIGTERM ends them."""
    commands, shown = (
        body for _, body in blocks(TUTORIAL) if "album-1" in body and "py_swf" not in body
    )
    decider, worker, starter = (shlex.split(line)[1:] for line in commands.splitlines())
    folder = Path(__file__).parent
    daemons = [
        subprocess.Popen([sys.executable, *words], cwd=folder, env=exported)
        for words in (decider, worker)
    ]
    try:
        ran = subprocess.run(
            [sys.executable, *starter],
            cwd=folder,
            env=exported,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
    finally:
        for daemon in daemons:
            daemon.terminate()
    assert ran.stdout.strip() == shown
    assert [daemon.wait(timeout=30) for daemon in daemons] == [0, 0]
