"""What an error says: wait, the content is refused, the caller is, or the task is gone."""

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
    SSLError,
)
from botocore.parsers import ResponseParserError
from botocore.retries.standard import ThrottledRetryableChecker

from py_swf.daemon.error_verdicts import (
    _THROTTLING,
    may_have_arrived,
    name_of,
    remedy_for,
    verdict_of,
)

URL = {"endpoint_url": "http://swf.invalid"}


def fault(code, status=400, retries=0):
    metadata = {"HTTPStatusCode": status, "RetryAttempts": retries}
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": metadata}, "AnyOperation")


@pytest.mark.parametrize(
    "error",
    [
        fault("ThrottlingException"),
        fault("LimitExceededFault"),
        fault("InternalFailure", 500),
        fault("ServiceUnavailable", 503),
        fault("NeverHeardOf", 502),
        ReadTimeoutError(**URL),
        ConnectTimeoutError(**URL),
        EndpointConnectionError(**URL),
        SSLError(error="EOF occurred in violation of protocol", **URL),
        ResponseParserError("no JSON"),
        CredentialRetrievalError(provider="iam-role", error_msg="no answer"),
    ],
    ids=name_of,
)
def test_what_passes_is_waited_out(error):
    """Throttling, too many pollers, server errors and lost connections are waited out."""
    assert verdict_of(error) == "wait"


@pytest.mark.parametrize("status", [408, 429, 500, 503, 599])
def test_a_status_that_says_not_now_is_waited_out(status):
    """Whatever the body is: a gateway's page, or a code that says something else."""
    assert verdict_of(fault(str(status), status)) == "wait"
    assert verdict_of(fault("ValidationException", status)) == "wait"


def test_what_botocore_counts_as_throttling_is_waited_out():
    """botocore's list is private; ours contains all of it."""
    theirs = set(ThrottledRetryableChecker._THROTTLED_ERROR_CODES)

    assert theirs <= _THROTTLING
    assert {verdict_of(fault(code)) for code in theirs} == {"wait"}


@pytest.mark.parametrize(
    "error",
    [
        fault("ValidationException"),
        fault("SerializationException"),
        fault("413", 413),
        ParamValidationError(report="bad"),
    ],
    ids=name_of,
)
def test_a_refusal_of_the_content(error):
    """Only errors that are known to be about the content lead to another answer."""
    assert verdict_of(error) == "content"


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (fault("OperationNotPermittedFault"), "allow the action in IAM"),
        (fault("AccessDeniedException", 403), "allow the action in IAM"),
        (fault("UnrecognizedClientException"), "credentials are wrong or missing"),
        (fault("ExpiredTokenException"), "renew them"),
        (fault("SignatureDoesNotMatch", 403), "clock of this machine"),
        (fault("403", 403), "something that is not SWF answered"),
        (fault("404", 404), "something that is not SWF answered"),
        (fault("NeverHeardOf"), "see what the error says"),
        (NoCredentialsError(), "credentials are wrong or missing"),
        (BotoCoreError(), "see what the error says"),
        (
            SSLError(error="[SSL: CERTIFICATE_VERIFY_FAILED] self-signed", **URL),
            "check the endpoint",
        ),
    ],
)
def test_a_refusal_of_the_caller(error, remedy):
    """Credentials, permissions, a wrong endpoint and unknown codes are left to the operator."""
    assert verdict_of(error) == "caller"
    assert remedy in remedy_for(error)


@pytest.mark.parametrize("error", [ValueError("a bug"), KeyboardInterrupt()], ids=name_of)
def test_what_is_no_refusal(error):
    """The program's own errors are raised."""
    assert verdict_of(error) == "raise"


def test_an_unknown_resource_is_gone():
    """UnknownResourceFault says that the task is no longer open."""
    assert verdict_of(fault("UnknownResourceFault")) == "gone"


@pytest.mark.parametrize(
    ("error", "arrived"),
    [
        (fault("ThrottlingException"), False),
        (fault("UnknownResourceFault"), False),
        (fault("ThrottlingException", retries=2), True),
        (fault("UnknownResourceFault", retries=1), True),
        (fault("InternalFailure", 500), True),
        (fault("408", 408), True),
        (ReadTimeoutError(**URL), True),
        (ConnectionClosedError(**URL), True),
        (EndpointConnectionError(**URL), False),
        (ConnectTimeoutError(**URL), False),
        (CredentialRetrievalError(provider="iam-role", error_msg="no answer"), False),
    ],
)
def test_only_the_refusal_of_the_only_send_says_that_it_had_no_effect(error, arrived):
    """After a server error, a lost connection or a repeated send nobody knows."""
    assert may_have_arrived(error) is arrived


def test_an_error_without_metadata_is_a_refusal():
    """A ClientError that a test double made, without status and code, has a name and a verdict."""
    bare = ClientError({}, "AnyOperation")

    assert verdict_of(bare) == "caller"
    assert name_of(bare) == "ClientError"
    assert not may_have_arrived(bare)


def test_a_fault_is_named_by_its_code():
    """A metric counts ThrottlingException, not ClientError."""
    assert name_of(fault("ThrottlingException")) == "ThrottlingException"
