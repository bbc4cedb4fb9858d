"""A server that the tests of this folder share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.local.scenes import (
    ACTIVITY_DEFAULTS,
    WORKFLOW_DEFAULTS,
    register_activity,
    register_workflow,
)
from tests.local.transport.serving import (
    Server,
    server,
)


@pytest.fixture(scope="session")
def patient() -> Iterator[Server]:
    """A server that holds polls for longer than any of these tests runs."""
    with server("--domain", "d") as running:
        register_workflow(running.client(), **WORKFLOW_DEFAULTS)
        register_activity(running.client(), **ACTIVITY_DEFAULTS)
        yield running
