"""Markers: values, patches, and what the code records."""

from __future__ import annotations

import attrs

from py_swf import decisions as de
from py_swf.flow.engine.commands.command import Command

__all__ = ["Mark"]


@attrs.define(eq=False)
class Mark(Command):
    """A marker."""

    decision_type = de.RecordMarker

    name: str
    details: str | None
    #: whether the code has used its value: then it must be in the very next answer
    is_value: bool = attrs.field(kw_only=True)

    @property
    # An attribute of the other commands; computed here.
    def content(self) -> tuple[tuple[str, str], ...]:  # type: ignore[override]
        """The details, unless they hold a value: then the value in the history is used."""
        return () if self.is_value else (("details", "details"),)

    def decision(self) -> de.RecordMarker:
        """Return the decision for it."""
        return de.RecordMarker(self.name, self.details)
