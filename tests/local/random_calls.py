"""Random calls of every operation, from a seed: nothing breaks, and every history is lawful.

Requests are made from the service's own model, with few names, so that calls affect each other.
Tokens from the answers are sent back, and now and then a value is one that no request should have.
The calls are also replayed on a second service, which must give the same answers, byte for byte.

``python -m tests.local.random_calls 1000000 --seed 1`` makes a million.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from py_swf.local import Choices, Limits, Service, VirtualClock
from py_swf.local.machine.requests.model import service_model
from py_swf.local.transport.protocol import Reply, handle
from tests.local.lawfulness import assert_described, assert_lawful

MODEL = service_model()
SHAPES: Mapping[str, Any] = MODEL["shapes"]
INPUTS: dict[str, str] = {name: op["input"]["shape"] for name, op in MODEL["operations"].items()}

#: how often an operation is called, where that is not once
WEIGHTS = {
    "StartWorkflowExecution": 12,
    "PollForDecisionTask": 25,
    "RespondDecisionTaskCompleted": 25,
    "PollForActivityTask": 12,
    "RespondActivityTaskCompleted": 5,
    "RespondActivityTaskFailed": 3,
    "RespondActivityTaskCanceled": 3,
    "RecordActivityTaskHeartbeat": 4,
    "SignalWorkflowExecution": 12,
    "RequestCancelWorkflowExecution": 2,
}
WEIGHTED = [name for name in INPUTS for _ in range(WEIGHTS.get(name, 1))]

CLOSING = [
    "CompleteWorkflowExecution",
    "FailWorkflowExecution",
    "CancelWorkflowExecution",
    "ContinueAsNewWorkflowExecution",
]
DECISIONS = [kind for kind in SHAPES["DecisionType"]["enum"] if kind not in CLOSING]
DECISIONS += ["ScheduleActivityTask"] * 6

#: values for a member, or else for a shape, of which one is drawn
POOLS: dict[str, list[Any]] = {
    "domain": ["d"] * 40 + ["e", "nobody"],
    "workflowId": ["w1", "w2", "w3", "w4", "w5"],
    "taskList": [{"name": "one"}] * 4 + [{"name": "two"}],
    "activityId": ["x", "y"],
    "timerId": ["x", "y"],
    "signalName": ["s"],
    "resourceArn": ["arn:aws:swf:us-east-1:123456789012:/domain/d", "arn:none"],
    "name": ["kind"] * 20 + ["x", "other"],
    "version": ["1"] * 8 + ["2"],
    "workflowTypeVersion": ["1", "1", "2"],
    "maximumPageSize": [0, 1, 2, 3, 1000],
    "oldestDate": [0, 0, 1767225600, 1767225660.5, 2e9],
    "latestDate": [1767225600, 1767229200, 2e9],
    "tagList": [[], ["red"], ["red", "blue"], [None]],
    "tag": ["red", "no"],
    "lambdaRole": ["arn:aws:iam::1:role/r"],
    "registrationStatus": ["REGISTERED"] * 3 + ["DEPRECATED"],
    "DurationInSecondsOptional": ["NONE", "NONE", "0", "1", "7", "60", "60", "3600", ""],
    "DurationInSeconds": ["0", "1", "7", "60"],
    "DurationInDays": ["0", "1", "90", "NONE"],
    "TaskPriority": ["0", "1", "-1"],
    "Data": ["", "data", "é😀"],
}
EXECUTION_TIMEOUTS = ["60", "3600", "31536000"]
JUNK: list[Any] = [None, 0, -1, 1.5, True, "", "x", "a|b", "\0", "é😀", "x" * 300, "x" * 33_000]
JUNK += [[], {}, [None], {"name": None}, 10**30, "\ud800", [[[]]], {"a": {"b": []}}, ["x"] * 6]
JUNK += ["NONE", "91", "1001", 1001, "31536001", "2147483648", "arn", "a:b"]
TURNS = [0.0, 0.001, *[1.0] * 20, *[7.0] * 6, 60.0, 4_000.0, 90_000.0]

NEEDED_DEFAULTS: dict[str, dict[str, Any]] = {
    "Workflow": {
        "defaultTaskList": {"name": "one"},
        "defaultChildPolicy": "REQUEST_CANCEL",
        "defaultExecutionStartToCloseTimeout": "3600",
        "defaultTaskStartToCloseTimeout": "60",
    },
    "Activity": {
        "defaultTaskList": {"name": "one"},
        "defaultTaskScheduleToStartTimeout": "NONE",
        "defaultTaskScheduleToCloseTimeout": "NONE",
        "defaultTaskStartToCloseTimeout": "60",
        "defaultTaskHeartbeatTimeout": "NONE",
    },
}
LIMITS = [Limits()] * 3 + [
    Limits(events=14),
    Limits(page_size=3, page_token_seconds=5),
    Limits(open_activities=1, open_timers=1, open_children=1, open_executions=3, domains=2),
]
CHOICES = [Choices()] * 3 + [
    Choices(empty_task_token="", schedule_to_start=None, timer_id_free_at_once=False),
    Choices(previous_started_counts_timed_out=True, child_policy_on_normal_close=False),
]


class Caller:
    """Draws requests, and remembers the tokens and run ids from the answers."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)
        self.executions: list[dict[str, str]] = []
        self.given: dict[str, list[str]] = {"decision": [], "activity": [], "page": [], "run": []}

    def draw(self) -> tuple[str, Any]:
        """Draw an operation and a request."""
        operation = self.random.choice(WEIGHTED)
        if "taskToken" in SHAPES[INPUTS[operation]]["members"] and not self.what_was_given(
            "taskToken", operation
        ):
            operation = f"PollFor{'Decision' if 'Decision' in operation else 'Activity'}Task"
        request = self.structure(INPUTS[operation], operation)
        if operation == "RespondDecisionTaskCompleted":
            request["decisions"] = self.decisions()
        if operation.startswith(("Deprecate", "Delete")) and self.random.random() < 0.9:
            self.spare(request)
        if self.random.random() < 0.05:
            return operation, self.spoil(request)
        return operation, request

    def spare(self, request: dict[str, Any]) -> None:
        """Draw calls that the others do not need."""
        for kind in ("workflowType", "activityType"):
            if kind in request:
                request[kind] = {"name": "kind", "version": "2"}
        if "name" in request:
            request["name"] = "e"

    def learn(self, operation: str, request: Any, answer: Mapping[str, Any]) -> None:
        """Remember the tokens and ids of an answer, and usually forget a token after its use."""
        if operation.startswith("Respond") and self.random.random() < 0.8:
            for tokens in self.given.values():
                tokens[:] = [token for token in tokens if token != request["taskToken"]]
        kind = "decision" if operation == "PollForDecisionTask" else "activity"
        for name, token in (
            (kind, answer.get("taskToken")),
            ("page", answer.get("nextPageToken")),
            ("run", answer.get("runId")),
        ):
            if token:
                self.given[name] = [*self.given[name][-7:], token]
        for found in (answer, *answer.get("executionInfos", ())):
            names = found.get("workflowExecution", found.get("execution"))
            self.executions = [*self.executions[-20:], names] if names else self.executions

    def structure(self, shape: str, operation: str) -> dict[str, Any]:
        """Draw a structure: what is required, and some of the rest."""
        spec, drawn = SHAPES[shape], {}
        for member, about in spec["members"].items():
            if member in spec.get("required", ()) or self.random.random() < self.share(member):
                drawn[member] = self.value(member, about["shape"], operation)
        return drawn

    def share(self, member: str) -> float:
        """Return how often an optional member is sent."""
        if member.startswith("default"):
            return 0.9
        return 0.1 if member in ("nextPageToken", "runId", "latestDate") else 0.3

    def value(self, member: str, shape: str, operation: str) -> Any:
        """Draw a value of a member."""
        spec = SHAPES[shape]
        given = self.what_was_given(member, operation)
        if given:
            return self.random.choice(given)
        if member.lower().endswith("executionstarttoclosetimeout"):
            return self.random.choice(EXECUTION_TIMEOUTS)
        pool = POOLS.get(member) or POOLS.get(shape) or spec.get("enum")
        if pool:
            return self.random.choice(pool)
        if spec["type"] == "structure":
            return self.structure(shape, operation)
        if spec["type"] == "list":
            return [self.value("", spec["member"]["shape"], operation) for _ in range(2)]
        return {"boolean": self.random.random() < 0.5, "integer": 1}.get(spec["type"], "x")

    def what_was_given(self, member: str, operation: str) -> list[Any]:
        """Return what the service gave out for a member; the latest token is drawn most often."""
        if member == "taskToken":
            given = self.given["decision" if "Decision" in operation else "activity"]
            return given + given[-1:] * 12
        if member == "execution":
            return self.executions
        return self.given.get({"nextPageToken": "page", "runId": "run"}.get(member, ""), [])

    def decisions(self) -> list[dict[str, Any]]:
        """Draw a list of decisions; now and then the last of them closes."""
        kinds = [self.random.choice(DECISIONS) for _ in range(self.random.choice([0, 1, 2, 4]))]
        if self.random.random() < 0.1:
            kinds.append(self.random.choice(CLOSING))
        return [self.decision(kind) for kind in kinds]

    def decision(self, kind: str) -> dict[str, Any]:
        """Draw a decision with its own attributes."""
        key = f"{kind[0].lower()}{kind[1:]}DecisionAttributes"
        shape = SHAPES["Decision"]["members"][key]["shape"]
        return {"decisionType": kind, key: self.structure(shape, kind)}

    def spoil(self, value: Any) -> Any:
        """Put a wrong value somewhere."""
        if isinstance(value, dict) and value and self.random.random() < 0.9:
            member = self.random.choice(list(value))
            return {**value, member: self.spoil(value[member])}
        if isinstance(value, list) and value and self.random.random() < 0.7:
            number = self.random.randrange(len(value))
            return [*value[:number], self.spoil(value[number]), *value[number + 1 :]]
        if isinstance(value, str) and len(value) > 40 and self.random.random() < 0.5:
            place = self.random.randrange(len(value))
            return value[:place] + self.random.choice("Ax=\0") + value[place + 1 :]
        return self.random.choice(JUNK)


class World:
    """A service, and all calls that were made to it."""

    def __init__(self, seed: str) -> None:
        drawn = random.Random(f"world {seed}")
        self.options: dict[str, Any] = {
            "seed": drawn.randrange(10),
            "limits": drawn.choice(LIMITS),
            "choices": drawn.choice(CHOICES),
            "lambda_functions": {"x": str, "kind": int},
        }
        self.caller = Caller(seed)
        self.clock = VirtualClock()
        self.service = Service(self.clock, **self.options)
        self.calls: list[tuple[float, str, bytes, Reply]] = []

    def play(self, calls: int) -> None:
        """Make some calls, and turn the clock between them."""
        for name in ("d", "e"):
            days = self.caller.random.choice(["1", "90", "90"])
            request = {"name": name, "workflowExecutionRetentionPeriodInDays": days}
            self.make("RegisterDomain", request)
        versioned = {"domain": "d", "name": "kind", "version": "1"}
        for kind, needed in NEEDED_DEFAULTS.items():
            defaults = self.caller.structure(f"Register{kind}TypeInput", "")
            self.make(f"Register{kind}Type", {**defaults, **needed, **versioned})
        for _ in range(calls - 4):
            if self.caller.random.random() < 0.1:
                self.clock.advance(self.caller.random.choice(TURNS))
            self.make(*self.caller.draw())

    def make(self, operation: str, request: Any) -> None:
        """Make one call; anything but an answer or a fault of status 400 is an error."""
        body = json.dumps(request).encode()
        answer = answered(self.service.call, operation, body)
        assert answer[0] in (200, 400), (operation, request, answer)
        self.calls.append((self.clock.now(), operation, body, answer))
        if answer[0] == 200:
            self.caller.learn(operation, request, json.loads(answer[2] or b"{}"))

    def judge(self) -> int:
        """Check the laws on every history, and that Describe agrees; count the events."""
        events = 0
        for execution in list(self.service._state.executions.values()):
            history = self.service.history(execution.workflow_id, execution.run_id)
            request = {"domain": execution.domain, "execution": execution.names()}
            assert_lawful(history)
            assert_described(history, self.service.call("DescribeWorkflowExecution", request))
            events += len(history)
        return events

    def replay(self) -> None:
        """Make the same calls at the same times of another service, and compare the answers."""
        clock = VirtualClock(self.calls[0][0])
        service = Service(clock, **self.options)
        for when, operation, body, answer in self.calls:
            clock.set(when)
            assert answered(service.call, operation, body) == answer, (operation, body)


def answered(call: Callable[[str, dict[str, Any]], Any], operation: str, body: bytes) -> Reply:
    """Return the answer to a call as it is sent."""
    target = f"SimpleWorkflowService.{operation}"
    return handle(call, target, "application/x-amz-json-1.0", body, "id", 1_048_576)


def play(seed: str, calls: int) -> tuple[Counter[tuple[str, int]], int]:
    """Make random calls, and check the laws on the result.

    :return: how often each operation was answered with each status, and how many events there are
    """
    world = World(seed)
    world.play(calls)
    events = world.judge()
    world.replay()
    counts = Counter((operation, answer[0]) for _, operation, _, answer in world.calls)
    return counts, events


def main() -> None:
    """Make as many calls as the command line says, 500 to each service."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("calls", type=int)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    counts: Counter[tuple[str, int]] = Counter()
    events, began = 0, time.process_time()
    for number in range(options.calls // 500):
        seed = f"{options.seed}-{number}"
        try:
            found, more = play(seed, 500)
        except BaseException:
            print(f"play({seed!r}, 500) failed", flush=True)
            raise
        counts += found
        events += more
    for operation in sorted(INPUTS):
        answers, refusals = counts[operation, 200], counts[operation, 400]
        print(f"{operation:<36}{answers:>9} answered{refusals:>9} refused")
    seconds = time.process_time() - began
    print(f"{sum(counts.values())} calls, {events} events, {seconds:.0f} s of CPU; none failed")


if __name__ == "__main__":
    main()
