"""What py_swf says where a package that only an extra brings is not installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

# (the extra, a package that it brings, a module that needs it, a name of that module)
NEEDS = [
    ("console", "jinja2", "py_swf.console.app", "make_console"),
    ("console", "starlette", "py_swf.console.app", "make_console"),
    ("otel", "opentelemetry", "py_swf.flow.metering", "call_metrics"),
    ("otel", "opentelemetry", "py_swf.flow.tracing", "Tracing"),
    ("server", "uvicorn", "py_swf.local", "LocalSWFServer"),
]


@pytest.mark.parametrize(("extra", "package", "module", "name"), NEEDS)
def test_the_extra_to_install_is_named(extra: str, package: str, module: str, name: str) -> None:
    """What needs an extra that is not there says how to install it, as the last words."""
    code = f"import sys; sys.modules['{package}'] = None; from {module} import {name}; {name}()"

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert ran.returncode == 1
    assert ran.stderr.endswith(f"install it with: pip install 'py-swf[{extra}]'\n"), ran.stderr
