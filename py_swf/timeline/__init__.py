"""Draw a history: what ran when, what is open and since when, what failed and why.

>>> print(Timeline(history))  # doctest: +SKIP

A :class:`Timeline` makes no calls and reads no clock: it draws the :class:`~py_swf.history.History`
that it is given.
"""

from __future__ import annotations

from py_swf.timeline.failures import Failure
from py_swf.timeline.lanes import Attempt, Lane
from py_swf.timeline.open_work import OpenWork
from py_swf.timeline.svg import STYLE
from py_swf.timeline.timeline import Timeline

__all__ = ["STYLE", "Attempt", "Failure", "Lane", "OpenWork", "Timeline"]
