"""Where the service is, who asks, and in which domain: the options that all commands share."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timezone
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import attrs
import click

from py_swf._long_poll import LONG_POLL_CONFIG
from py_swf._wording import one_line
from py_swf.cli.service_time import ServiceTime, is_of_aws
from py_swf.cli.statuses import FAILED, NOT_FOUND, UNREACHABLE, USAGE, CommandError
from py_swf.clients.registration import RegistrationClient
from py_swf.clients.workflow import WorkflowClient
from py_swf.config_definitions import ActivityTaskConfig, DecisionConfig, WorkflowClientConfig

if TYPE_CHECKING:
    from py_swf.clients.activity_task import ActivityTaskClient
    from py_swf.clients.decision import DecisionClient

__all__ = ["Connection", "Session", "connected", "explain"]

CommandT = TypeVar("CommandT", bound=Callable[..., Any])

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def make_client(profile: str | None, region: str | None, endpoint_url: str | None) -> Any:
    """Make a client for SWF: one of botocore, as boto3's clients are.

    A client for a local service needs neither credentials nor a region.

    :param profile: a profile of the AWS configuration; None for the default one.
    :param region: the region; None for that of the environment or the profile.
    :param endpoint_url: where the service is; None for AWS_ENDPOINT_URL_SWF or AWS_ENDPOINT_URL,
        or else AWS itself.
    """
    import botocore.session
    from botocore import UNSIGNED
    from botocore.config import Config
    from botocore.loaders import Loader

    class OneService(Loader):
        """Finds only this service: listing all those of AWS takes longer than the call."""

        def list_available_services(self, type_name: str) -> list[str]:
            return ["swf"]

    env = os.environ
    endpoint_url = endpoint_url or env.get("AWS_ENDPOINT_URL_SWF") or env.get("AWS_ENDPOINT_URL")
    config = LONG_POLL_CONFIG.merge(
        Config(connect_timeout=5, max_pool_connections=50, retries={"total_max_attempts": 3})
    )
    session = botocore.session.Session(profile=profile)
    session.register_component("data_loader", OneService())
    if endpoint_url and urlsplit(endpoint_url).hostname in _LOOPBACK:
        region = region or session.get_config_variable("region") or "us-east-1"
        config = config.merge(Config(signature_version=UNSIGNED))
    return session.create_client(
        "swf", region_name=region, endpoint_url=endpoint_url, config=config
    )


def utc_now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(timezone.utc)


@attrs.frozen
class Session:
    """What a command line works with; tests pass their own.

    :param make_client: makes a boto3 client from a profile, a region and an endpoint.
    :param now: returns the time.
    :param sleep: waits for this many seconds.
    """

    make_client: Callable[[str | None, str | None, str | None], Any] = make_client
    now: Callable[[], datetime] = utc_now
    sleep: Callable[[float], None] = time.sleep


class Connection:
    """The clients of one service, in one domain.

    :param session: the source of the boto3 client and the time.
    :param client_options: the arguments of ``session.make_client``.
    :param domain: the domain; None for the only one there is.
    """

    def __init__(
        self,
        session: Session,
        client_options: tuple[str | None, str | None, str | None],
        domain: str | None,
    ) -> None:
        self.session = session
        self._client_options = client_options
        #: the domain that was given, or None
        self.given_domain = domain

    @cached_property
    def boto_client(self) -> Any:
        """The boto3 client."""
        return self.session.make_client(*self._client_options)

    @cached_property
    def _time(self) -> ServiceTime:
        return ServiceTime(self.boto_client, self.session.now)

    def now(self) -> datetime:
        """Return the service's time: that of its clock, if the clock can be turned."""
        if not self._time.is_known and not is_of_aws(self.boto_client.meta.endpoint_url):
            from botocore.exceptions import ClientError

            with suppress(ClientError):  # a refusal tells the time, too
                self.boto_client.list_domains(registrationStatus="REGISTERED", maximumPageSize=1)
        return self._time.now()

    @cached_property
    def local_url(self) -> str:
        """The address of the service, which must not be AWS.

        :raises CommandError: when it is.
        """
        url: str = self.boto_client.meta.endpoint_url
        if is_of_aws(url):
            raise CommandError(
                f"{url} is AWS, whose clock nobody turns: give --endpoint-url or set "
                "AWS_ENDPOINT_URL_SWF for a local service",
                USAGE,
            )
        return url

    @cached_property
    def registration(self) -> RegistrationClient:
        """The client for domains and types."""
        return RegistrationClient(self.boto_client)

    @cached_property
    def domain(self) -> str:
        """The name of the domain.

        :raises CommandError: when none was given, and there is not exactly one.
        """
        if self.given_domain is not None:
            return self.given_domain
        names = [info.name for info in self.registration.list_domains()]
        if len(names) == 1:
            return names[0]
        there = f"there are: {', '.join(names)}" if names else "the service has none"
        raise CommandError(f"which domain? Give --domain or set PY_SWF_DOMAIN; {there}", NOT_FOUND)

    @cached_property
    def workflows(self) -> WorkflowClient:
        """For executions."""
        return WorkflowClient(WorkflowClientConfig(self.domain), self.boto_client)

    def deciders(self, task_list: str) -> DecisionClient:
        """Return the client of the deciders of a task list."""
        from py_swf.clients.decision import DecisionClient

        config = DecisionConfig(self.domain, task_list)
        return DecisionClient(config, self.boto_client)

    def workers(self, task_list: str) -> ActivityTaskClient:
        """Return the client of the activity workers of a task list."""
        from py_swf.clients.activity_task import ActivityTaskClient

        return ActivityTaskClient(ActivityTaskConfig(self.domain, task_list), self.boto_client)


def connected(with_domain: bool = True) -> Callable[[CommandT], CommandT]:
    """Give a command the options of the connection, and the connection as its first argument."""

    def decorate(command: CommandT) -> CommandT:
        @wraps(command)
        def connecting(
            profile: str | None, region: str | None, endpoint_url: str | None, **options: Any
        ) -> Any:
            session = click.get_current_context().obj or Session()
            domain = options.pop("domain", None)
            return command(Connection(session, (profile, region, endpoint_url), domain), **options)

        made: Any = connecting
        for option in _OPTIONS if with_domain else _OPTIONS[:-1]:
            made = option(made)
        result: CommandT = made
        return result

    return decorate


_OPTIONS = [
    click.option("--profile", metavar="NAME", help="Profile in the AWS configuration."),
    click.option("--region", metavar="NAME", help="AWS region."),
    click.option("--endpoint-url", metavar="URL", help="Where the service is, if not at AWS."),
    click.option(
        "--domain", "-d", metavar="NAME", envvar="PY_SWF_DOMAIN", help="Domain to work in."
    ),
]


def explain(error: Any) -> tuple[str, int]:
    """Put an error of botocore into one line, and return it with its exit status."""
    from botocore import exceptions as ex

    if isinstance(error, ex.ClientError):
        told = error.response.get("Error", {})
        code = told.get("Code", "?")
        status = NOT_FOUND if code == "UnknownResourceFault" else FAILED
        return one_line(f"{code}: {told.get('Message') or 'the service gives no reason'}"), status
    message = one_line(str(error))
    if isinstance(error, ex.NoCredentialsError | ex.PartialCredentialsError):
        return f"{message}; for a local service give --endpoint-url", FAILED
    if isinstance(error, ex.NoRegionError):
        return (
            "no region: give --region, set AWS_REGION, or for a local service give --endpoint-url",
            FAILED,
        )
    if isinstance(error, ex.ConnectionError | ex.HTTPClientError):
        return message, UNREACHABLE
    return message, FAILED
