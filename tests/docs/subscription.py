"""A workflow as code, and the host that runs it."""

from __future__ import annotations

import asyncio
from typing import Any

from py_swf import flow


@flow.activity(start_to_close_timeout=60)
def charge(customer: str, month: int) -> str:
    """Charge a customer."""
    return f"{customer}, month {month}"


@flow.workflow
async def subscription(customer: str, months: int) -> list[str]:
    """Charge a customer every thirty days."""
    receipts = []
    for month in range(1, months + 1):
        receipts.append(await charge(customer, month))
        await asyncio.sleep(30 * 86_400)
    return receipts


def make_worker(boto_client: Any, domain: str) -> flow.Worker:
    """Return what ``py-swf worker`` runs."""
    return flow.Worker(
        boto_client, domain, task_list="billing", workflows=[subscription], activities=[charge]
    )
