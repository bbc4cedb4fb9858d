"""Run many small workflows while everything goes wrong, and count what was lost: nothing.

A local service over HTTP throttles 5 % of all calls, answers 2 % with a server error, and drops the
connection of 1 % before and of 1 % after the call took effect. It drops more polls than that, and
cuts some answers in half. Now and then a gateway answers with its own page. Several deciders and
activity workers run as processes. Again and again one of them is killed, or told to stop in the
middle of a poll or of a task, and another takes its place.

Every execution must close as COMPLETED with the right result, no daemon may end with an exception,
and the tasks that the loops got and what their answers returned must match what the service
recorded: see ``chaos_judge.py``. With ``--flow`` the daemons are hosts that run one ``flow.Worker``
each, and every history must replay, too. The exit status says whether all this held. With
``--sabotage`` the library is broken on purpose, see ``chaos_sabotage.py``, and the judge must
complain.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from random import Random
from typing import Any

from chaos_daemons import (
    ACTIVITY_SECONDS,
    DECISION_SECONDS,
    DOMAIN,
    HEARTBEAT_SECONDS,
    boto_client,
    expected,
)
from chaos_flow import chaos as workflow
from chaos_flow import expected as expected_of_flow
from chaos_judge import judge
from chaos_sabotage import SABOTAGES

from py_swf import flow
from py_swf.daemon.deciding import DECIDER_ERROR
from py_swf.events import ActivityTaskStarted, DecisionTaskStarted, event_from_wire
from py_swf.history import History

POLLS = ("PollForDecisionTask", "PollForActivityTask")
OF_DAEMONS = (
    *POLLS,
    "RecordActivityTaskHeartbeat",
    "RespondActivityTaskCompleted",
    "RespondDecisionTaskCompleted",
)
LIMITS = {DecisionTaskStarted: DECISION_SECONDS, ActivityTaskStarted: ACTIVITY_SECONDS}
FAULTS = [
    *(f"{kind}:{poll}:0.04" for kind in ("drop-after", "cut") for poll in POLLS),
    "throttle:0.05",
    "internal-failure:0.01",
    "unavailable:0.01",
    "drop-before:0.01",
    "drop-after:0.01",
    *(f"page-{status}:{operation}:0.01" for status in (200, 408, 429) for operation in OF_DAEMONS),
    "page-403:RespondActivityTaskCompleted:0.03",
]
HERE = Path(__file__).parent
EVER = {"oldestDate": datetime(2020, 1, 1, tzinfo=timezone.utc)}


@contextmanager
def service(seed: int, poll_seconds: float) -> Iterator[str]:
    """Run a local service that injects the faults, and yield its address."""
    command = [sys.executable, "-m", "py_swf.local", "--port", "0", "--seed", str(seed)]
    command += ["--poll-seconds", str(poll_seconds), "--domain", DOMAIN]
    command += [flag for fault in FAULTS for flag in ("--fault", fault)]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found is not None
            yield found.group()
        finally:
            process.terminate()


class Daemon:
    """One process, and what it leaves behind."""

    def __init__(
        self, number: int, role: str, url: str, folder: Path, sabotage: str | None
    ) -> None:
        self.name = f"{role} {number}"
        self.role = role
        self.expected = 0
        self.killed = False
        self.journal = folder / f"{number}.journal"
        self.stderr = folder / f"{number}.stderr"
        # every other one is a plain loop
        program = "chaos_flow.py" if role == "host" else "chaos_daemons.py"
        command = [sys.executable, str(HERE / program), role, url, str(self.journal)]
        command += ["--plain"] * (number % 2)
        command += ["--sabotage", sabotage] if sabotage else []
        environment = {**os.environ, "PYTHONPATH": str(HERE.parent), "PYTHONHASHSEED": "0"}
        with self.stderr.open("wb") as stderr:
            self.process = subprocess.Popen(command, stderr=stderr, env=environment)

    @property
    def identity(self) -> str:
        """Its name when it polls; process ids repeat within one run."""
        return self.journal.stem

    def is_ready(self) -> bool:
        """Return whether it reacts to signals: the first line of its journal says so."""
        return self.journal.exists() and self.journal.stat().st_size > 0

    def send(self, signum: signal.Signals) -> None:
        """Kill it, or tell it to stop."""
        self.killed = signum == signal.SIGKILL
        self.expected = -signum if self.killed else 0
        self.process.send_signal(signum)

    def complaints(self, seconds: float) -> Iterator[str]:
        """Wait for its end, and complain if it ended in another way than it should."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            yield f"{self.name} did not end within {seconds:.0f} s"
        else:
            if status != self.expected:
                yield f"{self.name} ended with status {status}, not {self.expected}"
        if text := self.stderr.read_text(errors="replace").strip():
            yield f"{self.name} said: ...{text[-1500:]}"

    def notes(self) -> Iterator[dict[str, Any]]:
        """Read its journal; the last line of a killed one may be incomplete."""
        if self.journal.exists():
            for line in self.journal.read_text().splitlines(keepends=True):
                if line.endswith("}\n"):
                    yield json.loads(line)


class Daemons:
    """The daemons that are running, and those that ran before."""

    def __init__(
        self, url: str, folder: Path, chance: Random, roles: list[str], sabotage: str | None
    ) -> None:
        self.url, self.folder, self.chance, self.sabotage = url, folder, chance, sabotage
        self.all: list[Daemon] = []
        self.signals: Counter[str] = Counter()
        self.strikes = 0
        self.running = [self.start(role) for role in roles]

    def start(self, role: str) -> Daemon:
        """Start one."""
        daemon = Daemon(len(self.all), role, self.url, self.folder, self.sabotage)
        self.all.append(daemon)
        return self.all[-1]

    def strike(self) -> None:
        """Kill one, or tell it to stop, and start another in its place."""
        ready = [index for index, daemon in enumerate(self.running) if daemon.is_ready()]
        if ready:
            index = self.chance.choice(ready)
            self.send(self.running[index], signal.SIGTERM if self.strikes % 3 else signal.SIGKILL)
            self.strikes += 1
            self.running[index] = self.start(self.running[index].role)

    def send(self, daemon: Daemon, signum: signal.Signals) -> None:
        """Send a signal, and count it."""
        self.signals[signum.name] += 1
        daemon.send(signum)

    def stop(self, seconds: float) -> list[str]:
        """Tell all to stop, and complain about those that did not end as they should."""
        deadline = time.monotonic() + seconds
        for daemon in self.running:
            while not daemon.is_ready() and time.monotonic() < deadline:
                time.sleep(0.1)
            self.send(daemon, signal.SIGTERM)
        return [
            complaint
            for daemon in self.all
            for complaint in daemon.complaints(max(0.1, deadline - time.monotonic()))
        ]

    def kill(self) -> None:
        """Kill whatever is still running."""
        for daemon in self.all:
            daemon.process.kill()
            daemon.process.wait()


def register(boto: Any) -> None:
    """Register the two types; a call whose answer was lost may have registered its type."""
    calls = [
        lambda: boto.register_workflow_type(
            domain=DOMAIN,
            name="chaos",
            version="1",
            defaultTaskList={"name": "decisions"},
            defaultTaskStartToCloseTimeout=str(DECISION_SECONDS),
            defaultExecutionStartToCloseTimeout="86400",
            defaultChildPolicy="TERMINATE",
        ),
        lambda: boto.register_activity_type(
            domain=DOMAIN,
            name="step",
            version="1",
            defaultTaskList={"name": "activities"},
            defaultTaskScheduleToStartTimeout="NONE",
            defaultTaskScheduleToCloseTimeout="NONE",
            defaultTaskStartToCloseTimeout=str(ACTIVITY_SECONDS),
            defaultTaskHeartbeatTimeout=str(HEARTBEAT_SECONDS),
        ),
    ]
    for call in calls:
        with suppress(boto.exceptions.TypeAlreadyExistsFault):
            call()


def start(boto: Any, workflow_id: str, pace: float) -> None:
    """Start one execution; a call whose answer was lost may have started it.

    boto3 sends such a call again. If that execution has closed meanwhile, there are two of them.
    """
    time.sleep(pace)
    kind = {"name": "chaos", "version": "1"}
    with suppress(boto.exceptions.WorkflowExecutionAlreadyStartedFault):
        boto.start_workflow_execution(domain=DOMAIN, workflowId=workflow_id, workflowType=kind)


def histories(boto: Any) -> Iterator[tuple[tuple[str, str], History]]:
    """Read the history of every execution, open or closed, by workflow id and run id."""
    for operation in ("list_open_workflow_executions", "list_closed_workflow_executions"):
        pages = boto.get_paginator(operation).paginate(domain=DOMAIN, startTimeFilter=EVER)
        runs = [info["execution"] for page in pages for info in page["executionInfos"]]
        for run in runs:
            events = boto.get_paginator("get_workflow_execution_history").paginate(
                domain=DOMAIN, execution=run
            )
            wire = (event for page in events for event in page["events"])
            yield (run["workflowId"], run["runId"]), History(map(event_from_wire, wire))


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Run everything, and return the figures."""
    chance, began = Random(options.seed), time.monotonic()
    limit = options.limit or 120 + options.workflows * 0.25
    roles = ["decider"] * options.deciders + ["worker"] * options.workers
    if options.flow:
        roles = ["host"] * options.hosts
    names = [f"w-{number}" for number in range(options.workflows)]
    with tempfile.TemporaryDirectory() as folder, service(options.seed, options.hold) as url:
        boto = boto_client(url, max_attempts=9, mode="standard")
        register(boto)
        daemons = Daemons(url, Path(folder), chance, roles, options.sabotage)
        try:
            with ThreadPoolExecutor(4) as starters:
                starts = [starters.submit(start, boto, name, options.pace) for name in names]
                watch(boto, daemons, options, starts, began + limit)
            time.sleep(options.hold)  # so that daemons with nothing left to do are polling again
            complaints = daemons.stop(options.hold + 30)
            found = dict(histories(boto))
        finally:
            daemons.kill()
        journal = [note for daemon in daemons.all for note in daemon.notes()]
        result_of = expected_of_flow if options.flow else expected
        complaints += judge(found, daemons.all, result_of, LIMITS)
        if options.flow:
            complaints += differences(found)
    known = {workflow_id for workflow_id, _ in found}
    complaints += [f"{name} was never started" for name in names if name not in known]
    seconds = time.monotonic() - began
    return figures(options, found, journal, daemons, complaints, seconds)


def differences(found: dict[tuple[str, str], History]) -> Iterator[str]:
    """Replay every history, and complain if the code would do something else, or was parked."""
    for (workflow_id, run_id), history in found.items():
        try:
            flow.replay(workflow, history.events, workflow_id=workflow_id, run_id=run_id)
        except Exception as error:
            yield f"{workflow_id} does not replay: {error}"
        for marker in history.markers:
            if marker.marker_name == DECIDER_ERROR:
                yield f"{workflow_id} was parked: {marker.details}"


def watch(
    boto: Any,
    daemons: Daemons,
    options: argparse.Namespace,
    starts: list[Future[None]],
    deadline: float,
) -> None:
    """Strike at the daemons until every execution has closed, or time is up."""
    next_strike = time.monotonic() + options.every
    while time.monotonic() < deadline:
        time.sleep(0.25)
        if time.monotonic() > next_strike and daemons.strikes < options.strikes:
            daemons.strike()
            next_strike = time.monotonic() + options.every * daemons.chance.uniform(0.5, 1.5)
        if all(each.done() for each in starts):
            answer = boto.count_open_workflow_executions(domain=DOMAIN, startTimeFilter=EVER)
            if answer["count"] == 0:
                break
    for each in starts:
        each.result()


def figures(
    options: argparse.Namespace,
    found: dict[tuple[str, str], History],
    journal: list[dict[str, Any]],
    daemons: Daemons,
    complaints: list[str],
    seconds: float,
) -> dict[str, Any]:
    """Put the figures together."""
    kinds = Counter(type(event).__name__ for h in found.values() for event in h.events)
    outcomes: Counter[str] = Counter()
    for line in journal:
        outcomes.update(line.get("outcomes", {}))
    return {
        "seed": options.seed,
        "workflows": options.workflows,
        "executions": len(found),
        "close_status": dict(Counter(str(h.close_status) for h in found.values())),
        "seconds": round(seconds, 1),
        "events": sum(kinds.values()),
        "decision_tasks_timed_out": kinds["DecisionTaskTimedOut"],
        "activity_tasks_timed_out": kinds["ActivityTaskTimedOut"],
        "answers_confirmed": sum(line.get("outcome") is True for line in journal),
        "signals": dict(daemons.signals),
        "stopped_in": dict(Counter(x["stopped_in"] for x in journal if "stopped_in" in x)),
        "outcomes_of_daemons_that_were_not_killed": dict(outcomes.most_common()),
        "complaints": complaints,
    }


def main() -> int:
    """Run, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--seed", type=int, default=0, help="seed of all random numbers (default: 0)")
    add("--workflows", type=int, default=3000, help="how many (default: 3000)")
    add("--deciders", type=int, default=3, help="processes (default: 3)")
    add("--workers", type=int, default=4, help="processes (default: 4)")
    add("--flow", action="store_true", help="run flow.Worker hosts instead of these two")
    add("--hosts", type=int, default=5, help="processes of --flow (default: 5)")
    add("--every", type=float, default=2.0, help="seconds between strikes (default: 2)")
    add("--strikes", type=int, default=1000, help="at most this many (default: 1000)")
    add("--pace", type=float, default=0.0, help="seconds between starts, in 4 threads (default: 0)")
    add("--hold", type=float, default=2.0, help="seconds that a poll is held (default: 2)")
    add("--limit", type=float, help="seconds (default: 120, and 0.25 per workflow)")
    add("--sabotage", choices=SABOTAGES, help="break the library in this way")
    add("--small", action="store_true", help="60 workflows, as in the tests")
    add("--json", action="store_true", help="print JSON instead of lines")
    options = parser.parse_args()
    if options.small:
        options.workflows, options.deciders, options.workers, options.hosts = 60, 2, 2, 3
        options.every, options.strikes, options.pace, options.hold = 0.4, 18, 0.4, 1.0
        if options.flow:  # each of these has 9 activities
            options.workflows, options.every, options.strikes = 16, 0.8, 9
    result = run(options)
    if options.json:
        print(json.dumps(result, indent=1))
    else:
        for name, value in result.items():
            print(f"{name.replace('_', ' '):<42}{value}")
    return 1 if result["complaints"] else 0


if __name__ == "__main__":
    sys.exit(main())
