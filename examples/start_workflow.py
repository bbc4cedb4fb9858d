"""A script that starts an order, signals it, asks it to cancel, terminates it, shows its history.

    python examples/start_workflow.py --endpoint http://127.0.0.1:4580 start order-17
    python examples/start_workflow.py --endpoint http://127.0.0.1:4580 signal order-17
    python examples/start_workflow.py --endpoint http://127.0.0.1:4580 history order-17

Without arguments it does all of this to one order, on a local service in this process. There is no
decider, so the order does not move: its history shows only what the script did.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable

import shop
from orders import NO_GIFT_CARD, WORKFLOW_TYPE

from py_swf import WorkflowClient
from py_swf.history import History
from py_swf.local import LocalSWF


def start(client: WorkflowClient, order: str) -> None:
    """Start the processing of an order."""
    run_id = client.start_workflow(
        json.dumps(shop.ORDER), order, WORKFLOW_TYPE.name, WORKFLOW_TYPE.version
    )
    print(f"starter: started {order}, run {run_id}")


def signal(client: WorkflowClient, order: str) -> None:
    """Tell an order that its gift card is not wanted."""
    client.signal_workflow(order, NO_GIFT_CARD)
    print(f"starter: signaled {order}: {NO_GIFT_CARD}")


def cancel(client: WorkflowClient, order: str) -> None:
    """Ask an order to cancel itself; its decider does so after winding up its activities."""
    client.request_cancel_workflow(order)
    print(f"starter: asked {order} to cancel")


def terminate(client: WorkflowClient, order: str) -> None:
    """End an order at once, without asking its decider."""
    client.terminate_workflow(order, "terminated by hand")
    print(f"starter: terminated {order}")


def history(client: WorkflowClient, order: str) -> None:
    """Print the history of the last run of an order."""
    print(f"starter: history of {order}")
    print(History(client.walk_execution_history(order, reverse_order=False)))


COMMANDS: dict[str, Callable[[WorkflowClient, str], None]] = {
    "start": start,
    "signal": signal,
    "cancel": cancel,
    "terminate": terminate,
    "history": history,
}


def main() -> None:
    """Do what the command line says, or everything on a local service."""
    parser = shop.parser(__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("command", nargs="?", choices=COMMANDS)
    parser.add_argument("order", nargs="?", default="order-17", help="the workflow id")
    options = parser.parse_args()
    boto_client = shop.connect(options) or LocalSWF().client()
    shop.register(boto_client, options.domain)
    client = shop.workflow_client(boto_client, options.domain)
    for name in [options.command] if options.command else COMMANDS:
        COMMANDS[name](client, options.order)


if __name__ == "__main__":
    main()
