"""What an error says about a call: the one table of refusals.

Everything in this package that sends again, gives up or answers differently asks
:func:`verdict_of`, so a row here is the one place to change how an error is treated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    CredentialRetrievalError,
    HTTPClientError,
    IncompleteReadError,
    MetadataRetrievalError,
    NoAuthTokenError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    SSLError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
from botocore.parsers import ResponseParserError
from botocore.retries import standard

from py_swf.clients._poll_once import NOT_CONNECTED, REQUEST_TIMEOUT
from py_swf.errors import AnswerNotWhole, code_of

__all__ = [
    "BY_CLASS",
    "BY_CODE",
    "Verdict",
    "may_have_arrived",
    "name_of",
    "remedy_for",
    "verdict_of",
]

#: "wait": the service cannot take the call now, which passes by itself. "content": the service
#: refuses what the call says. "caller": it refuses the caller: credentials, permissions, the
#: endpoint; an operator has to act. "gone": the task that the call is about is no longer open.
#: "raise": this is not a refusal by the service.
Verdict: TypeAlias = Literal["wait", "content", "caller", "gone", "raise"]

#: what botocore counts as throttling; its own list is private and may go away
_THROTTLING = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttling",
        "ThrottledException",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
_CHECKER: Any = getattr(standard, "ThrottledRetryableChecker", None)

#: code of a fault -> verdict. A code that is not here may have nothing to do with the content, so
#: it is left to the operator.
BY_CODE: Mapping[str, Verdict] = MappingProxyType(
    {
        **dict.fromkeys(_THROTTLING, "wait"),
        **dict.fromkeys(getattr(_CHECKER, "_THROTTLED_ERROR_CODES", ()), "wait"),
        # too many pollers wait on the task list: one of them ends within a minute
        "LimitExceededFault": "wait",
        "RequestTimeout": "wait",
        "RequestTimeoutException": "wait",
        "InternalFailure": "wait",
        "InternalServerError": "wait",
        "ServiceUnavailable": "wait",
        "ValidationException": "content",
        "ValidationError": "content",
        "SerializationException": "content",
        "InvalidParameterValue": "content",
        "InvalidParameterCombination": "content",
        "MissingParameter": "content",
        # a status in place of a code: the request is too large for a proxy on the way
        "413": "content",
        "UnknownResourceFault": "gone",
    }
)

# Statuses that mean "not now", whatever the body is, as from a gateway. So do 500 and above.
_WAITING_STATUS = (REQUEST_TIMEOUT, 429)

#: class of an exception -> verdict; the nearest base class counts, and all others are "raise"
BY_CLASS: Mapping[type[BaseException], Verdict] = MappingProxyType(
    {
        ConnectionError: "wait",
        HTTPClientError: "wait",
        IncompleteReadError: "wait",
        # a gateway's page, or half of an answer
        AnswerNotWhole: "wait",
        ResponseParserError: "wait",
        ParamValidationError: "content",
        # credentials were found but could not be renewed
        CredentialRetrievalError: "wait",
        MetadataRetrievalError: "wait",
        # no credentials, unusable ones, or a client that is not set up: waiting does not help
        BotoCoreError: "caller",
    }
)

_NO_CREDENTIALS = (
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
#: classes of exceptions that are raised before anything is sent
_NEVER_SENT = (
    *_NO_CREDENTIALS,
    *NOT_CONNECTED,
    CredentialRetrievalError,
    MetadataRetrievalError,
)

_EXPIRED = "the credentials have expired: renew them and start again"
_UNKNOWN = "the credentials are wrong or missing: check what boto3 finds, and the region"
_FORBIDDEN = "the role or user lacks the permission: allow the action in IAM"
_PAGE = "something that is not SWF answered: check the endpoint, and proxies on the way"
_OTHER = "see what the error says"
_CLOCK = "the signature is not accepted: check the secret key and the clock of this machine"
#: code of a fault -> what an operator does about it
_REMEDIES: Mapping[str, str] = MappingProxyType(
    {
        "AccessDenied": _FORBIDDEN,
        "AccessDeniedException": _FORBIDDEN,
        "NotAuthorized": _FORBIDDEN,
        "OperationNotPermittedFault": _FORBIDDEN,
        "OptInRequired": _FORBIDDEN,
        "ExpiredToken": _EXPIRED,
        "ExpiredTokenException": _EXPIRED,
        "RequestExpired": _CLOCK,
        "IncompleteSignature": _CLOCK,
        "InvalidSignatureException": _CLOCK,
        "SignatureDoesNotMatch": _CLOCK,
        "InvalidClientTokenId": _UNKNOWN,
        "MissingAuthenticationToken": _UNKNOWN,
        "MissingAuthenticationTokenException": _UNKNOWN,
        "UnrecognizedClientException": _UNKNOWN,
        "UnknownResourceFault": "there is no such domain: check its name, the region and the "
        "account, or register it",
    }
)


def verdict_of(error: BaseException) -> Verdict:
    """Return the verdict on a call's error.

    Every UnknownResourceFault is "gone". In a call that names a task by its token, the task is
    gone; a poll has no task, so there it means that the domain is unknown.

    :param error: what the call raised.
    """
    if isinstance(error, ClientError):
        if _status(error) >= 500 or _status(error) in _WAITING_STATUS:
            return "wait"
        return BY_CODE.get(code_of(error), "caller")
    if isinstance(error, SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "caller"
    for cls in type(error).__mro__:
        if cls in BY_CLASS:
            return BY_CLASS[cls]
    return "raise"


def remedy_for(error: BaseException) -> str:
    """Say in a few words what an operator can do about an error whose verdict is "caller".

    :param error: what the call raised.
    """
    if isinstance(error, SSLError):
        return _PAGE
    if not isinstance(error, ClientError):
        return _UNKNOWN if isinstance(error, _NO_CREDENTIALS) else _OTHER
    return _REMEDIES.get(code_of(error), _PAGE if code_of(error).isdigit() else _OTHER)


def may_have_arrived(error: BaseException, sends: Sequence[BaseException | int] = ()) -> bool:
    """Return whether a call that ended in this error may have taken effect all the same.

    If every send was refused or never got a connection, it has not. After a server error, a lost
    connection or half an answer, nobody knows.

    :param error: what the call raised.
    :param sends: how each send of it ended: the status of an answer, or an exception. If that is
        unknown, as with a test double, the error and boto3's note on retries must do.
    """
    if sends:
        return isinstance(error, AnswerNotWhole) or any(map(_may_have_arrived, sends))
    if isinstance(error, ClientError):
        retries: int = error.response.get("ResponseMetadata", {}).get("RetryAttempts", 0)
        return retries > 0 or _may_have_arrived(_status(error))
    return _may_have_arrived(error)


def _may_have_arrived(send: BaseException | int) -> bool:
    if isinstance(send, int):
        return send < 300 or send >= 500 or send == REQUEST_TIMEOUT
    return not isinstance(send, _NEVER_SENT)


def name_of(error: BaseException) -> str:
    """Name an error for a log line or a metric: the code of a fault, else the exception's class."""
    if isinstance(error, ClientError):
        return code_of(error) or type(error).__name__
    return type(error).__name__


def _status(error: ClientError) -> int:
    status: int = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
    return status
