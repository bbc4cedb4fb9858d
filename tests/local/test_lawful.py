"""Whatever is called in whatever order, every history is lawful and nothing breaks.

``PY_SWF_THOROUGH=1`` in the environment searches long instead of briefly.
"""

from __future__ import annotations

import json
import os
from typing import Any, NamedTuple

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from py_swf.local.clock import VirtualClock
from py_swf.local.faults import Fault
from py_swf.local.service import Service
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
    schedule,
    timer,
)

THOROUGH = os.environ.get("PY_SWF_THOROUGH") == "1"
EVER = {"oldestDate": 0}
TURN, LOOK = "turn the clock", "look at every run"
FOREVER = {"defaultExecutionStartToCloseTimeout": "31536000"}

names = st.sampled_from(["w1", "w2", "w3"])
lists = st.sampled_from(["one", "two"])
seconds = st.sampled_from(["0", "1", "7", "60"])
policies = st.sampled_from(["TERMINATE", "REQUEST_CANCEL", "ABANDON"])
turns = st.sampled_from([0.0, 0.001, 1.0, 7.0, 60.0, 4000.0])
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
        activityType=st.sampled_from([ACTIVITY_TYPE, {"name": "bare", "version": "1"}]),
        taskPriority=st.sampled_from(["1", "-1"]),
    ),
)
run_settings = some(
    executionStartToCloseTimeout=st.sampled_from(["7", "60"]),
    taskStartToCloseTimeout=st.sampled_from(["1", "NONE"]),
    childPolicy=policies,
    taskList=lists.map(lambda name: {"name": name}),
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
endings = st.one_of(
    st.just([]),
    st.just([]),
    st.sampled_from([[complete(result="r")], [fail(reason="r")], [cancel()]]),
    run_settings.map(lambda given: [continue_as_new(**given)]),
)
decisions = st.builds(lambda first, last: first + last, st.lists(steps, max_size=4), endings)
overrides = some(
    executionContext=st.sampled_from(["", "here"]),
    taskList=lists.map(lambda name: {"name": name}),
)


class Calls(RuleBasedStateMachine):
    """Calls anything at any time, and remembers every call to make it again."""

    def __init__(self) -> None:
        super().__init__()
        self.swf = fresh()
        self.made: list[tuple[str, Any]] = []
        self.decision_tokens: list[str] = []
        self.activity_tokens: list[str] = []

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        """Make a call; a fault of status 400 is as good an answer as any."""
        self.made.append((operation, request))
        return make(self.swf, operation, request)

    @initialize()
    def register(self) -> None:
        """Register what the calls need."""
        versioned = {"domain": DOMAIN, "version": "1"}
        self.call("RegisterDomain", name=DOMAIN, workflowExecutionRetentionPeriodInDays="90")
        defaults = {**WORKFLOW_DEFAULTS, **FOREVER, "defaultTaskList": {"name": "one"}}
        self.call("RegisterWorkflowType", name="flow", **versioned, **defaults)
        defaults = {**ACTIVITY_DEFAULTS, "defaultTaskList": {"name": "one"}}
        self.call("RegisterActivityType", name="act", **versioned, **defaults)
        self.call("RegisterActivityType", name="bare", **versioned)

    @rule(name=names, given=run_settings, role=st.booleans())
    def start(self, name: str, given: dict[str, Any], role: bool) -> None:
        """Start an execution."""
        more = {**given, "lambdaRole": "arn:aws:iam::1:role/r"} if role else given
        self.call(
            "StartWorkflowExecution",
            domain=DOMAIN,
            workflowId=name,
            workflowType=WORKFLOW_TYPE,
            **more,
        )

    @rule(name=names)
    def signal(self, name: str) -> None:
        """Signal an execution."""
        self.call("SignalWorkflowExecution", domain=DOMAIN, workflowId=name, signalName="s")

    @rule(name=names)
    def cancel(self, name: str) -> None:
        """Ask an execution to cancel."""
        self.call("RequestCancelWorkflowExecution", domain=DOMAIN, workflowId=name)

    @rule(name=names, given=some(childPolicy=policies))
    def terminate(self, name: str, given: dict[str, str]) -> None:
        """Terminate an execution."""
        self.call("TerminateWorkflowExecution", domain=DOMAIN, workflowId=name, **given)

    @rule(task_list=lists, chosen=decisions, more=overrides, timeout=st.none() | seconds)
    def decide(
        self, task_list: str, chosen: list[Any], more: dict[str, Any], timeout: str | None
    ) -> None:
        """Poll for a decision task and answer it at once."""
        self.poll_decision(task_list)
        self.respond(-1, chosen, more, timeout)

    @rule(task_list=lists)
    def poll_decision(self, task_list: str) -> None:
        """Poll for a decision task."""
        answer = self.call("PollForDecisionTask", domain=DOMAIN, taskList={"name": task_list})
        token = answer.get("taskToken")
        self.decision_tokens += [token] if token else []

    @rule(which=st.integers(-3, -1), chosen=decisions, more=overrides, timeout=st.none() | seconds)
    def respond(
        self, which: int, chosen: list[Any], more: dict[str, Any], timeout: str | None
    ) -> None:
        """Answer a decision task, be it still open or not."""
        if len(self.decision_tokens) < -which:
            return
        if timeout is not None and "taskList" in more:
            more = {**more, "taskListScheduleToStartTimeout": timeout}
        self.call(
            "RespondDecisionTaskCompleted",
            taskToken=self.decision_tokens[which],
            decisions=chosen,
            **more,
        )

    @rule(task_list=lists)
    def poll_activity(self, task_list: str) -> None:
        """Poll for an activity task."""
        answer = self.call("PollForActivityTask", domain=DOMAIN, taskList={"name": task_list})
        token = answer.get("taskToken")
        self.activity_tokens += [token] if token else []

    @rule(
        which=st.integers(-3, -1),
        operation=st.sampled_from(
            [
                "RespondActivityTaskCompleted",
                "RespondActivityTaskFailed",
                "RespondActivityTaskCanceled",
                "RecordActivityTaskHeartbeat",
            ]
        ),
    )
    def answer(self, which: int, operation: str) -> None:
        """Answer an activity task, be it still open or not."""
        if len(self.activity_tokens) >= -which:
            self.call(operation, taskToken=self.activity_tokens[which])

    @rule(verb=st.sampled_from(["Deprecate", "Undeprecate"]))
    def deprecate(self, verb: str) -> None:
        """Deprecate the activity type, or take it back."""
        self.call(f"{verb}ActivityType", domain=DOMAIN, activityType=ACTIVITY_TYPE)

    @rule(duration=turns)
    def turn(self, duration: float) -> None:
        """Turn the clock."""
        self.made.append((TURN, duration))
        self.swf.advance(duration)
        later = self.swf.service.next_deadline()
        assert later is None or later > self.swf.clock.now()

    @invariant()
    def every_history_is_lawful(self) -> None:
        """Hold the laws over every run, and that Describe tells of it truly."""
        self.made.append((LOOK, None))
        for execution in runs(self.swf):
            answer = self.swf.service.call(
                "DescribeWorkflowExecution", {"domain": DOMAIN, "execution": execution}
            )
            history = self.swf.service.history(execution["workflowId"], execution["runId"])
            assert_lawful(history)
            assert_described(history, answer)

    def teardown(self) -> None:
        """Make the same calls again, and get the same bytes."""
        other = fresh()
        for operation, request in self.made:
            if operation == TURN:
                other.advance(request)
            elif operation == LOOK:
                runs(other)
            else:
                make(other, operation, request)
        assert written(self.swf) == written(other)


class Machine(NamedTuple):
    """The pure machine and the clock it reads."""

    clock: VirtualClock
    service: Service

    def advance(self, seconds: float) -> None:
        """Turn the clock, and let everything happen that is due."""
        self.clock.advance(seconds)
        self.service.run_due()


def fresh() -> Machine:
    """Make a machine that knows one Lambda function."""
    clock = VirtualClock()
    return Machine(clock, Service(clock, seed=7, lambda_functions={"f": str}))


def make(swf: Machine, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """Make one call of the machine; a fault is an empty answer, if it blames the caller."""
    try:
        return swf.service.call(operation, request)
    except Fault as fault:
        if fault.status != 400:
            raise
        return {}


def runs(swf: Machine) -> list[dict[str, str]]:
    """List every run there is, open and closed."""
    found = []
    for status in ("Open", "Closed"):
        request = {"domain": DOMAIN, "startTimeFilter": EVER}
        answer = make(swf, f"List{status}WorkflowExecutions", request)
        found += [info["execution"] for info in answer.get("executionInfos", ())]
    return found


def written(swf: Machine) -> bytes:
    """Write every history of a service as bytes."""
    swf.advance(0)
    histories = [swf.service.history(each["workflowId"], each["runId"]) for each in runs(swf)]
    return json.dumps(histories).encode()


TestLawful = Calls.TestCase
TestLawful.settings = settings(
    max_examples=3000 if THOROUGH else 40,
    stateful_step_count=60 if THOROUGH else 30,
    derandomize=not THOROUGH,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
