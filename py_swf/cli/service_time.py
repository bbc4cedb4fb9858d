"""What time it is at a service: on a local one whose clock is turned it is not the time here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

__all__ = ["ServiceTime", "is_of_aws"]

#: where the local service says in each answer what its clock shows, if it is not the system's
_HEADER = "x-py-swf-now"


class ServiceTime:
    """Tells the time of a service, as its last answer said it; else that of this machine.

    :param boto_client: a boto3 client of the service.
    :param now: tells the time of this machine.
    """

    def __init__(self, boto_client: Any, now: Callable[[], datetime]) -> None:
        self._here = now
        self._there: datetime | None = None
        #: whether an answer has come
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
    """Tell whether an address is one of AWS, in any of its partitions."""
    from botocore.loaders import Loader

    host = urlsplit(url).hostname or ""
    outputs = [each["outputs"] for each in Loader().load_data("partitions")["partitions"]]
    names = {each[name] for each in outputs for name in ("dnsSuffix", "dualStackDnsSuffix")}
    return any(f".{host}".endswith(f".{name}") for name in names)
