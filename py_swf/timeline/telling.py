"""What a timeline says in words: the heading, the note of a lane, and all about one attempt."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from py_swf._wording import duration, moment, one_line
from py_swf.history import History
from py_swf.timeline.lanes import INSTANT, Attempt, Lane

__all__ = ["STATUS_WORDS", "Teller", "between", "hidden", "label"]

#: the service's word -> how it reads in a sentence
STATUS_WORDS = {
    "SCHEDULED": "waiting",
    "INITIATED": "not started",
    "STARTED": "working",
    "COMPLETED": "completed",
    "FAILED": "failed",
    "TIMED_OUT": "timed out",
    "CANCELED": "canceled",
    "TERMINATED": "terminated",
    "CONTINUED_AS_NEW": "continued as new",
    "START_FAILED": "could not start",
    "FIRED": "fired",
    "SIGNALED": "arrived",
    "RECORDED": "recorded",
    "CANCEL_REQUESTED": "requested",
    "REFUSED": "refused",
}

_TIMES = "\N{MULTIPLICATION SIGN}"

#: what comes before the name of a lane of this kind
_KIND_WORDS = {
    "activity": "",
    "decision": "",
    "child workflow": "child",
    "Lambda function": "Lambda",
    "failed decision": "refused",
}


def hidden(text: str | None, hide: bool) -> str | None:
    """Return text that an application wrote, or only its length if it should be hidden."""
    return f"(hidden, {len(text):,} characters)" if hide and text else text


def label(lane: Lane) -> str:
    """Name a lane: ``charge-card``, ``timer retry-1``, ``4,000 of resize 1``."""
    kind = _KIND_WORDS.get(lane.kind, lane.kind)
    if lane.folded == 1:
        times = f" {_TIMES}{len(lane.attempts):,}" if len(lane.attempts) > 1 else ""
        return f"{kind} {lane.name}{times}".strip()
    name = lane.name or lane.type_name or f"{lane.kind}s of several types"
    return f"{lane.folded:,} of {kind} {name}".replace("  ", " ")


@attrs.frozen
class Teller:
    """Describes an execution as it is at one moment.

    :param now: that moment.
    :param is_closed: whether the execution is closed.
    :param hide: whether to show only the length of what an application wrote.
    """

    now: datetime
    is_closed: bool
    hide: bool

    def heading(self, history: History) -> tuple[str, str]:
        """Say the status and how long it took; and when it began, with how many events."""
        first, last = history.events[0].event_timestamp, history.events[-1].event_timestamp
        if history.close_status is None:
            state = f"OPEN for {between(first, self.now)}"
        else:
            state = f"{history.close_status} after {between(first, last)}"
        count = len(history.events)
        events = "1 event" if count == 1 else f"{count:,} events"
        return state, f"started {moment(first)} · {events}"

    def note(self, lane: Lane) -> str:
        """Describe a lane in a few words: ``failed: no money``, ``waiting for 2 h``."""
        if lane.folded > 1 or (lane.kind == "decision" and not lane.is_open):
            return ", ".join(
                f"{count:,} {STATUS_WORDS.get(status, status)}"
                for status, count in lane.statuses.most_common()
            )
        last = lane.attempts[-1]
        word = STATUS_WORDS.get(last.status, last.status)
        if last.status in INSTANT:
            return word
        if last.is_open:
            since = (last.started or last.opened).event_timestamp
            if self.is_closed:
                return f"left open after {between(since, self.now)}"
            word = "running" if lane.kind in ("timer", "child workflow") else word
            return f"{word} for {between(since, self.now)}"
        why = self._why(last) if last.is_bad else ""
        return f"{word}: {why}" if why else f"{word}, {self._length(last)}"

    def describe(self, lane: Lane, number: int, attempt: Attempt) -> str:
        """Describe one attempt in full, in a few lines."""
        opened: Any = attempt.opened
        title = f"{lane.kind} {lane.name}" + (f" ({lane.type_name})" if lane.type_name else "")
        if len(lane.attempts) > 1:
            title += f", {number:,} of {len(lane.attempts):,}"
        lines = [title, f"event {opened.event_id}, {moment(opened.event_timestamp)}"]
        if attempt.status in INSTANT:
            told = getattr(opened, "input", None) or getattr(opened, "details", None)
            lines.append(self._shown(told))
        else:
            word = STATUS_WORDS.get(attempt.status, attempt.status)
            lines += [*self._taken(attempt), f"{word}, {self._length(attempt)}"]
            lines += [self._why(attempt), self._last_heartbeat(attempt)]
        return "\n".join(line for line in lines if line)

    def _taken(self, attempt: Attempt) -> list[str]:
        """Say where it waited, and who took it."""
        task_list = getattr(attempt.opened, "task_list", None)
        where = f" in task list {one_line(task_list)}" if task_list else ""
        if attempt.started is None:
            return [f"never taken{where}"] if where and not attempt.is_open else []
        identity = getattr(attempt.started, "identity", None)
        waited = between(attempt.opened.event_timestamp, attempt.started.event_timestamp)
        return [
            f"waited {waited}{where}" + (f", taken by {one_line(identity)}" if identity else "")
        ]

    def _last_heartbeat(self, attempt: Attempt) -> str:
        details = getattr(attempt.closed, "details", None)
        if attempt.status != "TIMED_OUT" or not details:
            return ""
        return f"last heartbeat: {self._shown(details)}"

    def _why(self, attempt: Attempt) -> str:
        closed: Any = attempt.closed
        reason = getattr(closed, "reason", None)
        if reason:
            return self._shown(reason)
        return getattr(closed, "timeout_type", None) or getattr(closed, "cause", None) or ""

    def _shown(self, text: str | None) -> str:
        return one_line(hidden(text, self.hide) or "")[:300]

    def _length(self, attempt: Attempt) -> str:
        begin = (attempt.started or attempt.opened).event_timestamp
        return between(
            begin, self.now if attempt.closed is None else attempt.closed.event_timestamp
        )


def between(begin: datetime, end: datetime) -> str:
    """Say how long it was from one moment to another; never less than 0, if clocks differ."""
    return duration(max((end - begin).total_seconds(), 0))
