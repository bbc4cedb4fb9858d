"""What the reference says of the fields of events and the words of enumerations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from docs.enum_words import meaning
from docs.event_fields import describe
from py_swf import enums
from py_swf.events import Event

#: how an annotation is shown, where it is not the name of a class of Python
_SHOWN = {
    "ActivityType": ":class:`~py_swf.types.ActivityType`",
    "Seconds": "seconds",
    "WorkflowExecution": ":class:`~py_swf.types.WorkflowExecution`",
    "WorkflowType": ":class:`~py_swf.types.WorkflowType`",
    "tuple[str, ...]": "tuple of str",
}


def fields_of(event: type[Event]) -> Iterator[str]:
    """Yield the lines that describe the fields that an event has of its own."""
    name = event.__name__
    own = [field for field in event.field_names if field not in Event.field_names]
    for field in own:
        shown = _show(event.__annotations__[field])
        yield f"* **{field}** ({shown}): {describe(name, field) or ''}"
    yield ""
    yield f"AWS: :swf:`{name}EventAttributes`"


def _show(annotation: str) -> str:
    kind = annotation.removesuffix(" | None")
    shown = f":data:`~py_swf.{kind}`" if kind.startswith("enums.") else _SHOWN.get(kind, kind)
    return shown if kind == annotation else f"{shown}, or None"


def words_of(name: str) -> Iterator[str]:
    """Yield the lines that list the words of an enumeration."""
    for word in get_args(getattr(enums, name)):
        yield f"* ``{word}``: {meaning(name, word) or ''}"
