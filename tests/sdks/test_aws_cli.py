"""The AWS CLI runs a workflow on the local service, knowing only the two lines it prints."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

pytestmark = pytest.mark.sdks

WORKFLOW = "name=greet,version=1"
ACTIVITY = {"name": "say", "version": "1"}


class Cli:
    """Runs ``aws swf`` with the settings of the server."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def __call__(self, command: str, *arguments: str) -> Any:
        """Run one command, and return what it prints, as JSON; None for nothing."""
        done = self.run(command, *arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    def run(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command."""
        aws = [sys.executable, "-m", "awscli", "swf", command, "--output", "json", *arguments]
        return subprocess.run(aws, env=self.environment, capture_output=True, text=True, timeout=60)


@pytest.fixture
def aws(environment: dict[str, str]) -> Cli:
    """The CLI."""
    pytest.importorskip("awscli")
    return Cli(environment)


def test_the_cli_runs_a_workflow(aws: Cli) -> None:
    """Register, start, poll, decide, work, decide, and read the history: all by the CLI."""
    aws(
        *("register-workflow-type", "--domain", "d", "--name", "greet"),
        *("--workflow-version", "1", "--default-task-list", "name=cli"),
        *("--default-child-policy", "TERMINATE"),
        *("--default-execution-start-to-close-timeout", "3600"),
        *("--default-task-start-to-close-timeout", "60"),
    )
    aws(
        *("register-activity-type", "--domain", "d", "--name", "say", "--activity-version", "1"),
        *("--default-task-list", "name=cli", "--default-task-heartbeat-timeout", "NONE"),
        *("--default-task-schedule-to-start-timeout", "60"),
        *("--default-task-schedule-to-close-timeout", "60"),
        *("--default-task-start-to-close-timeout", "60"),
    )
    run_id = aws(
        *("start-workflow-execution", "--domain", "d", "--workflow-id", "cli"),
        *("--workflow-type", WORKFLOW, "--input", "world"),
    )["runId"]

    decide(aws, "ScheduleActivityTask", activityId="a", activityType=ACTIVITY, input="world")
    task = aws("poll-for-activity-task", "--domain", "d", "--task-list", "name=cli")
    beat = aws("record-activity-task-heartbeat", "--task-token", task["taskToken"])
    aws(
        *("respond-activity-task-completed", "--task-token", task["taskToken"]),
        *("--result", f"hello {task['input']}"),
    )
    decide(aws, "CompleteWorkflowExecution", result="done")
    events = aws(
        *("get-workflow-execution-history", "--domain", "d"),
        *("--execution", f"workflowId=cli,runId={run_id}"),
    )["events"]

    assert beat == {"cancelRequested": False}
    assert [event["eventType"] for event in events] == [
        "WorkflowExecutionStarted",
        "DecisionTaskScheduled",
        "DecisionTaskStarted",
        "DecisionTaskCompleted",
        "ActivityTaskScheduled",
        "ActivityTaskStarted",
        "ActivityTaskCompleted",
        "DecisionTaskScheduled",
        "DecisionTaskStarted",
        "DecisionTaskCompleted",
        "WorkflowExecutionCompleted",
    ]
    assert events[6]["activityTaskCompletedEventAttributes"]["result"] == "hello world"


def decide(aws: Cli, kind: str, **attributes: Any) -> None:
    """Poll for a decision task, which the CLI pages by itself, and answer it."""
    task = aws("poll-for-decision-task", "--domain", "d", "--task-list", "name=cli")
    assert task["events"][-1]["eventType"] == "DecisionTaskStarted"
    member = f"{kind[0].lower()}{kind[1:]}DecisionAttributes"
    decisions = json.dumps([{"decisionType": kind, member: attributes}])
    aws(
        *("respond-decision-task-completed", "--task-token", task["taskToken"]),
        *("--decisions", decisions),
    )


def test_the_cli_pages_a_list(aws: Cli) -> None:
    """The CLI follows the page tokens of a list by itself."""
    for number in range(3):
        aws(
            *("register-workflow-type", "--domain", "d", "--name", f"page{number}"),
            *("--workflow-version", "1"),
        )
    types = aws(
        *("list-workflow-types", "--domain", "d", "--registration-status", "REGISTERED"),
        *("--page-size", "1"),
    )["typeInfos"]
    names = [info["workflowType"]["name"] for info in types]
    assert [name for name in names if name.startswith("page")] == ["page0", "page1", "page2"]


def test_the_cli_shows_a_fault(aws: Cli) -> None:
    """A fault comes out with its name and its message."""
    done = aws.run("describe-domain", "--name", "nowhere")
    assert done.returncode != 0
    assert "(UnknownResourceFault)" in done.stderr
    assert "Unknown domain: nowhere" in done.stderr
