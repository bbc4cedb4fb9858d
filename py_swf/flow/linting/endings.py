"""What a function ends with: the calls that it awaits last."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from py_swf.flow.linting.names import FUNCTIONS

__all__ = ["endings"]

_SCOPES = (*FUNCTIONS, ast.Lambda, ast.ClassDef)


def endings(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.Call]:
    """Yield the calls after whose ``await`` a function is over.

    These are the ones that it returns the result of, wherever, and those of its last statements.

    :param function: the function; those that are defined in it do not count.
    """
    ends = [*_returned(function.body), *_last(function.body)]
    for value in ends:
        if isinstance(value, ast.Await) and isinstance(value.value, ast.Call):
            yield value.value


def _returned(nodes: list[ast.stmt]) -> Iterator[ast.expr]:
    todo: list[ast.AST] = [*nodes]
    for node in todo:
        if isinstance(node, ast.Return) and node.value is not None:
            yield node.value
        elif not isinstance(node, _SCOPES):
            todo += ast.iter_child_nodes(node)


def _last(body: list[ast.stmt]) -> Iterator[ast.expr]:
    """Yield the expressions that a block may end with; what is in a loop comes back."""
    last = body[-1] if body else None
    if isinstance(last, ast.Expr):
        yield last.value
    elif isinstance(last, ast.If):
        yield from (*_last(last.body), *_last(last.orelse))
    elif isinstance(last, ast.With | ast.AsyncWith):
        yield from _last(last.body)
    elif isinstance(last, ast.Try):
        for block in (last.orelse or last.body, *(each.body for each in last.handlers)):
            yield from _last(block)
