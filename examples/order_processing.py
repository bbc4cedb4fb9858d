"""An order processed from its start to its end: starter, decider and worker in one program.

Three activities run in parallel. The first one fails, and is tried again after a timer. A signal
says that the gift card is not wanted, so that activity is canceled while it is worked on. Then the
order is shipped.

Without arguments it runs on a local service in this process, whose clock jumps to the next thing
that is due, so the minute of the timer takes no time.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import shop
from orders import NO_GIFT_CARD, WORKFLOW_TYPE, decide, perform

from py_swf import (
    ActivityTask,
    ActivityTaskClient,
    DecisionClient,
    NoTaskFound,
    WorkflowClient,
)
from py_swf.daemon import CancelRequested
from py_swf.history import History
from py_swf.local import LocalSWF

ORDER_ID = "order-17"
ORDER = {**shop.ORDER, "bank": "slow"}


def decide_once(client: DecisionClient) -> None:
    """The decider's turn: take one decision task, if there is one, and answer it."""
    try:
        task = client.poll()
    except NoTaskFound:
        return
    decisions = decide(task.history)
    client.respond(task.task_token, decisions)
    for decision in decisions:
        print(f"decider: {decision}")


def work_once(client: ActivityTaskClient, meanwhile: Callable[[], None]) -> None:
    """The worker's turn: take one activity task, if there is one, do the work and answer it."""
    try:
        task = client.poll()
    except NoTaskFound:
        return

    def report(progress: str) -> None:
        print(f"worker: {task.activity_id}: {progress}")
        meanwhile()
        if client.heartbeat(task.task_token, progress):
            raise CancelRequested

    print(f"worker: {task.activity_id}: {answer(client, task, report)}")


def answer(client: ActivityTaskClient, task: ActivityTask, report: Callable[[str], None]) -> str:
    """Do the work of one task, answer it, and say in a few words how it ended."""
    try:
        result = perform(task.type, task.input, report)
    except CancelRequested:
        client.cancel(task.task_token, "not wanted any more")
        return "canceled"
    except Exception as error:
        client.fail(task.task_token, error)
        return f"failed, {error}"
    client.finish(task.task_token, result)
    return result


def process(workflows: WorkflowClient, decider: DecisionClient, worker: ActivityTaskClient) -> None:
    """Start one order and let everybody act in turn until it is closed."""
    run_id = workflows.start_workflow(
        json.dumps(ORDER), ORDER_ID, WORKFLOW_TYPE.name, WORKFLOW_TYPE.version
    )
    print(f"starter: started {ORDER_ID}")
    signals = [NO_GIFT_CARD]

    def meanwhile() -> None:
        """What happens while the worker writes: the customer has second thoughts."""
        if signals:
            workflows.signal_workflow(ORDER_ID, signals[0])
            print(f"starter: signaled {signals.pop()}")
        decide_once(decider)

    history = History()
    while history.is_open:
        decide_once(decider)
        work_once(worker, meanwhile)
        history = History(workflows.walk_execution_history(ORDER_ID, run_id, reverse_order=False))
    print(f"{ORDER_ID} is {history.close_status}. Its history:")
    print(history)


def main() -> None:
    """Process one order on the service that the command line names, or on a local one."""
    options = shop.parser(__doc__).parse_args()
    boto_client = shop.connect(options) or LocalSWF(auto_advance=True).client()
    shop.register(boto_client, options.domain)
    process(
        shop.workflow_client(boto_client, options.domain),
        shop.decision_client(boto_client, options.domain),
        shop.activity_client(boto_client, options.domain),
    )


if __name__ == "__main__":
    main()
