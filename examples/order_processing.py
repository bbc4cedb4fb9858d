"""An order processed from start to end: starter, decider and worker in one program.

Three activities run in parallel. The first one fails, and is tried again after a timer. A signal
says that the gift card is not wanted, so that activity is canceled while it is running. Then the
order is shipped.

Without arguments it runs on a local service in this process, where decider and worker take turns.
Its clock jumps to the next thing that is due, so the pause of the timer takes no time. With
``--endpoint`` or ``--aws`` each polls in a separate thread. A local service that keeps its state in
a file may be killed meanwhile: when it is started again, they go on.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import shop
from botocore.exceptions import BotoCoreError
from orders import NO_GIFT_CARD, WORKFLOW_TYPE, decide, perform

from py_swf import (
    ActivityTask,
    ActivityTaskClient,
    DecisionClient,
    DecisionTask,
    NoTaskFound,
    WorkflowClient,
)
from py_swf.daemon import CancelRequested, cancel, fail, finish, respond, tasks
from py_swf.history import History
from py_swf.local import LocalSWF

ORDER_ID = "order-17"
ORDER = {**shop.ORDER, "bank": "slow"}
SECONDS_A_WORD = 2.0


def decide_task(client: DecisionClient, task: DecisionTask) -> None:
    """Answer one decision task; the answer is sent until it has arrived."""
    decisions = decide(task.history)
    respond(client, task, decisions)
    for decision in decisions:
        print(f"decider: {decision}")


def work_on(client: ActivityTaskClient, task: ActivityTask, meanwhile: Callable[[], None]) -> None:
    """Do the work of one activity task, and answer it."""

    def report(progress: str) -> None:
        print(f"worker: {task.activity_id}: {progress}")
        meanwhile()
        # a heartbeat that does not arrive is no reason to stop: the next one may arrive
        with suppress(BotoCoreError):
            if client.heartbeat(task.task_token, progress):
                raise CancelRequested

    print(f"worker: {task.activity_id}: {answer(client, task, report)}")


def answer(client: ActivityTaskClient, task: ActivityTask, report: Callable[[str], None]) -> str:
    """Do the work of one task, answer it, and say in a few words how it ended."""
    try:
        result = perform(task.type, task.input, report)
    except CancelRequested:
        cancel(client, task, "not wanted any more")
        return "canceled"
    except Exception as error:
        fail(client, task, error)
        return f"failed, {error}"
    finish(client, task, result)
    return result


class Order:
    """The order that is processed, and the customer, who has second thoughts."""

    def __init__(self, workflows: WorkflowClient) -> None:
        self.workflows = workflows
        self.signals = [NO_GIFT_CARD]
        exceptions = workflows.boto_client.exceptions
        try:
            self.run_id = workflows.start_workflow(
                json.dumps(ORDER), ORDER_ID, WORKFLOW_TYPE.name, WORKFLOW_TYPE.version
            )
            print(f"starter: started {ORDER_ID}")
        except exceptions.WorkflowExecutionAlreadyStartedFault:
            self.run_id = workflows.latest_run(ORDER_ID).run_id
            print(f"starter: {ORDER_ID} is open already, and goes on")

    def signal(self) -> None:
        """Send the signal, once."""
        while self.signals:
            self.workflows.signal_workflow(ORDER_ID, self.signals[0])
            print(f"starter: signaled {self.signals.pop()}")

    def is_open(self) -> bool:
        """Return whether it is still open."""
        detail = self.workflows.describe_workflow_execution(ORDER_ID, self.run_id)
        return detail.execution_info.execution_status == "OPEN"

    def print_history(self) -> None:
        """Print what happened."""
        events = self.workflows.walk_execution_history(ORDER_ID, self.run_id, reverse_order=False)
        history = History(events)
        print(f"{ORDER_ID} is {history.close_status}. Its history:")
        print(history)


def take_turns(order: Order, decider: DecisionClient, worker: ActivityTaskClient) -> None:
    """Let decider and worker act in turn, where polls answer at once."""

    def decide_once() -> None:
        with suppress(NoTaskFound):
            decide_task(decider, decider.poll())

    def meanwhile() -> None:
        """Do what happens while the worker writes."""
        order.signal()
        decide_once()

    while order.is_open():
        decide_once()
        with suppress(NoTaskFound):
            work_on(worker, worker.poll(), meanwhile)


def run_threads(order: Order, decider: DecisionClient, worker: ActivityTaskClient) -> None:
    """Let decider and worker poll at the same time, where polls are held for up to a minute."""

    def meanwhile() -> None:
        """Writing takes time, and meanwhile the customer writes, too."""
        with suppress(BotoCoreError):
            order.signal()
        time.sleep(SECONDS_A_WORD)

    def decide_all() -> None:
        for task in tasks(decider):
            decide_task(decider, task)

    def work_all() -> None:
        for task in tasks(worker):
            work_on(worker, task, meanwhile)

    for loop in (decide_all, work_all):
        # a poll that is still held at the end does not keep the program alive
        threading.Thread(target=loop, daemon=True).start()
    is_open = answers = True
    while is_open:
        time.sleep(0.5)
        try:
            is_open, answers = order.is_open(), True
        except BotoCoreError:
            if answers:
                print("starter: the service does not answer; waiting for it")
            answers = False


def main() -> None:
    """Process one order on the service that the command line names, or on a local one."""
    options = shop.parser(__doc__).parse_args()
    connected = shop.connect(options)
    boto_client = connected or LocalSWF(auto_advance=True).client()
    shop.register(boto_client, options.domain)
    order = Order(shop.workflow_client(boto_client, options.domain))
    process = run_threads if connected else take_turns
    process(
        order,
        shop.decision_client(boto_client, options.domain),
        shop.activity_client(boto_client, options.domain),
    )
    order.print_history()


if __name__ == "__main__":
    main()
