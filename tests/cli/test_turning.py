"""``py-swf advance``, and the time of a service whose clock is turned."""

import json
import socketserver
import threading
from contextlib import contextmanager

import pytest

from py_swf.cli.app import run
from py_swf.cli.service_time import is_of_aws
from py_swf.local import LocalSWFServer, SystemClock
from tests.local.scenes import WORKFLOW_DEFAULTS, register_workflow, start


@pytest.fixture(scope="module")
def server():
    with LocalSWFServer(domain="d") as running:
        register_workflow(running.client(), **WORKFLOW_DEFAULTS)
        yield running


@pytest.fixture
def py_swf(server, capsys, monkeypatch):
    """Run a command line on the server; give its status and what it printed."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SWF", server.url)
    monkeypatch.delenv("PY_SWF_DOMAIN", raising=False)

    def running(*arguments):
        status = run(arguments)
        return (status, *capsys.readouterr())

    return running


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90", 90), ("90s", 90), ("15m", 900), ("2h", 7200), ("1d", 86_400), ("1w", 604_800)],
)
def test_the_clock_is_turned_as_people_write(py_swf, server, written, seconds):
    """A duration has a unit, or is in seconds."""
    before = server.clock.now()

    status, out, _ = py_swf("advance", written)

    assert (status, server.clock.now() - before) == (0, seconds)
    assert out.startswith("the clock shows 2026-01-")


def test_the_clock_is_turned_to_a_moment(py_swf, server):
    """--to takes a time, in UTC unless it has a zone; --json is for programs."""
    _, out, _ = py_swf("advance", "--to", "2026-02-14T18:00")
    assert out == "the clock shows 2026-02-14 18:00:00 UTC\n"

    _, out, _ = py_swf("advance", "--to", "2026-02-14T20:00+01:00", "--json")
    assert json.loads(out) == {"now": "2026-02-14T19:00:00+00:00"}


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ([], 2, "turn it how far? Give a duration, such as 1d, or --to"),
        (["1d", "--to", "2027-01-01"], 2, "how far?"),
        (["soon"], 2, "'soon' is not a duration"),
        (["--to", "2h"], 2, "--to takes a moment, such as 2026-12-24T18:00"),
        (["--to", "2020-01-01"], 1, "is 2020-01-01 00:00:00+00:00, and the clock shows 2026-"),
    ],
)
def test_a_turn_that_cannot_be(py_swf, arguments, status, said):
    """One line says what is wrong."""
    ended, _, err = py_swf("advance", *arguments)

    assert ended == status
    assert said in err
    assert err.count("\n") == 1


def test_a_service_on_real_time_is_not_turned(capsys):
    """The error says how to start a service whose clock can be turned."""
    with LocalSWFServer(clock=SystemClock()) as real:
        status = run(["advance", "1d", "--endpoint-url", real.url])

    assert status == 1
    assert "start it with --clock virtual" in capsys.readouterr().err


@pytest.mark.parametrize(
    "url",
    [
        None,
        "https://swf.us-east-1.amazonaws.com",
        "https://vpce-1.swf.eu-west-1.vpce.amazonaws.com",
        "https://swf.cn-north-1.amazonaws.com.cn",
        "https://swf.us-east-1.api.aws",
    ],
)
def test_nothing_is_sent_to_aws(url, capsys, monkeypatch):
    """Every address of AWS is refused before a connection is made."""
    monkeypatch.setattr("socket.create_connection", _no_connection)
    monkeypatch.setattr("socket.socket.connect", _no_connection)
    for name in ("AWS_ENDPOINT_URL_SWF", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):  # else they are asked for
        monkeypatch.setenv(name, "secret")
    where = [] if url is None else ["--endpoint-url", url]

    status = run(["advance", "1d", "--region", "us-east-1", *where])

    assert status == 2
    assert "is AWS, whose clock nobody turns" in capsys.readouterr().err


def _no_connection(*_):
    raise AssertionError("something was sent")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:4580", False),
        ("http://swf:4580", False),
        ("http://amazonaws.com.example", False),
        ("https://swf.us-gov-west-1.amazonaws.com", True),
    ],
)
def test_addresses_of_aws_are_known(url, expected):
    """An address of AWS is recognized by whole parts of its name, in every partition."""
    assert is_of_aws(url) is expected


@contextmanager
def answering(answer):
    """Serve one raw answer to every request."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            while self.rfile.readline().strip():
                pass
            self.wfile.write(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno",
        b'HTTP/1.1 400 No\r\nContent-Length: 15\r\nConnection: close\r\n\r\n{"message": "x"',
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
    ],
)
def test_a_server_without_a_clock_is_told(capsys, answer):
    """If something else listens there, one line says that it has no clock, and what has one."""
    with answering(answer) as url:
        status = run(["advance", "1d", "--endpoint-url", url])

    assert status == 1
    assert f"{url} has no clock to turn; a local service has" in capsys.readouterr().err


def test_a_service_that_is_not_there_is_told(capsys):
    """A refused connection has its own exit status."""
    assert run(["advance", "1d", "--endpoint-url", "http://127.0.0.1:1"]) == 4
    assert "cannot reach http://127.0.0.1:1" in capsys.readouterr().err


def test_a_list_is_as_of_the_time_of_the_service(py_swf, server):
    """The service's clock decides how long an execution has been open, and what --since means."""
    start(server.client(), "w")
    server.advance(7200, patience=0)

    status, out, _ = py_swf("ls", "-d", "d", "--since", "3h")
    assert status == 0
    assert out.splitlines()[1].split()[-2:] == ["2", "h"]

    _, out, _ = py_swf("ls", "-d", "d", "--since", "1h")
    assert out == ""


def test_an_execution_is_shown_as_of_the_time_of_the_service(py_swf, server):
    """A timeline ends at the time of the service's clock."""
    start(server.client(), "shown")
    server.advance(1800, patience=0)

    _, out, _ = py_swf("show", "shown", "-d", "d")

    assert "OPEN for 30 min" in out
