"""Workflows: async functions that deciders run, and that other workflows await as children."""

from __future__ import annotations

import asyncio
import copy
import hashlib
from collections.abc import Callable, Coroutine, Generator, Iterable, Mapping
from functools import partial
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Protocol, TypeVar, cast, overload

import attrs

from py_swf._to_wire import Duration, members
from py_swf.decisions import StartChildWorkflowExecution
from py_swf.flow.engine.commands.children import CancelChild, StartChild
from py_swf.flow.engine.commands.closings import ContinueAsNew
from py_swf.flow.engine.commands.command import OPEN
from py_swf.flow.engine.run import Run, current_run
from py_swf.flow.engine.waiting import OnCancel, check_on_cancel, outcome
from py_swf.flow.values.codec import Codec, JsonCodec
from py_swf.flow.workflow_definition import WorkflowDefinition, WorkflowSettings
from py_swf.types import WorkflowExecution, WorkflowType

if TYPE_CHECKING:
    from py_swf.clients.workflow import WorkflowClient
    from py_swf.flow.executions import Execution, IfOpen

__all__ = ["Child", "Workflow", "continue_as_new", "workflow"]

P = ParamSpec("P")
R = TypeVar("R")

_JSON = JsonCodec()


class Child(Generic[R]):
    """A child execution that has been started; ``await child`` is its result.

    Signals are sent to it by its ``workflow_id``.

    :param workflow: its workflow.
    :param command: what started it.
    :param execution: its run.
    """

    def __init__(
        self, workflow: Workflow[Any, R], command: StartChild, execution: WorkflowExecution
    ) -> None:
        self.workflow_id = execution.workflow_id
        self.run_id = execution.run_id
        self._workflow = workflow
        self._command = command

    def __await__(self) -> Generator[Any, Any, R]:
        return self.result().__await__()

    async def result(self) -> R:
        """Wait for its end and return its result.

        :raises ChildFailed: when it failed; and the other failures that
            :meth:`Workflow.__call__` names.
        """
        return await self._workflow._result_of(current_run(), self._command)

    def request_cancel(self) -> None:
        """Ask it to cancel itself; this does nothing if it has closed."""
        _cancel(current_run(), self._command)


class Workflow(WorkflowDefinition[P, R]):
    """A workflow type and the async function that decides for its executions.

    In a workflow, ``await ship(parcel)`` starts a child execution and returns its result.
    Elsewhere, ``ship.fn`` is the function itself.

    Made by :func:`workflow`.
    """

    #: what happens to a child when its await is canceled: see :meth:`options`
    on_cancel: OnCancel = "request"
    _workflow_id: str | None = None
    _if_open: IfOpen = "raise"
    _changed: Mapping[str, Any] = MappingProxyType({})

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Start a child execution and wait for its result.

        :raises ChildFailed: when it failed.
        :raises ChildTimedOut: when it outlived its timeout.
        :raises ChildCanceled: when it ended as canceled.
        :raises ChildTerminated: when it was terminated.
        :raises ChildNotStarted: when the service did not start it.
        """
        run = current_run()
        return await self._result_of(run, self._ask(run, *args, **kwargs))

    async def begin(self, *args: P.args, **kwargs: P.kwargs) -> Child[R]:
        """Start a child execution, wait until it has been started, and return it.

        :raises ChildNotStarted: when the service did not start it.
        """
        run = current_run()
        command = self._ask(run, *args, **kwargs)
        try:
            execution = await asyncio.shield(command.started)
        except asyncio.CancelledError:
            self._let_go(run, command)
            raise
        return Child(self, command, execution)

    def start(
        self,
        workflow_client: WorkflowClient,
        workflow_id: str | None,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Execution[R]:
        """Start an execution, from outside of any workflow.

        Settings that :meth:`options` does not set come from the client's config, or else from the
        defaults registered with the type.

        :param workflow_client: starts it, in its domain.
        :param workflow_id: unique among the open executions of the domain; None makes one up.
        :return: a handle to it: for its result, and to signal, cancel and describe it.
        :raises ClientError: WorkflowExecutionAlreadyStartedFault when an execution of that id is
            open, unless ``options(if_open="use")`` asks for that one; and others, as in
            ``WorkflowClient.start_workflow``.

        AWS operation: :swf:`StartWorkflowExecution`
        """
        text = self.encode_input(*args, **kwargs)
        # the code that talks to the service is loaded when it is used
        executions = import_module("py_swf.flow.executions")
        execution: Execution[R] = executions.start_execution(
            self, workflow_client, workflow_id, text, self._changed, self._if_open
        )
        return execution

    def start_child(
        self, workflow_id: str, *args: P.args, **kwargs: P.kwargs
    ) -> StartChildWorkflowExecution:
        """Return the decision that starts a child, for a decider written by hand.

        :param workflow_id: unique among the open executions of the domain.
        """
        text = self.encode_input(*args, **kwargs)
        return StartChildWorkflowExecution(
            self.type, workflow_id, input=text, **self.settings.given()
        )

    async def continue_as_new(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Close this run and start the next one, with an empty history: see continue_as_new().

        Use it for the next version of the workflow, or for other settings with :meth:`options`.

        :raises ValueError: when this is not the workflow that is running.
        """
        run = current_run()
        if run.workflow.name != self.name:
            raise ValueError(f"{run.workflow!r} cannot continue as {self!r}")
        changes = dict(self._changed)
        if self.version != run.workflow.version:
            changes["workflow_type_version"] = self.version
        await _continue(run, self, self.encode_input(*args, **kwargs), changes)

    def options(
        self,
        *,
        workflow_id: str | None = None,
        version: str | None = None,
        execution_start_to_close_timeout: Duration | None = None,
        task_start_to_close_timeout: Duration | None = None,
        task_list: str | None = None,
        task_priority: int | None = None,
        child_policy: str | None = None,
        tag_list: Iterable[str] | None = None,
        lambda_role: str | None = None,
        on_cancel: OnCancel | None = None,
        if_open: IfOpen | None = None,
    ) -> Workflow[P, R]:
        """Return the same workflow with other options; None leaves an option as it is.

        :param workflow_id: the workflow id of a child; by default one is made from the type's name.
        :param version: another version of the workflow type.
        :param execution_start_to_close_timeout: longest life of an execution, in seconds.
        :param task_start_to_close_timeout: longest time for one decision task, in seconds.
        :param task_list: where its deciders poll.
        :param task_priority: larger is handed out first.
        :param child_policy: what happens to its children that are open when it closes:
            "TERMINATE", "REQUEST_CANCEL" or "ABANDON".
        :param tag_list: up to 5 tags of up to 256 characters.
        :param lambda_role: ARN of the role that invokes Lambda functions.
        :param on_cancel: what happens to a child when its await is canceled: "request" asks it to
            cancel itself and raises at once, "wait" asks and waits for its end, "abandon" lets it
            run.
        :param if_open: what :meth:`start` does when an execution of that workflow id is open:
            "raise", or "use" that one.
        :raises ValueError: when the service would refuse one of them.
        """
        changes: dict[str, Any] = {
            "execution_start_to_close_timeout": execution_start_to_close_timeout,
            "task_start_to_close_timeout": task_start_to_close_timeout,
            "task_list": task_list,
            "task_priority": task_priority,
            "child_policy": child_policy,
            "tag_list": tag_list,
            "lambda_role": lambda_role,
        }
        given = {key: value for key, value in changes.items() if value is not None}
        other = copy.copy(self)
        other.settings = attrs.evolve(self.settings, **given)
        other._changed = {
            **self._changed,
            **{name: getattr(other.settings, name) for name in given},
        }
        if workflow_id is not None:
            members("StartChildWorkflowExecution", workflow_id=workflow_id)
            other._workflow_id = workflow_id
        if version is not None:
            other.type = WorkflowType(self.name, version)
        other.on_cancel = check_on_cancel(self.on_cancel if on_cancel is None else on_cancel)
        if if_open not in (None, "raise", "use"):
            raise ValueError(f"if_open is {if_open!r}; it must be 'raise' or 'use'")
        other._if_open = if_open or self._if_open
        return other

    def _ask(self, run: Run, *args: P.args, **kwargs: P.kwargs) -> StartChild:
        text = self.encode_input(*args, **kwargs)
        child_id = run.ledger.next_id("child", self.name)
        workflow_id = self._workflow_id
        if workflow_id is None:
            workflow_id = f"{child_id}-{hashlib.sha256(run.run_id.encode()).hexdigest()[:16]}"
        command = StartChild(
            child_id,
            run.loop.create_future(),
            text,
            self.codec,
            started=run.loop.create_future(),
            type=self.type,
            workflow_id=workflow_id,
            is_named=self._workflow_id is not None,
            settings=self.settings.given(),
        )
        run.ask(command)
        return command

    async def _result_of(self, run: Run, command: StartChild) -> R:
        result = await outcome(run, command, self.on_cancel, partial(_cancel, run, command))
        return cast(R, self.signature.decode_result(result))

    def _let_go(self, run: Run, command: StartChild) -> None:
        command.future.cancel()
        if self.on_cancel != "abandon" and run.ledger.withdraw(command):
            _cancel(run, command)


def _cancel(run: Run, command: StartChild) -> None:
    """Ask a child to cancel itself, once it is known to be ours: its id may be another's."""

    def ask(started: asyncio.Future[Any]) -> None:
        if not started.cancelled() and started.exception() is None and command.state == OPEN:
            cancel_id = run.ledger.next_id("cancel", command.id)
            future: asyncio.Future[Any] = run.loop.create_future()
            run.ask(CancelChild(cancel_id, future, command.workflow_id, None))

    if command.started.done():
        ask(command.started)
    else:
        command.started.add_done_callback(ask)


async def continue_as_new(*args: Any, **kwargs: Any) -> None:
    """Close this run and start the next one of the same workflow, with an empty history.

    The next run has the settings of this one; use :meth:`Workflow.continue_as_new` for other
    settings, and for arguments that a type checker checks.

    It does not return if the service continues the run as new. **It returns when there are new
    events** that the code has not seen, such as a signal: handle them and continue as new again::

        while True:
            orders += [await new_orders.receive() for _ in new_orders.pending()]
            await flow.continue_as_new(orders)

    :param args: the arguments of the workflow, for the next run.
    :param kwargs: the same, by name.
    :raises ContinueAsNewRefused: when the service refuses for another reason.
    """
    run = current_run()
    await _continue(run, run.workflow, run.workflow.encode_input(*args, **kwargs), {})


async def _continue(
    run: Run, workflow: WorkflowDefinition[Any, Any], text: str, changes: dict[str, Any]
) -> None:
    settings = {name: getattr(run.info, name) for name in attrs.asdict(WorkflowSettings())}
    given = {name: value for name, value in settings.items() if value not in (None, ())}
    command = ContinueAsNew(run.loop.create_future(), text, workflow.codec, {**given, **changes})
    run.ask(command)
    await outcome(run, command, "request", None)


class _Decorator(Protocol):
    def __call__(self, fn: Callable[P, Coroutine[Any, Any, R]], /) -> Workflow[P, R]: ...


@overload
def workflow(name: Callable[P, Coroutine[Any, Any, R]], /) -> Workflow[P, R]: ...
@overload
def workflow(
    name: str | None = None,
    version: str = "1",
    *,
    codec: Codec | None = None,
    execution_start_to_close_timeout: Duration | None = None,
    task_start_to_close_timeout: Duration | None = None,
    task_list: str | None = None,
    task_priority: int | None = None,
    child_policy: str | None = None,
    lambda_role: str | None = None,
    parks_on: type[Exception] | tuple[type[Exception], ...] = (),
    description: str | None = None,
) -> _Decorator: ...
def workflow(
    name: Any = None,
    version: str = "1",
    *,
    codec: Codec | None = None,
    parks_on: type[Exception] | tuple[type[Exception], ...] = (),
    description: str | None = None,
    **settings: Any,
) -> Any:
    """Make an async function a workflow, which deciders run.

    ::

        @flow.workflow("order", "1", child_policy="ABANDON")
        async def process(order: Order) -> str: ...

    Its arguments are sent as JSON, by the names of its parameters, and converted back as annotated.
    An exception that it raises fails the execution; ``FailWorkflow`` does so with its own reason.

    :param name: name of the workflow type; by default the name of the function.
    :param version: version of the workflow type.
    :param codec: what turns values into text; None is JSON.
    :param execution_start_to_close_timeout: longest life of an execution, in seconds, at most a
        year. This and what follows are the defaults that ``flow.register`` registers,
        and are sent when it is started as a child.
    :param task_start_to_close_timeout: longest time for one decision task, in seconds.
    :param task_list: where its deciders poll.
    :param task_priority: larger is handed out first.
    :param child_policy: what happens to its children that are open when it closes: "TERMINATE",
        "REQUEST_CANCEL" or "ABANDON".
    :param lambda_role: ARN of the role that invokes Lambda functions.
    :param parks_on: exceptions after which the execution waits for the code to be fixed, instead
        of failing; ``Exception`` for all of them.
    :param description: what ``flow.register`` registers as description.
    :raises TypeError: when the function is not async.
    :raises ValueError: when the service would refuse a setting.
    """

    def decorate(fn: Callable[..., Any], name: str | None = name) -> Workflow[Any, Any]:
        named = fn.__name__ if name is None else name
        members("RegisterWorkflowType", name=named, version=version)
        return Workflow(
            fn,
            WorkflowType(named, version),
            codec=codec,
            settings=WorkflowSettings(**settings),
            parks_on=parks_on if isinstance(parks_on, tuple) else (parks_on,),
            description=description,
        )

    return decorate(name, None) if callable(name) else decorate
