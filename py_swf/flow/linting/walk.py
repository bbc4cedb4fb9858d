"""Check one function: what it does that the rules forbid, and which functions it calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from py_swf.flow.linting.endings import endings
from py_swf.flow.linting.names import A_SET, FUNCTIONS, Definition, Project, inner_names, resolved
from py_swf.flow.linting.rules import ALLOWED, RULES, Rule

__all__ = ["WORKFLOW", "Finding", "Walk", "decorated"]

WORKFLOW = {"py_swf.flow.workflow", "py_swf.flow.workflows.workflow"}
_ACTIVITY = {"py_swf.flow.activity", "py_swf.flow.activities.activity"}
_CONTINUE = {"py_swf.flow.continue_as_new", "py_swf.flow.workflows.continue_as_new"}
_RECORD = {"py_swf.flow.record", "py_swf.flow.in_workflow.record"}
#: coroutines that the checked code does not define itself
_COROUTINES = {
    "asyncio.sleep",
    "asyncio.wait",
    "py_swf.flow.Signal.receive",
    "py_swf.flow.Signal.send",
    "py_swf.flow.condition",
    "py_swf.flow.request_cancel_external",
    "py_swf.flow.signal_external",
}
_BY_NAME = {rule.name: rule for rule in RULES}
_BY_PATTERN = {pattern: rule for rule in RULES for pattern in rule.patterns}
_MUTATORS = {
    *("add", "append", "appendleft", "clear", "discard", "extend", "extendleft", "insert"),
    *("pop", "popitem", "popleft", "remove", "reverse", "setdefault", "sort", "update"),
}
#: functions that go through all of their argument in order
_ORDERED = {f"builtins.{name}" for name in ("enumerate", "iter", "list", "map", "tuple", "zip")}
#: functions that go through all of their argument, in any order
_UNORDERED = {
    f"builtins.{name}"
    for name in ("all", "any", "frozenset", "len", "max", "min", "set", "sorted", "sum")
}
_IGNORE = re.compile(r"#\s*flow:\s*ignore(?:\[([\w\s,-]*)\])?")


class Finding(NamedTuple):
    """One thing that workflow code does but must not do."""

    #: the file
    path: str
    #: from 1
    line: int
    #: from 1
    column: int
    #: name of the rule
    rule: str
    #: what was found, under its full name
    what: str
    #: why it is forbidden
    why: str
    #: what to do instead
    instead: str
    #: the workflow, or the function that it calls
    within: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}"
        return f"{place}: {self.rule}: {self.what} {self.why}. {self.instead} ({self.within})"


def decorated(project: Project, definition: Definition, by: set[str]) -> bool:
    """Return whether a function has one of some decorators.

    :param project: knows what a name means.
    :param definition: the function.
    :param by: full names of the decorators.
    """
    names = definition.module.names
    decorators = definition.node.decorator_list
    return any(project.meaning(resolved(node, names)) in by for node in decorators)


class Walk:
    """One function, as it is checked."""

    def __init__(self, project: Project, definition: Definition, workflow: str) -> None:
        self.findings: list[Finding] = []
        #: the functions that it refers to
        self.called: list[Definition] = []
        self._project = project
        self._module = definition.module
        node = definition.node
        within = f"in {node.name}, called by workflow {workflow}"
        self._within = f"in workflow {workflow}" if node.name == workflow else within
        self._names = inner_names(node, self._module.names, definition.owner)
        #: expressions that go through a set in an order that does not matter
        self._harmless: set[ast.AST] = set()
        for child in node.body:
            self._visit(child)
        if node.name == workflow:
            self._judge_endings(node)

    def _visit(self, node: ast.AST) -> None:
        look = _LOOK.get(type(node))
        if look is None or look(self, node):
            for child in ast.iter_child_nodes(node):
                self._visit(child)

    # one method for each kind of node; True means: look inside it

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> bool:
        outer, self._names = self._names, inner_names(node, self._names)
        for child in [node.body] if isinstance(node, ast.Lambda) else node.body:
            self._visit(child)
        self._names = outer
        return False

    def _annotated(self, node: ast.AnnAssign) -> bool:
        for child in (node.target, node.value):
            if child is not None:
                self._visit(child)
        return False

    def _handler(self, node: ast.ExceptHandler) -> bool:
        for child in node.body:  # not the type: naming a library's exceptions does no harm
            self._visit(child)
        return False

    def _name(self, node: ast.Name | ast.Attribute) -> bool:
        if not isinstance(node.ctx, ast.Load):
            self._change(node, node)
            return True
        self._judge(node)
        full = self._full(node)
        for referred in (full, f"{full}.__init__", f"{full}.__post_init__"):
            found = self._project.definitions.get(self._project.meaning(referred) or "")
            if found and not decorated(self._project, found, _ACTIVITY | WORKFLOW):
                self.called.append(found)
        return True

    def _call(self, node: ast.Call) -> bool:
        full = self._full(node.func)
        if full in _RECORD:
            return False
        self._judge(node)
        attribute = getattr(node.func, "attr", None)
        if full in _UNORDERED:
            self._harmless.update(node.args)
        if node not in self._harmless and (full in _ORDERED or attribute == "join"):
            self._iterate(*node.args)
        if attribute in _MUTATORS and isinstance(node.func, ast.Attribute):
            self._change(node, node.func.value, imported=False)
        if full == "builtins.next" and node.args:
            self._change(node, node.args[0], imported=False)
        return True

    def _statement(self, node: ast.Expr) -> bool:
        if isinstance(node.value, ast.Call) and self._makes_a_coroutine(node.value):
            self._report(node, _BY_NAME["await"], ast.unparse(node.value.func))
        return True

    def _subscript(self, node: ast.Subscript) -> bool:
        if not isinstance(node.ctx, ast.Load):
            self._change(node, node)
        return True

    def _loop(self, node: ast.For | ast.AsyncFor) -> bool:
        self._iterate(node.iter)
        return True

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.DictComp) -> bool:
        if node not in self._harmless:
            self._iterate(*(generator.iter for generator in node.generators))
        return True

    def _starred(self, node: ast.Starred) -> bool:
        if isinstance(node.ctx, ast.Load):
            self._iterate(node.value)
        return True

    # findings

    def _judge(self, node: ast.Name | ast.Attribute | ast.Call) -> None:
        rule = self._rule(node)
        if rule and not any(self._rule(inner) for inner in _chain(node)):
            self._report(node, rule, ast.unparse(node.func if isinstance(node, ast.Call) else node))

    def _iterate(self, *nodes: ast.expr) -> None:
        for node in nodes:
            if self._full(node) == A_SET:
                self._report(node, _BY_NAME["set-order"], f"the set {ast.unparse(node)}")

    def _judge_endings(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for call in filter(self._continues, endings(node)):
            self._report(call, _BY_NAME["continue-as-new"], ast.unparse(call.func))

    def _makes_a_coroutine(self, call: ast.Call) -> bool:
        """Return whether a call does nothing until it is awaited."""
        full = self._full(call.func) or ""
        found = self._project.definitions.get(full)
        if found is None:
            return full in _COROUTINES or self._continues(call)
        if isinstance(found.node, ast.AsyncFunctionDef):
            return True
        return decorated(self._project, found, _ACTIVITY)

    def _continues(self, call: ast.Call) -> bool:
        """Return whether a call continues as new, by the function or a workflow's method."""
        full = self._full(call.func) or ""
        owner, _, method = full.rpartition(".")
        found = self._project.definitions.get(owner)
        if found is None or method != "continue_as_new":
            return full in _CONTINUE
        return decorated(self._project, found, WORKFLOW)

    def _change(self, node: ast.AST, target: ast.AST, imported: bool = True) -> None:
        """Report a change of what belongs to a module.

        :param imported: whether anything of an imported module counts, or only its variables.
        """
        root = [target, *_chain(target)][-1]
        local = any(getattr(root, "id", "") in names for names in self._names.maps[:-1])
        if not isinstance(root, ast.Name) or local:
            return
        full = self._project.meaning(self._module.names.get(root.id))
        known = root.id in self._module.variables or full in self._project.variables
        if known or (imported and (full or target is root)):
            self._report(node, _BY_NAME["globals"], f"the global {root.id}")

    def _report(self, node: ast.AST, rule: Rule, what: str) -> None:
        # Only statements and expressions are reported; these have a place.
        line: int = node.lineno  # type: ignore[attr-defined]
        column: int = node.col_offset + 1  # type: ignore[attr-defined]
        ignored = _IGNORE.search(self._module.lines[line - 1])
        if ignored and (ignored[1] is None or rule.name in re.split(r"[\s,]+", ignored[1])):
            return
        place = (str(self._module.path), line, column)
        self.findings.append(Finding(*place, rule.name, what, rule.why, rule.instead, self._within))

    def _full(self, node: ast.AST) -> str | None:
        return self._project.meaning(resolved(node, self._names))

    def _rule(self, node: ast.AST) -> Rule | None:
        """Return the rule that a reference or a call breaks by itself."""
        if isinstance(node, ast.Name | ast.Attribute):
            return _BY_PATTERN.get(self._full(node) or "")
        if not isinstance(node, ast.Call):
            return None
        full = self._full(node.func) or ""
        parts = full.split(".")
        above = [".".join(parts[:n]) for n in range(len(parts), 0, -1)]
        patterns = [] if {*above} & {*ALLOWED} else [f"{prefix}.*" for prefix in above[1:]]
        patterns += [] if node.args or node.keywords else [f"{full}()"]
        patterns += [f"*.{node.func.attr}"] if isinstance(node.func, ast.Attribute) else []
        return next((_BY_PATTERN[name] for name in patterns if name in _BY_PATTERN), None)


def _chain(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what an expression is taken from: for ``a.b(1).c``, ``a.b(1)``, ``a.b`` and ``a``."""
    while isinstance(node, ast.Attribute | ast.Await | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
        yield node


_LOOK: dict[type[ast.AST], Callable[[Walk, Any], bool]] = {
    **dict.fromkeys((*FUNCTIONS, ast.Lambda), Walk._function),
    ast.AnnAssign: Walk._annotated,
    ast.ExceptHandler: Walk._handler,
    **dict.fromkeys((ast.Name, ast.Attribute), Walk._name),
    ast.Expr: Walk._statement,
    ast.Subscript: Walk._subscript,
    ast.Call: Walk._call,
    **dict.fromkeys((ast.For, ast.AsyncFor), Walk._loop),
    **dict.fromkeys((ast.ListComp, ast.GeneratorExp, ast.DictComp), Walk._comprehension),
    ast.Starred: Walk._starred,
}
