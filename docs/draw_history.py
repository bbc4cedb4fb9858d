"""Draw a history downwards, event by event, with the lanes of what each event belongs to.

``python docs/draw_history.py`` writes the picture that "How SWF thinks" shows. The history is from
the local service, so it is right by itself.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from docs.scenes import open_shop  # noqa: E402
from py_swf.decisions import CompleteWorkflowExecution, ScheduleActivityTask  # noqa: E402

PICTURE = ROOT / "docs" / "pictures" / "history.svg"
#: the beginning of an event type -> its lane
LANES = {"WorkflowExecution": 0, "DecisionTask": 1, "ActivityTask": 2}
NAMES = ["execution", "decision task", "activity task"]
#: who made the event happen
BY = {
    "WorkflowExecutionStarted": "a starter",
    "DecisionTaskScheduled": "SWF, for the new event",
    "DecisionTaskStarted": "a decider polls",
    "DecisionTaskCompleted": "the decider answers",
    "ActivityTaskScheduled": "its decision",
    "ActivityTaskStarted": "a worker polls",
    "ActivityTaskCompleted": "the worker answers",
    "WorkflowExecutionCompleted": "the decider's decision",
}
ROW, TOP, LEFT, STEP = 34, 34, 14, 22


def draw(events: Sequence[Mapping[str, Any]]) -> str:
    """Return a history as an SVG element, 350 units wide."""
    rows = [(event["eventId"], event["eventType"], _lane(event["eventType"])) for event in events]
    height = TOP + len(rows) * ROW
    parts = [
        f'<svg class="picture" viewBox="0 0 350 {height}" role="img" '
        'aria-labelledby="history-title" xmlns="http://www.w3.org/2000/svg">',
        '<title id="history-title">The events of an execution with one activity, downwards, '
        "in three lanes: execution, decision tasks, activity task</title>",
    ]
    for lane, name in enumerate(NAMES):
        parts.append(
            f'<text x="{LEFT + lane * 112 - 8}" y="14" class="note">{lane + 1} {name}</text>'
        )
    parts += [_bar(lane, first, last) for lane, first, last in _lives(rows)]
    for number, (event_id, event_type, lane) in enumerate(rows):
        y = TOP + number * ROW
        parts += [
            f'<circle cx="{LEFT + lane * STEP}" cy="{y + 8}" r="5" class="bar"/>',
            f'<text x="88" y="{y + 8}" class="mono">{event_id} {event_type}</text>',
            f'<text x="88" y="{y + 23}" class="note">{BY[event_type]}</text>',
        ]
    return "\n".join([*parts, "</svg>"])


def _lane(event_type: str) -> int:
    return next(lane for begins, lane in LANES.items() if event_type.startswith(begins))


def _lives(rows: Sequence[tuple[int, str, int]]) -> list[tuple[int, int, int]]:
    """Return the lane of each thing, and the rows of its first and its last event."""
    lives: list[tuple[int, int, int]] = []
    for number, (_, event_type, lane) in enumerate(rows):
        if event_type.endswith("Scheduled") or event_type == "WorkflowExecutionStarted":
            lives.append((lane, number, number))
        else:
            index = max(i for i, life in enumerate(lives) if life[0] == lane)
            lives[index] = (lane, lives[index][1], number)
    return lives


def _bar(lane: int, first: int, last: int) -> str:
    x, y = LEFT + lane * STEP - 4, TOP + first * ROW + 8
    return f'<rect x="{x}" y="{y}" width="8" height="{(last - first) * ROW}" class="wait"/>'


def one_activity() -> list[dict[str, Any]]:
    """Return the history of an execution with a single activity."""
    shop = open_shop()
    deciding, working = shop["decision_client"], shop["activity_client"]
    shop["workflow_client"].start_workflow(None, "order-17", "order", "1")
    charge = ScheduleActivityTask(("charge", "1"), "charge")
    deciding.respond(deciding.poll().task_token, [charge])
    working.finish(working.poll().task_token, "paid")
    deciding.respond(deciding.poll().task_token, [CompleteWorkflowExecution("paid")])
    history: list[dict[str, Any]] = shop["swf"].history("order-17")
    return history


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(draw(one_activity()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
