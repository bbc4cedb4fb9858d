"""Check what a client of py_swf is made with: a config and a boto3 client."""

from __future__ import annotations

from typing import Any

__all__ = ["check"]

_ASYNCHRONOUS = {"aiobotocore", "aioboto3"}


def check(client: str, boto_client: Any, config: Any = None) -> None:
    """Refuse an argument that is certainly not a usable boto3 client.

    :param client: name of the class that is being made, for the error.
    :raises TypeError: when config and boto3 client are in the wrong order, when a config is given
        instead of a boto3 client, or when the client is asynchronous: its calls would never be
        awaited.
    """
    packages = {base.__module__.partition(".")[0] for base in type(boto_client).__mro__}
    if packages & _ASYNCHRONOUS:
        kind = f"{type(boto_client).__module__}.{type(boto_client).__qualname__}"
        raise TypeError(
            f"{client} needs a boto3 client, not the asynchronous {kind}: "
            "its calls return coroutines, which nothing here awaits"
        )
    if isinstance(boto_client, tuple) or (
        hasattr(boto_client, "domain") and config is not None and not hasattr(config, "domain")
    ):
        order = "" if config is None else ": the config comes first, then the boto3 client"
        raise TypeError(f"{client} was given {boto_client!r:.80} as its boto3 client{order}")
