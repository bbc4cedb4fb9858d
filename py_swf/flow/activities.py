"""Activities: functions that activity workers run, and that workflows await."""

from __future__ import annotations

import asyncio
import copy
import hashlib
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Generic, ParamSpec, Protocol, TypeVar, cast, overload

import attrs

from py_swf._to_wire import Duration, members
from py_swf.decisions import ScheduleActivityTask
from py_swf.flow.engine.commands.activities import CancelActivity, ScheduleActivity
from py_swf.flow.engine.reuse import reused
from py_swf.flow.engine.run import Run, current_run
from py_swf.flow.engine.waiting import OnCancel, check_on_cancel, given_up, outcome
from py_swf.flow.registered import Registered, Settings, checked_input
from py_swf.flow.retry import Policy, attempts_of
from py_swf.flow.values.codec import Codec, JsonCodec
from py_swf.flow.values.signatures import Signature
from py_swf.types import ActivityType

__all__ = ["Activity", "activity"]

P = ParamSpec("P")
R = TypeVar("R")

_JSON = JsonCodec()


@attrs.frozen
class _Settings(Settings):
    owner = "ScheduleActivityTask"

    task_list: str | None = None
    task_priority: int | None = None
    schedule_to_start_timeout: Duration | None = None
    schedule_to_close_timeout: Duration | None = None
    start_to_close_timeout: Duration | None = None
    heartbeat_timeout: Duration | None = None


class Activity(Registered[ActivityType], Generic[P, R]):
    """An activity type and the function that does its work.

    In a workflow, ``await charge(order)`` schedules it and returns its result; the call takes the
    arguments of the function. Elsewhere, ``charge.fn(order)`` calls the function itself.

    Made by :func:`activity`.
    """

    def __init__(
        self,
        fn: Callable[P, Any],
        type: ActivityType,
        *,
        retry: Policy | None = None,
        codec: Codec | None = None,
        settings: _Settings | None = None,
        on_cancel: OnCancel = "request",
        once: bool = False,
        description: str | None = None,
    ) -> None:
        #: the function; it returns a coroutine if it is ``async``, so the result is typed Any
        self.fn = fn
        self.type = type
        self.retry = retry
        self.codec: Codec = codec or _JSON
        self.settings = settings or _Settings()
        self.on_cancel: OnCancel = check_on_cancel(on_cancel)
        self.once = once
        self.description = description
        self.signature = Signature(fn, self.codec)
        self._given = self.settings.given()
        self.__doc__ = fn.__doc__

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Schedule the activity and wait for its result.

        :raises ActivityFailed: when the worker reported a failure, and the retry policy gave up.
        :raises ActivityTimedOut: when it was not answered in time, and the retry policy gave up.
        :raises ActivityCanceled: when the worker canceled it without having been asked to.
        :raises ActivityNotScheduled: when the service refused to schedule it.
        """
        run = current_run()
        text = checked_input(self.type.name, self.signature.encode(args, kwargs))
        if self.once:
            return await self._shared(run, text)
        activity_id = run.ledger.next_id("activity", self.type.name)
        if self.retry is not None:
            return await self._call(run, activity_id, text)
        # The same as _attempt, written out: this saves one coroutine per call.
        command = self._ask(run, activity_id, text)
        try:
            result = await command.future
        except asyncio.CancelledError:
            await given_up(run, command, self.on_cancel, partial(_cancel, run, activity_id))
            raise
        return cast(R, self.signature.decode_result(result))

    def start(self, *args: P.args, **kwargs: P.kwargs) -> asyncio.Task[R]:
        """Schedule the activity now, and return a task that ends with its result.

        ``await`` the task when you need the result; ``task.cancel()`` asks for it to be canceled.
        """
        return current_run().loop.create_task(self(*args, **kwargs))

    def options(
        self,
        *,
        retry: Policy | None = None,
        task_list: str | None = None,
        task_priority: int | None = None,
        schedule_to_start_timeout: Duration | None = None,
        schedule_to_close_timeout: Duration | None = None,
        start_to_close_timeout: Duration | None = None,
        heartbeat_timeout: Duration | None = None,
        on_cancel: OnCancel | None = None,
        once: bool | None = None,
    ) -> Activity[P, R]:
        """Return the same activity with other options; None leaves an option as it is.

        :param retry: when to try again, and after how long.
        :param task_list: where workers poll for it.
        :param task_priority: larger is handed out first.
        :param schedule_to_start_timeout: longest wait for a worker, in seconds.
        :param schedule_to_close_timeout: longest time from scheduling to the end, in seconds.
        :param start_to_close_timeout: longest time from start to end, in seconds.
        :param heartbeat_timeout: longest silence between heartbeats, in seconds.
        :param on_cancel: what happens to it when its await is canceled: "request" asks for it to be
            canceled and raises at once, "wait" asks and waits for its end, "abandon" lets it run.
        :param once: schedule it once for each input in a run; all who await it share the result.
            This does not mean that the work is done only once.
        :raises ValueError: when the service would refuse one of them.
        """
        changes: dict[str, Any] = {
            "task_list": task_list,
            "task_priority": task_priority,
            "schedule_to_start_timeout": schedule_to_start_timeout,
            "schedule_to_close_timeout": schedule_to_close_timeout,
            "start_to_close_timeout": start_to_close_timeout,
            "heartbeat_timeout": heartbeat_timeout,
        }
        given = {name: value for name, value in changes.items() if value is not None}
        other = copy.copy(self)
        other.retry = self.retry if retry is None else retry
        other.settings = attrs.evolve(self.settings, **given)
        other._given = other.settings.given()
        other.on_cancel = check_on_cancel(self.on_cancel if on_cancel is None else on_cancel)
        other.once = self.once if once is None else once
        return other

    def schedule(self, activity_id: str, *args: P.args, **kwargs: P.kwargs) -> ScheduleActivityTask:
        """Return the decision that schedules it, for a decider written by hand.

        :param activity_id: unique among the open activity tasks of the execution.
        """
        text = checked_input(self.name, self.signature.encode(args, kwargs))
        return ScheduleActivityTask(self.type, activity_id, input=text, **self._given)

    async def _call(self, run: Run, activity_id: str, text: str) -> R:
        if self.retry is None:
            return await self._attempt(run, activity_id, text)
        return await attempts_of(partial(self._attempt, run, activity_id, text), self.retry)

    async def _attempt(self, run: Run, activity_id: str, text: str) -> R:
        command = self._ask(run, activity_id, text)
        cancel = partial(_cancel, run, activity_id)
        return cast(
            R, self.signature.decode_result(await outcome(run, command, self.on_cancel, cancel))
        )

    def _ask(self, run: Run, activity_id: str, text: str) -> ScheduleActivity:
        future = run.loop.create_future()
        command = ScheduleActivity(activity_id, future, text, self.codec, self.type, self._given)
        found = reused(run, activity_id, self.type, text) if run.values or run.finished else None
        if found is None:
            run.ask(command)
        else:
            future.set_result(*found)
        return command

    async def _shared(self, run: Run, text: str) -> R:
        key = (self.type, text)
        task = run.kept.get(key)
        if task is None:
            activity_id = f"{self.name[:200]}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
            task = run.kept[key] = run.loop.create_task(self._call(run, activity_id, text))
        return cast(R, await asyncio.shield(task))


def _cancel(run: Run, activity_id: str) -> None:
    run.ask(CancelActivity(activity_id))


class _Decorator(Protocol):
    @overload
    def __call__(self, fn: Callable[P, Coroutine[Any, Any, R]], /) -> Activity[P, R]: ...
    @overload
    def __call__(self, fn: Callable[P, R], /) -> Activity[P, R]: ...


@overload
def activity(name: Callable[P, Coroutine[Any, Any, R]], /) -> Activity[P, R]: ...
@overload
def activity(name: Callable[P, R], /) -> Activity[P, R]: ...
@overload
def activity(
    name: str | None = None,
    version: str = "1",
    *,
    retry: Policy | None = None,
    codec: Codec | None = None,
    task_list: str | None = None,
    task_priority: int | None = None,
    schedule_to_start_timeout: Duration | None = None,
    schedule_to_close_timeout: Duration | None = None,
    start_to_close_timeout: Duration | None = None,
    heartbeat_timeout: Duration | None = None,
    on_cancel: OnCancel = "request",
    once: bool = False,
    description: str | None = None,
) -> _Decorator: ...
def activity(
    name: Any = None,
    version: str = "1",
    *,
    retry: Policy | None = None,
    codec: Codec | None = None,
    on_cancel: OnCancel = "request",
    once: bool = False,
    description: str | None = None,
    **settings: Any,
) -> Any:
    """Make a function an activity, which workflows await and activity workers run.

    ::

        @flow.activity("charge", "1", retry=flow.Retry(5), start_to_close_timeout=300)
        def charge(order: Order) -> Receipt: ...

    The function may be ``async``. Its arguments are sent as JSON, by the names of its parameters,
    and converted back as annotated. The settings are sent each time the activity is scheduled, and
    are the defaults that ``flow.register`` registers.

    :param name: name of the activity type; by default the name of the function.
    :param version: version of the activity type.
    :param retry: when to try again, and after how long: a :class:`~py_swf.flow.Retry`, or any
        function of the failure and the number of attempts; None never tries again.
    :param codec: what turns values into text; None is JSON.
    :param task_list: where workers poll for it; None is the default registered with the type.
    :param task_priority: larger is handed out first.
    :param schedule_to_start_timeout: longest wait for a worker, in seconds; math.inf for no limit,
        here as below; None is the default registered with the type.
    :param schedule_to_close_timeout: longest time from scheduling to the end, in seconds.
    :param start_to_close_timeout: longest time from start to end, in seconds.
    :param heartbeat_timeout: longest silence between heartbeats, in seconds.
    :param on_cancel: what happens to it when its await is canceled: "request" asks for it to be
        canceled and raises at once, "wait" asks and waits for its end, "abandon" lets it run.
    :param once: schedule it once for each input in a run; all who await it share the result.
        This does not mean that the work is done only once: ``retry`` repeats it after a timeout.
    :param description: the description that ``flow.register`` registers.
    :raises ValueError: when the service would refuse one of them.
    """

    def decorate(fn: Callable[..., Any], name: str | None = name) -> Activity[Any, Any]:
        named = fn.__name__ if name is None else name
        members("RegisterActivityType", name=named, version=version)
        return Activity(
            fn,
            ActivityType(named, version),
            retry=retry,
            codec=codec,
            settings=_Settings(**settings),
            on_cancel=on_cancel,
            once=once,
            description=description,
        )

    return decorate(name, None) if callable(name) else decorate
