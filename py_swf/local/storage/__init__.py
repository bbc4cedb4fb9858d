"""A service that remembers: its state as rows in a file, written as it changes.

==================  ================================================================================
``stored_service``  the machine, which writes what a call changed before it answers
``records``         the contents of each row: a domain, a type, an execution, one of its open tasks
``state_file``      the file: SQLite, its lock, its version
==================  ================================================================================

The names below load their modules on first use: a service without a file does not need SQLite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from py_swf._lazy import lazy_names

if TYPE_CHECKING:
    from py_swf.local.storage.state_file import StateFile, StateFileError
    from py_swf.local.storage.stored_service import StoredService

__all__ = ["StateFile", "StateFileError", "StoredService"]

_HOMES = {
    "StateFile": ".state_file",
    "StateFileError": ".state_file",
    "StoredService": ".stored_service",
}

if not TYPE_CHECKING:  # a type checker would accept any name
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
