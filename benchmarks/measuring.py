"""Measure alternatives side by side in one process, and print them as ratios.

The alternatives take turns, so a machine whose speed drifts affects all of them equally. CPU time
is measured: waiting and other processes do not count.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

Row = dict[str, Any]


def arguments(description: str | None) -> argparse.Namespace:
    """Read the options that every benchmark has."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--small", action="store_true", help="a quick run that proves nothing")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--no-peers", action="store_true", help="leave other libraries out")
    return parser.parse_args()


def compare(
    work: str, alternatives: Mapping[str, Callable[[], Any]], *, rounds: int, per_round: int = 1
) -> list[Row]:
    """Measure each alternative ``rounds`` times, in turns; the first is the base of the ratios.

    The ratio is the median of the ratios of the rounds.
    """
    for run in alternatives.values():
        run()
    seconds: dict[str, list[float]] = {name: [] for name in alternatives}
    for _ in range(rounds):
        for name, run in alternatives.items():
            gc.collect()
            began = time.process_time()
            for _ in range(per_round):
                run()
            seconds[name].append((time.process_time() - began) / per_round)
    baseline, *_ = seconds.values()
    return [
        row(work, name, values, [mine / base for mine, base in zip(values, baseline, strict=True)])
        for name, values in seconds.items()
    ]


def row(work: str, name: str, seconds: list[float], ratios: list[float]) -> Row:
    """Make a row of the table from the rounds of one alternative."""
    return {
        "work": work,
        "alternative": name,
        "ms": statistics.median(seconds) * 1e3,
        "ms_min": min(seconds) * 1e3,
        "ms_max": max(seconds) * 1e3,
        "ratio": statistics.median(ratios),
    }


def report(rows: list[Row], *, as_json: bool) -> None:
    """Print the rows."""
    if as_json:
        json.dump({"machine": machine(), "rows": rows}, sys.stdout, indent=1)
        print()
        return
    print(machine())
    print(f"{'work':<34}{'alternative':<30}{'median ms':>11}{'min':>9}{'max':>9}{'ratio':>8}")
    last = None
    for line in rows:
        work = "" if line["work"] == last else line["work"]
        last = line["work"]
        print(
            f"{work:<34}{line['alternative']:<30}{line['ms']:>11.3f}{line['ms_min']:>9.3f}"
            f"{line['ms_max']:>9.3f}{line['ratio']:>8.3f}"
        )


def machine() -> str:
    """Name the machine and versions used."""
    import botocore

    return (
        f"{platform.machine()} {platform.system()}, Python {platform.python_version()}, "
        f"botocore {botocore.__version__}"
    )
