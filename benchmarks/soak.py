"""Run one flow.Worker for some minutes on executions of every kind, and watch its memory.

The service is a separate process, reached over HTTP. A number of executions are open all the time:
short ones and ones long enough to be kept, with activities that fail, timers, signals, children,
cancel requests, terminations and continue-as-new. The worker keeps fewer runs than are open, so
runs are evicted, too. Each line has the memory, the threads and the open files of the worker's
process. The last line compares the memory in the last quarter of the time with that in the second.
(Linux: it reads /proc.)
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import statistics
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from random import Random
from typing import NamedTuple

from flow_worker import boto_client, process

from py_swf import RegistrationClient, WorkflowClient, WorkflowClientConfig, flow
from py_swf.daemon import stop_on_signals

HERE = Path(__file__)
DOMAIN = "soak"
KEEP = 30
go_on = flow.Signal("go on", str)


@flow.activity(start_to_close_timeout=60, retry=flow.Retry(3, first=1, longest=1))
def add(x: int, fail_at: int = -1) -> int:
    """Add one, or fail."""
    if x == fail_at:
        raise ValueError(f"{x} is where it fails")
    return x + 1


@flow.workflow(child_policy="TERMINATE")
async def row(length: int, fail_at: int = -1) -> int:
    """Await activities one after the other; a failing one fails the execution."""
    value = 0
    for _ in range(length):
        value = await add(value, fail_at)
    return value


@flow.workflow(child_policy="REQUEST_CANCEL")
async def mixed(rounds: int, length: int) -> int:
    """Do some of everything in each round, and continue as new."""
    both = await asyncio.gather(*(add(number) for number in range(length)))
    async with asyncio.TaskGroup() as group:
        child = group.create_task(row(length))
        group.create_task(asyncio.sleep(1))
    try:
        async with asyncio.timeout(2):
            await go_on.receive()
    except TimeoutError:
        flow.record_marker("nobody signaled")
    if rounds > 1:
        await flow.continue_as_new(rounds - 1, length)
    return sum(both) + child.result()


def host(url: str) -> None:
    """Run the worker."""
    worker = flow.Worker(
        boto_client(url),
        DOMAIN,
        task_list="list",
        workflows=[row, mixed],
        activities=[add],
        max_activity_tasks=8,
        keep=KEEP,
        own_task_list_timeout=2,
    )
    with stop_on_signals() as stop:
        worker.run(stop)


class Load:
    """Keeps a number of executions open, and treats them as users do.

    :param client: starts them.
    :param most: how many are open.
    """

    def __init__(self, client: WorkflowClient, most: int) -> None:
        self.client = client
        self.most = most
        self.chance = Random(1)
        self.open: list[flow.Execution[int]] = []
        self.closed: Counter[str] = Counter()

    def turn(self) -> None:
        """Look at all open executions, replace each that has closed, and disturb one."""
        looked_at, self.open = self.open, []
        for execution in looked_at:
            status = execution.describe().execution_info.close_status
            if status is None:
                self.open.append(execution)
            else:
                self.closed[status] += 1
        while len(self.open) < self.most:
            self.open.append(self._started())
        execution = self.chance.choice(self.open)
        with suppress(self.client.boto_client.exceptions.UnknownResourceFault):  # it has closed
            self.chance.choice(DISTURBANCES)(execution)

    def _started(self) -> flow.Execution[int]:
        if self.chance.random() < 0.3:
            return mixed.start(self.client, None, self.chance.randint(1, 3), 5)
        length = self.chance.choice([5, 40])
        return row.start(self.client, None, length, 3 if self.chance.random() < 0.2 else -1)


DISTURBANCES: list[Callable[[flow.Execution[int]], None]] = [
    lambda execution: execution.signal(go_on, "go on"),
    lambda execution: execution.request_cancel(),
    lambda execution: execution.terminate("disturbed"),
]


class Sample(NamedTuple):
    """The memory, threads and files of a process."""

    resident_kib: int
    threads: int
    open_files: int


def sample_of(pid: int) -> Sample:
    """Look at a process."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    numbers = {name: int(number) for name, number in re.findall(r"(\w+):\s+(\d+)", status)}
    files = len(os.listdir(f"/proc/{pid}/fd"))
    return Sample(numbers["VmRSS"], numbers["Threads"], files)


def samples(load: Load, pid: int, seconds: float, every: float) -> Iterator[Sample]:
    """Apply the load, and look at a process again and again."""
    began = time.monotonic()
    for number in range(1, int(seconds / every) + 1):
        while time.monotonic() < began + number * every:
            load.turn()
            time.sleep(0.1)
        yield sample_of(pid)


def main() -> None:
    """Run it, and print the samples; or be the worker."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=600, help="how long (default: 600)")
    parser.add_argument("--every", type=float, default=10, help="seconds per sample (default: 10)")
    parser.add_argument("--open", type=int, default=40, help="executions at a time (default: 40)")
    parser.add_argument("--small", action="store_true", help="a quick run that proves nothing")
    parser.add_argument("--host", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.host:
        host(options.host)
        return
    if options.small:
        options.seconds, options.every, options.open = 4, 1, 5
    with ExitStack() as block:
        serve = ("-m", "py_swf.local", "--port", "0", "--domain", DOMAIN)
        service = block.enter_context(process(*serve, stdout=subprocess.PIPE))
        assert service.stdout is not None
        url = re.findall(r"http://\S+", service.stdout.readline())[0]
        running = block.enter_context(process(str(HERE), "--host", url))
        load = Load(WorkflowClient(WorkflowClientConfig(DOMAIN), boto_client(url)), options.open)
        flow.register(
            RegistrationClient(load.client.boto_client), DOMAIN, add, row, mixed, task_list="list"
        )
        print(f"{'seconds':>8}{'closed':>8}{'KiB':>9}{'threads':>9}{'files':>7}")
        seen: list[Sample] = []
        for each in samples(load, running.pid, options.seconds, options.every):
            seen.append(each)
            at, closed = len(seen) * options.every, load.closed.total()
            numbers = f"{each.resident_kib:>9}{each.threads:>9}{each.open_files:>7}"
            print(f"{at:>8.0f}{closed:>8}{numbers}", flush=True)
    quarter = len(seen) // 4
    ends = seen[-quarter:], seen[quarter : 2 * quarter]
    last, second = (statistics.median(each.resident_kib for each in part) for part in ends)
    print("closed as", dict(load.closed))
    print(f"memory of the last quarter against the second: {last / second:.3f}")


if __name__ == "__main__":
    main()
