"""asyncio.as_completed, in an order that is the same in every replay."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Coroutine, Iterable, Iterator
from typing import Any, Generic, TypeVar

from py_swf.flow.engine.run import current_run

__all__ = ["as_completed"]

T = TypeVar("T")


class as_completed(Generic[T]):
    """Go through awaitables in the order in which they end.

    ::

        async for done in flow.as_completed([charge(a), charge(b)]):
            receipt = done.result()

        for next_one in flow.as_completed([charge(a), charge(b)]):
            receipt = await next_one

    :param awaitables: coroutines, tasks or futures, which are started in the given order.
    """

    def __init__(self, awaitables: Iterable[Awaitable[T]]) -> None:
        current_run()
        self._tasks = [asyncio.ensure_future(each) for each in awaitables]
        self._done: deque[asyncio.Future[T]] = deque()
        self._changed = asyncio.Event()
        for task in self._tasks:
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Future[T]) -> None:
        self._done.append(task)
        self._changed.set()

    def __iter__(self) -> Iterator[Coroutine[Any, Any, T]]:
        return (self._result() for _ in self._tasks)

    async def __aiter__(self) -> AsyncIterator[asyncio.Future[T]]:
        for _ in self._tasks:
            yield await self._next()

    async def _result(self) -> T:
        return (await self._next()).result()

    async def _next(self) -> asyncio.Future[T]:
        while not self._done:
            self._changed.clear()
            await self._changed.wait()
        return self._done.popleft()
