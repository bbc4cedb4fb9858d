"""The file of a service: an SQLite database that one server uses at a time.

A write is one transaction, and is in the file when :meth:`StateFile.write` returns: the end of the
process, however sudden, loses nothing. SQLite's log is passed to the system, but not forced onto
the disk with each write. So a power loss can cost the latest writes; it leaves the file whole, as
it was some moments before.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from os import PathLike, fspath
from os.path import abspath
from typing import Any

__all__ = ["FORMAT", "StateFile", "StateFileError", "Write"]

#: the version of the tables' contents; other versions are never read
FORMAT = 1

# "SWF" and a zero: this distinguishes our files from other SQLite databases.
_APPLICATION = 0x53574600

# All rows of an execution are side by side, so a call usually writes to one page. The execution's
# own row has the kind "execution" and the number 0; the others have the id of the event, or of the
# event that opened the part.
_TABLES = """
CREATE TABLE service (id INTEGER PRIMARY KEY CHECK (id = 1), record TEXT NOT NULL);
CREATE TABLE registrations (key TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE executions (
    serial INTEGER,
    kind TEXT CHECK (kind IN ('execution', 'open part', 'event')),
    number INTEGER,
    record TEXT NOT NULL,
    PRIMARY KEY (serial, kind, number)
) WITHOUT ROWID
"""

#: one statement and its parameters
Write = tuple[str, tuple[Any, ...]]


class StateFileError(Exception):
    """A file that cannot be used, and why."""


class StateFile:
    """The file of one service, from now until :meth:`close`, or the end of this process.

    :param path: where it is; created if it does not exist
    :raises StateFileError: when it is not a file of a service, is of another version, is in use by
        another server, or cannot be opened
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        #: where it is, as it was given
        self.path = fspath(path)
        with self._explained():
            # Its owner makes sure that one thread uses it at a time.
            self._connection = sqlite3.connect(
                abspath(path), timeout=0, isolation_level=None, check_same_thread=False
            )
        try:
            with self._explained():
                self._open()
            saved = self.service_record()
        except BaseException:
            self.close()
            raise
        #: the time that the service had reached, in seconds since the epoch; None in a new file
        self.time: float | None = None if saved is None else saved["now"]

    def _open(self) -> None:
        execute = self._connection.execute
        execute("PRAGMA locking_mode = EXCLUSIVE")
        execute("BEGIN EXCLUSIVE")  # from here on the file is ours, or there was an error
        application, version = (self._number(name) for name in ("application_id", "user_version"))
        is_new = not application and not execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        execute("COMMIT")
        if not is_new:
            self._check(application, version)
        execute("PRAGMA journal_mode = WAL")
        execute("PRAGMA synchronous = NORMAL")
        execute("PRAGMA wal_autocheckpoint = 4000")  # pages: slow, and the log has 16 MB by then
        if is_new:
            with self._transaction():
                for statement in _TABLES.split(";"):
                    execute(statement)
                execute(f"PRAGMA application_id = {_APPLICATION}")
                execute(f"PRAGMA user_version = {FORMAT}")

    def _number(self, pragma: str) -> int:
        number: int = self._connection.execute(f"PRAGMA {pragma}").fetchone()[0]
        return number

    def _check(self, application: int, version: int) -> None:
        if application != _APPLICATION:
            raise StateFileError(f"{self.path}: this is not a file of the local SWF service")
        if version != FORMAT:
            raise StateFileError(
                f"{self.path}: this file has format {version}, and this version of py_swf reads "
                f"format {FORMAT} only: use the version that wrote it, or a new file"
            )

    def service_record(self) -> dict[str, Any] | None:
        """Return the record of the service as a whole, None in a new file."""
        rows = list(self.read("SELECT record FROM service"))
        return json.loads(rows[0][0]) if rows else None

    def read(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self._explained():
            yield from self._connection.execute(query)

    def write(self, writes: Iterable[Write]) -> None:
        """Do all of these writes, or none.

        :raises StateFileError: when nothing was written, for example because the disk is full
        """
        with self._explained(), self._transaction():
            for statement, parameters in writes:
                self._connection.execute(statement, parameters)

    def shrink(self) -> None:
        """Give free space back to the disk, if most of the file is free."""
        if self._number("freelist_count") > self._number("page_count") / 2:
            with suppress(sqlite3.Error):  # this needs some space itself; without, nothing is lost
                self._connection.execute("VACUUM")

    def close(self) -> None:
        """Let another server use the file."""
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # some errors end it by themselves
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Say which file it is, and why, since SQLite alone says neither."""
        try:
            yield
        except sqlite3.Error as error:
            reason = str(error)
            if "locked" in reason:
                reason = "another server is using this file"
            elif "not a database" in reason:
                reason = "this is not a file of the local SWF service"
            raise StateFileError(f"{self.path}: {reason}") from error
