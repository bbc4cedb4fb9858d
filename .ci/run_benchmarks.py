"""Run every benchmark at its small size: it must end well and print a table that can be read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

CLONE = Path(__file__).resolve().parents[1]


def main() -> str | None:
    """Return which benchmark failed, or None."""
    for path in sorted((CLONE / "benchmarks").glob("[a-z]*.py")):
        command = [sys.executable, f"{path.relative_to(CLONE)}", "--small", "--json"]
        ran = subprocess.run(command, cwd=CLONE, stdout=subprocess.PIPE, text=True, check=False)
        if ran.returncode:
            return f"{path.name} ended with status {ran.returncode}"
        print(f"{path.name}: {json.loads(ran.stdout)}", flush=True)
    return None


if __name__ == "__main__":
    sys.exit(main())
