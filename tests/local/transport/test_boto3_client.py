"""The boto3 client whose network is a function: what stays botocore's own, what cannot leak."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3.session
import pytest
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    ParamValidationError,
    ReadTimeoutError,
)

from py_swf.local.transport.boto3_client import make_client
from py_swf.local.transport.injected_faults import AnswerTooLate, ConnectionDropped
from py_swf.local.transport.protocol import Reply

LIST = {"registrationStatus": "REGISTERED"}
ONCE = Config(retries={"total_max_attempts": 1})


class Network:
    """Answers every request in the same way, and records the requests."""

    def __init__(self, status: int = 200, answer: dict[str, Any] | None = None) -> None:
        self.status = status
        self.body = json.dumps({"domainInfos": []} if answer is None else answer).encode()
        self.seen: list[tuple[str, str, bytes, float]] = []

    def __call__(self, target: str, content_type: str, body: bytes, read_timeout: float) -> Reply:
        self.seen.append((target, content_type, body, read_timeout))
        return self.status, {"x-amzn-RequestId": "the id"}, self.body


def client_of(network: Any, **kwargs: Any) -> Any:
    """A client in us-east-1."""
    return make_client(network, region="us-east-1", **kwargs)


def test_a_request_arrives_as_botocore_writes_it() -> None:
    """Target, content type and JSON body are those that would go over the network."""
    network = Network()
    client_of(network).list_domains(**LIST)
    assert network.seen == [
        (
            "SimpleWorkflowService.ListDomains",
            "application/x-amz-json-1.0",
            b'{"registrationStatus": "REGISTERED"}',
            70,
        )
    ]


def test_botocore_parses_the_answer() -> None:
    """The answer goes through botocore's parser, including the request id."""
    answer = client_of(Network(answer={"domainInfos": [{"name": "d"}]})).list_domains(**LIST)
    assert answer["domainInfos"] == [{"name": "d"}]
    assert answer["ResponseMetadata"]["RequestId"] == "the id"


def test_botocore_checks_the_request() -> None:
    """A request that botocore's validator refuses never reaches the service."""
    network = Network()
    with pytest.raises(ParamValidationError):
        client_of(network).list_domains(registrationStatus=3)
    assert network.seen == []


def test_a_fault_is_raised_as_the_clients_exception() -> None:
    """An error answer becomes the modelled class of ``client.exceptions``."""
    wire_type = "com.amazonaws.swf.base.model#UnknownResourceFault"
    client = client_of(Network(400, {"__type": wire_type, "message": "Unknown domain: d"}))
    with pytest.raises(client.exceptions.UnknownResourceFault, match="Unknown domain: d"):
        client.describe_domain(name="d")


def test_botocore_retries_a_server_error() -> None:
    """A 500 is tried again as often as the client is told to."""
    network = Network(500, {"__type": "x#InternalFailure"})
    config = Config(retries={"mode": "standard", "total_max_attempts": 2})
    with pytest.raises(ClientError) as caught:
        client_of(network, config=config).list_domains(**LIST)
    assert len(network.seen) == 2
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 1


def test_the_before_parse_event_fires() -> None:
    """A hook between the answer and botocore's parser sees the body."""
    client, bodies = client_of(Network()), []

    def keep(response_dict: dict[str, Any], **_: Any) -> None:
        bodies.append(response_dict["body"])

    client.meta.events.register("before-parse.swf.ListDomains", keep)
    client.list_domains(**LIST)
    assert bodies == [b'{"domainInfos": []}']


@pytest.mark.parametrize(
    ("raised", "seen"),
    [(ConnectionDropped, ConnectionClosedError), (AnswerTooLate, ReadTimeoutError)],
)
def test_a_broken_network_is_botocores_own_error(
    raised: type[Exception], seen: type[Exception]
) -> None:
    """Lost connections and late answers are raised as over a real network."""

    def network(*_: Any) -> Reply:
        raise raised

    with pytest.raises(seen, match=r"http://swf\.local\.invalid"):
        client_of(network, config=ONCE).list_domains(**LIST)


def test_the_client_signs_nothing() -> None:
    """No Authorization header is computed, so no credentials are needed."""
    client, headers = client_of(Network()), []
    client.meta.events.register_first(
        "before-send.swf", lambda request, **_: headers.append(dict(request.headers))
    )
    client.list_domains(**LIST)
    assert "Authorization" not in headers[0]


def test_the_client_waits_longer_than_a_poll_is_held() -> None:
    """The read timeout is above the 60 seconds of a held poll, as the real service asks."""
    assert client_of(Network()).meta.config.read_timeout == 70


def test_a_config_is_merged_over_the_defaults() -> None:
    """The caller's config overrides single defaults."""
    config = client_of(Network(), config=Config(read_timeout=5)).meta.config
    assert config.read_timeout == 5
    assert config.signature_version is not None
    assert config.signature_version != "v4"


def test_the_service_hears_the_clients_read_timeout() -> None:
    """The timeout travels with each request, for answers that come late."""
    network = Network()
    client_of(network, config=Config(read_timeout=5)).list_domains(**LIST)
    assert network.seen[0][3] == 5


def test_arguments_of_boto3_are_passed_on() -> None:
    """The caller's region overrides the service's."""
    assert client_of(Network(), region_name="eu-west-1").meta.region_name == "eu-west-1"


def test_arguments_that_are_none_are_left_to_the_service() -> None:
    """None takes the default, as it does for boto3."""
    client = client_of(Network(), region_name=None, config=None)
    assert client.meta.region_name == "us-east-1"
    assert client.meta.config.read_timeout == 70


def test_a_client_without_a_read_timeout_waits_for_ever() -> None:
    """A read timeout of None is longer than every delay."""
    network = Network()
    client_of(network, config=Config(read_timeout=None)).list_domains(**LIST)
    assert network.seen[0][3] == float("inf")


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Settings in environment and files that would break or bend an ordinary client."""
    broken = tmp_path / "config"
    broken.write_text("this is no ini file [")
    settings = {
        "AWS_PROFILE": "nobody",
        "AWS_DEFAULT_PROFILE": "nobody",
        "AWS_CONFIG_FILE": str(broken),
        "AWS_SHARED_CREDENTIALS_FILE": str(broken),
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL_SWF": "http://127.0.0.1:9",
        "AWS_DEFAULT_REGION": "mars-north-1",
        "AWS_REGION": "mars-north-1",
        "AWS_CA_BUNDLE": str(tmp_path / "missing.pem"),
        "AWS_DATA_PATH": str(tmp_path),
        "AWS_MAX_ATTEMPTS": "none",
        "AWS_RETRY_MODE": "never",
        "AWS_DEFAULTS_MODE": "odd",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    # The session is made once; here it has to be made under these settings.
    monkeypatch.setattr("py_swf.local.transport.boto3_client._sessions", [])


@pytest.mark.usefixtures("hostile")
def test_the_environment_does_not_leak_in() -> None:
    """No variable and no file of the machine changes or breaks a client."""
    client = client_of(Network())
    assert client.list_domains(**LIST)["domainInfos"] == []
    assert client.meta.region_name == "us-east-1"
    assert client.meta.config.retries == client_of(Network()).meta.config.retries


def test_two_networks_do_not_meet() -> None:
    """Each client talks only to its own network."""
    one, two = Network(), Network()
    client, other = client_of(one), client_of(two)
    client.list_domains(**LIST)
    other.list_domains(**LIST)
    other.list_domains(**LIST)
    assert (len(one.seen), len(two.seen)) == (1, 2)


def test_other_clients_of_the_process_are_left_alone() -> None:
    """A boto3 client made elsewhere, before or after, still goes to its own endpoint."""
    network = Network()
    settings = {
        "endpoint_url": "http://127.0.0.1:9",
        "region_name": "us-east-1",
        "aws_access_key_id": "x",
        "aws_secret_access_key": "x",
        "config": ONCE,
    }
    before = boto3.session.Session().client("swf", **settings)
    client_of(network)
    after = boto3.session.Session().client("swf", **settings)
    for client in (before, after):
        with pytest.raises(EndpointConnectionError):
            client.list_domains(**LIST)
    assert network.seen == []


def test_what_slips_past_the_hook_reaches_nobody() -> None:
    """The endpoint's name can never resolve, whatever happens to the hook."""
    assert client_of(Network()).meta.endpoint_url.endswith(".invalid")


def test_clients_are_made_and_used_by_many_threads() -> None:
    """Threads that make clients at once get one each, and each is answered by its own network."""
    start = threading.Barrier(8)

    def one(number: int) -> tuple[int, Any]:
        network = Network(answer={"domainInfos": [{"name": str(number)}]})
        start.wait()
        client = client_of(network)
        answers = [client.list_domains(**LIST)["domainInfos"][0]["name"] for _ in range(20)]
        return len(network.seen), set(answers)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, range(8))) == [(20, {str(number)}) for number in range(8)]


def test_the_service_model_is_read_once() -> None:
    """All clients share one loader, which is what makes the second client cheap."""
    first, second = client_of(Network()), client_of(Network())
    assert first._loader is second._loader
