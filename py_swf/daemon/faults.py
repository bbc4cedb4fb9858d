"""What to do about an error: wait and try again, raise it, or stop because the task is gone.

The two tables are the whole of it: one by the code of a fault, one by the class of an exception.
Everything in this package that tries again asks :func:`verdict_of`, so a row here is the one place
to change what is waited out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from botocore.exceptions import (
    ClientError,
    ConnectionError,
    CredentialRetrievalError,
    HTTPClientError,
    IncompleteReadError,
    MetadataRetrievalError,
    SSLError,
)
from botocore.parsers import ResponseParserError

__all__ = ["BY_CLASS", "BY_CODE", "Verdict", "may_have_arrived", "name_of", "verdict_of"]

#: "wait": it passes by itself. "raise": waiting does not mend it. "gone": the task that the call
#: is about is no longer open.
Verdict: TypeAlias = Literal["wait", "raise", "gone"]

#: code of a fault -> what to do; a code that is not here waits at status 500 and above, else raises
BY_CODE: Mapping[str, Verdict] = MappingProxyType(
    {
        "ThrottlingException": "wait",
        "Throttling": "wait",
        "ThrottledException": "wait",
        "RequestLimitExceeded": "wait",
        "TooManyRequestsException": "wait",
        # too many pollers wait on the task list: one of them ends within a minute
        "LimitExceededFault": "wait",
        "RequestTimeout": "wait",
        "RequestTimeoutException": "wait",
        "InternalFailure": "wait",
        "InternalServerError": "wait",
        "ServiceUnavailable": "wait",
        "UnknownResourceFault": "gone",
    }
)

#: class of an exception -> what to do; the nearest class counts, and what is not here is raised
BY_CLASS: Mapping[type[BaseException], Verdict] = MappingProxyType(
    {
        ConnectionError: "wait",
        HTTPClientError: "wait",
        IncompleteReadError: "wait",
        # an answer that is no JSON: a gateway's page, or one that was cut off
        ResponseParserError: "wait",
        # credentials that were there could not be renewed; where there are none botocore says so
        # by NoCredentialsError, which no waiting mends
        CredentialRetrievalError: "wait",
        MetadataRetrievalError: "wait",
    }
)


def verdict_of(error: BaseException) -> Verdict:
    """Tell what to do about an error of a call.

    "gone" is said of every UnknownResourceFault. In a call that names a task by its token, that
    is the task; a poll has no task, and for it an unknown domain is to be raised.

    :param error: what the call raised.
    """
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "")
        return BY_CODE.get(code, "wait" if _status(error) >= 500 else "raise")
    if isinstance(error, SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "raise"
    rows = (BY_CLASS[cls] for cls in type(error).__mro__ if cls in BY_CLASS)
    return next(rows, "raise")


def may_have_arrived(error: BaseException) -> bool:
    """Tell whether a call that ended in this error may yet have taken effect.

    Only a refusal of the one and only send says that it has not. After a server error or a lost
    connection nobody knows; and where botocore sent more than once, the error is that of the last
    send and says nothing of those before.

    :param error: what the call raised.
    """
    if not isinstance(error, ClientError) or _status(error) >= 500:
        return True
    retries: int = error.response.get("ResponseMetadata", {}).get("RetryAttempts", 0)
    return retries > 0


def name_of(error: BaseException) -> str:
    """Name an error for a log line or a metric: the code of a fault, else the exception's class."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code") or type(error).__name__)
    return type(error).__name__


def _status(error: ClientError) -> int:
    status: int = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
    return status
