"""botocore's own model of Amazon SWF: the shapes of every request, answer and event."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore.loaders import Loader

__all__ = ["service_model"]


@cache
def service_model() -> Mapping[str, Any]:
    """Return the model, read once."""
    model: Mapping[str, Any] = Loader().load_service_model("swf", "service-2")
    return model
