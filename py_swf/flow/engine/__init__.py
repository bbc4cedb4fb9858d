"""What replays a workflow: no clock, chance, thread, socket or log; time and ids come in.

From top to bottom, each importing only what is below it:

=============  =====================================================================================
``reuse``      finished activities of a closed execution, which answer in another one
``waiting``    how code waits for what it asked for, and what a cancel does to that
``run``        one run: takes events in, lets the code run over them, says what it decides
``answering``  from what the code asked for to the decisions of one answer
``matching``   the ledger: commands held against the events that echo them
``mailbox``    signals that have come and were not received
``turns``      a history cut into decision tasks: the news of each, and its echoes
``commands``   what code asks of the service: one class for each kind of decision
``loop``       an asyncio event loop whose clock is the history, and whose delays are timers
``run_info``   what a run knows about itself from its first event
=============  =====================================================================================
"""

from __future__ import annotations

__all__: list[str] = []
