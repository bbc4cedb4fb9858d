"""The service that remembers: nothing is answered before it is in the file.

Each call ends with the steps that follow from it, which the machine alone would do at the beginning
of the next call. So nothing is pending between two calls, and the rows of the file are complete.
"""

from __future__ import annotations

import gc
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any

from py_swf.local.machine.changes import Touched
from py_swf.local.machine.clock import Clock, VirtualClock
from py_swf.local.machine.execution.entity import Entity
from py_swf.local.machine.execution.execution import Execution
from py_swf.local.machine.faults import Fault
from py_swf.local.machine.service import Service
from py_swf.local.storage.records import (
    Record,
    entity_record,
    registration_record,
    restore_execution,
    restore_registration,
    restore_service,
    service_record,
)
from py_swf.local.storage.state_file import StateFile, StateFileError, Write

__all__ = ["StoredService"]

_PUT = "INSERT OR REPLACE INTO executions VALUES (?, ?, ?, ?)"

_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class StoredService(Service):
    """A service whose state is in a file, from which it resumes at the next start.

    :param file: the file, which nobody else uses
    :param clock: the source of the time; it starts at the time of the file, or later
    :param seed: the source of run ids, for a new file; the file keeps it
    :param token_salt: 8 bytes that go into the task tokens, for a new file, which keeps them;
        default: random
    :param options: further arguments of the Service
    :raises StateFileError: when the file cannot be read
    """

    def __init__(
        self,
        file: StateFile,
        clock: Clock,
        *,
        seed: int = 0,
        token_salt: bytes | None = None,
        **options: Any,
    ) -> None:
        self._file = file
        salt = token_salt or secrets.token_bytes(8)
        saved = file.service_record()
        #: what the first start determines
        self._chosen: Record = {"seed": seed, "token_salt": salt.hex()}
        if saved is not None:
            self._chosen = {name: saved[name] for name in self._chosen}
        self._seed: int = self._chosen["seed"]
        salt = bytes.fromhex(self._chosen["token_salt"])
        super().__init__(clock, seed=self._seed, token_salt=salt, **options)
        if saved is not None:
            try:
                with _no_garbage_collection():
                    self._restore(saved)
            except (Fault, LookupError, TypeError, ValueError) as error:
                raise StateFileError(f"{file.path}: this file is damaged: {error!r}") from error
        self._busy = False
        self._written_at = saved and saved["now"]
        self._state.changes.kept = True
        self.run_due()
        file.shrink()

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do what :meth:`Service.call` does, and write the changes before the answer is given.

        :raises StateFileError: when the file cannot be written. The changes are written with the
            next call that can.
        """
        if self._busy:  # a Lambda function calls during a step, and the whole step will be written
            return super().call(operation, request)
        self._busy = True
        try:
            return super().call(operation, request)
        finally:
            self._settle()

    def run_due(self) -> None:
        """Do what :meth:`Service.run_due` does, and write the changes."""
        if self._busy:
            super().run_due()
        else:
            self._busy = True
            self._settle()

    def _settle(self) -> None:
        """Do the steps that follow, and write the changes."""
        try:
            super().run_due()
        finally:
            self._busy = False
            if self._state.changes or self._was_turned():
                self._file.write(self._writes())
                self._written_at = self._state.now
                self._state.changes.clear()

    def _was_turned(self) -> bool:
        # The system's clock runs by itself; a virtual one would be back where it was.
        return isinstance(self._clock, VirtualClock) and self._state.now != self._written_at

    def _writes(self) -> Iterator[Write]:
        changes = self._state.changes
        record = {**service_record(self._state), **self._chosen}
        yield "INSERT OR REPLACE INTO service VALUES (1, ?)", (_encode(record),)
        for key in changes.registrations:
            registered = registration_record(self._state, key)
            if registered is None:
                yield "DELETE FROM registrations WHERE key = ?", (_encode(key),)
            else:
                row = (_encode(key), _encode(registered))
                yield "INSERT OR REPLACE INTO registrations VALUES (?, ?)", row
        for execution, touched in changes.executions.items():
            if execution.removed:
                yield "DELETE FROM executions WHERE serial = ?", (execution.serial,)
            else:
                yield from _update(execution, touched)

    def _restore(self, saved: Record) -> None:
        state, read = self._state, self._file.read
        rows = read("SELECT key, record FROM registrations")
        registrations = [(tuple(json.loads(key)), json.loads(record)) for key, record in rows]
        for key, record in sorted(registrations, key=lambda row: len(row[0])):
            restore_registration(state, key, record)
        rows = read("SELECT serial, kind, record FROM executions ORDER BY serial, kind, number")
        for _, group in groupby(rows, itemgetter(0)):
            records: dict[str, list[str]] = {"event": [], "open part": []}
            for _, kind, record in group:
                records.setdefault(kind, []).append(record)
            (execution,) = records["execution"]
            events, parts = (_decode_all(records[kind]) for kind in ("event", "open part"))
            restore_execution(state, json.loads(execution), events, parts)
        restore_service(state, saved, self._seed)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Turn garbage collection off: there is no garbage, and the search for it costs more time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _decode_all(records: list[str]) -> list[Record]:
    decoded: list[Record] = json.loads(f"[{','.join(records)}]")
    return decoded


def _update(execution: Execution, touched: Touched) -> Iterator[Write]:
    serial = execution.serial
    yield _PUT, (serial, "execution", 0, _encode(entity_record(execution)))
    for event in execution.events[touched.events :]:
        yield _PUT, (serial, "event", event["eventId"], _encode(event))
    if execution.closed is not None:
        yield "DELETE FROM executions WHERE serial = ? AND kind = 'open part'", (serial,)
        return
    for part in touched.parts:
        if part is not execution:
            yield _part(serial, part)


def _part(serial: int, part: Entity) -> Write:
    key = (serial, "open part", part.opened)
    if part.state in part.states:
        return _PUT, (*key, _encode(entity_record(part)))
    return "DELETE FROM executions WHERE serial = ? AND kind = ? AND number = ?", key
