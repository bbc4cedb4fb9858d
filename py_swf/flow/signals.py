"""Signals that a running workflow receives, and signals that it sends."""

from __future__ import annotations

from typing import Any, Generic, TypeVar, cast, overload

from py_swf._to_wire import members
from py_swf.flow.engine.commands.external import RequestCancel, SendSignal
from py_swf.flow.engine.run import current_run
from py_swf.flow.engine.waiting import outcome
from py_swf.flow.registered import checked_input
from py_swf.flow.values.codec import Codec, JsonCodec
from py_swf.flow.values.codec_error import CodecError

__all__ = ["Signal", "request_cancel_external", "signal_external"]

T = TypeVar("T")
_JSON = JsonCodec()


class Signal(Generic[T]):
    """The name of a signal, and the type of the value that it carries.

    ::

        approve = flow.Signal("approve", Approval)

        approval = await approve.receive()             # in the workflow that receives it
        await approve.send("order-17", Approval("me")) # in another one

    Signals are kept in order until they are received; each is received once.

    :param name: name of the signal, up to 256 characters.
    :param type: the type of its value; None takes any JSON as it is.
    :param codec: what turns values into text; None is JSON.
    """

    @overload
    def __init__(self: Signal[Any], name: str, *, codec: Codec | None = None) -> None: ...
    @overload
    def __init__(self, name: str, type: type[T], *, codec: Codec | None = None) -> None: ...
    @overload
    def __init__(
        self: Signal[Any], name: str, type: Any, *, codec: Codec | None = None
    ) -> None: ...
    def __init__(self, name: str, type: Any = None, *, codec: Codec | None = None) -> None:
        members("SignalWorkflowExecution", signal_name=name)
        self.name = name
        self.type = type
        self.codec: Codec = codec or _JSON

    def __repr__(self) -> str:
        return f"<Signal {self.name}>"

    async def receive(self) -> T:
        """Wait for the next signal of this name, and return what it carries.

        :raises ValueError: when its value does not fit the type; the signal then counts as
            received.
        """
        return self.decode(await current_run().mailbox.get(self.name))

    def pending(self) -> list[T]:
        """Return the values of signals that have arrived but were not received; they still can be.

        The next run does not get the signals of this one: a workflow that continues as new must
        pass on what is pending.

        :raises ValueError: when the value of one does not fit the type.
        """
        return [self.decode(text) for text in current_run().mailbox.pending(self.name)]

    async def send(self, workflow_id: str, value: T, *, run_id: str | None = None) -> None:
        """Signal another execution, and wait until the signal is delivered.

        :param workflow_id: the other execution.
        :param value: what the signal carries.
        :param run_id: one run of it; None is the run that is open at delivery.
        :raises SignalNotDelivered: when it was not delivered.
        """
        await _send(workflow_id, run_id, self.name, self.encode(value), self.codec)

    def encode(self, value: T) -> str:
        """Return the text for a value.

        :raises ValueError: when it cannot be encoded, or the text is longer than 32,768 characters.
        """
        return checked_input(f"signal {self.name}", self.codec.encode(value))

    def decode(self, text: str | None) -> T:
        """Return the value that a text stands for.

        :raises ValueError: when it is not of the type.
        """
        if text is None:
            return cast(T, None)
        try:
            return cast(T, self.codec.decode(text, Any if self.type is None else self.type))
        except CodecError as error:
            raise CodecError(f"the input of signal {self.name}: {error}") from None


async def signal_external(
    workflow_id: str, signal_name: str, input: str | None = None, *, run_id: str | None = None
) -> None:
    """Signal another execution with a text as it is, and wait until it is delivered.

    :param workflow_id: the other execution.
    :param signal_name: name of the signal.
    :param input: what it carries, up to 32,768 characters.
    :param run_id: one run of it; None is the run that is open at delivery.
    :raises SignalNotDelivered: when it was not delivered.
    """
    await _send(workflow_id, run_id, signal_name, input, _JSON)


async def request_cancel_external(workflow_id: str, *, run_id: str | None = None) -> None:
    """Ask another execution to cancel itself, and wait until the request is delivered.

    :param workflow_id: the other execution.
    :param run_id: one run of it; None is the run that is open at delivery.
    :raises CancelNotDelivered: when it was not delivered.
    """
    run = current_run()
    members("RequestCancelExternalWorkflowExecution", workflow_id=workflow_id, run_id=run_id)
    cancel_id = run.ledger.next_id("cancel", "cancel")
    command = RequestCancel(cancel_id, run.loop.create_future(), workflow_id, run_id)
    run.ask(command)
    await outcome(run, command, "request", None)


async def _send(
    workflow_id: str, run_id: str | None, name: str, text: str | None, codec: Codec
) -> None:
    run = current_run()
    given = {"workflow_id": workflow_id, "run_id": run_id, "signal_name": name, "input": text}
    members("SignalExternalWorkflowExecution", **given)
    signal_id = run.ledger.next_id("signal", name)
    future = run.loop.create_future()
    command = SendSignal(signal_id, future, text, codec, workflow_id, run_id, name)
    run.ask(command)
    await outcome(run, command, "request", None)
