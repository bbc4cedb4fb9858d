"""What a user writes around workflows: codecs, claim checks, executions. Never run."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from typing_extensions import assert_type

from py_swf import RegistrationClient, WorkflowClient, flow
from py_swf.descriptions import WorkflowExecutionDetail
from py_swf.flow import linting
from py_swf.flow.values.claim_check import Store
from py_swf.history import History


class Money:
    """A type of the user's own."""

    def __init__(self, cents: int) -> None:
        self.cents = cents


class Upper:
    """A codec of the user's own."""

    def encode(self, value: Any) -> str:
        """Encode."""
        return str(value).upper()

    def decode(self, text: str, type: Any) -> Any:
        """Decode."""
        return text.lower()


class Memory:
    """A store of the user's own."""

    def put(self, key: str, text: str) -> None:
        """Put."""

    def get(self, key: str) -> str:
        """Get."""
        return key


json = flow.JsonCodec({Money: (lambda money: money.cents, Money)}, form="args-kwargs")
codecs: list[flow.Codec] = [json, Upper(), flow.ClaimCheck(json, Memory())]
stores: list[Store] = [Memory(), flow.DirectoryStore("payloads"), flow.S3Store(None, "bucket")]
flow.JsonCodec(form="json")  # type: ignore[arg-type]  # not one of the forms
flow.ClaimCheck(json, object())  # type: ignore[arg-type]  # no store


@flow.activity("charge", codec=Upper())
def charge(order_id: str) -> int:
    """Charge."""
    return 1


@flow.workflow("order", codec=flow.ClaimCheck(json, Memory()))
async def order(order_id: str, *, urgent: bool = False) -> dict[str, Money]:
    """Order."""
    assert_type(await charge(order_id), int)
    return {}


approve = flow.Signal("approve", Money)


def start(registration_client: RegistrationClient, workflow_client: WorkflowClient) -> None:
    """Register, start and look."""
    flow.register(registration_client, "shop", order, charge, check=False, task_list="orders")
    flow.register(registration_client, "shop", approve)  # type: ignore[arg-type]  # no type

    execution = order.options(if_open="use").start(workflow_client, None, "o-1", urgent=True)
    assert_type(execution, flow.Execution[dict[str, Money]])
    assert_type(execution.result(timedelta(minutes=1)), dict[str, Money])
    assert_type(execution.describe(), WorkflowExecutionDetail)
    assert_type(execution.history(), History)
    assert_type(flow.Execution.of(order, workflow_client, "o-1").result(3.5), dict[str, Money])
    execution.signal(approve, Money(3))
    execution.signal("approve", {"cents": 3})
    execution.abandon("why")
    order.start(workflow_client, "o-1", 5)  # type: ignore[arg-type]  # not a string
    order.options(if_open="maybe")  # type: ignore[arg-type]  # neither raise nor use
    assert_type(linting.lint("src"), list[linting.Finding])
