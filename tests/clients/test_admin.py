"""The 1.x name of the registration client."""

from __future__ import annotations

from py_swf.clients.admin import WorkflowRegistrar
from py_swf.clients.registration import RegistrationClient


def test_the_registrar_is_the_registration_client():
    """Both names are the same class, so they cannot differ."""
    assert WorkflowRegistrar is RegistrationClient
