"""What ``import py_swf`` gives, and what it does not load."""

from __future__ import annotations

import importlib
import importlib.resources
import subprocess
import sys
import warnings
from typing import Any

import pytest

import py_swf
from py_swf.errors import NoTaskFound, ReadTimeoutWarning, RegisteredDefaultsDiffer

EXPORTS = {
    "LONG_POLL_CONFIG": "py_swf._long_poll",
    "ActivityTask": "py_swf.tasks",
    "ActivityTaskClient": "py_swf.clients.activity_task",
    "ActivityTaskConfig": "py_swf.config_definitions",
    "DecisionClient": "py_swf.clients.decision",
    "DecisionConfig": "py_swf.config_definitions",
    "DecisionTask": "py_swf.tasks",
    "NoTaskFound": "py_swf.errors",
    "ReadTimeoutWarning": "py_swf.errors",
    "RegistrationClient": "py_swf.clients.registration",
    "WorkflowClient": "py_swf.clients.workflow",
    "WorkflowClientConfig": "py_swf.config_definitions",
}


def python(code: str) -> str:
    """What a fresh interpreter prints."""
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_exports_are_pinned() -> None:
    """The names of the package are these, no more and no less."""
    assert set(py_swf.__all__) == {*EXPORTS, "__version__"}
    assert py_swf.__version__ == "2.0.0.dev0"


@pytest.mark.parametrize(("name", "home"), EXPORTS.items())
def test_a_name_is_that_of_its_home(name: str, home: str) -> None:
    """A name of the package is the same object as in its module, and stays so."""
    assert getattr(py_swf, name) is getattr(importlib.import_module(home), name)
    assert vars(py_swf)[name] is getattr(py_swf, name)


def test_importing_the_package_loads_next_to_nothing() -> None:
    """``import py_swf`` loads neither boto3, botocore, attrs nor modules for types only."""
    code = (
        "import sys; before = {*sys.modules}; import py_swf; new = {*sys.modules} - before;"
        "print(new & {'boto3', 'botocore', 'attrs', 'attr', 'typing', 'collections'},"
        " sorted(n for n in new if n.startswith('py_swf')))"
    )

    assert python(code) == "set() ['py_swf', 'py_swf._lazy']"


@pytest.mark.parametrize(
    ("module", "foreign"),
    [
        ("py_swf.errors", "{'botocore'}"),
        ("py_swf.config_definitions", "set()"),
        ("py_swf.history", "{'attrs'}"),
        ("py_swf.decisions", "{'attrs'}"),
        ("py_swf.clients.decision", "{'attrs', 'botocore'}"),
        ("py_swf.clients.workflow", "{'attrs', 'botocore'}"),
    ],
)
def test_the_core_never_loads_boto3(module: str, foreign: str) -> None:
    """The client is injected: deciding needs attrs, calling needs botocore, nothing needs boto3."""
    code = (
        f"import sys, {module};"
        "loaded = {n.split('.')[0] for n in sys.modules} & {'boto3', 'botocore', 'attrs'};"
        f"print(loaded <= {foreign}, loaded)"
    )

    assert python(code).startswith("True")


def test_it_is_typed() -> None:
    """Type checkers are told that the package has types."""
    assert (importlib.resources.files("py_swf") / "py.typed").is_file()


def test_a_poll_without_a_task_is_no_other_error() -> None:
    """NoTaskFound is an exception of its own, so that catching it catches nothing else."""
    assert NoTaskFound.__bases__ == (Exception,)
    assert not issubclass(RegisteredDefaultsDiffer, NoTaskFound)


def test_the_warning_can_be_filtered() -> None:
    """The warning is a UserWarning: shown by default, and silenced by its class."""
    assert issubclass(ReadTimeoutWarning, UserWarning)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReadTimeoutWarning)
        warnings.warn("quiet", ReadTimeoutWarning, stacklevel=1)


def test_the_long_poll_config() -> None:
    """The ready configuration reads for longer than the 60 seconds that a poll is held."""
    config: Any = py_swf.LONG_POLL_CONFIG

    assert config.read_timeout == 70
    assert config.connect_timeout == 10


@pytest.mark.parametrize("name", ["descriptions", "errors", "config_definitions", "types"])
def test_a_module_exports_the_classes_that_it_defines(name: str) -> None:
    """``__all__`` of a module has exactly its public names, in order."""
    module = importlib.import_module(f"py_swf.{name}")
    defined = {
        thing
        for thing, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__ and thing[0] != "_"
    }

    assert module.__all__ == sorted(defined)
