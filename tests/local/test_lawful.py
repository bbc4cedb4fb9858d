"""Whatever is called in whatever order, every history is lawful and nothing breaks.

``PY_SWF_THOROUGH=1`` in the environment searches long instead of briefly.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from py_swf.local import LocalSWF
from py_swf.local.machine.clock import VirtualClock
from py_swf.local.machine.faults import Fault
from py_swf.local.machine.limits import Limits
from py_swf.local.machine.service import Service
from tests.local.lawfulness import assert_described, assert_lawful
from tests.local.scenes import (
    ACTIVITY_DEFAULTS,
    ACTIVITY_TYPE,
    DOMAIN,
    UNLIMITED,
    WORKFLOW_DEFAULTS,
    WORKFLOW_TYPE,
    cancel,
    cancel_activity,
    cancel_timer,
    child,
    complete,
    continue_as_new,
    decision,
    fail,
    marker,
    register,
    schedule,
    start,
    timer,
)

THOROUGH = os.environ.get("PY_SWF_THOROUGH") == "1"
SMALL = Limits(open_activities=1, open_timers=1, open_children=1, open_executions=3)
LISTS = ("one", "two")

names = st.sampled_from(["w1", "w2", "w3"])
lists = st.sampled_from(LISTS)
seconds = st.sampled_from(["0", "1", "7", "60"])
policies = st.sampled_from(["TERMINATE", "REQUEST_CANCEL", "ABANDON"])
turns = st.sampled_from([0.0, 0.001, *[1.0] * 6, *[7.0] * 4, 60.0, 4000.0])
short_ids = st.sampled_from(["x", "y"])


def some(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a mapping with some of these members."""
    return st.fixed_dictionaries({}, optional=members)


activities = st.builds(
    lambda name, timeouts, more: schedule(name, **{**UNLIMITED, **timeouts, **more}),
    short_ids,
    some(
        scheduleToStartTimeout=seconds,
        scheduleToCloseTimeout=seconds,
        startToCloseTimeout=seconds,
        heartbeatTimeout=seconds,
    ),
    some(
        taskList=lists.map(lambda name: {"name": name}),
        activityType=st.sampled_from([ACTIVITY_TYPE] * 4 + [{"name": "bare", "version": "1"}]),
        taskPriority=st.sampled_from(["1", "-1"]),
    ),
)
run_settings = some(
    executionStartToCloseTimeout=st.sampled_from(["60", "3600", "3600"]),
    taskStartToCloseTimeout=st.sampled_from(["7", "NONE"]),
    childPolicy=policies,
    taskList=lists.map(lambda name: {"name": name}),
    lambdaRole=st.just("arn:aws:iam::1:role/r"),
)
externals = st.builds(
    lambda kind, name: decision(
        f"{kind}ExternalWorkflowExecution",
        workflowId=name,
        **({"signalName": "s"} if kind == "Signal" else {}),
    ),
    st.sampled_from(["Signal", "RequestCancel"]),
    st.sampled_from(["w1", "w2", "w3", "nobody"]),
)
steps = st.one_of(
    activities,
    st.builds(timer, short_ids, seconds),
    st.builds(cancel_timer, short_ids),
    st.builds(cancel_activity, short_ids),
    st.builds(lambda name, given: child(name, **given), names, run_settings),
    externals,
    st.just(marker()),
    st.just(decision("ScheduleLambdaFunction", id="l", name="f")),
)
aside = continue_as_new(taskList={"name": "two"}, childPolicy="REQUEST_CANCEL")
closes = [complete(result="r"), fail(reason="r"), cancel(), continue_as_new(), aside]
endings = st.sampled_from([*([[]] * 20), *([close] for close in closes)])
decisions = st.builds(lambda first, last: first + last, st.lists(steps, max_size=4), endings)
task_lists = some(
    taskList=lists.map(lambda name: {"name": name}),
    taskListScheduleToStartTimeout=seconds,
)
overrides = st.builds(
    lambda context, given: {**context, **(given if "taskList" in given else {})},
    some(executionContext=st.sampled_from(["", "here"])),
    task_lists,
)


class Play:
    """Makes moves on its own machine, and keeps the tokens from the answers."""

    def __init__(self, limits: Limits) -> None:
        self.clock = VirtualClock()
        self.service = Service(self.clock, seed=7, limits=limits, lambda_functions={"f": str})
        self.decision_tokens: list[str] = []
        self.activity_tokens: list[str] = []
        self.judged: dict[str, int] = {}
        versioned = {"domain": DOMAIN, "version": "1"}
        self.call("RegisterDomain", name=DOMAIN, workflowExecutionRetentionPeriodInDays="90")
        defaults = {**WORKFLOW_DEFAULTS, "defaultTaskList": {"name": "one"}}
        self.call("RegisterWorkflowType", name="flow", **versioned, **defaults)
        defaults = {**ACTIVITY_DEFAULTS, "defaultTaskList": {"name": "one"}}
        self.call("RegisterActivityType", name="act", **versioned, **defaults)
        self.call("RegisterActivityType", name="bare", **versioned)

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        """Make a call; a fault of status 400 is a valid answer."""
        try:
            return self.service.call(operation, request)
        except Fault as fault:
            if fault.status != 400:
                raise
            return {}

    def start(self, name: str, given: dict[str, Any]) -> None:
        """Start an execution."""
        kind = {"workflowId": name, "workflowType": WORKFLOW_TYPE}
        self.call("StartWorkflowExecution", domain=DOMAIN, **kind, **given)

    def signal(self, name: str) -> None:
        """Signal an execution."""
        self.call("SignalWorkflowExecution", domain=DOMAIN, workflowId=name, signalName="s")

    def cancel(self, name: str) -> None:
        """Ask an execution to cancel."""
        self.call("RequestCancelWorkflowExecution", domain=DOMAIN, workflowId=name)

    def terminate(self, name: str, given: dict[str, str]) -> None:
        """Terminate an execution."""
        self.call("TerminateWorkflowExecution", domain=DOMAIN, workflowId=name, **given)

    def decide(self, chosen: list[Any], more: dict[str, Any]) -> None:
        """Poll every list for a decision task, and answer the last one found."""
        for name in LISTS:
            self.poll_decision(name)
        self.respond(-1, chosen, more)

    def interrupt(self, name: str, chosen: list[Any]) -> None:
        """Signal an execution while a decision is out, and then answer."""
        for task_list in LISTS:
            self.poll_decision(task_list)
        self.signal(name)
        self.respond(-1, chosen, {})

    def poll_decision(self, name: str) -> None:
        """Poll for a decision task."""
        answer = self.call("PollForDecisionTask", domain=DOMAIN, taskList={"name": name})
        self.decision_tokens += [answer["taskToken"]] if "taskToken" in answer else []

    def respond(self, which: int, chosen: list[Any], more: dict[str, Any]) -> None:
        """Answer a decision task, whether or not it is still open."""
        if len(self.decision_tokens) >= -which:
            token = self.decision_tokens[which]
            self.call("RespondDecisionTaskCompleted", taskToken=token, decisions=chosen, **more)

    def work(self, operation: str) -> None:
        """Poll every list for an activity task, and answer the last one found."""
        for name in LISTS:
            self.poll_activity(name)
        self.answer(-1, operation)

    def poll_activity(self, name: str) -> None:
        """Poll for an activity task."""
        answer = self.call("PollForActivityTask", domain=DOMAIN, taskList={"name": name})
        self.activity_tokens += [answer["taskToken"]] if "taskToken" in answer else []

    def answer(self, which: int, operation: str) -> None:
        """Answer an activity task, whether or not it is still open."""
        if len(self.activity_tokens) >= -which:
            self.call(operation, taskToken=self.activity_tokens[which])

    def deprecate(self, verb: str) -> None:
        """Deprecate the activity type, or undo that."""
        self.call(f"{verb}ActivityType", domain=DOMAIN, activityType=ACTIVITY_TYPE)

    def turn(self, duration: float) -> None:
        """Turn the clock."""
        self.clock.advance(duration)
        self.service.run_due()
        later = self.service.next_deadline()
        assert later is None or later > self.clock.now()

    def runs(self) -> list[dict[str, str]]:
        """List every run there is, open and closed."""
        found = []
        for status in ("Open", "Closed"):
            request = {"domain": DOMAIN, "startTimeFilter": {"oldestDate": 0}}
            answer = self.call(f"List{status}WorkflowExecutions", **request)
            found += [info["execution"] for info in answer["executionInfos"]]
        return found

    def judge(self) -> None:
        """Check the laws on every run that changed, and that Describe agrees."""
        for execution in self.runs():
            length = len(self.history(execution))
            if self.judged.get(execution["runId"]) == length:
                continue
            self.judged[execution["runId"]] = length
            answer = self.call("DescribeWorkflowExecution", domain=DOMAIN, execution=execution)
            history = self.history(execution)
            assert_lawful(history)
            assert_described(history, answer)

    def history(self, execution: dict[str, str]) -> list[dict[str, Any]]:
        """Read the history of a run."""
        return self.service.history(execution["workflowId"], execution["runId"])

    def written(self) -> bytes:
        """Write every history as bytes."""
        return json.dumps([self.history(execution) for execution in self.runs()]).encode()


answers = st.sampled_from(
    [
        "RespondActivityTaskCompleted",
        "RespondActivityTaskFailed",
        "RespondActivityTaskCanceled",
        "RecordActivityTaskHeartbeat",
    ]
)
older = st.integers(-3, -1)

# For each move how often it is drawn, and its arguments.
MOVES: dict[str, tuple[int, tuple[st.SearchStrategy[Any], ...]]] = {
    "start": (3, (names, run_settings)),
    "decide": (10, (decisions, overrides)),
    "interrupt": (2, (names, decisions)),
    "work": (5, (answers,)),
    "turn": (4, (turns,)),
    "signal": (1, (names,)),
    "cancel": (1, (names,)),
    "terminate": (1, (names, some(childPolicy=policies))),
    "poll_decision": (2, (lists,)),
    "respond": (2, (older, decisions, overrides)),
    "poll_activity": (2, (lists,)),
    "answer": (2, (older, answers)),
    "deprecate": (1, (st.sampled_from(["Deprecate", *["Undeprecate"] * 4]),)),
}
WEIGHTED = [kind for kind, (weight, _) in MOVES.items() for _ in range(weight)]

Move = tuple[str, tuple[Any, ...]]


@st.composite
def moves(draw: st.DrawFn) -> Move:
    """Draw a move."""
    kind = draw(st.sampled_from(WEIGHTED))
    return kind, draw(st.tuples(*MOVES[kind][1]))


games = given(
    limits=st.sampled_from([Limits(), Limits(), Limits(events=14), SMALL]),
    game=st.lists(moves(), min_size=30, max_size=60),
)


def briefly(examples: int) -> settings:
    """Search with so many examples, always the same ones; or long and again each time."""
    return settings(
        max_examples=examples * 100 if THOROUGH else examples,
        derandomize=not THOROUGH,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@briefly(80)
@games
@pytest.mark.long
def test_every_history_is_lawful(limits: Limits, game: list[Move]) -> None:
    """After every move the laws hold, and all faults are the caller's."""
    play = Play(limits)
    for kind, arguments in game:
        getattr(play, kind)(*arguments)
        play.judge()


@briefly(20)
@games
def test_the_same_calls_give_the_same_bytes(limits: Limits, game: list[Move]) -> None:
    """The same moves on the same seed write the same histories, byte for byte."""
    plays = [Play(limits), Play(limits)]
    for kind, arguments in game:
        for play in plays:
            getattr(play, kind)(*arguments)
    first, second = plays
    assert first.written() == second.written()
    assert first.decision_tokens == second.decision_tokens


def test_other_seeds_give_other_run_ids() -> None:
    """Another seed gives other run ids, so equal bytes are no accident."""
    ids = set()
    for seed in (7, 7, 8):
        client = LocalSWF(seed=seed).client()
        register(client)
        ids.add(start(client)["runId"])
    assert len(ids) == 2
