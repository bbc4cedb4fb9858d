"""Where workflows and activities run: from a polled task to its answer.

====================  ==============================================================================
``worker``            ``flow.Worker``: everything that a process in production needs, in one object
``decider``           from a decision task to its answer
``kept_runs``         runs that are kept between their decision tasks
``own_task_list``     the task list that only one process polls, for the runs it keeps
``drained_stop``      a stop that first lets a process finish what is in its own task list
``slow_decisions``    logs the stack of a decision that takes too long
``activity_handler``  from an activity task to the text of its result
``around``            the user's functions around each task
``threads``           several loops in threads, which start and end together
``registration``      registers what the code declares, and finds what the domain has otherwise
``type_checks``       annotations checked before the first task
``log_ids``           the ids of what is being worked on, in each log record
====================  ==============================================================================
"""

from __future__ import annotations

__all__: list[str] = []
