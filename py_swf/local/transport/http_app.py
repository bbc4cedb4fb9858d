"""The service over HTTP, for the AWS CLI and every other SDK: one small ASGI application.

Everything happens on one event loop, so the service needs no lock. A poll that finds nothing waits
as a future in the queue of its list. A task that appears is handed to the oldest poll of its list.
A single timer wakes the service for its next deadline, so held polls cost nothing.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from random import Random
from typing import Any

from py_swf.local import storage
from py_swf.local.machine.choices import Choices
from py_swf.local.machine.clock import Clock, VirtualClock
from py_swf.local.machine.faults import Fault
from py_swf.local.machine.limits import Limits
from py_swf.local.machine.service import Service
from py_swf.local.transport.clock_requests import (
    PATH,
    read_turn,
    refuse_pages,
    shown_clock,
    time_header,
)
from py_swf.local.transport.host_header import check_hosts
from py_swf.local.transport.injected_faults import (
    ConnectionDropped,
    FaultPlan,
    GatewayPage,
    InjectedFault,
)
from py_swf.local.transport.protocol import (
    Reply,
    fault_reply,
    operation_of,
    read_request,
    refuse_too_large,
    reply,
    request_id,
)
from py_swf.local.transport.system_clock import SystemClock
from py_swf.local.transport.turning import KINDS_OF_POLLS, ListKey, Turning

__all__ = ["App"]

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]

_log = logging.getLogger(__name__)


class _Gone(Exception):
    """The client has closed its connection."""


class _HeldPoll:
    """A poll that waits for a task of its list."""

    def __init__(
        self, operation: str, request: dict[str, Any], empty: dict[str, Any], scope: _Message
    ) -> None:
        self.operation = operation
        self.request = request
        self.empty = empty
        self._transport = scope.get("state", {}).get("transport")
        self.answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

    def is_over(self) -> bool:
        """Return whether it has been answered, or its client is closing the connection."""
        # The transport knows that some turns of the event loop before _until_gone() does.
        going = self._transport is not None and self._transport.is_closing()
        return self.answer.done() or going

    def end(self, result: dict[str, Any] | BaseException) -> None:
        """Answer the poll, unless it has been answered or its client has gone."""
        if self.answer.done():
            return
        if isinstance(result, BaseException):
            self.answer.set_exception(result)
        else:
            self.answer.set_result(result)


class App:
    """The ASGI application.

    :param seed: source of all ids and random numbers
    :param clock: where the service reads the time; default: the clock of this machine. A
        VirtualClock stands still until :meth:`turn` or a client turns it
    :param poll_seconds: longest time that a poll with nothing to hand out is held, in seconds
    :param faults: what should go wrong, see InjectedFault
    :param domains: names of domains that exist from the start
    :param retention: days for which these domains keep closed executions
    :param limits: quotas of the service; default: those of the real one
    :param choices: switches for unknown details of the real service
    :param hosts: names by which it may be reached, besides ``localhost`` and any address. A request
        for another name is refused, since a page in a browser could make its own name resolve to
        this address
    :param keep_alive: False tells every client to close its connection after each answer, for
        clients that share a connection between processes
    :param token_salt: 8 bytes that go into the task tokens; default: random, so that answers to
        tasks of an earlier start are refused. A file keeps its salt
    :param file: where the service keeps its state, and resumes from; default: nowhere. It is closed
        by the caller
    :raises Fault: when the service refuses the name of a domain
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        clock: Clock | None = None,
        poll_seconds: float = 60.0,
        faults: Iterable[InjectedFault] = (),
        domains: Iterable[str] = (),
        retention: int = 7,
        limits: Limits | None = None,
        choices: Choices | None = None,
        hosts: Iterable[str] = (),
        keep_alive: bool = True,
        token_salt: bytes | None = None,
        file: storage.StateFile | None = None,
    ) -> None:
        faults = list(faults)
        self._faults = FaultPlan(faults, seed)
        since = None if file is None else file.time
        #: where the service reads the time
        self.clock: Clock = SystemClock(since) if clock is None else clock
        self.service = _service(
            file,
            self.clock,
            token_salt,
            seed=seed,
            refuse=self._faults.refuse if faults else None,
            limits=limits,
            choices=choices,
        )
        self.service.on_task = self._task_appeared
        self._turning = Turning(self.service, self.clock, self._hand_out)
        for task_list in self.service.waiting_tasks():
            self._turning.appeared(task_list)
        days = str(retention)
        for name in domains:
            request = {"name": name, "workflowExecutionRetentionPeriodInDays": days}
            self._register(request)
        self._limits = limits or Limits()
        self._poll_seconds = poll_seconds
        self._request_bits = Random(f"request ids {seed}").getrandbits
        self._held: dict[ListKey, deque[_HeldPoll]] = {}
        self._appeared: deque[ListKey] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._hosts = frozenset(name.lower() for name in hosts)
        self._headers = {} if keep_alive else {"Connection": "close"}
        self._stopping = asyncio.Event()
        self._reading: set[asyncio.Task[None]] = set()

    def _register(self, domain: dict[str, str]) -> None:
        """Register a domain, unless the file has one with that name."""
        try:
            self.service.call("RegisterDomain", domain)
        except Fault as fault:
            if fault.type != "DomainAlreadyExistsFault":
                raise

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        """Answer one HTTP request, or drop its connection."""
        try:
            status, headers, body = await self._reply(scope, receive)
        except ConnectionDropped:
            await _drop(scope, receive)
        except _Gone:
            pass
        except asyncio.CancelledError:
            # The server is stopping, and the rest of the request has not arrived.
            await _send(send, 503, {"Connection": "close"}, b"")
        else:
            said = {**headers, **self._headers, **time_header(self.clock)}
            await _send(send, status, said, body)

    async def turn(self, until: float, patience: float) -> None:
        """Turn the clock forward, as :meth:`Turning.turn` does.

        :param until: the time to turn to, in seconds since the epoch
        :param patience: the longest wait for a program that is working, in real seconds
        :raises Fault: OperationNotPermittedFault when the clock cannot be turned, or somebody else
            is turning it
        """
        await self._turning.turn(until, patience)

    def release(self) -> None:
        """Answer every held poll with no task, and from now on hold and delay nothing."""
        self._poll_seconds = 0.0
        self._stopping.set()
        self._turning.stop()
        for request in list(self._reading):
            request.cancel()
        for polls in self._held.values():
            for poll in polls:
                poll.end(poll.empty)
        self._arm()

    async def _reply(self, scope: _Message, receive: _Receive) -> Reply:
        reply_id = request_id(self._request_bits(128))
        headers = dict(scope["headers"])
        content_type = headers.get(b"content-type", b"").decode("latin-1")
        operation = operation_of(headers.get(b"x-amz-target", b"").decode("latin-1"))
        struck = self._faults.strike(operation)
        try:
            check_hosts(scope["headers"], self._hosts)
            if scope["path"] == "/" and scope["method"] in ("GET", "HEAD"):
                return 200, {"Content-Type": "text/plain"}, b"SWF is ready\n"
            if scope["path"] == PATH:
                return reply(await self._clock_answer(scope, receive), content_type, reply_id)
            body = await self._read(receive)
            if scope["path"] != "/" or scope["method"] != "POST":
                raise Fault("UnknownOperationException", "")
            if struck:
                struck.before()
            answer = await self._answer(operation, read_request(body), scope, receive)
            answered = reply(answer, content_type, reply_id)
        except Fault as fault:
            answered = fault_reply(fault, content_type, reply_id)
        except GatewayPage as page:
            return page.reply
        except (ConnectionDropped, _Gone):
            raise
        except Exception:
            # A bug in this program, not in the client: it is logged, and the service goes on.
            _log.exception("%s failed", operation)
            return fault_reply(Fault("InternalFailure", ""), content_type, reply_id)
        if struck:
            answered = struck.after(answered)
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), struck.seconds)
        return answered

    async def _clock_answer(self, scope: _Message, receive: _Receive) -> dict[str, Any]:
        """Show the clock, or turn it for as long as the client waits."""
        if scope["method"] in ("GET", "HEAD"):
            return shown_clock(self.clock)
        refuse_pages(scope["headers"])
        request = read_request(await self._read(receive))
        turn = read_turn(request, self._turning.clock.now())
        turning = asyncio.ensure_future(self._turning.turn(*turn))
        gone = asyncio.ensure_future(_until_gone(receive))
        await asyncio.wait({turning, gone}, return_when=asyncio.FIRST_COMPLETED)
        is_gone = not turning.done()
        for task in (turning, gone):
            task.cancel()
        await asyncio.wait({turning, gone})
        if is_gone:
            raise _Gone
        turning.result()
        return shown_clock(self.clock)

    async def _read(self, receive: _Receive) -> bytes:
        """Return the body of a request, keeping no more of it than the service reads."""
        body, more, request = b"", True, asyncio.current_task()
        assert request is not None  # every ASGI application runs in a task
        self._reading.add(request)
        try:
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise _Gone
                body += message.get("body", b"")
                more = message.get("more_body", False)
                refuse_too_large(len(body), self._limits.request_bytes)
        finally:
            self._reading.discard(request)
        return body

    async def _answer(
        self, operation: str, request: dict[str, Any], scope: _Message, receive: _Receive
    ) -> dict[str, Any]:
        if self._held:
            # Waiting polls come first, also for tasks that nobody has noticed yet.
            self.service.run_due()
            self._hand_out()
        answer = self.service.call(operation, request)
        self._turning.note(operation, request, answer)
        kind = KINDS_OF_POLLS.get(operation)
        if kind and not answer.get("taskToken"):
            key = (kind, request["domain"], request["taskList"]["name"])
            poll = _HeldPoll(operation, request, answer, scope)
            answer = await self._hold(key, poll, receive)
            self._turning.note(operation, request, {})
        elif self._held:
            self._arm()
        return answer

    async def _hold(self, key: ListKey, poll: _HeldPoll, receive: _Receive) -> dict[str, Any]:
        """Wait for a task, the end of the hold or the end of the connection."""
        polls = self._held.setdefault(key, deque())
        self._limits.hold_one_more(sum(not poll.is_over() for poll in polls))
        polls.append(poll)
        self._arm()
        end = asyncio.get_running_loop().call_later(self._poll_seconds, poll.end, poll.empty)
        connection = asyncio.ensure_future(_until_gone(receive))
        connection.add_done_callback(lambda _: poll.end(_Gone()))
        try:
            return await poll.answer
        finally:
            end.cancel()
            connection.cancel()
            polls.remove(poll)
            if not polls:
                self._held.pop(key, None)

    def _task_appeared(self, kind: str, domain: str, task_list: str) -> None:
        # The service calls this in the middle of an operation; tasks are handed out after it.
        self._turning.appeared((kind, domain, task_list))
        if self._held:
            self._appeared.append((kind, domain, task_list))
            asyncio.get_running_loop().call_soon(self._hand_out)

    def _hand_out(self) -> None:
        """Give new tasks to the polls of their lists, the oldest poll first."""
        while self._appeared:
            for poll in self._held.get(self._appeared.popleft(), ()):
                if poll.is_over():
                    continue
                try:
                    answer = self.service.call(poll.operation, poll.request)
                except Exception as error:  # a refusal, or a file that cannot be written
                    poll.end(error)
                    continue
                if not answer.get("taskToken"):
                    break
                self._turning.note(poll.operation, poll.request, answer)
                poll.end(answer)
        self._arm()

    def _arm(self) -> None:
        """Set the timer to the service's next deadline; without held polls nobody would notice."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadline = self.service.next_deadline() if self._held else None
        if deadline is None:
            return
        delay = max(deadline - self.clock.now(), 0.0)
        # If the clock stands still, only what is already due happens by itself.
        if delay == 0 or not isinstance(self.clock, VirtualClock):
            self._timer = asyncio.get_running_loop().call_later(delay, self._deadline_reached)

    def _deadline_reached(self) -> None:
        try:
            self.service.run_due()
        finally:  # a file that cannot be written now may work the next time
            self._arm()


def _service(
    file: storage.StateFile | None, clock: Clock, token_salt: bytes | None, **options: Any
) -> Service:
    if file is not None:
        return storage.StoredService(file, clock, token_salt=token_salt, **options)
    return Service(clock, token_salt=token_salt or secrets.token_bytes(8), **options)


async def _until_gone(receive: _Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: _Send, status: int, headers: dict[str, str], body: bytes) -> None:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    raw.append((b"Content-Length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


async def _drop(scope: _Message, receive: _Receive) -> None:
    """Close the connection without an answer, as a failing network does."""
    scope["state"]["transport"].close()
    await _until_gone(receive)
