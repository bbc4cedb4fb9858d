"""The worker: everything that a host needs to run workflows and activities, in one object."""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from py_swf._to_wire import Duration, cut, members
from py_swf.clients.activity_task import ActivityTaskClient
from py_swf.clients.decision import DecisionClient
from py_swf.clients.registration import RegistrationClient
from py_swf.config_definitions import ActivityTaskConfig, DecisionConfig
from py_swf.daemon.activity_worker import ActivityWorker
from py_swf.daemon.argument_checks import check_call, check_count, check_stop
from py_swf.daemon.calling import Calling
from py_swf.daemon.decider_worker import DeciderWorker
from py_swf.daemon.deciding import OnError
from py_swf.daemon.errors import AnswerNotDelivered
from py_swf.daemon.polling import default_identity
from py_swf.daemon.stopping import Stop
from py_swf.flow.activities import Activity
from py_swf.flow.hosting.activity_handler import ActivityHandler
from py_swf.flow.hosting.around import Around, Surrounded
from py_swf.flow.hosting.decider import Decider
from py_swf.flow.hosting.drained_stop import DrainedStop
from py_swf.flow.hosting.own_task_list import own_task_list_name
from py_swf.flow.hosting.registration import register
from py_swf.flow.hosting.slow_decisions import SlowDecisions
from py_swf.flow.hosting.threads import run_together
from py_swf.flow.hosting.type_checks import check_types
from py_swf.flow.workflows import Workflow
from py_swf.history import History
from py_swf.tasks import ActivityTask

__all__ = ["ENGINE", "Registration", "Worker"]

_log = logging.getLogger(__name__)

#: what a worker does with its types before its first poll
Registration: TypeAlias = Literal["check", "warn", "skip"]

#: the number of the engine, in the identity of each decider: it grows when the engine would decide
#: differently on histories of the previous one
ENGINE = 1


class Worker:
    """Runs workflows and activities: everything that a host in production needs::

        with stop_on_signals() as stop:
            flow.Worker(
                boto_client,
                "shop",
                task_list="orders",
                workflows=[process, ship],
                activities=[charge, pack],
            ).run(stop)

    It registers its types, polls for decision tasks of its workflows and for activity tasks of its
    activities, each task list in its own thread, and works on what arrives. Its parts are
    :class:`Decider`, :class:`ActivityHandler`, :class:`~py_swf.daemon.DeciderWorker` and
    :class:`~py_swf.daemon.ActivityWorker`.

    Keep workflows and activities in a tuple if you put them into a variable: mypy takes a list of
    functions with different parameters for a list of objects.

    Each workflow and activity uses the task list that it names, or else the worker's. A decision
    task of an unknown type is parked, for a worker that knows it; an activity task of an unknown
    type is failed, with the known types in its reason.

    A decision that takes more than five seconds is logged once, with its stack.

    :param boto_client: a boto3 client for SWF, used from several threads.
    :param domain: name of the domain.
    :param task_list: where to poll for those types that name no task list.
    :param workflows: the workflows, of different types or versions; if empty, the worker does not
        poll for decisions.
    :param activities: the activities, of different types or versions; if empty, it does not poll
        for them.
    :param max_decision_tasks: how many tasks of one decision task list are decided at the same
        time.
    :param max_activity_tasks: how many tasks of one activity task list are worked on at the same
        time.
    :param keep: how many runs are kept between their decision tasks, as in :class:`Decider`; 0
        reads and replays the whole history for each.
    :param own_task_list_timeout: seconds for which a decision task waits for the process that keeps
        its run, before it goes back to the shared list: what the loss of a host costs.
    :param inputs: as in :class:`Decider`.
    :param check: as in :class:`Decider`.
    :param on_error: makes the answer to a decision task that cannot be decided, or whose answer the
        service refuses; None parks it, as in :class:`Decider`.
    :param reuse: as in :class:`Decider`.
    :param executor: runs the activities elsewhere: ``daemon.processes(4)``. The activities must
        then be importable by module and name. With any other executor, they are not told about
        cancel requests.
    :param around: functions that are called around each task, the outermost first: each is called
        with the task, a DecisionTask or an ActivityTask, and with a function without arguments that
        continues and returns the answer; what it returns is the answer. They may look at the
        decisions of a workflow but must not change them. With an executor they are called where the
        activity runs.
    :param heartbeat_every: seconds between the heartbeats of activity tasks; None is a third of the
        heartbeat timeout that the activity names, and 30 if it names none.
    :param registration: what happens to the types before the first poll. "check" registers those of
        its types that are missing, and refuses to start if one is deprecated, is registered with
        other defaults than the code names, or is an activity without a task list in the code that
        is registered with another list than the worker's; "warn" only warns; "skip" checks and
        registers nothing. Activities of other workers are not registered here.
    :param identity: who polls, for the history, up to 240 characters; None is ``host:process id``.
        For deciders the number of the engine follows, " flow/1".
    :param on_undelivered: as in :class:`~py_swf.daemon.DeciderWorker`, like the two that follow.
    :param stop_within: seconds after the stop is set at which ``run`` returns.
    :param calling: how calls are timed, reported and retried. Its ``on_call`` is the place for
        metrics: it is called for each call, each "decide" and each "handler".
    :raises ValueError: when a value is out of range, or two types are the same.
    :raises TypeError: when a value has the wrong type.
    """

    def __init__(
        self,
        boto_client: Any,
        domain: str,
        *,
        task_list: str,
        workflows: Iterable[Workflow[..., Any]] = (),
        activities: Iterable[Activity[..., Any]] = (),
        max_decision_tasks: int = 4,
        max_activity_tasks: int = 4,
        keep: int = 1000,
        own_task_list_timeout: int = 10,
        inputs: str = "tell",
        check: float = 0.0,
        on_error: OnError | None = None,
        reuse: Mapping[str, Iterable[History]] = MappingProxyType({}),
        executor: Executor | None = None,
        around: Iterable[Around] = (),
        heartbeat_every: float | timedelta | None = None,
        registration: Registration = "check",
        identity: str | None = None,
        on_undelivered: Callable[[AnswerNotDelivered], object] | None = None,
        stop_within: float | None = None,
        calling: Calling | None = None,
    ) -> None:
        members("RegisterActivityType", domain=domain, default_task_list=task_list)
        if registration not in ("check", "warn", "skip"):
            raise ValueError(
                f"registration is {registration!r}; it must be 'check', 'warn' or 'skip'"
            )
        check_count("max_decision_tasks", max_decision_tasks, 1)
        check_count("max_activity_tasks", max_activity_tasks, 1)
        self.boto_client = boto_client
        self.domain = domain
        self.task_list = task_list
        self.registration = registration
        self.calling = calling or Calling()
        self.handler = ActivityHandler(activities)
        self.decider = Decider(
            workflows,
            keep=keep,
            own_task_list=self._own_task_list(keep),
            own_task_list_timeout=own_task_list_timeout,
            inputs=inputs,
            check=check,
            on_error=on_error,
            reuse=reuse,
        )
        if not (self.decider.workflows or self.handler.activities):
            raise ValueError("a worker needs workflows or activities, and has neither")
        self._around = tuple(around)
        for each in self._around:
            check_call("around", each, "task", "proceed")
        self._slow = SlowDecisions(clock=self.calling.clock)
        self._options: dict[str, Any] = {
            "on_undelivered": on_undelivered,
            "stop_within": stop_within,
            "calling": self.calling,
        }
        self._identity = identity or default_identity()
        self._of_deciders = {"max_workers": max_decision_tasks}
        self._of_workers = {
            "max_workers": max_activity_tasks,
            "executor": executor,
            "heartbeat_every": heartbeat_every,
        }
        self._loops()  # refuses what no loop could use
        self._has_run = False
        self._running = threading.Lock()

    def run(self, stop: Stop | None = None) -> None:
        """Register the types, and work until told to stop; then finish what has begun, and return.

        A failure of one of the loops stops the others, and is raised when they have ended. After it
        has returned, it may be called again. It then starts over, with its own task list under
        another name: a poll left over on the previous list takes no task from this one.

        :param stop: ends the work once it is set: a ``threading.Event``, what
            ``daemon.stop_on_signals()`` gives, or ``daemon.stop_after(seconds)``; None never.
        :raises CodecError: when a type has a parameter or a result that its codec could not read
            back; names each. Nothing has been registered then.
        :raises RegisteredDefaultsDiffer: when the domain and the code do not agree; see
            ``registration``. Nothing has been polled for then.
        :raises ClientError: for faults that waiting does not fix: no such domain, no permission.
        :raises AnswerNotDelivered: when an answer did not arrive; see ``on_undelivered``.
        :raises RuntimeError: when another ``run`` of this worker has not returned yet.
        """
        check_stop(stop)
        if not self._running.acquire(blocking=False):
            raise RuntimeError(
                "this worker is running already, and run() was called again: wait for the first "
                "one to return, or make another flow.Worker"
            )
        try:
            if self._has_run:
                self.decider = self.decider.fresh(self._own_task_list(self.decider.keep))
            self._has_run = True
            if self._register(stop):
                with self._slow.watching():
                    run_together(self._loops(), stop, self.decider.stop_keeping)
            _log.info("stopped")
        finally:
            self.decider.close()
            self._running.release()

    def _own_task_list(self, keep: int) -> str | None:
        """Return a name for the task list that only this run polls; None if nothing is kept."""
        ids = socket.gethostname(), os.getpid(), uuid.uuid4().hex[:8]
        return own_task_list_name(self.task_list, *ids) if keep else None

    def _register(self, stop: Stop | None) -> bool:
        """Register the types; return False if told to stop before that was possible."""
        # activities first: an execution may be started as soon as its type is registered
        types: list[Any] = [*self.handler.activities.values(), *self.decider.workflows.values()]
        check_types(types)
        return self.registration == "skip" or register(
            RegistrationClient(self.boto_client),
            self.domain,
            *types,
            check=self.registration == "check",
            task_list=self.task_list,
            calling=self.calling,
            stop=stop,
        )

    def _loops(self) -> list[Callable[[Stop], object]]:
        return [*self._deciders(), *self._workers()]

    def _deciders(self) -> Iterator[Callable[[Stop], object]]:
        options: dict[str, Any] = {
            **self._options,
            **self._of_deciders,
            "on_error": self.decider.on_error,
            "identity": f"{cut(self._identity, 240, keep_end=True)} flow/{ENGINE}",
        }
        decide = Surrounded(self.decider, (self._slow, *self._around))
        for each in self._lists(self.decider.workflows.values()):
            client = self._decision_client(each)
            yield DeciderWorker(client, decide, newest_first=False, **options).run
        if self.decider.workflows and self.decider.own_task_list:
            client = self._decision_client(self.decider.own_task_list)
            options |= {"newest_first": True, "start_at_previous_started_event": True}
            yield partial(self._drained, DeciderWorker(client, decide, **options))

    def _drained(self, worker: DeciderWorker, stop: Stop) -> None:
        """Poll the run's own task list: nobody else does, so on a stop it is the last to end."""
        longest = float(self.decider.own_task_list_timeout)
        worker.run(DrainedStop(stop, worker.client, longest, self.calling.clock))

    def _workers(self) -> Iterator[Callable[[Stop], object]]:
        options: dict[str, Any] = {
            **self._options,
            **self._of_workers,
            "identity": self._identity,
            "heartbeat_timeout": partial(self._setting, "heartbeat_timeout"),
            "start_to_close_timeout": partial(self._setting, "start_to_close_timeout"),
        }
        handle = Surrounded(self.handler, self._around)
        for each in self._lists(self.handler.activities.values()):
            yield ActivityWorker(self._activity_client(each), handle, **options).run

    def _decision_client(self, task_list: str) -> DecisionClient:
        return DecisionClient(DecisionConfig(self.domain, task_list), self.boto_client)

    def _activity_client(self, task_list: str) -> ActivityTaskClient:
        return ActivityTaskClient(ActivityTaskConfig(self.domain, task_list), self.boto_client)

    def _lists(self, types: Iterable[Any]) -> list[str]:
        """Return the task lists of some types, each once."""
        return list(dict.fromkeys(each.settings.task_list or self.task_list for each in types))

    def _setting(self, name: str, task: ActivityTask) -> Duration | None:
        """Return what an activity says about its tasks; None if it says nothing."""
        activity = self.handler.activities.get((task.type, task.version))
        value: Duration | None = None if activity is None else getattr(activity.settings, name)
        return value
