"""``WorkflowRegistrar``, the name that ``RegistrationClient`` had in 1.x."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from py_swf.clients.registration import RegistrationClient
from py_swf.errors import code_of

__all__ = ["WorkflowRegistrar"]

WorkflowRegistrar = RegistrationClient


def idempotent_create(create: Callable[..., Any]) -> Callable[..., None]:
    """Decorate a function that registers something: do nothing if it is registered already."""

    @functools.wraps(create)
    def create_once(*args: Any, **kwargs: Any) -> None:
        try:
            create(*args, **kwargs)
        except ClientError as error:
            if code_of(error) not in {"DomainAlreadyExistsFault", "TypeAlreadyExistsFault"}:
                raise

    return create_once
