"""A shop with executions, and ``py-swf`` run on it in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from py_swf.cli.app import run
from py_swf.cli.connection import Session
from py_swf.decisions import CompleteWorkflowExecution, FailWorkflowExecution
from tests.timeline.stories import DOMAIN, Story, stuck_order


class Ran(NamedTuple):
    """How a command line ended."""

    status: int
    out: str
    err: str


@pytest.fixture
def shop() -> Story:
    """A stuck order, two that are closed and one that just began."""
    story = stuck_order()
    for number, decision in (
        (18, CompleteWorkflowExecution("sent")),
        (19, FailWorkflowExecution("NoTea", "none left")),
        (20, None),
    ):
        story.boto.start_workflow_execution(
            domain=DOMAIN,
            workflowId=f"order-{number}",
            workflowType={"name": "order", "version": "1"},
            tagList=["gift"] if number % 2 else ["loose", "tea"],
        )
        story.after(1)
        if decision is not None:
            story.decide(decision)
        story.after(30)
    return story


@pytest.fixture
def py_swf(
    shop: Story, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ran]:
    """Run one command line on the shop."""
    monkeypatch.delenv("PY_SWF_DOMAIN", raising=False)
    monkeypatch.delenv("PY_SWF_HIDE_PAYLOADS", raising=False)

    def running(*arguments: str, **session: object) -> Ran:
        made = {"make_client": lambda *_: shop.boto, "now": lambda: shop.now, **session}
        capsys.readouterr()
        status = run(arguments, Session(**made))  # type: ignore[arg-type]
        return Ran(status, *capsys.readouterr())

    return running
