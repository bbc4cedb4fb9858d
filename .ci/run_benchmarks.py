"""Run every benchmark at its small size: it must end well and print rows that can be read."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

CLONE = Path(__file__).resolve().parents[1]


def benchmarks() -> list[Path]:
    """Return the programs that take the options of a benchmark; the rest is what they share."""
    paths = sorted((CLONE / "benchmarks").glob("*.py"))
    return [path for path in paths if "= measuring.arguments(" in path.read_text("utf-8")]


def main() -> str | None:
    """Return what is wrong, or None."""
    for path in benchmarks():
        began = time.monotonic()
        command = [sys.executable, str(path), "--small", "--json"]
        ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if ran.returncode:
            return f"{path.name} ended with status {ran.returncode}"
        rows = json.loads(ran.stdout)["rows"]
        print(f"{path.name}: {len(rows)} rows, {time.monotonic() - began:.0f} s", flush=True)
    return None if benchmarks() else "there is no benchmark"


if __name__ == "__main__":
    sys.exit(main())
