"""History in pages, read when it is looked at."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, takewhile
from typing import Any, Generic, TypeVar, overload

import attrs
from botocore.exceptions import ClientError

from py_swf._to_wire import members, pages
from py_swf.clients._history_parser import reading
from py_swf.clients._whole_answers import checked
from py_swf.errors import mark_as_of_reading
from py_swf.events import Event
from py_swf.types import WorkflowExecution

__all__ = ["EventPages", "EventsBefore", "event_id_of", "walk_history"]

T = TypeVar("T")


class EventPages(Sequence[T], Generic[T]):
    """The events of a decision task; further pages are read when they are needed.

    Iterating, and indexes from the front, read up to what they return; a length, an index from
    the end and a slice read the whole. A page is polled with the page token of the one before,
    which never hands out another task; where that token is no longer good, the rest is read from
    the history of the execution. Where that fails as well, the error is raised, and the next look
    begins again at the same place. Pickling it reads the whole, and makes a list of it.

    :param answer: the answer to the poll.
    :param next_answer: sends the same poll with a page token more.
    :param events_of: takes the events from an answer.
    :param walk: walks the history of the run, in the order of the poll.
    :param newest_first: that order.
    :param first_event_id: id of the oldest event that the task has.
    """

    def __init__(
        self,
        answer: Mapping[str, Any],
        next_answer: Callable[..., Mapping[str, Any]],
        events_of: Callable[[Mapping[str, Any]], Iterable[T]],
        walk: Callable[[], Iterable[T]],
        *,
        newest_first: bool = True,
        first_event_id: int = 1,
    ) -> None:
        self._next_answer = next_answer
        self._events_of = events_of
        self._walk = walk
        self._newest_first = newest_first
        self._first = first_event_id
        # what happened after this task was started belongs to the next one
        self._last = answer.get("startedEventId") or math.inf
        self._events: list[T] = []
        self._take(answer)

    def _take(self, answer: Mapping[str, Any]) -> None:
        self._events += self._events_of(answer)
        self._token = answer.get("nextPageToken")

    def _read_page(self) -> bool:
        if not self._token:
            return False
        try:
            answer = _read(self._next_answer, nextPageToken=self._token)
        except ClientError:
            answer = {}
        if answer.get("taskToken"):
            self._take(answer)
        else:
            self._events += list(self._rest())
            self._token = None
        return True

    def _rest(self) -> Iterator[T]:
        """Read what the pages have not brought, from the history of the execution."""
        first, last = self._first, self._last
        if self._events and self._newest_first:
            last = event_id_of(self._events[-1]) - 1
        elif self._events:
            first = event_id_of(self._events[-1]) + 1
        for event in self._walk():
            event_id = event_id_of(event)
            if first <= event_id <= last:
                yield event
            elif (event_id < first) == self._newest_first:
                return

    def _whole(self) -> list[T]:
        while self._read_page():
            pass
        return self._events

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice) or index < 0:
            return self._whole()[index]
        while index >= len(self._events) and self._read_page():
            pass
        return self._events[index]

    def __iter__(self) -> Iterator[T]:
        return iter(self._events) if not self._token else self._iterate()

    def _iterate(self) -> Iterator[T]:
        index = 0
        while index < len(self._events) or self._read_page():
            # a page may be empty and yet be followed by another
            while index < len(self._events):
                yield self._events[index]
                index += 1

    def __len__(self) -> int:
        return len(self._whole())

    def __bool__(self) -> bool:
        return any(True for _ in self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._whole() == list(other)

    __hash__ = None  # type: ignore[assignment]  # like a list: it is read, so it changes

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self._events)} events read so far>"

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (self._whole(),)


@attrs.frozen(eq=False)
class EventsBefore(Iterable[T], Generic[T]):
    """The events of a run before one of them, oldest first, read whenever they are gone through.

    Pickling it reads them, and makes a list of them.

    :param event_id: the event before which they end.
    :param walk: walks the history of the run, oldest first.
    """

    event_id: int
    walk: Callable[[], Iterable[T]]

    def __iter__(self) -> Iterator[T]:
        if self.event_id > 1:
            yield from takewhile(lambda event: event_id_of(event) < self.event_id, self.walk())

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)


def walk_history(
    boto_client: Any,
    domain: str,
    run: WorkflowExecution,
    *,
    reverse_order: bool = True,
    raw: bool = False,
    maximum_page_size: int | None = None,
) -> Generator[Any, None, None]:
    """Walk the history of an execution, one GetWorkflowExecutionHistory a page, lazily.

    One page is held at a time: its last event is handed out, and it is let go, before the next.
    """
    params = members(
        "GetWorkflowExecutionHistory",
        domain=domain,
        execution=run,
        reverse_order=reverse_order,
        maximum_page_size=maximum_page_size,
    )
    call, events = reading(boto_client.get_workflow_execution_history, raw=raw)
    # a loop over the pages would hold the one before while the next is called for
    return (
        event for event in chain.from_iterable(map(events, pages(partial(_read, call), **params)))
    )


def _read(call: Callable[..., Mapping[str, Any]], **params: Any) -> Mapping[str, Any]:
    """Make a call that brings events; what it raises is marked as an error of reading."""
    try:
        answer: Mapping[str, Any] = checked(call)(**params)
    except Exception as error:
        mark_as_of_reading(error)
        raise
    return answer


def event_id_of(event: Any) -> int:
    """Return the id of an event in either form: a record, or boto3's dict."""
    event_id: int = event.event_id if isinstance(event, Event) else event["eventId"]
    return event_id
