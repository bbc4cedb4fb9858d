"""Lint the workflows in files and folders: as findings, as a test, as a command."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from py_swf.flow.linting.names import Project
from py_swf.flow.linting.walk import WORKFLOW, Finding, Walk, decorated

__all__ = ["check", "lint", "main"]

_SKIPPED = {"__pycache__", "build", "dist", "node_modules", "site-packages"}


def lint(*paths: str | os.PathLike[str]) -> list[Finding]:
    """Return what is wrong with the workflows of some files and folders, in order.

    :param paths: files, and folders whose ``.py`` files are looked at.
    :raises FileNotFoundError: when there is no such file or folder.
    :raises SyntaxError: when a file is not valid Python.
    """
    project = Project(_files(paths))
    roots = [
        (definition, definition.node.name)
        for module in project.modules
        for definition in module.definitions.values()
        if decorated(project, definition, WORKFLOW)
    ]
    seen: set[ast.AST] = set()
    findings: list[Finding] = []
    while roots:
        definition, workflow = roots.pop(0)
        if definition.node not in seen:
            seen.add(definition.node)
            walk = Walk(project, definition, workflow)
            findings += walk.findings
            roots += [(called, workflow) for called in walk.called]
    return sorted(set(findings))


def check(*paths: str | os.PathLike[str]) -> None:
    """Fail a test when something is wrong with the workflows of some files and folders.

    :param paths: as :func:`lint` takes them.
    :raises AssertionError: with everything that was found, one finding per line.
    """
    findings = lint(*paths)
    if findings:
        raise AssertionError("\n".join(["workflow code must not do this:", *map(str, findings)]))


def main(arguments: list[str] | None = None) -> int:
    """Print what is wrong with the workflows of the given files and folders.

    :param arguments: the arguments; None is those of the command line.
    :return: 0 if nothing was found, 1 if something was, 2 if the files could not be read.
    """
    paths = sys.argv[1:] if arguments is None else arguments
    if not paths or paths[0].startswith("-"):
        print("usage: python -m py_swf.flow.linting PATH...", file=sys.stderr)
        return 2
    try:
        findings = lint(*paths)
    except (OSError, SyntaxError, UnicodeDecodeError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    for finding in findings:
        print(finding)
    return 1 if findings else 0


def _files(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Path]:
    for path in map(Path, paths):
        if not path.exists():
            raise FileNotFoundError(f"there is no file or folder {str(path)!r}")
        if path.is_file():
            yield path
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(f for f in folders if f not in _SKIPPED and f[0] != ".")
            yield from (Path(folder, name) for name in sorted(names) if name.endswith(".py"))
