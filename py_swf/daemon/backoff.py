"""How long to wait before trying again: full jitter under a ceiling, as a pure function.

When many daemons run into the same fault, a wait drawn evenly from zero up to a bound that doubles
spreads them best; a fixed wait would bring them all back at the same moment.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

__all__ = ["Backoff", "full_jitter"]

#: (failed attempts so far, minus one; a number from 0 to 1) -> seconds to wait
Backoff: TypeAlias = Callable[[int, float], float]


def full_jitter(attempt: int, chance: float, *, base: float = 1.0, ceiling: float = 30.0) -> float:
    """Return how long to wait, in seconds: ``chance * min(ceiling, base * 2 ** attempt)``.

    For other numbers, use ``functools.partial(full_jitter, base=0.2, ceiling=5)``.

    :param attempt: 0 after the first failure in a row, 1 after the second, and so on.
    :param chance: a random number from 0 to 1.
    :param base: the bound after the first failure, in seconds.
    :param ceiling: the largest bound, in seconds.
    """
    # beyond 2 ** 32 every bound is the ceiling, and a float would overflow in the end
    return chance * min(ceiling, base * 2.0 ** min(attempt, 32))
