"""Do not send a poll again if the first send may have been handed a task.

boto3 retries a poll that gets no answer: 3 times in the standard and adaptive retry modes, 5 times
in legacy. The service does not know that the first one was given up, and can hand it a task that
nobody reads. So a handler that runs before botocore's own ends such a poll at once after a read
timeout, a lost connection or a server error. If certainly no task was handed out, because the
service throttled the poll or no connection was made, the client's own retries go on. The handler
acts only on polls that are sent from here; other calls with the same boto3 client, also in other
threads, keep all of the client's own retries.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakSet

from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    ProxyConnectionError,
    ReadTimeoutError,
)

from py_swf.clients._request_marks import hooks_of, installing, keep_marks, marked, request_is
from py_swf.clients._whole_answers import CHECKED
from py_swf.errors import NoTaskFound, PollNotAnswered, ReadTimeoutWarning

try:
    # not in botocore's stubs
    from botocore.vendored.requests.exceptions import (  # pyright: ignore[reportMissingImports]
        ReadTimeout,
    )
except ImportError:  # only test doubles written for 1.x raise it
    ReadTimeout = ReadTimeoutError

__all__ = [
    "HOLD_SECONDS",
    "NOT_CONNECTED",
    "REQUEST_TIMEOUT",
    "install",
    "poll",
    "read_timeout_of",
]

#: how long the service holds a poll open before it answers that there is no task
HOLD_SECONDS = 60

_ONCE = "sent once"
#: raised when no connection was made, so nothing was sent
NOT_CONNECTED = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError)
#: the status that a gateway sends when it has waited long enough
REQUEST_TIMEOUT = 408
_warned: WeakSet[Any] = WeakSet()


def install(boto_client: Any) -> None:
    """Stop retries of polls sent from here; ignore a test double without botocore's hooks."""
    hooks = hooks_of(boto_client)
    if hooks is None:
        return

    def end_failed_poll(
        response: Any,
        caught_exception: Any,
        operation: Any,
        request_dict: Any,
        attempts: int,
        **_: Any,
    ) -> None:
        # Only raising ends it: botocore up to 1.35 reads a returned False as "retry after 0
        # seconds", and asks its own handlers anyway.
        if not request_is(_ONCE, request_dict["context"]):
            return
        if caught_exception is not None:
            if not isinstance(caught_exception, NOT_CONNECTED):
                raise caught_exception
            return
        http, parsed = response
        if http.status_code >= 500 or http.status_code == REQUEST_TIMEOUT:
            code = parsed.get("Error", {}).get("Code")
            parsed.setdefault("ResponseMetadata", {})["RetryAttempts"] = attempts - 1
            raise boto_client.exceptions.from_code(code)(parsed, operation.name)

    with installing:
        for name in ("PollForDecisionTask", "PollForActivityTask"):
            keep_marks(hooks, name)
            hooks.register_first(
                f"needs-retry.swf.{name}", end_failed_poll, unique_id=f"py_swf.send-once.{name}"
            )


def poll(boto_client: Any, call: Callable[..., Any], params: Mapping[str, Any], *marks: str) -> Any:
    """Send one poll and return its answer, which holds a task.

    :param marks: what the poll is marked with, besides the marks that every poll has.
    :raises NoTaskFound: when the service answers without a task.
    :raises PollNotAnswered: when the service does not answer in time.
    """
    _warn_of_short_read_timeout(boto_client)
    try:
        answer = marked(call, _ONCE, CHECKED, *marks)(**params)
    except (ReadTimeoutError, ReadTimeout) as error:
        raise PollNotAnswered("the poll was not answered within the read timeout") from error
    if not answer.get("taskToken"):
        raise NoTaskFound("the task list is empty")
    return answer


def _is_warned(boto_client: Any) -> bool:
    """Return whether this client was warned about before, and remember it if possible."""
    try:
        warned = boto_client in _warned
        _warned.add(boto_client)
    except TypeError:  # a test double without weak references, or without a hash
        return False
    return warned


def read_timeout_of(boto_client: Any) -> float | None:
    """Return the read timeout of a boto3 client in seconds; None for a test double."""
    config = getattr(getattr(boto_client, "meta", None), "config", None)
    seconds: Any = getattr(config, "read_timeout", None)
    # an autospecced client has a mock here, which only claims to be a number
    return seconds if issubclass(type(seconds), (int, float)) else None


def _warn_of_short_read_timeout(boto_client: Any) -> None:
    read_timeout = read_timeout_of(boto_client)
    if read_timeout is None or read_timeout > HOLD_SECONDS:
        return
    if not _is_warned(boto_client):
        warnings.warn(
            f"this boto3 client stops reading after {read_timeout} s, but SWF holds a poll open "
            f"for {HOLD_SECONDS} s: tasks can be lost. Make it with a longer read timeout:\n"
            "    from py_swf import LONG_POLL_CONFIG\n"
            '    boto3.client("swf", config=LONG_POLL_CONFIG)',
            ReadTimeoutWarning,
            stacklevel=4,
        )
