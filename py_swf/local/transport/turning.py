"""Turn a virtual clock while programs in other processes work, by the clock that they see.

On a virtual clock a month is over in a moment, but a decider in another process needs some real
milliseconds for each of its tasks. So the clock is turned from one deadline to the next, and goes
on when nobody is working any more.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from py_swf.local.machine.clock import Clock, VirtualClock
from py_swf.local.machine.faults import Fault
from py_swf.local.machine.service import Service

__all__ = ["KINDS_OF_POLLS", "PATIENCE", "AtWork", "ListKey", "Turning"]

#: "decision" or "activity", the domain, the name of the list
ListKey = tuple[str, str, str]

KINDS_OF_POLLS = {"PollForDecisionTask": "decision", "PollForActivityTask": "activity"}

#: the longest wait for a program that is working, in real seconds, unless given
PATIENCE = 5.0


class AtWork:
    """The tasks that were handed out, and the task lists that are polled.

    Nothing is waited for longer than the patience of the caller who turns the clock, in real
    seconds. For a task it counts from the moment when it was handed out. For a poll it counts from
    the last poll of its list, or the last answer to a task of the list, since the program will poll
    again. If there was none, it counts from the list's first task: the program may still be
    starting. So a program that has died, or does not exist, delays the clock only once.

    :param clock: returns real seconds, which never go backwards
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tasks: dict[str, tuple[float, ListKey]] = {}
        self._polls: dict[ListKey, float] = {}

    def appeared(self, task_list: ListKey) -> None:
        """Note that a task appeared in a list."""
        self._polls.setdefault(task_list, self._clock())

    def note(self, operation: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """Note the answer to a request: polls and answers to tasks count."""
        kind = KINDS_OF_POLLS.get(operation)
        if kind:
            key = (kind, request["domain"], request["taskList"]["name"])
            self._polls[key] = self._clock()
            if answer.get("taskToken"):
                self._tasks[answer["taskToken"]] = (self._clock(), key)
        elif operation.startswith("Respond") and request["taskToken"] in self._tasks:
            _, key = self._tasks.pop(request["taskToken"])
            self._polls[key] = self._clock()

    def seconds_left(self, waiting: Iterable[ListKey], patience: float) -> float:
        """Return how long to wait at most; 0 if nobody is working.

        :param waiting: the lists in which tasks wait to be polled
        :param patience: the longest wait, in real seconds
        """
        tasks = (since for since, _ in self._tasks.values())
        polls = (self._polls.get(key, -math.inf) for key in waiting)
        latest = max([*tasks, *polls], default=-math.inf)
        return max(latest + patience - self._clock(), 0.0)


class Turning:
    """Turns the clock of a served service.

    :param service: the service
    :param clock: its clock
    :param hand_out: gives new tasks to the held polls
    """

    def __init__(self, service: Service, clock: Clock, hand_out: Callable[[], None]) -> None:
        self._service = service
        self._clock = clock if isinstance(clock, VirtualClock) else None
        self._hand_out = hand_out
        self._at_work = AtWork()
        self._pause: asyncio.Future[None] | None = None
        self._is_turning = self._is_over = False

    @property
    def clock(self) -> VirtualClock:
        """The clock.

        :raises Fault: OperationNotPermittedFault when it cannot be turned
        """
        if self._clock is None:
            message = "The clock of this service is the system's; start it with --clock virtual"
            raise Fault("OperationNotPermittedFault", message)
        return self._clock

    def appeared(self, task_list: ListKey) -> None:
        """Note that a task appeared in a list."""
        if self._clock is not None:
            self._at_work.appeared(task_list)

    def note(self, operation: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """Note the answer to a request."""
        if self._clock is not None:
            self._at_work.note(operation, request, answer)
            self._end_pause()

    def stop(self) -> None:
        """Turn no further, and wait for nobody."""
        self._is_over = True
        self._end_pause()

    async def turn(self, until: float, patience: float) -> None:
        """Turn the clock forward, and let everything happen that falls due on the way, in order.

        Everything is done at its own time, and the tasks that appear are handed to waiting polls.
        Before the clock goes on, it waits for programs that have tasks, and for programs that
        polled a list, or answered a task of it, a moment ago if tasks are waiting in it.

        :param until: the time to turn to, in seconds since the epoch
        :param patience: the longest wait for each of them, in real seconds; 0 waits for nobody
        :raises Fault: OperationNotPermittedFault when the clock cannot be turned, or somebody else
            is turning it
        """
        clock, until = self.clock, round(until, 3)
        if self._is_turning:
            raise Fault("OperationNotPermittedFault", "The clock is being turned already")
        self._is_turning = True
        try:
            await self._rest(patience)
            is_there = False
            while not (is_there or self._is_over):
                deadline = self._service.next_deadline()
                clock.set(until if deadline is None else min(max(deadline, clock.now()), until))
                self._service.run_due()
                await self._rest(patience)
                # the last decisions may be due at once
                deadline = self._service.next_deadline()
                is_there = clock.now() == until and (deadline is None or deadline > until)
        finally:
            self._is_turning = False

    async def _rest(self, patience: float) -> None:
        """Wait until nobody is working."""
        while not self._is_over:
            # A held poll may not have its task yet, if the task appeared a moment ago.
            self._hand_out()
            left = self._at_work.seconds_left(self._service.waiting_tasks(), patience)
            if not left:
                return
            loop = asyncio.get_running_loop()
            self._pause = loop.create_future()
            timer = loop.call_later(left, self._end_pause)
            try:
                await self._pause
            finally:
                timer.cancel()

    def _end_pause(self) -> None:
        if self._pause is not None and not self._pause.done():
            self._pause.set_result(None)
