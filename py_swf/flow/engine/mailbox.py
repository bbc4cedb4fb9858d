"""Signals that have arrived and were not received yet, in order, by name."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque

from py_swf.flow.engine.loop import HistoryLoop

__all__ = ["Mailbox"]


class Mailbox:
    """Queues of signals; each goes to one receiver, the one that has waited longest.

    :param loop: the loop of the run.
    """

    def __init__(self, loop: HistoryLoop) -> None:
        self._loop = loop
        self._texts: defaultdict[str, deque[str | None]] = defaultdict(deque)
        self._waiting: defaultdict[str, deque[asyncio.Future[None]]] = defaultdict(deque)

    def put(self, name: str, text: str | None) -> None:
        """Take in a signal.

        :param name: its name.
        :param text: what it carries.
        """
        self._texts[name].append(text)
        waiting = self._waiting[name]
        while waiting:
            turn = waiting.popleft()
            if not turn.done():  # skip receivers that gave up
                turn.set_result(None)
                return

    def pending(self, name: str) -> list[str | None]:
        """Return what the signals of a name carry that were not received yet; they stay here."""
        return list(self._texts.get(name, ()))

    async def get(self, name: str) -> str | None:
        """Wait for a signal, take it out, and return what it carries.

        :param name: its name.
        """
        texts = self._texts[name]
        while not texts:
            turn = self._loop.create_future()
            self._waiting[name].append(turn)
            await turn
        return texts.popleft()
