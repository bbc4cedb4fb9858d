"""The events of a task are a list, as in 1.x, which reads the pages that it needs."""

from __future__ import annotations

import copy
import json
import operator
import pickle
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from py_swf.clients._event_pages import EventPages

PAGES = {None: ([5, 4], "t1"), "t1": ([], "t2"), "t2": ([3], "t3"), "t3": ([2, 1], None)}
ALL = [5, 4, 3, 2, 1]


class Answers:
    """Answers to a poll, page by page."""

    def __init__(self) -> None:
        self.asked: list[str | None] = []

    def __call__(self, nextPageToken: str | None = None) -> Mapping[str, Any]:
        """Answer with a page."""
        self.asked.append(nextPageToken)
        numbers, token = PAGES[nextPageToken]
        events = [{"eventId": number} for number in numbers]
        return {"taskToken": "t", "events": events, "nextPageToken": token}


@pytest.fixture
def answers() -> Answers:
    """The pages of one task."""
    return Answers()


@pytest.fixture
def events(answers: Answers) -> list[int]:
    """Its events, of which the first page is read; an event is its id."""
    return EventPages(
        answers(), answers, lambda answer: (e["eventId"] for e in answer["events"]), lambda **_: ()
    )


#: what one does with a list -> what comes of it
USES: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "+": (lambda events: operator.add(events, [0]), [*ALL, 0]),
    "+ before": (lambda events: operator.add([6], events), [6, *ALL]),
    "+ itself": (lambda events: events + copy.copy(events), ALL * 2),
    "*": (lambda events: events * 2, ALL * 2),
    "copy": (lambda events: events.copy(), ALL),
    "copy.copy": (copy.copy, ALL),
    "copy.deepcopy": (copy.deepcopy, ALL),
    "pickle": (lambda events: pickle.loads(pickle.dumps(events)), ALL),
    "list": (list, ALL),
    "unpacking": (lambda events: [*events], ALL),
    "sorted": (sorted, ALL[::-1]),
    "reversed": (lambda events: list(reversed(events)), ALL[::-1]),
    "a slice": (lambda events: events[1:3], [4, 3]),
    "the last": (lambda events: events[-1], 1),
    "len": (len, 5),
    "index": (lambda events: events.index(1), 4),
    "count": (lambda events: events.count(2), 1),
    "in": (lambda events: (1 in events, 7 in events), (True, False)),
    "==": (lambda events: (events == ALL, events == ALL[:2], events == 5), (True, False, False)),
    "== from the left": (lambda events: events == ALL, True),
    "!=": (lambda events: (events != ALL, events != ALL[:2]), (False, True)),
    "<": (lambda events: (events < [6], events >= ALL), (True, True)),
    "json.dumps": (json.dumps, "[5, 4, 3, 2, 1]"),
    "json.dumps, indented": (lambda events: json.loads(json.dumps(events, indent=1)), ALL),
    "isinstance": (lambda events: isinstance(events, list), True),
    "bool": (bool, True),
}


@pytest.mark.parametrize("use", USES)
def test_it_is_used_as_a_list(events, use):
    """Every list operation covers all pages."""
    do, expected = USES[use]

    assert do(events) == expected


#: what changes a list -> what is in it then
CHANGES: dict[str, tuple[Callable[[Any], Any], list[int]]] = {
    "append": (lambda events: events.append(0), [*ALL, 0]),
    "extend": (lambda events: events.extend([0]), [*ALL, 0]),
    "+=": (lambda events: events.__iadd__([0]), [*ALL, 0]),
    "insert": (lambda events: events.insert(0, 6), [6, *ALL]),
    "reverse": (lambda events: events.reverse(), ALL[::-1]),
    "sort": (lambda events: events.sort(key=lambda event: event % 3), [3, 4, 1, 5, 2]),
    "pop": (lambda events: events.pop(), ALL[:-1]),
    "remove": (lambda events: events.remove(3), [5, 4, 2, 1]),
    "del": (lambda events: events.__delitem__(0), ALL[1:]),
    "item": (lambda events: events.__setitem__(-1, 7), [5, 4, 3, 2, 7]),
    "clear": (lambda events: events.clear(), []),
}


@pytest.mark.parametrize("change", CHANGES)
def test_it_is_changed_as_a_list(events, answers, change):
    """An operation that changes the list reads it first, once."""
    do, expected = CHANGES[change]
    do(events)

    assert list(events) == expected
    assert answers.asked == [None, "t1", "t2", "t3"]


def test_it_reads_no_more_than_it_needs(events, answers):
    """An event found on a page that was read needs no other page."""
    assert (events[0], events[1], 4 in events, bool(events)) == (5, 4, True, True)
    assert answers.asked == [None]
    assert 3 in events
    assert answers.asked == [None, "t1", "t2"]


def test_it_has_no_hash(events):
    """It has no hash, like every list."""
    with pytest.raises(TypeError, match="unhashable"):
        hash(events)
