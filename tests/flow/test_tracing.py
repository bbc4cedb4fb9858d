"""Spans of starts, decisions and activities, as OpenTelemetry's SDK exports them."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections import Counter
from typing import Any

import attrs
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from py_swf import flow
from py_swf.clients.workflow import WorkflowClient
from py_swf.config_definitions import WorkflowClientConfig
from py_swf.daemon import CancelRequested, stop_after
from py_swf.decisions import Answer, ContinueAsNewWorkflowExecution, ScheduleActivityTask
from py_swf.events import DecisionTaskCompleted, DecisionTaskScheduled, DecisionTaskStarted
from py_swf.flow.tracing import TracedWorkflowClient, Tracing
from py_swf.history import History
from py_swf.tasks import DecisionTask
from tests.flow.game import World
from tests.flow.hosting.test_worker import WAIT, lifting, running, started, swf, worker_on
from tests.flow.scenes import DOMAIN, Scene
from tests.flow.shop import add, of_type

__all__ = ["swf"]

SECRET = "a secret"
CONFIG = WorkflowClientConfig(DOMAIN)


class Exported:
    """A tracer provider, and what it has exported so far."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))

    @property
    def spans(self) -> list[Any]:
        """The spans that have ended, in that order."""
        return list(self.exporter.get_finished_spans())

    def named(self, name: str) -> list[Any]:
        """Those of one name."""
        return [span for span in self.spans if span.name == name]


@pytest.fixture
def exported() -> Exported:
    """A tracer provider that keeps its spans in memory."""
    return Exported()


approve = flow.Signal("approve", str)


@flow.workflow
async def ship(parcel: str) -> str:
    """Do one thing."""
    return f"shipped {await add(1)} {parcel}"


@flow.workflow
async def order(rounds: int) -> str:
    """Do one thing again and again, and have another workflow do another."""
    total = 0
    for _ in range(rounds):
        total = await add(total)
    return f"{total} {await ship(SECRET)}"


@flow.workflow
async def approving(workflow_id: str) -> None:
    """Signal another execution."""
    await approve.send(workflow_id, SECRET)


@flow.workflow
async def again(left: int) -> int:
    """Go on as a new run, so many times."""
    if left:
        await flow.continue_as_new(left - 1)
    return await add(left)


@flow.workflow
async def tagged_otherwise() -> None:
    """Go on as a new run with other tags."""
    if "eu" not in flow.info().tag_list:
        await tagged_otherwise.options(tag_list=["eu"]).continue_as_new()


class TracedScene(Scene):
    """A scene whose starts, decisions and activities are traced."""

    def __init__(self, exported: Exported, *workflows: Any, **options: Any) -> None:
        super().__init__([*workflows], [add])
        provider = exported.provider
        self.tracing = Tracing(provider, **options)
        self.outside = TracedWorkflowClient(CONFIG, self.swf.client(), provider)
        handler = self.handler
        self.handler = lambda task: self.tracing(task, lambda: handler(task))

    def decide(self, decider: flow.Decider | None = None, **options: Any) -> Answer:
        """Take a decision task, decide it within a span and answer it."""
        decider = decider or flow.Decider(self.workflows, inputs="refuse")
        return super().decide(lambda task: self.tracing(task, lambda: decider(task)), **options)


def ended(scene: Scene, decider: flow.Decider | None = None) -> None:
    """Decide and work until there is nothing to do."""
    while scene.has_task() or scene.work():
        if scene.has_task():
            scene.decide(decider)


def test_everything_is_in_the_trace_of_the_starter(exported):
    """Decisions and activities of an execution and its child are children of its start."""
    scene = TracedScene(exported, order, ship).start(2)
    ended(scene)

    (begin,) = exported.named("start order")
    below = [span for span in exported.spans if span is not begin and span.name != "start ship"]
    names = Counter(span.name for span in below)
    assert names == {"decide order": 5, "decide ship": 2, "run add": 3}
    assert {span.parent.span_id for span in below} == {begin.context.span_id}
    assert {span.context.trace_id for span in exported.spans} == {begin.context.trace_id}
    assert begin.parent is None


def test_a_span_names_the_task_list(swf, exported):
    """Decisions and activities name the list that was polled, as spans of other queues do."""
    around = [Tracing(exported.provider)]
    outside = TracedWorkflowClient(WorkflowClientConfig("shop"), swf.client(), exported.provider)
    with running(worker_on(swf, around=around)):
        assert started(lifting.options(task_list="main"), outside, 5).result(WAIT) == "5 kg"

    spans = {span.name: span.attributes for span in exported.spans}
    assert {name: told["messaging.destination.name"] for name, told in spans.items()} == {
        "start lifting": "main",
        "decide lifting": "main",
        "run lift": "heavy",
    }
    assert {told["messaging.system"] for told in spans.values()} == {"aws_swf"}
    kinds = {name: told["messaging.operation.type"] for name, told in spans.items()}
    assert kinds == {"start lifting": "send", "decide lifting": "process", "run lift": "process"}


def test_the_trace_of_the_starter_goes_on(exported):
    """A start within another span, of a request say, is a child of that."""
    tracer = exported.provider.get_tracer("shop")
    with tracer.start_as_current_span("POST /orders"):
        scene = TracedScene(exported, order, ship).start(0)
    ended(scene)

    (request,) = exported.named("POST /orders")
    (begin,) = exported.named("start order")
    assert begin.parent.span_id == request.context.span_id
    assert {span.context.trace_id for span in exported.spans} == {request.context.trace_id}


def test_a_span_says_what_it_is_about(exported):
    """Spans have ids and types as attributes, and are producers and consumers."""
    scene = TracedScene(exported, order, ship).start(0)
    ended(scene)

    run_id = scene.execution.run_id
    about = {
        "swf.workflow_id": "scene",
        "swf.workflow_type": "order",
        "swf.workflow_version": "1",
        "swf.run_id": run_id,
    }
    on_a_list = {"messaging.system": "aws_swf", "messaging.destination.name": "list"}
    begin, decide = exported.named("start order")[0], exported.named("decide order")[0]
    starts = {**on_a_list, "messaging.operation.name": "start", "messaging.operation.type": "send"}
    del starts["messaging.destination.name"]  # it names none
    assert begin.attributes == {**about, **starts, "swf.domain": DOMAIN}
    assert decide.attributes == {
        **about,
        **on_a_list,
        "messaging.operation.name": "decide",
        "messaging.operation.type": "process",
        "swf.started_event_id": 3,
        "swf.decisions": ("StartChildWorkflowExecution",),
    }
    (child,) = exported.named("start ship")
    assert child.parent.span_id == decide.context.span_id
    assert child.attributes["swf.by.run_id"] == run_id
    (run, *_) = exported.named("run add")
    assert run.attributes["swf.workflow_id"] == child.attributes["swf.workflow_id"]
    assert run.attributes["swf.activity_id"] == "add-1"
    assert run.attributes["swf.activity_type"] == "add"
    assert {begin.kind, child.kind} == {SpanKind.PRODUCER}
    assert {decide.kind, run.kind} == {SpanKind.CONSUMER}


@pytest.mark.parametrize("keep", [0, 10])
def test_a_decision_has_one_span(exported, keep):
    """As many spans as decision tasks, whether runs are kept or replayed from the beginning."""
    scene = TracedScene(exported, order, ship).start(30)
    ended(scene, flow.Decider([order, ship], keep=keep, inputs="refuse", check=1))

    spans = exported.named("decide order")
    tasks = [event for event in scene.history if isinstance(event, DecisionTaskStarted)]
    assert [span.attributes["swf.started_event_id"] for span in spans] == [
        event.event_id for event in tasks
    ]
    assert len(tasks) > 30


def test_a_trace_is_no_part_of_what_is_replayed(exported):
    """A traced history replays in a process without tracing, and each input is compared."""
    scene = TracedScene(exported, order, ship).start(3)
    ended(scene)

    assert "py_swf.traceparent" in scene.history[4].input
    assert flow.replay(order, scene.history) == []

    @flow.workflow("order")
    async def changed(rounds: int) -> str:
        return str(await add(rounds))

    with pytest.raises(flow.NonDeterminismError, match="its input is"):
        flow.replay(changed, scene.history)


def test_a_decision_is_the_same_each_time(exported):
    """The context comes from the history: it depends on neither the process nor the attempt."""
    scene = TracedScene(exported, order, ship).start(2)
    task = scene.poll()
    decide = flow.Decider([order, ship])
    tracer = exported.provider.get_tracer("elsewhere")

    first = scene.tracing(task, lambda: decide(task))
    with tracer.start_as_current_span("something else"):
        second = Tracing(exported.provider)(task, lambda: decide(task))

    assert first == second
    (begin,) = exported.named("start order")
    traceparent = json.loads(first.decisions[0].input)["py_swf.traceparent"]
    assert traceparent.split("-")[2] == f"{begin.context.span_id:016x}"
    spans = exported.named("decide order")
    assert {span.parent.span_id for span in spans} == {begin.context.span_id}
    assert len(spans) == 2


def test_tasks_with_new_events_only_are_in_the_trace(exported):
    """The context is known from the task before, if the first event is not among the events."""
    scene = TracedScene(exported, order, ship).start(2)
    decider = flow.Decider([order, ship], keep=1)
    scene.decide(decider, newest_first=False)
    scene.work()
    scene.decide(decider, start_at_previous_started_event=True)

    traces = {span.context.trace_id for span in exported.spans}
    assert len(exported.named("decide order")) == 2
    assert len(traces) == 1
    assert "py_swf.traceparent" in scene.worker.poll().input


def test_the_runs_seen_last_are_remembered(exported, monkeypatch):
    """The runs whose context is known are bounded; one that is forgotten begins a trace."""
    monkeypatch.setattr("py_swf.flow.tracing._MOST_RUNS", 2)
    scene = TracedScene(exported, order, tagged_otherwise).start(9)
    another = tagged_otherwise.options(tag_list=["eu"])
    decider = flow.Decider(scene.workflows, keep=9)
    scene.decide(decider)

    def parent_after(others: int) -> Any:
        for _ in range(others):
            another.start(scene.outside, None)
            scene.decide(decider)
        scene.work()
        scene.decide(decider, start_at_previous_started_event=True)
        (*_, span) = exported.named("decide order")
        return span.parent

    assert parent_after(others=1) is not None
    assert parent_after(others=1) is not None
    assert parent_after(others=2) is None


def test_an_execution_without_a_context_has_none(exported):
    """Inputs and tags stay as they are if nobody has started a trace."""
    scene = TracedScene(exported, order, ship)
    scene.outside = WorkflowClient(CONFIG, scene.swf.client())
    answer = scene.start(1).decide()

    assert answer.decisions[0].input == '{"x":0}'
    assert exported.spans[0].parent is None


def test_without_an_sdk_nothing_is_carried():
    """OpenTelemetry's API alone makes no spans, and then nothing is sent that was not before."""
    scene = Scene([order, ship], [add])
    scene.outside = TracedWorkflowClient(CONFIG, scene.swf.client())
    scene.start(1)
    task = scene.poll()
    answer = Tracing()(task, lambda: flow.Decider([order])(task))

    assert task.history.started.tag_list is None
    assert answer.decisions[0].input == '{"x":0}'


def test_an_input_may_be_left_alone(exported):
    """Activities whose workers do not expect the context are given none."""
    scene = TracedScene(exported, order, ship, leave_inputs_of=["add"]).start(1)
    answer = scene.decide()
    scene.work()

    assert answer.decisions[0].input == '{"x":0}'
    (work,) = exported.named("run add")
    assert work.parent is None


def test_the_next_run_is_in_the_trace(exported):
    """The tag goes on to the run that continues, and beside tags that the code names."""
    scene = TracedScene(exported, again).start(2)
    ended(scene)
    assert len(exported.named("decide again")) == 4
    assert len({span.context.trace_id for span in exported.spans}) == 1

    other = TracedScene(exported, tagged_otherwise).start()
    (decision,) = other.decide().decisions
    assert isinstance(decision, ContinueAsNewWorkflowExecution)
    assert decision.tag_list[0] == "eu"
    assert decision.tag_list[1].startswith("traceparent=00-")


class TracedWorld(World):
    """A random game whose starts, answers and activities are traced."""

    def __init__(self, seed: int, exported: Exported) -> None:
        super().__init__(seed)
        self.tracing = Tracing(exported.provider)
        self.outside = TracedWorkflowClient(CONFIG, self.swf.client(), exported.provider)
        self.answered = 0
        handler = self.handler
        self.handler = lambda task: self.tracing(task, lambda: handler(task))

    def respond(self, task: DecisionTask, answer: Any) -> None:
        """Answer a decision task within a span."""
        self.answered += 1
        super().respond(task, self.tracing(task, lambda: answer))


def test_a_random_game_is_one_trace():
    """Kept runs decide like fresh ones, and every prefix replays, if inputs carry a context.

    Each answer has one span, and all are below the start.
    """
    carried = 0
    for seed in range(10):
        exported = Exported()
        world = TracedWorld(seed, exported)
        world.play()
        (begin, *_) = exported.named("start game")
        decided = [span for span in exported.spans if span.name.startswith("decide ")]
        assert len(decided) == world.answered
        assert {span.parent.span_id for span in decided} == {begin.context.span_id}
        runs = exported.named("run work")
        carried += len(runs)
        assert {span.parent.span_id for span in runs} <= {begin.context.span_id}
    assert carried > 0


def test_a_trace_does_not_hinder_reuse(exported):
    """A finished activity answers in an execution of another trace, and in one of none."""
    scene = TracedScene(exported, again).start(0)
    ended(scene)
    closed = History(scene.history)
    scene = TracedScene(exported, again).start(0)
    scene.decide(flow.Decider([again], reuse={"scene": [closed]}))

    assert "ActivityTaskScheduled" not in scene.types
    assert History(scene.history).result == "1"


def test_signals_have_spans(exported):
    """One that is sent from outside, and one that a workflow sends, in the span of the decision."""
    scene = TracedScene(exported, approving).start("another")
    scene.execution.signal(approve, SECRET)
    scene.decide()

    outside, inside = exported.named("signal approve")
    (decide,) = exported.named("decide approving")
    assert outside.attributes["swf.workflow_id"] == "scene"
    assert outside.attributes["swf.run_id"] == scene.execution.run_id
    assert inside.attributes["swf.workflow_id"] == "another"
    assert inside.attributes["swf.by.workflow_id"] == "scene"
    assert inside.parent.span_id == decide.context.span_id


def failed_span(exported: Exported, error: BaseException) -> Any:
    """Return the span of an activity that raises an error."""
    scene = TracedScene(exported, order, ship).start(1)
    scene.decide()
    task = scene.worker.poll()

    def raises() -> str:
        raise error

    with pytest.raises(type(error)):
        scene.tracing(task, raises)
    (span,) = exported.named("run add")
    return span


def test_a_failure_is_told_by_its_type(exported):
    """The span of an activity that fails is an error; it has no message and no traceback."""
    span = failed_span(exported, ValueError(SECRET))

    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes["error.type"] == "ValueError"


def test_a_canceled_activity_is_no_error(exported):
    """It is reported as its outcome."""
    span = failed_span(exported, CancelRequested(SECRET))

    assert span.status.status_code is StatusCode.UNSET
    assert span.attributes["swf.outcome"] == "canceled"


def test_a_parked_decision_is_an_error(exported):
    """A decision task that could not be decided is answered, and its span tells."""
    scene = TracedScene(exported, order, ship).start(1)
    scene.decide(flow.Decider([ship]))

    (span,) = exported.named("decide order")
    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes["error.type"] == "py_swf.decider-error"


def test_a_span_has_no_payload(exported):
    """Neither inputs, results, nor what exceptions say is in what is exported."""
    scene = TracedScene(exported, order, ship).start(1)
    scene.execution.signal(approve, SECRET)
    ended(scene)
    failed = Exported()
    failed_span(failed, ValueError(SECRET))

    assert SECRET in scene.history[-1].result
    for span in [*exported.spans, *failed.spans]:
        assert SECRET not in span.to_json()
        assert not span.events


def test_it_goes_to_another_process():
    """A handler in processes traces activities there, with the provider of that process."""
    tracing = pickle.loads(pickle.dumps(Tracing(leave_inputs_of=["pack"])))

    assert tracing._left == {"pack"}


def test_a_decider_by_hand_may_be_traced(exported):
    """A list or a generator of decisions becomes an answer that carries the context."""
    scene = TracedScene(exported, order).start(1)
    task = scene.poll()

    answer = scene.tracing(task, lambda: (ScheduleActivityTask(("add", "1"), x) for x in "ab"))

    assert [decision.activity_id for decision in answer.decisions] == ["a", "b"]
    assert attrs.evolve(answer, decisions=()) == Answer()


def test_a_worker_is_traced(swf, exported):
    """All it takes is one entry of ``around=``, and another client."""
    client = TracedWorkflowClient(WorkflowClientConfig("shop"), swf.client(), exported.provider)
    worker_on(swf, workflows=[order, ship]).run(stop_after(0))
    tracing = Tracing(exported.provider)
    with running(worker_on(swf, workflows=[order, ship], around=[tracing])):
        execution = started(order, client, 40)
        assert execution.result(WAIT) == f"40 shipped 2 {SECRET}"

    history = execution.history().events
    assert len({event.task_list for event in of_type(history, DecisionTaskScheduled)}) == 2
    assert len(exported.named("decide order")) == len(of_type(history, DecisionTaskCompleted))
    assert len(exported.named("run add")) == 41
    (begin,) = exported.named("start order")
    assert {span.context.trace_id for span in exported.spans} == {begin.context.trace_id}


def test_nothing_else_needs_opentelemetry():
    """Workflows, workers and tests run without it installed."""
    code = """
import sys
sys.modules["opentelemetry"] = None
from py_swf import flow, testing
flow.Worker, flow.Execution, flow.IdsFilter
@flow.activity
def add(x: int) -> int: return x + 1
@flow.workflow
async def sums(x: int) -> int: return await add(x)
print(testing.play(sums, 1, activities=[add]))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout == "2\n"
