"""How a function ends: the calls that it awaits last."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from py_swf.flow.linting.names import FUNCTIONS

__all__ = ["endings"]

_SCOPES = (*FUNCTIONS, ast.ClassDef)


def endings(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.Call]:
    """Yield the calls after whose ``await`` a function ends, some of them twice.

    These are the last ones of the function, and the last ones before each ``return``.

    :param function: the function; those that are defined in it do not count.
    """
    blocks = [block for block in _blocks(function) if isinstance(block[-1], ast.Return)]
    for block in [function.body, *blocks]:
        for value in _last(block):
            if isinstance(value, ast.Await) and isinstance(value.value, ast.Call):
                yield value.value


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield the statements of a function, and those of each block in it."""
    for name in ("body", "orelse", "finalbody"):
        if block := getattr(node, name, None):
            yield block
    for child in ast.iter_child_nodes(node):
        has_blocks = isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case)
        if has_blocks and not isinstance(child, _SCOPES):
            yield from _blocks(child)


def _last(body: list[ast.stmt]) -> Iterator[ast.expr]:
    """Yield the expressions that a block may end with; a loop continues after them."""
    last = body[-1] if body else None
    if isinstance(last, ast.Return):
        if last.value is None or not _awaits(last.value):
            yield from _last(body[:-1])
        else:
            yield last.value
    elif isinstance(last, ast.Expr):
        yield last.value
    elif isinstance(last, ast.If):
        yield from (*_last(last.body), *_last(last.orelse))
    elif isinstance(last, ast.Match):
        for case in last.cases:
            yield from _last(case.body)
    elif isinstance(last, ast.With | ast.AsyncWith):
        yield from _last(last.body)
    elif isinstance(last, ast.Try):
        for block in (last.orelse or last.body, *(each.body for each in last.handlers)):
            yield from _last(block)


def _awaits(value: ast.expr) -> bool:
    return any(isinstance(node, ast.Await) for node in ast.walk(value))
