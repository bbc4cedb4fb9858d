"""A history that is written event by event, as the service would; it knows no library.

Temporal's service writes its events in the same shape.
"""

from __future__ import annotations

from typing import Any

LIST = {"name": "list"}


class Log:
    """Events, numbered from 1."""

    def __init__(self) -> None:
        self.raw: list[dict[str, Any]] = []

    def append(self, name: str, attributes: dict[str, Any], **head: Any) -> int:
        """Write an event, and return its number.

        :param name: the prefix of its attributes' name.
        :param head: its other members.
        """
        self.raw.append({**head, f"{name[0].lower()}{name[1:]}EventAttributes": attributes})
        return len(self.raw)


class Written(Log):
    """The history of one execution, with its first decision task scheduled.

    :param name: name of its workflow type.
    :param input: its input.
    """

    def __init__(self, name: str, input: str) -> None:
        super().__init__()
        self.type = {"name": name, "version": "1"}
        self.started = 0
        self.add(
            "WorkflowExecutionStarted",
            childPolicy="TERMINATE",
            taskList=LIST,
            workflowType=self.type,
            executionStartToCloseTimeout="31536000",
            taskStartToCloseTimeout="60",
            input=input,
            parentInitiatedEventId=0,
        )
        self.scheduled = self.schedule()

    def add(self, event_type: str, **attributes: Any) -> int:
        """Write an event."""
        number = len(self.raw) + 1
        timestamp = 1_700_000_000 + number / 1000
        head = {"eventId": number, "eventTimestamp": timestamp, "eventType": event_type}
        return self.append(event_type, attributes, **head)

    def schedule(self, task_list: dict[str, str] = LIST) -> int:
        """Write that a decision task is scheduled."""
        return self.add("DecisionTaskScheduled", taskList=task_list, startToCloseTimeout="60")

    def start(self) -> int:
        """Write that the decision task is started."""
        self.started = self.add(
            "DecisionTaskStarted", scheduledEventId=self.scheduled, identity="host:1"
        )
        return self.started

    def complete(self) -> int:
        """Write that the decision task is completed."""
        ids = {"scheduledEventId": self.scheduled, "startedEventId": self.started}
        return self.add("DecisionTaskCompleted", **ids)

    def work(self, scheduled: int, result: int) -> None:
        """Write that an activity task is started and completed."""
        started = self.add("ActivityTaskStarted", scheduledEventId=scheduled, identity="host:2")
        ids = {"scheduledEventId": scheduled, "startedEventId": started}
        self.add("ActivityTaskCompleted", result=str(result), **ids)
