"""What activities and workflows share: a registered type, settings, an input of limited size."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

import attrs

from py_swf._to_wire import DATA_LIMIT, members, utf16_length
from py_swf.types import ActivityType, WorkflowType

__all__ = ["Registered", "Settings", "checked_input"]

Type = TypeVar("Type", ActivityType, WorkflowType)


class Registered(Generic[Type]):
    """A type that is registered with the service under a name and a version."""

    type: Type

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__} {self.name} {self.version}>"

    @property
    def name(self) -> str:
        """The name of the type."""
        return self.type.name

    @property
    def version(self) -> str:
        """The version of the type."""
        return self.type.version


@attrs.frozen
class Settings:
    """How something is scheduled or started; None leaves what is registered."""

    #: the decision type that takes them
    owner: ClassVar[str]

    def __attrs_post_init__(self) -> None:
        members(self.owner, **self.given())

    def given(self) -> dict[str, Any]:
        """Return those that are not None."""
        return {k: v for k, v in attrs.asdict(self, recurse=False).items() if v is not None}


def checked_input(owner: str, text: str) -> str:
    """Return an input that the service will accept.

    :param owner: what it is the input of, for the error.
    :param text: the input.
    :raises ValueError: when it is longer than 32,768 characters.
    """
    if len(text) * 2 > DATA_LIMIT and utf16_length(text) > DATA_LIMIT:
        raise ValueError(
            f"the input of {owner} has {utf16_length(text)} characters; the limit is {DATA_LIMIT}: "
            "flow.ClaimCheck keeps larger ones elsewhere"
        )
    return text
