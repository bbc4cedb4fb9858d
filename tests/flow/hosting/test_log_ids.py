"""The ids of what is being worked on, in records that any code logs."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from py_swf import flow
from py_swf.testing import play

log = logging.getLogger("shop")


@flow.activity
def charge(order_id: str) -> None:
    """Log a line from a plain function."""
    log.warning("charging")


@flow.activity
async def pack(order_id: str) -> None:
    """Log a line from an async function, and one from its own thread."""
    log.warning("packing")
    await asyncio.to_thread(log.warning, "wrapping")


@flow.workflow
async def order(order_id: str) -> None:
    """Log a line in its last decision, and one with its own id."""
    await charge(order_id)
    await pack(order_id)
    if not flow.replaying():
        log.warning("done")
        log.warning("told", extra={"workflow_id": "another"})


@pytest.fixture
def records() -> Any:
    """What a handler with the filter is given, by message."""
    kept: dict[str, logging.LogRecord] = {}

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept[record.getMessage()] = record

    handler = Keep()
    handler.addFilter(flow.IdsFilter())
    log.addHandler(handler)
    yield kept
    log.removeHandler(handler)


def test_a_record_has_the_ids_of_its_activity(records):
    """Plain code, async code and the threads that it starts are in their activity."""
    play(order, "o-1", activities=[charge, pack])

    for message, activity in ("charging", "charge"), ("packing", "pack"), ("wrapping", "pack"):
        record = records[message]
        assert (record.workflow_id, record.activity_id) == ("play", f"{activity}-1")
        assert (record.activity_type, record.activity_version) == (activity, "1")
        assert record.run_id == records["done"].run_id


def test_a_record_has_the_ids_of_its_workflow(records):
    """The code of a workflow is in its run, and in no activity."""
    play(order, "o-1", activities=[charge, pack])

    record = records["done"]
    assert (record.workflow_id, record.workflow_type) == ("play", "order")
    assert record.workflow_version == "1"
    assert record.run_id
    assert (record.activity_id, record.activity_type) == ("-", "-")


def test_what_a_record_has_stays(records):
    """An id that was given by ``extra`` is not replaced."""
    play(order, "o-1", activities=[charge, pack])

    assert records["told"].workflow_id == "another"


def test_a_record_from_elsewhere_passes(records):
    """Outside of workflows and activities each id is "-", so a format with ids works."""
    log.warning("hello")

    form = "%(workflow_id)s %(run_id)s %(workflow_type)s %(workflow_version)s %(activity_id)s "
    form += "%(activity_type)s %(activity_version)s %(started_event_id)s %(message)s"
    assert logging.Formatter(form).format(records["hello"]) == "- - - - - - - - hello"
