"""An execution, seen from outside: a handle for the program that started it or looks for it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar, cast

import attrs
from botocore.exceptions import ClientError

from py_swf import events as ev
from py_swf.daemon.calling import Calling
from py_swf.daemon.error_verdicts import name_of, verdict_of
from py_swf.flow.errors import (
    WorkflowCanceled,
    WorkflowFailed,
    WorkflowTerminated,
    WorkflowTimedOut,
)
from py_swf.flow.signals import Signal
from py_swf.history import CLOSE_STATUS, History

if TYPE_CHECKING:
    from py_swf.clients.workflow import WorkflowClient
    from py_swf.descriptions import WorkflowExecutionDetail, WorkflowExecutionInfo
    from py_swf.enums import ChildPolicy
    from py_swf.flow.workflow_definition import WorkflowDefinition

__all__ = ["Execution", "outcome_of", "start_execution"]

#: what starting does when an execution of that workflow id is open
IfOpen: TypeAlias = Literal["raise", "use"]

R = TypeVar("R")
T = TypeVar("T")

#: seconds between two looks at an execution: the first, and at most
_SOONEST, _LATEST = 0.25, 20.0
#: seconds between two looks at the open executions, for one that is open and not listed yet
_UNTIL_LISTED = (0.5, 1.0, 2.0, 4.0, 8.0)
_BEGINNING = datetime(2012, 1, 1, tzinfo=timezone.utc)  # SWF is from that year


@attrs.define(eq=False)
class Execution(Generic[R]):
    """A handle to an execution: wait for its result, signal it, cancel it, inspect it.

    It follows an execution that continues as new. :meth:`Workflow.start` and :meth:`of`
    return one.

    The handle follows from run to run. If a run in between is past its retention, the service no
    longer says which one came next, and the methods raise UnknownResourceFault. Make a new handle
    with ``Execution.of(workflow, client, workflow_id)`` if the run that you know may be that old.

    :param workflow: its workflow.
    :param workflow_client: calls the service, in the execution's domain.
    :param workflow_id: its workflow id.
    :param run_id: the run id of the latest run that the handle knows.
    """

    workflow: WorkflowDefinition[..., R]
    workflow_client: WorkflowClient
    workflow_id: str
    run_id: str

    @staticmethod
    def of(
        workflow: WorkflowDefinition[..., T],
        workflow_client: WorkflowClient,
        workflow_id: str,
        run_id: str | None = None,
    ) -> Execution[T]:
        """Return a handle to an execution that was started elsewhere.

        :param workflow: its workflow, which knows the type of its result.
        :param workflow_client: calls the service, in the execution's domain.
        :param workflow_id: its workflow id.
        :param run_id: its run id; if it is given, no call is made. None looks for the open run, or
            else for the one that was started last. The service may need a few seconds to list a new
            one.
        :raises LookupError: when there is none.

        AWS operations: :swf:`ListOpenWorkflowExecutions`, :swf:`ListClosedWorkflowExecutions`
        """
        if run_id is None:
            run_id = workflow_client.latest_run(workflow_id).run_id
        return Execution(workflow, workflow_client, workflow_id, run_id)

    def result(
        self, timeout: float | timedelta | None = None, *, calling: Calling | None = None
    ) -> R:
        """Wait for the end of the execution and return its result.

        It checks after a quarter of a second, then less and less often, down to every 20 seconds.
        Temporary faults, such as throttling, are waited out.

        :param timeout: longest wait, in seconds; None is no limit, 0 looks once.
        :param calling: the clock and the sleep.
        :return: its result, as the workflow's function is annotated.
        :raises WorkflowFailed: with its reason and details, when it failed.
        :raises WorkflowTimedOut: when it outlived its start-to-close timeout.
        :raises WorkflowCanceled: when it ended as canceled.
        :raises WorkflowTerminated: when it was terminated.
        :raises TimeoutError: when the wait is over; the execution continues.
        :raises ClientError: for faults that waiting does not fix, such as UnknownResourceFault when
            the domain no longer keeps it.

        AWS operation: :swf:`GetWorkflowExecutionHistory`
        """
        calling = calling or Calling()
        seconds = timeout.total_seconds() if isinstance(timeout, timedelta) else timeout
        began, looks, failures = calling.clock(), 0, 0
        while True:
            try:
                closed, failures = self._closed(), 0
            except Exception as error:
                if verdict_of(error) != "wait":
                    raise
                closed, failures = None, failures + 1
            if closed is not None:
                return outcome_of(self.workflow, closed)
            wait = min(_LATEST, _SOONEST * 1.5 ** min(looks, 20))
            wait = max(wait, calling.pause(failures - 1) if failures else 0.0)
            left = wait if seconds is None else seconds - (calling.clock() - began)
            if left <= 0:
                raise TimeoutError(f"execution {self.workflow_id} is open after {seconds:g} s")
            calling.sleep(min(wait, left))
            looks += 1

    def signal(self, signal: Signal[T] | str, value: T | None = None) -> None:
        """Signal the execution.

        :param signal: the signal, or its name.
        :param value: what it carries; by name, it is encoded by the workflow's codec.
        :raises ValueError: when the value cannot be encoded, or its text is longer than 32,768
            characters.
        :raises ClientError: UnknownResourceFault when it has closed.

        AWS operation: :swf:`SignalWorkflowExecution`
        """
        if isinstance(signal, str):
            signal = Signal(signal, codec=self.workflow.codec)
        # A signal without a type takes None.
        name, text = signal.name, signal.encode(value)  # type: ignore[arg-type]
        client = self.workflow_client
        self._tell(lambda run: client.signal_workflow(self.workflow_id, name, text, run_id=run))

    def request_cancel(self) -> None:
        """Ask the execution to cancel itself: ``asyncio.CancelledError`` is raised in it.

        :raises ClientError: UnknownResourceFault when it has closed.

        AWS operation: :swf:`RequestCancelWorkflowExecution`
        """
        client = self.workflow_client
        self._tell(lambda run: client.request_cancel_workflow(self.workflow_id, run_id=run))

    def terminate(
        self,
        reason: str | None = None,
        details: str | None = None,
        child_policy: ChildPolicy | None = None,
    ) -> None:
        """Close the execution at once, without asking its code.

        :param reason: why, up to 256 characters.
        :param details: more about it, up to 32,768 characters.
        :param child_policy: what happens to its open children: "TERMINATE", "REQUEST_CANCEL" or
            "ABANDON"; None is the policy that it was started with.
        :raises ClientError: UnknownResourceFault when it has closed.

        AWS operation: :swf:`TerminateWorkflowExecution`
        """
        client = self.workflow_client
        self._tell(
            lambda run: client.terminate_workflow(
                self.workflow_id, reason, run_id=run, details=details, child_policy=child_policy
            )
        )

    def abandon(self, reason: str | None = None, details: str | None = None) -> None:
        """Close the execution at once, and let its children continue.

        :param reason: why, up to 256 characters.
        :param details: more about it, up to 32,768 characters.
        :raises ClientError: UnknownResourceFault when it has closed.

        AWS operation: :swf:`TerminateWorkflowExecution`
        """
        self.terminate(reason, details, "ABANDON")

    def describe(self) -> WorkflowExecutionDetail:
        """Return its settings, what is open in it, how it closed, and its execution context.

        :raises ClientError: UnknownResourceFault when the domain no longer keeps it.

        AWS operation: :swf:`DescribeWorkflowExecution`
        """
        describe = self.workflow_client.describe_workflow_execution
        detail = describe(self.workflow_id, self.run_id)
        if detail.execution_info.close_status == "CONTINUED_AS_NEW" and self._followed():
            return describe(self.workflow_id, self.run_id)
        return detail

    def history(self) -> History:
        """Return the history of its latest run.

        :raises ClientError: UnknownResourceFault when the domain no longer keeps it.

        AWS operation: :swf:`GetWorkflowExecutionHistory`
        """
        self._closed()
        walk = self.workflow_client.walk_execution_history
        return History(walk(self.workflow_id, self.run_id, reverse_order=False))

    def _closed(self) -> ev.Event | None:
        """Return the event that closed the last run; None while it is open."""
        walk = self.workflow_client.walk_execution_history
        while True:
            newest = next(walk(self.workflow_id, self.run_id, maximum_page_size=1))
            if not isinstance(newest, ev.WorkflowExecutionContinuedAsNew):
                return newest if type(newest) in CLOSE_STATUS else None
            self.run_id = newest.new_execution_run_id

    def _followed(self) -> bool:
        """Move on to the last run; return whether there was a later one."""
        before = self.run_id
        self._closed()
        return self.run_id != before

    def _tell(self, call: Callable[[str], object]) -> None:
        """Make a call that only an open run accepts: the last one."""
        try:
            call(self.run_id)
        except ClientError as error:
            if name_of(error) != "UnknownResourceFault" or not self._followed():
                raise
            call(self.run_id)


def outcome_of(workflow: WorkflowDefinition[..., R], closed: ev.Event) -> R:
    """Return the result of an execution, or raise an error that says how else it ended.

    :param workflow: its workflow.
    :param closed: the event that closed it.
    :raises WorkflowNotCompleted: one of its kinds, when it did not complete.
    """
    if isinstance(closed, ev.WorkflowExecutionCompleted):
        result: R = workflow.signature.decode_result(closed.result)
        return result
    if isinstance(closed, ev.WorkflowExecutionFailed):
        raise WorkflowFailed(closed.reason, closed.details)
    if isinstance(closed, ev.WorkflowExecutionCanceled):
        raise WorkflowCanceled(closed.details)
    if isinstance(closed, ev.WorkflowExecutionTerminated):
        raise WorkflowTerminated(closed.reason, closed.details, closed.cause)
    raise WorkflowTimedOut(f"{workflow.name} {workflow.version}")


def start_execution(
    workflow: WorkflowDefinition[..., R],
    workflow_client: WorkflowClient,
    workflow_id: str | None,
    input: str,
    settings: Mapping[str, Any],
    if_open: IfOpen,
    calling: Calling | None = None,
) -> Execution[R]:
    """Start an execution.

    :param workflow: what is started.
    :param workflow_client: starts it.
    :param workflow_id: its workflow id; None makes one up.
    :param input: its input.
    :param settings: as in ``Workflow.options``.
    :param if_open: "raise" when an execution of that id is open, or "use" that one.
    :param calling: the sleep between two looks at the listing of open executions, which does not
        show a new one at once.
    :return: a handle to it.
    """
    workflow_id = workflow_id or f"{workflow.name}-{uuid.uuid4()}"
    renamed = dict(settings)
    timeout = renamed.pop("execution_start_to_close_timeout", None)
    pauses = iter(_UNTIL_LISTED)
    while True:
        try:
            run_id = workflow_client.start_workflow(
                input,
                workflow_id,
                workflow.name,
                workflow.version,
                timeout,
                **{"child_policy": None, **renamed},
            )
        except ClientError as error:
            if if_open != "use" or name_of(error) != "WorkflowExecutionAlreadyStartedFault":
                raise
            found = next(_open_runs(workflow_client, workflow_id), None)
            pause = next(pauses, None)
            if found is None and pause is None:
                raise
        else:
            return Execution(workflow, workflow_client, workflow_id, run_id)
        if found is not None:
            return Execution(workflow, workflow_client, workflow_id, found.execution.run_id)
        (calling or Calling()).sleep(cast(float, pause))


def _open_runs(client: WorkflowClient, workflow_id: str) -> Iterator[WorkflowExecutionInfo]:
    return client.list_open_workflow_executions(
        _BEGINNING, workflow_id=workflow_id, maximum_page_size=1
    )
