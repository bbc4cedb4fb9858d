"""The project as the tests of this folder read it: its settings and its files."""

import os
import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = SETTINGS["project"]
CONTRACTS = {contract["id"]: contract for contract in SETTINGS["tool"]["importlinter"]["contracts"]}
WRITTEN = {".ini", ".js", ".json", ".mjs", ".py", ".rst", ".toml", ".txt"}
BUILT = {"__pycache__", "_build", "build", "dist", "node_modules"}


def texts():
    """Yield every file that is written by hand, with what it says."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [f for f in folders if f not in BUILT and (f[0] != "." or f == ".ci")]
        for path in (Path(folder, name) for name in names if name[0] != "."):
            if path.suffix in WRITTEN or path.name in {"LICENSE", "run"}:
                yield path, path.read_text(encoding="utf-8")
