"""What the command ``py-swf`` costs, against the AWS CLI, and against Python that does nothing.

Each runs in its own process, in turns, against a local service; its CPU time is measured. The AWS
CLI is installed in a virtual environment made for it. Needs Unix, for the CPU time of child
processes.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import measuring
import peers

from py_swf import RegistrationClient, WorkflowClient, WorkflowClientConfig
from py_swf.local import LocalSWFServer

OURS = [sys.executable, "-m", "py_swf.cli"]


def cpu_seconds(command: Sequence[str | Path], environment: dict[str, str]) -> float:
    """Run a command to its end, and return the CPU time that it used."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(
    work: str,
    alternatives: dict[str, Sequence[str | Path]],
    environment: dict[str, str],
    rounds: int,
) -> list[measuring.Row]:
    """Run each alternative ``rounds`` times, in turns; the first is the base of the ratios."""
    found: dict[str, list[float]] = {name: [] for name in alternatives}
    for command in alternatives.values():
        cpu_seconds(command, environment)
    for _ in range(rounds):
        for name, command in alternatives.items():
            found[name].append(cpu_seconds(command, environment))
    baseline, *_ = found.values()
    return [
        measuring.row(work, name, values, [a / b for a, b in zip(values, baseline, strict=True)])
        for name, values in found.items()
    ]


def shop(server: LocalSWFServer, executions: int) -> None:
    """Open this many executions."""
    boto_client = server.client()
    RegistrationClient(boto_client).register_workflow_type(
        server.domain,
        "order",
        "1",
        child_policy="TERMINATE",
        task_list_name="decisions",
        execution_start_to_close_timeout=86_400,
        task_start_to_close_timeout=60,
    )
    workflows = WorkflowClient(WorkflowClientConfig(server.domain), boto_client)
    for number in range(executions):
        workflows.start_workflow(None, f"order-{number}", "order", "1")


def main() -> None:
    """Measure and print."""
    options = measuring.arguments(__doc__)
    rounds = 1 if options.small else 11
    with LocalSWFServer(domain="shop") as server:
        environment = {**os.environ, **server.environment}
        shop(server, 20)
        rows = compare(
            "help",
            {"python -c pass": [sys.executable, "-c", "pass"], "py-swf --help": [*OURS, "--help"]},
            environment,
            rounds,
        )
        ls = [*OURS, "ls", "--domain", "shop"]
        if options.no_peers:
            rows += compare("20 open executions", {"py-swf ls": ls}, environment, rounds)
        else:
            with peers.environment(["awscli>=1.40"]) as programs:
                listing = "swf list-open-workflow-executions --domain shop --start-time-filter"
                theirs = [programs / "aws", *listing.split(), "oldestDate=0"]
                alternatives = {"aws swf list-open-...": theirs, "py-swf ls": ls}
                rows += compare("20 open executions", alternatives, environment, rounds)
    measuring.report(rows, as_json=options.json)


if __name__ == "__main__":
    main()
