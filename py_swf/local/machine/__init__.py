"""The service itself, as a pure machine: no threads, no sockets, no waiting, no clock of its own.

Everything comes in through ``service.Service.call``. From top to bottom, each importing only what
is below it:

=============  =====================================================================================
``service``    one door for the 39 operations
``operations`` what a call does: domains, types, executions, visibility, decision and activity tasks
``decisions``  what each of the 13 decisions does, and the steps that follow by themselves
``state``      what the service knows: domains, types, executions, sorted lists of executions
``execution``  one execution and its tasks, timers, children: their states and their timeouts
``requests``   what is checked before anything happens
=============  =====================================================================================

Beside them are the task lists, the heap of deadlines, the tokens, the faults, the changes that are
not in the file yet, and what can be set: ``limits`` and ``choices``.
"""

from __future__ import annotations

__all__: list[str] = []
