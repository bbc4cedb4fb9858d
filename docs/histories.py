"""Writes the histories of the page "Histories": one line for each event, with what it refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from py_swf.local import LocalSWF

#: attribute -> how a line names it
_SHOWN = {
    "cause": "",
    "timeoutType": "",
    "parentInitiatedEventId": "parent initiated",
    "externalInitiatedEventId": "external initiated",
    "scheduledEventId": "scheduled",
    "initiatedEventId": "initiated",
    "startedEventId": "started",
    "latestCancelRequestedEventId": "cancel requested",
    "decisionTaskCompletedEventId": "by",
}


def show(swf: LocalSWF, workflow_id: str = "w") -> None:
    """Print the history of the latest run of a workflow id."""
    history = swf.history(workflow_id)
    width = max(len(event["eventType"]) for event in history)
    for event in history:
        line = f"{event['eventId']:<3}{event['eventType']:{width}}  {', '.join(_references(event))}"
        print(line.rstrip())


def _references(event: Mapping[str, Any]) -> Iterator[str]:
    (attributes,) = (value for name, value in event.items() if name.endswith("Attributes"))
    for name, shown in _SHOWN.items():
        # A 0 says that there is nothing to refer to; only where a start is missing is that news.
        if name in attributes and (
            attributes[name] or name in {"startedEventId", "initiatedEventId"}
        ):
            yield f"{shown} {attributes[name]}".lstrip()
