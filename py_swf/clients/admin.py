"""The home of ``WorkflowRegistrar``, the name that RegistrationClient had in 1.x."""

from __future__ import annotations

from py_swf.clients.registration import RegistrationClient

__all__ = ["WorkflowRegistrar"]

WorkflowRegistrar = RegistrationClient
