"""Measure Temporal's replayer beside ours, in turns, in separate processes and environments."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import measuring
import peers

PROGRAM = "temporal_program.py"
#: how workflow code is run -> the option of the program
RUNNERS = {"Temporal, unsandboxed": "unsandboxed", "Temporal, as it comes": "sandboxed"}


def compare(count: int, ours: Callable[[], object], *, rounds: int) -> list[measuring.Row]:
    """Measure the replay of a history by us and by Temporal, whose time is the base of the ratios.

    :param count: how many activities the workflow awaits, one after the other.
    :param ours: replays such a history.
    """
    with _replayers(count) as theirs:
        alternatives = {**theirs, "replay": lambda: _seconds(ours)}
        for replay in alternatives.values():
            replay()
        seconds = [{name: replay() for name, replay in alternatives.items()} for _ in range(rounds)]
    return [
        measuring.row(
            f"{count:,} activities in a row",
            name,
            [each[name] for each in seconds],
            [each[name] / each["replay"] for each in seconds],
        )
        for name in ["replay", *theirs]
    ]


def _seconds(replay: Callable[[], object]) -> float:
    began = time.process_time()
    replay()
    return time.process_time() - began


@contextmanager
def _replayers(count: int) -> Iterator[dict[str, Callable[[], float]]]:
    with peers.environment(["temporalio"]) as programs, ExitStack() as stack:
        yield {
            name: Replayer(stack.enter_context(peers.start(programs, PROGRAM, option, str(count))))
            for name, option in RUNNERS.items()
        }


class Replayer:
    """A program that replays on each call, and returns how long that took."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self._program = program

    def __call__(self) -> float:
        """Have it replay, and return the CPU seconds."""
        stdin, stdout = self._program.stdin, self._program.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write("\n")
        stdin.flush()
        return float(stdout.readline())
