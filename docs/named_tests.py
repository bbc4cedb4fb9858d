"""The tests of a folder by their names: where each stands, and the fact that it states."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]


class NamedTest(NamedTuple):
    """One test function.

    :param path: its file, from the root of the repository, with forward slashes.
    :param line: the line at which it begins, its decorators included.
    :param fact: its docstring, on one line.
    """

    path: str
    line: int
    fact: str


def named_tests(folder: Path) -> Mapping[str, NamedTest]:
    """Return the tests below a folder by name.

    A name that several files use is there as ``file.py::name``, once for each of them.
    """
    found: dict[str, list[NamedTest]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        for name, test in _tests_of(path):
            found[name].append(test)
    return dict(_unambiguous(found))


def _tests_of(path: Path) -> Iterator[tuple[str, NamedTest]]:
    place = path.relative_to(ROOT).as_posix()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            fact = " ".join((ast.get_docstring(node) or "").split())
            line = min(part.lineno for part in (node, *node.decorator_list))
            yield node.name, NamedTest(place, line, fact)


def _unambiguous(found: Mapping[str, list[NamedTest]]) -> Iterator[tuple[str, NamedTest]]:
    for name, tests in found.items():
        if len(tests) == 1:
            yield name, tests[0]
        else:
            yield from ((f"{Path(test.path).name}::{name}", test) for test in tests)
