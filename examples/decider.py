"""A decider daemon: takes decision tasks and answers each with what should be done next.

Without arguments it decides for one order in this process, as a demonstration, and ends. With
--endpoint or --aws it runs until SIGTERM or Ctrl-C.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import shop
from demonstration import one_order, play_worker
from orders import decide

from py_swf.daemon import Stop, TaskGone, decide_visibly, respond, stop_on_signals, tasks


def run(boto_client: Any, domain: str, stop: Stop) -> None:
    """Decide until told to stop."""
    client = shop.decision_client(boto_client, domain)
    for task in tasks(client, stop=stop):
        decisions = decide_visibly(task, lambda task: decide(task.history))
        with suppress(TaskGone):  # nobody waits for the answer any more
            respond(client, task, decisions)
            for decision in decisions:
                print(f"decider: {task.workflow_id}: {decision}", flush=True)


def main() -> None:
    """Run on the service given on the command line, or on a demonstration."""
    options = shop.parser(__doc__).parse_args()
    boto_client = shop.connect(options)
    if boto_client is None:
        with one_order(play_worker) as (boto_client, stop):
            run(boto_client, shop.DOMAIN, stop)
        return
    shop.register(boto_client, options.domain)
    with stop_on_signals() as stop:
        print(f"decider: ready in domain {options.domain}", flush=True)
        run(boto_client, options.domain, stop)
    print("decider: stopped", flush=True)


if __name__ == "__main__":
    main()
