"""A workflow type and its async function, as a run or a handle to an execution needs it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Generic, ParamSpec, TypeVar

import attrs

from py_swf._to_wire import Duration, members
from py_swf.flow.registered import Registered, Settings, checked_input
from py_swf.flow.values.codec import Codec, JsonCodec
from py_swf.flow.values.signatures import Signature
from py_swf.types import WorkflowType

__all__ = ["WorkflowDefinition", "WorkflowSettings"]

P = ParamSpec("P")
R = TypeVar("R")

_JSON = JsonCodec()


def _tags(tags: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if tags is None else tuple(tags)


@attrs.frozen
class WorkflowSettings(Settings):
    """How an execution is started; None leaves what is registered."""

    owner = "StartChildWorkflowExecution"

    execution_start_to_close_timeout: Duration | None = None
    task_start_to_close_timeout: Duration | None = None
    task_list: str | None = None
    task_priority: int | None = None
    child_policy: str | None = None
    tag_list: tuple[str, ...] | None = attrs.field(default=None, converter=_tags)
    lambda_role: str | None = None


class WorkflowDefinition(Registered[WorkflowType], Generic[P, R]):
    """A workflow type and the async function that decides for its executions.

    :param fn: the function.
    :param type: the workflow type.
    :param codec: what turns values into text; None is JSON.
    :param settings: how an execution is started as a child.
    :param parks_on: exceptions after which the execution waits for the code to be fixed, instead of
        failing.
    :param description: what is registered as description.
    :raises TypeError: when the function is not async.
    """

    def __init__(
        self,
        fn: Callable[P, Coroutine[Any, Any, R]],
        type: WorkflowType,
        *,
        codec: Codec | None = None,
        settings: WorkflowSettings | None = None,
        parks_on: tuple[type[Exception], ...] = (),
        description: str | None = None,
    ) -> None:
        if not inspect.iscoroutinefunction(fn):
            raise TypeError(f"the workflow {type.name} must be an async function, not {fn!r}")
        #: the function
        self.fn = fn
        self.type = type
        self.codec: Codec = codec or _JSON
        self.settings = settings or WorkflowSettings()
        self.description = description
        #: exceptions after which the execution waits for the code to be fixed, instead of failing
        self.parks_on = parks_on
        self.signature = Signature(fn, self.codec)
        self.__doc__ = fn.__doc__

    def encode_input(self, *args: P.args, **kwargs: P.kwargs) -> str:
        """Return the input of an execution for a call.

        :raises ValueError: when it is longer than 32,768 characters.
        """
        return checked_input(self.name, self.signature.encode(args, kwargs))

    def arguments(self, text: str | None) -> dict[str, Any]:
        """Return the arguments that an input stands for, by the names of the parameters.

        For a decider written by hand: ``order.arguments(history.input)["order_id"]``.

        :param text: the input of an execution.
        :raises CodecError: when it does not fit the function.
        """
        return self.signature.by_name(*self.signature.decode(text))

    async def call(self, text: str | None) -> str:
        """Run the function on an input and return its result as text; for the engine.

        :param text: the input of the execution.
        """
        args, kwargs = self.signature.decode(text)
        fn: Callable[..., Coroutine[Any, Any, R]] = self.fn  # these are what it takes
        result = self.signature.encode_result(await fn(*args, **kwargs))
        members("CompleteWorkflowExecution", result=result)
        return result
