"""An activity worker daemon: takes activity tasks, does the work, answers.

Without arguments it works on one order in this process, as a demonstration, and ends. With
--endpoint or --aws it runs until SIGTERM or Ctrl-C.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import shop
from demonstration import one_order, play_decider
from orders import HEARTBEAT_TIMEOUT, perform

from py_swf import ActivityTask, ActivityTaskClient
from py_swf.daemon import (
    CancelRequested,
    Stop,
    TaskGone,
    cancel,
    fail,
    finish,
    heartbeating,
    stop_on_signals,
    tasks,
)

SECONDS_A_WORD = 0.1


def run(boto_client: Any, domain: str, stop: Stop) -> None:
    """Work until told to stop."""
    client = shop.activity_client(boto_client, domain)
    for task in tasks(client, stop=stop):
        with suppress(TaskGone):  # nobody waits for the answer any more
            outcome = work_on(client, task)
            print(f"worker: {task.workflow_id}: {task.activity_id}: {outcome}", flush=True)


def work_on(client: ActivityTaskClient, task: ActivityTask) -> str:
    """Do the work of one task, answer it, and say in a few words how it ended."""
    with heartbeating(client, task, heartbeat_timeout=HEARTBEAT_TIMEOUT) as beat:

        def report(progress: str) -> None:
            time.sleep(SECONDS_A_WORD)
            beat.details = progress
            beat.raise_if_canceled()

        try:
            result = perform(task.type, task.input, report)
            finish(client, task, result)
        except CancelRequested:
            cancel(client, task)
            return "canceled"
        except Exception as error:
            fail(client, task, error)
            return f"failed, {error}"
        return result


def main() -> None:
    """Run on the service given on the command line, or on a demonstration."""
    options = shop.parser(__doc__).parse_args()
    boto_client = shop.connect(options)
    if boto_client is None:
        with one_order(play_decider) as (boto_client, stop):
            run(boto_client, shop.DOMAIN, stop)
        return
    shop.register(boto_client, options.domain)
    with stop_on_signals() as stop:
        print(f"worker: ready in domain {options.domain}", flush=True)
        run(boto_client, options.domain, stop)
    print("worker: stopped", flush=True)


if __name__ == "__main__":
    main()
