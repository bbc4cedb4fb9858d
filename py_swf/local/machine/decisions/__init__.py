"""The 13 decisions, and the steps that the service takes by itself soon after them."""

from __future__ import annotations

__all__: list[str] = []
