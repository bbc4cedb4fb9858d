"""Signals: none lost, none doubled, typed, and sent from one execution to another."""

import asyncio
from dataclasses import dataclass

import pytest

from py_swf import flow
from py_swf.local import LocalSWF
from py_swf.testing import play


@dataclass
class Approval:
    """The answer of an approver."""

    by: str
    amount: int = 0


approve = flow.Signal("approve", Approval)
word = flow.Signal("word", str)


def test_a_signal_is_received_as_its_type():
    """The value of a signal comes back as the signal's type."""

    @flow.workflow
    async def waits() -> str:
        approval = await approve.receive()
        assert isinstance(approval, Approval)
        return approval.by

    assert play(waits, signals=[(approve, Approval("me"))]) == "me"


def test_signals_keep_their_order_and_wait():
    """Signals that come before anybody receives are kept, each for one receiver."""

    @flow.workflow
    async def waits() -> list[str]:
        await asyncio.sleep(60)
        return [await word.receive() for _ in range(3)]

    assert play(waits, signals=[(word, w) for w in "abc"]) == ["a", "b", "c"]


def test_receivers_take_turns():
    """Of several who wait, each is given one signal, the longest waiting the first."""

    @flow.workflow
    async def waits() -> list[str]:
        return list(await asyncio.gather(*(word.receive() for _ in range(3))))

    assert play(waits, signals=[(word, w) for w in "abc"]) == ["a", "b", "c"]


def test_a_receiver_that_gave_up_loses_no_signal():
    """A signal that comes after its receiver was canceled is the next one's."""

    @flow.workflow
    async def waits() -> str:
        impatient = asyncio.ensure_future(word.receive())
        await asyncio.sleep(0)
        impatient.cancel()
        return await word.receive()

    assert play(waits, signals=[(word, "a")]) == "a"


def test_pending_leaves_them():
    """Pending signals can be read and are still received later."""

    @flow.workflow
    async def waits() -> list[str]:
        await asyncio.sleep(60)
        return [*word.pending(), await word.receive(), *word.pending()]

    assert play(waits, signals=[(word, "a"), (word, "b")]) == ["a", "b", "a", "b"]


def test_a_bad_signal_is_raised_to_the_receiver():
    """A signal that is not of its type raises what is wrong with it, and is received by that."""
    text = flow.Signal("approve", str)

    @flow.workflow
    async def waits() -> str:
        try:
            await approve.receive()
        except ValueError as error:
            return f"{error} {len(approve.pending())}"
        return "?"

    assert play(waits, signals=[(text, "me")]).startswith("the input of signal approve: ")


def test_a_signal_goes_to_another_execution():
    """An execution signals another by its workflow id, and learns when it was delivered."""

    @flow.workflow
    async def child() -> str:
        return (await approve.receive()).by

    @flow.workflow
    async def parent() -> str:
        started = await child.options(workflow_id="the-child").begin()
        await approve.send("the-child", Approval("parent"))
        return await started

    assert play(parent, workflows=[child]) == "parent"


def test_a_signal_to_nobody_is_raised():
    """A signal that cannot be delivered raises why."""

    @flow.workflow
    async def sends() -> str:
        with pytest.raises(flow.SignalNotDelivered) as caught:
            await flow.signal_external("nobody", "word", "x")
        return caught.value.cause

    assert play(sends) == "UNKNOWN_EXTERNAL_WORKFLOW_EXECUTION"


def test_a_cancel_request_goes_to_another_execution():
    """An execution asks another to cancel itself, or hears that there is none."""

    @flow.workflow
    async def child() -> str:
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            await asyncio.sleep(10)
            return f"cleaned up {flow.info().cancel_requested}"
        return "?"

    @flow.workflow
    async def parent() -> str:
        started = await child.options(workflow_id="the-child").begin()
        await flow.request_cancel_external("the-child")
        result = await started
        with pytest.raises(flow.CancelNotDelivered):
            await flow.request_cancel_external("the-child")
        return result

    assert play(parent, workflows=[child]) == "cleaned up True"


def test_text_without_a_type_is_any_json():
    """A signal without a type carries any JSON."""
    anything = flow.Signal("anything")

    @flow.workflow
    async def waits() -> int:
        return (await anything.receive())["n"]

    assert play(waits, on=LocalSWF(), signals=[(anything, {"n": 3})]) == 3
