"""Which error is waited out, which is raised, and which says that the task is gone."""

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
    SSLError,
)
from botocore.parsers import ResponseParserError

from py_swf.daemon.faults import may_have_arrived, name_of, verdict_of

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


@pytest.mark.parametrize(
    "error",
    [
        fault("OperationNotPermittedFault"),
        fault("ValidationException"),
        fault("UnrecognizedClientException"),
        NoCredentialsError(),
        ParamValidationError(report="bad"),
        BotoCoreError(),
        SSLError(error="[SSL: CERTIFICATE_VERIFY_FAILED] self-signed", **URL),
        ValueError("a bug"),
        KeyboardInterrupt(),
    ],
    ids=name_of,
)
def test_what_waiting_does_not_mend_is_raised(error):
    """Missing permission, bad requests, missing credentials and bugs are raised."""
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
        (ReadTimeoutError(**URL), True),
    ],
)
def test_only_the_refusal_of_the_only_send_says_that_it_had_no_effect(error, arrived):
    """After a server error, a lost connection or a repeated send nobody knows."""
    assert may_have_arrived(error) is arrived


def test_an_error_without_metadata_is_a_refusal():
    """A ClientError that a test double made, without status and code, is raised, and has a name."""
    bare = ClientError({}, "AnyOperation")

    assert verdict_of(bare) == "raise"
    assert name_of(bare) == "ClientError"
    assert not may_have_arrived(bare)


def test_a_fault_is_named_by_its_code():
    """A metric counts ThrottlingException, not ClientError."""
    assert name_of(fault("ThrottlingException")) == "ThrottlingException"
