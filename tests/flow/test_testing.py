"""Activities on the stage of ``play``: canceled and timed out while they work."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from py_swf import flow
from py_swf.daemon import TaskGone
from py_swf.local import LocalSWF
from py_swf.testing import play


@flow.activity(start_to_close_timeout=600)
def dig(meters: int) -> str:
    """Dig a hole; each test has its own way."""
    raise NotImplementedError


@flow.workflow
async def impatient(meters: int) -> str:
    """Cancel the activity after a minute, and wait for its end."""
    task = dig.options(on_cancel="wait").start(meters)
    await asyncio.sleep(60)
    task.cancel()
    await asyncio.wait([task])
    return "canceled" if task.cancelled() else "done"


@flow.workflow
async def patient(meters: int) -> str:
    """Wait for the end of the activity, whatever it is."""
    try:
        return await dig(meters)
    except flow.ActivityTimedOut as error:
        return f"timed out at {error.details}"


@pytest.fixture
def swf():
    return LocalSWF()


def kinds(swf):
    return [event["eventType"] for event in swf.history("play")]


def test_an_activity_is_canceled_while_it_works(swf):
    """A heartbeat raises CancelRequested once the workflow has canceled the activity."""
    beats = []

    def slow(meters: int) -> str:
        for meter in range(meters):
            flow.heartbeat()
            beats.append(meter)
            swf.advance(25)
        return "deep enough"

    assert play(impatient, 10, on=swf, activities={dig: slow}) == "canceled"
    assert beats == [0, 1, 2]
    assert "ActivityTaskCanceled" in kinds(swf)


def test_an_async_activity_is_canceled_where_it_waits(swf):
    """An async activity is canceled at its await after a heartbeat that heard of it."""
    waited = []

    async def slow(meters: int) -> str:
        swf.advance(61)
        try:
            flow.heartbeat()
        except flow.CancelRequested:
            waited.append("told")
        await asyncio.sleep(3600)
        return "deep enough"

    assert play(impatient, 1, on=swf, activities={dig: slow}) == "canceled"
    assert waited == ["told"]


def test_an_activity_that_is_not_canceled_goes_on(swf):
    """Heartbeats of work that is wanted raise nothing, and the result counts."""

    def quick(meters: int) -> str:
        flow.heartbeat("begun")
        return "deep enough"

    assert play(patient, 1, on=swf, activities={dig: quick}) == "deep enough"


def test_an_activity_learns_that_it_timed_out(swf):
    """A heartbeat after the timeout raises TaskGone; the workflow finds the details before it."""
    gone = []

    def endless(meters: int) -> str:
        flow.heartbeat("meter 1")
        swf.advance(601)
        try:
            flow.heartbeat("meter 2")
        except TaskGone as error:
            gone.append(error)
            raise
        return "deep enough"

    assert play(patient, 1, on=swf, activities={dig: endless}) == "timed out at meter 1"
    assert len(gone) == 1


def test_a_result_that_comes_too_late_is_dropped(swf):
    """An activity that returns after its timeout has timed out."""

    def late(meters: int) -> str:
        swf.advance(601)
        return "deep enough"

    assert play(patient, 1, on=swf, activities={dig: late}) == "timed out at None"


word = flow.Signal("word", str)


@flow.workflow
async def hears(count: int, seconds: int) -> list[str]:
    """Return the words that come, and after how many days each came."""
    began, heard = flow.now(), []
    with suppress(TimeoutError, asyncio.TimeoutError):
        while len(heard) < count:
            text = await asyncio.wait_for(word.receive(), seconds)
            heard.append(f"{text} {(flow.now() - began).days}")
    return heard


def test_a_signal_is_sent_after_its_time(swf):
    """A signal with a time is sent so long after the start, whatever its place in the list."""
    signals = [(word, "c", timedelta(days=90)), (word, "b", 86_400), (word, "a")]
    assert play(hears, 3, 10**7, on=swf, signals=signals) == ["a 0", "b 1", "c 90"]


def test_a_signal_is_sent_to_a_workflow_that_waits_for_nothing_else(swf):
    """The clock is turned to the next signal when the service has nothing else to do."""
    assert play(waits_forever, on=swf, signals=[(word, "a", timedelta(days=30))]) == "a"


@flow.workflow
async def waits_forever() -> str:
    """Wait for one word."""
    return await word.receive()


def test_a_signal_after_the_end_is_not_sent(swf):
    """A signal whose time comes after the end of the execution changes nothing."""
    assert play(hears, 2, 86_400, on=swf, signals=[(word, "late", 10**6)]) == []
    assert "WorkflowExecutionSignaled" not in kinds(swf)


@pytest.mark.parametrize("after", [-1, float("inf"), float("nan"), timedelta(days=-1)])
def test_the_time_of_a_signal_is_checked(after):
    """A time before the start, or none at all, is refused."""
    with pytest.raises(ValueError, match="signals has a signal after"):
        play(waits_forever, signals=[(word, "a", after)])
