"""One execution of activities in a row, played to whoever decides for it; it knows no library.

Each activity that an answer schedules is done at once, and the next poll brings the task for it.
The CPU time that this takes is counted, to be taken off.
"""

from __future__ import annotations

import json
import time
from typing import Any

import canned

PAGE = 1000
LIST = {"name": "list"}


class OneExecution:
    """A history that grows by what is answered.

    :param name: name of the workflow type.
    :param input: input of the execution.
    """

    def __init__(self, name: str, input: str) -> None:
        self.raw: list[dict[str, Any]] = []
        self.type = {"name": name, "version": "1"}
        self.seconds = 0.0
        self.requests = self.read = self.previous = 0
        self.next_list = LIST
        self.result: str | None = None
        self.client = canned.client(self._answer)
        self._add(
            "WorkflowExecutionStarted",
            childPolicy="TERMINATE",
            taskList=LIST,
            workflowType=self.type,
            executionStartToCloseTimeout="31536000",
            taskStartToCloseTimeout="60",
            input=input,
            parentInitiatedEventId=0,
        )
        self._start()

    def _add(self, event_type: str, **attributes: Any) -> int:
        number = len(self.raw) + 1
        self.raw.append(
            {
                "eventId": number,
                "eventTimestamp": 1_700_000_000 + number / 1000,
                "eventType": event_type,
                f"{event_type[0].lower()}{event_type[1:]}EventAttributes": attributes,
            }
        )
        return number

    def _start(self) -> None:
        ids = {"taskList": self.next_list, "startToCloseTimeout": "60"}
        self.scheduled = self._add("DecisionTaskScheduled", **ids)
        self.started = self._add(
            "DecisionTaskStarted", scheduledEventId=self.scheduled, identity="host:1"
        )

    def _answer(self, request: Any) -> bytes:
        began = time.process_time()
        self.requests += 1
        body = json.loads(request.body)
        if request.headers["X-Amz-Target"].endswith(b"PollForDecisionTask"):
            answer = self._task(body)
        else:
            answer = self._completed(body)
        self.seconds += time.process_time() - began
        return answer

    def _task(self, body: dict[str, Any]) -> bytes:
        first = self.previous if body.get("startAtPreviousStartedEvent") else 1
        events = self.raw[first - 1 :]
        if body.get("reverseOrder"):
            events.reverse()
        begin = int(body.get("nextPageToken", 0))
        more = {"nextPageToken": str(begin + PAGE)} if begin + PAGE < len(events) else {}
        page = events[begin : begin + PAGE]
        self.read += len(page)
        task = {
            "taskToken": "token",
            "startedEventId": self.started,
            "previousStartedEventId": self.previous,
            "workflowExecution": canned.RUN,
            "workflowType": self.type,
            "events": page,
        }
        return json.dumps({**task, **more}).encode()

    def _completed(self, body: dict[str, Any]) -> bytes:
        ids = {"scheduledEventId": self.scheduled, "startedEventId": self.started}
        completed = self._add("DecisionTaskCompleted", **ids)
        self.previous = self.started
        self.next_list = body.get("taskList", self.next_list)
        (decision,) = body["decisions"]
        kind = decision["decisionType"]
        attributes = decision[f"{kind[0].lower()}{kind[1:]}DecisionAttributes"]
        if kind == "ScheduleActivityTask":
            self._work(attributes, completed)
            self._start()
        else:
            self.result = attributes["result"]
        return b""

    def _work(self, attributes: dict[str, Any], completed: int) -> None:
        limits = ("scheduleToStart", "scheduleToClose", "startToClose", "heartbeat")
        sent = {"taskList": LIST, **{f"{each}Timeout": "NONE" for each in limits}, **attributes}
        scheduled = self._add(
            "ActivityTaskScheduled", **sent, decisionTaskCompletedEventId=completed
        )
        started = self._add("ActivityTaskStarted", scheduledEventId=scheduled, identity="host:2")
        result = json.loads(sent["input"])
        result = result["args"][0] if "args" in result else result["x"]
        ids = {"scheduledEventId": scheduled, "startedEventId": started}
        self._add("ActivityTaskCompleted", result=str(result + 1), **ids)
