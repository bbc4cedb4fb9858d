"""The model of the service, which is botocore's."""

from __future__ import annotations

import json
import pkgutil

import pytest
from botocore.loaders import Loader

from py_swf.local.machine.requests.model import service_model


def test_it_is_the_model_that_botocore_loads() -> None:
    """The model is the same as from botocore's own loader."""
    assert service_model() == Loader().load_service_model("swf", "service-2")


def test_a_model_that_is_not_compressed_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some packages of botocore hold it as plain JSON."""
    content = json.dumps(service_model())
    read = pkgutil.get_data

    def get_data(package: str, path: str) -> bytes | None:
        if path.endswith(".gz"):
            raise FileNotFoundError(path)
        return content.encode() if path.endswith("service-2.json") else read(package, path)

    monkeypatch.setattr(pkgutil, "get_data", get_data)
    assert service_model.__wrapped__() == service_model()


def test_a_model_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A botocore without the model is an error with the path, not an empty model."""
    monkeypatch.setattr(pkgutil, "get_data", _missing)
    with pytest.raises(FileNotFoundError, match=r"service-2\.json$"):
        service_model.__wrapped__()


def _missing(package: str, path: str) -> bytes:
    raise FileNotFoundError(path)
