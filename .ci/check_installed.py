"""Compare the py_swf that is installed, from the wheel, with the one that lies in the clone.

Run from outside the clone, so that the installed package is the one that is found.
"""

from __future__ import annotations

import sys
from importlib.metadata import files, metadata
from pathlib import Path

import py_swf

CLONE = Path(__file__).resolve().parents[1]


def main() -> str | None:
    """Return what is wrong, or None."""
    if Path(py_swf.__file__).is_relative_to(CLONE / "py_swf"):
        return "the clone's own py_swf was imported, not the installed one"
    installed = {str(path) for path in files("py-swf") or () if path.parts[0] == "py_swf"}
    written = {str(p.relative_to(CLONE)) for p in (CLONE / "py_swf").rglob("*") if p.is_file()}
    top = {path.parts[0] for path in files("py-swf") or ()} - {"..", "py_swf"}
    if not all(name.endswith(".dist-info") for name in top):
        return f"beside py_swf, the wheel installs {sorted(top)}"
    different = {name for name in installed ^ written if "__pycache__" not in name}
    if different:
        return f"in the wheel or in the clone, but not in both: {sorted(different)}"
    if metadata("py-swf")["Version"] != py_swf.__version__:
        return f"the wheel says {metadata('py-swf')['Version']}, py_swf says {py_swf.__version__}"
    print(f"py-swf {py_swf.__version__}: {len(written)} files, as in the clone")
    return None


if __name__ == "__main__":
    sys.exit(main())
