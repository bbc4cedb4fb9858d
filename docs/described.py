"""Adds to the pages what the code need not say: fields of events, words of enumerations.

An event that autodoc shows gets a list of its fields and a link to its page at AWS. The directive
``.. words:: CloseStatus`` shows an enumeration with its words.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import isclass
from typing import Any, get_args

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective

from docs.enum_words import meaning
from docs.event_fields import describe
from py_swf import enums
from py_swf.events import EVENT_TYPES, Event

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


class _Words(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        comments = ModuleAnalyzer.for_module("py_swf.enums").find_attr_docs()
        lines = [*comments.get(("", name), []), "", *words_of(name)]
        shown = "\n".join(f"   {line}" for line in lines)
        head = f".. py:data:: {name}\n   :module: py_swf.enums"
        return self.parse_text_to_nodes(f"{head}\n\n{shown}\n")


def _describe_fields(
    app: Sphinx, what: str, name: str, obj: Any, options: object, lines: list[str]
) -> None:
    if isclass(obj) and EVENT_TYPES.get(obj.__name__) is obj:
        lines += ["", *fields_of(obj)]


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx of it."""
    app.add_directive("words", _Words)
    app.connect("autodoc-process-docstring", _describe_fields)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
