"""A service on a file that is closed and reopened, and everything that it knows."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from py_swf.local import Service, VirtualClock
from py_swf.local.machine.clock import DEFAULT_START
from py_swf.local.machine.tokens import NO_SALT
from py_swf.local.storage import StateFile, StoredService
from py_swf.local.storage.records import entity_record, registration_record, service_record
from tests.local.bare_machine import Machine
from tests.local.random_calls import World, answered


class StoredMachine(Machine):
    """A service with a domain and types, whose file can be closed and opened again."""

    def __init__(self, path: Path, **options: Any) -> None:
        self.path = path
        self.options = options
        self.open()
        self.register()

    def open(self, **options: Any) -> None:
        """Open the file and resume, at the time that is in it."""
        self.file = StateFile(self.path)
        self.clock = VirtualClock(self.file.time or DEFAULT_START)
        self.service = StoredService(self.file, self.clock, **{**self.options, **options})

    def reopen(self, **options: Any) -> None:
        """Close the file and open it again."""
        self.file.close()
        self.open(**options)

    def rows(self, table: str) -> list[Any]:
        """Return the rows of a table."""
        return list(self.file.read(f"SELECT * FROM {table}"))

    def events(self) -> list[Any]:
        """Return the events in the file."""
        return [row for row in self.rows("executions") if row[1] == "event"]


class StoredWorld(World):
    """Random calls of a service that is closed and opened again between them."""

    def __init__(self, seed: str, path: Path) -> None:
        super().__init__(seed)
        self.path = path
        self.chance = random.Random(f"reopen {seed}")
        self.opened = 0
        self.open()

    def open(self) -> None:
        """Open the file, while the clock goes on."""
        self.file = StateFile(self.path)
        time = self.clock.now()
        assert self.file.time is None or self.file.time <= time
        self.clock = VirtualClock(time)
        self.service = StoredService(self.file, self.clock, token_salt=NO_SALT, **self.options)
        self.opened += 1

    def make(self, operation: str, request: Any) -> None:
        """Make one call; now and then of a service that was just opened."""
        if self.chance.random() < 0.05:
            self.file.close()
            self.open()
        super().make(operation, request)

    def never_closed(self) -> Service:
        """Return a service in memory that was called in the same way, and answered the same."""
        clock = VirtualClock(self.calls[0][0])
        service = Service(clock, **self.options)
        for when, operation, body, answer in self.calls:
            clock.set(when)
            assert answered(service.call, operation, body) == answer, (operation, body)
        service.run_due()
        return service


def known(service: Service) -> dict[str, Any]:
    """Return all that a service knows, between two calls."""
    state = service._state
    domains = state.domains.items.values()
    types = [
        (domain.name, kind, *key)
        for domain in domains
        for kind, registered in (
            ("WorkflowType", domain.workflow_types),
            ("ActivityType", domain.activity_types),
        )
        for key in registered.items
    ]
    keys = [*((domain.name,) for domain in domains), *types]
    return {
        "service": service_record(state),
        "registrations": {key: registration_record(state, key) for key in sorted(keys)},
        "open": {(domain.name, key) for domain in domains for key in domain.open},
        "latest": {(d.name, key, run.run_id) for d in domains for key, run in d.latest.items()},
        "lists": {key: state.task_lists.count(key) for key in state.task_lists._lists},
        "executions": {
            run_id: (
                entity_record(execution),
                execution.events,
                [
                    (entity_record(part), part.attributes)
                    for kind in sorted(execution._open, key=str)
                    for part in execution.open(kind).values()
                ],
            )
            for run_id, execution in state.executions.items()
        },
        "deadlines": [state.deadlines.next_time(), len(state.deadlines), len(state.retention)],
    }
