"""LocalSWF: one SWF service in this process, a clock to turn, and boto3 clients to talk to it.

The service itself never waits. This module decides what a poll does when there is no task: return
empty at once, wait for a while in real time, or turn the clock until something happens.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from py_swf.local.machine.choices import Choices
from py_swf.local.machine.clock import Clock, VirtualClock, turnable
from py_swf.local.machine.faults import Fault
from py_swf.local.machine.limits import Limits
from py_swf.local.machine.service import Service
from py_swf.local.transport.boto3_client import make_client
from py_swf.local.transport.injected_faults import (
    AnswerTooLate,
    FaultPlan,
    GatewayPage,
    InjectedFault,
)
from py_swf.local.transport.protocol import Reply, fault_reply, handle, operation_of, request_id

__all__ = ["LocalSWF"]

_POLLS = frozenset({"PollForDecisionTask", "PollForActivityTask"})


class LocalSWF:
    """An SWF service that lives in this object. Nothing is shared between two of them.

    >>> swf = LocalSWF()
    >>> swf.client().list_domains(registrationStatus="REGISTERED")["domainInfos"]
    []
    >>> swf.advance(timedelta(days=30))

    Time stands still until :meth:`advance` turns the clock, so a workflow that takes thirty days is
    tested in milliseconds. All methods and all clients may be used from several threads.

    :param seed: source of all ids and random numbers; the same calls with the same seed give the
        same histories, byte for byte
    :param clock: where the service reads the time; default: a VirtualClock, which stands still
    :param auto_advance: a poll that finds nothing turns the clock to the next deadline, and again,
        until a task appears in any list or no deadline is left. It leaves the clock alone while a
        task waits in another list, unless the same poll is sent twice in a row, so that a decider's
        loop and a worker's loop in one thread do not time each other out. Meant for one thread:
        a task that another thread works on could time out
    :param poll_seconds: longest time that a poll is held when there is no task, in real seconds; 0
        answers at once
    :param faults: what should go wrong, see InjectedFault; the first one that strikes is used
    :param lambda_functions: name -> function from input to result, both text, for
        ScheduleLambdaFunction decisions
    :param limits: quotas of the service; default: those of the real one
    :param choices: switches for unknown details of the real service
    :param region: region in ARNs, and of the clients
    :param account: account id in ARNs, 12 digits
    :raises ValueError: when ``auto_advance`` and ``poll_seconds`` are both given
    :raises TypeError: when ``auto_advance`` is given with a clock that cannot be turned
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        clock: Clock | None = None,
        auto_advance: bool = False,
        poll_seconds: float = 0.0,
        faults: Sequence[InjectedFault] = (),
        lambda_functions: Mapping[str, Callable[[str], str]] | None = None,
        limits: Limits | None = None,
        choices: Choices | None = None,
        region: str = "us-east-1",
        account: str = "123456789012",
    ) -> None:
        if auto_advance and poll_seconds:
            raise ValueError(
                f"poll_seconds {poll_seconds} with auto_advance: a poll that turns the clock is "
                "never held"
            )
        self.clock: Clock = VirtualClock() if clock is None else clock
        if auto_advance:
            turnable(self.clock)
        #: name -> function from input to result, both text; more can be added
        self.lambda_functions = dict(lambda_functions or {})
        self._faults = FaultPlan(faults, seed)
        self.service = Service(
            self.clock,
            seed=seed,
            region=region,
            account=account,
            limits=limits,
            lambda_functions=self.lambda_functions,
            refuse=self._faults.refuse if faults else None,
            choices=choices,
        )
        self.service.on_task = self._task_appeared
        self._auto_advance = auto_advance
        self._poll_seconds = poll_seconds
        self._region = region
        self._limits = limits or Limits()
        self._held: list[tuple[str, str, str]] = []
        self._request_bits = Random(f"request ids {seed}").getrandbits
        self._changed = threading.Condition(threading.RLock())
        self._appeared = 0
        self._last_empty_poll: tuple[str, dict[str, Any]] | None = None

    def client(self, **kwargs: Any) -> Any:
        """Return a boto3 SWF client for this service.

        It is a real client: botocore checks, serializes, retries and parses as always, and
        ``client.exceptions`` are the usual ones. It needs no network, credentials or region, reads
        no environment variables and no files, and signs nothing.

        :param kwargs: as for ``boto3.client("swf")``; a ``config`` is merged over the defaults
            here, which are no signature and a read timeout of 70 seconds
        :return: the client
        """
        return make_client(self._respond, region=self._region, **kwargs)

    def advance(self, duration: float | timedelta = 0) -> None:
        """Turn the clock forward; everything that falls due on the way happens, in order.

        :param duration: how far, in seconds or as a timedelta; 0 does what is already due
        :raises TypeError: when the clock cannot be turned
        :raises ValueError: when the duration is negative
        """
        seconds = duration.total_seconds() if isinstance(duration, timedelta) else duration
        with self._changed:
            turnable(self.clock).advance(seconds)
            self.service.run_due()

    def history(
        self, workflow_id: str, run_id: str | None = None, domain: str | None = None
    ) -> list[dict[str, Any]]:
        """Return the events of an execution, oldest first, with the service's own names.

        :param workflow_id: the execution's workflow id
        :param run_id: None for the latest run
        :param domain: may be left out while only one domain knows the workflow id
        :raises LookupError: when there is no such execution, or more than one domain has one
        """
        with self._changed:
            return self.service.history(workflow_id, run_id, domain)

    def _task_appeared(self, kind: str, domain: str, task_list: str) -> None:
        # We already hold the lock, unless a test calls the Service by hand.
        with self._changed:
            self._appeared += 1
            self._changed.notify_all()

    def _respond(self, target: str, content_type: str, body: bytes, read_timeout: float) -> Reply:
        """Answer one request of a client, with a fault if one strikes, else from the service."""
        reply_id = request_id(self._request_bits(128))
        struck = self._faults.strike(operation_of(target))
        try:
            if struck:
                struck.before()
        except Fault as fault:
            return fault_reply(fault, content_type, reply_id)
        except GatewayPage as page:
            return page.reply
        largest = self._limits.request_bytes
        answer = handle(self._call, target, content_type, body, reply_id, largest)
        if struck:
            answer = struck.after(answer)
            if struck.seconds > read_timeout:
                raise AnswerTooLate
        return answer

    def _call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        with self._changed:
            last_empty_poll, self._last_empty_poll = self._last_empty_poll, None
            answer = self._serve(operation, request)
            if operation not in _POLLS or answer.get("taskToken"):
                return answer
            poll = (operation, request)
            if self._auto_advance and (last_empty_poll == poll or not self.service.waiting_tasks()):
                answer = self._turn_until_a_task(operation, request, answer)
            elif self._poll_seconds:
                answer = self._hold(operation, request, answer)
            if not answer.get("taskToken"):
                self._last_empty_poll = poll
            return answer

    def _serve(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Do one operation; tell held polls that wait for the next deadline about a new one."""
        if not self._held:
            return self.service.call(operation, request)
        deadline = self.service.next_deadline()
        answer = self.service.call(operation, request)
        if self.service.next_deadline() != deadline:
            self._changed.notify_all()
        return answer

    def _turn_until_a_task(
        self, operation: str, request: dict[str, Any], empty: dict[str, Any]
    ) -> dict[str, Any]:
        clock, seen = turnable(self.clock), self._appeared
        while self._appeared == seen:
            deadline = self.service.next_deadline()
            if deadline is None:
                return empty
            clock.set(max(deadline, clock.now()))
            self.service.run_due()
        return self.service.call(operation, request)

    def _hold(
        self, operation: str, request: dict[str, Any], answer: dict[str, Any]
    ) -> dict[str, Any]:
        """Wait, in real time, for a task that this poll can have."""
        key = (operation, request["domain"], request["taskList"]["name"])
        self._limits.hold_one_more(self._held.count(key))
        self._held.append(key)
        end = time.monotonic() + self._poll_seconds
        try:
            while not answer.get("taskToken") and (left := end - time.monotonic()) > 0:
                self._changed.wait(min(left, self._seconds_to_next_deadline()))
                answer = self._serve(operation, request)
        finally:
            self._held.remove(key)
        return answer

    def _seconds_to_next_deadline(self) -> float:
        deadline = self.service.next_deadline()
        left = threading.TIMEOUT_MAX if deadline is None else deadline - self.clock.now()
        if left > 0 and isinstance(self.clock, VirtualClock):
            # A clock that is turned by hand reaches a deadline in advance(), which wakes us.
            return threading.TIMEOUT_MAX
        return max(left, 0.001)
