"""The HTTP server: held polls, lost pollers, odd requests, faults, start and stop."""

from __future__ import annotations

import asyncio
import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

import boto3.session
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from hypothesis import given, settings
from hypothesis import strategies as st

from py_swf.local import InjectedFault, Limits
from py_swf.local.machine.service import OPERATIONS
from py_swf.local.transport.http_server import App
from py_swf.local.transport.injected_faults import parse_fault
from tests.local.scenes import (
    ACTIVITY_DEFAULTS,
    DECISIONS,
    WORKFLOW_DEFAULTS,
    child,
    complete,
    decide,
    is_task,
    poll_decision,
    register,
    register_activity,
    register_workflow,
    respond,
    schedule,
    start,
    timer,
    work,
)

LIST = {"registrationStatus": "REGISTERED"}
POLL = {"domain": "d", "taskList": {"name": DECISIONS}}
ONCE = {"total_max_attempts": 1}


class Server(NamedTuple):
    """A server in a process of its own."""

    process: subprocess.Popen[str]
    url: str
    printed: list[str]

    def client(self, **config: Any) -> Any:
        """A boto3 client of the server, which does not retry unless told."""
        return boto3.session.Session().client(
            "swf",
            endpoint_url=self.url,
            region_name="us-east-1",
            config=Config(
                **{
                    "signature_version": UNSIGNED,
                    "retries": ONCE,
                    "read_timeout": 70,
                    "max_pool_connections": 40,
                    **config,
                }
            ),
        )

    def connect(self) -> http.client.HTTPConnection:
        """A bare connection to the server, which has answered on it."""
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=30)
        connection.request("HEAD", "/")
        connection.getresponse().read()
        return connection


@contextmanager
def server(*flags: str) -> Iterator[Server]:
    """Run a server on a free port until the block ends."""
    command = [sys.executable, "-m", "py_swf.local", "--port", "0", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = [process.stdout.readline().strip() for _ in range(3)]
        try:
            yield Server(process, printed[0].split()[-1], printed)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def patient() -> Iterator[Server]:
    """A server that holds polls for longer than any of these tests runs."""
    with server("--domain", "d") as running:
        register_workflow(running.client(), **WORKFLOW_DEFAULTS)
        register_activity(running.client(), **ACTIVITY_DEFAULTS)
        yield running


def post(connection: http.client.HTTPConnection, operation: str, body: Any) -> None:
    """Send one request and do not wait for its answer."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {
        "X-Amz-Target": f"SimpleWorkflowService.{operation}",
        "Content-Type": "application/x-amz-json-1.0",
    }
    connection.request("POST", "/", content, headers)


def arrived(client: Any) -> None:
    """Wait until the server has seen what was sent before: it works in order of arrival."""
    for _ in range(3):
        client.list_domains(**LIST)


def test_it_says_where_it_listens_and_how_to_reach_it(patient: Server) -> None:
    """It prints its address and the two lines that point boto3, the CLI and SDKs at it."""
    assert patient.printed == [
        f"SWF is ready at {patient.url}",
        f"export AWS_ENDPOINT_URL_SWF={patient.url}",
        "export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local "
        "AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1",
    ]


def test_it_listens_on_loopback(patient: Server) -> None:
    """Unless told otherwise, no other machine can reach it."""
    assert patient.url.startswith("http://127.0.0.1:")


def test_the_printed_lines_are_all_that_boto3_needs(
    patient: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plain client, made under the two lines, speaks to the server."""
    for line in patient.printed[1:]:
        for setting in line.removeprefix("export ").split():
            monkeypatch.setenv(*setting.split("=", 1))
    client = boto3.session.Session().client("swf")
    assert client.describe_domain(name="d")["domainInfo"]["status"] == "REGISTERED"


def test_a_domain_of_the_command_line_keeps_seven_days(patient: Server) -> None:
    """A domain that is there from the start has a retention of 7 days."""
    configuration = patient.client().describe_domain(name="d")["configuration"]
    assert configuration == {"workflowExecutionRetentionPeriodInDays": "7"}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_it_says_that_it_is_well(patient: Server, method: str) -> None:
    """A browser or a probe gets a short text."""
    connection = patient.connect()
    connection.request(method, "/")
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Content-Type")) == (200, "text/plain")
    assert answer.read() == (b"SWF is ready\n" if method == "GET" else b"")
    connection.close()


def test_a_workflow_runs_over_http(patient: Server) -> None:
    """Start, decide, work, decide: the whole way over real connections."""
    client = patient.client()
    execution = start(client, "way", taskList={"name": "way"})
    decide(client, schedule("a", taskList={"name": "way"}), task_list="way")
    work(client, "done", task_list="way")
    decide(client, complete(result="all"), task_list="way")
    events = client.get_workflow_execution_history(domain="d", execution=execution)["events"]
    assert events[-1]["workflowExecutionCompletedEventAttributes"]["result"] == "all"


def test_a_held_poll_ends_when_its_task_appears(patient: Server) -> None:
    """A poll waits for its task, and a start brings it."""
    connection, client = patient.connect(), patient.client()
    post(connection, "PollForDecisionTask", {"domain": "d", "taskList": {"name": "soon"}})
    arrived(client)
    start(client, "soon", taskList={"name": "soon"})
    answer = json.loads(connection.getresponse().read())
    assert answer["workflowExecution"]["workflowId"] == "soon"
    connection.close()


def test_the_oldest_poll_gets_the_first_task(patient: Server) -> None:
    """Polls of one list are served in the order in which they came."""
    client, connections = patient.client(), [patient.connect() for _ in range(3)]
    for connection in connections:
        post(connection, "PollForDecisionTask", {"domain": "d", "taskList": {"name": "queue"}})
        arrived(client)
    for number in range(3):
        start(client, f"queue{number}", taskList={"name": "queue"})
    answers = [json.loads(connection.getresponse().read()) for connection in connections]
    shown = [answer["workflowExecution"]["workflowId"] for answer in answers]
    assert shown == ["queue0", "queue1", "queue2"]
    for connection in connections:
        connection.close()


def test_a_poller_that_has_gone_gets_no_task(patient: Server) -> None:
    """A task goes past a closed connection to the poll that still waits."""
    client, gone, waiting = patient.client(), patient.connect(), patient.connect()
    for connection in (gone, waiting):
        post(connection, "PollForDecisionTask", {"domain": "d", "taskList": {"name": "gone"}})
        arrived(client)
    gone.close()
    arrived(client)
    start(client, "gone", taskList={"name": "gone"})
    assert json.loads(waiting.getresponse().read())["startedEventId"] == 3
    waiting.close()


def test_pollers_that_go_as_a_task_comes_do_not_take_it(patient: Server) -> None:
    """A task that appears right after connections were closed waits for the next poll."""
    client, starter = patient.client(), patient.connect()
    going = [patient.connect() for _ in range(50)]
    for connection in going:
        post(connection, "PollForDecisionTask", {"domain": "d", "taskList": {"name": "going"}})
    arrived(client)
    for connection in going:
        connection.close()
    kind = {"name": "flow", "version": "1"}
    wanted = {"workflowId": "going", "workflowType": kind, "taskList": {"name": "going"}}
    post(starter, "StartWorkflowExecution", {"domain": "d", **wanted})
    assert starter.getresponse().status == 200
    arrived(client)
    count = client.count_pending_decision_tasks(domain="d", taskList={"name": "going"})
    assert count["count"] == 1
    starter.close()


def test_a_timer_that_fires_ends_a_held_poll(patient: Server) -> None:
    """Real time reaches a deadline by itself, and its task goes to the poll that waits."""
    client = patient.client()
    start(client, "timer", taskList={"name": "timer"})
    decide(client, timer("t", "1"), task_list="timer")
    answer = poll_decision(client, "timer")
    assert answer["events"][-3]["eventType"] == "TimerFired"


def test_many_polls_are_held_at_once(patient: Server) -> None:
    """A hundred polls of as many lists wait, and each gets its own task."""
    client, connections = patient.client(), [patient.connect() for _ in range(100)]
    for number, connection in enumerate(connections):
        task_list = {"name": f"many{number}"}
        post(connection, "PollForDecisionTask", {"domain": "d", "taskList": task_list})
    arrived(client)
    for number in reversed(range(100)):
        start(client, f"many{number}", taskList={"name": f"many{number}"})
    for number, connection in enumerate(connections):
        answer = json.loads(connection.getresponse().read())
        assert answer["workflowExecution"]["workflowId"] == f"many{number}"
        connection.close()


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_answers_the_held_polls(stop: signal.Signals) -> None:
    """A server that is told to stop answers each held poll with no task, and ends well."""
    with server("--domain", "d") as running:
        connections = [running.connect() for _ in range(3)]
        for connection in connections:
            post(connection, "PollForDecisionTask", POLL)
        arrived(running.client())
        running.process.send_signal(stop)
        answers = [json.loads(connection.getresponse().read()) for connection in connections]
        assert answers == [{"previousStartedEventId": 0, "startedEventId": 0}] * 3
        for connection in connections:
            connection.close()
        assert running.process.wait(timeout=20) == 0


def test_a_hold_ends_with_no_task() -> None:
    """A poll for which nothing comes is empty when its hold is over."""
    with server("--domain", "d", "--poll-seconds", "0.1") as running:
        assert not is_task(poll_decision(running.client()))


def test_a_client_reads_the_next_page_at_once(patient: Server) -> None:
    """Asking for a further page of a decision task is answered, not held."""
    client = patient.client()
    start(client, "pages", taskList={"name": "pages"})
    first = poll_decision(client, "pages", maximumPageSize=1)
    second = poll_decision(client, "pages", maximumPageSize=1, nextPageToken=first["nextPageToken"])
    assert [event["eventId"] for event in second["events"]] == [2]


@pytest.mark.parametrize(
    ("body", "wire_type"),
    [
        (b"{", "com.amazon.coral.service#SerializationException"),
        (b'{"a":"' + b"x" * 1_048_576 + b'"}', "com.amazon.coral.validate#ValidationException"),
        (b"x" * 5_000_000, "com.amazon.coral.validate#ValidationException"),
    ],
    ids=["not JSON", "over 1 MB", "5 MB"],
)
def test_a_body_that_cannot_be_read(patient: Server, body: bytes, wire_type: str) -> None:
    """Broken and oversized bodies get the service's own error, and the server goes on."""
    connection = patient.connect()
    post(connection, "ListDomains", body)
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["__type"]) == (400, wire_type)
    connection.close()
    assert patient.client().list_domains(**LIST)["domainInfos"]


@pytest.mark.parametrize(
    ("flag", "seen", "left"),
    [
        ("throttle:RegisterDomain", ClientError, []),
        ("unavailable:RegisterDomain", ClientError, []),
        ("drop-before:RegisterDomain", ConnectionClosedError, []),
        ("drop-after:RegisterDomain:1", ConnectionClosedError, ["x"]),
        ("slow=30:RegisterDomain", ReadTimeoutError, ["x"]),
    ],
)
def test_faults_over_http(flag: str, seen: type[Exception], left: list[str]) -> None:
    """A fault of the command line is met on the wire as a real one would be."""
    with server("--fault", flag) as running:
        client = running.client(read_timeout=1)
        with pytest.raises(seen):
            client.register_domain(name="x", workflowExecutionRetentionPeriodInDays="1")
        names = [info["name"] for info in client.list_domains(**LIST)["domainInfos"]]
        assert names == left


def test_a_slow_answer_arrives_over_http() -> None:
    """An answer that is late, but not too late, is the answer."""
    with server("--domain", "d", "--fault", "slow=0.05") as running:
        assert running.client().list_domains(**LIST)["domainInfos"]


def test_a_slow_refusal_is_late_too() -> None:
    """A request that the service refuses is answered as late as any other."""

    async def story() -> tuple[int, float]:
        slow = InjectedFault("slow", "DescribeDomain", seconds=0.05)
        asker, begun = Asker(bare_app(faults=[slow])), time.monotonic()
        answer = await asker.ask(b'{"name":"nobody"}', "DescribeDomain")
        return answer.status, time.monotonic() - begun

    status, seconds = run(story())
    assert (status, seconds >= 0.05) == (400, True)


def test_decisions_are_refused_over_http() -> None:
    """A cause on the command line makes the decision fail."""
    with server("--fault", "TIMER_CREATION_RATE_EXCEEDED") as running:
        client = running.client()
        register(client)
        execution = start(client)
        decide(client, timer())
        events = client.get_workflow_execution_history(domain="d", execution=execution)["events"]
        assert events[4]["eventType"] == "StartTimerFailed"


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
    ],
)
def test_a_command_line_that_cannot_be(flags: list[str], said: str) -> None:
    """A flag that makes no sense is refused with its value and the rule."""
    command = [sys.executable, "-m", "py_swf.local", "--port", "0", *flags]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_in_use_is_said() -> None:
    """A port that someone else has is an error in words."""
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
    """Nothing that only makes clients is loaded, so that the server starts quickly."""
    code = "import sys, py_swf.local.transport.command_line; print('boto3' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


class Answer(NamedTuple):
    """What the application sent."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


class Asker:
    """An HTTP client of the bare application, which may go away."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.gone = asyncio.Event()

    async def ask(
        self,
        body: bytes = b"",
        operation: str = "ListDomains",
        method: str = "POST",
        path: str = "/",
        headers: list[tuple[bytes, bytes]] | None = None,
    ) -> Answer:
        """Make one request and return the answer; status 0 when there was none."""
        inbox = [{"type": "http.request", "body": body}]
        sent: list[Any] = []

        async def receive() -> Any:
            if not inbox:
                await self.gone.wait()
                return {"type": "http.disconnect"}
            return inbox.pop()

        async def send(message: Any) -> None:
            sent.append(message)

        target = f"SimpleWorkflowService.{operation}".encode()
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "headers": [(b"x-amz-target", target)] if headers is None else headers,
        }
        await self.app(scope, receive, send)
        if not sent:
            return Answer(0, {}, b"")
        opening, content = sent
        return Answer(opening["status"], dict(opening["headers"]), content["body"])


class Machine:
    """Calls the application's service at once, under the names of a boto3 client's methods."""

    def __init__(self, app: App) -> None:
        self.app = app

    def __getattr__(self, method: str) -> Any:
        operation = "".join(word.capitalize() for word in method.split("_"))
        return lambda **request: self.app.service.call(operation, request)


def bare_app(**arguments: Any) -> App:
    """The application, with a domain and no patience."""
    return App(**{"poll_seconds": 0.0, "domains": ["d"], **arguments})


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end, and fail where a task is left behind."""

    async def whole() -> Any:
        result = await coroutine
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1
        return result

    return asyncio.run(whole())


def test_a_list_has_room_for_so_many_pollers() -> None:
    """A poll beyond the limit is a LimitExceededFault; the others wait on."""

    async def story() -> list[Answer]:
        app = bare_app(poll_seconds=60.0, limits=Limits(pollers_per_task_list=2))
        polls = [
            asyncio.ensure_future(Asker(app).ask(json.dumps(POLL).encode(), "PollForDecisionTask"))
            for _ in range(3)
        ]
        await asyncio.wait(polls, return_when=asyncio.FIRST_COMPLETED)
        app.release()
        return [await poll for poll in polls]

    answers = run(story())
    assert [answer.status for answer in answers] == [200, 200, 400]
    assert b"#LimitExceededFault" in answers[2].body


def test_a_poll_that_has_its_task_takes_no_place() -> None:
    """A poll finds room as soon as another one of its list has been answered."""

    async def story() -> list[int]:
        app = bare_app(poll_seconds=60.0, limits=Limits(pollers_per_task_list=1))
        client, body = Machine(app), json.dumps(POLL).encode()
        register_workflow(client, **WORKFLOW_DEFAULTS)
        older = asyncio.ensure_future(Asker(app).ask(body, "PollForDecisionTask"))
        await asyncio.sleep(0)
        newer = asyncio.ensure_future(Asker(app).ask(body, "PollForDecisionTask"))
        start(client)
        await older
        app.release()
        return [(await poll).status for poll in (older, newer)]

    assert run(story()) == [200, 200]


def test_a_thousand_pollers_fit_by_default() -> None:
    """The documented limit holds unless another one is given."""

    async def story() -> int:
        app = bare_app(poll_seconds=60.0)
        body = json.dumps(POLL).encode()
        polls = [
            asyncio.ensure_future(Asker(app).ask(body, "PollForDecisionTask")) for _ in range(1001)
        ]
        done, _ = await asyncio.wait(polls, return_when=asyncio.FIRST_COMPLETED)
        app.release()
        await asyncio.gather(*polls)
        return len(done)

    assert run(story()) == 1


def test_a_client_that_goes_frees_its_place() -> None:
    """A poll whose connection ends leaves the queue at once, and sends nothing."""

    async def story() -> tuple[Answer, int]:
        app = bare_app(poll_seconds=60.0, limits=Limits(pollers_per_task_list=1))
        asker, body = Asker(app), json.dumps(POLL).encode()
        poll = asyncio.ensure_future(asker.ask(body, "PollForDecisionTask"))
        await asyncio.sleep(0)
        asker.gone.set()
        lost = await poll
        app.release()
        return lost, (await Asker(app).ask(body, "PollForDecisionTask")).status

    lost, status = run(story())
    assert (lost.status, status) == (0, 200)


def test_a_poll_that_ends_as_its_task_appears_leaves_it_to_the_next() -> None:
    """A task that comes while the oldest poll ends goes to the poll behind it."""

    async def story() -> list[dict[str, Any]]:
        app = bare_app(poll_seconds=60.0)
        register_workflow(Machine(app), **WORKFLOW_DEFAULTS)
        body = json.dumps(POLL).encode()
        polls = [
            asyncio.ensure_future(Asker(app).ask(body, "PollForDecisionTask")) for _ in range(2)
        ]
        await asyncio.sleep(0)
        start(Machine(app))
        (queue,) = app._held.values()
        queue[0].end(queue[0].empty)
        return [json.loads((await poll).body) for poll in polls]

    assert [is_task(answer) for answer in run(story())] == [False, True]


@pytest.mark.parametrize("brought_by", ["a start", "a child"])
def test_a_poll_that_comes_with_a_task_waits_behind_the_older_poll(brought_by: str) -> None:
    """A task goes to the oldest poll, also when a new one arrives at the same moment."""

    async def story() -> list[dict[str, Any]]:
        app = bare_app(poll_seconds=60.0)
        client, body = Machine(app), json.dumps(POLL).encode()
        register_workflow(client, **WORKFLOW_DEFAULTS)
        start(client, "parent", taskList={"name": "parents"})
        task = poll_decision(client, "parents")
        older = asyncio.ensure_future(Asker(app).ask(body, "PollForDecisionTask"))
        await asyncio.sleep(0)
        newer = asyncio.ensure_future(Asker(app).ask(body, "PollForDecisionTask"))
        if brought_by == "a start":
            start(client)
        else:
            respond(client, task, child())
        await asyncio.wait([older, newer], return_when=asyncio.FIRST_COMPLETED)
        app.release()
        return [json.loads((await poll).body) for poll in (older, newer)]

    assert [is_task(answer) for answer in run(story())] == [True, False]


def test_after_a_release_no_poll_is_held() -> None:
    """A poll that arrives while the server stops is answered at once."""

    async def story() -> Answer:
        app = bare_app(poll_seconds=60.0)
        app.release()
        return await Asker(app).ask(json.dumps(POLL).encode(), "PollForDecisionTask")

    assert run(story()).status == 200


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/"), ("POST", "/x"), ("GET", "/x"), ("OPTIONS", "/")]
)
def test_there_is_one_way_in(method: str, path: str) -> None:
    """Only POST / is the service, and GET / its health; all else is an unknown operation."""
    body = json.dumps(LIST).encode()
    answer = run(Asker(bare_app()).ask(body, method=method, path=path))
    assert answer.status == 400
    assert b"#UnknownOperationException" in answer.body


def test_a_fault_of_the_program_is_an_internal_failure(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An error in the service is logged and answered with status 500; it does not end it."""
    app = bare_app()

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(app.service, "call", broken)
    answer = run(Asker(app).ask(json.dumps(LIST).encode()))
    assert answer.status == 500
    assert b"#InternalFailure" in answer.body
    assert "ListDomains failed" in caplog.text


def test_request_ids_come_from_the_seed() -> None:
    """The same seed gives the same request ids."""

    def ids(seed: int) -> list[bytes]:
        app, body = bare_app(seed=seed), json.dumps(LIST).encode()
        return [run(Asker(app).ask(body)).headers[b"x-amzn-RequestId"] for _ in range(3)]

    assert ids(1) == ids(1) != ids(2)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["domain", "name", "taskList", "taskToken", "nextPageToken"])
            | st.text(max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
BODIES = st.binary(max_size=64) | JSON.map(lambda value: json.dumps(value).encode())
HEADER = st.tuples(
    st.sampled_from([b"content-type", b"x-amz-target", b"content-encoding", b"x"]),
    st.binary(max_size=20) | st.sampled_from(sorted(OPERATIONS)).map(str.encode),
)


@settings(max_examples=300, deadline=None)
@given(
    method=st.sampled_from(["POST", "POST", "GET", "PUT", "DELETE", "HEAD", "WHAT"]),
    path=st.just("/") | st.text(max_size=8),
    headers=st.lists(HEADER, max_size=3),
    body=BODIES,
)
def test_nothing_that_is_sent_breaks_it(
    method: str, path: str, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    """Any method, path, headers and body get an answer that is no server error."""
    asker = Asker(bare_app())
    answer = run(asker.ask(body, method=method, path=path, headers=headers))
    assert answer.status in (200, 400)


@settings(max_examples=300, deadline=None)
@given(operation=st.sampled_from(sorted(OPERATIONS)), body=BODIES)
def test_no_request_of_an_operation_breaks_it(operation: str, body: bytes) -> None:
    """Any body for any operation is done or refused."""
    assert run(Asker(bare_app()).ask(body, operation)).status in (200, 400)


@settings(max_examples=40, deadline=None)
@given(
    sent=st.binary(max_size=200) | st.binary(max_size=64).map(lambda b: b"POST / HTTP/1.1\r\n" + b)
)
def test_no_bytes_break_it(patient: Server, sent: bytes) -> None:
    """Whatever comes over a connection, HTTP or not, the server goes on."""
    host, port = patient.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(sent)
    probe = patient.connect()
    probe.request("GET", "/")
    assert probe.getresponse().status == 200
    probe.close()


def test_clients_in_threads_are_all_answered(patient: Server) -> None:
    """Twenty threads run a workflow each over one client."""
    client = patient.client()

    def story(number: int) -> str:
        name = f"thread{number}"
        start(client, name, taskList={"name": name})
        task = poll_decision(client, name)
        respond(client, task, complete(result=name))
        closed = client.describe_workflow_execution(domain="d", execution=task["workflowExecution"])
        return str(closed["executionInfo"]["closeStatus"])

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(story, range(20))) == {"COMPLETED"}


def test_faults_of_the_application_are_deterministic() -> None:
    """The same seed strikes the same requests."""

    def statuses(seed: int) -> list[int]:
        app = bare_app(seed=seed, faults=[InjectedFault("throttle", probability=0.5)])
        body = json.dumps(LIST).encode()
        return [run(Asker(app).ask(body)).status for _ in range(32)]

    assert statuses(3) == statuses(3) != statuses(4)
