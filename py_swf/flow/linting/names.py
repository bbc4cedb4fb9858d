"""What a name in source code means: imports, aliases, from-imports, classes and their methods.

``clock()`` after ``from time import time as clock`` is ``time.time``; ``Basket().total()`` is
``shop.Basket.total``. Nothing is imported or run.
"""

from __future__ import annotations

import ast
import builtins
import tokenize
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

__all__ = [
    "A_SET",
    "FUNCTIONS",
    "Definition",
    "Module",
    "Names",
    "Project",
    "inner_names",
    "resolved",
]

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
#: name -> its full name; None for a variable if nothing more is known
Names: TypeAlias = "ChainMap[str, str | None]"

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Resolve: TypeAlias = Callable[[ast.AST, "Names"], "str | None"]

#: the full name of every set
A_SET = "builtins.set"
_SETS = {
    A_SET,
    "builtins.frozenset",
    "collections.abc.MutableSet",
    "collections.abc.Set",
    "typing.AbstractSet",
    "typing.FrozenSet",
    "typing.MutableSet",
    "typing.Set",
}
_OF_SETS = {"copy", "difference", "intersection", "symmetric_difference", "union"}


class Definition(NamedTuple):
    """A function of a module or a method of a class."""

    module: Module
    node: Function
    #: the class that it is a method of
    owner: str | None


def own_nodes(root: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes below one, except those of functions and classes inside it."""
    for node in ast.iter_child_nodes(root):
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            yield from own_nodes(node)


def resolved(node: ast.AST | None, names: Names) -> str | None:
    """Return the full name that an expression stands for; None if it is unknown.

    A call stands for what is called: ``Path("x").read_text`` is ``pathlib.Path.read_text``.
    """
    full = None
    match node:
        case ast.Name(id=name) if name in names:
            full = names[name]
        case ast.Name(id=name) if hasattr(builtins, name):
            full = f"builtins.{name}"
        case ast.Attribute(value=value, attr=attribute):
            owner = resolved(value, names)
            full = A_SET if owner == A_SET and attribute in _OF_SETS else None
            full = full or (owner and f"{owner}.{attribute}")
        case ast.Call(func=value) | ast.Await(value=value) | ast.Subscript(value=value):
            full = resolved(value, names)
        case ast.Set() | ast.SetComp():
            full = A_SET
        case ast.BinOp(left=left, op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor()):
            full = A_SET if resolved(left, names) == A_SET else None
    return A_SET if full in _SETS else full


def annotated(node: ast.AST | None, names: Names) -> str | None:
    """Return the full name of the class that an annotation names, ``| None`` left out."""
    match node:
        case ast.Constant(value=str(text)):
            try:
                return annotated(ast.parse(text, mode="eval").body, names)
            except SyntaxError:
                return None
        case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Constant(value=None)):
            return annotated(left, names)
        case _:
            return resolved(node, names)


def inner_names(
    function: ast.AST, outer: Names, owner: str | None = None, package: str = ""
) -> Names:
    """Return the names inside a function: its parameters and variables, then those around it.

    :param owner: the class that it is a method of, which its first parameter stands for.
    :param package: what imports in it are relative to.
    """
    names = outer.new_child({})
    own = names.maps[0]
    arguments = getattr(function, "args", None)
    if isinstance(arguments, ast.arguments):
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        own.update({arg.arg: annotated(arg.annotation, outer) for arg in every})
        own.update({arg.arg: None for arg in (arguments.vararg, arguments.kwarg) if arg})
        if owner and every:
            own[every[0].arg] = owner
    _bind(function, names, None, package)
    return names


def _bind(root: ast.AST, names: Names, prefix: str | None, package: str) -> None:
    """Put what a function, class or module binds into the first map of ``names``.

    :param prefix: full name of the module or class; None for a function, whose variables have none.
    :param package: what relative imports are relative to.
    """
    own = names.maps[0]
    nodes = list(own_nodes(root))
    shared = {name for node in nodes if isinstance(node, ast.Global) for name in node.names}
    for name, full in (pair for node in nodes for pair in _bound(node, prefix, package)):
        if name not in shared:
            own.setdefault(name, full)
    for name, value, resolve in (found for node in nodes for found in _assigned(node)):
        full = resolve(value, names)
        if full and name not in shared:
            known = own[name] not in (None, full, f"{prefix}.{name}")
            own[name] = None if known else full


def _bound(node: ast.AST, prefix: str | None, package: str) -> Iterator[tuple[str, str | None]]:
    """Yield the names that one node binds, with what they stand for."""
    match node:
        case ast.Import(names=aliases):
            for alias in aliases:
                top = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (top, top)
        case ast.ImportFrom(names=aliases, module=module, level=level):
            above = package.split(".")[: 1 - level or None] if level else []
            origin = ".".join([*above, *([module] if module else [])])
            yield from ((alias.asname or alias.name, f"{origin}.{alias.name}") for alias in aliases)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, prefix and f"{prefix}.{name}"
        case ast.Name(id=name, ctx=ast.Store()) | ast.ExceptHandler(name=str(name)):
            yield name, prefix and f"{prefix}.{name}"
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name, None


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.AST, Resolve]]:
    """Yield the variable that one node sets, with the expression that shows what it becomes."""
    match node:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
            yield name, annotation, annotated
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value)
            | ast.NamedExpr(target=ast.Name(id=name), value=value)
            | ast.withitem(optional_vars=ast.Name(id=name), context_expr=value)
        ):
            yield name, value, resolved


class Module:
    """One file: its names, and its functions and methods."""

    def __init__(self, path: Path, name: str, source: str) -> None:
        self.path = path
        self.name = name
        self.lines = source.splitlines()
        self.tree = ast.parse(source, str(path))
        package = name if path.stem == "__init__" else name.rpartition(".")[0]
        self.names: Names = ChainMap({})
        _bind(self.tree, self.names, name, package)
        #: variables of the module: what its functions must not change
        self.variables = {
            node.id
            for node in own_nodes(self.tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        self.definitions: dict[str, Definition] = {}
        #: full name -> the full name that it stands for, of this module's names and attributes
        self.aliases = {
            f"{name}.{own}": full for own, full in self.names.items() if full is not None
        }
        #: class -> its bases
        self.bases: dict[str, list[str]] = {}
        self._define(self.tree, name, None)

    def _define(self, root: ast.AST, prefix: str, owner: str | None) -> None:
        for node in own_nodes(root):
            if isinstance(node, FUNCTIONS):
                self.definitions[f"{prefix}.{node.name}"] = Definition(self, node, owner)
            elif isinstance(node, ast.ClassDef):
                full = f"{prefix}.{node.name}"
                self.bases[full] = [b for base in node.bases if (b := resolved(base, self.names))]
                attributes: Names = self.names.new_child({})
                _bind(node, attributes, full, "")
                self.aliases.update({f"{full}.{k}": v for k, v in attributes.maps[0].items() if v})
                self._define(node, full, full)


class Project:
    """The files that are linted together, so that a name in one can lead to another."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.modules: list[Module] = []
        self.definitions: dict[str, Definition] = {}
        self.variables: set[str] = set()
        self._aliases: dict[str, str] = {}
        self._bases: dict[str, list[str]] = {}
        taken: set[str] = set()
        for path in paths:
            name = _module_name(path)
            name = f"{name}@{path}" if name in taken else name
            taken.add(name)
            with tokenize.open(path) as file:
                module = Module(path, name, file.read())
            self.modules.append(module)
            self.definitions.update(module.definitions)
            self.variables.update(f"{name}.{variable}" for variable in module.variables)
            self._aliases.update(module.aliases)
            self._bases.update(module.bases)

    def meaning(self, full: str | None) -> str | None:
        """Return where a full name leads: past imports from other files, to the class of a method.

        :param full: as :func:`resolved` returns it.
        """
        for _ in range(20):  # aliases may form a circle
            further = full and self._step(full)
            if not further:
                return full
            full = further
        return full

    def _step(self, full: str) -> str | None:
        head, tail = full, ""
        while head:
            alias = self._aliases.get(head)
            if alias and alias != head:
                return alias + tail
            if head in self._bases and tail and full not in self.definitions:
                bases = self._bases[head]
                known = (base + tail for base in bases if self.meaning(base + tail) != base + tail)
                inherited = (base + tail for base in bases if base + tail in self.definitions)
                return next(inherited, None) or next(known, None)
            head, _, last = head.rpartition(".")
            tail = f".{last}{tail}"
        return None


def _module_name(path: Path) -> str:
    """Return the name under which a file is imported, as far as its folders are packages."""
    parts = [] if path.stem == "__init__" else [path.stem]
    folder = path.resolve().parent
    while (folder / "__init__.py").exists():
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts) or path.stem
