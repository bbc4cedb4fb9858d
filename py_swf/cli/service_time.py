"""The time at a service: it differs from the time here if a local service's clock is turned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

__all__ = ["ServiceTime", "is_of_aws"]

#: the header with which a local service tells the time of its clock, if that is not the system's
_HEADER = "x-py-swf-now"


class ServiceTime:
    """The time of a service, from its last answer, or else of this machine.

    :param boto_client: a boto3 client of the service.
    :param now: returns the time of this machine.
    """

    def __init__(self, boto_client: Any, now: Callable[[], datetime]) -> None:
        self._here = now
        self._there: datetime | None = None
        #: whether an answer has arrived
        self.is_known = False
        boto_client.meta.events.register("after-call.swf", self._note)

    def _note(self, parsed: Mapping[str, Any], **_: Any) -> None:
        self.is_known = True
        said = parsed.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get(_HEADER)
        if said is not None:
            self._there = datetime.fromtimestamp(float(said), timezone.utc)

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return self._here() if self._there is None else self._there


def is_of_aws(url: str) -> bool:
    """Return whether an address is one of AWS, in any of its partitions."""
    from botocore.loaders import Loader

    host = urlsplit(url).hostname or ""
    outputs = [each["outputs"] for each in Loader().load_data("partitions")["partitions"]]
    names = {each[name] for each in outputs for name in ("dnsSuffix", "dualStackDnsSuffix")}
    return any(f".{host}".endswith(f".{name}") for name in names)
