"""Workflows as type checkers see them. Never run; ``mypy --strict`` and pyright read it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from random import Random
from typing import Any

from typing_extensions import assert_type

from py_swf import RegistrationClient, WorkflowClient, flow
from py_swf.decisions import Decision, ScheduleActivityTask, StartChildWorkflowExecution
from py_swf.testing import play


@dataclass
class Order:
    """What is ordered."""

    id: str


@dataclass
class Receipt:
    """What was paid."""

    amount: int


@flow.activity("charge", "1", retry=flow.Retry(5, first=10), start_to_close_timeout=300)
def charge(order: Order) -> Receipt:
    """Charge an order."""
    return Receipt(1)


@flow.activity
async def pack(order: Order, box: int = 1) -> str:
    """Pack an order."""
    return order.id


@flow.workflow
async def ship(order_id: str) -> bool:
    """Ship an order."""
    return True


approve = flow.Signal("approve", Receipt)
anything = flow.Signal("anything")
thumbnail = flow.LambdaFunction("make-thumbnail", timeout=30)


@flow.workflow("order", "1", child_policy="ABANDON")
async def process(order: Order, *, fast: bool = False) -> str:
    """Use everything; what is inferred is asserted."""
    receipt, parcel = await asyncio.gather(charge(order), pack(order, box=2))
    assert_type(receipt, Receipt)
    assert_type(parcel, str)
    assert_type(await pack.options(task_list="fast", on_cancel="wait")(order), str)
    assert_type(charge.start(order), asyncio.Task[Receipt])
    assert_type(await approve.receive(), Receipt)
    assert_type(approve.pending(), list[Receipt])
    assert_type(await anything.receive(), Any)
    await approve.send("order-17", Receipt(2))
    assert_type(await ship(order.id), bool)
    child = await ship.options(workflow_id="ship 17", tag_list=["a"]).begin(order.id)
    assert_type(child, flow.Child[bool])
    assert_type(await child, bool)
    assert_type(await child.result(), bool)
    assert_type(flow.record(lambda: 3), int)
    assert_type(flow.patched("x"), bool)
    assert_type(flow.random(), Random)
    assert_type(flow.info().tag_list, tuple[str, ...])
    async for done in flow.as_completed([pack(order), pack(order)]):
        assert_type(done.result(), str)
    for each in flow.as_completed([pack(order), pack(order)]):
        assert_type(await each, str)
    await flow.condition(lambda: bool(parcel))
    await thumbnail({"id": order.id})
    await process.continue_as_new(order, fast=True)
    await flow.continue_as_new(order)
    return parcel


def outside(client: WorkflowClient) -> None:
    """Start, decide by hand, play and replay."""
    receipt: Receipt = charge.fn(Order("1"))
    assert_type(receipt, Receipt)
    assert_type(charge.schedule("charge-1", Order("1")), ScheduleActivityTask)
    assert_type(ship.start_child("ship-1", "1"), StartChildWorkflowExecution)
    assert_type(process.start(client, "order-17", Order("1"), fast=True), flow.Execution[str])
    assert_type(play(ship, "1", activities=[charge, pack]), bool)
    assert_type(play(process, Order("1"), activities={charge: lambda order: Receipt(1)}), str)
    assert_type(flow.replay(process, flow.saved("order-17.json")), list[Decision])
    flow.ActivityHandler([charge, pack])
    flow.Decider([process, ship], keep=10)


def kept_in_variables(client: Any, registration_client: RegistrationClient) -> None:
    """Hand on workflows and activities in a tuple; of a list, mypy only knows that it has objects.

    mypy has no common type for two functions with different parameters; it looks at each item of
    a tuple.
    """
    activities, workflows = (charge, pack), (process, ship)
    flow.Worker(client, "shop", task_list="t", activities=activities, workflows=workflows)
    flow.ActivityHandler(activities)
    flow.Decider(workflows)
    flow.register(registration_client, "shop", *activities, *workflows)
    play(ship, "1", activities=activities, workflows=workflows)
    annotated: list[flow.Activity[..., Any]] = [charge, pack]
    flow.Worker(client, "shop", task_list="t", activities=annotated)
    plain = [charge, pack]
    flow.ActivityHandler(plain)  # type: ignore[arg-type]


async def refused(order: Order) -> None:
    """Write what a type checker must refuse; each comment is needed."""
    await charge("17")  # type: ignore[arg-type]
    await charge()  # type: ignore[call-arg]
    await pack(order, bx=2)  # type: ignore[call-arg]
    await ship(17)  # type: ignore[arg-type]
    await approve.send("order-17", "me")  # type: ignore[arg-type]
    await process.continue_as_new("17")  # type: ignore[arg-type]
    pack.options(on_cancel="never")  # type: ignore[arg-type]
