"""``py-swf serve`` and ``py-swf console`` over HTTP."""

import json
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import suppress

import pytest

from py_swf.cli.app import run
from tests.console.served import client_of, serving


@pytest.fixture(scope="module")
def url():
    with serving() as address:
        client_of(address).start_workflow_execution(
            domain="shop", workflowId="order-17", workflowType={"name": "order", "version": "1"}
        )
        yield address


def read(url, **headers):
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read().decode()


def test_one_address_is_the_page_and_the_service(url):
    """A browser gets the page at the address at which an SDK gets the service."""
    page = read(url)
    request = urllib.request.Request(
        url,
        data=b'{"registrationStatus": "REGISTERED"}',
        headers={"X-Amz-Target": "SimpleWorkflowService.ListDomains"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        domains = json.load(answer)["domainInfos"]

    assert "order-17" in page
    assert [domain["name"] for domain in domains] == ["shop"]


def test_a_held_poll_holds_up_no_page(url):
    """While a poll is held, pages are answered."""
    poll = urllib.request.Request(
        url,
        data=b'{"domain": "shop", "taskList": {"name": "nobody"}}',
        headers={"X-Amz-Target": "SimpleWorkflowService.PollForActivityTask"},
    )
    holder = threading.Thread(target=_ignoring_errors, args=(poll,), daemon=True)
    holder.start()

    assert "order-17" in read(url)
    assert holder.is_alive()


def _ignoring_errors(request):
    with suppress(TimeoutError, urllib.error.URLError):
        urllib.request.urlopen(request, timeout=3)


def test_pages_of_a_foreign_host_are_refused(url):
    """A foreign name that was pointed at this machine reads nothing."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        read(url, Host="evil.example")

    assert refused.value.code == 421
    refused.value.close()


def test_the_console_alone_shows_another_service(url):
    """``py-swf console`` shows the service at its URL, and only reads."""
    with serving("console", "--endpoint-url", url) as console:
        page = read(f"{console}/execution?id=order-17")

    assert "order-17" in page
    assert "Read-only." in page
    assert "/act?" not in page


@pytest.mark.parametrize("command", ["serve", "console"])
def test_beyond_loopback_it_does_not_start_without_a_token(command, capsys, monkeypatch):
    """An address that other machines reach needs a token, and the error says how to give one."""
    monkeypatch.delenv("PY_SWF_CONSOLE_TOKEN", raising=False)

    assert run([command, "--host", "0.0.0.0"]) == 2
    assert "needs a token: give --token" in capsys.readouterr().err


def test_a_port_in_use_is_told(url, capsys):
    """The error is one line, without a traceback."""
    port = url.rpartition(":")[2]

    assert run(["console", "--endpoint-url", url, "--port", port]) == 1
    assert f"cannot listen on 127.0.0.1:{port}" in capsys.readouterr().err


def test_options_of_the_service_are_passed_on():
    """``py-swf serve`` accepts and refuses the same options as the service alone."""
    ran = subprocess.run(
        [sys.executable, "-m", "py_swf.cli", "serve", "--poll-seconds", "never"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 2
    assert "never is not a number of seconds" in ran.stderr


def test_pages_show_the_time_of_a_clock_that_is_turned():
    """The clock can be reached beside the pages, and pages use its time."""
    with serving("serve", "--domain", "shop", "--clock", "virtual") as address:
        client_of(address).start_workflow_execution(
            domain="shop", workflowId="order-17", workflowType={"name": "order", "version": "1"}
        )
        turn = urllib.request.Request(f"{address}/clock", b'{"advance": 7200, "patience": 0}')
        with urllib.request.urlopen(turn, timeout=20) as answer:
            shown = json.load(answer)
        page = read(f"{address}/execution?id=order-17")

    assert shown == {"clock": "virtual", "now": 1_767_232_800.0}
    assert "a decision task has waited 2 h" in page
