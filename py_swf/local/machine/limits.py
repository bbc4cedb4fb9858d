"""How much the service holds: its documented quotas; a test may lower any of them."""

from __future__ import annotations

from dataclasses import dataclass, fields

from py_swf.local.machine.faults import Fault

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The quotas of one local service; the defaults are the documented ones of Amazon SWF.

    :param events: the largest number of events in a history; the last one is the termination.
    :raises ValueError: when a limit is negative, or ``events`` leaves no room for a first task.
    """

    domains: int = 100
    workflow_types: int = 10_000
    activity_types: int = 10_000
    open_executions: int = 100_000
    open_activities: int = 1_000
    open_timers: int = 1_000
    open_children: int = 1_000
    open_lambda_functions: int = 1_000
    events: int = 25_000
    tags: int = 50
    pollers_per_task_list: int = 1_000
    request_bytes: int = 1_048_576
    page_size: int = 1_000
    page_token_seconds: float = 86_400.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value < 0:
                raise ValueError(f"{field.name} must be 0 or more, got {value!r}")
        if self.events < 3:
            raise ValueError(f"events must be 3 or more, got {self.events!r}")
        if not 1 <= self.page_size <= 1_000:
            raise ValueError(f"page_size must be from 1 to 1000, got {self.page_size!r}")

    def hold_one_more(self, held: int) -> None:
        """Refuse a poll of a task list on which too many are waiting already.

        :raises Fault: LimitExceededFault when no more may wait.
        """
        most = self.pollers_per_task_list
        if held >= most:
            raise Fault("LimitExceededFault", f"More than {most} pollers wait on the task list")
