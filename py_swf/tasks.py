"""What a poll returns: one decision task, or one activity task.

Tasks are compared and hashed by what identifies them: token, run, ids, type and input. The events
of a decision task play no part in it, so comparing two tasks never reads a page of a history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import dropwhile, takewhile
from typing import TYPE_CHECKING, Any, Generic

import attrs

from py_swf._of_1x import TupleOf1x
from py_swf.events import Event, event_from_wire
from py_swf.history import History
from py_swf.types import ActivityType, WorkflowExecution, WorkflowType

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    # the type of the events: records, or boto3's dicts if the caller asked for them
    EventT = TypeVar("EventT", bound=Event | Mapping[str, Any], default=Event)
else:
    from typing import TypeVar

    EventT = TypeVar("EventT")

__all__ = ["ActivityTask", "DecisionTask"]


def _workflow_type(value: WorkflowType | tuple[str, str] | Mapping[str, str]) -> WorkflowType:
    return WorkflowType.of(value)


@attrs.frozen(slots=False)  # cached_property needs a __dict__
class DecisionTask(TupleOf1x, Generic[EventT]):
    """One decision task, as handed to a decider.

    It can be pickled, for a decider in another process. Everything that it could read later is read
    then, the :attr:`earlier_events` too; a page that cannot be read raises its
    :class:`~botocore.exceptions.ClientError`. The same goes for ``copy.deepcopy``.
    """

    _fields = ("events", "task_token", "workflow_id", "workflow_run_id", "workflow_type")

    #: every event of the task, newest first unless it was polled with ``newest_first=False``;
    #: further pages are read when they are needed
    events: Sequence[EventT] = attrs.field(eq=False)
    #: identifies the task in the answer to it
    task_token: str
    #: workflow id of the execution that needs a decision
    workflow_id: str
    #: run id of it
    workflow_run_id: str
    #: its type: name and version
    workflow_type: WorkflowType = attrs.field(converter=_workflow_type)
    #: id of the DecisionTaskStarted event of this task, which is the newest of its events
    started_event_id: int = 0
    #: the same of the last decision task that was completed; 0 if this is the first
    previous_started_event_id: int = 0
    #: the events of the run before those of the task, oldest first, read for each iteration; none,
    #: unless the task was polled with ``start_at_previous_started_event``
    earlier_events: Iterable[Event] = attrs.field(default=(), eq=False, repr=False)
    #: whether ``events`` begins with the newest
    newest_first: bool = attrs.field(default=True, eq=False)
    #: name of the task list that was polled; None for a task that no client has polled
    task_list: str | None = attrs.field(default=None, eq=False)

    @property
    def workflow_execution(self) -> WorkflowExecution:
        """The run: workflow id and run id."""
        return WorkflowExecution(self.workflow_id, self.workflow_run_id)

    @cached_property
    def new_events(self) -> list[Event]:
        """What happened since the last completed decision task was handed out, oldest first.

        Begins with what arrived while that task was being decided; its completion and the events of
        decisions are among them.
        """
        events, previous = map(_typed, self.events), self.previous_started_event_id
        if self.newest_first:
            return [*takewhile(lambda event: event.event_id > previous, events)][::-1]
        return [*dropwhile(lambda event: event.event_id <= previous, events)]

    @cached_property
    def history(self) -> History:
        """The whole history up to this task, joined and indexed.

        If the task was polled with ``start_at_previous_started_event``, the events before that are
        read by GetWorkflowExecutionHistory on first access.
        """
        return History(self.all_events())

    def all_events(self) -> Iterator[Event]:
        """Go through the whole history up to this task, oldest first, without an index over it.

        If the task was polled with ``newest_first=False``, each further page is read when its first
        event is asked for; otherwise all pages are read before the oldest event is known. The
        :attr:`earlier_events` come first and are not kept. Events are records even if the task was
        polled with ``use_raw_event_history``.

        :raises ClientError: when a page cannot be read.
        """
        events: Iterator[Any] = reversed(self.events) if self.newest_first else iter(self.events)
        oldest = next(map(_typed, events), None)
        if oldest is None:
            return
        earlier = map(_typed, self.earlier_events)
        yield from takewhile(lambda event: event.event_id < oldest.event_id, earlier)
        yield oldest
        yield from map(_typed, events)


@attrs.frozen
class ActivityTask(TupleOf1x):
    """One activity task, as handed to a worker."""

    _fields = (
        "activity_id",
        "type",
        "version",
        "input",
        "task_token",
        "workflow_id",
        "workflow_run_id",
    )

    #: the id that the decider gave it
    activity_id: str
    #: name of the activity type
    type: str
    #: version of the activity type
    version: str
    #: what the decider gave as input; None if nothing
    input: str | None
    #: identifies the task in every answer to it
    task_token: str
    #: workflow id of the execution that scheduled it
    workflow_id: str
    #: run id of it
    workflow_run_id: str
    #: id of its ActivityTaskStarted event
    started_event_id: int = 0
    #: name of the task list that was polled; None for a task that no client has polled
    task_list: str | None = attrs.field(default=None, eq=False)

    @property
    def activity_type(self) -> ActivityType:
        """The activity type: name and version."""
        return ActivityType(self.type, self.version)


def _typed(event: Event | Mapping[str, Any]) -> Event:
    return event if isinstance(event, Event) else event_from_wire(event)
