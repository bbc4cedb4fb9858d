"""One execution of activities in a row, served to any decider; it knows no library.

Each activity that an answer schedules is done at once, and the next poll returns the next decision
task. The CPU time that this takes is counted, so that it can be subtracted.
"""

from __future__ import annotations

import json
import time
from typing import Any

import canned
from written import LIST, Written

PAGE = 1000


class OneExecution(Written):
    """A history that grows with each answer.

    :param name: name of the workflow type.
    :param input: input of the execution.
    """

    def __init__(self, name: str, input: str) -> None:
        super().__init__(name, input)
        self.seconds = 0.0
        self.requests = self.read = self.previous = 0
        self.next_list = LIST
        self.result: str | None = None
        self.client = canned.client(self._answer)
        self.start()

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
        completed = self.complete()
        self.previous = self.started
        self.next_list = body.get("taskList", self.next_list)
        (decision,) = body["decisions"]
        kind = decision["decisionType"]
        attributes = decision[f"{kind[0].lower()}{kind[1:]}DecisionAttributes"]
        if kind == "ScheduleActivityTask":
            self._work(attributes, completed)
            self.scheduled = self.schedule(self.next_list)
            self.start()
        else:
            self.result = attributes["result"]
        return b""

    def _work(self, attributes: dict[str, Any], completed: int) -> None:
        limits = ("scheduleToStart", "scheduleToClose", "startToClose", "heartbeat")
        sent = {"taskList": LIST, **{f"{each}Timeout": "NONE" for each in limits}, **attributes}
        values = json.loads(sent["input"])
        value = values["args"][0] if "args" in values else values["x"]
        ids = {"decisionTaskCompletedEventId": completed}
        self.work(self.add("ActivityTaskScheduled", **sent, **ids), value + 1)
