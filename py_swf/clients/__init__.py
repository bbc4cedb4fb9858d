"""The four clients: each method builds its parameters, makes one call and wraps the answer."""

from __future__ import annotations

__all__: list[str] = []
