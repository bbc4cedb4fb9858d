"""The handler for activities: from an activity task to its result, as text."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from importlib import import_module
from operator import attrgetter
from pickle import PicklingError
from typing import Any

from py_swf.flow.activities import Activity
from py_swf.flow.in_activity import working_on
from py_swf.tasks import ActivityTask

__all__ = ["ActivityHandler"]


class ActivityHandler:
    """Runs activities. Use it like a handler written by hand::

        handle = flow.ActivityHandler([charge, pack])
        ActivityWorker(client, handle).run(stop)

    It can be pickled, for handlers in processes, if each activity can be found in its module under
    the name of its function; stand-ins are not pickled.

    :param activities: the activities, of different types or versions; or a mapping from each to the
        function that is called instead of its own.
    :raises ValueError: when two activities have the same type.
    """

    def __init__(
        self,
        activities: Iterable[Activity[..., Any]] | Mapping[Activity[..., Any], Callable[..., Any]],
    ) -> None:
        self.activities: dict[tuple[str, str], Activity[..., Any]] = {}
        self._functions: dict[tuple[str, str], Callable[..., Any]] = {}
        stand_ins = activities if isinstance(activities, Mapping) else {}
        for each in activities:
            if (each.name, each.version) in self.activities:
                raise ValueError(f"two activities are of type {each.name} {each.version}")
            self.activities[each.name, each.version] = each
            self._functions[each.name, each.version] = stand_ins.get(each, each.fn)

    def __reduce__(self) -> Any:
        """Travel to another process: each activity by its name in its module."""
        return _of_names, ([_name_of(each) for each in self.activities.values()],)

    def __call__(self, task: ActivityTask, beat: Any = None) -> str:
        """Do the work of a task.

        :param task: the task.
        :param beat: sends heartbeats, such as that of ``daemon.ActivityWorker``; None if nothing
            sends any.
        :return: its result.
        :raises LookupError: when its type is not one of the activities.
        :raises ValueError: when its input does not fit the function.
        """
        key = (task.type, task.version)
        activity = self.activities.get(key)
        if activity is None:
            known = ", ".join(f"{name} {version}" for name, version in self.activities)
            raise LookupError(f"activity type {' '.join(key)} is not one of this worker's: {known}")
        with working_on(task, beat):
            args, kwargs = activity.signature.decode(task.input)
            result = self._functions[key](*args, **kwargs)
            if inspect.isawaitable(result):
                result = _run(result, beat)
        return activity.signature.encode_result(result)


def _name_of(activity: Activity[..., Any]) -> tuple[str, str]:
    """Return the module and name by which another process finds an activity."""
    module, name = activity.fn.__module__, activity.fn.__qualname__
    try:
        found = _named(module, name)
    except (ImportError, AttributeError):
        found = None
    if getattr(found, "fn", None) is not activity.fn:
        raise PicklingError(
            f"{activity!r} cannot go to another process: {module}.{name} does not lead to it. It "
            "must be in a module, by the name of its function"
        )
    return module, name


def _named(module: str, name: str) -> Any:
    return attrgetter(name)(import_module(module))


def _of_names(names: list[tuple[str, str]]) -> ActivityHandler:
    return ActivityHandler(_named(*each) for each in names)


def _run(awaitable: Awaitable[Any], beat: Any) -> Any:
    """Run an async function to its end; it is canceled when its result is no longer wanted."""
    try:
        return asyncio.run(_awaited(awaitable, beat))
    except asyncio.CancelledError as error:
        if beat is not None:
            beat.raise_if_canceled()
        # it is not an Exception, so it would end the worker
        raise RuntimeError("the activity was canceled by its own code") from error


async def _awaited(awaitable: Awaitable[Any], beat: Any) -> Any:
    if beat is None:
        return await awaitable
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None

    def cancel() -> None:
        with suppress(RuntimeError):  # the loop was closed in the meantime
            loop.call_soon_threadsafe(task.cancel)

    beat.when_unwanted(cancel)
    return await awaitable
