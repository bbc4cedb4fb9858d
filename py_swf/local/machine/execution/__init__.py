"""One execution and its parts; each class here is a table of states and timeouts."""

from __future__ import annotations

__all__: list[str] = []
