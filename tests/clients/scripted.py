"""A real boto3 client with prepared answers, which records its requests.

Everything above the socket is botocore's own: parameter checks, serializing, retries, parsing and
exceptions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3.session
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.stub import Stubber

#: (operation, the parameters that were sent)
Request = tuple[str, dict[str, Any]]

_session: list[boto3.session.Session] = []


def make_client(endpoint_url: str = "http://swf.test.invalid", **settings: Any) -> Any:
    """Return a boto3 SWF client that signs nothing, with the settings of a botocore Config."""
    if not _session:
        _session.append(boto3.session.Session())
    config = Config(**{"signature_version": UNSIGNED, "read_timeout": 70, **settings})
    return _session[0].client(
        "swf", endpoint_url=endpoint_url, region_name="us-east-1", config=config
    )


class Stubbed:
    """A client answered by botocore's Stubber, which judges parameters and answers by the model."""

    def __init__(self) -> None:
        self.client = make_client()
        self.stubber = Stubber(self.client)
        self.stubber.activate()

    def answers(self, operation: str, answer: dict[str, Any], **expected: Any) -> None:
        """Have the next call answered; it must be of that operation with exactly those members."""
        self.stubber.add_response(operation, answer, expected)

    def refuses(self, operation: str, code: str) -> None:
        """Have the next call refused with a fault."""
        self.stubber.add_client_error(operation, code, "because")


class Scripted:
    """A client whose next requests get the given replies, each a body, a status and body (and
    headers), bytes, an error to raise, or a function that makes one of these.
    """

    def __init__(self, *replies: Any, **settings: Any) -> None:
        self.replies: Iterator[Any] = iter(replies)
        self.requests: list[Request] = []
        self.client = make_client(**settings)
        self.client.meta.events.register("before-send.swf", self._answer)

    @property
    def operations(self) -> list[str]:
        """The operations that were asked for, in their order."""
        return [operation for operation, _ in self.requests]

    def _answer(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        target = request.headers["X-Amz-Target"]
        text = target if isinstance(target, str) else target.decode()
        self.requests.append((text.rpartition(".")[2], json.loads(request.body)))
        reply = next(self.replies)
        if isinstance(reply, Callable):
            reply = reply()
        if isinstance(reply, Exception):
            raise reply
        status, body, *headers = reply if isinstance(reply, tuple) else (200, reply)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return AWSResponse(request.url, status, *(headers or [{}]), _Body(content))


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content


def fault(code: str, status: int = 400) -> tuple[int, dict[str, str]]:
    """Return the reply that is a fault of the service."""
    return status, {"__type": f"com.amazonaws.swf.base.model#{code}", "message": "because"}
