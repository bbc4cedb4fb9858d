"""The pytest plugin: a fresh local SWF service for each test that asks for one.

Installed with py_swf, it gives every test suite two fixtures::

    def test_my_decider(local_swf, swf_client):
        swf_client.register_domain(name="d", workflowExecutionRetentionPeriodInDays="7")
        ...
        local_swf.advance(3600)
        assert local_swf.history("my-workflow")[-1]["eventType"] == "WorkflowExecutionCompleted"

A marker hands arguments to the service of one test, one class or one module::

    @pytest.mark.local_swf(auto_advance=True, seed=7)
    def test_my_loops(swf_client): ...
"""

from __future__ import annotations

from typing import Any

import pytest

import py_swf.local

__all__ = ["local_swf", "pytest_configure", "swf_client"]


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known to pytest."""
    config.addinivalue_line(
        "markers", "local_swf(**arguments): arguments of the LocalSWF behind the test's fixtures"
    )


@pytest.fixture
def local_swf(request: pytest.FixtureRequest) -> py_swf.local.LocalSWF:
    """Return an empty SWF service on a clock that stands still until the test turns it."""
    markers = list(request.node.iter_markers("local_swf"))[::-1]
    nameless = [value for mark in markers for value in mark.args]
    arguments = {name: value for mark in markers for name, value in mark.kwargs.items()}
    # LocalSWF takes no argument without a name, and says so.
    return py_swf.local.LocalSWF(*nameless, **arguments)


@pytest.fixture
def swf_client(local_swf: py_swf.local.LocalSWF) -> Any:
    """Return a boto3 SWF client of the test's own service."""
    return local_swf.client()
