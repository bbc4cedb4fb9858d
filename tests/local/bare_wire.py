"""The service's bare wire protocol, without a client, in process and over a socket."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, NamedTuple

from botocore.awsrequest import AWSRequest

PREFIX = "SimpleWorkflowService."
HOLD_SECONDS = 1.0


class Answer(NamedTuple):
    """An HTTP answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        """The JSON inside."""
        return json.loads(self.body)


Post = Callable[..., Answer]


def poster(send: Callable[[str, dict[str, str], bytes], Answer]) -> Post:
    """Fill in the usual target and headers around ``send``."""

    def post(
        operation: str, body: Any, target: str | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": PREFIX + operation if target is None else target,
            **(headers or {}),
        }
        return send(operation, sent, content)

    return post


def through_client(client: Any) -> Callable[[str, dict[str, str], bytes], Answer]:
    """Send through the hook that connects a client to its service in process."""

    def send(operation: str, headers: dict[str, str], content: bytes) -> Answer:
        request = AWSRequest(
            method="POST", url=client.meta.endpoint_url, headers=headers, data=content
        ).prepare()
        _, response = client.meta.events.emit_until_response(
            f"before-send.swf.{operation or 'None'}", request=request
        )
        names = {str(name).lower(): str(value) for name, value in response.headers.items()}
        return Answer(response.status_code, names, response.content)

    return send


def through_socket(url: str) -> Callable[[str, dict[str, str], bytes], Answer]:
    """Send over HTTP without botocore in between."""

    def send(operation: str, headers: dict[str, str], content: bytes) -> Answer:
        request = urllib.request.Request(url, data=content, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=30) as found:
                status, names, body = found.status, found.headers, found.read()
        except urllib.error.HTTPError as error:
            with error:
                status, names, body = error.code, error.headers, error.read()
        return Answer(status, {name.lower(): value for name, value in names.items()}, body)

    return send
