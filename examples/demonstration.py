"""One order on a local service in this process, where something plays the missing part.

So a decider that runs alone has a worker to schedule work for, and the other way round.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import shop
from orders import WORKFLOW_TYPE, decide, perform

from py_swf.daemon import Stop, tasks
from py_swf.local import LocalSWF, SystemClock

POLL_SECONDS = 0.2


def play_decider(boto_client: Any, stop: Stop) -> None:
    """Decide until told to stop, in as few lines as possible."""
    client = shop.decision_client(boto_client, shop.DOMAIN)
    for task in tasks(client, stop=stop):
        client.respond(task.task_token, decide(task.history))


def play_worker(boto_client: Any, stop: Stop) -> None:
    """Work until told to stop, in as few lines as possible."""
    client = shop.activity_client(boto_client, shop.DOMAIN)
    for task in tasks(client, stop=stop):
        client.finish(task.task_token, perform(task.type, task.input, report=lambda progress: None))


@contextmanager
def one_order(play: Callable[[Any, Stop], None]) -> Iterator[tuple[Any, Stop]]:
    """Start one order, play the other part, and yield a stop that is set when the order closes."""
    swf = LocalSWF(clock=SystemClock(), poll_seconds=POLL_SECONDS)
    boto_client = swf.client()
    shop.register(boto_client, shop.DOMAIN)
    workflows = shop.workflow_client(boto_client, shop.DOMAIN)
    run_id = workflows.start_workflow(
        json.dumps(shop.ORDER), "order-17", WORKFLOW_TYPE.name, WORKFLOW_TYPE.version
    )
    stop = threading.Event()

    def stop_at_the_end() -> None:
        # wait() returns False as long as nobody has set it
        while not stop.wait(0.05):
            detail = workflows.describe_workflow_execution("order-17", run_id)
            if detail.execution_info.execution_status == "CLOSED":
                stop.set()

    threads = [
        threading.Thread(target=play, args=(boto_client, stop)),
        threading.Thread(target=stop_at_the_end),
    ]
    for thread in threads:
        thread.start()
    try:
        yield boto_client, stop
    finally:
        stop.set()
        for thread in threads:
            thread.join()
