"""What the pages read from the service: through the thin client, and no more often than needed.

Histories are kept after reading: when one is read again, only its new events are asked for. Several
threads make pages at the same time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timezone
from itertools import islice, takewhile
from threading import Lock
from typing import Any

import attrs

from py_swf.clients.activity_task import ActivityTaskClient
from py_swf.clients.decision import DecisionClient
from py_swf.clients.registration import RegistrationClient
from py_swf.clients.workflow import WorkflowClient
from py_swf.config_definitions import ActivityTaskConfig, DecisionConfig, WorkflowClientConfig
from py_swf.descriptions import PendingTaskCount
from py_swf.events import Event
from py_swf.history import History
from py_swf.types import WorkflowExecution

__all__ = ["Reader", "utc_now"]

#: events kept in memory, of all histories together
_MOST_EVENTS = 200_000


def utc_now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(timezone.utc)


@attrs.define
class _Kept:
    history: History
    lock: Any = attrs.field(factory=Lock)


class Reader:
    """Reads from one service.

    :param boto_client: a boto3 client for "swf"; several threads use it.
    :param now: returns the time.
    """

    def __init__(self, boto_client: Any, now: Callable[[], datetime] = utc_now) -> None:
        self._boto_client = boto_client
        self.now = now
        self.registration = RegistrationClient(boto_client)
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        self._lock = Lock()
        self._described: dict[tuple[str, str, str, str], str | None] = {}

    def domains(self) -> list[str]:
        """Return the names of the registered domains."""
        return [info.name for info in self.registration.list_domains()]

    def workflows(self, domain: str) -> WorkflowClient:
        """Return the client for the executions of a domain."""
        return WorkflowClient(WorkflowClientConfig(domain), self._boto_client)

    def history(self, domain: str, run: WorkflowExecution) -> History:
        """Return the history of a run as it is now.

        :raises ClientError: UnknownResourceFault when there is no such run.
        """
        key = (domain, run.run_id)
        with self._lock:
            kept = self._kept.setdefault(key, _Kept(History()))
            self._kept.move_to_end(key)
        with kept.lock:
            if not kept.history.events:
                walked = self._walk(domain, run, reverse_order=False)
                kept.history.extend(walked)
            elif kept.history.is_open:
                kept.history.extend(reversed(self._newer(domain, run, kept.history)))
        self._forget_the_oldest()
        return kept.history

    def _walk(self, domain: str, run: WorkflowExecution, **options: Any) -> Iterator[Event]:
        client = self.workflows(domain)
        return client.walk_execution_history(run.workflow_id, run.run_id, **options)

    def _newer(self, domain: str, run: WorkflowExecution, history: History) -> list[Event]:
        last = history.events[-1].event_id
        newest_first = self._walk(domain, run, maximum_page_size=100)
        return [*takewhile(lambda event: event.event_id > last, newest_first)]

    def _forget_the_oldest(self) -> None:
        with self._lock:
            total = sum(len(kept.history.events) for kept in self._kept.values())
            while total > _MOST_EVENTS and len(self._kept) > 1:
                _, kept = self._kept.popitem(last=False)
                total -= len(kept.history.events)

    def last_events(self, domain: str, run: WorkflowExecution, count: int) -> list[Event]:
        """Return the last events of a run, oldest first; from memory, if its history is kept."""
        with self._lock:
            kept = self._kept.get((domain, run.run_id))
        if kept is not None and kept.history.events:
            return kept.history.events[-count:]
        walked = self._walk(domain, run, maximum_page_size=count)
        return [*islice(walked, count)][::-1]

    def default_task_lists(self, domain: str) -> Iterable[str]:
        """Return the default task lists of the registered types, each once.

        The settings of a type never change, so each type is described only once.
        """
        for kind, name, version, describe in self._types(domain):
            key = (domain, kind, name, version)
            if key not in self._described:
                described = describe(domain, name, version)
                self._described[key] = described.configuration.default_task_list
        lists = (value for key, value in self._described.items() if key[0] == domain)
        return dict.fromkeys(name for name in lists if name)

    def _types(self, domain: str) -> Iterator[tuple[str, str, str, Callable[..., Any]]]:
        client = self.registration
        for info in client.list_workflow_types(domain):
            type_ = info.workflow_type
            yield "workflow", type_.name, type_.version, client.describe_workflow_type
        for activity_info in client.list_activity_types(domain):
            activity_type = activity_info.activity_type
            name, version = activity_type.name, activity_type.version
            yield "activity", name, version, client.describe_activity_type

    def pending(self, domain: str, task_list: str) -> tuple[PendingTaskCount, PendingTaskCount]:
        """Count the decision tasks and the activity tasks that wait in a task list."""
        deciders = DecisionConfig(domain, task_list)
        workers = ActivityTaskConfig(domain, task_list)
        return (
            DecisionClient(deciders, self._boto_client).count_pending_decision_tasks(),
            ActivityTaskClient(workers, self._boto_client).count_pending_activity_tasks(),
        )
