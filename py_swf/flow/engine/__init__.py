"""What replays a workflow: no clock, randomness, thread, socket or log; time and ids come in.

From top to bottom, each importing only what is below it:

=============  =====================================================================================
``reuse``      results of finished activities, taken over from closed executions
``waiting``    how code waits for what it asked for, and what a cancel does to that
``run``        one run: takes events in, runs the code over them, returns what it decides
``answering``  from what the code asked for to the decisions of one answer
``matching``   the ledger: commands compared with the events that echo them
``mailbox``    signals that have arrived and were not received yet
``turns``      a history cut into decision tasks: what is new in each, and its echoes
``commands``   what code asks the service for: one class for each kind of decision
``loop``       an asyncio event loop whose clock is the history, and whose delays are timers
``run_info``   what a run knows about itself from its first event
=============  =====================================================================================
"""

from __future__ import annotations

__all__: list[str] = []
