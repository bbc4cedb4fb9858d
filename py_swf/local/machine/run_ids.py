"""Run ids that look like the service's own, from a seed."""

from __future__ import annotations

import base64
import random

__all__ = ["RunIds"]


class RunIds:
    """Run ids that look like the service's; the same seed gives the same ones.

    :param taken: how many were taken earlier, if the service resumes.
    :ivar taken: how many were taken so far.
    """

    def __init__(self, seed: int, taken: int = 0) -> None:
        self._random = random.Random(seed)
        self.taken = 0
        while self.taken < taken:
            self._next()

    def take(self) -> str:
        """Return a run id that was never returned before."""
        return "22" + base64.b64encode(self._next()).decode()

    def _next(self) -> bytes:
        self.taken += 1
        return self._random.randbytes(32)
