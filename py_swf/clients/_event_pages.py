"""History in pages, read as needed."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, takewhile
from typing import Any, Generic, TypeVar

import attrs
from botocore.exceptions import ClientError

from py_swf._of_1x import ListOf1x
from py_swf._to_wire import members, pages
from py_swf.clients import _history_parser
from py_swf.clients._request_marks import marked
from py_swf.clients._whole_answers import CHECKED
from py_swf.errors import mark_as_of_reading
from py_swf.events import Event
from py_swf.types import WorkflowExecution

__all__ = ["EventPages", "EventsBefore", "event_id_of", "number_in", "read_page", "walk_history"]

T = TypeVar("T")


class EventPages(ListOf1x[T]):
    """The events of a decision task; further pages are read when they are needed.

    Iterating, ``in`` and indexes from the front read only as far as they must; everything else
    that a list can do reads all events. Each page is polled with the page token of the one before,
    which never hands out another task. If that token has expired, the rest is read from the
    history of the execution. If that fails too, the error is raised, and the next read starts
    again at the same place. Pickling reads all events and makes a list of them.

    :param answer: the answer to the poll.
    :param next_answer: sends the same poll again, with a page token.
    :param events_of: takes the events from an answer.
    :param walk: walks the history of the run, in an order that is given as ``reverse_order``.
    :param newest_first: the order of the poll.
    :param first_event_id: id of the oldest event that the task has.
    """

    def __init__(
        self,
        answer: Mapping[str, Any],
        next_answer: Callable[..., Mapping[str, Any]],
        events_of: Callable[[Mapping[str, Any]], Iterable[T]],
        walk: Callable[..., Iterable[T]],
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
        self._last = number_in(answer, "startedEventId") or math.inf
        self._take(answer)

    def _take(self, answer: Mapping[str, Any]) -> None:
        list.extend(self, self._events_of(answer))
        token = answer.get("nextPageToken")
        self._token = token if isinstance(token, str) else None  # a test double returns anything

    def _read_page(self) -> bool:
        if not self._token:
            return False
        try:
            answer = self._next_answer(nextPageToken=self._token)
        except ClientError:
            answer = {}
        if answer.get("taskToken"):
            self._take(answer)
        else:
            list.extend(self, [*self._rest()])
            self._token = None
        return True

    def _rest(self) -> Iterator[T]:
        """Read the remaining events from the history of the execution."""
        first, last = self._first, self._last
        read = list.__len__(self)
        if read and self._newest_first:
            last = event_id_of(list.__getitem__(self, -1)) - 1
        elif read:
            first = event_id_of(list.__getitem__(self, -1)) + 1
        for event in self._walk(reverse_order=self._newest_first):
            event_id = event_id_of(event)
            if first <= event_id <= last:
                yield event
            elif (event_id < first) == self._newest_first:
                return

    def _whole(self) -> list[T]:
        while self._read_page():
            pass
        return self

    def __getitem__(self, index: Any) -> Any:
        last = math.inf if isinstance(index, slice) or index < 0 else index
        while last >= list.__len__(self) and self._read_page():
            pass
        return list.__getitem__(self, index)

    def __iter__(self) -> Iterator[T]:
        return list.__iter__(self) if not self._token else self._iterate()

    def _iterate(self) -> Iterator[T]:
        index = 0
        while index < list.__len__(self) or self._read_page():
            # an empty page may be followed by another
            while index < list.__len__(self):
                yield list.__getitem__(self, index)
                index += 1

    def __contains__(self, event: object) -> bool:
        return any(event is one or event == one for one in self)

    def __bool__(self) -> bool:
        return any(True for _ in self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # like a list: reading changes it

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {list.__len__(self)} events read so far>"

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)


@attrs.frozen(eq=False)
class EventsBefore(Iterable[T], Generic[T]):
    """The events of a run before a given one, oldest first, read again for each iteration.

    Pickling reads them and makes a list of them.

    :param event_id: the event before which they end.
    :param walk: walks the history of the run, in an order that is given as ``reverse_order``.
    """

    event_id: int
    walk: Callable[..., Iterable[T]]

    def __iter__(self) -> Iterator[T]:
        if self.event_id > 1:
            events = self.walk(reverse_order=False)
            yield from takewhile(lambda event: event_id_of(event) < self.event_id, events)

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

    Only one page is held at a time: it is released before the next one is read.
    """
    params = members(
        "GetWorkflowExecutionHistory",
        domain=domain,
        execution=run,
        reverse_order=reverse_order,
        maximum_page_size=maximum_page_size,
    )
    form, events_of = _history_parser.form(raw=raw)
    call = partial(read_page, boto_client.get_workflow_execution_history, form)
    # a loop over the pages would hold the previous one while the next is read
    return (event for event in chain.from_iterable(map(events_of, pages(call, **params))))


def read_page(call: Callable[..., Any], form: str, /, **params: Any) -> Mapping[str, Any]:
    """Make a call that returns events, and mark its errors as errors of reading.

    :param call: a method of the boto3 client.
    :param form: the mark of calls that return events in that form.
    """
    try:
        answer: Mapping[str, Any] = marked(call, CHECKED, form)(**params)
    except Exception as error:
        mark_as_of_reading(error)
        raise
    return answer


def event_id_of(event: Any) -> int:
    """Return the id of an event in either form: a record, or boto3's dict."""
    event_id: int = event.event_id if isinstance(event, Event) else event["eventId"]
    return event_id


def number_in(answer: Mapping[str, Any], member: str) -> int:
    """Return a number in an answer, 0 if it has none; a test double may return anything."""
    number = answer.get(member)
    return number if isinstance(number, int) else 0
