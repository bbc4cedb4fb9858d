"""Every item of the conformance checklist has a test of its number."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ITEMS = range(1, 154)
NAME = re.compile(r"test_conformance_(\d{3})_\w+")


def conformance_tests() -> list[ast.FunctionDef]:
    """Collect the conformance tests of this folder from their source."""
    trees = [
        ast.parse(path.read_text()) for path in sorted(Path(__file__).parent.glob("test_*.py"))
    ]
    functions = [
        node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    ]
    return [function for function in functions if NAME.fullmatch(function.name)]


def test_every_item_has_a_test() -> None:
    """The numbers 001 to 153 are all there, and no other."""
    numbers = {int(NAME.fullmatch(each.name).group(1)) for each in conformance_tests()}
    assert numbers == set(ITEMS)


def test_every_test_states_its_fact() -> None:
    """Every conformance test says in one sentence what it holds, and no name comes twice."""
    tests = conformance_tests()
    stated = [ast.get_docstring(each) or "" for each in tests]
    assert not [each.name for each, text in zip(tests, stated, strict=True) if text[-1:] != "."]
    names = [each.name for each in tests]
    assert not {name for name in names if names.count(name) > 1}
