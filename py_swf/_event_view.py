"""What every event is made of: a view of the mapping that the service sent for it.

A history has thousands of events, and a decider looks at only a few of their fields. So making an
event stores three references, and each field is a property that reads its member of the mapping on
access. Nothing is kept: a field always says what the mapping says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from inspect import Parameter, Signature
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, get_type_hints

from py_swf._from_wire import READ, read_value
from py_swf._to_wire import camel_case, members

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_: Any) -> Any:
        """Do nothing: only type checkers need to know which fields a constructor takes."""
        return lambda cls: cls


__all__ = ["EventView", "attributes_member", "spell_event", "view"]

ViewT = TypeVar("ViewT", bound="EventView")
_new = object.__new__


@lru_cache(maxsize=1024)
def attributes_member(event_type: str) -> str:
    """Name the member that holds the attributes of an event type: ``timerFiredEventAttributes``."""
    return f"{event_type[:1].lower()}{event_type[1:]}EventAttributes"


def view(cls: type[ViewT], raw: Mapping[str, Any], attributes: Any) -> ViewT:
    """Make an event of a class from its mapping, and from the attributes in it."""
    event = _new(cls)
    event._raw = raw
    event._attributes = (
        attributes if type(attributes) is dict or isinstance(attributes, Mapping) else {}
    )
    event._event_id = raw.get("eventId", 0)
    return event


def spell_event(
    event_id: int, event_timestamp: datetime, event_type: str, attributes: Mapping[str, Any]
) -> dict[str, Any]:
    """Make the mapping that boto3 would give for an event."""
    raw = {"eventId": event_id, "eventTimestamp": event_timestamp, "eventType": event_type}
    return {**raw, attributes_member(event_type): attributes}


def _field(name: str) -> property:
    """Make the property that reads a field; it is None if the member is missing."""
    member = camel_case(name)
    if member in READ:
        return property(lambda event: read_value(member, event._attributes.get(member)))
    return property(lambda event: event._attributes.get(member))


class _FieldsFromAnnotations(type):
    """Makes a field of each annotation of a class: ``timer_id: str`` reads the member ``timerId``.

    A field with a default may be left out when an event is made by keyword. The classes have slots,
    so that an event takes no other attributes.
    """

    field_names: tuple[str, ...]
    _required: frozenset[str]

    def __new__(
        mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]
    ) -> _FieldsFromAnnotations:
        """Make a class of events."""
        own = tuple(namespace.get("__annotations__", ())) if bases else ()
        read = {field: vars(EventView).get(field) or _field(field) for field in own}
        cls = super().__new__(mcs, name, bases, {"__slots__": (), **namespace, **read})
        cls.field_names += own
        cls._required |= {field for field in own if field not in namespace}
        return cls

    @property
    def __signature__(cls) -> Signature:
        """The fields as a call takes them, for ``help()`` and the like."""
        if "__new__" in vars(cls):
            raise AttributeError("a class with its own constructor has the constructor's signature")
        types = get_type_hints(cls)
        default = dict.fromkeys(cls._required, Parameter.empty)
        return Signature(
            [
                Parameter(
                    field,
                    Parameter.KEYWORD_ONLY,
                    annotation=types[field],
                    default=default.get(field),
                )
                for field in cls.field_names
            ]
        )


@dataclass_transform(kw_only_default=True, frozen_default=True)
class EventView(metaclass=_FieldsFromAnnotations):
    """The base of all events: how they are made, compared and shown."""

    __slots__ = ("__weakref__", "_attributes", "_event_id", "_raw")
    _attributes: Mapping[str, Any]
    _event_id: int
    _raw: Mapping[str, Any]

    # the names of the fields, in the order in which they are shown
    field_names: ClassVar[tuple[str, ...]] = ()
    _required: ClassVar[frozenset[str]] = frozenset()

    event_id = property(attrgetter("_event_id"))
    event_timestamp = property(
        lambda event: read_value("eventTimestamp", event._raw.get("eventTimestamp"))
    )

    def __new__(cls, **values: Any) -> Any:
        """Make an event by keyword, from the mapping that the service would send for it."""
        name = cls.__name__
        for problem, fields in (
            ("has no field", values.keys() - set(cls.field_names)),
            ("needs the field", cls._required - values.keys()),
        ):
            if fields:
                raise TypeError(f"{name} {problem} {', '.join(sorted(fields))}")
        shared = values.pop("event_id"), values.pop("event_timestamp")
        attributes = members(name, **values)
        return view(cls, spell_event(*shared, name, attributes), attributes)

    def __replace__(self, **changes: Any) -> Any:
        """Make an event that differs in some fields: what ``copy.replace`` calls."""
        values = {name: getattr(self, name) for name in self.field_names}
        return type(self)(**{**values, **changes})

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.field_names)

    def __hash__(self) -> int:
        return hash((type(self), self._event_id))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.field_names)
        return f"{type(self).__name__}({fields})"
