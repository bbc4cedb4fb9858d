"""Spans by OpenTelemetry: starts, signals, decisions, activities. It needs the extra ``otel``.

Span names are few, such as ``decide order`` and ``run charge``; ids are attributes. A task list is
a queue, so it is named as in OpenTelemetry's conventions for messaging. There are no conventions
for workflow engines, so the other attributes use the service's own words after ``swf.``. No input,
result, details or message of an exception is in a span.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

import attrs

try:
    from opentelemetry import trace
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, SpanKind, StatusCode
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(f"{missing}; install it with: pip install 'py-swf[otel]'") from None

from py_swf.clients.workflow import WorkflowClient
from py_swf.config_definitions import WorkflowClientConfig
from py_swf.daemon.deciding import DECIDER_ERROR
from py_swf.daemon.error_verdicts import name_of
from py_swf.daemon.errors import CancelRequested
from py_swf.decisions import (
    Answer,
    ContinueAsNewWorkflowExecution,
    Decision,
    RecordMarker,
    ScheduleActivityTask,
    SignalExternalWorkflowExecution,
    StartChildWorkflowExecution,
)
from py_swf.events import WorkflowExecutionStarted
from py_swf.flow.trace_context import (
    traceparent_of_input,
    traceparent_of_tags,
    with_traceparent,
    with_traceparent_tag,
)
from py_swf.tasks import ActivityTask, DecisionTask

__all__ = ["TracedWorkflowClient", "Tracing"]

#: the number of runs whose context is remembered, for decision tasks that bring only new events
_MOST_RUNS = 10_000

#: what a span does, the first word of its name -> the same in OpenTelemetry's words
_OPERATION_TYPES = {"start": "send", "signal": "send", "decide": "process", "run": "process"}

_W3C = TraceContextTextMapPropagator()


class Tracing:
    """Makes a span for each decision and for each attempt at an activity::

        flow.Worker(..., around=[Tracing()])

    The context of the trace comes from the history: :class:`TracedWorkflowClient` puts it into a
    tag of the execution, and it is passed on from there, to activities in their inputs and to
    children and the next run in their tags. So each span of an execution, and of its children, is a
    child of the span that started it. An execution without such a tag carries no trace: each of its
    spans begins a new one.

    A span is made when a task is worked on, and never in replay. A task that is handed out twice,
    for example after a timeout, is worked on twice and has two spans.

    It can be pickled, for activities in processes, which use the tracer provider of their process.

    :param tracer_provider: makes the spans; None is OpenTelemetry's global one.
    :param leave_inputs_of: names of the activity types whose inputs carry no context: those whose
        workers, for example in another language, refuse a member ``py_swf.traceparent``.
    """

    def __init__(
        self,
        tracer_provider: trace.TracerProvider | None = None,
        *,
        leave_inputs_of: Iterable[str] = (),
    ) -> None:
        self._tracer = trace.get_tracer("py_swf.flow", tracer_provider=tracer_provider)
        self._left = frozenset(leave_inputs_of)
        self._carried: OrderedDict[str, str | None] = OrderedDict()
        self._lock = Lock()

    def __reduce__(self) -> Any:
        """Travel to another process, without the tracer provider."""
        return _in_another_process, (self._left,)

    def __call__(self, task: ActivityTask | DecisionTask, proceed: Callable[[], Any]) -> Any:
        """Work on a task within a span.

        Around a decider written by hand: ``tracing(task, lambda: decide(task))``.

        :param task: a decision task or an activity task.
        :param proceed: does the work.
        :return: what it returns; of a decision, an Answer whose decisions carry the context.
        """
        if isinstance(task, ActivityTask):
            return self._run(task, proceed)
        return self._decide(task, proceed)

    def _run(self, task: ActivityTask, proceed: Callable[[], Any]) -> Any:
        attributes = {
            "swf.workflow_id": task.workflow_id,
            "swf.run_id": task.workflow_run_id,
            "swf.activity_id": task.activity_id,
            "swf.activity_type": task.type,
            "swf.activity_version": task.version,
            **_messaging("run", task.task_list),
        }
        traceparent = traceparent_of_input(task.input)
        name = f"run {task.type}"
        with _span(self._tracer, name, SpanKind.CONSUMER, attributes, _context_of(traceparent)):
            return proceed()

    def _decide(self, task: DecisionTask, proceed: Callable[[], Any]) -> Answer:
        kind = task.workflow_type
        attributes = {
            **_execution(task.workflow_id, kind.name, kind.version),
            "swf.run_id": task.workflow_run_id,
            "swf.started_event_id": task.started_event_id,
            **_messaging("decide", task.task_list),
        }
        traceparent = self._traceparent_of(task)
        name, context = f"decide {kind.name}", _context_of(traceparent)
        with _span(self._tracer, name, SpanKind.CONSUMER, attributes, context) as span:
            answer = Answer.of(proceed())
            self._tell_of(answer.decisions, span, task)
        if traceparent is None:
            return answer
        carrying = [self._carrying(each, traceparent) for each in answer.decisions]
        return attrs.evolve(answer, decisions=carrying)

    def _traceparent_of(self, task: DecisionTask) -> str | None:
        """Return what the first event of the history carries; remember it for later tasks."""
        run_id = task.workflow_run_id
        first = task.events[-1 if task.newest_first else 0]
        with self._lock:
            if isinstance(first, WorkflowExecutionStarted):
                self._carried[run_id] = traceparent_of_tags(first.tag_list)
            if run_id in self._carried:
                self._carried.move_to_end(run_id)
            if len(self._carried) > _MOST_RUNS:
                self._carried.popitem(last=False)
            return self._carried.get(run_id)

    def _tell_of(self, decisions: tuple[Decision, ...], span: Span, task: DecisionTask) -> None:
        """Record what was decided, and make a span for each started child and each signal."""
        kinds = dict.fromkeys(type(decision).__name__ for decision in decisions)
        span.set_attribute("swf.decisions", list(kinds))
        by = {"swf.by.workflow_id": task.workflow_id, "swf.by.run_id": task.workflow_run_id}
        for each in decisions:
            if isinstance(each, RecordMarker) and each.marker_name == DECIDER_ERROR:
                span.set_status(StatusCode.ERROR)
                span.set_attribute("error.type", DECIDER_ERROR)
            elif isinstance(each, StartChildWorkflowExecution):
                attributes = {
                    **_execution(each.workflow_id, *each.workflow_type),
                    **_messaging("start", each.task_list),
                    **by,
                }
                self._produce(f"start {each.workflow_type.name}", attributes)
            elif isinstance(each, SignalExternalWorkflowExecution):
                attributes = {**_signal(each.workflow_id, each.run_id, each.signal_name), **by}
                self._produce(f"signal {each.signal_name}", attributes)

    def _produce(self, name: str, attributes: Mapping[str, Any]) -> None:
        self._tracer.start_span(name, kind=SpanKind.PRODUCER, attributes=attributes).end()

    def _carrying(self, decision: Decision, traceparent: str) -> Decision:
        if isinstance(decision, ScheduleActivityTask):
            if decision.activity_type.name in self._left:
                return decision
            return attrs.evolve(decision, input=with_traceparent(decision.input, traceparent))
        if isinstance(decision, StartChildWorkflowExecution | ContinueAsNewWorkflowExecution):
            tags = with_traceparent_tag(decision.tag_list, traceparent)
            return attrs.evolve(decision, tag_list=tags)
        return decision


class TracedWorkflowClient(WorkflowClient):
    """A WorkflowClient that makes a span for each execution that it starts, and for each signal.

    An execution carries the context of its span in a tag, ``traceparent=00-...``, one of the five
    that it may have; with five others it carries none. Its decisions, its activities and its
    children are then in the same trace, if their workers have a :class:`Tracing`.

    :param workflow_client_config: the domain, and the settings of executions started here.
    :param boto_client: a boto3 client for "swf".
    :param tracer_provider: makes the spans; None is OpenTelemetry's global one.
    :raises TypeError: when config and client are in the wrong order.
    """

    def __init__(
        self,
        workflow_client_config: WorkflowClientConfig,
        boto_client: Any,
        tracer_provider: trace.TracerProvider | None = None,
    ) -> None:
        super().__init__(workflow_client_config, boto_client)
        self._tracer = trace.get_tracer("py_swf.flow", tracer_provider=tracer_provider)

    def _call(self, operation: str, **values: Any) -> Any:
        if operation == "StartWorkflowExecution":
            return self._start(operation, **values)
        if operation != "SignalWorkflowExecution":
            return super()._call(operation, **values)
        name = values["signal_name"]
        attributes = _signal(values["workflow_id"], values["run_id"], name)
        attributes["swf.domain"] = self._domain
        with _span(self._tracer, f"signal {name}", SpanKind.PRODUCER, attributes):
            return super()._call(operation, **values)

    def _start(self, operation: str, **values: Any) -> Any:
        name, version = values["workflow_type"].values()
        attributes = {
            **_execution(values["id"], name, version),
            **_messaging("start", values["task_list"]),
            "swf.domain": self._domain,
        }
        with _span(self._tracer, f"start {name}", SpanKind.PRODUCER, attributes) as span:
            carrier: dict[str, str] = {}
            _W3C.inject(carrier)
            if "traceparent" in carrier:
                tags = with_traceparent_tag(values["tag_list"], carrier["traceparent"])
                values["tag_list"] = tags
            answer = super()._call(operation, **values)
            span.set_attribute("swf.run_id", answer["runId"])
            return answer


def _in_another_process(leave_inputs_of: frozenset[str]) -> Tracing:
    return Tracing(leave_inputs_of=leave_inputs_of)


def _execution(workflow_id: str, name: str, version: str) -> dict[str, Any]:
    return {
        "swf.workflow_id": workflow_id,
        "swf.workflow_type": name,
        "swf.workflow_version": version,
    }


def _signal(workflow_id: str, run_id: str | None, name: str) -> dict[str, Any]:
    run = {} if run_id is None else {"swf.run_id": run_id}
    sent = _messaging("signal", None)
    return {"swf.workflow_id": workflow_id, "swf.signal_name": name, **run, **sent}


def _messaging(operation: str, task_list: str | None) -> dict[str, Any]:
    """Return what a span does, and on which task list, if that is known."""
    named = {} if task_list is None else {"messaging.destination.name": task_list}
    return {
        "messaging.system": "aws_swf",
        "messaging.operation.name": operation,
        "messaging.operation.type": _OPERATION_TYPES[operation],
        **named,
    }


def _context_of(traceparent: str | None) -> Context | None:
    """Return the context that was carried; if there was none, None: that of the thread."""
    return None if traceparent is None else _W3C.extract({"traceparent": traceparent})


@contextmanager
def _span(
    tracer: trace.Tracer,
    name: str,
    kind: SpanKind,
    attributes: Mapping[str, Any],
    context: Context | None = None,
) -> Iterator[Span]:
    """Make a span of the block; it records only the type of an error, not what it says."""
    with tracer.start_as_current_span(
        name,
        context,
        kind,
        attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield span
        except CancelRequested:
            span.set_attribute("swf.outcome", "canceled")
            raise
        except BaseException as error:
            span.set_status(StatusCode.ERROR)
            span.set_attribute("error.type", name_of(error))
            raise
