"""The command line: what it prints, what it refuses, what it explains."""

from __future__ import annotations

import socket
import subprocess
import sys
from dataclasses import fields

import boto3.session
import pytest

from py_swf.local import Choices, Limits
from py_swf.local.transport.injected_faults import parse_fault
from py_swf.local.transport.setting_flags import shown
from tests.local.scenes import poll_decision, refused, register_domain
from tests.local.transport.serving import (
    Server,
    server,
)


def test_it_says_where_it_listens_and_how_to_reach_it(patient: Server) -> None:
    """It prints its address and the two lines that point boto3, the CLI and SDKs at it."""
    assert patient.printed == [
        f"SWF is ready at {patient.url}",
        f"export AWS_ENDPOINT_URL_SWF={patient.url}",
        "export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local "
        "AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1",
    ]


def test_it_listens_on_loopback(patient: Server) -> None:
    """By default, no other machine can reach it."""
    assert patient.url.startswith("http://127.0.0.1:")


def test_the_printed_lines_are_all_that_boto3_needs(
    patient: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the two lines set, a plain client talks to the server."""
    for line in patient.printed[1:]:
        for setting in line.removeprefix("export ").split():
            monkeypatch.setenv(*setting.split("=", 1))
    client = boto3.session.Session().client("swf")
    assert client.describe_domain(name="d")["domainInfo"]["status"] == "REGISTERED"


def test_a_domain_of_the_command_line_keeps_seven_days(patient: Server) -> None:
    """A domain from the command line has a retention of 7 days."""
    configuration = patient.client().describe_domain(name="d")["configuration"]
    assert configuration == {"workflowExecutionRetentionPeriodInDays": "7"}


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--fault", "flood"], "kind 'flood' is none of"),
        (["--port", "65536"], "65536 is not a port"),
        (["--port", "http"], "http is not a port: 0 to 65535"),
        (["--poll-seconds", "1m"], "1m is not a number of seconds, 0 or more"),
        (["--poll-seconds", "-1"], "-1 is not a number of seconds"),
        (["--poll-seconds", "inf"], "inf is not a number of seconds"),
        (["--domain", "a:b"], "a:b"),
        (["--retention", "91"], "91 is not a number of days, 0 to 90"),
        (["--limit", "tea=1"], "'tea=1' is not NAME=VALUE"),
        (["--limit", "events=2"], "events must be 3 or more, got 2"),
        (["--choice", "timer_id_free_at_once=maybe"], "the value is true or false"),
        (["--choice", "empty_task_token=x"], "empty_task_token must be one of (None, '')"),
    ],
)
def test_a_command_line_that_cannot_be(flags: list[str], said: str) -> None:
    """An invalid flag is refused with its value and the rule."""
    command = [sys.executable, "-m", "py_swf.local", "--port", "0", *flags]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_in_use_is_said() -> None:
    """A port that is in use is a clear error."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "py_swf.local", "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert f"127.0.0.1:{port}: " in done.stderr
    assert "Traceback" not in done.stderr


def test_the_help_explains_the_faults() -> None:
    """--help names every kind of fault, and its examples can be parsed."""
    command = [sys.executable, "-m", "py_swf.local", "--help"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout
    examples = [line.split()[1] for line in said.splitlines() if line.startswith("    --fault ")]
    assert len(examples) == 4
    assert [parse_fault(example).kind in said for example in examples] == [True] * 4


def test_the_server_does_without_boto3() -> None:
    """Modules that only clients need are not loaded, so the server starts quickly."""
    code = (
        "import sys, py_swf.local.transport.command_line as c; c.App(); "
        "print({'boto3', 'botocore.loaders', 'urllib3', 'sqlite3'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_limits_and_choices_of_the_command_line_hold() -> None:
    """Given limits, choices and retention reach the service."""
    flags = ["--limit", "domains=2", "--choice", "empty_task_token=", "--poll-seconds", "0"]
    with server("--domain", "d", "--domain", "e", "--retention", "0", *flags) as running:
        client = running.client()
        with refused("LimitExceededFault"):
            register_domain(client, "f")
        assert poll_decision(client)["taskToken"] == ""
        configuration = client.describe_domain(name="e")["configuration"]
        assert configuration == {"workflowExecutionRetentionPeriodInDays": "0"}


def test_a_name_of_the_command_line_is_served() -> None:
    """An allowed host name reaches the server; another one does not."""
    with server("--allow-host", "swf.example") as running:
        seen = []
        for host in ("swf.example", "evil.example"):
            connection = running.connect()
            connection.request("GET", "/", headers={"Host": host})
            seen.append(connection.getresponse().status)
            connection.close()
    assert seen == [200, 403]


def test_the_help_names_all_limits_and_choices() -> None:
    """--help names every limit and every choice with its default."""
    command = [sys.executable, "-m", "py_swf.local", "--help"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout
    for field in [*fields(Limits), *fields(Choices)]:
        assert f"\n    {field.name}={shown(field.default)}\n" in said
