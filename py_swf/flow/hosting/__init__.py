"""Where workflows and activities run: from a polled task to its answer.

====================  ==============================================================================
``worker``            ``flow.Worker``: all that a process in production needs, put together
``decider``           from a decision task to its answer
``kept_runs``         runs that are kept between their decision tasks
``own_task_list``     the task list that only one process polls, for the runs that it keeps
``drained_stop``      a stop that first lets a process finish what is in its own task list
``slow_decisions``    logs the stack of a decision that takes too long
``activity_handler``  from an activity task to the text of its result
``around``            what a user has done around each task
``threads``           several loops in threads that start and end together
``registration``      registers what the code declares, and finds what is registered otherwise
``type_checks``       annotations checked before the first task
``log_ids``           the ids of what is being worked on, in each log record
====================  ==============================================================================
"""

from __future__ import annotations

__all__: list[str] = []
