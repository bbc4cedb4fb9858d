"""The service over HTTP, and the environment in which any AWS SDK finds it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """Run the server, and return this environment with the lines that the server prints."""
    command = [sys.executable, "-m", "py_swf.local", "--port", "0", "--domain", "d"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)][1:]
        settings = [setting for line in lines for setting in line.split()[1:]]
        try:
            yield {
                **{name: value for name, value in os.environ.items() if name[:4] != "AWS_"},
                **dict(setting.split("=", 1) for setting in settings),
            }
        finally:
            process.terminate()
            process.wait(timeout=20)
