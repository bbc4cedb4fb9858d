"""The 39 operations of the service, by what they are about."""

from __future__ import annotations

__all__: list[str] = []
