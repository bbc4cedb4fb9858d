"""Whether to try again after a failure, and after how long."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeAlias, TypeVar

import attrs

from py_swf.flow.errors import (
    ActivityFailed,
    ActivityTimedOut,
    Failure,
    LambdaFailed,
    LambdaTimedOut,
)

__all__ = ["Policy", "Retry", "attempts_of"]

T = TypeVar("T")

#: failure and number of attempts so far -> seconds until the next attempt; None gives up
Policy: TypeAlias = Callable[[Failure, int], "float | timedelta | None"]
#: the failures after which another attempt makes sense
_FAILURES = (ActivityFailed, ActivityTimedOut, LambdaFailed, LambdaTimedOut)


def _as_seconds(value: float | timedelta) -> float:
    return value.total_seconds() if isinstance(value, timedelta) else value


def _at_least(least: float) -> Callable[[object, attrs.Attribute[Any], float], None]:
    def check(instance: object, field: attrs.Attribute[Any], value: float) -> None:
        if not value >= least:
            raise ValueError(f"Retry.{field.name} is {value!r}; it must be {least} or more")

    return check


def _is_choice(instance: object, field: attrs.Attribute[Any], value: object) -> None:
    if isinstance(value, (type, tuple)):
        classes = value if isinstance(value, tuple) else (value,)
        is_choice = all(isinstance(cls, type) and _can_be_failure(cls) for cls in classes)
    else:
        is_choice = callable(value)
    if not is_choice:
        raise TypeError(
            f"Retry.{field.name} is {value!r}; it must be a class of flow.Failure, such as "
            "flow.ActivityTimedOut, a tuple of them, or a function that takes the failure and says "
            "whether to try again"
        )


def _can_be_failure(cls: type) -> bool:
    return issubclass(cls, Failure) or issubclass(Failure, cls)  # or Exception


@attrs.frozen
class Retry:
    """Try again after a pause that grows.

    You can use a function instead: it takes the failure and the number of attempts so far, and
    returns the seconds until the next attempt, or None to give up. It is called in replay too, so
    it must not use a clock or its own random numbers; use ``flow.random()``.

    :param attempts: how many in all, including the first one.
    :param first: seconds between the first and the second attempt; 0 does not wait.
    :param factor: how much longer each pause is than the one before.
    :param longest: longest pause, in seconds.
    :param on: which failures are worth another attempt: a failure class, a tuple of them, or a
        function that takes the failure and says whether to try again.
    :raises ValueError: when a number is too small.
    :raises TypeError: when ``on`` is something else, such as a list, or an exception that the
        activity raises: look for its name in ``failure.reason``.
    """

    attempts: int = attrs.field(validator=_at_least(1))
    first: float = attrs.field(default=1.0, converter=_as_seconds, validator=_at_least(0))
    factor: float = attrs.field(default=2.0, validator=_at_least(0))
    longest: float = attrs.field(default=3600.0, converter=_as_seconds, validator=_at_least(0))
    on: type[Failure] | tuple[type[Failure], ...] | Callable[[Failure], object] = attrs.field(
        default=_FAILURES, validator=_is_choice
    )

    def __call__(self, error: Failure, attempts: int) -> float | None:
        """Return the seconds until the next attempt, or None to give up.

        :param error: how the last attempt failed.
        :param attempts: how many attempts there were.
        """
        if attempts >= self.attempts or not self._is_worth_it(error):
            return None
        return min(self.longest, self.first * self.factor ** (attempts - 1))

    def _is_worth_it(self, error: Failure) -> bool:
        if isinstance(self.on, (type, tuple)):
            return isinstance(error, self.on)
        return bool(self.on(error))


async def attempts_of(attempt: Callable[[], Awaitable[T]], policy: Policy) -> T:
    """Attempt something until it succeeds or the policy gives up.

    :param attempt: makes one attempt.
    :param policy: returns how long to wait before the next.
    :raises Failure: that of the last attempt.
    """
    number = 0
    while True:
        try:
            return await attempt()
        except Failure as error:
            number += 1
            pause = policy(error, number)
            if pause is None:
                raise
        if _as_seconds(pause) > 0:
            await asyncio.sleep(_as_seconds(pause))
