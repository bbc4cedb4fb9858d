"""The clock over HTTP: read it, turn it, and what is refused."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from py_swf.local import VirtualClock
from py_swf.local.machine.faults import Fault
from py_swf.local.transport.clock_requests import read_turn
from tests.local.scenes import register, start
from tests.local.transport.serving import Answer, Asker, Machine, bare_app, run, server

START = 1_767_225_600.0


def ask(app: Any, method: str, body: bytes = b"", *headers: tuple[bytes, bytes]) -> Answer:
    """Make one request to the clock of an application."""
    answer: Answer = run(Asker(app).ask(body, method=method, path="/clock", headers=list(headers)))
    return answer


def turned() -> Any:
    """An application whose clock can be turned."""
    return bare_app(clock=VirtualClock())


@pytest.mark.parametrize(("app", "kind"), [(turned(), "virtual"), (bare_app(), "system")])
def test_the_clock_is_shown(app: Any, kind: str) -> None:
    """GET says which clock it is and what it shows, in seconds since the epoch."""
    answer = ask(app, "GET")
    told = json.loads(answer.body)
    assert (answer.status, told["clock"]) == (200, kind)
    assert told["now"] == pytest.approx(app.clock.now(), abs=60)


@pytest.mark.parametrize(
    "request_", [{"advance": 86_400}, {"to": START + 86_400}, {"advance": 86_400.0, "patience": 0}]
)
def test_the_clock_is_turned(request_: dict[str, float]) -> None:
    """POST turns it, by a duration or to a moment, and says what it shows then."""
    app = turned()
    answer = ask(app, "POST", json.dumps(request_).encode())
    assert json.loads(answer.body) == {"clock": "virtual", "now": START + 86_400}
    assert answer.headers[b"X-Py-Swf-Now"] == b"1767312000.000"


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({}, "give one of advance, in seconds, and to, in seconds since the epoch"),
        ({"advance": 1, "to": START + 1}, "give one of advance"),
        ({"advance": "1d"}, "advance='1d' is not a number of seconds, 0 or more"),
        ({"advance": -1}, "advance=-1 is not a number of seconds"),
        ({"advance": True}, "advance=True is not a number of seconds"),
        ({"advance": 1, "patience": -1}, "patience=-1 is not a number of seconds"),
        ({"advance": 1, "seconds": 1}, "'seconds' is none of advance, to, patience"),
        ({"to": START - 1}, "2025-12-31 23:59:59+00:00, and the clock shows 2026-01-01 00:00:00"),
        ({"advance": 10**400}, "the clock would show a time after the year 9999"),
    ],
)
def test_a_turn_that_cannot_be(request_: dict[str, Any], said: str) -> None:
    """An invalid request is refused with the name, the value and the rule."""
    with pytest.raises(Fault) as refused:
        read_turn(request_, START)
    assert said in str(refused.value)


def test_a_turn_that_cannot_be_is_answered_so() -> None:
    """Over HTTP the refusal is an answer like the service's own, and the clock stays."""
    app = turned()
    answer = ask(app, "POST", b'{"advance": -1}')
    assert answer.status == 400
    assert json.loads(answer.body)["__type"].endswith("#ValidationException")
    assert app.clock.now() == START


def test_the_clock_of_the_system_is_not_turned() -> None:
    """A service on real time says how to start one that can be turned."""
    answer = ask(bare_app(), "POST", b'{"advance": 1}')
    told = json.loads(answer.body)
    assert answer.status == 400
    assert told["__type"].endswith("#OperationNotPermittedFault")
    assert "--clock virtual" in told["message"]


def test_a_page_in_a_browser_does_not_turn_the_clock() -> None:
    """A form of any page can be sent to a loopback address, and browsers say where it is from."""
    app = turned()
    answer = ask(app, "POST", b'{"advance": 1}', (b"origin", b"http://127.0.0.1:4580"))
    assert answer.status == 403
    assert app.clock.now() == START


def test_a_foreign_name_does_not_reach_the_clock() -> None:
    """The clock can be reached by the same host names as the service."""
    app = turned()
    assert ask(app, "POST", b'{"advance": 1}', (b"host", b"evil.example")).status == 403
    assert app.clock.now() == START


@pytest.mark.parametrize(("app", "said"), [(turned(), b"1767225600.000"), (bare_app(), None)])
def test_each_answer_tells_the_time_of_a_turned_clock(app: Any, said: bytes | None) -> None:
    """A header tells clients the time if the clock is virtual; otherwise there is no header."""
    body = b'{"registrationStatus": "REGISTERED"}'
    answer = run(Asker(app).ask(body, "ListDomains"))
    assert answer.headers.get(b"X-Py-Swf-Now") == said


def test_the_clock_stops_when_its_client_goes() -> None:
    """When its client closes the connection, the clock is turned no further."""
    app = turned()
    register(Machine(app), "e")
    start(Machine(app), "w", domain="e")

    async def whole() -> Answer:
        asker = Asker(app)
        asking = asyncio.ensure_future(
            asker.ask(b'{"advance": 60, "patience": 60}', path="/clock", headers=[])
        )
        await asyncio.sleep(0)
        asker.gone.set()
        return await asking

    assert run(whole()).status == 0
    assert app.clock.now() == START


def test_the_command_line_starts_a_clock_that_is_turned() -> None:
    """--clock virtual stands still at the start of 2026, and the server says how to turn it."""
    with server("--clock", "virtual") as running:
        assert running.process.stdout is not None
        told = running.process.stdout.readline().strip()
        connection = running.connect()
        connection.request("POST", "/clock", b'{"advance": 3600}')
        shown = json.loads(connection.getresponse().read())
        connection.close()
    assert told.endswith(f"py-swf advance 1d --endpoint-url {running.url}")
    assert shown == {"clock": "virtual", "now": START + 3600}
