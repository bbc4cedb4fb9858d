"""The layers of py_swf, held by reading its modules: import downward, keep the deciding pure."""

import ast
import re
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "py_swf"
LAYERS = [{"_long_poll", "_to_wire", "errors"}, {"config_definitions", "types"}]
LAYERS += [{"_from_wire"}, {"decisions", "events"}, {"_joined", "descriptions"}]
LAYERS += [{"history"}, {"clients"}, {"", "daemon"}, {"local", "flow"}, {"cli", "pytest_plugin"}]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
ALLOWED = {"local": {"botocore"}, "local.wire": {"boto3"}, "local.server": {"uvicorn"}}
ALLOWED |= {"cli": {"boto3", "botocore", "attrs"}, "pytest_plugin": {"pytest"}, "flow": {"attrs"}}
RIM = {"", "clients", "daemon", "cli", "pytest_plugin", "local.", "local.__main__", "local.clock"}
RIM |= {"local.ids", "local.local_swf", "local.server", "local.wire"}
WORLD = {"asyncio", "http", "logging", "random", "secrets", "socket", "threading", "time", "uuid"}
CLOCK = re.compile(r"\bdate(time)?\.(now|utcnow|today)\(")


def imports(name, tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = [f"py_swf.{name}".rsplit(".", node.level)[0]] if node.level else []
            origin = ".".join(above + [node.module] * bool(node.module))
            yield from ((node, f"{origin}.{alias.name}") for alias in node.names)


def broken_rules(name, source):
    """Yield each rule that a module breaks; "" names py_swf/__init__.py, "local." the next."""
    tree, top = ast.parse(source), name.split(".")[0]
    pure = name not in RIM and (top == "local" or top not in RIM)
    allowed = ALLOWED.get(top, {"attrs", "botocore"}) | ALLOWED.get(name, set())
    late = {node for f in ast.walk(tree) if hasattr(f, "returns") for node in ast.walk(f)}
    for node, target in imports(name, tree):
        root, inner = (*target.split("."), "")[:2]
        rank = RANK.get(inner, RANK[""])
        if root == "py_swf" and inner != top and (rank >= RANK[top] or top == "local"):
            yield f"{name}:{node.lineno} imports {target}, which is not below it"
        if root not in {"py_swf", *allowed, *sys.stdlib_module_names}:
            yield f"{name}:{node.lineno} imports {target}, which its layer does not know"
        if pure and root in WORLD and target != "random.Random":
            yield f"{name}:{node.lineno} imports {target}, but what decides sees no world"
        if node in late and top not in {"", "cli"}:
            yield f"{name}:{node.lineno} imports {target} inside a function"
    if pure and (found := CLOCK.search(source)):
        yield f"{name} reads the clock: {found.group()}"


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.stem)
def test_a_module_keeps_to_its_layer(path):
    """Every module imports only what its layer may know."""
    name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__")

    assert not list(broken_rules(name, path.read_text(encoding="utf-8")))
