"""Timeline: a history, drawn."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from py_swf._wording import one_line
from py_swf.history import History
from py_swf.timeline.axis import Axis
from py_swf.timeline.failures import Failure, failures
from py_swf.timeline.lanes import Lane, fold, lanes_of
from py_swf.timeline.open_work import OpenWork, open_work
from py_swf.timeline.svg import draw_svg
from py_swf.timeline.telling import Teller
from py_swf.timeline.text import draw_text

__all__ = ["Timeline"]


class Timeline:
    """A history, drawn as lanes over time. It shows itself when printed, and in a notebook.

    It makes no calls, and does not show events that are added to the history later.

    :param history: the history, for example ``task.history`` of a decision task; or
        ``History(workflow_client.walk_execution_history(workflow_id, run_id, False))``.
    :param now: the present, aware; an open execution is drawn up to it. None for the time of the
        last event: open work has then lasted until that.
    :param title: the title above; None for the workflow type. The workflow id is not in a history.
    :param hide_payloads: True to show only the length of what workers, deciders and senders wrote
        (results, reasons, details, inputs of signals).
    :raises TypeError: when ``history`` is not a :class:`~py_swf.history.History`, or ``now`` has no
        time zone.
    """

    def __init__(
        self,
        history: History,
        *,
        now: datetime | None = None,
        title: str | None = None,
        hide_payloads: bool = False,
    ) -> None:
        if not isinstance(history, History):
            raise TypeError(
                f"history must be a py_swf.history.History, not {type(history).__name__}: wrap "
                "events, oldest first, as History(events)"
            )
        if now is not None and now.tzinfo is None:
            raise TypeError(f"now must be aware, with a time zone: {now!r}")
        #: the history that is drawn
        self.history = history
        self._hide = hide_payloads
        began = history.started
        type_ = "" if began is None else f"{began.workflow_type.name} {began.workflow_type.version}"
        self._title = one_line(type_ if title is None else title)
        self._last = history.events[-1].event_timestamp if history.events else now
        #: the time up to which it is drawn; None if there are neither events nor a given time
        self.now: datetime | None = self._last
        if now is not None and self._last is not None and history.is_open:
            self.now = max(now, self._last)

    @cached_property
    def lanes(self) -> list[Lane]:
        """One lane for each activity, timer, child and so on, in the order in which they begin."""
        return lanes_of(self.history)

    @cached_property
    def open_work(self) -> list[OpenWork]:
        """What the execution waits for, what may wait in vain first; empty if it is closed.

        That includes its execution context, since a decider can say there what it waits for.
        """
        if self.now is None:
            return []
        return open_work(self.history, self.lanes, self.now, self._hide)

    @cached_property
    def failures(self) -> list[Failure]:
        """What went wrong, the last first; a failure of the execution itself comes first."""
        return failures(self.history, self.lanes)

    @cached_property
    def _teller(self) -> Teller | None:
        if self.now is None or not self.history.events:
            return None
        return Teller(self.now, not self.history.is_open, self._hide)

    @cached_property
    def _axis(self) -> Axis:
        events = self.history.events
        ends = [event.event_timestamp for event in (*events[:1], *events[-1:])]
        moments = [when.timestamp() for when in (*ends, self.now) if when is not None]
        for lane in self.lanes:
            for attempt in lane.attempts:
                times = (attempt.began, attempt.taken, attempt.ended)
                moments += [seconds for seconds in times if seconds is not None]
        return Axis(moments)

    def text(
        self,
        width: int = 80,
        *,
        color: bool = False,
        ascii_only: bool = False,
        most_lanes: int = 40,
    ) -> str:
        """Draw it as text.

        :param width: columns, at least 40.
        :param color: True for the colors of a terminal.
        :param ascii_only: True for terminals and logs that take ASCII only.
        :param most_lanes: with more lanes than this, those that are alike are folded into one.
        """
        if self._teller is None:
            return f"{self._title}\nno events".strip()
        return draw_text(
            self.history,
            fold(self.lanes, most_lanes),
            self.open_work,
            self._axis,
            self._teller,
            title=self._title,
            width=width,
            color=color,
            ascii_only=ascii_only,
        )

    def svg(
        self,
        *,
        width: int | None = None,
        with_style: bool = True,
        with_heading: bool = True,
        most_lanes: int = 60,
    ) -> str:
        """Draw it as SVG: no scripts, readable on a phone, in light and in dark.

        The drawing scales with the width, and the text keeps its size.

        :param width: in pixels; None for the width of what is around it.
        :param with_style: False leaves out the style sheet, for pages that include
            :data:`py_swf.timeline.STYLE` themselves.
        :param with_heading: False leaves out what goes above the lanes, for pages that show it.
        :param most_lanes: with more lanes than this, those that are alike are folded into one.
        """
        return draw_svg(
            self.history,
            fold(self.lanes, most_lanes),
            self.open_work,
            self._axis,
            self._teller,
            title=self._title,
            width=width,
            with_style=with_style,
            with_heading=with_heading,
        )

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.history!r}>"

    def _repr_svg_(self) -> str:
        return self.svg(width=960)

    def _repr_html_(self) -> str:
        return self.svg()
