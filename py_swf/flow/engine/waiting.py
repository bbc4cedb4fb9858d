"""How code waits for what it asked for, and what happens to that when the wait is canceled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Literal, get_args

from py_swf.flow.engine.commands.command import Awaited
from py_swf.flow.engine.run import Run
from py_swf.flow.errors import Failure

__all__ = ["OnCancel", "check_on_cancel", "given_up", "outcome"]

#: what happens to an activity or a child when its await is canceled: it is asked to cancel and
#: the await raises at once; it is asked and its end is awaited first; it is left to run
OnCancel = Literal["request", "wait", "abandon"]


def check_on_cancel(value: OnCancel) -> OnCancel:
    """Return one of the three; raise a ValueError for any other value."""
    if value not in get_args(OnCancel):
        raise ValueError(
            f"on_cancel is {value!r}; it must be one of {', '.join(get_args(OnCancel))}"
        )
    return value


async def outcome(
    run: Run, command: Awaited, on_cancel: OnCancel, cancel: Callable[[], object] | None
) -> Any:
    """Wait for the end of a command.

    :param run: the run that was asked for it.
    :param command: the command.
    :param on_cancel: what happens to it when the wait is canceled.
    :param cancel: asks for it to be canceled; None if there is no such request.
    :return: the value that it ended with.
    :raises Failure: when it did not succeed.
    """
    try:
        return await command.future
    except asyncio.CancelledError:
        await given_up(run, command, on_cancel, cancel)
        raise


async def given_up(
    run: Run, command: Awaited, on_cancel: OnCancel, cancel: Callable[[], object] | None
) -> None:
    """Treat a command whose wait was canceled as ``on_cancel`` says; perhaps wait for its end.

    :param run: the run that was asked for it.
    :param command: the command.
    :param on_cancel: what happens to it.
    :param cancel: asks for it to be canceled; None if there is no such request.
    """
    if on_cancel != "abandon" and run.ledger.withdraw(command) and cancel is not None:
        cancel()
        if on_cancel == "wait":
            command.future = run.loop.create_future()
            with suppress(Failure):
                await command.future
