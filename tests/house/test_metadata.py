"""The package's papers agree with each other: version, floors, Python versions, measured layers."""

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.test_layers import LAYERS

ROOT = Path(__file__).parents[2]
SETUP = (ROOT / "setup.py").read_text(encoding="utf-8")
OPTIONAL = ["cli.py", "flow", "local", "pytest_plugin.py"]
IMPORT_ALL = """
import importlib, pkgutil, py_swf
for module in pkgutil.walk_packages(py_swf.__path__, "py_swf."):
    importlib.import_module(module.name)
"""


@pytest.fixture(scope="module")
def tox():
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "tox.ini", encoding="utf-8")
    return parser


def requirements(separator, text):
    found = re.findall(rf"([a-z0-9-]+){separator}([0-9.]+)", text)
    return {name: re.sub(r"(\.0)+$", "", number) for name, number in found}


def version():
    source = (ROOT / "py_swf" / "__init__.py").read_text(encoding="utf-8")
    (found,) = re.findall(r'^__version__ = "(.+)"$', source, re.MULTILINE)
    return found


def test_the_changelog_begins_with_this_version():
    """The newest heading of the changelog names the version that the package has."""
    changelog = (ROOT / "CHANGELOG.rst").read_text(encoding="utf-8")

    newest = re.search(r"^(\d\S*).*\n-{3,}$", changelog, re.MULTILINE)

    assert newest is not None
    assert newest.group(1) == version().partition(".dev")[0]


def test_each_floor_is_what_the_floor_environment_installs(tox):
    """What setup.py admits at the least is what tox -e floor runs the tests with."""
    floors = requirements(
        ">=", SETUP[: SETUP.index("DOCS =")] + SETUP[SETUP.index("install_req") :]
    )

    assert floors == requirements("==", tox["testenv:floor"]["deps"])


def test_each_python_that_is_promised_is_tested(tox):
    """The classifiers name the Python versions that tox has an environment for."""
    promised = set(re.findall(r"Python :: (3\.\d+)", SETUP))
    tested = {f"3.{minor}" for minor in re.findall(r"py3(\d+)", tox["tox"]["env_list"])}
    measured = tox["testenv:coverage"]["base_python"].removeprefix("python")

    assert promised == tested | {measured}


def test_each_module_of_layers_0_to_2_is_measured():
    """The gate of 100 % leaves out the layers from the daemon up, and nothing else."""
    above = set().union(*LAYERS[LAYERS.index({"", "daemon"}) :]) - {""}
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    (omitted,) = re.findall(r"^omit = \[(.+)\]$", settings, re.MULTILINE)

    assert set(re.findall(r'"py_swf/(\w+)(?:\.py|/\*)"', omitted)) == above
    assert "\nfail_under = 100\n" in settings


def test_each_public_module_has_its_place_in_the_reference():
    """The reference takes in each public module; daemon and local are one each, from outside."""
    pages = (ROOT / "docs" / "reference").glob("*.rst")
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    taken = set(re.findall(r"^\.\. (?:auto|current)?module:: (.+)$", text, re.MULTILINE))
    paths = [*(ROOT / "py_swf").glob("*.py"), *(ROOT / "py_swf" / "clients").glob("*.py")]
    public = {
        ".".join(p.relative_to(ROOT).with_suffix("").parts) for p in paths if p.name[0] != "_"
    }

    assert {*public, "py_swf.daemon", "py_swf.local"} <= taken


def test_the_types_are_announced():
    """The marker file which tells type checkers that py_swf is typed is there and is packaged."""
    assert (ROOT / "py_swf" / "py.typed").is_file()
    assert 'package_data={"py_swf": ["py.typed"]}' in SETUP


def test_the_core_stands_alone(tmp_path):
    """Without the local service, the plugin, flow and the command, every other module imports."""
    ignored = shutil.ignore_patterns("__pycache__", *OPTIONAL)
    shutil.copytree(ROOT / "py_swf", tmp_path / "py_swf", ignore=ignored)

    ran = subprocess.run([sys.executable, "-c", IMPORT_ALL], cwd=tmp_path, check=False)

    assert ran.returncode == 0


def test_the_plugin_is_named_as_its_module():
    """Naming the plugin in ``pytest_plugins`` as well does not register it twice."""
    assert re.search(r'"pytest11": \["(\S+) = \1"\]', SETUP)
