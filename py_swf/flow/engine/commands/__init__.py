"""What workflow code asks the service for: one command for each decision that it may become.

A command is known by its decision type and its id, which is how the events that echo it are
recognized. It says what differs between the two, and what its end means for the code that waits.

==============  ====================================================================================
``activities``  activity tasks: scheduling them, and requests to cancel them
``children``    child executions: starting them, and requests to cancel them
``closings``    the end of a run: completed, failed, canceled, continued as new
``external``    what is sent to other executions: signals and cancel requests
``lambdas``     Lambda tasks
``markers``     markers: values, patches, and what the code records
``timers``      timers: starting them, and ending them early
``command``     what all of them share
==============  ====================================================================================
"""

from __future__ import annotations

__all__: list[str] = []
