"""What the reference says of fields of events, words of enumerations, defaults of records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

import attrs

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

#: how a signature that attrs wrote shows a default
_ATTRS_DEFAULT = re.compile(r"attr_dict\['(\w+)'\]\.default")


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


def with_defaults(signature: str, described: Any) -> str:
    """Return a signature with the defaults themselves instead of where attrs finds them."""

    def default(found: re.Match[str]) -> str:
        value = attrs.fields_dict(described)[found[1]].default
        return value.__name__ if callable(value) else repr(value)

    return _ATTRS_DEFAULT.sub(default, signature)
