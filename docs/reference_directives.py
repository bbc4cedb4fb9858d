"""What the reference shows beyond docstrings.

An event that autodoc shows gets a list of its fields and a link to its page at AWS. The directive
``.. words:: CloseStatus`` shows an enumeration with its words, and ``.. operations::`` each
operation of AWS with the methods that call it.
"""

from __future__ import annotations

from inspect import isclass
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective

from docs.described import fields_of, words_of
from docs.operations import methods_by_operation
from py_swf.events import EVENT_TYPES


class _Words(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        comments = ModuleAnalyzer.for_module("py_swf.enums").find_attr_docs()
        lines = [*comments.get(("", name), []), "", *words_of(name)]
        shown = "\n".join(f"   {line}" for line in lines)
        head = f".. py:data:: {name}\n   :module: py_swf.enums"
        return self.parse_text_to_nodes(f"{head}\n\n{shown}\n")


class _Operations(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        lines = []
        for operation, methods in sorted(methods_by_operation().items()):
            shown = ", ".join(
                f":meth:`{'.'.join(full.split('.')[-2:])} <{full}>`" for full in methods
            )
            lines.append(f"* :swf:`{operation}`: {shown}")
        return self.parse_text_to_nodes("\n".join(lines))


def _describe_fields(
    app: Sphinx, what: str, name: str, obj: Any, options: object, lines: list[str]
) -> None:
    if isclass(obj) and EVENT_TYPES.get(obj.__name__) is obj:
        lines += ["", *fields_of(obj)]


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx of it."""
    app.add_directive("operations", _Operations)
    app.add_directive("words", _Words)
    app.connect("autodoc-process-docstring", _describe_fields)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
