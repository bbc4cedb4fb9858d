"""LocalSWFServer: one SWF service over HTTP, from within a test, for programs in other processes.

The server runs in a thread. Its clock stands still until the test turns it. Programs that poll the
service, in any language, do their work at the times that the clock shows.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from py_swf.local.machine.choices import Choices
from py_swf.local.machine.clock import Clock, VirtualClock, turnable
from py_swf.local.machine.limits import Limits
from py_swf.local.transport.boto3_client import make_client_of
from py_swf.local.transport.http_app import App
from py_swf.local.transport.http_server import make_server
from py_swf.local.transport.injected_faults import InjectedFault
from py_swf.local.transport.turning import PATIENCE

__all__ = ["LocalSWFServer"]

T = TypeVar("T")

_REGION = "us-east-1"


class LocalSWFServer:
    """An SWF service over HTTP, on a free port of this machine. It ends with its block.

    >>> with LocalSWFServer() as server:
    ...     server.client().describe_domain(name=server.domain)["domainInfo"]["status"]
    ...     server.advance(timedelta(days=30))
    'REGISTERED'

    It needs the extra ``server``. All methods and all clients may be used from several threads.

    :param domain: a domain that exists from the start; ``retention`` is its retention period
    :param seed: source of all ids and random numbers, as for LocalSWF
    :param clock: where the service reads the time; default: a VirtualClock, which stands still
    :param poll_seconds: longest time that a poll is held when there is no task, in real seconds
    :param faults: what should go wrong, see InjectedFault
    :param limits: quotas of the service; default: those of the real one
    :param choices: switches for unknown details of the real service
    :param retention: days for which that domain keeps closed executions. If a test turns the clock
        further than that, executions that closed before are gone
    :raises Fault: when the service refuses the name of the domain, or its retention
    """

    def __init__(
        self,
        *,
        domain: str = "test",
        seed: int = 0,
        clock: Clock | None = None,
        poll_seconds: float = 60.0,
        faults: Sequence[InjectedFault] = (),
        limits: Limits | None = None,
        choices: Choices | None = None,
        retention: int = 7,
    ) -> None:
        #: the name of the domain that exists from the start
        self.domain = domain
        self.clock: Clock = VirtualClock() if clock is None else clock
        self._app = App(
            clock=self.clock,
            seed=seed,
            poll_seconds=poll_seconds,
            faults=faults,
            domains=[domain],
            retention=retention,
            limits=limits,
            choices=choices,
        )
        self._listener = socket.create_server(("127.0.0.1", 0))
        #: its address
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._is_ready = threading.Event()
        self._server = make_server(self._app, self._note_loop)
        self._thread = threading.Thread(target=self._serve, name="py_swf-server", daemon=True)

    def _note_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._is_ready.set()

    def _serve(self) -> None:
        with self._listener:
            self._server.run(sockets=[self._listener])

    def __enter__(self) -> LocalSWFServer:
        """Start the server."""
        self._thread.start()
        self._is_ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        """Answer the held polls, and end."""
        self._server.should_exit = True
        self._thread.join()

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment variables that make a program's AWS SDK use this service.

        The endpoint, a region, and credentials, which nobody checks.
        """
        return {
            "AWS_ENDPOINT_URL_SWF": self.url,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": _REGION,
            "AWS_DEFAULT_REGION": _REGION,
        }

    def client(self, **kwargs: Any) -> Any:
        """Return a boto3 SWF client for this service, which reads no environment and no files.

        :param kwargs: as for ``boto3.client("swf")``; a ``config`` is merged over the defaults
            here, which are no signature and a read timeout of 70 seconds
        """
        return make_client_of(self.url, region=_REGION, **kwargs)

    def advance(self, duration: float | timedelta = 0, *, patience: float = PATIENCE) -> None:
        """Turn the clock forward; everything that falls due on the way happens, in order.

        Whenever something falls due, the clock waits for the programs that are working: for those
        that have a task until they answer it, and for those that polled a list, or answered a task
        of it, a moment ago if tasks are waiting in it. So a decider that starts a timer every day
        starts thirty of them in thirty days, and when this returns, everything that can be done is
        done.

        :param duration: how far, in seconds or as a timedelta; 0 does what is already due, and
            waits for the programs that are working
        :param patience: the longest wait for each of them, in real seconds. A task that takes
            longer may time out, like the task of a program that was killed. 0 does not wait, for a
            test that polls and answers itself
        :raises TypeError: when the clock cannot be turned
        :raises ValueError: when the duration or the patience is negative or infinite
        """
        seconds = duration.total_seconds() if isinstance(duration, timedelta) else duration
        until = VirtualClock(turnable(self.clock).now())
        until.advance(seconds)
        if not patience >= 0:
            raise ValueError(f"patience must be 0 or more, got {patience!r}")
        self._run(self._app.turn(until.now(), patience))

    def history(
        self, workflow_id: str, run_id: str | None = None, domain: str | None = None
    ) -> list[dict[str, Any]]:
        """Return the events of an execution, oldest first, with the service's own names.

        :param workflow_id: the execution's workflow id
        :param run_id: None for the latest run
        :param domain: may be left out while only one domain knows the workflow id
        :raises LookupError: when there is no such execution, or more than one domain has one
        """

        async def read() -> list[dict[str, Any]]:
            return self._app.service.history(workflow_id, run_id, domain)

        return self._run(read())

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the server's thread, the only one that touches the service."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
