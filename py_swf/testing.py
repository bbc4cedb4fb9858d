"""Run workflows to their end on a local SWF, years in milliseconds, for tests."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from operator import itemgetter
from typing import Any, NoReturn, TypeAlias, TypeVar

from botocore.exceptions import ClientError

from py_swf.clients.activity_task import ActivityTaskClient
from py_swf.clients.decision import DecisionClient
from py_swf.clients.registration import RegistrationClient
from py_swf.clients.workflow import WorkflowClient
from py_swf.config_definitions import ActivityTaskConfig, DecisionConfig, WorkflowClientConfig
from py_swf.daemon.error_verdicts import name_of
from py_swf.daemon.errors import CancelRequested, TaskGone
from py_swf.daemon.heartbeats import HandlerBeat
from py_swf.errors import NoTaskFound, RegisteredDefaultsWarning
from py_swf.events import Event, WorkflowExecutionContinuedAsNew, event_from_wire
from py_swf.flow.activities import Activity
from py_swf.flow.executions import outcome_of
from py_swf.flow.hosting.activity_handler import ActivityHandler
from py_swf.flow.hosting.decider import Decider
from py_swf.flow.hosting.registration import register
from py_swf.flow.replays import replay
from py_swf.flow.signals import Signal
from py_swf.flow.workflows import Workflow
from py_swf.local import LocalSWF
from py_swf.tasks import ActivityTask, DecisionTask

__all__ = ["play"]

R = TypeVar("R")

#: a signal and its value, and after how long it is sent
TimedSignal: TypeAlias = tuple[Signal[Any], Any] | tuple[Signal[Any], Any, "float | timedelta"]

_DOMAIN = "play"
_ROLE = "arn:aws:iam::123456789012:role/play"


def play(
    workflow: Workflow[..., R],
    *args: Any,
    on: LocalSWF | None = None,
    activities: Iterable[Activity[..., Any]] | Mapping[Activity[..., Any], Callable[..., Any]] = (),
    workflows: Iterable[Workflow[..., Any]] = (),
    signals: Iterable[TimedSignal] = (),
    lambda_functions: Mapping[str, Callable[[str], str]] | None = None,
    workflow_id: str = "play",
    **kwargs: Any,
) -> R:
    """Run an execution to its end on a local SWF, and return its result.

    The clock is turned whenever nothing else can happen. Each decision is made from the new events,
    as by a decider that keeps its runs. At the end the whole history is replayed, which finds a
    workflow that does not do the same twice.

    Activities run one at a time, and the clock stands still meanwhile unless they turn it. At each
    ``flow.heartbeat()`` in one, the workflow decides on what is new, and the activity learns if it
    was canceled or timed out.

    :param workflow: the workflow.
    :param args: its arguments.
    :param on: the local SWF, whose clock can be turned; None makes one. If it has no domain, one
        named ``play`` is registered; otherwise its only domain is used. The closed execution stays
        there.
    :param activities: the activities that the workflow awaits; or a mapping from each to a function
        that is called in its place.
    :param workflows: the workflows of its children.
    :param signals: pairs of a signal and its value, sent in this order after the start; or triples,
        whose third member says how long after the start the signal is sent, in seconds or as a
        timedelta. One that would be sent after the end of the execution is not sent.
    :param lambda_functions: from the name of a Lambda function to a function from text to text.
    :param workflow_id: its workflow id.
    :param kwargs: arguments of the workflow, by name.
    :return: the result.
    :raises WorkflowFailed: with its reason and details, when it failed.
    :raises WorkflowTimedOut: when it exceeded its timeout.
    :raises WorkflowCanceled: when it ended as canceled.
    :raises WorkflowTerminated: when it was terminated, for example at 25,000 events.
    :raises NonDeterminismError: when the code does not do the same twice.
    :raises LookupError: when it schedules an activity that is not in ``activities``.
    :raises RuntimeError: when nothing more happens, and it has not ended.
    """
    on = on or LocalSWF()
    on.lambda_functions.update(lambda_functions or {})
    stage = _Stage(on, [workflow, *workflows], ActivityHandler(activities))
    client = WorkflowClient(WorkflowClientConfig(stage.domain), stage.boto_client)
    settings = {"task_list": _DOMAIN, "child_policy": "TERMINATE", **workflow.settings.given()}
    started = workflow.options(**settings).start(client, workflow_id, *args, **kwargs)
    stage.plan_signals(client, workflow_id, signals)
    try:
        return stage.play(workflow, workflow_id, started.run_id)
    finally:
        stage.decider.close()


class _Stage:
    """A local SWF, with one decider and one activity worker for everything played on it."""

    def __init__(
        self, swf: LocalSWF, workflows: list[Workflow[..., Any]], handler: ActivityHandler
    ) -> None:
        self.swf = swf
        self.boto_client = swf.client()
        self.domain = self._domain()
        self.decider = Decider(workflows, keep=1_000_000, inputs="refuse", on_error=_raise)
        self.handler = handler
        self.to_send: list[tuple[float, Callable[[], object]]] = []
        with warnings.catch_warnings():
            # what the test itself has registered stays as it is
            warnings.simplefilter("ignore", RegisteredDefaultsWarning)
            register(
                RegistrationClient(self.boto_client),
                self.domain,
                *map(_registered, workflows),
                *handler.activities.values(),
                check=False,
                task_list=_DOMAIN,
            )
        self.deciders = [
            DecisionClient(DecisionConfig(self.domain, task_list), self.boto_client)
            for task_list in _task_lists(workflows)
        ]
        self.workers = [
            ActivityTaskClient(ActivityTaskConfig(self.domain, task_list), self.boto_client)
            for task_list in _task_lists(handler.activities.values())
        ]

    def plan_signals(
        self, client: WorkflowClient, workflow_id: str, signals: Iterable[TimedSignal]
    ) -> None:
        """Note the signals, each with the time at which it is sent."""
        start = self.swf.clock.now()
        for signal, value, *after in signals:
            at = start + (_seconds_of(after[0]) if after else 0.0)
            send = partial(client.signal_workflow, workflow_id, signal.name, signal.encode(value))
            self.to_send.append((at, send))
        self.to_send.sort(key=itemgetter(0))

    def play(self, workflow: Workflow[..., R], workflow_id: str, run_id: str) -> R:
        """Run an execution to its end, and replay its history."""
        while True:
            history = self._to_the_end(workflow_id, run_id)
            replay(workflow, history, workflow_id=workflow_id, run_id=run_id)
            closed = history[-1]
            if not isinstance(closed, WorkflowExecutionContinuedAsNew):
                return outcome_of(workflow, closed)
            run_id = closed.new_execution_run_id

    def _to_the_end(self, workflow_id: str, run_id: str) -> list[Event]:
        execution = {"workflowId": workflow_id, "runId": run_id}
        while True:
            while any([self._send(), self._decide(), self._work()]):
                pass
            described = self.boto_client.describe_workflow_execution(
                domain=self.domain, execution=execution
            )
            if described["executionInfo"]["executionStatus"] == "CLOSED":
                events = self.swf.history(workflow_id, run_id, self.domain)
                return [event_from_wire(event) for event in events]
            self._turn_the_clock(workflow_id, described["openCounts"])

    def _send(self) -> bool:
        """Send the signals whose time has come."""
        is_any = False
        while self.to_send and self.to_send[0][0] <= self.swf.clock.now():
            with _still_open():
                self.to_send.pop(0)[1]()
            is_any = True
        return is_any

    def _decide(self) -> bool:
        for client in self.deciders:
            with suppress(NoTaskFound):
                task = client.poll(start_at_previous_started_event=True)
                client.respond(task.task_token, self.decider(task))
                return True
        return False

    def _work(self) -> bool:
        for client in self.workers:
            with suppress(NoTaskFound):
                task = client.poll()
                if (task.type, task.version) not in self.handler.activities:
                    self.handler(task)  # raises
                with _still_open():
                    self._answer(client, task)
                return True
        return False

    def _answer(self, client: ActivityTaskClient, task: ActivityTask) -> None:
        try:
            result = self.handler(task, _Beat(client, task, self._decide))
        except CancelRequested as request:
            client.cancel(task.task_token, request.details)
        except TaskGone:
            pass  # no answer would be taken
        except Exception as error:
            client.fail(task.task_token, error)
        else:
            client.finish(task.task_token, result)

    def _turn_the_clock(self, workflow_id: str, open_counts: Mapping[str, int]) -> None:
        times = [self.swf.service.next_deadline(), *(at for at, _ in self.to_send)]
        deadline = min((at for at in times if at is not None), default=None)
        if deadline is None:
            waits = ", ".join(f"{name}: {count}" for name, count in open_counts.items() if count)
            raise RuntimeError(
                f"execution {workflow_id} waits for something that never comes; open are "
                f"{waits or 'none'}"
            )
        self.swf.advance(max(0.0, deadline - self.swf.clock.now()))

    def _domain(self) -> str:
        infos = self.boto_client.list_domains(registrationStatus="REGISTERED")["domainInfos"]
        if len(infos) > 1:
            raise ValueError(f"on has {len(infos)} domains; play needs one, or none")
        if infos:
            name: str = infos[0]["name"]
            return name
        RegistrationClient(self.boto_client).register_domain(_DOMAIN, retention=7)
        return _DOMAIN


class _Beat(HandlerBeat):
    """Sends a heartbeat whenever the activity calls for one; the workflow decides before."""

    def __init__(
        self, client: ActivityTaskClient, task: ActivityTask, decide: Callable[[], bool]
    ) -> None:
        super().__init__(task)
        self._client = client
        self._decide = decide

    def raise_if_canceled(self) -> None:
        """Let the workflow decide, and hear from the service whether the work is still wanted."""
        while self._decide():
            pass
        gone = True
        with _still_open():
            self._hear(canceled=self._client.heartbeat(self._task.task_token, self.details))
            gone = False
        self._hear(gone=gone)
        super().raise_if_canceled()


@contextmanager
def _still_open() -> Iterator[None]:
    """Send something to a task or an execution; if that has closed, nothing comes of it."""
    try:
        yield
    except ClientError as error:
        if name_of(error) != "UnknownResourceFault":
            raise


def _registered(workflow: Workflow[..., Any]) -> Workflow[..., Any]:
    """Return a workflow with defaults for what it leaves out: a role, and time to debug."""
    given = workflow.settings.given()
    decides_for = given.get("task_start_to_close_timeout", math.inf)
    return workflow.options(
        lambda_role=given.get("lambda_role", _ROLE), task_start_to_close_timeout=decides_for
    )


def _seconds_of(after: float | timedelta) -> float:
    seconds = after.total_seconds() if isinstance(after, timedelta) else after
    if not 0 <= seconds < math.inf:
        raise ValueError(f"signals has a signal after {after!r}; it must be 0 seconds or more")
    return seconds


def _task_lists(types: Iterable[Workflow[..., Any] | Activity[..., Any]]) -> list[str]:
    return list(dict.fromkeys(each.settings.task_list or _DOMAIN for each in types))


def _raise(task: DecisionTask, error: Exception) -> NoReturn:
    raise error
