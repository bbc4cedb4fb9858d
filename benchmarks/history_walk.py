"""Walk a history of 25,000 events in pages of 1,000, against boto3's own paginator.

CPU time side by side, and the peak memory that each walk adds, compared with a single page.
"""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import canned
import measuring
from history_decode import by_json_library

from py_swf import WorkflowClient, WorkflowClientConfig

PAGE = 1_000


def paged_client(count: int) -> Any:
    """Make a client that answers GetWorkflowExecutionHistory page by page."""
    events = canned.history(count)
    starts = range(0, count, PAGE)
    bodies = {
        str(start): json.dumps(
            {
                "events": events[start : start + PAGE],
                **({"nextPageToken": str(start + PAGE)} if start + PAGE < count else {}),
            }
        ).encode()
        for start in starts
    }

    def answer(request: Any) -> bytes:
        return bodies[json.loads(request.body).get("nextPageToken", "0")]

    return canned.client(answer)


def alternatives(count: int) -> dict[str, Callable[[], Any]]:
    """Return what is compared: each counts the events as it walks."""
    run = canned.RUN
    workflows = WorkflowClient(WorkflowClientConfig("d"), paged_client(count))
    paginator = paged_client(count).get_paginator("get_workflow_execution_history")

    def boto3_alone() -> int:
        pages = paginator.paginate(domain="d", execution=run, maximumPageSize=PAGE)
        return sum(1 for page in pages for _ in page["events"])

    def typed() -> int:
        walk = workflows.walk_execution_history(
            run["workflowId"], run["runId"], reverse_order=False, maximum_page_size=PAGE
        )
        return sum(1 for _ in walk)

    return {"boto3's paginator": boto3_alone, **by_json_library({"walk_execution_history": typed})}


def peak_kib(run: Callable[[], Any]) -> float:
    """Return how much memory something adds at its peak."""
    tracemalloc.start()
    run()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1024


def main() -> None:
    """Measure and print."""
    options = measuring.arguments(__doc__)
    count = 2_000 if options.small else 25_000
    walks = alternatives(count)
    rows = measuring.compare(f"walk {count:,} events", walks, rounds=2 if options.small else 7)
    one_page = alternatives(PAGE)
    for line, (name, run) in zip(rows, walks.items(), strict=True):
        line["peak_kib"] = peak_kib(run)
        line["peak_kib_of_one_page"] = peak_kib(one_page[name])
    measuring.report(rows, as_json=options.json)
    if not options.json:
        for line in rows:
            print(
                f"{line['alternative']}: peak {line['peak_kib']:,.0f} KiB, "
                f"of a history of one page {line['peak_kib_of_one_page']:,.0f} KiB"
            )


if __name__ == "__main__":
    main()
