"""The order of ``order_processing.py`` as a workflow: the same steps, written as plain code.

Three activities run in parallel. The first one fails, and is tried again after a timer. A signal
says that the gift card is not wanted, so none is written. Then the order is shipped.

Without arguments it runs on a local service in this process. Its clock jumps to the next thing that
is due, so the minute of the timer takes no time.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from py_swf import flow
from py_swf.events import event_from_wire
from py_swf.history import History
from py_swf.local import LocalSWF
from py_swf.testing import play


@dataclass(frozen=True)
class Order:
    """An order by a customer."""

    order_id: str
    goods: list[str]
    gift_card: str | None = None


@flow.activity(start_to_close_timeout=600, retry=flow.Retry(3, first=60))
def charge_card(order: Order) -> str:
    """Take the money."""
    return f"charged for {len(order.goods)} goods"


@flow.activity(start_to_close_timeout=600)
def reserve_goods(order: Order) -> None:
    """Keep the goods for this order."""


@flow.activity(heartbeat_timeout=300)
def write_gift_card(text: str) -> str:
    """Write a card by hand."""
    return f"card: {text}"


@flow.activity(start_to_close_timeout=86_400)
def ship(order: Order, card: str | None) -> str:
    """Send the parcel."""
    return f"shipped {order.order_id} {'with' if card else 'without'} a card"


no_gift_card = flow.Signal("no-gift-card")


@flow.workflow
async def process_order(order: Order) -> str:
    """Process an order from its start to its end."""
    _, _, card = await asyncio.gather(charge_card(order), reserve_goods(order), gift_card(order))
    return await ship(order, card)


async def gift_card(order: Order) -> str | None:
    """Have the gift card written, unless somebody says that it is not wanted."""
    if order.gift_card is None:
        return None
    writing = write_gift_card.start(order.gift_card)
    unwanted = asyncio.ensure_future(no_gift_card.receive())
    done, _ = await asyncio.wait({writing, unwanted}, return_when=asyncio.FIRST_COMPLETED)
    if writing in done:
        unwanted.cancel()
        return writing.result()
    writing.cancel()
    return None


class Bank:
    """A bank that does not answer the first call."""

    def __init__(self) -> None:
        self.calls = 0

    def charge(self, order: Order) -> str:
        """Take the money, from the second call on."""
        self.calls += 1
        if self.calls == 1:
            raise ConnectionError("the bank does not answer")
        return f"charged for {len(order.goods)} goods"


def main() -> None:
    """Process one order, and print the outcome."""
    swf = LocalSWF()
    order = Order("order-17", ["cup", "cup"], gift_card="Happy birthday!")
    result = play(
        process_order,
        order,
        on=swf,
        workflow_id=order.order_id,
        activities={
            charge_card: Bank().charge,
            reserve_goods: reserve_goods.fn,
            write_gift_card: write_gift_card.fn,
            ship: ship.fn,
        },
        signals=[(no_gift_card, None)],
    )
    history = History(map(event_from_wire, swf.history(order.order_id)))
    for activity_id, activity in history.activities.items():
        for attempt in activity.attempts:
            print(f"{activity_id}: {attempt.status} {attempt.result or attempt.reason or ''}")
    print(result)


if __name__ == "__main__":
    main()
