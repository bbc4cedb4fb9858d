"""What protects the served form: tokens of an earlier start, foreign hosts, a quiet stop."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from py_swf.local import InjectedFault, LocalSWF
from tests.local.scenes import (
    ACTIVITY_DEFAULTS,
    WORKFLOW_DEFAULTS,
    decide,
    poll_activity,
    refused,
    register,
    register_activity,
    register_workflow,
    schedule,
    start,
)
from tests.local.transport.serving import Asker, Machine, Server, bare_app, post, run, server


def token_of_an_activity(app: Any) -> tuple[Any, str]:
    """Run an execution up to the start of its activity; return a client and the task's token."""
    client = Machine(app)
    register_workflow(client, **WORKFLOW_DEFAULTS)
    register_activity(client, **ACTIVITY_DEFAULTS)
    start(client)
    decide(client, schedule())
    return client, poll_activity(client)["taskToken"]


def outcome(app: Any, operation: str, **request: Any) -> dict[str, Any]:
    """Return the body of the answer to one request."""
    body: dict[str, Any] = json.loads(
        run(Asker(app).ask(json.dumps(request).encode(), operation)).body
    )
    return body


def test_a_token_of_an_earlier_start_names_no_task() -> None:
    """After a restart on the same seed, the answer to an old task finishes no new one."""
    _, old = token_of_an_activity(bare_app())
    restarted = bare_app()
    client, new = token_of_an_activity(restarted)
    answer = outcome(restarted, "RespondActivityTaskCompleted", taskToken=old)
    assert answer["__type"].endswith("#UnknownResourceFault")
    client.respond_activity_task_completed(taskToken=new)


def test_a_restart_changes_nothing_but_the_tokens() -> None:
    """Ids and histories follow from the seed, whichever start it is; task tokens do not."""
    told, tokens = [], []
    every = {"domain": "d", "startTimeFilter": {"oldestDate": 0}}
    for _ in range(2):
        app = bare_app()
        client, token = token_of_an_activity(app)
        events = [{**event, "eventTimestamp": 0} for event in app.service.history("w")]
        (info,) = client.list_open_workflow_executions(**every)["executionInfos"]
        told.append((events, info["execution"]))
        tokens.append(token)
    assert told[0] == told[1]
    assert tokens[0] != tokens[1]


@pytest.mark.parametrize("host", [b"evil.example", b"evil.example:4580", b"127.0.0.1.evil.example"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_foreign_host_is_refused(host: bytes, method: str) -> None:
    """A page in a browser that has its own name resolve to this address gets nothing."""
    answer = run(Asker(bare_app()).ask(b"{}", method=method, headers=[(b"host", host)]))
    assert answer.status == 403
    assert json.loads(answer.body)["__type"].endswith("#AccessDeniedException")
    assert host.split(b":")[0] in answer.body
    assert b"--allow-host" in answer.body


@pytest.mark.parametrize(
    "host",
    [
        b"localhost:4580",
        b"LOCALHOST.",
        b"127.0.0.1:1",
        b"192.0.2.7",
        b"[::1]:4580",
        b"swf.localhost",
        b"swf:4580",
    ],
)
def test_a_host_of_its_own_is_served(host: bytes) -> None:
    """Loopback names, addresses and the names that were allowed are served."""
    app = bare_app(hosts=["SWF"])
    assert run(Asker(app).ask(method="GET", headers=[(b"host", host)])).status == 200


def test_one_of_two_hosts_is_foreign() -> None:
    """Of several Host headers each must be one that is served."""
    headers = [(b"host", b"localhost"), (b"host", b"evil.example")]
    assert run(Asker(bare_app()).ask(method="GET", headers=headers)).status == 403


def test_without_keep_alive_every_answer_closes() -> None:
    """Every answer, a fault too, tells the client to close the connection, if so wished."""
    for app, said in ((bare_app(keep_alive=False), b"close"), (bare_app(), None)):
        for operation in ("ListDomains", "MakeTea"):
            assert run(Asker(app).ask(b"{}", operation)).headers.get(b"Connection") == said


def test_a_connection_is_closed_after_its_answer() -> None:
    """A server without keep-alive ends each connection once it has answered."""
    with server("--no-keep-alive") as running:
        connection = running.connect()
        assert connection.sock is None  # http.client closes when it is told to
        client = running.client()
        for _ in range(2):
            assert client.list_domains(registrationStatus="REGISTERED")["domainInfos"] == []


def stopped(flags: list[str], begin: Any) -> str:
    """Stop a server with SIGTERM in the middle of something; return what it said on stderr."""
    command = [sys.executable, "-m", "py_swf.local", "--port", "0", "--domain", "d", *flags]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        assert process.stdout is not None
        printed = [process.stdout.readline().strip() for _ in range(3)]
        running = Server(process, printed[0].split()[-1], printed)
        pending = begin(running)
        process.send_signal(signal.SIGTERM)
        said: str = process.communicate(timeout=30)[1]
        assert process.returncode == 0
        for connection in pending:
            connection.close()
        return said


def ask_for_a_slow_answer(running: Server) -> Any:
    """Send a request whose answer is to come in an hour, and see that it has arrived."""
    connection, probe = running.connect(), running.connect()
    post(connection, "DescribeDomain", {"name": "d"})
    for _ in range(3):
        post(probe, "ListDomains", {"registrationStatus": "REGISTERED"})
        probe.getresponse().read()
    return [connection, probe]


def begin_to_send(running: Server) -> Any:
    """Send the head of a request and a part of its body."""
    connection = running.connect()
    connection.putrequest("POST", "/")
    connection.putheader("Content-Length", "100")
    connection.endheaders(b"{")
    return [connection]


@pytest.mark.parametrize("begin", [ask_for_a_slow_answer, begin_to_send])
def test_a_stop_is_quiet(begin: Any) -> None:
    """Whatever is pending, a server that is told to stop ends without a traceback."""
    assert stopped(["--fault", "slow=3600:DescribeDomain"], begin) == ""


def test_a_slow_answer_is_given_when_the_server_stops() -> None:
    """A delay ends with the server: the answer comes at once."""

    async def story() -> tuple[int, float]:
        app = bare_app(faults=[InjectedFault("slow", seconds=3600)])
        body = json.dumps({"registrationStatus": "REGISTERED"}).encode()
        slow = asyncio.ensure_future(Asker(app).ask(body))
        await asyncio.sleep(0)
        began = time.monotonic()
        app.release()
        return (await slow).status, time.monotonic() - began

    status, seconds = run(story())
    assert status == 200
    assert seconds < 60


def test_a_refusal_can_be_lost_too() -> None:
    """A connection that drops after the request drops whatever its answer would have been."""
    flag = "drop-after:DescribeDomain"
    with server("--fault", flag) as running, pytest.raises(ConnectionClosedError):
        running.client().describe_domain(name="nobody")


def test_tokens_of_two_services_are_not_mistaken() -> None:
    """In process too, a token is good for the workflow id that it was given out for."""
    clients, tokens = [], []
    for workflow_id in ("a", "b"):
        client = LocalSWF(seed=0).client()
        register(client)
        start(client, workflow_id)
        decide(client, schedule())
        clients.append(client)
        tokens.append(poll_activity(client)["taskToken"])
    with refused("UnknownResourceFault"):
        clients[1].respond_activity_task_completed(taskToken=tokens[0])
    clients[1].respond_activity_task_completed(taskToken=tokens[1])


@pytest.mark.parametrize(("flags", "warned"), [([], False), (["--host", "0.0.0.0"], True)])
def test_it_says_what_it_means_to_be_reached_from_elsewhere(flags: list[str], warned: bool) -> None:
    """Beyond loopback it warns that everybody who reaches it may use it; on loopback not."""
    said = stopped(flags, lambda running: [])
    assert ("not checked" in said) == warned
    assert bool(said) == warned
