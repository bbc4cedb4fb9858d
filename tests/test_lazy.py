"""Names that are loaded when they are first used, of the package and of the local service."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

PACKAGES = ["py_swf", "py_swf.local"]


def fresh(code: str) -> str:
    """What a new interpreter prints."""
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_name_has_a_home(package: str) -> None:
    """Each promised name can be loaded, is then kept, and is in dir() once."""
    module = importlib.import_module(package)
    assert dir(module) == sorted({*vars(module), *module.__all__})
    for name in set(module.__all__) - {"__version__"}:
        assert getattr(module, name) is vars(module)[name]


@pytest.mark.parametrize("package", PACKAGES)
def test_an_unknown_name(package: str) -> None:
    """A name that is not promised is an AttributeError in Python's own words."""
    with pytest.raises(AttributeError, match=f"^module '{package}' has no attribute 'Clerk'$"):
        importlib.import_module(package).Clerk  # noqa: B018


@pytest.mark.parametrize("package", PACKAGES)
def test_names_are_shown_before_they_are_loaded(package: str) -> None:
    """An interactive user sees every name, and unused names are not loaded."""
    code = (
        f"import sys, {package} as p;"
        "loaded = {n for n in sys.modules if n.startswith('py_swf')};"
        "print(set(p.__all__) - set(dir(p)), loaded - {'py_swf', 'py_swf._lazy', 'py_swf.local'})"
    )

    assert fresh(code) == "set() set()"
