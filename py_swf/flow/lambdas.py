"""Lambda functions: functions that the service invokes itself, and that workflows await."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from py_swf._to_wire import Duration, members
from py_swf.flow.engine.commands.lambdas import InvokeLambda
from py_swf.flow.engine.run import Run, current_run
from py_swf.flow.engine.waiting import outcome
from py_swf.flow.registered import checked_input
from py_swf.flow.retry import Policy, attempts_of
from py_swf.flow.values.codec import Codec, JsonCodec

__all__ = ["LambdaFunction"]

_JSON = JsonCodec()


class LambdaFunction:
    """A Lambda function; ``await thumbnail({"id": 17})`` invokes it and returns its result.

    The execution needs a ``lambda_role`` under which the service may invoke it. There is no way to
    cancel it: if the wait is canceled, it ends, and the function keeps running.

    :param name: name or ARN of the function, up to 64 characters.
    :param timeout: longest run, from 1 to 900 seconds; None is the service's default, 900.
    :param retry: when to try again, and after how long; None never.
    :param returns: the type of what it returns; None takes any JSON as it is.
    :param codec: what turns values into text; None is JSON.
    :raises ValueError: when the service would refuse one of them.
    """

    def __init__(
        self,
        name: str,
        *,
        timeout: Duration | None = None,
        retry: Policy | None = None,
        returns: Any = None,
        codec: Codec | None = None,
    ) -> None:
        members("ScheduleLambdaFunction", name=name, start_to_close_timeout=timeout)
        self.name = name
        self.timeout = timeout
        self.retry = retry
        self.returns = Any if returns is None else returns
        self.codec: Codec = codec or _JSON

    def __repr__(self) -> str:
        return f"<LambdaFunction {self.name}>"

    async def __call__(self, value: Any = None) -> Any:
        """Invoke the function and wait for its result.

        :param value: the input of the function.
        :raises LambdaFailed: when it failed, and the retry policy gave up.
        :raises LambdaTimedOut: when it took too long, and the retry policy gave up.
        :raises LambdaNotStarted: when it was not invoked.
        """
        run = current_run()
        text = checked_input(self.name, self.codec.encode(value))
        lambda_id = run.ledger.next_id("lambda", self.name)
        attempt = partial(self._attempt, run, lambda_id, text)
        return await (attempt() if self.retry is None else attempts_of(attempt, self.retry))

    def start(self, value: Any = None) -> asyncio.Task[Any]:
        """Invoke the function now, and return a task that ends with its result.

        :param value: the input of the function.
        """
        return current_run().loop.create_task(self(value))

    async def _attempt(self, run: Run, lambda_id: str, text: str) -> Any:
        future = run.loop.create_future()
        command = InvokeLambda(lambda_id, future, text, self.codec, self.name, self.timeout)
        run.ask(command)
        result = await outcome(run, command, "request", None)
        return None if result is None else self.codec.decode(result, self.returns)
