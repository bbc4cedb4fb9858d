"""What a workflow may know, the same in every replay: the time, random numbers, values, its ids.

Each of these works only in the code of a workflow, and raises NotInWorkflow elsewhere.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, MutableMapping
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_type_hints
from uuid import UUID

import attrs

from py_swf._to_wire import members
from py_swf.flow.engine.commands.markers import Mark
from py_swf.flow.engine.matching import PATCHED, id_of_marker
from py_swf.flow.engine.run import Run, current_run
from py_swf.flow.engine.run_info import Info
from py_swf.flow.errors import NonDeterminismError
from py_swf.flow.values.codec import JsonCodec

__all__ = [
    "Info",
    "condition",
    "ids_of_run",
    "info",
    "logger",
    "markers",
    "now",
    "patched",
    "random",
    "record",
    "record_marker",
    "replaying",
    "set_execution_context",
    "uuid4",
]

T = TypeVar("T")
_JSON = JsonCodec()

#: name of the markers that hold recorded values
RECORD = "py_swf.record"


def info() -> Info:
    """Return the ids, type and settings of this run."""
    run = current_run()
    assert run.info is not None
    return attrs.evolve(
        run.info, cancel_requested=run.cancel_requested, history_length=run.started_event_id
    )


def now() -> datetime:
    """Return the time at which the decision task was started; aware, in UTC."""
    return current_run().loop.now


def random() -> Random:
    """Return this run's own random generator; its numbers are the same in every replay."""
    run = current_run()
    chance = run.kept.get("random")
    if chance is None:
        chance = run.kept["random"] = Random(run.run_id)
    return cast(Random, chance)


def uuid4() -> UUID:
    """Return a random UUID, the same in every replay."""
    return UUID(int=random().getrandbits(128), version=4)


def replaying() -> bool:
    """Return whether this part of the code is being replayed; for output, not for decisions."""
    return current_run().replaying


def record(fn: Callable[[], T], *, type: Any = None) -> T:
    """Call a function whose result differs each time, and keep the result in a marker.

    Use it for something quick and harmless: it is called again if an answer is lost, and the value
    in the answer that the service accepts counts. Work that takes long or can fail belongs in an
    activity.

    :param fn: called without arguments, at most once in a process for each call of ``record``; not
        called in replay.
    :param type: the type of the value; None is the function's annotation, or any JSON without one.
    :return: the value, as it is decoded from its text.
    :raises ValueError: when the value cannot be encoded, or its text is longer than 32,768
        characters.
    """
    run = current_run()
    id = _next_marker(run, RECORD)
    if run.replaying:
        if id not in run.values:
            error = NonDeterminismError(
                f"the code asks for {id}, a recorded value that the history does not have at this "
                "point. The usual cause is that a call of flow.record was added while this "
                "execution was open: put it behind flow.patched",
                command=id,
            )
            run.disagree(error)
            raise error
        text = run.values[id]
    else:
        text = _JSON.encode(fn())
        members("RecordMarker", details=text)
    run.ask(Mark(id, RECORD, text, is_value=True))
    return cast(T, _JSON.decode(text or "null", _type_of(fn) if type is None else type))


def _type_of(fn: Callable[..., Any]) -> Any:
    try:
        return get_type_hints(fn).get("return", Any)
    except (TypeError, NameError, AttributeError):
        return Any


def patched(id: str) -> bool:
    """Return whether this run may take a branch that was added to the code later.

    ::

        if flow.patched("thank-you"):
            await thank(order)

    True in runs that get here for the first time; they keep that in a marker. False in the replay
    of what was decided before the branch was added. The first answer holds for the rest of the run.

    :param id: names the change; each change needs its own.
    :raises ValueError: when it is longer than 32,768 characters.
    """
    run = current_run()
    answers: dict[str, bool] = run.kept.setdefault(PATCHED, {})
    if id not in answers:
        members("RecordMarker", details=id)
        marker = id_of_marker(PATCHED, 0, id)
        answers[id] = not run.replaying or marker in run.values
        if answers[id]:
            run.ask(Mark(marker, PATCHED, id, is_value=True))
    return answers[id]


def record_marker(name: str, details: str | None = None) -> None:
    """Write a note into the history.

    :param name: name of the marker, up to 256 characters; names that begin with "py_swf." are
        reserved.
    :param details: the note, up to 32,768 characters.
    :raises ValueError: when the service would refuse it.
    """
    run = current_run()
    members("RecordMarker", marker_name=name, details=details)
    if name.startswith("py_swf."):
        raise ValueError(
            f"name {name!r}: names that begin with 'py_swf.' are reserved for the engine"
        )
    run.ask(Mark(_next_marker(run, name), name, details, is_value=False))
    run.markers.append((name, details))


def markers() -> list[tuple[str, str | None]]:
    """Return the name and the details of each marker that this run has recorded, in order."""
    return list(current_run().markers)


def _next_marker(run: Run, name: str) -> str:
    counts: dict[str, int] = run.kept.setdefault("markers", {})
    counts[name] = counts.get(name, 0) + 1
    return id_of_marker(name, counts[name], None)


def set_execution_context(text: str) -> None:
    """Set a line about the state of this execution, such as what it is waiting for.

    ``py-swf show`` and the console show it next to what is open. When you describe the execution,
    it is in ``latest_execution_context``.

    :param text: up to 32,768 characters; it is sent with the next answer, and stays until it is
        replaced.
    :raises ValueError: when it is longer.
    """
    run = current_run()
    members("RespondDecisionTaskCompleted", execution_context=text)
    run.execution_context = text


async def condition(predicate: Callable[[], object]) -> None:
    """Wait until something has become true.

    :param predicate: called after each event, without arguments; it must have no side effects.
    """
    if not predicate():
        await current_run().wait_until(predicate)


def ids_of_run(run: Run) -> dict[str, str]:
    """Return the ids of a run in the form that a log record carries.

    :param run: the run.
    """
    return {
        "workflow_id": run.workflow_id,
        "run_id": run.run_id,
        "workflow_type": run.workflow.name,
        "workflow_version": run.workflow.version,
    }


if TYPE_CHECKING:
    _Adapter = logging.LoggerAdapter[logging.Logger]
else:
    _Adapter = logging.LoggerAdapter


class _Logger(_Adapter):
    """Logs what happens for the first time, with the ids of the run; silent in replay."""

    def isEnabledFor(self, level: int) -> bool:
        """Return whether a line of a level would be logged."""
        return not replaying() and super().isEnabledFor(level)

    def process(
        self, msg: Any, kwargs: MutableMapping[str, Any]
    ) -> tuple[Any, MutableMapping[str, Any]]:
        """Add the ids of the run to a line."""
        kwargs["extra"] = {**ids_of_run(current_run()), **kwargs.get("extra", {})}
        return msg, kwargs


#: Logs as ``py_swf.flow.workflow``, with the ids of the run, what happens for the first time.
logger = _Logger(logging.getLogger("py_swf.flow.workflow"), {})
