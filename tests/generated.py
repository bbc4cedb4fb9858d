"""Events as the service could send them, generated from botocore's model of all 54 types."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from py_swf.events import attributes_member
from tests.model import service_model, shape

_DURATION = st.integers(0, 99_999_999).map(str) | st.just("NONE")
_BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "DurationInSeconds": _DURATION,
    "DurationInSecondsOptional": _DURATION,
    "TaskPriority": st.integers(-(2**31), 2**31 - 1).map(str),
}
_BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "string": st.text(max_size=8),
    "long": st.integers(0, 25_000),
    "timestamp": st.integers(1_300_000_000_000, 2_000_000_000_000).map(lambda ms: ms / 1000),
}

EVENT_TYPE_NAMES: list[str] = list(shape("EventType").enum)


def values(of: Any) -> st.SearchStrategy[Any]:
    """Values of a shape as the wire spells them; optional members may be missing."""
    if of.type_name == "structure":
        members = {name: values(member) for name, member in of.members.items()}
        required = {name: members.pop(name) for name in of.required_members}
        return st.fixed_dictionaries(required, optional=members)
    if of.type_name == "list":
        return st.lists(values(of.member), max_size=3)
    if getattr(of, "enum", None):
        return st.sampled_from(of.enum)
    return _BY_NAME[of.name] if of.name in _BY_NAME else _BY_TYPE[of.type_name]


def events_of(event_type: str) -> st.SearchStrategy[dict[str, Any]]:
    """Events of one type, as in the JSON of the service."""
    return st.fixed_dictionaries(
        {
            "eventId": st.integers(1, 25_000),
            "eventTimestamp": _BY_TYPE["timestamp"],
            "eventType": st.just(event_type),
            attributes_member(event_type): values(
                service_model().shape_for(f"{event_type}EventAttributes")
            ),
        }
    )


#: events of any type
events = st.sampled_from(EVENT_TYPE_NAMES).flatmap(events_of)

#: anything that JSON can hold
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@st.composite
def damaged_events(draw: st.DrawFn) -> dict[str, Any]:
    """Events with members missing, added or replaced by anything."""
    event = draw(events)
    member = attributes_member(event["eventType"])
    attributes = event[member]
    for part in (event, attributes):
        names = st.sampled_from(sorted(part)) if part else st.nothing()
        for name in draw(st.lists(names | st.sampled_from(["class", "_new", "new"]), max_size=3)):
            if draw(st.booleans()):
                part[name] = draw(json_values)
            else:
                part.pop(name, None)
    return event
