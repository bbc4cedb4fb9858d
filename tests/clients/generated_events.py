"""Events of all 54 types as the service could send them, made from botocore's own model."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.model import service_model

EVENT_TYPES: list[str] = list(service_model().shape_for("EventType").enum)

_TEXTS = st.sampled_from(["x", "NONE", "30", "-7", "ä\U0001f600", "a" * 300]) | st.text(
    min_size=1, max_size=8
)
_NUMBERS = st.integers(0, 25_000)
_TIMES = st.integers(0, 4_000_000_000_000).map(lambda milliseconds: milliseconds / 1000)


def _values(shape: Any) -> st.SearchStrategy[Any]:
    if shape.type_name == "structure":
        return _structures(shape)
    if shape.type_name == "list":
        return st.lists(_values(shape.member), max_size=3)
    if shape.type_name in ("integer", "long"):
        return _NUMBERS
    enum = getattr(shape, "enum", None)
    return st.sampled_from(enum) if enum else _TEXTS


def _structures(shape: Any) -> st.SearchStrategy[dict[str, Any]]:
    values = {name: _values(member) for name, member in shape.members.items()}
    required = {name: values[name] for name in shape.required_members}
    optional = {name: values[name] for name in values if name not in required}
    return st.fixed_dictionaries(required, optional=optional)


def attributes_of(event_type: str) -> tuple[str, Any]:
    """Return the member of the attributes of a type, and their shape."""
    member = f"{event_type[0].lower()}{event_type[1:]}EventAttributes"
    return member, service_model().shape_for("HistoryEvent").members[member]


def event_of(event_type: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return the strategy for one type: required members always, the others sometimes."""
    member, attributes = attributes_of(event_type)
    return st.fixed_dictionaries(
        {
            "eventId": _NUMBERS,
            "eventTimestamp": _TIMES,
            "eventType": st.just(event_type),
            member: _structures(attributes),
        }
    )


events = st.sampled_from(EVENT_TYPES).flatmap(event_of)


def plain_event(event_id: int, event_type: str, *, whole: bool) -> dict[str, Any]:
    """Return an event of a type with every member, or with the required ones alone."""
    member, attributes = attributes_of(event_type)
    return {
        "eventId": event_id,
        "eventTimestamp": 1420113600.5 + event_id,
        "eventType": event_type,
        member: _plain(attributes, whole),
    }


def _plain(shape: Any, whole: bool) -> Any:
    if shape.type_name == "structure":
        names = shape.members if whole else shape.required_members
        return {name: _plain(shape.members[name], whole) for name in names}
    if shape.type_name == "list":
        return [_plain(shape.member, whole)]
    if shape.type_name in ("integer", "long"):
        return 7
    enum = getattr(shape, "enum", None)
    return enum[0] if enum else "60"
