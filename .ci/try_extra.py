"""Use what each extra brings, where one extra is installed, or none.

What is installed has to work; what is not has to say which extra to install. Given the name of the
extra, or "".
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.metadata import requires
from io import StringIO
from pathlib import Path
from typing import Any

from py_swf import (
    DecisionClient,
    DecisionConfig,
    RegistrationClient,
    WorkflowClient,
    WorkflowClientConfig,
    flow,
)
from py_swf.decisions import CompleteWorkflowExecution
from py_swf.history import History
from py_swf.local import LocalSWF
from py_swf.testing import play

BOTO_CLIENT = LocalSWF().client()


@dataclass
class Order:
    """What plain JSON has no type for."""

    goods: str


@flow.activity
def pack(goods: str) -> str:
    """Pack."""
    return f"packed {goods}"


@flow.workflow
async def order(goods: str) -> str:
    """Do one activity."""
    return await pack(goods)


def nothing() -> None:
    """Run an execution by hand, and one of workflow code, on a local service in this process."""
    registration_client = RegistrationClient(BOTO_CLIENT)
    registration_client.register_domain("test", retention=7)
    registration_client.register_workflow_type(
        "test",
        "order",
        "1",
        child_policy="TERMINATE",
        task_list_name="decisions",
        execution_start_to_close_timeout=60,
        task_start_to_close_timeout=60,
    )
    workflow_client = WorkflowClient(WorkflowClientConfig("test"), BOTO_CLIENT)
    workflow_client.start_workflow("two cups", "order-1", "order", "1")
    decision_client = DecisionClient(DecisionConfig("test", "decisions"), BOTO_CLIENT)
    task = decision_client.poll()
    decision_client.respond(task.task_token, [CompleteWorkflowExecution(task.history.input)])
    history = History(workflow_client.walk_execution_history("order-1", reverse_order=False))
    assert (history.close_status, history.result) == ("COMPLETED", "two cups")
    assert play(order, "two cups", activities=[pack]) == "packed two cups"


def cli() -> None:
    """Run the program that was installed."""
    program = Path(sys.executable).with_name("py-swf")
    ran = subprocess.run([program, "--help"], capture_output=True, text=True, check=False)
    if ran.returncode:
        raise ImportError(ran.stderr.strip())
    from py_swf.cli.app import run
    from py_swf.cli.connection import Session

    session = Session(make_client=lambda *_: BOTO_CLIENT)
    with redirect_stdout(StringIO()) as shown:
        assert run(["show", "order-1", "--domain", "test"], session) == 0
    assert "COMPLETED" in shown.getvalue()


def console() -> None:
    """Read the page of an execution, from its templates."""
    from py_swf.console.app import make_console
    from py_swf.console.reader import Reader
    from py_swf.console.settings import Settings

    app: Any = make_console(Reader(BOTO_CLIENT), Settings())
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"domain=test&status=all",
        "headers": [(b"host", b"127.0.0.1")],
    }
    sent = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    assert sent[0]["status"] == 200, sent
    assert b"order-1" in sent[1]["body"], sent


def flow_values() -> None:
    """Decode what is no plain JSON."""
    assert flow.JsonCodec().decode('{"goods":"two cups"}', Order) == Order("two cups")


def otel() -> None:
    """Make what writes spans and metrics."""
    from py_swf.flow.metering import call_metrics
    from py_swf.flow.tracing import Tracing

    assert call_metrics()
    assert Tracing()


def server() -> None:
    """Ask a service over HTTP."""
    from py_swf.local import LocalSWFServer

    with LocalSWFServer() as served:
        found = served.client().list_domains(registrationStatus="REGISTERED")
    assert [domain["name"] for domain in found["domainInfos"]] == ["test"]


def speed() -> None:
    """Find that the history above was read with orjson; without it, it was read all the same."""
    if "orjson" not in sys.modules:
        raise ImportError("pip install 'py-swf[speed]'")


USES: dict[str, Callable[[], None]] = {
    "cli": cli,
    "console": console,
    "flow": flow_values,
    "otel": otel,
    "server": server,
    "speed": speed,
}


def installed(extra: str) -> set[str]:
    """Return the extra, and those that it brings, as the metadata say."""
    brought = (
        re.match(rf"""py-swf\[(.+)\] *; extra == ["']{extra}["']""", line)
        for line in requires("py-swf") or ()
    )
    return {extra, *(name for found in brought if found for name in found[1].split(","))}


def refusal(use: Callable[[], None]) -> str:
    """Return how something says that it cannot be used; "" if it can."""
    try:
        use()
    except ImportError as error:
        return str(error)
    return ""


def main(extra: str) -> str | None:
    """Return what is wrong, or None."""
    there = installed(extra)
    nothing()
    for name, use in USES.items():
        told = refusal(use)
        expected = "" if name in there else f"pip install 'py-swf[{name}]'"
        if not told.endswith(expected) or (told and not expected):
            return f"{name} says {told!r}, and should end with {expected!r}"
    print("works:", ", ".join(["nothing", *sorted(there - {""})]))
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
