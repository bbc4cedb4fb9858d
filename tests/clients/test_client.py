"""The calls that all clients make in one place."""

from __future__ import annotations

from typing import Any

import pytest

from py_swf import RegistrationClient
from py_swf.clients._client import Client
from tests.clients.scripted import make_client
from tests.model import service_model


@pytest.fixture(scope="module")
def boto_client() -> Any:
    """A boto3 client."""
    return make_client()


@pytest.mark.parametrize("operation", service_model().operation_names)
def test_an_operation_is_the_method_that_boto3_has_for_it(boto_client, operation):
    """Each of the 39 operations is called through boto3's method for it."""
    method = Client(boto_client)._method(operation)

    assert boto_client.meta.method_to_api_mapping[method.__name__] == operation


def test_a_method_that_was_replaced_is_the_one_that_is_called(boto_client):
    """The method is looked up for each call, so a patched one is called."""
    calls = []
    client = RegistrationClient(boto_client)
    client.boto_client = type("Double", (), {"deprecate_domain": lambda _, **p: calls.append(p)})()
    client.deprecate_domain("d")

    assert calls == [{"name": "d"}]
