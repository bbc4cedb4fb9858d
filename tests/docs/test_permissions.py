"""The IAM policies on the page allow what the code of each part calls, and nothing else."""

from __future__ import annotations

import json
import re
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from docs.scenes import open_shop
from py_swf import ActivityTask, DecisionTask
from py_swf.cli.app import run
from py_swf.cli.connection import Session
from py_swf.console.app import make_console
from py_swf.console.reader import Reader
from py_swf.console.settings import Settings
from py_swf.daemon import ActivityWorker, DeciderWorker, Heartbeat
from py_swf.decisions import DECISIONS, Answer, CompleteWorkflowExecution, ScheduleActivityTask
from tests.console.conftest import Browser
from tests.docs.test_daemons_in_threads import wait_until
from tests.model import service_model
from tests.timeline.stories import DOMAIN, stuck_order

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "permissions.rst"
SECTION = re.compile(r"^([^\n]+)\n-+\n(.*?)(?=^[^\n]+\n-+\n|\Z)", re.MULTILINE | re.DOTALL)
JSON = re.compile(r"^\.\. code-block:: json\n\n((?: {3}.*\n|\n)+)", re.MULTILINE)
POLICIES = {
    title: json.loads(textwrap.dedent(block))
    for title, text in SECTION.findall(PAGE.read_text(encoding="utf-8"))
    for block in JSON.findall(text)
}
OPERATIONS = set(service_model().operation_names)
DECISION_TYPES = {decision.decision_type for decision in DECISIONS}
#: actions that are not on a domain
WITHOUT_DOMAIN = {"RegisterDomain", "ListDomains"}
SINCE = datetime(2025, 1, 1, tzinfo=timezone.utc)


def actions(statement: dict[str, Any]) -> list[str]:
    """Return the actions of a statement, without the name of the service."""
    named = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
    assert all(action.startswith("swf:") for action in named)
    return [action.removeprefix("swf:") for action in named]


def allowed(title: str) -> set[str]:
    """Return the operations, not the decisions, that a section allows."""
    named = {action for each in POLICIES[title]["Statement"] for action in actions(each)}
    return named & OPERATIONS


@contextmanager
def recorded(boto_client: Any) -> Iterator[set[str]]:
    """Record the operations that a boto3 client calls."""
    called: set[str] = set()

    def record(model: Any, **_: Any) -> None:
        called.add(model.name)

    boto_client.meta.events.register("before-call.swf", record)
    yield called
    boto_client.meta.events.unregister("before-call.swf", record)


@pytest.mark.parametrize("title", POLICIES)
def test_every_action_exists(title: str) -> None:
    """An action is an operation of botocore's model or a type of decision, and is named once."""
    for statement in POLICIES[title]["Statement"]:
        named = actions(statement)
        assert len(named) == len(set(named))
        assert set(named) <= OPERATIONS | DECISION_TYPES
        assert (statement["Resource"] == "*") == (set(named) <= WITHOUT_DOMAIN)


def test_there_is_a_policy_for_every_part() -> None:
    """The page has one for each kind of program, and the decider's allows every decision."""
    assert len(POLICIES) == 7
    decider = actions(POLICIES["A decider"]["Statement"][0])
    assert set(decider) - OPERATIONS == DECISION_TYPES


def test_a_script() -> None:
    """A script's calls with WorkflowClient are what its policy allows."""
    shop = open_shop()
    client = shop["workflow_client"]
    with recorded(shop["boto_client"]) as called:
        client.start_workflow(None, "order-17", "order", "1")
        client.signal_workflow("order-17", "news")
        client.request_cancel_workflow("order-17")
        run_id = client.latest_run("order-17").run_id
        client.describe_workflow_execution("order-17", run_id)
        list(client.walk_execution_history("order-17"))
        client.terminate_workflow("order-17", "sold out")
        list(client.walk_execution_history("order-17"))

    assert called == allowed("A script")


def decide(task: DecisionTask) -> Answer:
    """Schedule the packing, and complete."""
    packing = task.history.activities.get("pack")
    if packing is None:
        return Answer([ScheduleActivityTask(("pack", "1"), "pack")])
    return Answer([] if packing.is_open else [CompleteWorkflowExecution()])


def test_a_decider_and_a_worker() -> None:
    """The daemons call what their policies allow."""
    shop = open_shop(poll_seconds=0.05)
    stop = threading.Event()
    deciding = shop["swf"].client()
    working = shop["swf"].client()
    shop["decision_client"].boto_client = deciding
    shop["activity_client"].boto_client = working
    outcomes = [None, ValueError("no box"), "cancel"]

    def pack(task: ActivityTask, beat: Heartbeat) -> None:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        if outcome == "cancel":
            shop["activity_client"].heartbeat(task.task_token)
            shop["activity_client"].cancel(task.task_token)

    loops = [
        DeciderWorker(shop["decision_client"], decide).run,
        ActivityWorker(shop["activity_client"], pack).run,
    ]
    threads = [threading.Thread(target=loop, args=(stop,)) for loop in loops]
    workflows = shop["workflow_client"]
    with recorded(deciding) as by_decider, recorded(working) as by_worker:
        for number in range(3):
            workflows.start_workflow(None, f"order-{number}", "order", "1")
        for thread in threads:
            thread.start()
        try:
            wait_until(lambda: workflows.count_closed_workflow_executions(SINCE).count == 3)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        run_id = workflows.latest_run("order-0").run_id
        list(shop["decision_client"].walk_execution_history("order-0", run_id))

    assert by_decider == allowed("A decider")
    assert by_worker == allowed("An activity worker")


def test_registration() -> None:
    """Registering new types, and known ones with other defaults, calls what the policy allows."""
    shop = open_shop()
    registration = shop["registration_client"]
    with recorded(shop["boto_client"]) as called:
        registration.register_domain("shop", retention=7)
        for version in ("1", "2"):
            registration.register_workflow_type("shop", "order", version, child_policy="TERMINATE")
            registration.register_activity_type("shop", "pack", version)

    assert called == allowed("Registration")


def test_the_command_and_the_console_that_look(capsys: pytest.CaptureFixture[str]) -> None:
    """Every command and page that only reads calls what the policy allows."""
    shop = stuck_order()
    session = Session(make_client=lambda *_: shop.boto, now=lambda: shop.now)
    browser = Browser(make_console(Reader(shop.boto, lambda: shop.now), Settings()))
    with recorded(shop.boto) as called:
        for line in ("ls --all", "show order-17", "history order-17", "tasks packing", "domains"):
            assert run(line.split(), session) == 0
        assert run(["types"], session) == 0
        for page in ("/", "/execution?id=order-17", "/task-lists", "/types"):
            answer = browser.get(f"{page}{'&' if '?' in page else '?'}domain={DOMAIN}")
            assert answer.status == 200
    capsys.readouterr()

    assert called == allowed("The command and the console, to look")


def test_the_commands_that_act(capsys: pytest.CaptureFixture[str]) -> None:
    """The calls that change something are what the policy allows."""
    shop = stuck_order()
    session = Session(make_client=lambda *_: shop.boto, now=lambda: shop.now)
    with recorded(shop.boto) as called:
        for line in (
            "start order:1 null --id order-18",
            "signal order-18 news",
            "cancel order-18",
            "terminate order-18 --yes",
        ):
            assert run(line.split(), session) == 0
    capsys.readouterr()

    to_look = allowed("The command and the console, to look")
    assert called - to_look == allowed("The command and the console, to act")
