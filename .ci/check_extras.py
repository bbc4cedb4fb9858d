"""Install the wheel into fresh environments, one for each extra, and try what the extra brings.

The Python that runs this is tried with each extra, and each other Python that the package promises
with none. With --all, each Python is tried with each extra and with none. The wheel is what tox
names in TOX_PACKAGE.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from importlib.metadata import metadata
from pathlib import Path

TRY = Path(__file__).with_name("try_extra.py")
FOR_DEVELOPERS = {"docs", "test"}
MINE = f"{sys.version_info.major}.{sys.version_info.minor}"


def promised() -> tuple[list[str], list[str]]:
    """Return the Python versions and the extras for users that the installed package names."""
    package = metadata("py-swf")
    pythons = re.findall(r"Python :: (3\.\d+)", "\n".join(package.get_all("Classifier") or []))
    return pythons, sorted({*(package.get_all("Provides-Extra") or [])} - FOR_DEVELOPERS)


def try_it(wheel: str, python: str, extra: str) -> bool:
    """Install the wheel with one extra, or with none if it is "", and say whether it works."""
    print(f"Python {python}, {extra or 'no extra'}: ", end="", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / ("Scripts" if os.name == "nt" else "bin") / "python"
        install = [sys.executable, "-m", "pip", "--python", str(fresh), "install", "-q"]
        commands = [
            [f"python{python}", "-m", "venv", "--without-pip", folder],
            [*install, f"{wheel}[{extra}]" if extra else wheel],
            [str(fresh), "-I", str(TRY), extra],
        ]
        for command in commands:
            ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            if ran.returncode:
                print(f"\n{' '.join(command)}\n{ran.stdout}{ran.stderr}")
                return False
    print(ran.stdout, end="", flush=True)
    return True


def main() -> int:
    """Try each, and return how many failed."""
    pythons, extras = promised()
    every = "--all" in sys.argv
    for_each = {python: ["", *extras] if every else [""] for python in pythons}
    if not every:
        for_each[MINE] = extras
    wheel = os.environ["TOX_PACKAGE"]
    pairs = [(python, extra) for python, extras in for_each.items() for extra in extras]
    return sum(not try_it(wheel, python, extra) for python, extra in pairs)


if __name__ == "__main__":
    sys.exit(main())
