"""The layers of py_swf: import-linter holds what ``pyproject.toml`` says, this file the rest."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.project import CONTRACTS, ROOT

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "py_swf").rglob("*.py"))
}
MACHINE = {name for name in MODULES if name.startswith("py_swf.local.machine")}
PURE = sorted({*CONTRACTS["pure"]["source_modules"], *MACHINE})
# __init__ loads names on request; the command joins everything, and loads only what it uses
LATE = re.compile(r"py_swf(\.cli(\..*)?)?$")
CLOCK = re.compile(r"\bdate(time)?\.(now|utcnow|today)\(")
BREACHES = {
    "layers": ("history", "from py_swf.clients import decision"),
    "local": ("local/machine/service", "from py_swf.errors import NoTaskFound"),
    "local-rooms": (
        "local/machine/service",
        "from py_swf.local.transport.system_clock import SystemClock",
    ),
    "machine-rooms": (
        "local/machine/execution/timer",
        "from py_swf.local.machine.state.domain import Domain",
    ),
    "front-door": ("clients/decision", "from py_swf import NoTaskFound"),
    "pure": ("events", "import time"),
    "pure-machine": ("local/machine/execution/execution", "from threading import Lock"),
    "flow-rooms": ("flow/engine/run", "from py_swf.flow.signals import Signal"),
    "engine-rooms": (
        "flow/engine/commands/timers",
        "from py_swf.flow.engine.matching import Ledger",
    ),
    "pure-flow": ("flow/engine/run", "import time"),
    "packages": ("clients/workflow", "import boto3"),
}
linted = pytest.mark.skipif(sys.version_info < (3, 11), reason="import-linter needs Python 3.11")


def packages(node):
    """Return the top-level packages that one statement imports."""
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {"py_swf" if node.level else node.module.split(".")[0]}
    return set()


def late_imports(source):
    """Yield the line of each import inside a function.

    An optional extra may be imported where it is used, so only the standard library and py_swf
    count.
    """
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if packages(node) & {"py_swf", *sys.stdlib_module_names}:
                    yield node.lineno


def lint(folder, contract):
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    command += ["--no-cache", "--no-logo", "--contract", contract]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@linted
@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_contract_is_kept(contract):
    """The package keeps to every contract."""
    ran = lint(ROOT, contract)

    assert ran.returncode == 0, ran.stdout


@linted
@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_contract_can_be_broken(contract, tmp_path):
    """A forbidden import is found by the contract that forbids it."""
    shutil.copytree(ROOT / "py_swf", tmp_path / "py_swf")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    module, breach = BREACHES[contract]
    with Path(tmp_path, "py_swf", f"{module}.py").open("a", encoding="utf-8") as file:
        file.write(f"\n{breach}\n")

    ran = lint(tmp_path, contract)

    assert ran.returncode == 1
    assert "BROKEN" in ran.stdout


@pytest.mark.parametrize("name", sorted(name for name in MODULES if not LATE.match(name)))
def test_no_function_imports(name):
    """A module imports at its top, except an optional extra."""
    assert not list(late_imports(MODULES[name].read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", PURE)
def test_what_decides_reads_no_clock(name):
    """A pure module does not read the time from ``datetime``."""
    assert not CLOCK.search(MODULES[name].read_text(encoding="utf-8"))


def test_an_import_inside_a_function_is_seen():
    """The rule finds a late import however it is written, and leaves an extra alone."""
    source = (
        "def a():\n import json\nasync def b():\n from . import c\n"
        "class D:\n def e(self):\n  from py_swf.errors import NoTaskFound\n"
        "def f():\n import uvicorn\n from uvicorn.config import Config\n"
    )

    assert list(late_imports(source)) == [2, 4, 7]


@pytest.mark.parametrize("call", ["datetime.now()", "datetime.datetime.utcnow()", "date.today()"])
def test_reading_the_clock_is_seen(call):
    """The rule finds each way to ask for the time, and leaves an injected clock alone."""
    assert CLOCK.search(f"when = {call}")
    assert not CLOCK.search("when = clock.now()")
