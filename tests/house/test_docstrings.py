"""Every module has docstrings on public names, ``__all__``, and no path of a machine."""

import ast
import re

import pytest

from tests.house.project import ROOT, texts

MODULES = sorted((ROOT / "py_swf").rglob("*.py"))
PUBLIC = [path for path in MODULES if path.name == "__init__.py" or path.name[0] != "_"]
DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
A_MACHINES_PATH = re.compile(r"(?<![\w.*~$}-])/(home|root|Users|work)/|\b[A-Z]:\\Users\b")


def public_definitions(tree):
    """Yield the public classes and functions of a module, and the public methods of its classes."""
    for node in tree.body:
        if isinstance(node, DEFINITIONS) and node.name[0] != "_":
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public_definitions(node)


def told_elsewhere(node):
    """Return whether it is an overload or a setter: its other half has the docstring."""
    return any(
        re.search(r"\boverload$|\.setter$", ast.unparse(decorator))
        for decorator in node.decorator_list
    )


def undocumented(tree):
    for node in public_definitions(tree):
        if ast.get_docstring(node) is None and not told_elsewhere(node):
            yield f"{node.name}, line {node.lineno}"


def targets(node):
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def exported(tree):
    """Return the names in ``__all__``, or None where the module has none."""
    for node in tree.body:
        assigned = isinstance(node, ast.Assign | ast.AnnAssign)
        if assigned and "__all__" in map(ast.unparse, targets(node)):
            return ast.literal_eval(node.value)
    return None


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_says_its_idea(path):
    """Every module begins with a docstring."""
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.stem)
def test_a_public_name_has_a_docstring(path):
    """Every public class, function and method of a public module has a docstring."""
    assert not list(undocumented(ast.parse(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.stem)
def test_a_public_module_lists_what_it_offers(path):
    """Every public module has an ``__all__``."""
    assert exported(ast.parse(path.read_text(encoding="utf-8"))) is not None


def test_no_file_names_a_path_of_a_machine():
    """No file that is written by hand names a home or a work folder of one machine."""
    assert not [path for path, text in texts() if A_MACHINES_PATH.search(text)]


def test_a_name_without_a_docstring_is_seen():
    """The rule about docstrings covers classes, and ignores overloads and private names."""
    tree = ast.parse(
        "class Bare:\n  '''Say.'''\n  def bare(self): ...\n  def _own(self): ...\n"
        "  @overload\n  def two(self): ...\nasync def late(): ...\n"
    )

    assert list(undocumented(tree)) == ["bare, line 3", "late, line 7"]


@pytest.mark.parametrize("home", ["/{}/ann/py", "(/{}/py)", '"/{}/"', "C:\\{}\\ann"])
def test_a_machines_path_is_seen(home):
    """The rule about paths knows the usual homes, and ignores the project's own folders."""
    assert A_MACHINES_PATH.search(home.format("Users"))
    assert not A_MACHINES_PATH.search(home.format("docs"))
    assert not A_MACHINES_PATH.search("docs/home/index.rst")
