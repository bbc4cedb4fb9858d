"""The directive that shows the states of one kind of thing: ``.. states:: activity task``."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from docs.draw_states import KINDS, draw

_BY_NAME = {kind.name: kind for kind in KINDS}


class _States(SphinxDirective):
    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        if name not in _BY_NAME:
            raise self.error(f"states are drawn of: {', '.join(_BY_NAME)}, not of {name}")
        return [nodes.raw("", draw(_BY_NAME[name]), format="html")]


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx of the directive."""
    app.add_directive("states", _States)
    app.add_css_file("states.css")
    app.add_css_file("pictures.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
