"""What a request must look like: the constraints of the model, and further rules."""

from __future__ import annotations

__all__: list[str] = []
