"""History in pages, read when it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar, overload

from botocore.exceptions import ClientError

from py_swf._wire import members, pages
from py_swf.clients._history_parser import reading
from py_swf.events import Event
from py_swf.types import WorkflowExecution

__all__ = ["EventPages", "event_id_of", "task_pages", "walk_history"]

T = TypeVar("T")


class EventPages(Sequence[T], Generic[T]):
    """A sequence of events whose further pages are read when they are needed, and kept.

    Iterating, and indexes from the front, read up to what they return; a length, an index from
    the end and a slice read the whole.
    """

    def __init__(self, event_pages: Iterator[Sequence[T]]) -> None:
        self._pages = event_pages
        self._events: list[T] = []

    def _read_page(self) -> bool:
        page = next(self._pages, None)
        if page is None:
            return False
        self._events.extend(page)
        return True

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


def walk_history(
    boto_client: Any,
    domain: str,
    run: WorkflowExecution,
    *,
    reverse_order: bool = True,
    raw: bool = False,
    maximum_page_size: int | None = None,
) -> Generator[Any, None, None]:
    """Walk the history of an execution, one GetWorkflowExecutionHistory a page, lazily."""
    params = members(
        "GetWorkflowExecutionHistory",
        domain=domain,
        execution=dict(run),
        reverse_order=reverse_order,
        maximum_page_size=maximum_page_size,
    )
    call, events = reading(boto_client.get_workflow_execution_history, raw=raw)
    return (event for page in pages(call, **params) for event in events(page))


def task_pages(
    call: Callable[..., Any],
    params: Mapping[str, Any],
    answer: Mapping[str, Any],
    events: Callable[[Mapping[str, Any]], list[Any]],
    read_before: Callable[[int], Iterable[Any]],
) -> Iterator[list[Any]]:
    """Yield the events of a decision task page by page, from the answer to its poll on.

    Further pages are polled with the page token of the one before, which never hands out another
    task. Where such a token is no longer good, the rest is read before the oldest event so far.
    """
    oldest = 0
    while True:
        page = events(answer)
        yield page
        oldest = event_id_of(page[-1]) if page else oldest
        token = answer.get("nextPageToken")
        if not token:
            return
        try:
            answer = call(**params, nextPageToken=token)
        except ClientError:
            answer = {}
        if not answer.get("taskToken"):
            yield list(read_before(oldest))
            return


def event_id_of(event: Event | Mapping[str, Any]) -> int:
    """Return the id of an event in either form."""
    return event.event_id if isinstance(event, Event) else event["eventId"]
