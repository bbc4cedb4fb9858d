"""How ``py-swf`` begins and ends: help, errors, statuses, completion, colors."""

import os
import pty
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import pytest

from py_swf.cli.app import _COMMANDS, command, run
from py_swf.cli.connection import Session
from py_swf.cli.times import DURATION
from tests.golden_files import assert_golden

GOLDEN = Path(__file__).parent / "golden"
NOWHERE = ["--endpoint-url", "http://127.0.0.1:1", "-d", "shop"]


def py_swf_process(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "py_swf.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


@pytest.mark.skipif(version("click") < "8.2", reason="older versions lay help out otherwise")
@pytest.mark.parametrize("name", ["", *_COMMANDS])
def test_help(name, capsys, monkeypatch):
    """Every command has a help text; the list of commands has it in brief."""
    monkeypatch.setenv("COLUMNS", "80")

    status = run([*([name] if name else []), "--help"])

    assert status == 0
    assert_golden(GOLDEN / f"help{'-' if name else ''}{name}.txt", capsys.readouterr().out)


@pytest.mark.parametrize("name", _COMMANDS)
def test_the_list_of_commands_tells_the_truth(name):
    """A command that is loaded late exists, and its help begins like its line in the list."""
    context = click.Context(command)

    assert command.get_command(context, name).name == name
    assert _COMMANDS[name][1].endswith(".")


def test_without_a_command_it_shows_what_there_is(capsys):
    """Bare ``py-swf`` is ``py-swf --help``."""
    assert run([]) == 0
    bare = capsys.readouterr().out
    run(["--help"])

    assert bare == capsys.readouterr().out


def test_help_loads_nothing_that_is_slow():
    """``py-swf --help`` does without boto3, rich and the service's model."""
    code = (
        "import sys; from py_swf.cli.app import run; run(['--help']); "
        "print([m for m in ('boto3', 'botocore', 'rich', 'uvicorn') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.splitlines()[-1] == "[]"


def test_without_the_extra_it_says_how_to_install_it():
    """If click is missing one line says so, without a traceback."""
    code = (
        "import importlib.util as u; find = u.find_spec; "
        "u.find_spec = lambda name, *a: None if name == 'click' else find(name, *a); "
        "import py_swf.cli; raise SystemExit(py_swf.cli.main())"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "py-swf needs an extra; install it with: pip install 'py-swf[cli]'\n"


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["sow"], 2, "py-swf: No such command 'sow'; see 'py-swf --help'"),
        (["ls", "--since", "soon"], 2, "'soon' is not a time: write it as 2h (ago), 2026-11-21"),
        (["ls", "--all", "--status", "FAILED"], 2, "py-swf: --status with --all: only closed"),
        (["signal"], 2, "py-swf: Missing argument 'ID'; see 'py-swf signal --help'"),
        (["ls", *NOWHERE], 4, 'py-swf: Could not connect to the endpoint URL: "http://127.0.0.1'),
        (["ls", "--profile", "no-such"], 1, "The config profile (no-such) could not be found"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_error_is_one_line(arguments, status, told, capsys, monkeypatch):
    """Every error is one line, with an exit status for its kind."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    assert run(arguments) == status

    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1


def test_an_error_of_the_program_is_one_line_too(capsys, monkeypatch):
    """A bug in py-swf itself prints no traceback either, but says how to get one."""

    def broken(*_):
        raise ZeroDivisionError("oh\nno")

    assert run(["domains"], Session(make_client=broken)) == 1
    assert capsys.readouterr().err == (
        "py-swf: ZeroDivisionError: oh no; PY_SWF_TRACEBACK=1 shows where\n"
    )
    monkeypatch.setenv("PY_SWF_TRACEBACK", "1")
    run(["domains"], Session(make_client=broken))
    assert "Traceback" in capsys.readouterr().err


def test_a_value_that_the_service_would_refuse_is_named(py_swf):
    """A value that the library refuses to send is a usage error."""
    ran = py_swf("signal", "order-20", "x" * 300)

    assert ran.status == 2
    assert "signal_name" in ran.err


def test_interrupted_it_ends_with_its_own_status(py_swf):
    """Ctrl-C needs no explanation."""

    def interrupted(*_):
        raise KeyboardInterrupt

    ran = py_swf("show", "order-20", "--follow", sleep=interrupted)

    assert ran.status == 130
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_complete(shell):
    """The script of each shell asks py-swf, which answers with its commands and options."""
    script = py_swf_process("completion", shell)
    words = {"COMP_WORDS": "py-swf si", "COMP_CWORD": "1" if shell != "fish" else "si"}
    asked = py_swf_process(env={**os.environ, "_PY_SWF_COMPLETE": f"{shell}_complete", **words})

    assert script.returncode == 0
    assert f"_PY_SWF_COMPLETE={shell}_complete" in script.stdout
    assert "signal" in asked.stdout
    assert "start" not in asked.stdout


def test_colors_are_for_terminals_only():
    """Help and errors may be colored on a terminal, but not in a pipe."""
    assert "\x1b" not in py_swf_process("--help").stdout


def test_a_terminal_gets_colors_and_no_color_forbids_them(shop, monkeypatch):
    """Stuck work is colored on a terminal, unless NO_COLOR is set."""

    def printed_to_terminal():
        reading, writing = pty.openpty()
        with os.fdopen(writing, "w", encoding="utf-8") as terminal:
            monkeypatch.setattr("sys.stdout", terminal)
            session = Session(make_client=lambda *_: shop.boto, now=lambda: shop.now)
            run(["show", "order-17"], session)
            terminal.flush()
            out = os.read(reading, 65_536).decode()
        os.close(reading)
        return out

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[33;1m" in printed_to_terminal()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[33;1m" not in printed_to_terminal()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("90s", 90),
        ("1h30m", 5400),
        ("2d", 172_800),
        ("1.5h", 5400),
        ("1w 2 min", 604_920),
    ],
)
def test_durations_are_read(text, seconds):
    """Durations are written as people write them."""
    assert DURATION.convert(text, None, None).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "5x", "h", "-5", "1h and more", "9" * 400 + "d"])
def test_what_is_no_duration_is_refused(text):
    """A duration with an unknown unit is an error that shows how to write it."""
    with pytest.raises(click.BadParameter, match=re.escape(repr(text)[:30])):
        DURATION.convert(text, None, None)
