"""Decide for activities in a row with simpleflow, in a virtual environment made for it.

simpleflow runs a separate process for each task; here it decides in this one, which is less work.
Run as a program inside that environment, this prints the CPU seconds.
"""

from __future__ import annotations

import sys
import time

import peers


def seconds(count: int) -> float:
    """Make the environment, run this file in it, and return the CPU seconds of the decisions."""
    output = peers.printed(["simpleflow==0.36.0"], "peer_simpleflow.py", str(count))
    return float(output.splitlines()[-1])


def main(count: int) -> None:
    """Measure in this environment and print."""
    import logging

    from one_execution import OneExecution
    from simpleflow import Workflow, activity
    from simpleflow.swf.executor import Executor
    from simpleflow.swf.mapper import core
    from simpleflow.swf.mapper.models.domain import Domain
    from simpleflow.swf.process.decider.base import DeciderPoller

    logging.disable(logging.CRITICAL)

    @activity.with_attributes(task_list="list", version="1")
    def add(x: int) -> int:
        return x + 1

    class Row(Workflow):
        name = "row"
        version = "1"
        task_list = "list"

        def run(self, count: int) -> int:
            value = 0
            for _ in range(count):
                value = self.submit(add, value).result
            return value

    execution = OneExecution("row", f'{{"args": [{count}]}}')
    core.get_or_create_boto3_client = lambda **_: execution.client
    domain = Domain("d")
    poller = DeciderPoller([Executor(domain, Row)], domain, "list", is_standalone=False)
    began = time.process_time()
    while execution.result is None:
        task = poller.poll()
        poller.complete(task.token, poller.decide(task))
    print(execution.result, len(execution.raw))
    print(time.process_time() - began - execution.seconds)


if __name__ == "__main__":
    main(int(sys.argv[1]))
