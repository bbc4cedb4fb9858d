"""The pytest plugin: a fresh local SWF service for each test that asks for one.

Installed with py_swf, it gives every test suite three fixtures. Two are a service in this process
and a client of it::

    def test_my_decider(local_swf, swf_client):
        swf_client.register_domain(name="d", workflowExecutionRetentionPeriodInDays="7")
        ...
        local_swf.advance(3600)
        assert local_swf.history("my-workflow")[-1]["eventType"] == "WorkflowExecutionCompleted"

A marker passes arguments to the service of one test, one class or one module::

    @pytest.mark.local_swf(auto_advance=True, seed=7)
    def test_my_loops(swf_client): ...

The third is a service over HTTP, for programs in their own processes, in any language. It needs the
extra ``server``, and has its own marker, ``local_swf_server``::

    def test_my_daemons(local_swf_server):
        env = {**os.environ, **local_swf_server.environment}
        with subprocess.Popen(["python", "my_decider.py", local_swf_server.domain], env=env) as it:
            ...
            local_swf_server.advance(timedelta(days=30))
            assert local_swf_server.history("my-workflow")[-1]["eventType"] == ...
            it.terminate()
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import py_swf.local

__all__ = ["local_swf", "local_swf_server", "pytest_configure", "swf_client"]


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known to pytest."""
    for name, cls in (("local_swf", "LocalSWF"), ("local_swf_server", "LocalSWFServer")):
        about = f"arguments of the {cls} behind the test's fixtures"
        config.addinivalue_line("markers", f"{name}(**arguments): {about}")


def _from_markers(request: pytest.FixtureRequest, name: str, make: Any) -> Any:
    """Make a service with the arguments of the test's markers; the nearest marker wins."""
    markers = list(request.node.iter_markers(name))[::-1]
    nameless = [value for mark in markers for value in mark.args]
    arguments = {key: value for mark in markers for key, value in mark.kwargs.items()}
    # It takes no positional argument, and says so.
    return make(*nameless, **arguments)


@pytest.fixture
def local_swf(request: pytest.FixtureRequest) -> py_swf.local.LocalSWF:
    """Return an empty SWF service, whose clock stands still until the test turns it."""
    swf: py_swf.local.LocalSWF = _from_markers(request, "local_swf", py_swf.local.LocalSWF)
    return swf


@pytest.fixture
def swf_client(local_swf: py_swf.local.LocalSWF) -> Any:
    """Return a boto3 SWF client of the test's own service."""
    return local_swf.client()


@pytest.fixture
def local_swf_server(request: pytest.FixtureRequest) -> Iterator[py_swf.local.LocalSWFServer]:
    """Serve an empty SWF over HTTP; its clock stands still until the test turns it."""
    make = py_swf.local.LocalSWFServer
    with _from_markers(request, "local_swf_server", make) as server:
        yield server
