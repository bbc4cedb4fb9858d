"""Run ids, in the form of the service's own, from a seed."""

from __future__ import annotations

import base64
import random

__all__ = ["RunIds"]


class RunIds:
    """Run ids that look like the service's; the same seed gives the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def take(self) -> str:
        """Return a run id that was never returned before."""
        return "22" + base64.b64encode(self._random.randbytes(32)).decode()
