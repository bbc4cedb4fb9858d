"""Poll a decision task of 10, 100 and 1,000 events into records, against boto3 alone.

With Python's json, and with orjson if it is installed, which is the extra "speed". Other libraries
are measured in a virtual environment made for them, each against boto3 alone in the same process.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from operator import attrgetter
from typing import Any

import canned
import measuring
import peers

from py_swf import DecisionClient, DecisionConfig
from py_swf.clients import _history_parser
from py_swf.events import EVENT_TYPES, Event, event_from_wire
from py_swf.history import History


def alternatives(count: int, width: int = 10) -> dict[str, Callable[[], Any]]:
    """Return what is compared at one number of events, of ``width`` activities at a time."""
    body = canned.decision_task(canned.history(count, width=width))
    boto_client = canned.client(lambda request: body)  # without any hook of py_swf
    decider = DecisionClient(DecisionConfig("d", "orders"), canned.client(lambda request: body))
    ours = {
        "py_swf, typed events": lambda: list(decider.poll().events),
        "and every field read": lambda: list(map(fields_of, decider.poll().events)),
        "raw events": lambda: list(decider.poll(use_raw_event_history=True).events),
    }
    return {
        "boto3 alone": lambda: boto_client.poll_for_decision_task(
            domain="d", taskList={"name": "orders"}, reverseOrder=True
        ),
        "json.loads of the body": lambda: json.loads(body),
        **by_json_library(ours),
    }


def by_json_library(ours: dict[str, Callable[[], Any]]) -> dict[str, Callable[[], Any]]:
    """Return each alternative with Python's json, and again with orjson if it is installed."""
    libraries = {"": None, ", orjson": orjson} if orjson else {"": None}
    return {
        name + suffix: reading_with(library, run)
        for suffix, library in libraries.items()
        for name, run in ours.items()
    }


def reading_with(library: Any, run: Callable[[], Any]) -> Callable[[], Any]:
    """Wrap an alternative so that py_swf reads JSON with a library; None is Python's json."""

    def chosen() -> Any:
        _history_parser._orjson = lambda: library
        return run()

    return chosen


def fields_of(event: Event) -> tuple[Any, ...]:
    """Read every field of an event."""
    return _look[type(event)](event)


#: class -> the function that reads all fields of its events
_look = {cls: attrgetter(*cls.field_names) for cls in EVENT_TYPES.values()}
orjson = _history_parser._orjson()


def history_alternatives(count: int) -> dict[str, Callable[[], Any]]:
    """Return what is compared for the index of a whole history."""
    raw = canned.history(count)
    body = json.dumps({"events": raw})
    events = [event_from_wire(event) for event in raw]
    return {"json.loads of the body": lambda: json.loads(body), "History": lambda: History(events)}


def extension_alternatives(count: int, *, batches: int) -> dict[str, Callable[[], Any]]:
    """Return what is compared for extending a history by 10 events, again and again."""

    def extend_from(size: int) -> Callable[[], Any]:
        events = [event_from_wire(event) for event in canned.history(size + 10_000)]
        state = {"history": History(events[:size]), "at": size}

        def extend() -> None:
            for _ in range(batches):
                at = state["at"]
                if at + 10 > len(events):
                    state.update(history=History(events[:size]), at=size)
                    at = size
                state["history"].extend(events[at : at + 10])
                state["at"] = at + 10

        return extend

    return {"at 100 events": extend_from(100), f"at {count:,} events": extend_from(count)}


def main() -> None:
    """Measure and print."""
    options = measuring.arguments(__doc__)
    rounds = 3 if options.small else 15
    rows = []
    sizes = ((10, 40), (100, 20), (1000, 10))
    for count, per_round in sizes:
        rows += measuring.compare(
            f"poll {count:,} events", alternatives(count), rounds=rounds, per_round=per_round
        )
    rows += measuring.compare(
        "1,000 events, activities in a row", alternatives(1000, 1), rounds=rounds, per_round=10
    )
    whole = 2_000 if options.small else 25_000
    rows += measuring.compare(
        f"index {whole:,} events", history_alternatives(whole), rounds=3 if options.small else 15
    )
    rows += measuring.compare(
        "extend a History by 10 events",
        extension_alternatives(whole, batches=50),
        rounds=rounds,
    )
    if not options.no_peers:
        rows += peers.rows([count for count, _ in sizes], rounds=rounds)
    measuring.report(rows, as_json=options.json)


if __name__ == "__main__":
    main()
