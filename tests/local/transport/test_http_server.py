"""The HTTP server: held polls, lost pollers, odd requests, faults, start and stop."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from hypothesis import given, settings
from hypothesis import strategies as st

from py_swf.local import InjectedFault, Limits
from py_swf.local.machine.service import OPERATIONS
from tests.local.scenes import (
    WORKFLOW_DEFAULTS,
    child,
    complete,
    decide,
    is_task,
    poll_decision,
    register,
    register_workflow,
    respond,
    schedule,
    start,
    timer,
    work,
)
from tests.local.transport.serving import (
    LIST,
    POLL,
    Answer,
    Asker,
    Machine,
    Server,
    arrived,
    bare_app,
    post,
    run,
    server,
)


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
    """On real time a deadline comes by itself, and its task goes to the waiting poll."""
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
    """A poll without a task is empty when its hold is over."""
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
    """A fault from the command line looks like a real one on the wire."""
    with server("--fault", flag) as running:
        client = running.client(read_timeout=1)
        with pytest.raises(seen):
            client.register_domain(name="x", workflowExecutionRetentionPeriodInDays="1")
        names = [info["name"] for info in client.list_domains(**LIST)["domainInfos"]]
        assert names == left


def test_a_slow_answer_arrives_over_http() -> None:
    """An answer that is late, but not too late, still arrives."""
    with server("--domain", "d", "--fault", "slow=0.05") as running:
        assert running.client().list_domains(**LIST)["domainInfos"]


def test_a_slow_refusal_is_late_too() -> None:
    """A refusal is delayed like any other answer."""

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
    """The documented limit applies unless another one is given."""

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


class Closing:
    """The transport of a connection that the client is closing."""

    def is_closing(self) -> bool:
        """Say so, as the transport does before the application learns of it."""
        return True


def test_a_poll_whose_connection_is_closing_gets_no_task() -> None:
    """A task goes past a connection that the client has begun to close, to the poll behind it."""

    async def story() -> list[bytes]:
        app = bare_app(poll_seconds=60.0)
        register_workflow(Machine(app), **WORKFLOW_DEFAULTS)
        body = json.dumps(POLL).encode()
        closing, waiting = (
            asyncio.ensure_future(Asker(app, transport).ask(body, "PollForDecisionTask"))
            for transport in (Closing(), None)
        )
        await asyncio.sleep(0)
        start(Machine(app))
        await asyncio.wait([closing, waiting], return_when=asyncio.FIRST_COMPLETED)
        app.release()
        return [(await poll).body for poll in (closing, waiting)]

    assert [is_task(json.loads(body)) for body in run(story())] == [False, True]


def test_the_timeout_of_a_task_that_is_handed_out_wakes_the_next_poll() -> None:
    """Handing a task to a held poll sets the timer to its timeout, for the polls that wait on."""

    async def story() -> float:
        app = bare_app(poll_seconds=60.0)
        register_workflow(Machine(app), **WORKFLOW_DEFAULTS)
        body = json.dumps(POLL).encode()
        polls = [
            asyncio.ensure_future(Asker(app).ask(body, "PollForDecisionTask")) for _ in range(2)
        ]
        await asyncio.sleep(0)
        start(Machine(app), taskStartToCloseTimeout="500", executionStartToCloseTimeout="9000")
        await polls[0]
        assert app._timer is not None
        left = app._timer.when() - asyncio.get_running_loop().time()
        app.release()
        await polls[1]
        return left

    assert 400 < run(story()) <= 500


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
    """POST / is the service, and GET / its health; everything else is an unknown operation."""
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
    """Any method, path, headers and body get an answer that is not a server error."""
    asker = Asker(bare_app())
    answer = run(asker.ask(body, method=method, path=path, headers=headers))
    assert answer.status in (200, 400)


@settings(max_examples=300, deadline=None)
@given(operation=st.sampled_from(sorted(OPERATIONS)), body=BODIES)
def test_no_request_of_an_operation_breaks_it(operation: str, body: bytes) -> None:
    """Any body for any operation is handled or refused."""
    assert run(Asker(bare_app()).ask(body, operation)).status in (200, 400)


@settings(max_examples=40, deadline=None)
@given(
    sent=st.binary(max_size=200) | st.binary(max_size=64).map(lambda b: b"POST / HTTP/1.1\r\n" + b)
)
def test_no_bytes_break_it(patient: Server, sent: bytes) -> None:
    """The server survives anything that comes over a connection, HTTP or not."""
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
