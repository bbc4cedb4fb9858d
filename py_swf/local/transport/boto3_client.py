"""A real boto3 client whose network is a function in this process.

botocore builds, validates and serializes each request as always, and asks its ``before-send`` hooks
whether one of them has the answer before it opens a connection. Ours always has. So everything
above the socket is still botocore's own: retries, the ``before-parse`` event, parsing, exceptions.
The session behind the clients is private: it reads no environment variables and no files.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import boto3.session
import botocore.session
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.configprovider import (
    BOTOCORE_DEFAUT_SESSION_VARIABLES,
    ConfigValueStore,
    ConstantProvider,
)
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from py_swf.local.transport.injected_faults import AnswerTooLate, ConnectionDropped
from py_swf.local.transport.protocol import Reply

__all__ = ["Respond", "make_client", "make_client_of"]

Respond = Callable[[str, str, bytes, float], Reply]
"""Takes the target, the content type and the body of a request and the client's read timeout."""

# A name that never resolves: a request that bypasses the hook reaches nobody.
_ENDPOINT = "http://swf.local.invalid"

# Longer than the 60 s that the service may hold a poll.
_READ_TIMEOUT = 70


def make_client(respond: Respond, *, region: str, **kwargs: Any) -> Any:
    """Return a boto3 SWF client whose every request is answered by ``respond``.

    :param respond: answers one request; may raise ConnectionDropped or AnswerTooLate
    :param region: region of the client, unless ``kwargs`` has another
    :param kwargs: as for ``boto3.client``; a ``config`` is merged over the unsigned default
    :return: a client of class ``botocore.client.SWF``
    """
    client = make_client_of(_ENDPOINT, region=region, **kwargs)
    read_timeout = client.meta.config.read_timeout
    limit = float("inf") if read_timeout is None else read_timeout
    client.meta.events.register("before-send.swf", _hook(respond, limit))
    return client


def make_client_of(url: str, *, region: str, **kwargs: Any) -> Any:
    """Return a boto3 SWF client of a local service that runs over HTTP.

    :param url: its address
    :param region: as for :func:`make_client`
    :param kwargs: as for :func:`make_client`
    """
    given = {name: value for name, value in kwargs.items() if value is not None}
    config = Config(signature_version=UNSIGNED, read_timeout=_READ_TIMEOUT)
    if "config" in given:
        config = config.merge(given.pop("config"))
    given = {"region_name": region, "endpoint_url": url, **given, "config": config}
    # boto3 sessions are not thread-safe; the clients they make are.
    with _making:
        return _session().client("swf", **given)


_making = threading.Lock()
_sessions: list[boto3.session.Session] = []


def _session() -> boto3.session.Session:
    """Return the one private session: its loader keeps the parsed service model for all clients."""
    if not _sessions:
        session = botocore.session.Session()
        session.register_component("config_store", _defaults_only())
        _sessions.append(boto3.session.Session(botocore_session=session))
    return _sessions[0]


def _defaults_only() -> ConfigValueStore:
    """Return botocore's settings at their defaults, ignoring the environment and files."""
    values = {name: row[2] for name, row in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()}
    values.update(config_file=os.devnull, credentials_file=os.devnull)
    return ConfigValueStore({name: ConstantProvider(value) for name, value in values.items()})


def _hook(respond: Respond, read_timeout: float) -> Callable[..., AWSResponse]:
    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        sent: Any = request.body  # always bytes from botocore's JSON serializer
        headers: Any
        target = _text(request.headers.get("X-Amz-Target", ""))
        content_type = _text(request.headers.get("Content-Type", ""))
        try:
            status, headers, body = respond(target, content_type, sent, read_timeout)
        except ConnectionDropped:
            raise ConnectionClosedError(endpoint_url=request.url) from None
        except AnswerTooLate:
            raise ReadTimeoutError(endpoint_url=request.url) from None
        return AWSResponse(request.url, status, headers, _Body(body))

    return answer


def _text(value: bytes | str) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


class _Body:
    """The object from which botocore reads an answer's body."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content
