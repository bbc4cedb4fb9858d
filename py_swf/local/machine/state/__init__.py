"""All that one service knows: domains, types, executions, and the lists made of them."""

from __future__ import annotations

__all__: list[str] = []
