"""The package's metadata is consistent: version, floors, Python versions, measured layers."""

import ast
import configparser
import re
import shutil
import subprocess
import sys
from itertools import chain

import pytest

from tests.house.project import CONTRACTS, PROJECT, ROOT, SETTINGS, texts

OPTIONAL = ["cli", "console", "flow", "local", "pytest_plugin.py", "testing.py", "timeline"]
EXTRAS = PROJECT["optional-dependencies"]
# What an import is called where it is not called as the package is.
IMPORTED_AS = {
    "attrs": "attr",
    "import-linter": "importlinter",
    "opentelemetry-api": "opentelemetry",
}
# Where the reader has a copy of the repository: what he installs is that.
IN_A_COPY = {"README.rst", "contributing.rst", "speed.rst"}
# What only type checkers read; it is never imported at run time.
FOR_TYPE_CHECKERS = {"mypy_boto3_swf", "typing_extensions"}
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


def requirements(separator, lines):
    """Return the version that each line names after the separator, without zeros at its end."""
    found = re.findall(rf"^([a-z0-9-]+){separator}([0-9.]+)$", "\n".join(lines), re.MULTILINE)
    return {name: re.sub(r"(\.0)+$", "", number) for name, number in found}


def third_party_imports():
    """Yield each top-level package that a module of py_swf imports and that is not its own."""
    for path in (ROOT / "py_swf").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                yield node.module.split(".")[0]


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
    """The oldest versions that the package admits are those that tox -e floor tests with."""
    used = chain(PROJECT["dependencies"], *(EXTRAS[extra] for extra in set(EXTRAS) - {"docs"}))

    floors = requirements(">=", used)

    assert floors == requirements("==", tox["testenv:floor"]["deps"].splitlines())


def test_each_package_that_is_imported_is_required():
    """The package imports nothing but what it or one of its extras requires."""
    required = chain(PROJECT["dependencies"], *EXTRAS.values())
    names = {re.match(r"[a-z0-9-]+", line).group() for line in required}

    foreign = set(third_party_imports()) - {"py_swf", *sys.stdlib_module_names}
    foreign -= FOR_TYPE_CHECKERS

    assert foreign <= {IMPORTED_AS.get(name, name) for name in names} | {"attrs"}


def test_each_extra_has_its_place():
    """A package that only an extra installs is named in the contract about such packages."""
    brought = chain(*(EXTRAS[extra] for extra in set(EXTRAS) - {"test", "docs"}))
    names = {re.match(r"[a-z0-9-]+", line).group() for line in brought}
    names = {IMPORTED_AS.get(name, name) for name in names}

    assert names - {"py-swf"} <= set(CONTRACTS["packages"]["forbidden_modules"])


def test_extras_are_installed_by_one_spelling():
    """Docs and errors write ``pip install 'py-swf[flow]'``; ``-e '.[flow]'`` is for developers."""
    for path, text in texts():
        for quoted, named, extras in re.findall(r"pip install.*?(.)(py-swf|\.)\[([\w,]+)\]", text):
            assert quoted == "'", path
            assert set(extras.split(",")) <= EXTRAS.keys(), path
            assert named == "py-swf" or path.name in IN_A_COPY, path


def test_each_python_that_is_promised_is_tested(tox):
    """The classifiers name the Python versions that tox has an environment for."""
    promised = set(re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"])))
    tested = {f"3.{minor}" for minor in re.findall(r"py3(\d+)", tox["tox"]["env_list"])}
    measured = tox["testenv:coverage"]["base_python"].removeprefix("python")

    assert promised == tested | {measured}


def test_each_module_of_layers_0_to_2_is_measured():
    """The gate of 100 % leaves out the layers from the daemon up, and nothing else."""
    layers = CONTRACTS["layers"]["layers"]
    above = re.findall(r"\w+", " ".join(layers[: layers.index("clients")]))
    omitted = SETTINGS["tool"]["coverage"]["run"]["omit"]

    names = [re.fullmatch(r"py_swf/(\w+)(?:\.py|/\*)", pattern).group(1) for pattern in omitted]

    assert sorted(names) == sorted(above)
    assert SETTINGS["tool"]["coverage"]["report"]["fail_under"] == 100


def test_each_public_module_has_its_place_in_the_reference():
    """The reference takes in each public module; daemon and local are one each, from outside."""
    pages = (ROOT / "docs" / "reference").rglob("*.rst")
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
    assert "py.typed" in SETTINGS["tool"]["setuptools"]["package-data"]["py_swf"]


def test_what_is_no_module_is_packaged():
    """Each file of the package that is not a module, such as a template, is in the wheel."""
    patterns = SETTINGS["tool"]["setuptools"]["package-data"]["py_swf"]
    files = {path for path in (ROOT / "py_swf").rglob("*.*") if path.suffix not in (".py", ".pyc")}

    packaged = {path for pattern in patterns for path in (ROOT / "py_swf").glob(pattern)}

    assert files == packaged


def test_an_editable_install_is_found_by_type_checkers():
    """``pip install -e .`` puts a folder on the path; type checkers do not run an import hook."""
    assert SETTINGS["tool"]["distutils"]["editable_wheel"]["mode"] == "compat"


def test_the_core_stands_alone(tmp_path):
    """Without the local service, the plugin, flow and the command, every other module imports."""
    ignored = shutil.ignore_patterns("__pycache__", *OPTIONAL)
    shutil.copytree(ROOT / "py_swf", tmp_path / "py_swf", ignore=ignored)

    ran = subprocess.run([sys.executable, "-c", IMPORT_ALL], cwd=tmp_path, check=False)

    assert ran.returncode == 0


def test_the_plugin_is_named_as_its_module():
    """Naming the plugin in ``pytest_plugins`` as well does not register it twice."""
    ((name, module),) = PROJECT["entry-points"]["pytest11"].items()

    assert name == module


def test_each_test_has_a_time_limit():
    """A test that hangs is ended and named."""
    assert SETTINGS["tool"]["pytest"]["ini_options"]["timeout"] > 0
