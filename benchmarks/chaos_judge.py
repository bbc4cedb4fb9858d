"""The judge of ``chaos.py``: compare what the users of the daemons saw with the histories.

A daemon notes the tasks that its loop got and what each answer returned or raised. The service
records the tasks that it handed out, to whom, and the answers. Everything in one that the other
does not explain is a complaint. That everything completed in the end says little, since SWF's
timeouts repair much of what a library breaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from py_swf import events as ev
from py_swf.history import History

#: workflow id, run id, id of the event that started the task
Key = tuple[str, str, int]

ANSWERED = (ev.DecisionTaskCompleted, ev.ActivityTaskCompleted)
TIMED_OUT = (ev.DecisionTaskTimedOut, ev.ActivityTaskTimedOut)
#: what nobody in a chaos run asks for
NEVER = (ev.ActivityTaskFailed, ev.ActivityTaskCanceled, ev.WorkflowExecutionFailed)
POLLS = {
    ev.DecisionTaskStarted: "PollForDecisionTask",
    ev.ActivityTaskStarted: "PollForActivityTask",
}
#: how an answer may end; "unread" is a task whose history could not be read
OUTCOMES = ("TaskGone", "AnswerNotDelivered", "AnswerNotPermitted", "unread")
#: seconds by which the notes of two processes about one moment may differ
SLACK = 0.05
#: the same after the end of a poll: the service notes milliseconds, and with more tolerance, a poll
#: that went wrong would explain the task of the next one
MILLISECONDS = 0.002


class Daemon(Protocol):
    """One process, as the judge sees it."""

    name: str
    killed: bool

    @property
    def identity(self) -> str:
        """Its name when it polls."""

    def notes(self) -> Iterator[dict[str, Any]]:
        """Return its notes."""


class Recorded(NamedTuple):
    """What the service recorded about one task."""

    started: Any
    ended: Any | None


def judge(
    found: Mapping[tuple[str, str], History], daemons: Iterable[Daemon], expected: Any, limits: Any
) -> Iterator[str]:
    """Yield everything that must not happen.

    :param found: the histories, by workflow id and run id.
    :param daemons: all that ran.
    :param expected: from a workflow id to the result that its execution must have.
    :param limits: from the event that started a task to the seconds that the task may take.
    """
    recorded: dict[Key, Recorded] = {}
    for run, history in found.items():
        yield from _of_execution(run[0], history, expected)
        recorded.update(_tasks_of(run, history))
    by_identity: dict[str, Daemon] = {}
    seen: dict[Key, dict[str, Any]] = {}
    for daemon in daemons:
        by_identity[daemon.identity] = daemon
        notes = list(daemon.notes())
        yield from _of_beats(daemon, notes)
        for note in notes:
            if "key" in note and "beat" not in note:
                seen.setdefault(_key(note), {}).update(note)
    lost: dict[str, list[tuple[Key, Any]]] = {}
    for key, task in recorded.items():
        # a flow worker adds the number of its engine
        daemon = by_identity[str(task.started.identity).partition(" ")[0]]
        if key not in seen:
            lost.setdefault(daemon.name, []).append((key, task.started))
        elif "outcome" in seen[key]:
            yield from _of_answer(key, task, seen[key], limits[type(task.started)])
        elif "gone" in seen[key]:
            note = {**seen[key], "outcome": "TaskGone", "at": seen[key]["gone"]}
            yield from _of_answer(key, task, note, limits[type(task.started)])
        elif not daemon.killed:
            yield f"{key}: {daemon.name} took it, and neither answered nor heard that it was gone"
    for daemon in by_identity.values():
        if not daemon.killed:
            yield from _of_losses(daemon, lost.get(daemon.name, []))


def _of_execution(workflow_id: str, history: History, expected: Any) -> Iterator[str]:
    if history.close_status != "COMPLETED":
        yield f"{workflow_id} is {history.close_status or 'open'}: {history.events[-1]!r:.300}"
    elif history.closed.result != expected(workflow_id):  # type: ignore[union-attr]
        yield f"{workflow_id} has the result {history.closed!r:.300}"
    for activity_id, last in history.activities.items():
        done = [attempt for attempt in last.attempts if attempt.status == "COMPLETED"]
        if len(done) != 1:
            yield f"{workflow_id}: {activity_id} was completed {len(done)} times"
    for event in history.events:
        if isinstance(event, NEVER):
            yield f"{workflow_id}: nobody asked for {event!r:.300}"


def _tasks_of(run: tuple[str, str], history: History) -> Iterator[tuple[Key, Recorded]]:
    ends: dict[int, Any] = {}
    for event in history.events:
        if isinstance(event, (*ANSWERED, *TIMED_OUT)):
            ends[event.started_event_id] = event
    for event in history.events:
        if isinstance(event, tuple(POLLS)):
            yield (*run, event.event_id), Recorded(event, ends.get(event.event_id))


def _of_answer(key: Key, task: Recorded, note: dict[str, Any], limit: float) -> Iterator[str]:
    """Compare what an answer returned or raised with what the service recorded about its task."""
    outcome, is_answered = note["outcome"], isinstance(task.ended, ANSWERED)
    ended = task.ended.event_timestamp.timestamp() if task.ended else float("inf")
    was_open = ended > note["at"] + SLACK
    took = note["at"] - note["yielded"]
    if outcome is True and not is_answered:
        yield f"{key}: the answer returned True, but the service has {task.ended!r:.200}"
    if outcome is True and getattr(task.ended, "result", None) != note.get("result"):
        yield f"{key}: the answer said {note.get('result')!r}, but the service has {task.ended!r}"
    if outcome is False and was_open:
        yield f"{key}: the answer counted as given, but the task was open until later"
    if outcome == "TaskGone" and (was_open or is_answered):
        yield f"{key}: the answer heard that the task was gone, but the service has {task.ended!r}"
    if outcome == "AnswerNotDelivered" and took < limit / 2:
        yield f"{key}: the answer was given up after {took:.1f} s of {limit} s"
    if outcome not in (*OUTCOMES, True, False):
        yield f"{key}: the answer raised {outcome}"


def _of_beats(daemon: Daemon, notes: Iterable[dict[str, Any]]) -> Iterator[str]:
    answered: dict[Key, float] = {}
    for note in notes:
        if "outcome" in note and note["outcome"] in (True, False):
            answered[_key(note)] = note["at"]
        if "beat" in note and note["beat"] > answered.get(_key(note), float("inf")):
            yield f"{_key(note)}: {daemon.name} sent a beat after the task was answered"


def _of_losses(daemon: Daemon, lost: list[tuple[Key, Any]]) -> Iterator[str]:
    """Complain about each task that never arrived, if no poll went wrong when it was handed out."""
    failed = [note for note in daemon.notes() if "poll" in note]
    for key, started in sorted(lost, key=lambda task: task[1].event_timestamp):
        moment, operation = started.event_timestamp.timestamp(), POLLS[type(started)]
        for note in failed:
            within = note["began"] - SLACK <= moment <= note["ended"] + MILLISECONDS
            if within and note["poll"] == operation:
                failed.remove(note)
                break
        else:
            yield f"{key}: handed to {daemon.name}, whose poll went well, but its loop never saw it"


def _key(note: Mapping[str, Any]) -> Key:
    workflow_id, run_id, started = note["key"]
    return workflow_id, run_id, started
