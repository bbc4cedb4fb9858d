"""How requests reach the machine: a boto3 client in this process, or HTTP."""

from __future__ import annotations

__all__: list[str] = []
