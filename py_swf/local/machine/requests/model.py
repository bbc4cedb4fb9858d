"""botocore's own model of Amazon SWF: the shapes of every request, answer and event."""

from __future__ import annotations

import gzip
import json
import pkgutil
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any

__all__ = ["service_model"]

_FOLDER = "data/swf/2012-01-25"


@cache
def service_model() -> Mapping[str, Any]:
    """Return the model, read once.

    botocore's loader is not used: importing it takes longer than the rest of a server's start.

    :raises FileNotFoundError: when botocore's model is not where it has always been.
    """
    with suppress(FileNotFoundError):
        return _read(f"{_FOLDER}/service-2.json.gz")
    return _read(f"{_FOLDER}/service-2.json")  # some packages of botocore do not compress it


def _read(path: str) -> Mapping[str, Any]:
    content = pkgutil.get_data("botocore", path) or b""
    model: Mapping[str, Any] = json.loads(
        gzip.decompress(content) if path.endswith(".gz") else content
    )
    return model
